// A described message (sim/model/schema.h) and the JSON of Kafka's generated JSON converters.
//
// fill_from_json() fills a struct from the JSON of one version; difference_from_json() says where
// a struct and the JSON disagree. Both follow [generator/JsonConverterGenerator.java]: camelCase
// names, only the fields of the version, base64 for bytes (and, in the vectors, for records),
// URL-safe base64 for uuids, null for null, and a tagged field left out while it holds its
// default. A name in the JSON that the struct does not describe is a difference too.
#pragma once

#include <bit>
#include <limits>
#include <set>
#include <type_traits>

#include "sim/model/message_codec.h"
#include "tests/vectors/vector_report.h"

namespace brokerlab::vectors {

/// The bytes that standard base64 text stands for, with or without padding; nothing when `text`
/// holds another character.
[[nodiscard]] std::optional<Bytes> decode_base64(std::string_view text);
[[nodiscard]] std::string encode_base64(ByteSpan bytes);

namespace detail {

using brokerlab::detail::kIsArray;
using brokerlab::detail::kIsOptional;

inline Bytes bytes_of(const Records& records) {
    Bytes bytes;
    for (const BatchRef& batch : records.batches) {
        bytes.insert(bytes.end(), batch->bytes.begin(), batch->bytes.end());
    }
    return bytes;
}

/// sim/ holds no floating point: a float64 of Kafka's is its bits in an unsigned 64-bit id, a
/// width that no other field of Kafka's has.
template <class T>
inline constexpr bool kIsFloat64 = false;
template <class Tag>
inline constexpr bool kIsFloat64<Strong<Tag, uint64_t>> = true;

/// What the converters would write for one value.
template <class T>
Json to_json(const T& v, ApiVersion version);

struct JsonWriter {
    ApiVersion version;
    Json object = Json::object();

    template <class T>
    void field(std::string_view name, const T& v, FieldSpec spec = {}) {
        if (spec.present(version)) {
            object[std::string(name)] = to_json(v, version);
        }
    }
};

template <class T>
Json to_json(const T& v, ApiVersion version) {
    if constexpr (kIsOptional<T>) {
        return v.has_value() ? to_json(*v, version) : Json(nullptr);
    } else if constexpr (kIsFloat64<T>) {
        return Json(std::bit_cast<double>(v.value));
    } else if constexpr (StrongType<T>) {
        return Json(v.value);
    } else if constexpr (std::is_enum_v<T>) {
        return Json(static_cast<std::underlying_type_t<T>>(v));
    } else if constexpr (std::is_same_v<T, Uuid>) {
        return Json(v.to_string());
    } else if constexpr (std::is_same_v<T, Bytes>) {
        return Json(encode_base64(v));
    } else if constexpr (std::is_same_v<T, Records>) {
        return Json(encode_base64(bytes_of(v)));
    } else if constexpr (kIsArray<T>) {
        Json array = Json::array();
        for (const auto& item : v) {
            array.push_back(to_json(item, version));
        }
        return array;
    } else if constexpr (Described<T>) {
        JsonWriter writer{version};
        T::describe(writer, v);
        return std::move(writer.object);
    } else {
        return Json(v);
    }
}

/// Fills structs; the first thing that does not fit stays in `error`.
class JsonFiller {
public:
    JsonFiller(const Json& object, ApiVersion version, std::string path, std::string& error)
        : object_(object), version_(version), path_(std::move(path)), error_(error) {}

    template <Described T>
    void fill(T& message) {
        if (!object_.is_object()) {
            complain(path_, "an object", object_);
            return;
        }
        T::describe(*this, message);
        for (const auto& [name, value] : object_.items()) {
            if (described_.count(name) == 0) {
                complain(path_ + name, "no such field in this version", value);
            }
        }
    }

    template <class T>
    void field(std::string_view name, T& v, FieldSpec spec = {}) {
        if (!spec.present(version_)) {
            return;
        }
        const std::string key(name);
        described_.insert(key);
        const auto at = object_.find(key);
        if (at != object_.end()) {
            get(v, *at, path_ + key, spec.nullable(version_));
        } else if (!spec.tagged(version_)) {
            complain(path_ + key, "a value", Json("nothing"));
        }
    }

private:
    void complain(const std::string& path, const std::string& expected, const Json& got) {
        if (error_.empty()) {
            error_ = path + ": expected " + expected + ", the JSON holds " + got.dump();
        }
    }

    template <class Int>
    Int integer(const Json& from, const std::string& path) {
        if (!from.is_number_integer()) {
            complain(path, "an integer", from);
            return {};
        }
        const auto v = from.get<int64_t>();
        if (v < static_cast<int64_t>(std::numeric_limits<Int>::min()) ||
            v > static_cast<int64_t>(std::numeric_limits<Int>::max())) {
            complain(path, "an integer that fits", from);
        }
        return static_cast<Int>(v);
    }

    std::string text(const Json& from, const std::string& path) {
        if (!from.is_string()) {
            complain(path, "a string", from);
            return {};
        }
        return from.get<std::string>();
    }

    Bytes bytes(const Json& from, const std::string& path) {
        std::optional<Bytes> decoded = decode_base64(text(from, path));
        if (!decoded) {
            complain(path, "base64", from);
            return {};
        }
        return *std::move(decoded);
    }

    template <class T>
    void get(T& v, const Json& from, const std::string& path, bool nullable = false) {
        if constexpr (kIsOptional<T>) {
            if (!from.is_null()) {
                get(v.emplace(), from, path);
            } else if (nullable) {
                v.reset();
            } else {
                complain(path, "a value that is not null", from);
            }
        } else if constexpr (std::is_same_v<T, bool>) {
            v = from.is_boolean() && from.get<bool>();
            if (!from.is_boolean()) {
                complain(path, "true or false", from);
            }
        } else if constexpr (kIsFloat64<T>) {
            if (!from.is_number()) {
                complain(path, "a number", from);
                return;
            }
            v = T(std::bit_cast<uint64_t>(from.get<double>()));
        } else if constexpr (StrongType<T>) {
            v = T(integer<typename T::Rep>(from, path));
        } else if constexpr (std::is_enum_v<T>) {
            v = static_cast<T>(integer<std::underlying_type_t<T>>(from, path));
        } else if constexpr (std::integral<T>) {
            v = integer<T>(from, path);
        } else if constexpr (std::is_same_v<T, std::string>) {
            v = text(from, path);
        } else if constexpr (std::is_same_v<T, Bytes>) {
            v = bytes(from, path);
        } else if constexpr (std::is_same_v<T, Records>) {
            v.batches.clear();
            if (Bytes decoded = bytes(from, path); !decoded.empty()) {
                v.batches.emplace_back(BatchBytes{std::move(decoded), {}});
            }
        } else if constexpr (std::is_same_v<T, Uuid>) {
            const Outcome<Uuid> id = Uuid::parse(text(from, path));
            if (!id) {
                complain(path, "a uuid", from);
                return;
            }
            v = *id;
        } else if constexpr (kIsArray<T>) {
            if (!from.is_array()) {
                complain(path, "an array", from);
                return;
            }
            v.clear();
            for (std::size_t i = 0; i < from.size(); ++i) {
                get(v.emplace_back(), from[i], path + "[" + std::to_string(i) + "]");
            }
        } else {
            JsonFiller(from, version_, path + ".", error_).fill(v);
        }
    }

    const Json& object_;
    ApiVersion version_;
    std::string path_;
    std::string& error_;
    std::set<std::string> described_;
};

/// Compares a struct with JSON field by field and keeps the first difference.
class JsonComparer {
public:
    JsonComparer(const Json& object, ApiVersion version, std::string path,
                 std::optional<Difference>& difference)
        : object_(object), version_(version), path_(std::move(path)), difference_(difference) {}

    template <Described T>
    void compare(const T& message) {
        const T defaults{};
        JsonWriter unset{version_};
        T::describe(unset, defaults);
        defaults_ = std::move(unset.object);
        T::describe(*this, message);
    }

    template <class T>
    void field(std::string_view name, const T& v, FieldSpec spec = {}) {
        if (!spec.present(version_) || difference_) {
            return;
        }
        const std::string key(name);
        const auto at = object_.find(key);
        const bool left_out = at == object_.end() && spec.tagged(version_);
        compare_value(v, left_out ? defaults_.at(key) : object_.value(key, Json()), path_ + key);
    }

private:
    template <class T>
    void compare_value(const T& v, const Json& expected, const std::string& path) {
        if constexpr (kIsOptional<T>) {
            if (v.has_value() && !expected.is_null()) {
                compare_value(*v, expected, path);
                return;
            }
        }
        if constexpr (Described<T>) {
            if (expected.is_object()) {
                JsonComparer(expected, version_, path + ".", difference_).compare(v);
                return;
            }
        }
        if constexpr (kIsArray<T>) {
            if (expected.is_array() && expected.size() == v.size()) {
                for (std::size_t i = 0; i < v.size() && !difference_; ++i) {
                    compare_value(v[i], expected[i], path + "[" + std::to_string(i) + "]");
                }
                return;
            }
        }
        if (!difference_) {
            difference_ = differ(path, expected, to_json(v, version_));
        }
    }

    const Json& object_;
    ApiVersion version_;
    std::string path_;
    std::optional<Difference>& difference_;
    Json defaults_;
};

}  // namespace detail

/// The struct that `json` stands for at `version`. Fails on a missing or unknown field and on a
/// value that does not fit the field.
template <Described T>
[[nodiscard]] Outcome<T> fill_from_json(const Json& json, ApiVersion version) {
    T message;
    std::string error;
    detail::JsonFiller(json, version, "", error).fill(message);
    if (!error.empty()) {
        return Failure{error};
    }
    return message;
}

/// The first field in which `message` at `version` is not what `json` says.
template <Described T>
[[nodiscard]] std::optional<Difference> difference_from_json(const T& message, const Json& json,
                                                             ApiVersion version) {
    std::optional<Difference> difference;
    detail::JsonComparer(json, version, "", difference).compare(message);
    return difference;
}

}  // namespace brokerlab::vectors

// Kafka's wire format of a described message (schema.h), both ways and at every version.
//
// Follows the code that Kafka's generator writes [generator/MessageDataGenerator.java]: big-endian
// integers; strings and arrays with an int16 or int32 length, or in flexible versions with an
// unsigned varint of length + 1 (0 = null); tagged fields last, sorted by tag, left out while they
// hold their default; unknown tags are skipped. std::optional stands for null.
#pragma once

#include <algorithm>
#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/base/check.h"
#include "sim/base/outcome.h"
#include "sim/model/ids.h"
#include "sim/model/records.h"
#include "sim/model/schema.h"

namespace brokerlab {
namespace detail {

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class T>
inline constexpr bool kIsArray = false;
template <class T>
inline constexpr bool kIsArray<std::vector<T>> = true;
template <>
inline constexpr bool kIsArray<Bytes> = false;

class MessageWriter {
public:
    MessageWriter(ByteWriter& out, ApiVersion version, bool flexible)
        : out_(out), version_(version), flexible_(flexible) {}

    template <Described T>
    void write(const T& message) {
        std::vector<Tagged> tagged;
        Fields fields{*this, tagged};
        T::describe(fields, message);
        if (flexible_) {
            drop_defaults<T>(tagged);
            write_tagged(tagged);
        }
    }

private:
    struct Tagged {
        uint32_t tag;
        Bytes bytes;
    };

    struct Fields {
        MessageWriter& writer;
        std::vector<Tagged>& tagged;

        template <class T>
        void field(std::string_view, const T& v, FieldSpec spec = {}) {
            if (!spec.present(writer.version_)) {
                return;
            }
            if (!spec.compact) {
                MessageWriter(writer.out_, writer.version_, false).put(v, spec);
                return;
            }
            if (!spec.tagged(writer.version_)) {
                writer.put(v, spec);
                return;
            }
            ByteWriter out;
            MessageWriter(out, writer.version_, true).put(v, spec);
            tagged.push_back({static_cast<uint32_t>(spec.tag), out.take()});
        }
    };

    /// A tagged field is left out while its bytes are those of the default.
    template <class T>
    void drop_defaults(std::vector<Tagged>& tagged) {
        if (tagged.empty()) {
            return;
        }
        const T defaults{};
        ByteWriter scratch;
        MessageWriter writer(scratch, version_, true);
        std::vector<Tagged> unset;
        Fields fields{writer, unset};
        T::describe(fields, defaults);
        for (std::size_t i = tagged.size(); i-- > 0;) {
            if (tagged[i].bytes == unset[i].bytes) {
                tagged.erase(tagged.begin() + static_cast<std::ptrdiff_t>(i));
            }
        }
    }

    void write_tagged(std::vector<Tagged>& tagged) {
        std::sort(tagged.begin(), tagged.end(),
                  [](const Tagged& a, const Tagged& b) { return a.tag < b.tag; });
        out_.uvarint(tagged.size());
        for (const Tagged& field : tagged) {
            out_.uvarint(field.tag);
            out_.uvarint(field.bytes.size());
            out_.bytes(field.bytes);
        }
    }

    void length(std::size_t n, bool text) {
        if (flexible_) {
            out_.uvarint(n + 1);
        } else if (text) {
            BL_CHECK(n <= 32767);
            out_.be(static_cast<int16_t>(n));
        } else {
            out_.be(static_cast<int32_t>(n));
        }
    }
    /// Stands before a nullable struct and says whether there is one. A tagged field, unlike a
    /// plain one, has an unsigned varint there [MessageDataGenerator.generateStructReader].
    void presence(bool present, const FieldSpec& spec) {
        if (spec.tagged(version_)) {
            out_.uvarint(present ? 1 : 0);
        } else {
            out_.be(static_cast<int8_t>(present ? 1 : -1));
        }
    }
    template <class T>
    void put_null(const FieldSpec& spec) {
        const bool text = std::is_same_v<T, std::string>;
        if constexpr (Described<T>) {
            presence(false, spec);
        } else if (flexible_) {
            out_.uvarint(0);
        } else if (text) {
            out_.be(static_cast<int16_t>(-1));
        } else {
            out_.be(static_cast<int32_t>(-1));
        }
    }

    template <class T>
    void put(const T& v, const FieldSpec& spec) {
        if constexpr (kIsOptional<T>) {
            using Held = typename T::value_type;
            if (!v.has_value()) {
                BL_CHECK(spec.nullable(version_));
                put_null<Held>(spec);
            } else {
                if constexpr (Described<Held>) {
                    if (spec.nullable(version_)) {
                        presence(true, spec);
                    }
                }
                put(*v, spec);
            }
        } else if constexpr (std::is_same_v<T, bool>) {
            out_.be(static_cast<int8_t>(v ? 1 : 0));
        } else if constexpr (std::integral<T>) {
            out_.be(v);
        } else if constexpr (std::is_enum_v<T>) {
            out_.be(static_cast<std::underlying_type_t<T>>(v));
        } else if constexpr (StrongType<T>) {
            out_.be(v.value);
        } else if constexpr (std::is_same_v<T, Uuid>) {
            out_.be(v.high);
            out_.be(v.low);
        } else if constexpr (std::is_same_v<T, std::string>) {
            length(v.size(), true);
            out_.bytes(as_bytes(v));
        } else if constexpr (std::is_same_v<T, Bytes>) {
            length(v.size(), false);
            out_.bytes(v);
        } else if constexpr (std::is_same_v<T, Records>) {
            length(v.size_in_bytes(), false);
            for (const BatchRef& batch : v.batches) {
                out_.bytes(batch->bytes);
            }
        } else if constexpr (kIsArray<T>) {
            length(v.size(), false);
            for (const auto& item : v) {
                put(item, FieldSpec{});
            }
        } else {
            static_assert(Described<T>);
            write(v);
        }
    }

    ByteWriter& out_;
    ApiVersion version_;
    bool flexible_;
};

class MessageReader {
public:
    MessageReader(ByteReader& in, ApiVersion version, bool flexible)
        : in_(in), version_(version), flexible_(flexible) {}

    template <Described T>
    void read(T& message) {
        Fields plain{*this};
        T::describe(plain, message);
        if (!flexible_) {
            return;
        }
        const uint64_t count = in_.uvarint32();
        int64_t last_tag = -1;
        for (uint64_t i = 0; i < count && in_.ok(); ++i) {
            const uint32_t tag = in_.uvarint32();
            const uint32_t size = in_.uvarint32();
            if (static_cast<int64_t>(tag) <= last_tag) {
                in_.fail();
                return;
            }
            last_tag = tag;
            ByteReader bytes(in_.bytes(size));
            MessageReader reader(bytes, version_, true);
            TaggedField field{reader, tag};
            T::describe(field, message);
            if (!bytes.ok() || (field.known && bytes.remaining() != 0)) {
                in_.fail();
            }
        }
    }

private:
    struct Fields {
        MessageReader& reader;

        template <class T>
        void field(std::string_view, T& v, FieldSpec spec = {}) {
            if (!spec.present(reader.version_) || spec.tagged(reader.version_)) {
                return;
            }
            if (spec.compact) {
                reader.get(v, spec);
            } else {
                MessageReader(reader.in_, reader.version_, false).get(v, spec);
            }
        }
    };
    struct TaggedField {
        MessageReader& reader;
        uint32_t tag = 0;
        bool known = false;

        template <class T>
        void field(std::string_view, T& v, FieldSpec spec = {}) {
            if (spec.present(reader.version_) && spec.tagged(reader.version_) &&
                static_cast<uint32_t>(spec.tag) == tag) {
                known = true;
                reader.get(v, spec);
            }
        }
    };

    /// -1 is null. Fails on a length above what is left of the input, as every item takes a byte at
    /// least, and on a text that Kafka's readers refuse as too long.
    int64_t length(bool text) {
        int64_t n = 0;
        if (flexible_) {
            n = static_cast<int64_t>(in_.uvarint32()) - 1;
        } else if (text) {
            n = in_.be<int16_t>();
        } else {
            n = in_.be<int32_t>();
        }
        if (n < -1 || n > static_cast<int64_t>(in_.remaining()) || (text && n > 32767)) {
            in_.fail();
            return 0;
        }
        return in_.ok() ? n : 0;
    }
    std::size_t length_not_null(bool text) {
        const int64_t n = length(text);
        if (n < 0) {
            in_.fail();
            return 0;
        }
        return static_cast<std::size_t>(n);
    }

    template <class T>
    void get(T& v, const FieldSpec& spec) {
        if constexpr (kIsOptional<T>) {
            get_optional(v, spec);
        } else if constexpr (std::is_same_v<T, bool>) {
            v = in_.be<int8_t>() != 0;
        } else if constexpr (std::integral<T>) {
            v = in_.be<T>();
        } else if constexpr (std::is_enum_v<T>) {
            v = static_cast<T>(in_.be<std::underlying_type_t<T>>());
        } else if constexpr (StrongType<T>) {
            v = T(in_.be<typename T::Rep>());
        } else if constexpr (std::is_same_v<T, Uuid>) {
            v.high = in_.be<uint64_t>();
            v.low = in_.be<uint64_t>();
        } else if constexpr (Described<T>) {
            read(v);
        } else {
            get_items(v, length_not_null(std::is_same_v<T, std::string>));
        }
    }

    /// Whether a nullable struct follows.
    bool present(const FieldSpec& spec) {
        return spec.tagged(version_) ? in_.uvarint32() != 0 : in_.be<int8_t>() >= 0;
    }

    template <class Held>
    void get_optional(std::optional<Held>& v, const FieldSpec& spec) {
        v.reset();
        if constexpr (Described<Held>) {
            if (spec.nullable(version_) && !present(spec)) {
                return;
            }
            read(v.emplace());
        } else {
            const int64_t n = length(std::is_same_v<Held, std::string>);
            if (n >= 0) {
                get_items(v.emplace(), static_cast<std::size_t>(n));
            } else if (!spec.nullable(version_)) {
                in_.fail();
            }
        }
    }

    void get_items(std::string& v, std::size_t n) { v = as_text(in_.bytes(n)); }
    void get_items(Bytes& v, std::size_t n) {
        const ByteSpan bytes = in_.bytes(n);
        v.assign(bytes.begin(), bytes.end());
    }
    void get_items(Records& v, std::size_t n) {
        const ByteSpan bytes = in_.bytes(n);
        v.batches.clear();
        if (n > 0) {
            v.batches.emplace_back(BatchBytes{Bytes(bytes.begin(), bytes.end()), {}});
        }
    }
    template <class Item>
    void get_items(std::vector<Item>& v, std::size_t n) {
        v.clear();
        for (std::size_t i = 0; i < n && in_.ok(); ++i) {
            get(v.emplace_back(), FieldSpec{});
        }
    }

    ByteReader& in_;
    ApiVersion version_;
    bool flexible_;
};

}  // namespace detail

/// The body of `message` at `version`, which must be one of T::kVersions.
template <Described T>
[[nodiscard]] Bytes encode_message(const T& message, ApiVersion version) {
    BL_CHECK(T::kVersions.lowest <= version && version <= T::kVersions.latest);
    ByteWriter out;
    detail::MessageWriter(out, version, version >= T::kVersions.flexible_since).write(message);
    return out.take();
}

/// Reads a body from the front of `in` and leaves what follows it.
template <Described T>
[[nodiscard]] Outcome<T> read_message(ByteReader& in, ApiVersion version) {
    if (version < T::kVersions.lowest || version > T::kVersions.latest) {
        return Failure{"version " + std::to_string(version) + " is not one of " +
                       std::to_string(T::kVersions.lowest) + " to " +
                       std::to_string(T::kVersions.latest)};
    }
    T message;
    detail::MessageReader(in, version, version >= T::kVersions.flexible_since).read(message);
    if (!in.ok()) {
        return Failure{"the message ends early or holds a length or tag that can't be"};
    }
    return message;
}

/// Reads a body that must fill `bytes` exactly. Fields that `version` lacks keep their default.
template <Described T>
[[nodiscard]] Outcome<T> decode_message(ByteSpan bytes, ApiVersion version) {
    ByteReader in(bytes);
    Outcome<T> message = read_message<T>(in, version);
    if (message && in.remaining() != 0) {
        return Failure{std::to_string(in.remaining()) + " bytes are left over after the message"};
    }
    return message;
}

}  // namespace brokerlab

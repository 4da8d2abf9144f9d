#include "sim/view/message_fields.h"

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "sim/model/schema.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/printable.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostLines = 160;
constexpr std::size_t kMostOfAList = 12;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;

/// Takes a message's own description of itself (schema.h) and writes lines.
class FieldLines {
public:
    FieldLines(TableSection& table, ApiVersion version) : table_(table), version_(version) {}

    template <class T>
    void field(std::string_view name, const T& value, FieldSpec spec = {}) {
        if (spec.present(version_)) {
            put(std::string(name), value);
        }
    }

private:
    void line(const std::string& name, std::string value, Tone tone = Tone::kPlain) {
        if (table_.lines.size() < kMostLines) {
            table_.lines.push_back(
                {{std::string(2 * depth_, ' ') + name, std::move(value)}, tone, {}});
        }
    }
    template <class T>
    void inside(const T& message) {
        ++depth_;
        T::describe(*this, message);
        --depth_;
    }

    template <class T>
    void put(const std::string& name, const T& value) {
        if constexpr (kIsOptional<T>) {
            if (value) {
                put(name, *value);
            } else {
                line(name, "null");
            }
        } else if constexpr (std::same_as<T, Records>) {
            line(name, fmt::format("{}, {}", counted(value.batches.size(), "batch", "batches"),
                                   bytes_text(static_cast<int64_t>(value.size_in_bytes()))));
        } else if constexpr (std::same_as<T, Bytes>) {
            line(name, bytes_text(static_cast<int64_t>(value.size())));
        } else if constexpr (kIsVector<T>) {
            put_list(name, value);
        } else if constexpr (Described<T>) {
            line(name, "");
            inside(value);
        } else {
            put_scalar(name, value);
        }
    }

    template <class T>
    void put_list(const std::string& name, const std::vector<T>& list) {
        if constexpr (!Described<T> && StrongType<T>) {
            std::vector<std::string> values;
            for (const T& value : list) {
                values.push_back(fmt::format("{}", value.value));
            }
            line(name, fmt::format("[{}]", fmt::join(values, ", ")));
        } else {
            line(name, counted(list.size(), "entry", "entries"));
            ++depth_;
            for (std::size_t i = 0; i < list.size() && i < kMostOfAList; ++i) {
                put(fmt::format("[{}]", i), list[i]);
            }
            if (list.size() > kMostOfAList) {
                line("...", counted(list.size() - kMostOfAList, "entry more", "entries more"));
            }
            --depth_;
        }
    }

    template <class T>
    void put_scalar(const std::string& name, const T& value) {
        if constexpr (std::same_as<T, bool>) {
            line(name, value ? "true" : "false");
        } else if constexpr (std::same_as<T, ErrorCode>) {
            line(name, std::string(error_name(value)),
                 value == ErrorCode::kNone ? Tone::kPlain : Tone::kBad);
        } else if constexpr (std::same_as<T, ApiKey>) {
            line(name, std::string(api_name(value)));
        } else if constexpr (StrongType<T>) {
            line(name, fmt::format("{}", value.value));
        } else if constexpr (std::is_enum_v<T>) {
            line(name, fmt::format("{}", static_cast<int64_t>(value)));
        } else if constexpr (std::same_as<T, Uuid>) {
            line(name, value.to_string());
        } else if constexpr (std::same_as<T, std::string>) {
            line(name, fmt::format("'{}'", printable(value)));
        } else {
            line(name, fmt::format("{}", value));
        }
    }

    TableSection& table_;
    ApiVersion version_;
    std::size_t depth_ = 0;
};

template <class Body>
TableSection fields_of(const Body& body, ApiVersion version) {
    TableSection table{"Fields", {"Field", "Value"}, {}};
    std::visit(
        [&](const auto& message) {
            FieldLines lines(table, version);
            std::decay_t<decltype(message)>::describe(lines, message);
        },
        body);
    return table;
}

}  // namespace

TableSection message_fields(const Packet& packet) {
    if (const auto* request = std::get_if<Request>(&packet)) {
        return fields_of(request->body, request->header.request_api_version);
    }
    if (const auto* response = std::get_if<Response>(&packet)) {
        return fields_of(response->body, response->request_header.request_api_version);
    }
    return {"Fields", {"Field", "Value"}, {}};
}

}  // namespace brokerlab

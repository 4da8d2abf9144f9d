// FlatJson: the values of the order services' records and calls: JSON objects without objects or
// lists inside.
//
// Numbers stay text, as money is counted in hundredths and never in floating point. Not modelled:
// what JSON allows beyond flat objects; it is refused with the place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/outcome.h"

namespace brokerlab {

struct JsonField {
    enum class Kind : uint8_t { kText, kNumber, kBoolean, kNull };
    std::string name;
    std::string text;  ///< of a text without its quotes and escapes, else as it stands in JSON
    Kind kind = Kind::kText;

    bool operator==(const JsonField&) const = default;
};

/// The fields of an object in their order.
struct FlatJson {
    std::vector<JsonField> fields;

    /// The text of the first field of that name that is not null; nullptr when there is none.
    [[nodiscard]] const std::string* find(std::string_view name) const;
    /// Adds a field.
    FlatJson& text(std::string_view name, std::string_view value);
    FlatJson& number(std::string_view name, std::string_view value);

    bool operator==(const FlatJson&) const = default;
};

/// Fails with what was expected, and at which byte.
[[nodiscard]] Outcome<FlatJson> parse_flat_json(std::string_view json);
/// parse_flat_json() reads the same object back.
[[nodiscard]] std::string write_flat_json(const FlatJson& object);

}  // namespace brokerlab

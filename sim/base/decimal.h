// Decimal numbers in a text, exact: without floating point.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace brokerlab {

/// A number without sign, with at most three decimals ("0.25", "10"), in thousandths. None when the
/// text is not one, or when it is more than `highest` thousandths (at most 10^14).
[[nodiscard]] std::optional<int64_t> parse_thousandths(std::string_view text, int64_t highest);

}  // namespace brokerlab

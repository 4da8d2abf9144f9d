// Rates as scenarios write them: `100/s`, `0.5/s`, `30/min`, `10/h`.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/base/outcome.h"

namespace brokerlab {

/// A rate in records per 1000 seconds, rounded down; at most 1,000,000 a second. Fails for anything
/// but a number that is not negative, with at most three decimals, and a unit, and for what would
/// round down to no record at all.
[[nodiscard]] Outcome<int64_t> parse_rate(std::string_view text);

}  // namespace brokerlab

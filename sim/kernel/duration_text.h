// Spans of time as people write them: `5s`, `1.5s`, `200ms`, `400us`, `10min`, `1h`, `7d`.
#pragma once

#include <string_view>

#include "sim/base/outcome.h"
#include "sim/kernel/sim_time.h"

namespace brokerlab {

/// A number that is not negative, with decimals that make whole nanoseconds, and its unit (ns, us,
/// ms, s, min or m, h, d). A number without a unit, and anything else, fails.
[[nodiscard]] Outcome<Duration> parse_duration(std::string_view text);

}  // namespace brokerlab

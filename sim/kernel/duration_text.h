// Spans of time as people write them: `5s`, `1.5s`, `200ms`, `400us`, `10min`, `1h`, `7d`.
#pragma once

#include <string>
#include <string_view>

#include "sim/base/outcome.h"
#include "sim/kernel/sim_time.h"

namespace brokerlab {

/// A number that is not negative, with decimals that make whole nanoseconds, and its unit (ns, us,
/// ms, s, min or m, h, d). A number without a unit, anything else, and what is not shorter than
/// kForever (292 years), fails.
[[nodiscard]] Outcome<Duration> parse_duration(std::string_view text);

/// The span as one word: the largest unit in which it is a whole number. parse_duration() reads the
/// same span back, when it is neither negative nor kForever.
[[nodiscard]] std::string duration_text(Duration d);

}  // namespace brokerlab

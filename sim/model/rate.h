// Rates as scenarios write them: `100/s`, `0.5/s`, `30/min`, `10/h`.
//
// A rate is kept exactly, as a whole number of records in 1000 hours: that holds every number with
// three decimals of a second, a minute or an hour. So a k-th record is due at the floor of
// k * kRatePeriod / in_1000_hours, in integers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/outcome.h"
#include "sim/kernel/sim_time.h"

namespace brokerlab {

struct Rate {
    int64_t in_1000_hours = 0;  ///< records; 0 is none

    [[nodiscard]] static constexpr Rate per_second(int64_t n) { return Rate{n * 3'600'000}; }

    friend constexpr bool operator==(Rate, Rate) = default;
};
/// The time in which a rate counts its records.
inline constexpr Duration kRatePeriod = 1000_h;

/// Reads a rate of at most 1,000,000 a second. Fails for anything but a number that is not
/// negative, with at most three decimals, and a unit.
[[nodiscard]] Outcome<Rate> parse_rate(std::string_view text);

/// The rate in the largest unit in which it is exact, seconds first; parse_rate() reads it back.
[[nodiscard]] std::string rate_text(Rate rate);

}  // namespace brokerlab

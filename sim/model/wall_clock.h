// The lab's wall clock: what time it is for the brokers and clients of a simulation.
//
// All nodes share one clock without skew. It starts at a fixed date so that a run gives the same
// record timestamps whenever and wherever it is played.
#pragma once

#include "sim/kernel/sim_time.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// The wall clock at the start of the boot: 2023-11-14 22:13:20 UTC.
inline constexpr Timestamp kBootTimestamp{1'700'000'000'000};

/// The wall clock at `now`, which counts from the start of the boot.
[[nodiscard]] constexpr Timestamp wall_clock(SimTime now) {
    return Timestamp(kBootTimestamp.value + now.to_ms());
}

/// Milliseconds from `from` to `to`. Timestamps of records may be anything a client wrote, so the
/// difference stops at the ends of its range instead of overflowing.
[[nodiscard]] constexpr int64_t ms_between(Timestamp from, Timestamp to) {
    return detail::saturating_subtract(to.value, from.value);
}

}  // namespace brokerlab

// Event: something scheduled inside the world, fully derived from what went before.
//
// 32 bytes, trivially copyable: what an event carries beyond a number lives in a slab of the world
// and is named by `body`. What the kinds and targets are is decided in model/; here they are
// numbers.
#pragma once

#include <cstdint>
#include <type_traits>

#include "sim/base/digest.h"
#include "sim/base/strong.h"
#include "sim/kernel/sim_time.h"

namespace brokerlab {

struct EventSequenceTag {
    static constexpr bool kCountable = true;
};
/// Counts the events ever scheduled, from 1. With the time it orders them, and it names them.
using EventSequence = Strong<EventSequenceTag, uint64_t>;

/// The cause of what no event scheduled.
inline constexpr EventSequence kNoEvent{0};

struct Event {
    SimTime at;
    EventSequence sequence;
    EventSequence cause;  ///< the event that scheduled this one, or kNoEvent
    uint16_t kind = 0;    ///< what happens
    uint16_t target = 0;  ///< to whom
    uint32_t body = 0;    ///< slot of its message, when the kind has one

    friend constexpr bool operator==(const Event&, const Event&) = default;
};
static_assert(sizeof(Event) == 32);
static_assert(std::is_trivially_copyable_v<Event>);

/// The order in which a world runs its events.
constexpr bool runs_before(const Event& a, const Event& b) {
    return a.at != b.at ? a.at < b.at : a.sequence < b.sequence;
}

inline void digest_into(Digest& d, const Event& e) {
    digest_fields(d, e.at, e.sequence, e.cause, e.kind, e.target, e.body);
}

}  // namespace brokerlab

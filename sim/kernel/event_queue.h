// EventQueue: the pending events of a world, earliest first in (time, sequence).
//
// A value: it copies (in microseconds for the thousands of events of a large cluster), compares
// and digests. Nothing is searched for in it or removed from its middle: a deadline that moves is
// a field of its owner, whose one timer re-arms itself.
//
// Events stay where they were stored; what is sorted are small keys. The next few are in a sorted
// run, the others in buckets by time (time_buckets.h), which suits a simulation because its time
// never runs backwards. Both keep keys of one instant in the order in which they came, so
// sequences are never compared, only checked. Storage grows to the most events ever pending and
// stays, and every copy of the queue carries it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/kernel/event.h"
#include "sim/kernel/event_slots.h"
#include "sim/kernel/near_run.h"
#include "sim/kernel/time_buckets.h"

namespace brokerlab {

class EventQueue {
public:
    /// Schedules an event and returns its sequence. `at` must not lie before the last event
    /// popped; the new event runs after those already scheduled for the same instant.
    EventSequence push(SimTime at, uint16_t kind, uint16_t target, uint32_t body,
                       EventSequence cause);

    /// Numbers what runs at `now` without having been scheduled: a command. `now` must not lie
    /// before the last event popped nor after the next one.
    EventSequence take_sequence(SimTime now);

    /// Removes and returns the earliest event. The queue must not be empty.
    Event pop();

    /// The time of the earliest event. The queue must not be empty.
    [[nodiscard]] SimTime next_time() const;

    [[nodiscard]] std::size_t size() const { return next_sequence_.value - 1 - popped_; }
    [[nodiscard]] bool empty() const { return size() == 0; }

    /// The sequence that the next push() will give.
    [[nodiscard]] EventSequence next_sequence() const { return next_sequence_; }

    /// A copy of what is pending, in order, for views. Costs a sort.
    [[nodiscard]] std::vector<Event> pending() const;

    /// Equal queues hold equal events and will number the next one alike, whatever their past.
    friend bool operator==(const EventQueue& a, const EventQueue& b);
    friend void digest_into(Digest& d, const EventQueue& queue);

private:
    EventSlots events_;
    NearRun near_;     ///< keys before near_limit_, or at it (TimeBuckets::take_earliest)
    TimeBuckets far_;  ///< keys at or after near_limit_
    uint64_t near_limit_ = 0;

    EventSequence next_sequence_{1};
    uint64_t popped_ = 0;                     ///< how many events
    SimTime last_time_{detail::kLowest};      ///< of the last event popped
    EventSequence last_sequence_ = kNoEvent;  ///< of the last event popped
};

}  // namespace brokerlab

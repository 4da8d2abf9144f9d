// EventSlots: the storage of pending events, by slot.
//
// One block of memory whose free slots are chained through the events themselves, the last one
// freed first, so that a slot is usually still in the cache when it is used again. Which event
// lies in which slot depends on history: nothing outside the queue may see it.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/kernel/event.h"

namespace brokerlab {

class EventSlots {
public:
    /// Stores an event and returns its slot.
    uint32_t add(const Event& event) {
        if (first_free_ == kNone) {
            events_.push_back(event);
            return static_cast<uint32_t>(events_.size() - 1);
        }
        const uint32_t slot = first_free_;
        first_free_ = events_[slot].body;
        events_[slot] = event;
        return slot;
    }
    /// Removes and returns the event of a slot in use.
    Event take(uint32_t slot) {
        const Event event = events_[slot];
        events_[slot].sequence = kNoEvent;  // Marks it free: events count from 1.
        events_[slot].body = std::exchange(first_free_, slot);
        return event;
    }
    /// Tells the processor that the event of `slot` will be taken soon.
    void prefetch(uint32_t slot) const { __builtin_prefetch(&events_[slot]); }

    /// Calls `visit` with every stored event, in no order that means anything.
    template <class Visit>
    void for_each(Visit visit) const {
        for (const Event& event : events_) {
            if (event.sequence != kNoEvent) {
                visit(event);
            }
        }
    }

private:
    static constexpr uint32_t kNone = 0xffffffff;

    std::vector<Event> events_;  ///< a free one has sequence kNoEvent and the next free as body
    uint32_t first_free_ = kNone;
};

}  // namespace brokerlab

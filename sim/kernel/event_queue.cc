#include "sim/kernel/event_queue.h"

#include <algorithm>
#include <utility>

#include "sim/base/check.h"

namespace brokerlab {
namespace {

constexpr uint64_t kSignBit = uint64_t{1} << 63;

constexpr uint64_t key_time(SimTime at) {
    return static_cast<uint64_t>(at.ns) ^ kSignBit;
}
constexpr SimTime sim_time(uint64_t key_time) {
    return SimTime(static_cast<int64_t>(key_time ^ kSignBit));
}

}  // namespace

EventSequence EventQueue::push(SimTime at, uint16_t kind, uint16_t target, uint32_t body,
                               EventSequence cause) {
    BL_CHECK(at >= last_time_);
    const EventSequence sequence = next_sequence_;
    ++next_sequence_;
    const TimeKey key{key_time(at), events_.add({at, sequence, cause, kind, target, body})};
    if (key.at < near_limit_ && near_.full()) {
        near_limit_ = near_.make_room(near_limit_, [this](TimeKey k) { far_.add(k); });
    }
    if (key.at < near_limit_) {
        near_.add(key);
    } else {
        far_.add(key);
    }
    return sequence;
}

EventSequence EventQueue::take_sequence(SimTime now) {
    BL_CHECK(now >= last_time_);
    BL_CHECK(empty() || now <= next_time());
    if (now > last_time_) {
        last_time_ = now;
        last_sequence_ = kNoEvent;  // Of this instant no event has run.
    }
    ++popped_;
    return std::exchange(next_sequence_, next_sequence_ + 1);
}

Event EventQueue::pop() {
    BL_CHECK(!empty());
    if (near_.empty()) {
        near_limit_ = far_.take_earliest([this](TimeKey key) {
            events_.prefetch(key.slot);  // Popped soon, and stored long ago.
            near_.add(key);
        });
    }
    const Event event = events_.take(near_.take_front().slot);
    BL_CHECK(event.at >= last_time_);
    BL_CHECK(event.at > last_time_ || event.sequence > last_sequence_);
    last_time_ = event.at;
    last_sequence_ = event.sequence;
    ++popped_;
    return event;
}

SimTime EventQueue::next_time() const {
    BL_CHECK(!empty());
    return sim_time(near_.empty() ? far_.earliest() : near_.front().at);
}

std::vector<Event> EventQueue::pending() const {
    std::vector<Event> events;
    events.reserve(size());
    events_.for_each([&events](const Event& event) { events.push_back(event); });
    std::sort(events.begin(), events.end(), runs_before);
    return events;
}

bool operator==(const EventQueue& a, const EventQueue& b) {
    return a.next_sequence_ == b.next_sequence_ && a.size() == b.size() &&
           a.pending() == b.pending();
}

void digest_into(Digest& d, const EventQueue& queue) {
    digest_fields(d, queue.next_sequence_, queue.pending());
}

}  // namespace brokerlab

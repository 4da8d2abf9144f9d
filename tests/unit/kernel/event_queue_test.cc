// EventQueue against the plainest thing that could do its work: a std::set of (time, sequence).
#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/kernel/draw.h"
#include "sim/kernel/event_queue.h"

namespace brokerlab {
namespace {

/// A queue that is compared with its model at every step. A value, as the queue is.
class CheckedQueue {
public:
    void push(SimTime at) {
        const auto number = static_cast<uint32_t>(queue_.next_sequence().value);
        const Event event{at,
                          queue_.next_sequence(),
                          EventSequence(number / 2),
                          static_cast<uint16_t>(number % 7),
                          static_cast<uint16_t>(number % 11),
                          number * 3};
        const EventSequence given =
            queue_.push(at, event.kind, event.target, event.body, event.cause);
        RC_ASSERT(given == event.sequence);
        model_.emplace(std::pair(at, given), event);
        check();
    }
    void pop() {
        const Event event = queue_.pop();
        RC_ASSERT(event == model_.begin()->second);
        model_.erase(model_.begin());
        now_ = event.at;
        check();
    }
    void check_all() const {
        std::vector<Event> expected;
        for (const auto& [key, event] : model_) {
            expected.push_back(event);
        }
        RC_ASSERT(queue_.pending() == expected);
    }
    [[nodiscard]] SimTime now() const { return now_; }
    [[nodiscard]] bool empty() const { return model_.empty(); }
    [[nodiscard]] const EventQueue& queue() const { return queue_; }

private:
    void check() const {
        RC_ASSERT(queue_.size() == model_.size());
        RC_ASSERT(queue_.empty() == model_.empty());
        if (!model_.empty()) {
            RC_ASSERT(queue_.next_time() == model_.begin()->first.first);
        }
    }

    EventQueue queue_;
    std::map<std::pair<SimTime, EventSequence>, Event> model_;
    SimTime now_;
};

/// How far ahead the events of one burst are scheduled.
Duration a_delay(int pattern, DrawSequence& draws) {
    switch (pattern) {
        case 0:
            return Duration();  // all at this instant
        case 1:
            return Duration(static_cast<int64_t>(draws.next(4)));  // a few instants
        case 2:
            return 1_ms * static_cast<int64_t>(draws.next(20));  // timers on a grid
        case 3:
            return 1_ms + Duration(static_cast<int64_t>(draws.next(400'000)));
        case 4:
            return 24_h * static_cast<int64_t>(draws.next(30));  // retention
        default:
            return Duration(static_cast<int64_t>(draws.next_bits().value >> (2 + draws.next(60))));
    }
}

/// A few bursts of scheduling, each followed by some running. Bursts are larger than what the
/// queue keeps sorted or in one block.
void run_some(CheckedQueue& world, int bursts) {
    DrawSequence draws(Seed(*rc::gen::arbitrary<uint64_t>()), DrawPurpose::kArrival, 0, 0);
    for (int burst = 0; burst < bursts; ++burst) {
        const int pattern = *rc::gen::inRange(0, 6);
        const int pushes = *rc::gen::inRange(0, 150);
        for (int i = 0; i < pushes; ++i) {
            world.push(world.now() + a_delay(pattern, draws));
        }
        world.check_all();
        const int pops = *rc::gen::inRange(0, 150);
        const bool each_schedules = *rc::gen::arbitrary<bool>();
        for (int i = 0; i < pops && !world.empty(); ++i) {
            world.pop();
            if (each_schedules) {
                world.push(world.now() + a_delay(pattern, draws));
            }
        }
        world.check_all();
    }
}

RC_GTEST_PROP(EventQueue, runs_events_in_order_of_time_and_sequence, ()) {
    CheckedQueue world;
    run_some(world, *rc::gen::inRange(1, 12));
    while (!world.empty()) {
        world.pop();
    }
}

RC_GTEST_PROP(EventQueue, copies_diverge_and_leave_the_original_alone, ()) {
    CheckedQueue world;
    run_some(world, *rc::gen::inRange(1, 5));
    const CheckedQueue moment = world;
    const uint64_t digest = digest_of(moment.queue());
    CheckedQueue branch = moment;
    RC_ASSERT(branch.queue() == world.queue());
    run_some(world, 3);
    run_some(branch, 3);
    moment.check_all();
    RC_ASSERT(digest_of(moment.queue()) == digest);

    CheckedQueue again = moment;
    while (!again.empty()) {
        again.pop();
    }
}

/// Runs the same schedule with pops as late, or as early, as they can be.
EventQueue schedule(const std::vector<SimTime>& times, std::size_t pops, bool early) {
    std::vector<SimTime> earliest_from(times.size() + 1, kNever);
    for (std::size_t i = times.size(); i-- > 0;) {
        earliest_from[i] = std::min(times[i], earliest_from[i + 1]);
    }
    EventQueue queue;
    std::size_t popped = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        queue.push(times[i], 1, 2, static_cast<uint32_t>(i), kNoEvent);
        while (early && popped < pops && !queue.empty() &&
               queue.next_time() <= earliest_from[i + 1]) {
            queue.pop();
            ++popped;
        }
    }
    for (; popped < pops; ++popped) {
        queue.pop();
    }
    return queue;
}

RC_GTEST_PROP(EventQueue, does_not_show_by_which_history_it_came_to_its_content, ()) {
    DrawSequence draws(Seed(*rc::gen::arbitrary<uint64_t>()), DrawPurpose::kArrival, 0, 0);
    const int pattern = *rc::gen::inRange(1, 6);
    std::vector<SimTime> times(*rc::gen::inRange<std::size_t>(1, 400));
    SimTime start;
    for (SimTime& time : times) {
        start += Duration(static_cast<int64_t>(draws.next(1'000'000)));
        time = start + a_delay(pattern, draws);
    }
    const std::size_t pops = *rc::gen::inRange<std::size_t>(0, times.size() + 1);
    EventQueue late = schedule(times, pops, false);
    EventQueue early = schedule(times, pops, true);
    RC_ASSERT(late == early);
    RC_ASSERT(digest_of(late) == digest_of(early));
    RC_ASSERT(late.pending() == early.pending());
    while (!late.empty()) {
        RC_ASSERT(late.pop() == early.pop());
    }
    RC_ASSERT(late == early);
}

TEST(EventQueue, numbers_events_from_one_and_runs_equal_times_in_that_order) {
    EventQueue queue;
    constexpr uint32_t kEvents = 5'000;
    for (uint32_t i = 0; i < kEvents; ++i) {
        EXPECT_EQ(queue.push(SimTime() + 1_s, 0, 0, i, kNoEvent), EventSequence(i + 1));
    }
    for (uint32_t i = 0; i < kEvents; ++i) {
        const Event event = queue.pop();
        ASSERT_EQ(event.sequence, EventSequence(i + 1));
        ASSERT_EQ(event.body, i);
    }
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.next_sequence(), EventSequence(kEvents + 1));
}

TEST(EventQueue, keeps_an_instant_in_order_when_earlier_events_crowd_it_out) {
    // Part of a crowded instant is among the next events when earlier ones push it back, others
    // join it there, and then earlier ones come again.
    EventQueue queue;
    const auto push = [&queue](int count, SimTime at) {
        for (int i = 0; i < count; ++i) {
            queue.push(at, 0, 0, 0, kNoEvent);
        }
    };
    push(1, SimTime());
    queue.pop();
    push(44, SimTime() + 1_h);
    push(21, SimTime() + 1_s);
    push(5, SimTime() + 1_h);
    push(60, SimTime() + 1_ms);
    const std::vector<Event> expected = queue.pending();
    std::vector<Event> run;
    while (!queue.empty()) {
        run.push_back(queue.pop());
    }
    EXPECT_EQ(run, expected);
    EXPECT_EQ(run.size(), 130U);
}

TEST(EventQueue, spans_all_of_time) {
    EventQueue queue;
    const std::vector<SimTime> times = {kNever,
                                        SimTime() + 24_h * 365,
                                        SimTime() + 1_ns,
                                        SimTime(),
                                        SimTime() - 1_ns,
                                        SimTime() - 2_min,
                                        SimTime(std::numeric_limits<int64_t>::min())};
    for (const SimTime at : times) {
        queue.push(at, 0, 0, 0, kNoEvent);
    }
    queue.push(kNever, 0, 0, 1, kNoEvent);
    for (auto at = times.rbegin(); at != times.rend(); ++at) {
        EXPECT_EQ(queue.next_time(), *at);
        EXPECT_EQ(queue.pop().at, *at);
    }
    queue.push(kNever, 0, 0, 2, kNoEvent);
    EXPECT_EQ(queue.pop().body, 1U);
    EXPECT_EQ(queue.pop().body, 2U);
}

TEST(EventQueue, sorts_the_last_hour_of_time_as_any_other) {
    EventQueue queue;
    queue.push(kNever - 1_h, 0, 0, 0, kNoEvent);
    queue.push(kNever, 0, 0, 1, kNoEvent);
    queue.pop();
    queue.push(kNever, 0, 0, 2, kNoEvent);
    queue.push(kNever - 1_min, 0, 0, 3, kNoEvent);
    EXPECT_EQ(queue.pop().body, 3U);
    EXPECT_EQ(queue.pop().body, 1U);
    EXPECT_EQ(queue.pop().body, 2U);
}

TEST(EventQueue, takes_an_event_for_now_while_the_next_is_far_away) {
    EventQueue queue;
    queue.push(SimTime() + 1_ms, 0, 0, 0, kNoEvent);
    queue.push(SimTime() + 24_h, 0, 0, 1, kNoEvent);
    const Event first = queue.pop();
    EXPECT_EQ(queue.next_time(), SimTime() + 24_h);  // A look ahead moves nothing.
    queue.push(first.at, 0, 0, 2, first.sequence);
    queue.push(first.at + 1_ns, 0, 0, 3, first.sequence);
    EXPECT_EQ(queue.pop().body, 2U);
    EXPECT_EQ(queue.pop().body, 3U);
    EXPECT_EQ(queue.pop().body, 1U);
}

TEST(EventQueue, differs_in_digest_by_anything_that_it_holds) {
    const auto with = [](SimTime at, uint16_t kind, uint16_t target, uint32_t body,
                         EventSequence cause) {
        EventQueue queue;
        queue.push(at, kind, target, body, cause);
        return digest_of(queue);
    };
    const SimTime at = SimTime() + 1_s;
    const std::vector<uint64_t> digests = {digest_of(EventQueue()),
                                           with(at, 1, 2, 3, kNoEvent),
                                           with(at + 1_ns, 1, 2, 3, kNoEvent),
                                           with(at, 9, 2, 3, kNoEvent),
                                           with(at, 1, 9, 3, kNoEvent),
                                           with(at, 1, 2, 9, kNoEvent),
                                           with(at, 1, 2, 3, EventSequence(9))};
    for (std::size_t i = 0; i < digests.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_NE(digests[i], digests[j]) << i << " and " << j;
        }
    }
}

TEST(EventQueue, differs_while_it_would_number_the_next_event_differently) {
    EventQueue fresh;
    EventQueue used;
    used.push(SimTime(), 0, 0, 0, kNoEvent);
    used.pop();
    EXPECT_FALSE(fresh == used);
    EXPECT_NE(digest_of(fresh), digest_of(used));
}

TEST(EventQueueDeathTest, stops_who_schedules_in_the_past) {
    EventQueue queue;
    queue.push(SimTime() + 2_s, 0, 0, 0, kNoEvent);
    queue.pop();
    queue.push(SimTime() + 2_s, 0, 0, 0, kNoEvent);
    EXPECT_DEATH(queue.push(SimTime() + 2_s - 1_ns, 0, 0, 0, kNoEvent),
                 "check failed: at >= last_time_");
}

TEST(EventQueueDeathTest, stops_who_reads_an_empty_queue) {
    EventQueue queue;
    EXPECT_DEATH(queue.pop(), "check failed: !empty()");
    EXPECT_DEATH((void)queue.next_time(), "check failed: !empty()");
}

}  // namespace
}  // namespace brokerlab

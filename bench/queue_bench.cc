// The event queue in the hold model: a fixed number of events pending, each of which schedules the
// next one at its own time plus an exponential delay when it is popped. This is the usual measure
// of event queues; targets are in events popped and scheduled.
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "bench/bench.h"
#include "sim/kernel/draw.h"
#include "sim/kernel/event_queue.h"

namespace brokerlab {
namespace {

/// The delays are drawn beforehand, so that the queue is measured and not the draw; few enough to
/// stay in the cache beside it.
class Delays {
public:
    Delays() {
        DrawSequence draws(Seed(1), DrawPurpose::kArrival, 0, 0);
        for (Duration& delay : delays_) {
            delay = exponential(draws.next_bits(), 100_ms);
        }
    }
    Duration next() { return delays_[++at_ % kCount]; }

private:
    static constexpr std::size_t kCount = 1 << 14;

    std::vector<Duration> delays_ = std::vector<Duration>(kCount);
    std::size_t at_ = 0;
};

class Hold {
public:
    explicit Hold(std::size_t pending) {
        for (std::size_t i = 0; i < pending; ++i) {
            queue_.push(SimTime() + delays_.next(), 1, 2, static_cast<uint32_t>(i), kNoEvent);
        }
        run(3 * pending);  // Until the mixture of times is the one that stays.
    }
    void run(std::size_t events) {
        for (std::size_t i = 0; i < events; ++i) {
            const Event event = queue_.pop();
            queue_.push(event.at + delays_.next(), event.kind, event.target, event.body,
                        event.sequence);
        }
    }
    [[nodiscard]] const EventQueue& queue() const { return queue_; }

private:
    Delays delays_;
    EventQueue queue_;
};

/// Made at the first repetition: what the filter leaves out costs nothing.
class LazyHold {
public:
    explicit LazyHold(std::size_t pending) : pending_(pending) {}
    Hold& get() {
        if (hold_ == nullptr) {
            hold_ = std::make_shared<Hold>(pending_);
        }
        return *hold_;
    }

private:
    std::size_t pending_;
    std::shared_ptr<Hold> hold_;
};

void add_hold(BenchmarkList& list, std::size_t pending, double target) {
    constexpr std::size_t kEvents = 2'000'000;
    list.push_back({fmt::format("queue.hold.{}", pending), target, "M events/s", Better::kHigher,
                    [hold = LazyHold(pending)]() mutable {
                        Hold& measured = hold.get();
                        const Stopwatch watch;
                        measured.run(kEvents);
                        return static_cast<double>(kEvents) / watch.seconds() / 1e6;
                    }});
}

/// The queue is a part of the world that every branch copies.
void add_copy(BenchmarkList& list, std::size_t pending, double target) {
    constexpr int kCopies = 10'000;
    list.push_back({fmt::format("queue.copy.{}", pending), target, "us", Better::kLower,
                    [hold = LazyHold(pending)]() mutable {
                        const EventQueue& original = hold.get().queue();
                        const Stopwatch watch;
                        for (int i = 0; i < kCopies; ++i) {
                            const EventQueue copy = original;
                            keep(copy.next_time());
                        }
                        return watch.seconds() / kCopies * 1e6;
                    }});
}

}  // namespace

void add_queue_benchmarks(BenchmarkList& list) {
    add_hold(list, 100, 35);
    add_hold(list, 1'000, 30);
    add_hold(list, 10'000, 22);
    add_hold(list, 100'000, 16);
    add_hold(list, 1'000'000, 5);
    add_copy(list, 2'000, 5);
}

}  // namespace brokerlab

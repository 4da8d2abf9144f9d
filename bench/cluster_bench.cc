// The cost of a whole cluster: an hour of three brokers under a steady load, the same hour in a
// Timeline, and the boot and the idling of a large cluster.
//
// A cluster's figures come from one run: the first row that needs a new run makes it, and the rows
// beside it read theirs. Memory is how far the program's resident set grew at most over what it was
// before, free memory of earlier benchmarks not counted. The bare engine is measured, without
// invariants and reports, except where a row says otherwise.
#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/bench.h"
#include "sim/base/check.h"
#include "sim/oracle/invariants.h"
#include "sim/timeline/play.h"
#include "sim/timeline/timeline.h"

namespace brokerlab {
namespace {

constexpr int kSeeks = 101;
constexpr int32_t kTopicsOfLarge = 30;
constexpr Duration kIdle = 20_s;

/// Three brokers and one producer that writes keyed records to three partitions.
Setup small_cluster(int64_t records_per_second) {
    Setup setup;
    setup.name = "steady load";
    setup.seed = Seed{42};
    for (int32_t id = 1; id <= 3; ++id) {
        setup.brokers.push_back({BrokerId(id), std::nullopt});
    }
    setup.cluster_config = ConfigMap(ConfigScope::kBroker);
    setup.network.jitter = 400_us;
    TopicSetup topic{"orders", 3, 3, ConfigMap(ConfigScope::kTopic)};
    BL_CHECK(!topic.config.set("min.insync.replicas", "2"));
    setup.topics.push_back(std::move(topic));
    ProducerSetup producer;
    producer.name = "till";
    producer.topic = "orders";
    producer.rate = Rate::per_second(records_per_second);
    producer.key = "order-{n}";
    producer.value = R"({"order":{n}})";
    producer.config = ConfigMap(ConfigScope::kProducer);
    BL_CHECK(!producer.config.set("acks", "all"));
    setup.producers.push_back(std::move(producer));
    return setup;
}

/// 30 brokers with 3,000 partitions of factor 3, and no clients.
Setup large_cluster() {
    Setup setup;
    setup.name = "large";
    setup.seed = Seed{42};
    for (int32_t id = 1; id <= 30; ++id) {
        setup.brokers.push_back({BrokerId(id), std::nullopt});
    }
    setup.cluster_config = ConfigMap(ConfigScope::kBroker);
    setup.network.jitter = 400_us;
    for (int32_t n = 0; n < kTopicsOfLarge; ++n) {
        setup.topics.push_back(
            {fmt::format("topic-{:02}", n), 100, 3, ConfigMap(ConfigScope::kTopic)});
    }
    return setup;
}

Cursor booted(const Setup& setup) {
    Outcome<Cursor> cursor = boot(setup, [](const Cursor&, const Move&) {});
    BL_CHECK(cursor.ok());
    return *std::move(cursor);
}

/// Figures that one run gives together. A figure that was taken asks for the next run.
template <std::size_t kCount>
class Shared {
public:
    template <class Run>
    double take(std::size_t figure, Run run) {
        if (taken_[figure]) {
            figures_ = run();
            taken_.fill(false);
        }
        taken_[figure] = true;
        return figures_[figure];
    }

private:
    Shared() { taken_.fill(true); }
    template <std::size_t kN>
    friend std::shared_ptr<Shared<kN>> shared_figures();

    std::array<double, kCount> figures_{};
    std::array<bool, kCount> taken_;
};

template <std::size_t kN>
std::shared_ptr<Shared<kN>> shared_figures() {
    return std::shared_ptr<Shared<kN>>(new Shared<kN>());
}

// ---- A steady load -----------------------------------------------------------------------------

enum LoadFigure : std::size_t { kSeconds, kEventRate, kPerRecord, kPending, kLoadFigures };

std::array<double, kLoadFigures> run_load(int64_t records_per_second, Duration length) {
    const Stopwatch watch;
    Cursor cursor = booted(small_cluster(records_per_second));
    const SimTime end = *cursor.world.time_zero + length;
    const Plan nothing;
    Move move;
    std::size_t pending = 0;
    while (next_due(cursor, nothing) <= end) {
        move_on(cursor, nothing, move);
        pending = std::max(pending, cursor.world.queue.size());
    }
    const double seconds = watch.seconds();
    const World& world = cursor.world;
    const auto records = static_cast<double>(world.clients.back()->counts().acked);
    BL_CHECK(records > 0);
    const std::size_t nodes =
        world.brokers.size() + world.controllers.size() + world.clients.size();
    std::array<double, kLoadFigures> figures{};
    figures[kSeconds] = seconds;
    figures[kEventRate] = static_cast<double>(world.events_run) / seconds / 1e6;
    figures[kPerRecord] = seconds / records * 1e6;
    figures[kPending] = static_cast<double>(pending) / static_cast<double>(nodes);
    return figures;
}

struct LoadRow {
    LoadFigure figure;
    const char* name;
    double target;
    const char* unit;
    Better better;
};

void add_load(BenchmarkList& list, const std::string& name, int64_t records_per_second,
              Duration length, const std::vector<LoadRow>& rows) {
    const auto shared = shared_figures<kLoadFigures>();
    for (const LoadRow& row : rows) {
        list.push_back({name + "." + row.name, row.target, row.unit, row.better, [=] {
                            return shared->take(
                                row.figure, [=] { return run_load(records_per_second, length); });
                        }});
    }
}

/// What a record costs in ten times as many records, as a multiple: 1 where the cost is linear.
double growth_of_record_cost() {
    const double few = run_load(1000, 60_s)[kPerRecord];
    return run_load(1000, 600_s)[kPerRecord] / few;
}

/// As `brokerlab run` plays a scenario.
double seconds_with_invariants() {
    const Stopwatch watch;
    InvariantMonitor invariants;
    Cursor cursor = booted(small_cluster(100));
    const SimTime end = *cursor.world.time_zero + 600_s;
    const Plan nothing;
    Move move;
    while (next_due(cursor, nothing) <= end) {
        move_on(cursor, nothing, move);
        invariants.note(cursor.world, move.result);
    }
    invariants.check_all(cursor.world);
    return watch.seconds();
}

// ---- The same hour in a Timeline ---------------------------------------------------------------

enum TimelineFigure : std::size_t { kPlay, kMemory, kSeekMedian, kSeekWorst, kTimelineFigures };

/// Of /proc/self/status, in MB: "VmRSS:" or "VmHWM:".
double resident_mb(const char* key) {
    std::ifstream status("/proc/self/status");
    std::string line;
    while (std::getline(status, line)) {
        if (line.rfind(key, 0) == 0) {
            return std::stod(line.substr(std::strlen(key))) / 1e3;
        }
    }
    BL_CHECK(false);
}

/// Gives free memory back and forgets the highest resident set so far. Returns what is left.
double begin_to_measure_memory() {
    malloc_trim(0);
    std::ofstream("/proc/self/clear_refs") << "5";
    return resident_mb("VmRSS:");
}

std::array<double, kTimelineFigures> run_timeline() {
    const double before = begin_to_measure_memory();
    const Stopwatch watch;
    Outcome<Timeline> created = Timeline::create(small_cluster(100), Plan());
    BL_CHECK(created.ok());
    Timeline& timeline = *created;
    timeline.seek(3600_s);
    std::array<double, kTimelineFigures> figures{};
    figures[kPlay] = watch.seconds();
    figures[kMemory] = resident_mb("VmHWM:") - before;
    std::vector<double> seeks;
    for (int i = 0; i < kSeeks; ++i) {
        const RandomBits bits = draw(Seed{1}, DrawPurpose::kNetworkJitter, 0, draw_key(i));
        const Duration at = Duration::from_us(uniform_between(bits, 0, 3600_s / 1_us));
        const Stopwatch seek;
        timeline.seek(at);
        seeks.push_back(seek.seconds() * 1e3);
    }
    std::sort(seeks.begin(), seeks.end());
    figures[kSeekMedian] = seeks[kSeeks / 2];
    figures[kSeekWorst] = seeks.back();
    return figures;
}

void add_timeline(BenchmarkList& list) {
    const auto shared = shared_figures<kTimelineFigures>();
    const auto add = [&](TimelineFigure figure, const char* name, double target, const char* unit) {
        list.push_back({fmt::format("cluster.hour in a timeline.{}", name), target, unit,
                        Better::kLower, [=] { return shared->take(figure, run_timeline); }});
    };
    add(kPlay, "play", 3, "s");
    add(kMemory, "memory", 300, "MB");
    add(kSeekMedian, "seek, median", 50, "ms");
    add(kSeekWorst, "seek, worst", 50, "ms");
}

// ---- A large cluster ---------------------------------------------------------------------------

enum LargeFigure : std::size_t { kBoot, kIdleRate, kLargeFigures };

std::array<double, kLargeFigures> run_large() {
    std::array<double, kLargeFigures> figures{};
    const Stopwatch boot_watch;
    Cursor cursor = booted(large_cluster());
    figures[kBoot] = boot_watch.seconds();
    const Stopwatch watch;
    const SimTime end = *cursor.world.time_zero + kIdle;
    const Plan nothing;
    Move move;
    while (next_due(cursor, nothing) <= end) {
        move_on(cursor, nothing, move);
    }
    figures[kIdleRate] = static_cast<double>(kIdle / 1_s) / watch.seconds();
    return figures;
}

void add_large(BenchmarkList& list) {
    const auto shared = shared_figures<kLargeFigures>();
    list.push_back({"cluster.30 brokers, 3,000 partitions.boot", 1, "s", Better::kLower,
                    [=] { return shared->take(kBoot, run_large); }});
    list.push_back({"cluster.30 brokers, 3,000 partitions.idle", 100, "s per CPU s",
                    Better::kHigher, [=] { return shared->take(kIdleRate, run_large); }});
}

}  // namespace

void add_cluster_benchmarks(BenchmarkList& list) {
    add_load(list, "cluster.hour of 100/s", 100, 3600_s,
             {{kSeconds, "time", 3, "s", Better::kLower},
              {kEventRate, "events", 4, "M events/s", Better::kHigher},
              {kPerRecord, "record", 8, "us", Better::kLower},
              {kPending, "pending a node", 8, "events", Better::kLower}});
    add_load(list, "cluster.10 minutes of 100/s", 100, 600_s,
             {{kSeconds, "time", 0.5, "s", Better::kLower},
              {kPerRecord, "record", 8, "us", Better::kLower}});
    list.push_back({"cluster.10 minutes of 100/s.with invariants", 0.6, "s", Better::kLower,
                    seconds_with_invariants});
    add_load(list, "cluster.10 minutes of 1000/s", 1000, 600_s,
             {{kSeconds, "time", 5, "s", Better::kLower},
              {kPerRecord, "record", 8, "us", Better::kLower}});
    list.push_back({"cluster.linear in records.record of 10 times as many", 1.2, "times",
                    Better::kLower, growth_of_record_cost});
    add_timeline(list);
    add_large(list);
}

}  // namespace brokerlab

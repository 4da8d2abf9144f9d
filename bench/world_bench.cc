// Copies of something as large as a World: 10 brokers with 600 replicas and 600,000 records, and
// 2,000 pending events. A copy is what a keyframe or a branch costs; a copy and one append is what
// the first step after it costs.
#include <memory>
#include <string>
#include <vector>

#include "bench/bench.h"
#include "sim/base/check.h"
#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/kernel/event_queue.h"
#include "sim/log/append.h"
#include "sim/log/record.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

constexpr int kBrokers = 10;
constexpr int kReplicasPerBroker = 60;
constexpr int kRecordsPerReplica = 1000;
constexpr int kPendingEvents = 2000;
constexpr int kManyBatches = 1'000'000;
constexpr int kCopies = 2000;

/// What of a broker a copy and an append touch.
struct BrokerLike {
    FlatMap<TopicPartition, Cow<PartitionLog>> logs;
};

struct WorldLike {
    std::vector<Cow<BrokerLike>> brokers;
    Cow<EventQueue> events;
};

Records one_record() {
    const std::string value(40, 'v');
    BatchBuilder builder({});
    builder.append({.timestamp = kBootTimestamp, .value = as_bytes(value)});
    Records records;
    records.batches.emplace_back(builder.build());
    return records;
}

void append_to(PartitionLog& log, const Records& records) {
    static const LogConfig config;
    const AppendResult result =
        append_as_leader(log, records, LeaderEpoch(0), AppendOrigin::kClient, {config, SimTime()});
    BL_CHECK(result.ok());
}

PartitionLog log_of(int batches, const Records& records) {
    PartitionLog log = new_log(SimTime());
    for (int i = 0; i < batches; ++i) {
        append_to(log, records);
    }
    return log;
}

TopicPartition replica(int n) {
    return {"topic-" + std::to_string(n / 8), PartitionId(n % 8)};
}

WorldLike make_world(int batches_of_first) {
    const Records records = one_record();
    WorldLike world;
    for (int b = 0; b < kBrokers; ++b) {
        BrokerLike broker;
        for (int r = 0; r < kReplicasPerBroker; ++r) {
            const int batches = b == 0 && r == 0 ? batches_of_first : kRecordsPerReplica;
            broker.logs.insert_or_assign(replica(r), Cow<PartitionLog>(log_of(batches, records)));
        }
        world.brokers.emplace_back(std::move(broker));
    }
    EventQueue events;
    for (int i = 0; i < kPendingEvents; ++i) {
        events.push(SimTime::from_ms(i % 500), 1, 2, static_cast<uint32_t>(i), kNoEvent);
    }
    world.events = Cow<EventQueue>(std::move(events));
    return world;
}

/// Made when first needed, so that a filter that leaves it out costs nothing.
const WorldLike& world_of(std::unique_ptr<WorldLike>& world, int batches_of_first) {
    if (!world) {
        world = std::make_unique<WorldLike>(make_world(batches_of_first));
    }
    return *world;
}

double copy_us(const WorldLike& world) {
    const Stopwatch watch;
    for (int i = 0; i < kCopies; ++i) {
        const WorldLike copy = world;
        keep(copy.brokers.size());
    }
    return watch.seconds() * 1e6 / kCopies;
}

/// A copy, one append to a replica of the first broker and one event scheduled: all that was
/// shared on the way is cloned.
double copy_and_append_us(const WorldLike& world) {
    const Records records = one_record();
    const Stopwatch watch;
    for (int i = 0; i < kCopies; ++i) {
        WorldLike copy = world;
        append_to(copy.brokers[0].edit().logs.at(replica(0)).edit(), records);
        copy.events.edit().push(SimTime::from_ms(600), 1, 2, 0, kNoEvent);
        keep(copy.events->size());
    }
    return watch.seconds() * 1e6 / kCopies;
}

}  // namespace

void add_world_benchmarks(BenchmarkList& list) {
    const auto usual = std::make_shared<std::unique_ptr<WorldLike>>();
    const auto large = std::make_shared<std::unique_ptr<WorldLike>>();
    list.push_back({.name = "world.copy.600 replicas, 600,000 records",
                    .target = 10,
                    .unit = "us",
                    .better = Better::kLower,
                    .measure = [usual] { return copy_us(world_of(*usual, kRecordsPerReplica)); }});
    list.push_back(
        {.name = "world.copy and append.600 replicas, 600,000 records",
         .target = 30,
         .unit = "us",
         .better = Better::kLower,
         .measure = [usual] { return copy_and_append_us(world_of(*usual, kRecordsPerReplica)); }});
    list.push_back({.name = "world.copy.one log of 1,000,000 batches",
                    .target = 10,
                    .unit = "us",
                    .better = Better::kLower,
                    .measure = [large] { return copy_us(world_of(*large, kManyBatches)); }});
    list.push_back(
        {.name = "world.copy and append.one log of 1,000,000 batches",
         .target = 30,
         .unit = "us",
         .better = Better::kLower,
         .measure = [large] { return copy_and_append_us(world_of(*large, kManyBatches)); }});
}

}  // namespace brokerlab

// The cost of consumer groups: an hour of a small shop with two groups, and one cooperative
// rebalance of a large group, from the command that adds a member until everybody has its share.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/bench.h"
#include "sim/base/check.h"
#include "sim/oracle/group_ownership.h"
#include "sim/oracle/group_view.h"
#include "sim/timeline/play.h"
#include "sim/world/apply.h"

namespace brokerlab {
namespace {

constexpr int32_t kMembersOfLarge = 99;  ///< another one joins
constexpr int32_t kPartitionsOfLarge = 1000;

void set(ConfigMap& config, const char* key, const char* value) {
    BL_CHECK(!config.set(key, value));
}

/// Three brokers and topic orders.
Setup cluster_with_orders(int32_t partitions) {
    Setup setup;
    setup.name = "groups";
    setup.seed = Seed{42};
    for (int32_t id = 1; id <= 3; ++id) {
        setup.brokers.push_back({BrokerId(id), std::nullopt});
    }
    setup.cluster_config = ConfigMap(ConfigScope::kBroker);
    setup.network.jitter = 400_us;
    setup.topics.push_back({"orders", partitions, 3, ConfigMap(ConfigScope::kTopic)});
    return setup;
}

ConsumerSetup group_of(const std::string& name, int32_t members) {
    ConsumerSetup consumer;
    consumer.group = name;
    consumer.topics = {"orders"};
    consumer.members = members;
    consumer.config = ConfigMap(ConfigScope::kConsumer);
    set(consumer.config, "partition.assignment.strategy", "cooperative-sticky");
    set(consumer.config, "auto.offset.reset", "earliest");
    return consumer;
}

Cursor booted(const Setup& setup) {
    Outcome<Cursor> cursor = boot(setup, [](const Cursor&, const Move&) {});
    BL_CHECK(cursor.ok());
    return *std::move(cursor);
}

void play_until(Cursor& cursor, SimTime end) {
    const Plan nothing;
    Move move;
    while (next_due(cursor, nothing) <= end) {
        move_on(cursor, nothing, move);
    }
}

// ---- An hour of a shop -------------------------------------------------------------------------

double seconds_of_an_hour() {
    Setup setup = cluster_with_orders(6);
    ProducerSetup producer;
    producer.name = "till";
    producer.topic = "orders";
    producer.rate = Rate::per_second(10);
    producer.key = "order-{n}";
    producer.value = R"({"order":{n}})";
    producer.config = ConfigMap(ConfigScope::kProducer);
    set(producer.config, "acks", "all");
    setup.producers.push_back(std::move(producer));
    setup.consumers = {group_of("stock", 3), group_of("billing", 3)};
    for (ConsumerSetup& consumer : setup.consumers) {
        consumer.process = {20_ms, 20_ms};
    }
    const Stopwatch watch;
    Cursor cursor = booted(setup);
    play_until(cursor, *cursor.world.time_zero + 3600_s);
    const double seconds = watch.seconds();
    for (const char* group : {"stock", "billing"}) {
        const GroupView view = *view_group(cursor.world, group);
        BL_CHECK(view.state == "Stable" && view.members.size() == 3);
    }
    return seconds;
}

// ---- A large rebalance -------------------------------------------------------------------------

/// Whether that many members have all partitions between them.
bool is_settled(const World& world, std::size_t members) {
    const GroupView view = *view_group(world, "large");
    if (view.state != "Stable" || view.members.size() != members) {
        return false;
    }
    std::size_t owned = 0;
    const std::optional<GroupOwnership> ownership = view_ownership(world, "large");
    for (const OwnedPartitions& owner : ownership->owned) {
        owned += owner.partitions.size();
    }
    return owned == kPartitionsOfLarge;
}

void settle(Cursor& cursor, std::size_t members) {
    const SimTime limit = cursor.world.now + 120_s;
    while (!is_settled(cursor.world, members)) {
        BL_CHECK(cursor.world.now < limit);
        play_until(cursor, cursor.world.now + 1_s);
    }
}

const Cursor& large_group() {
    static const Cursor kSettled = [] {
        Setup setup = cluster_with_orders(kPartitionsOfLarge);
        setup.consumers = {group_of("large", kMembersOfLarge)};
        Cursor cursor = booted(setup);
        settle(cursor, kMembersOfLarge);
        return cursor;
    }();
    return kSettled;
}

double seconds_of_a_rebalance() {
    Cursor cursor = large_group();
    const Stopwatch watch;
    StepResult result;
    const ClientCommand add{ClientCommand::Verb::kAdd, ClientCommand::Kind::kConsumer, "large"};
    BL_CHECK(!apply(cursor.world, add, "add consumer large", cursor.world.now, result));
    settle(cursor, kMembersOfLarge + 1);
    return watch.seconds();
}

/// The same group for as long a while without a rebalance: what the figure above has besides.
double seconds_of_rest() {
    Cursor cursor = large_group();
    const Stopwatch watch;
    play_until(cursor, cursor.world.now + 10_s);
    return watch.seconds();
}

}  // namespace

void add_group_benchmarks(BenchmarkList& list) {
    list.push_back(
        {"group.hour of 10/s, two groups of 3.time", 2, "s", Better::kLower, seconds_of_an_hour});
    list.push_back({"group.rebalance of 100 members, 1,000 partitions.time", 0.3, "s",
                    Better::kLower, seconds_of_a_rebalance});
    list.push_back({"group.10 s of 99 members at rest, 1,000 partitions.time", 0.3, "s",
                    Better::kLower, seconds_of_rest});
}

}  // namespace brokerlab

// A whole cluster coordinates a group: the offsets topic comes into being, a commit is replicated,
// its coordinator dies, and another broker goes on with what was committed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/group/coordinator_partition.h"
#include "sim/model/internal_topics.h"
#include "sim/world/turn.h"
#include "tests/unit/world/small_world.h"

namespace brokerlab {
namespace {

constexpr const char* kGroup = "readers";

/// Three brokers, __consumer_offsets with three partitions on all of them.
World group_world() {
    brokerlab::Setup setup = testing::small_setup();
    EXPECT_FALSE(setup.cluster_config.set("offsets.topic.num.partitions", "3").has_value());
    setup.producers.clear();
    setup.consumers.clear();
    return testing::booted(setup);
}

/// Hands a request to broker `id`, over a connection that nobody listens on, and lets time pass.
template <class Body>
std::vector<Fact> ask(World& world, int32_t id, Body body, Duration then) {
    const NodeId broker{NodeKind::kBroker, id};
    const NodeId client{NodeKind::kClient, 99};
    StepResult result;
    {
        Turn turn(world, result, broker);
        BrokerNode& node = *world.brokers[static_cast<std::size_t>(id) - 1].edit().process.edit();
        node.on_request(make_request(ConnectionId{client, broker, 1}, Body::kVersions.latest,
                                     CorrelationId(1), "tester", std::move(body)),
                        turn.env(), turn.effects());
    }
    arm_timer(world, broker, result.event.sequence);
    std::vector<Fact> facts = result.facts;
    const SimTime until = world.now + then;
    while (world.queue.next_time() <= until) {
        step(world, result);
        facts.insert(facts.end(), result.facts.begin(), result.facts.end());
    }
    return facts;
}

template <class Body>
std::size_t count(const std::vector<Fact>& facts) {
    return static_cast<std::size_t>(std::count_if(facts.begin(), facts.end(), [](const Fact& fact) {
        return std::holds_alternative<Body>(fact.body);
    }));
}

const BrokerNode& broker(const World& world, BrokerId id) {
    return **world.find_broker(id)->process;
}
BrokerId coordinator_of(const World& world) {
    const TopicPartition tp{std::string(kOffsetsTopic), coordinator_partition(kGroup, 3)};
    const PartitionRegistration* partition = world.committed_metadata().find_partition(tp);
    return partition == nullptr ? kNoBroker : partition->leader;
}
std::optional<Offset> committed_offset(const World& world, BrokerId id) {
    const Cow<GroupPartition>* partition =
        broker(world, id).groups().partitions.find(coordinator_partition(kGroup, 3));
    if (partition == nullptr) {
        return std::nullopt;
    }
    const Cow<GroupOffsets>* offsets = (*partition)->committed().offsets.find(kGroup);
    const CommittedOffset* found =
        offsets == nullptr ? nullptr : (*offsets)->find(TopicPartition{"orders", PartitionId(0)});
    return found == nullptr ? std::nullopt : std::optional(found->offset);
}

TEST(GroupFailover, WhatAGroupCommittedIsWithTheNextCoordinator) {
    World world = group_world();
    FindCoordinatorRequest find;
    find.coordinator_keys = {kGroup};
    const std::vector<Fact> created = ask(world, 1, find, 5_s);
    EXPECT_EQ(count<GroupCoordinatorLoaded>(created), 3U);
    const BrokerId first = coordinator_of(world);
    ASSERT_NE(first, kNoBroker);

    OffsetCommitRequest commit;
    commit.group_id = kGroup;
    commit.topics = {{"orders", {{PartitionId(0), Offset(42)}}}};
    const std::vector<Fact> committed = ask(world, first.value, commit, 2_s);
    EXPECT_EQ(count<OffsetsCommitted>(committed), 1U);
    EXPECT_EQ(committed_offset(world, first), Offset(42));

    ASSERT_EQ(testing::give(
                  world, NodeCommand{NodeCommand::Verb::kKill, {NodeKind::kBroker, first.value}}),
              "");
    testing::run_for(world, 20_s);
    const BrokerId second = coordinator_of(world);
    ASSERT_NE(second, kNoBroker);
    ASSERT_NE(second, first);
    EXPECT_EQ(committed_offset(world, second), Offset(42));
    // Whoever asks a broker that does not lead is sent away.
    for (const int32_t id : {1, 2, 3}) {
        if (BrokerId(id) != first && BrokerId(id) != second) {
            EXPECT_EQ(count<GroupRequestRefused>(ask(world, id, commit, 0_s)), 1U);
        }
    }
    // The coordinator commits on, with the two replicas that are left.
    commit.topics[0].partitions[0].committed_offset = Offset(50);
    EXPECT_EQ(count<OffsetsCommitted>(ask(world, second.value, commit, 2_s)), 1U);
    EXPECT_EQ(committed_offset(world, second), Offset(50));
}

}  // namespace
}  // namespace brokerlab

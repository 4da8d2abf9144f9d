// What became of acknowledged records: a topic that is deleted takes its own with it, and no
// others.
#include "sim/oracle/delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/world/small_world.h"

namespace brokerlab {
namespace {

using testing::booted;
using testing::give;
using testing::run_for;
using testing::small_setup;

constexpr auto kNowhere = Offset(1000);

brokerlab::Setup without_creation_on_demand() {
    brokerlab::Setup setup = small_setup();
    EXPECT_EQ(setup.cluster_config.set("auto.create.topics.enable", "false"), std::nullopt);
    setup.producers.front().key = "{n}";  // Records go to every partition.
    return setup;
}

/// The name is used for another topic three seconds after the first was deleted.
World deleted_and_created_again(World world) {
    run_for(world, 5_s);
    EXPECT_GT(judge_delivery(world).acked, 0U);
    EXPECT_EQ(give(world, DeleteTopic{"orders"}), "");
    run_for(world, 3_s);
    EXPECT_EQ(judge_delivery(world).lost_acked, 0U);
    EXPECT_EQ(give(world, CreateTopic{"orders", 2, 3}), "");
    run_for(world, 4_s);
    EXPECT_NE(world.committed_metadata().find_topic("orders"), nullptr);
    return world;
}

/// An acknowledgement that names the topic, noted as step would note it.
void acknowledge(World& world, int64_t offset, std::vector<uint64_t> ns) {
    StepResult result;
    Turn turn(world, result, NodeId{NodeKind::kClient, 2});
    turn.state(BatchAcked{{"orders", PartitionId(0)}, Offset(offset), -1, 2, std::move(ns), 1});
}

TEST(DeletedTopic, TakesItsRecordsWithItEvenWhenItsNameIsUsedAgain) {
    const World world = deleted_and_created_again(booted(without_creation_on_demand()));
    const DeliveryReport report = judge_delivery(world);
    EXPECT_GT(report.acked, 70U) << "it went on in the new topic";
    EXPECT_EQ(report.lost_acked, 0U);
}

TEST(DeletedTopic, ThatAClientBringsBackByItselfIsJudgedAnew) {
    World world = booted(small_setup());
    run_for(world, 5_s);
    EXPECT_EQ(give(world, DeleteTopic{"orders"}), "");
    run_for(world, 7_s);
    ASSERT_NE(world.committed_metadata().find_topic("orders"), nullptr) << "made on demand";
    EXPECT_EQ(judge_delivery(world).lost_acked, 0U);
}

TEST(DeletedTopic, IsMeantByAnAnswerThatComesAfterItWasDeleted) {
    World world = booted(without_creation_on_demand());
    run_for(world, 5_s);
    EXPECT_EQ(give(world, DeleteTopic{"orders"}), "");
    run_for(world, 1_s);
    acknowledge(world, kNowhere.value, {1'000'000});
    EXPECT_EQ(give(world, CreateTopic{"orders", 2, 3}), "");
    run_for(world, 1_s);
    EXPECT_EQ(judge_delivery(world).lost_acked, 0U);
}

TEST(DeletedTopic, IsMeantByAnAnswerForAnOffsetThatTheNextOneDoesNotReach) {
    World world = deleted_and_created_again(booted(without_creation_on_demand()));
    acknowledge(world, kNowhere.value, {1'000'000});
    EXPECT_EQ(judge_delivery(world).lost_acked, 0U);
}

TEST(DeletedTopic, ExcusesNothingInTheNextOneOfItsName) {
    World world = deleted_and_created_again(booted(without_creation_on_demand()));
    acknowledge(world, 0, {1'000'000});
    const DeliveryReport report = judge_delivery(world);
    ASSERT_EQ(report.lost_acked, 1U);
    EXPECT_EQ(report.lost_examples.front().record.n, 1'000'000U);
}

TEST(LostRecord, IsOneThatWasAcknowledgedAndStandsNowhere) {
    World world = booted(small_setup());
    run_for(world, 1_s);
    acknowledge(world, kNowhere.value, {1'000'000});
    EXPECT_EQ(judge_delivery(world).lost_acked, 1U);
}

}  // namespace
}  // namespace brokerlab

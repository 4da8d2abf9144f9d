// Replicas that move between brokers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controller/repl_cluster.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Step = ReassignmentChanged::Step;

class Reassignment : public testing::Test {
protected:
    Reassignment() : cluster(5) { cluster.add_topic("orders", {{1, 2, 3}}); }

    const PartitionRegistration& now() const { return cluster.partition("orders"); }
    std::vector<ReassignmentChanged> steps() const {
        return ReplCluster::facts<ReassignmentChanged>(cluster.last());
    }
    static ReassignmentChanged step(Step step, std::initializer_list<int32_t> replicas) {
        return {{"orders", PartitionId(0)}, step, brokers(replicas)};
    }

    ReplCluster cluster;
};

TEST_F(Reassignment, StartsByAddingTheNewReplicasBesideTheOld) {
    EXPECT_EQ(cluster.reassign("orders", brokers({5, 3, 4})).error_code, ErrorCode::kNone);
    EXPECT_EQ(now().replicas, brokers({5, 3, 4, 1, 2}));
    EXPECT_EQ(now().adding_replicas, brokers({4, 5}));
    EXPECT_EQ(now().removing_replicas, brokers({1, 2}));
    EXPECT_EQ(now().isr, brokers({1, 2, 3}));
    EXPECT_EQ(now().leader, BrokerId(1));
    EXPECT_EQ(now().leader_epoch, LeaderEpoch(0));
    EXPECT_EQ(now().directories.front(), ReplCluster::directory_of(5));
    EXPECT_EQ(now().directories.back(), ReplCluster::directory_of(2));
    EXPECT_THAT(steps(), ElementsAre(step(Step::kStarted, {5, 3, 4})));
}

TEST_F(Reassignment, CompletesWhenTheLastNewReplicaIsInSync) {
    cluster.reassign("orders", brokers({1, 4}));
    EXPECT_EQ(cluster.propose("orders", {1, 2, 3, 4}), ErrorCode::kNone);
    EXPECT_EQ(now().replicas, brokers({1, 4}));
    EXPECT_EQ(now().isr, brokers({1, 4}));
    EXPECT_EQ(now().directories,
              (std::vector<Uuid>{ReplCluster::directory_of(1), ReplCluster::directory_of(4)}));
    // The leader stays and gets a new epoch all the same, since replicas were dropped.
    EXPECT_EQ(now().leader, BrokerId(1));
    EXPECT_EQ(now().leader_epoch, LeaderEpoch(1));
    EXPECT_THAT(steps(), ElementsAre(step(Step::kCompleted, {1, 4})));
}

TEST_F(Reassignment, WaitsForAllThatStay) {
    cluster.reassign("orders", brokers({1, 4, 5}));
    EXPECT_EQ(cluster.propose("orders", {1, 2, 3, 4}), ErrorCode::kNone);
    EXPECT_TRUE(now().is_reassigning());
    EXPECT_EQ(now().isr, brokers({1, 2, 3, 4}));
}

TEST_F(Reassignment, AnotherOrderTakesEffectAtOnce) {
    cluster.reassign("orders", brokers({3, 2, 1}));
    EXPECT_EQ(now().replicas, brokers({3, 2, 1}));
    EXPECT_FALSE(now().is_reassigning());
    EXPECT_EQ(now().leader, BrokerId(1));
    EXPECT_TRUE(has_imbalance(cluster.image()));
    EXPECT_THAT(steps(), ElementsAre(step(Step::kCompleted, {3, 2, 1})));
}

TEST_F(Reassignment, FewerReplicasTakeEffectAtOnce) {
    cluster.reassign("orders", brokers({2, 3}));
    EXPECT_EQ(now().replicas, brokers({2, 3}));
    EXPECT_EQ(now().leader, BrokerId(2));
    EXPECT_FALSE(now().is_reassigning());
}

TEST_F(Reassignment, WhatThePartitionHasAlreadyIsNoChange) {
    EXPECT_EQ(cluster.reassign("orders", brokers({1, 2, 3})).error_code, ErrorCode::kNone);
    EXPECT_THAT(cluster.last().records, IsEmpty());
    EXPECT_THAT(cluster.last().facts, IsEmpty());
}

TEST_F(Reassignment, AnotherTargetReplacesTheOneUnderWay) {
    cluster.reassign("orders", brokers({1, 2, 4}));
    cluster.reassign("orders", brokers({1, 2, 5}));
    EXPECT_EQ(now().replicas, brokers({1, 2, 5, 3, 4}));
    EXPECT_EQ(now().adding_replicas, brokers({5}));
    EXPECT_EQ(now().removing_replicas, brokers({3, 4}));
    EXPECT_THAT(steps(), ElementsAre(step(Step::kStarted, {1, 2, 5})));
}

TEST_F(Reassignment, CancelledItGoesBackToTheOldReplicas) {
    cluster.reassign("orders", brokers({1, 4, 5}));
    cluster.propose("orders", {1, 2, 3, 4});
    EXPECT_EQ(cluster.reassign("orders", std::nullopt).error_code, ErrorCode::kNone);
    EXPECT_EQ(now().replicas, brokers({1, 2, 3}));
    EXPECT_EQ(now().isr, brokers({1, 2, 3}));
    EXPECT_FALSE(now().is_reassigning());
    EXPECT_THAT(steps(), ElementsAre(step(Step::kCancelled, {1, 2, 3})));
    EXPECT_EQ(cluster.reassign("orders", std::nullopt).error_code,
              ErrorCode::kNoReassignmentInProgress);
}

TEST_F(Reassignment, CancellingWithoutAnOldReplicaInSyncIsAnUncleanElection) {
    cluster.reassign("orders", brokers({4, 5}));
    cluster.propose("orders", {1, 2, 3, 4});
    for (const int32_t broker : {1, 2, 3}) {
        cluster.fence(broker);
    }
    ASSERT_EQ(now().isr, brokers({4}));
    const auto refused = cluster.reassign("orders", std::nullopt);
    EXPECT_EQ(refused.error_code, ErrorCode::kInvalidReplicaAssignment);
    EXPECT_EQ(refused.error_message,
              "Unable to revert partition assignment for orders:0 because it would require an "
              "unclean leader election.");
    cluster.allow_unclean("orders");
    cluster.unfence(2);
    EXPECT_EQ(cluster.reassign("orders", std::nullopt).error_code, ErrorCode::kNone);
    EXPECT_EQ(now().replicas, brokers({1, 2, 3}));
    EXPECT_EQ(now().leader, BrokerId(2));
    EXPECT_EQ(now().isr, brokers({2}));
    EXPECT_EQ(now().leader_recovery_state, LeaderRecoveryState::kRecovering);
}

TEST_F(Reassignment, BadTargetsAreRefused) {
    EXPECT_EQ(cluster.reassign("none", brokers({1})).error_message,
              "Unable to find a topic named none.");
    EXPECT_EQ(cluster.reassign("orders", brokers({1}), 9).error_message,
              "Unable to find partition orders:9.");
    EXPECT_EQ(cluster.reassign("orders", brokers({1}), 9).error_code,
              ErrorCode::kUnknownTopicOrPartition);
    EXPECT_EQ(cluster.reassign("orders", brokers({})).error_code,
              ErrorCode::kInvalidReplicaAssignment);
    EXPECT_EQ(cluster.reassign("orders", brokers({1, 99})).error_code,
              ErrorCode::kInvalidReplicaAssignment);
    EXPECT_THAT(cluster.last().records, IsEmpty());
}

TEST_F(Reassignment, TheListNamesWhatIsUnderWay) {
    cluster.add_topic("other", {{1, 2}});
    cluster.reassign("orders", brokers({1, 2, 4}));
    ListPartitionReassignmentsRequest all;
    const auto listed = list_partition_reassignments(cluster.image(), all);
    ASSERT_THAT(listed.topics, SizeIs(1));
    EXPECT_EQ(listed.topics[0].name, "orders");
    const auto& partition = listed.topics[0].partitions.at(0);
    EXPECT_EQ(partition.replicas, brokers({1, 2, 4, 3}));
    EXPECT_EQ(partition.adding_replicas, brokers({4}));
    EXPECT_EQ(partition.removing_replicas, brokers({3}));
    ListPartitionReassignmentsRequest some;
    some.topics = {{"other", {PartitionId(0)}}, {"none", {}}, {"orders", {PartitionId(8)}}};
    EXPECT_THAT(list_partition_reassignments(cluster.image(), some).topics, IsEmpty());
}

}  // namespace
}  // namespace brokerlab

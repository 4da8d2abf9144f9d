// What the controller says to a leader that proposes another ISR.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controller/repl_cluster.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class AlterPartition : public testing::Test {
protected:
    AlterPartition() : cluster(4) { cluster.add_topic("orders", {{1, 2, 3}}); }

    AlterPartitionRequest::Partition& only(AlterPartitionRequest& request) {
        return request.topics.at(0).partitions.at(0);
    }

    ReplCluster cluster;
};

TEST_F(AlterPartition, AShrinkAnswersWithTheNewStateAndKeepsTheLeaderEpoch) {
    const auto response = cluster.propose(cluster.proposal("orders", {1, 3}));
    EXPECT_EQ(response.error_code, ErrorCode::kNone);
    EXPECT_EQ(response.leader_id, BrokerId(1));
    EXPECT_EQ(response.leader_epoch, LeaderEpoch(0));
    EXPECT_EQ(response.partition_epoch, PartitionEpoch(1));
    EXPECT_EQ(response.isr, brokers({1, 3}));
    EXPECT_EQ(cluster.partition("orders").isr, brokers({1, 3}));
    ASSERT_THAT(cluster.last().records, SizeIs(1));
    const auto& record = std::get<PartitionChangeRecord>(cluster.last().records[0]);
    EXPECT_EQ(record.leader, kNoLeaderChange);
    EXPECT_EQ(record.replicas, std::nullopt);
    EXPECT_EQ(record.directories, std::nullopt);
    EXPECT_THAT(ReplCluster::facts<IsrChanged>(cluster.last()),
                ElementsAre(IsrChanged{
                    {"orders", PartitionId(0)}, brokers({1, 2, 3}), brokers({1, 3}), true}));
    EXPECT_THAT(ReplCluster::facts<LeaderChanged>(cluster.last()), IsEmpty());
}

TEST_F(AlterPartition, TheIsrThatStandsIsAcceptedWithoutARecord) {
    const auto response = cluster.propose(cluster.proposal("orders", {1, 2, 3}));
    EXPECT_EQ(response.error_code, ErrorCode::kNone);
    EXPECT_EQ(response.partition_epoch, PartitionEpoch(0));
    EXPECT_THAT(cluster.last().records, IsEmpty());
}

TEST_F(AlterPartition, AStaleBrokerEpochRefusesTheWholeRequest) {
    AlterPartitionRequest request = cluster.proposal("orders", {1});
    request.broker_epoch = BrokerEpoch(request.broker_epoch.value + 1);
    EXPECT_EQ(alter_partition(cluster.context(), request).response.error_code,
              ErrorCode::kStaleBrokerEpoch);
    request.broker_id = BrokerId(99);
    EXPECT_EQ(alter_partition(cluster.context(), request).response.error_code,
              ErrorCode::kStaleBrokerEpoch);
}

TEST_F(AlterPartition, WhatTheControllerDoesNotKnowIsNamed) {
    AlterPartitionRequest request = cluster.proposal("orders", {1});
    only(request).partition_index = PartitionId(7);
    EXPECT_EQ(cluster.propose(request).error_code, ErrorCode::kUnknownTopicOrPartition);
    request.topics[0].topic_id = Uuid{1, 2};
    EXPECT_EQ(cluster.propose(request).error_code, ErrorCode::kUnknownTopicId);
}

TEST_F(AlterPartition, EpochsAreJudgedInKafkasOrder) {
    cluster.fence(1);  // leader epoch 1, partition epoch 1, leader 2
    const auto error_of = [&](int32_t leader_epoch, int32_t partition_epoch, int32_t sender) {
        AlterPartitionRequest request = cluster.proposal("orders", {2});
        only(request).leader_epoch = LeaderEpoch(leader_epoch);
        only(request).partition_epoch = PartitionEpoch(partition_epoch);
        request.broker_id = BrokerId(sender);
        request.broker_epoch = cluster.image().find_broker(request.broker_id)->epoch;
        return cluster.propose(request).error_code;
    };
    EXPECT_EQ(error_of(2, 1, 2), ErrorCode::kNotController);
    EXPECT_EQ(error_of(0, 2, 2), ErrorCode::kNotController);
    EXPECT_EQ(error_of(0, 0, 2), ErrorCode::kFencedLeaderEpoch);
    EXPECT_EQ(error_of(1, 0, 3), ErrorCode::kInvalidRequest);
    EXPECT_EQ(error_of(1, 0, 2), ErrorCode::kInvalidUpdateVersion);
    EXPECT_EQ(error_of(1, 1, 2), ErrorCode::kNone);
}

TEST_F(AlterPartition, AnIsrIsASetOfReplicasWithTheLeader) {
    EXPECT_EQ(cluster.propose("orders", {1, 4}), ErrorCode::kInvalidRequest);
    EXPECT_EQ(cluster.propose("orders", {1, 2, 2}), ErrorCode::kInvalidRequest);
    EXPECT_EQ(cluster.propose("orders", {2, 3}), ErrorCode::kInvalidRequest);
    EXPECT_EQ(cluster.propose("orders", {}), ErrorCode::kInvalidRequest);
}

TEST_F(AlterPartition, ARecoveredPartitionDoesNotRecoverAgain) {
    AlterPartitionRequest request = cluster.proposal("orders", {1});
    only(request).leader_recovery_state = LeaderRecoveryState::kRecovering;
    EXPECT_EQ(cluster.propose(request).error_code, ErrorCode::kInvalidRequest);
}

TEST_F(AlterPartition, ARecoveringLeaderSaysWhenItIsDone) {
    cluster.allow_unclean("orders");
    cluster.propose("orders", {1});
    cluster.fence(1);
    ASSERT_EQ(cluster.partition("orders").leader_recovery_state, LeaderRecoveryState::kRecovering);
    AlterPartitionRequest request = cluster.proposal("orders", {2, 3});
    only(request).leader_recovery_state = LeaderRecoveryState::kRecovering;
    EXPECT_EQ(cluster.propose(request).error_code, ErrorCode::kInvalidRequest);
    only(request).leader_recovery_state = LeaderRecoveryState::kRecovered;
    EXPECT_EQ(cluster.propose(request).error_code, ErrorCode::kNone);
    EXPECT_EQ(cluster.partition("orders").leader_recovery_state, LeaderRecoveryState::kRecovered);
}

TEST_F(AlterPartition, OnlyLivingBrokersOfThatEpochJoin) {
    cluster.propose("orders", {1});
    AlterPartitionRequest request = cluster.proposal("orders", {1, 2});
    only(request).new_isr_with_epochs[1].broker_epoch = BrokerEpoch(12345);
    EXPECT_EQ(cluster.propose(request).error_code, ErrorCode::kIneligibleReplica);
    cluster.fence(2);
    EXPECT_EQ(cluster.propose("orders", {1, 2}), ErrorCode::kIneligibleReplica);
    cluster.shut_down(3);
    EXPECT_EQ(cluster.propose("orders", {1, 3}), ErrorCode::kIneligibleReplica);
    cluster.unfence(2);
    EXPECT_EQ(cluster.propose("orders", {1, 2}), ErrorCode::kNone);
}

TEST_F(AlterPartition, AnEpochOfMinusOneIsNotCompared) {
    cluster.propose("orders", {1});
    AlterPartitionRequest request = cluster.proposal("orders", {1, 2});
    only(request).new_isr_with_epochs[1].broker_epoch = kNoBrokerEpoch;
    EXPECT_EQ(cluster.propose(request).error_code, ErrorCode::kNone);
}

TEST_F(AlterPartition, AnIsrWithoutEpochsIsTakenFromVersion2) {
    AlterPartitionRequest request = cluster.proposal("orders", {});
    only(request).new_isr = brokers({1, 2});
    EXPECT_EQ(cluster.propose(request).error_code, ErrorCode::kNone);
    EXPECT_EQ(cluster.partition("orders").isr, brokers({1, 2}));
}

TEST_F(AlterPartition, TheSecondProposalForAPartitionIsJudgedOnTheFirst) {
    AlterPartitionRequest request = cluster.proposal("orders", {1, 2});
    request.topics[0].partitions.push_back(request.topics[0].partitions[0]);
    const auto response = cluster.carry_out(alter_partition(cluster.context(), request));
    EXPECT_EQ(response.topics[0].partitions[0].error_code, ErrorCode::kNone);
    EXPECT_EQ(response.topics[0].partitions[1].error_code, ErrorCode::kInvalidUpdateVersion);
    EXPECT_EQ(cluster.partition("orders").partition_epoch, PartitionEpoch(1));
}

TEST_F(AlterPartition, ALeaderThatCompletesItsOwnRemovalHearsOfANewLeader) {
    EXPECT_EQ(cluster.reassign("orders", brokers({2, 3, 4})).error_code, ErrorCode::kNone);
    EXPECT_EQ(cluster.propose("orders", {1, 2, 3, 4}), ErrorCode::kNewLeaderElected);
    const PartitionRegistration& after = cluster.partition("orders");
    EXPECT_EQ(after.replicas, brokers({2, 3, 4}));
    EXPECT_EQ(after.isr, brokers({2, 3, 4}));
    EXPECT_EQ(after.leader, BrokerId(2));
    EXPECT_EQ(after.leader_epoch, LeaderEpoch(1));
    EXPECT_FALSE(after.is_reassigning());
    const auto leaders = ReplCluster::facts<LeaderChanged>(cluster.last());
    ASSERT_THAT(leaders, SizeIs(1));
    EXPECT_EQ(leaders[0].why, LeaderChanged::Why::kReassignment);
    EXPECT_FALSE(leaders[0].unclean);
    EXPECT_THAT(ReplCluster::facts<ReassignmentChanged>(cluster.last()),
                ElementsAre(ReassignmentChanged{{"orders", PartitionId(0)},
                                                ReassignmentChanged::Step::kCompleted,
                                                brokers({2, 3, 4})}));
}

TEST_F(AlterPartition, ANewMemberThatLeadsAtOnceIsNoUncleanLeader) {
    cluster.reassign("orders", brokers({4, 2, 3}));
    EXPECT_EQ(cluster.propose("orders", {1, 2, 3, 4}), ErrorCode::kNewLeaderElected);
    EXPECT_EQ(cluster.leader("orders"), BrokerId(4));
    EXPECT_FALSE(ReplCluster::facts<LeaderChanged>(cluster.last()).at(0).unclean);
}

}  // namespace
}  // namespace brokerlab

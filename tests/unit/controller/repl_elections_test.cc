// Who leads after brokers come and go, and after elections that are asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controller/repl_cluster.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Why = LeaderChanged::Why;

TopicPartition orders(int32_t partition = 0) {
    return {"orders", PartitionId(partition)};
}

class Elections : public testing::Test {
protected:
    Elections() : cluster(4) { cluster.add_topic("orders", {{1, 2, 3}}); }

    const PartitionRegistration& now() const { return cluster.partition("orders"); }
    std::pair<ErrorCode, std::optional<std::string>> elect(ElectionType type, int32_t partition = 0,
                                                           const std::string& topic = "orders") {
        ElectLeadersRequest request;
        request.election_type = type;
        request.topic_partitions = {{topic, {PartitionId(partition)}}};
        const auto response = cluster.carry_out(elect_leaders(cluster.context(), request));
        const auto& result = response.replica_election_results.at(0).partition_result.at(0);
        return {result.error_code, result.error_message};
    }

    ReplCluster cluster;
};

TEST_F(Elections, AFencedLeaderIsFollowedByTheNextInSyncInTheOrderOfReplicas) {
    cluster.propose("orders", {1, 3});
    const Decision decision = cluster.fence(1);
    EXPECT_EQ(now().leader, BrokerId(3));
    EXPECT_EQ(now().isr, brokers({3}));
    EXPECT_EQ(now().leader_epoch, LeaderEpoch(1));
    EXPECT_EQ(now().partition_epoch, PartitionEpoch(2));
    EXPECT_EQ(now().leader_recovery_state, LeaderRecoveryState::kRecovered);
    EXPECT_TRUE(cluster.image().find_broker(BrokerId(1))->fenced);
    EXPECT_TRUE(std::holds_alternative<BrokerRegistrationChangeRecord>(decision.records.back()));
    EXPECT_THAT(decision.facts,
                ElementsAre(FactBody(BrokerFenced{BrokerId(1), 9_s}),
                            FactBody(LeaderChanged{orders(), BrokerId(1), BrokerId(3),
                                                   LeaderEpoch(1), Why::kBrokerFenced, false}),
                            FactBody(IsrChanged{orders(), brokers({1, 3}), brokers({3}), false})));
}

TEST_F(Elections, AFencedFollowerLeavesTheIsrInTheSameLeaderEpoch) {
    cluster.fence(2);
    EXPECT_EQ(now().leader, BrokerId(1));
    EXPECT_EQ(now().isr, brokers({1, 3}));
    EXPECT_EQ(now().leader_epoch, LeaderEpoch(0));
    EXPECT_EQ(now().partition_epoch, PartitionEpoch(1));
}

TEST_F(Elections, TheLastMemberStaysInTheIsrAndLeadsAgainWhenItIsBack) {
    cluster.propose("orders", {1});
    cluster.fence(1);
    EXPECT_EQ(now().leader, kNoBroker);
    EXPECT_EQ(now().isr, brokers({1}));
    EXPECT_EQ(now().leader_epoch, LeaderEpoch(1));
    const Decision decision = cluster.unfence(1);
    EXPECT_EQ(now().leader, BrokerId(1));
    EXPECT_EQ(now().leader_epoch, LeaderEpoch(2));
    EXPECT_EQ(now().leader_recovery_state, LeaderRecoveryState::kRecovered);
    EXPECT_THAT(ReplCluster::facts<BrokerUnfenced>(decision),
                ElementsAre(BrokerUnfenced{BrokerId(1)}));
    EXPECT_THAT(ReplCluster::facts<LeaderChanged>(decision),
                ElementsAre(LeaderChanged{orders(), kNoBroker, BrokerId(1), LeaderEpoch(2),
                                          Why::kBrokerUnfenced, false}));
}

TEST_F(Elections, ABrokerThatIsBackGetsNeitherItsLeadershipNorItsPlaceInTheIsr) {
    cluster.fence(1);
    const Decision decision = cluster.unfence(1);
    EXPECT_EQ(now().leader, BrokerId(2));
    EXPECT_EQ(now().isr, brokers({2, 3}));
    EXPECT_THAT(decision.records, SizeIs(1));
}

TEST_F(Elections, AnUncleanElectionTakesTheFirstLivingReplicaAndMarksItRecovering) {
    cluster.allow_unclean("orders");
    cluster.propose("orders", {1});
    const Decision decision = cluster.fence(1);
    EXPECT_EQ(now().leader, BrokerId(2));
    EXPECT_EQ(now().isr, brokers({2}));
    EXPECT_EQ(now().leader_recovery_state, LeaderRecoveryState::kRecovering);
    EXPECT_THAT(ReplCluster::facts<LeaderChanged>(decision),
                ElementsAre(LeaderChanged{orders(), BrokerId(1), BrokerId(2), LeaderEpoch(1),
                                          Why::kBrokerFenced, true}));
}

TEST_F(Elections, WhoeverIsInSyncGoesBeforeAnUncleanChoice) {
    cluster.allow_unclean("orders");
    cluster.propose("orders", {1, 3});
    cluster.fence(1);
    EXPECT_EQ(now().leader, BrokerId(3));
    EXPECT_EQ(now().leader_recovery_state, LeaderRecoveryState::kRecovered);
}

TEST_F(Elections, TheTopicsSettingGoesBeforeTheBrokersAndTheirsBeforeTheStart) {
    cluster.propose("orders", {1});
    const auto allowed_by = [&](auto configure) {
        ReplCluster copy = cluster;
        configure(copy);
        copy.fence(1);
        return copy.leader("orders") != kNoBroker;
    };
    const std::string key = "unclean.leader.election.enable";
    const auto set = [&](ReplCluster& c, ConfigResourceType type, const std::string& name,
                         const std::string& value) { c.set_config(type, name, key, value); };
    EXPECT_FALSE(allowed_by([](ReplCluster&) {}));
    EXPECT_TRUE(allowed_by([](ReplCluster& c) { c.config().unclean_leader_election = true; }));
    EXPECT_TRUE(
        allowed_by([&](ReplCluster& c) { set(c, ConfigResourceType::kBroker, "", "true"); }));
    EXPECT_FALSE(allowed_by([&](ReplCluster& c) {
        set(c, ConfigResourceType::kBroker, "", "true");
        set(c, ConfigResourceType::kBroker, "3001", "false");
    }));
    EXPECT_FALSE(allowed_by([&](ReplCluster& c) {
        set(c, ConfigResourceType::kBroker, "", "true");
        set(c, ConfigResourceType::kTopic, "orders", "false");
    }));
}

TEST_F(Elections, WithoutTheIsrRuleAnyLivingReplicaLeadsAndNobodyRecovers) {
    cluster.env().rules.set(Rule::kElectFromIsr, false);
    cluster.propose("orders", {1, 3});
    const Decision decision = cluster.fence(1);
    EXPECT_EQ(now().leader, BrokerId(2));
    EXPECT_EQ(now().isr, brokers({2}));
    EXPECT_EQ(now().leader_recovery_state, LeaderRecoveryState::kRecovered);
    EXPECT_TRUE(ReplCluster::facts<LeaderChanged>(decision).at(0).unclean);
}

TEST_F(Elections, ControlledShutdownMovesTheLeaderAndLeavesTheIsr) {
    const Decision decision = cluster.shut_down(1);
    EXPECT_EQ(now().leader, BrokerId(2));
    EXPECT_EQ(now().isr, brokers({2, 3}));
    EXPECT_TRUE(cluster.image().find_broker(BrokerId(1))->in_controlled_shutdown);
    EXPECT_FALSE(cluster.image().find_broker(BrokerId(1))->fenced);
    EXPECT_FALSE(leads_any(cluster.image(), BrokerId(1)));
    EXPECT_TRUE(leads_any(cluster.image(), BrokerId(2)));
    EXPECT_THAT(ReplCluster::facts<ControlledShutdownBegan>(decision), SizeIs(1));
    EXPECT_EQ(ReplCluster::facts<LeaderChanged>(decision).at(0).why, Why::kControlledShutdown);
    EXPECT_THAT(cluster.shut_down(1).records, IsEmpty());
}

TEST_F(Elections, ABrokerOnItsWayOutIsNotElected) {
    cluster.shut_down(2);
    cluster.fence(1);
    EXPECT_EQ(now().leader, BrokerId(3));
}

TEST_F(Elections, AReplicaOnALostDirectoryIsNotElected) {
    cluster.register_broker(2, Uuid{5, 5}, false);
    cluster.fence(1);
    EXPECT_EQ(now().leader, BrokerId(3));
}

TEST_F(Elections, ABrokerWithANewDiskLeavesTheIsrAndItsReplicasMoveThere) {
    cluster.apply(end_earlier_incarnation(cluster.context(), BrokerId(1)));
    cluster.register_broker(1, Uuid{5, 5}, true);
    cluster.apply(move_to_new_directory(cluster.context(), BrokerId(1)));
    EXPECT_EQ(now().leader, BrokerId(2));
    EXPECT_EQ(now().isr, brokers({2, 3}));
    EXPECT_EQ(
        now().directories,
        (std::vector<Uuid>{{5, 5}, ReplCluster::directory_of(2), ReplCluster::directory_of(3)}));
}

TEST_F(Elections, ABrokerThatWasFencedAndKeptItsDiskChangesNothing) {
    cluster.fence(1);
    EXPECT_THAT(end_earlier_incarnation(cluster.context(), BrokerId(1)).records, IsEmpty());
    cluster.register_broker(1, ReplCluster::directory_of(1), true);
    EXPECT_THAT(move_to_new_directory(cluster.context(), BrokerId(1)).records, IsEmpty());
}

TEST_F(Elections, APreferredElectionNeedsAnotherLeaderAndAPreferredReplicaInSync) {
    EXPECT_EQ(elect(ElectionType::kPreferred).first, ErrorCode::kElectionNotNeeded);
    cluster.fence(1);
    EXPECT_EQ(elect(ElectionType::kPreferred).first, ErrorCode::kPreferredLeaderNotAvailable);
    cluster.unfence(1);
    EXPECT_EQ(elect(ElectionType::kPreferred).first, ErrorCode::kPreferredLeaderNotAvailable);
    cluster.propose("orders", {2, 3, 1});
    EXPECT_EQ(elect(ElectionType::kPreferred),
              std::pair(ErrorCode::kNone, std::optional<std::string>()));
    EXPECT_EQ(now().leader, BrokerId(1));
    EXPECT_EQ(ReplCluster::facts<LeaderChanged>(cluster.last()).at(0).why, Why::kPreferred);
}

TEST_F(Elections, AnUncleanElectionNeedsAPartitionWithoutLeaderAndALivingReplica) {
    EXPECT_EQ(elect(ElectionType::kUnclean).first, ErrorCode::kElectionNotNeeded);
    cluster.propose("orders", {1});
    for (const int32_t broker : {1, 2, 3}) {
        cluster.fence(broker);
    }
    EXPECT_EQ(elect(ElectionType::kUnclean).first, ErrorCode::kEligibleLeadersNotAvailable);
    cluster.unfence(3);
    EXPECT_EQ(now().leader, kNoBroker);
    EXPECT_EQ(elect(ElectionType::kUnclean).first, ErrorCode::kNone);
    EXPECT_EQ(now().leader, BrokerId(3));
    EXPECT_EQ(now().isr, brokers({3}));
    EXPECT_EQ(now().leader_recovery_state, LeaderRecoveryState::kRecovering);
}

TEST_F(Elections, WhatIsNotThereIsNotElected) {
    EXPECT_EQ(elect(ElectionType::kPreferred, 5),
              std::pair(ErrorCode::kUnknownTopicOrPartition,
                        std::optional<std::string>("No such partition as orders-5")));
    EXPECT_EQ(elect(ElectionType::kPreferred, 0, "none"),
              std::pair(ErrorCode::kUnknownTopicOrPartition,
                        std::optional<std::string>("No such topic as none")));
    ElectLeadersRequest unknown;
    unknown.election_type = static_cast<ElectionType>(7);
    EXPECT_EQ(elect_leaders(cluster.context(), unknown).response.error_code,
              ErrorCode::kInvalidRequest);
}

TEST_F(Elections, AskedForAllOnlyThoseThatNeedOneAreNamed) {
    cluster.add_topic("other", {{2, 1}, {1, 2}});
    cluster.fence(2);
    cluster.unfence(2);
    ElectLeadersRequest all;
    all.topic_partitions.reset();
    const auto response = cluster.carry_out(elect_leaders(cluster.context(), all));
    ASSERT_THAT(response.replica_election_results, SizeIs(2));
    EXPECT_THAT(response.replica_election_results[0].partition_result, IsEmpty());
    ASSERT_THAT(response.replica_election_results[1].partition_result, SizeIs(1));
    EXPECT_EQ(response.replica_election_results[1].partition_result[0].error_code,
              ErrorCode::kPreferredLeaderNotAvailable);
}

TEST_F(Elections, TheBalancerStopsAtItsLimitAndSaysSo) {
    cluster.add_topic("many", {{4, 1}, {4, 1}, {4, 1}});
    EXPECT_FALSE(has_imbalance(cluster.image()));
    cluster.fence(4);
    cluster.unfence(4);
    for (int32_t i = 0; i < 3; ++i) {
        cluster.propose(cluster.proposal("many", {1, 4}, i));
    }
    EXPECT_TRUE(has_imbalance(cluster.image()));
    bool more = false;
    cluster.apply(balance_leaders(cluster.context(), 2, more));
    EXPECT_TRUE(more);
    EXPECT_EQ(cluster.leader("many", 1), BrokerId(4));
    EXPECT_EQ(cluster.leader("many", 2), BrokerId(1));
    cluster.apply(balance_leaders(cluster.context(), 2, more));
    EXPECT_FALSE(more);
    EXPECT_FALSE(has_imbalance(cluster.image()));
}

TEST_F(Elections, ThePeriodicUncleanPassElectsWhereTheTopicAllowsIt) {
    cluster.add_topic("strict", {{1, 2}});
    for (const std::string topic : {"orders", "strict"}) {
        cluster.propose(topic, {1});
    }
    cluster.fence(1);
    cluster.allow_unclean("orders");
    bool more = true;
    const Decision decision = elect_unclean_leaders(cluster.context(), 1000, more);
    cluster.apply(decision);
    EXPECT_FALSE(more);
    EXPECT_EQ(cluster.leader("orders"), BrokerId(2));
    EXPECT_EQ(cluster.leader("strict"), kNoBroker);
    EXPECT_THAT(ReplCluster::facts<LeaderChanged>(decision),
                ElementsAre(LeaderChanged{orders(), kNoBroker, BrokerId(2), LeaderEpoch(2),
                                          Why::kUnclean, true}));
}

}  // namespace
}  // namespace brokerlab

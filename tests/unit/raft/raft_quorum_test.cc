#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/base/aggregate_digest.h"
#include "sim/raft/raft_messages.h"
#include "tests/unit/raft/raft_cluster.h"

namespace brokerlab {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::Le;
using testing::Optional;
using testing::SizeIs;

BrokerId other_than(const RaftCluster& cluster, std::vector<BrokerId> these) {
    for (const BrokerId id : cluster.ids()) {
        if (id.value > kControllerIdBase &&
            std::find(these.begin(), these.end(), id) == these.end()) {
            return id;
        }
    }
    return kNoBroker;
}

/// A value every 500 ms, as the controller's no-op records.
void run_busy(RaftCluster& cluster, Duration span) {
    const SimTime end = cluster.now() + span;
    while (cluster.now() < end) {
        cluster.append({"noop"});
        cluster.run_for(500_ms);
    }
}

TEST(RaftQuorum, AFreshQuorumElectsOneLeaderWithinSeconds) {
    for (uint64_t seed = 1; seed <= 20; ++seed) {
        RaftCluster cluster({.seed = seed});
        const std::optional<Duration> took = cluster.run_until_led(10_s);
        ASSERT_TRUE(took) << seed;
        EXPECT_THAT(*took, AllOf(Ge(1_s), Le(4_s))) << seed;
        EXPECT_THAT(cluster.facts_of<QuorumLeaderElected>(), SizeIs(1)) << seed;
        EXPECT_THAT(cluster.violations, IsEmpty());
    }
}

TEST(RaftQuorum, ASingleVoterLeadsAtOnceAndAgainInANewEpochAfterARestart) {
    RaftCluster cluster({.voters = 1});
    const BrokerId id = RaftCluster::voter(1);
    EXPECT_TRUE(cluster.node(id).leads_and_caught_up());
    EXPECT_EQ(cluster.now(), SimTime());
    EXPECT_EQ(cluster.node(id).epoch(), LeaderEpoch(1));
    EXPECT_THAT(cluster.append({"a", "b"}, true), Optional(Offset(2)));
    EXPECT_EQ(cluster.node(id).high_watermark(), Offset(3));
    cluster.run_for(10_s);
    EXPECT_TRUE(cluster.node(id).is_leader());
    cluster.kill(id);
    cluster.start(id);
    EXPECT_EQ(cluster.node(id).epoch(), LeaderEpoch(2));
    EXPECT_THAT(cluster.committed_values(id), ElementsAre("a", "b"));
}

TEST(RaftQuorum, WhatTheLeaderTakesIsCommittedEverywhere) {
    RaftCluster cluster({.observers = 2});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    EXPECT_THAT(cluster.append({"a", "b"}), Optional(Offset(2)));
    EXPECT_THAT(cluster.append({"c"}), Optional(Offset(3)));
    const BrokerId leader = *cluster.leader();
    EXPECT_EQ(cluster.node(leader).log_end_offset(), Offset(1)) << "they linger";
    cluster.run_for(25_ms);
    EXPECT_EQ(cluster.node(leader).log_end_offset(), Offset(4)) << "one batch, one linger";
    cluster.run_for(2_ms);
    EXPECT_EQ(cluster.node(leader).high_watermark(), Offset(4)) << "a follower fetched again";
    cluster.run_for(1'100_ms);
    for (const BrokerId id : cluster.ids()) {
        EXPECT_THAT(cluster.committed_values(id), ElementsAre("a", "b", "c")) << id.value;
        EXPECT_THAT(cluster.node(id).leader(), Optional(leader));
    }
    EXPECT_THAT(cluster.violations, IsEmpty());
}

TEST(RaftQuorum, AFlushWritesAtOnceWhatLingers) {
    RaftCluster cluster({});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    cluster.append({"a"});
    EXPECT_THAT(cluster.append({"b"}, true), Optional(Offset(2)));
    EXPECT_EQ(cluster.node(*cluster.leader()).log_end_offset(), Offset(3));
}

TEST(RaftQuorum, TheHighWatermarkAloneReachesReadersWhenTheirWaitIsOver) {
    RaftCluster cluster({.observers = 1});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    cluster.run_for(2_s);
    cluster.append({"a"}, true);
    const BrokerId reader = RaftCluster::observer(1);
    cluster.run_for(100_ms);
    EXPECT_EQ(cluster.node(reader).log_end_offset(), Offset(2));
    EXPECT_EQ(cluster.node(reader).high_watermark(), Offset(1));
    cluster.run_for(1_s);
    EXPECT_EQ(cluster.node(reader).high_watermark(), Offset(2));
}

TEST(RaftQuorum, ADeadLeaderIsReplacedAboutTwoSecondsLater) {
    std::vector<Duration> took;
    for (uint64_t seed = 1; seed <= 60; ++seed) {
        RaftCluster cluster({.seed = seed});
        ASSERT_TRUE(cluster.run_until_led(10_s));
        run_busy(cluster, 3_s);
        cluster.append({"last"}, true);
        cluster.run_for(10_ms);
        const BrokerId old = *cluster.leader();
        cluster.kill(old);
        const std::optional<Duration> gap = cluster.run_until_led(20_s);
        ASSERT_TRUE(gap) << seed;
        EXPECT_NE(*cluster.leader(), old);
        took.push_back(*gap);
        EXPECT_THAT(cluster.violations, IsEmpty());
    }
    std::sort(took.begin(), took.end());
    EXPECT_THAT(took.front(), Ge(1'950_ms));
    RecordProperty("median_ms", static_cast<int>(took[took.size() / 2].to_ms()));
    const auto quick =
        std::count_if(took.begin(), took.end(), [](Duration d) { return d <= 2'100_ms; });
    RecordProperty("quick", static_cast<int>(quick));
    EXPECT_GE(quick, 50) << "of 60; the others split the vote";
    EXPECT_THAT(took.back(), Le(8_s));
}

TEST(RaftQuorum, ALeaderThatAMajorityStopsFetchingFromResignsAfterThreeSeconds) {
    RaftCluster cluster({});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    run_busy(cluster, 3_s);
    const BrokerId old = *cluster.leader();
    const LeaderEpoch epoch = cluster.node(old).epoch();
    cluster.isolate(old);
    const SimTime cut_at = cluster.now();
    ASSERT_TRUE(cluster.run_until_true(5_s, [&] { return !cluster.node(old).is_leader(); }));
    EXPECT_THAT(cluster.now() - cut_at, AllOf(Ge(2'500_ms), Le(3'000_ms)));
    EXPECT_THAT(cluster.facts_of<QuorumLeaderResigned>(),
                ElementsAre(QuorumLeaderResigned{epoch, QuorumLeaderResigned::Why::kLostMajority}));
    EXPECT_EQ(cluster.append_to(old, epoch, {"late"}), std::nullopt);
}

TEST(RaftQuorum, WhatLingersVanishesWithItsLeader) {
    RaftCluster cluster({});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    cluster.run_for(1_s);
    const BrokerId old = *cluster.leader();
    const Offset end = cluster.node(old).log_end_offset();
    EXPECT_TRUE(cluster.append({"never written"}));
    cluster.shut_down(old);
    EXPECT_EQ(cluster.node(old).role(), RaftRole::kResigned);
    cluster.run_for(1_s);
    EXPECT_EQ(cluster.node(old).log_end_offset(), end);
    ASSERT_TRUE(cluster.leader());
    EXPECT_EQ(cluster.node(*cluster.leader()).log_end_offset(), end + 1) << "its own first record";
    EXPECT_THAT(cluster.committed_values(*cluster.leader()), IsEmpty());
}

TEST(RaftQuorum, ALeaderThatStopsInOrderIsReplacedByItsBestSuccessorAtOnce) {
    RaftCluster cluster({});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    run_busy(cluster, 2_s);
    const BrokerId old = *cluster.leader();
    cluster.shut_down(old);
    const std::optional<Duration> took = cluster.run_until_led(5_s);
    ASSERT_TRUE(took);
    EXPECT_THAT(*took, Le(50_ms));
    EXPECT_THAT(cluster.facts_of<QuorumLeaderResigned>(), SizeIs(1));
    EXPECT_EQ(cluster.facts_of<QuorumLeaderResigned>()[0].why,
              QuorumLeaderResigned::Why::kShutdown);
}

TEST(RaftQuorum, ALeaderThatStopsInOrderLeadsNobodyAnyMore) {
    RaftCluster cluster({});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    const BrokerId old = *cluster.leader();
    const LeaderEpoch epoch = cluster.node(old).epoch();
    cluster.shut_down(old);
    const auto answer =
        cluster.ask(old, raft_fetch(BrokerId(7), {epoch, Offset(0), LeaderEpoch(0)}, std::nullopt));
    ASSERT_TRUE(answer);
    EXPECT_EQ(metadata_partition_of(std::get<FetchResponse>(*answer))->error_code,
              ErrorCode::kNotLeaderOrFollower);
}

TEST(RaftQuorum, WhatIsMeantForAnotherVoterIsRefused) {
    RaftCluster cluster({});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    const BrokerId leader = *cluster.leader();
    const BrokerId voter = other_than(cluster, {leader});
    const LeaderEpoch epoch = cluster.node(leader).epoch();

    VoteRequest::Partition candidate;
    candidate.replica_epoch = epoch;
    candidate.replica_id = leader;
    candidate.last_offset_epoch = LeaderEpoch(0);
    candidate.last_offset = Offset(0);
    VoteRequest vote = about_metadata<VoteRequest>(candidate);
    vote.voter_id = leader;
    const auto voted = cluster.ask(voter, vote);
    ASSERT_TRUE(voted);
    EXPECT_EQ(metadata_partition_of(std::get<VoteResponse>(*voted))->error_code,
              ErrorCode::kInvalidVoterKey);

    BeginQuorumEpochRequest::Partition led;
    led.leader_id = leader;
    led.leader_epoch = epoch;
    BeginQuorumEpochRequest begin = about_metadata<BeginQuorumEpochRequest>(led);
    begin.voter_id = leader;
    const auto begun = cluster.ask(voter, begin);
    ASSERT_TRUE(begun);
    EXPECT_EQ(metadata_partition_of(std::get<BeginQuorumEpochResponse>(*begun))->error_code,
              ErrorCode::kInvalidVoterKey);
}

TEST(RaftQuorum, AVoterThatReturnsFromAPartitionForcesNoNewEpoch) {
    RaftCluster cluster({});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    run_busy(cluster, 2_s);
    const BrokerId leader = *cluster.leader();
    const LeaderEpoch epoch = cluster.node(leader).epoch();
    const BrokerId lonely = other_than(cluster, {leader});
    cluster.isolate(lonely);
    run_busy(cluster, 60_s);
    EXPECT_EQ(cluster.node(lonely).epoch(), epoch) << "it asked, but had no answer";
    EXPECT_GE(std::ranges::count_if(cluster.facts_of<QuorumElectionStarted>(),
                                    [&](const auto& e) { return e.pre_vote && e.epoch == epoch; }),
              10);
    cluster.join_all();
    run_busy(cluster, 10_s);
    EXPECT_EQ(*cluster.leader(), leader);
    EXPECT_EQ(cluster.node(leader).epoch(), epoch);
    EXPECT_EQ(cluster.node(lonely).role(), RaftRole::kFollower);
    EXPECT_EQ(cluster.node(lonely).log_end_offset(), cluster.node(leader).log_end_offset());
    EXPECT_THAT(cluster.violations, IsEmpty());
}

TEST(RaftQuorum, AFollowerThatLosesOnlyTheLeaderIsRefusedByTheOneThatStillFetches) {
    RaftCluster cluster({});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    run_busy(cluster, 2_s);
    const BrokerId leader = *cluster.leader();
    const LeaderEpoch epoch = cluster.node(leader).epoch();
    cluster.cut(leader, other_than(cluster, {leader}));
    run_busy(cluster, 30_s);
    EXPECT_EQ(cluster.leader(), leader);
    EXPECT_EQ(cluster.node(leader).epoch(), epoch);
}

TEST(RaftQuorum, ARecordThatOnlyTheOldLeaderHadIsTruncatedWhenItReturns) {
    RaftCluster cluster({});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    cluster.append({"shared"}, true);
    cluster.run_for(2_s);
    const BrokerId old = *cluster.leader();
    cluster.isolate(old);
    const Offset cut_from = cluster.node(old).log_end_offset();
    cluster.append_to(old, cluster.node(old).epoch(), {"lost 1", "lost 2"}, true);
    cluster.run_for(10_s);
    ASSERT_NE(*cluster.leader(), old);
    cluster.append({"new"}, true);
    cluster.join_all();
    cluster.run_for(5_s);
    EXPECT_THAT(cluster.facts_of<MetadataLogTruncated>(),
                ElementsAre(MetadataLogTruncated{cut_from + 2, cut_from}));
    EXPECT_THAT(cluster.committed_values(old), ElementsAre("shared", "new"));
    EXPECT_THAT(cluster.violations, IsEmpty());
}

TEST(RaftQuorum, ARestartedLeaderResignsAndARestartedFollowerFollowsAtOnce) {
    RaftCluster cluster({});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    cluster.run_for(2_s);
    const BrokerId leader = *cluster.leader();
    const BrokerId follower = other_than(cluster, {leader});
    cluster.kill(follower);
    cluster.start(follower);
    EXPECT_EQ(cluster.node(follower).role(), RaftRole::kFollower);
    EXPECT_EQ(cluster.node(follower).high_watermark(), Offset(0)) << "it is not on disk";
    const LeaderEpoch epoch = cluster.node(leader).epoch();
    cluster.kill(leader);
    cluster.start(leader);
    EXPECT_EQ(cluster.node(leader).role(), RaftRole::kResigned);
    ASSERT_TRUE(cluster.run_until_led(10_s));
    EXPECT_GT(cluster.node(*cluster.leader()).epoch(), epoch);
    cluster.run_for(1_s);
    EXPECT_GT(cluster.node(follower).high_watermark(), Offset(1));
    EXPECT_THAT(cluster.violations, IsEmpty());
}

/// The first leader got its majority with a vote of `witness`, which restarts before it hears from
/// that leader; the third voter missed it all. Who can talk afterwards: the witness and the third.
std::vector<std::string> restart_the_witness(bool vote_is_durable) {
    std::vector<std::string> violations;
    for (uint64_t seed = 1; seed <= 30; ++seed) {
        RuleSet rules;
        rules.set(Rule::kRaftVoteDurable, vote_is_durable);
        RaftCluster cluster({.seed = seed, .rules = rules});
        const BrokerId third = RaftCluster::voter(3);
        cluster.isolate(third);
        const bool led = cluster.run_until_true(20_s, [&] { return cluster.leader().has_value(); });
        EXPECT_TRUE(led);
        const BrokerId first = *cluster.leader();
        const BrokerId witness = other_than(cluster, {first, third});
        cluster.kill(witness);
        cluster.join_all();
        cluster.isolate(first);
        cluster.start(witness);
        cluster.run_for(2'500_ms);
        EXPECT_TRUE(cluster.node(first).is_leader());
        cluster.run_for(5_s);
        violations.insert(violations.end(), cluster.violations.begin(), cluster.violations.end());
    }
    return violations;
}

TEST(RaftQuorum, AVoterRemembersItsVoteOverARestart) {
    EXPECT_THAT(restart_the_witness(true), IsEmpty());
}
TEST(RaftQuorum, WithoutADurableVoteAnEpochGetsTwoLeaders) {
    const std::vector<std::string> violations = restart_the_witness(false);
    EXPECT_THAT(violations, testing::Contains(testing::HasSubstr("second leader in epoch 1")));
}

TEST(RaftQuorum, ObserversFindTheNewLeaderAfterTheOldOneDied) {
    RaftCluster cluster({.observers = 3});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    run_busy(cluster, 2_s);
    cluster.kill(*cluster.leader());
    ASSERT_TRUE(cluster.run_until_led(10_s));
    cluster.append({"new"}, true);
    cluster.run_for(2_s);
    for (int n = 1; n <= 3; ++n) {
        const RaftNode& observer = cluster.node(RaftCluster::observer(n));
        EXPECT_THAT(observer.leader(), Optional(*cluster.leader()));
        EXPECT_EQ(observer.high_watermark(), cluster.node(*cluster.leader()).high_watermark());
    }
    EXPECT_THAT(cluster.violations, IsEmpty());
}

TEST(RaftQuorum, AQuietQuorumCostsFewMessages) {
    RaftCluster cluster({.observers = 3});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    cluster.run_for(2_s);
    const std::size_t before = cluster.messages();
    cluster.run_for(100_s);
    EXPECT_THAT(cluster.messages() - before, AllOf(Ge(900U), Le(1'050U)))
        << "five members fetch twice a second";
}

TEST(RaftQuorum, TheLeaderDescribesTheQuorumAndOthersSendOneToIt) {
    RaftCluster cluster({.observers = 1});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    run_busy(cluster, 2_s);
    const BrokerId leader = *cluster.leader();
    const auto question = [] {
        DescribeQuorumRequest request;
        request.topics.push_back({std::string(kMetadataTopicName), {{kMetadataPartition}}});
        return request;
    };
    const auto answer = cluster.ask(leader, question());
    ASSERT_TRUE(answer);
    const auto* state = metadata_partition_of(std::get<DescribeQuorumResponse>(*answer));
    ASSERT_NE(state, nullptr);
    EXPECT_EQ(state->leader_id, leader);
    EXPECT_EQ(state->high_watermark, cluster.node(leader).high_watermark());
    ASSERT_THAT(state->current_voters, SizeIs(3));
    ASSERT_THAT(state->observers, SizeIs(1));
    EXPECT_EQ(state->observers[0].replica_id, RaftCluster::observer(1));
    EXPECT_EQ(state->observers[0].log_end_offset, state->current_voters[0].log_end_offset);
    const auto refusal = cluster.ask(other_than(cluster, {leader}), question());
    ASSERT_TRUE(refusal);
    EXPECT_EQ(metadata_partition_of(std::get<DescribeQuorumResponse>(*refusal))->error_code,
              ErrorCode::kNotLeaderOrFollower);
}

TEST(RaftQuorum, AStrangerOfAnotherClusterIsRefused) {
    RaftCluster cluster({});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    const auto answer =
        cluster.ask(*cluster.leader(),
                    raft_fetch(BrokerId(7), {LeaderEpoch(1), Offset(0), LeaderEpoch(0)}, "other"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(std::get<FetchResponse>(*answer).error_code, ErrorCode::kInconsistentClusterId);
}

TEST(RaftQuorum, ACopyOfANodeIsANodeOfItsOwn) {
    RaftCluster cluster({});
    ASSERT_TRUE(cluster.run_until_led(10_s));
    const BrokerId leader = *cluster.leader();
    const RaftNode before = cluster.node(leader);
    EXPECT_EQ(digest_of(before), digest_of(cluster.node(leader)));
    cluster.append({"a"}, true);
    EXPECT_NE(before, cluster.node(leader));
    EXPECT_NE(digest_of(before), digest_of(cluster.node(leader)));
    EXPECT_EQ(before.log_end_offset(), Offset(1));
}

}  // namespace
}  // namespace brokerlab

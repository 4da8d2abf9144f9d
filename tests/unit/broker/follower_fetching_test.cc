// A follower and its leader: copying, errors, pauses, resets, and the rules that keep logs equal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/log/retention.h"
#include "tests/unit/broker/follower_fixture.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using brokerlab::testing::kOrders;
using brokerlab::testing::ReplicaCluster;
using brokerlab::testing::TestBroker;

const FetchState* fetch_state(const TestBroker& broker) {
    for (const auto& fetcher : broker.rm.fetchers) {
        if (const FetchState* state = fetcher->partitions.find(kOrders)) {
            return state;
        }
    }
    return nullptr;
}
RuleSet without(std::initializer_list<Rule> off) {
    RuleSet rules;
    for (const Rule rule : off) {
        rules.set(rule, false);
    }
    return rules;
}

TEST(Follower, CopiesItsLeaderAndLearnsTheHighWatermarkOneFetchLater) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.settle();
    cluster.write(1, "a");
    cluster.write(1, "b");
    cluster.settle();
    EXPECT_THAT(cluster.read_all(2), ElementsAre("0:-=a", "1:-=b"));
    EXPECT_EQ(cluster.log(1).high_watermark, Offset(2)) << "the follower's next fetch told";
    cluster.pass(1_s);
    EXPECT_EQ(cluster.log(2).high_watermark, Offset(2));
}

TEST(Follower, TellsItsLeaderWhereItStands) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.settle();
    cluster.write(1, "a");
    cluster.settle();
    const auto& fetch = std::get<FetchRequest>(cluster.requests.back().body);
    EXPECT_EQ(fetch.replica_state.replica_id, BrokerId(2));
    EXPECT_EQ(fetch.replica_state.replica_epoch, BrokerEpoch(102));
    EXPECT_EQ(fetch.max_wait_ms, 500);
    ASSERT_EQ(fetch.topics.size(), 1U);
    EXPECT_EQ(fetch.topics[0].topic_id, cluster.topic_id);
    const FetchRequest::Partition& asked = fetch.topics[0].partitions.at(0);
    EXPECT_EQ(asked.fetch_offset, Offset(1));
    EXPECT_EQ(asked.current_leader_epoch, LeaderEpoch(0));
    EXPECT_EQ(asked.last_fetched_epoch, LeaderEpoch(0));
    EXPECT_EQ(asked.log_start_offset, Offset(0));
    EXPECT_EQ(cluster.requests.back().header.client_id, "broker-2-fetcher-0");
}

/// Broker 1 wrote a and b; broker 2 has only a when it takes over and writes X.
ReplicaCluster with_a_lost_tail(RuleSet rules = {}) {
    ReplicaCluster cluster(2, rules);
    cluster.elect(1);
    cluster.settle();
    cluster.write(1, "a");
    cluster.settle();
    cluster.pass(1_s);
    cluster.stop(2, false);
    cluster.write(1, "b");
    cluster.broker(2).up = true;
    cluster.elect(2);
    cluster.write(2, "X");
    return cluster;
}

TEST(Follower, TruncatesWhatItsNewLeaderNeverHad) {
    ReplicaCluster cluster = with_a_lost_tail();
    cluster.settle();
    cluster.pass(2_s);
    EXPECT_THAT(cluster.read_all(1), ElementsAre("0:-=a", "1:-=X"));
    EXPECT_THAT(cluster.broker(1).facts_of<ReplicaTruncated>(),
                ElementsAre(ReplicaTruncated{kOrders, Offset(2), Offset(1)}));
    EXPECT_EQ(cluster.count<OffsetForLeaderEpochRequest>(), 0) << "the fetch itself told";
}

TEST(Follower, AsksForTheEndOfItsEpochWhereFetchesCarryNone) {
    ReplicaCluster cluster = with_a_lost_tail(without({Rule::kFetchEpochKip320}));
    cluster.settle();
    cluster.pass(2_s);
    EXPECT_THAT(cluster.read_all(1), ElementsAre("0:-=a", "1:-=X"));
    EXPECT_GT(cluster.count<OffsetForLeaderEpochRequest>(), 0);
}

TEST(Follower, CutsCommittedRecordsByTheHighWatermarkBeforeKip101) {
    // The follower has b, but has not yet heard that b is committed.
    for (const bool by_epoch : {true, false}) {
        ReplicaCluster cluster(2, by_epoch ? RuleSet() : without({Rule::kTruncateByEpoch}));
        cluster.elect(1);
        cluster.settle();
        cluster.write(1, "b");
        cluster.settle();
        ASSERT_EQ(cluster.log(1).high_watermark, Offset(1));
        ASSERT_EQ(cluster.log(2).high_watermark, Offset(0));
        // It restarts, and before it can fetch the leader is gone.
        const BrokerDisk disk = cluster.stop(2, false);
        cluster.start(2, &disk);
        cluster.publish(2);
        cluster.stop(1, false);
        cluster.elect(2);
        EXPECT_THAT(cluster.read_all(2), ::testing::SizeIs(by_epoch ? 1 : 0));
    }
}

TEST(Follower, DivergesInSilenceWithOneRoundOfTruncation) {
    // KIP-279: three unclean elections leave broker 1 with epochs 0 and 2, broker 2 with 0, 1, 3.
    for (const bool find_common : {true, false}) {
        RuleSet rules = without({Rule::kFetchEpochKip320});
        rules.set(Rule::kTruncateKip279, find_common);
        ReplicaCluster cluster(2, rules);
        cluster.elect(1);
        cluster.settle();
        cluster.write(1, "common");
        cluster.settle();
        cluster.pass(1_s);
        const BrokerDisk first = cluster.stop(1, false);
        cluster.elect(2);
        cluster.write(2, "p");
        cluster.write(2, "q");
        cluster.write(2, "r");
        const BrokerDisk second = cluster.stop(2, false);
        cluster.start(1, &first);
        cluster.elect(1);
        cluster.write(1, "P");
        cluster.write(1, "Q");
        cluster.stop(1, false);
        cluster.start(2, &second);
        cluster.elect(2);
        cluster.write(2, "s");
        cluster.broker(1).up = true;
        cluster.publish(1);
        cluster.settle();
        cluster.pass(3_s);
        EXPECT_EQ(cluster.read_all(1) == cluster.read_all(2), find_common);
    }
}

TEST(Follower, PausesAPartitionAfterAnErrorForASecond) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.settle();
    // Metadata reaches the follower first: its leader does not know the epoch yet.
    ++cluster.registration.leader_epoch;
    ++cluster.registration.partition_epoch;
    cluster.publish(2);
    cluster.pass(600_ms);
    ASSERT_NE(fetch_state(cluster.broker(2)), nullptr);
    EXPECT_TRUE(fetch_state(cluster.broker(2))->delayed_until.has_value());
    cluster.publish(1);
    cluster.write(1, "a");
    cluster.settle();
    EXPECT_THAT(cluster.read_all(2), IsEmpty()) << "the pause is not over";
    cluster.pass(1500_ms);
    EXPECT_THAT(cluster.read_all(2), ElementsAre("0:-=a"));
}

TEST(Follower, GivesUpAPartitionOfAnOldEpochUntilMetadataComes) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.settle();
    ++cluster.registration.leader_epoch;
    ++cluster.registration.partition_epoch;
    cluster.publish(1);
    cluster.write(1, "a");
    cluster.settle();
    cluster.pass(2_s);
    EXPECT_EQ(fetch_state(cluster.broker(2)), nullptr);
    EXPECT_THAT(cluster.read_all(2), IsEmpty());
    cluster.publish(2);
    cluster.settle();
    EXPECT_THAT(cluster.read_all(2), ElementsAre("0:-=a"));
}

TEST(Follower, TriesAgainASecondAfterItsLeaderWasUnreachable) {
    ReplicaCluster cluster(2);
    cluster.broker(1).up = false;
    cluster.elect(1);
    cluster.settle();
    ASSERT_NE(fetch_state(cluster.broker(2)), nullptr);
    EXPECT_EQ(fetch_state(cluster.broker(2))->delayed_until, cluster.now + 1_s);
    EXPECT_EQ(next_fetcher_deadline(cluster.broker(2).rm), cluster.now + 1_s);
    cluster.broker(1).up = true;
    cluster.publish(1);
    cluster.write(1, "a");
    cluster.pass(1_s);
    EXPECT_THAT(cluster.read_all(2), ElementsAre("0:-=a"));
}

TEST(Follower, StartsAnewWhereItsLeadersLogBeginsBeyondItsOwnEnd) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.settle();
    cluster.write(1, "a");
    cluster.settle();
    cluster.stop(2, false);
    cluster.write(1, "b");
    cluster.write(1, "c");
    PartitionLog& leader = cluster.broker(1).rm.edit(kOrders).log.edit();
    roll(leader, Offset(3), cluster.now);
    set_high_watermark(leader, Offset(3));
    increment_log_start(leader, Offset(3));
    apply_retention(leader, {}, cluster.now);
    cluster.write(1, "d");
    cluster.broker(2).up = true;
    cluster.pass(3_s);
    EXPECT_EQ(cluster.log(2).log_start_offset, Offset(3));
    EXPECT_THAT(cluster.read_all(2), ElementsAre("3:-=d"));
    EXPECT_GT(cluster.count<ListOffsetsRequest>(), 1) << "latest, then earliest";
}

TEST(Follower, AppliesAnAnswerOnlyWhenASlowDiskHasWrittenIt) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.settle();
    cluster.broker(2).rm.disk_delay = 300_ms;
    cluster.write(1, "a");
    cluster.settle();
    EXPECT_THAT(cluster.read_all(2), IsEmpty());
    EXPECT_EQ(next_fetcher_deadline(cluster.broker(2).rm), cluster.now + 300_ms);
    cluster.pass(300_ms);
    EXPECT_THAT(cluster.read_all(2), ElementsAre("0:-=a"));
}

TEST(Follower, IgnoresAnAnswerToAQuestionOfAnOlderEpoch) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.settle();
    cluster.broker(2).rm.disk_delay = 300_ms;
    cluster.write(1, "a");
    cluster.settle();
    cluster.elect(1);  // while the answer is held by the disk
    cluster.broker(2).rm.disk_delay = Duration();
    cluster.pass(300_ms);
    EXPECT_THAT(cluster.read_all(2), ElementsAre("0:-=a"));
    EXPECT_EQ(cluster.broker(2).rm.find(kOrders)->leader_epoch, LeaderEpoch(1));
    EXPECT_EQ(cluster.log(2).log_end_offset, Offset(1)) << "once, not twice";
}

TEST(Follower, NamesItsPartitionsOnceAndThenOnlyWhatChanged) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.settle();
    const FetchRequest first = std::get<FetchRequest>(cluster.requests.front().body);
    EXPECT_EQ(first.session_epoch, 0);
    EXPECT_EQ(first.topics.size(), 1U);
    cluster.pass(2_s);
    const FetchRequest later = std::get<FetchRequest>(cluster.requests.back().body);
    EXPECT_GT(later.session_id, 0);
    EXPECT_GT(later.session_epoch, 1);
    EXPECT_THAT(later.topics, IsEmpty());
    cluster.write(1, "a");
    cluster.settle();
    const FetchRequest moved = std::get<FetchRequest>(cluster.requests.back().body);
    ASSERT_EQ(moved.topics.size(), 1U);
    EXPECT_EQ(moved.topics[0].partitions.at(0).fetch_offset, Offset(1));
}

TEST(Follower, BeginsASessionAnewWhereItsLeaderLostIt) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.pass(2_s);
    cluster.broker(1).rm.fetch_sessions = Cow<FetchSessions>();
    const std::size_t before = cluster.requests.size();
    cluster.pass(1_s);
    bool full = false;
    for (std::size_t i = before; i < cluster.requests.size(); ++i) {
        full = full || std::get<FetchRequest>(cluster.requests[i].body).session_epoch == 0;
    }
    EXPECT_TRUE(full);
    cluster.write(1, "a");
    cluster.settle();
    EXPECT_THAT(cluster.read_all(2), ElementsAre("0:-=a"));
}

TEST(Follower, TouchesNothingWhileItsFetchWaits) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.settle();
    const ReplicaManager before = cluster.broker(2).rm;
    cluster.act(2, [&](const Env& e, Effects& fx) {
        run_fetchers(cluster.broker(2).rm, e, fx);
        EXPECT_THAT(fx.actions(), IsEmpty());
    });
    ASSERT_EQ(before.fetchers.size(), 1U);
    EXPECT_TRUE(before.fetchers[0].same(cluster.broker(2).rm.fetchers[0]));
    cluster.pass(3_s);
    EXPECT_TRUE(before.partitions.at(kOrders).same(cluster.broker(2).rm.partitions.at(kOrders)))
        << "empty answers leave the partition alone";
}

}  // namespace
}  // namespace brokerlab

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/group_cluster.h"

namespace brokerlab {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const TopicPartition kOrders0{"orders", PartitionId(0)};

TEST(GroupApplication, WorksOnOneRecordAfterTheOther) {
    GroupCluster cluster;
    cluster.setup().process = 100_ms;
    cluster.append(0, 3);
    cluster.run(250_ms);
    EXPECT_EQ(cluster.position().next, Offset(3)) << "poll() has returned all three";
    ASSERT_THAT(cluster.facts<RecordsProcessed>(), SizeIs(2));
    EXPECT_EQ(cluster.facts<RecordsProcessed>()[1],
              (RecordsProcessed{"stock", kOrders0, Offset(1), Offset(1), 1}));
    cluster.run(100_ms);
    EXPECT_THAT(cluster.facts<RecordsProcessed>(), SizeIs(3));
}

TEST(GroupApplication, RecordsThatTakeNoTimeAreDoneTogether) {
    GroupCluster cluster(2);
    cluster.append(0, 3);
    cluster.append(0, 2);
    cluster.append(1, 1);
    cluster.run(1_s);
    ASSERT_THAT(cluster.facts<RecordsProcessed>(), SizeIs(2));
    EXPECT_EQ(cluster.facts<RecordsProcessed>()[0],
              (RecordsProcessed{"stock", kOrders0, Offset(0), Offset(4), 5}));
}

TEST(GroupApplication, NamesOnlyRecordsThatCompactionLeft) {
    GroupCluster cluster;
    cluster.setup().process = 1_ms;
    BatchBuilder builder(BatchSpec{});
    for (const int64_t offset : {1, 4, 5}) {
        builder.append_at(Offset(offset), {Timestamp(1), std::nullopt, std::nullopt, {}});
    }
    cluster.append_batch(0, builder.build());
    cluster.run(1_s);
    const auto facts = cluster.facts<RecordsProcessed>();
    ASSERT_THAT(facts, SizeIs(3));
    EXPECT_EQ(facts[0].first, Offset(1));
    EXPECT_EQ(facts[1].first, Offset(4));
    EXPECT_EQ(facts[2].first, Offset(5));
}

TEST(GroupApplication, HeartbeatsGoOnWhileItWorks) {
    GroupCluster cluster;
    cluster.setup().process = 20_s;
    cluster.append(0, 1);
    cluster.run(19_s);
    EXPECT_THAT(cluster.received<HeartbeatRequest>(), SizeIs(6));
}

TEST(GroupApplication, JoinsAgainOnlyInPoll) {
    GroupCluster cluster;
    cluster.setup().process = 20_s;
    cluster.append(0, 1);
    cluster.run(1_s);
    cluster.rebalancing = true;
    cluster.run(18_s);
    EXPECT_EQ(cluster.generation, GenerationId(1)) << "it knows since its next heartbeat";
    EXPECT_GT(cluster.received<HeartbeatRequest>().size(), 4U) << "and goes on heartbeating";
    cluster.run(2_s);
    EXPECT_EQ(cluster.generation, GenerationId(2));
}

TEST(GroupApplication, LeavesWhenItDoesNotPollForTooLong) {
    GroupCluster cluster;
    cluster.set("max.poll.interval.ms", "10000");
    cluster.setup().process = 15_s;
    cluster.append(0, 1);
    cluster.run(12_s);
    ASSERT_THAT(cluster.facts<PollTimedOut>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<PollTimedOut>()[0].interval, 10_s);
    EXPECT_THAT(cluster.received<LeaveGroupRequest>(), SizeIs(1));
    EXPECT_EQ(cluster.state(), MemberState::kUnjoined);
    EXPECT_THAT(cluster.facts<RecordsProcessed>(), IsEmpty());
    cluster.run(4_s);
    EXPECT_THAT(cluster.facts<RecordsProcessed>(), SizeIs(1)) << "it can't know and goes on";
    EXPECT_THAT(cluster.facts<PartitionsLost>(), SizeIs(1));
    EXPECT_EQ(cluster.generation, GenerationId(2));
    EXPECT_EQ(cluster.committed_at(0), std::nullopt) << "what it did is done again";
    EXPECT_EQ(cluster.position().next, Offset(1));
}

TEST(GroupApplication, AnIdleMemberPollsOftenEnough) {
    GroupCluster cluster;
    cluster.set("max.poll.interval.ms", "1000");
    cluster.run(30_s);
    EXPECT_THAT(cluster.facts<PollTimedOut>(), IsEmpty());
}

TEST(GroupApplication, ACommitAfterThatFails) {
    GroupCluster cluster;
    cluster.set("max.poll.interval.ms", "10000");
    cluster.set("enable.auto.commit", "false");
    cluster.setup().process = 15_s;
    cluster.append(0, 1);
    cluster.run(16_s);
    ASSERT_THAT(cluster.facts<CommitFailed>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<CommitFailed>()[0].error, ErrorCode::kUnknownMemberId);
    EXPECT_THAT(cluster.received<OffsetCommitRequest>(), IsEmpty());
}

TEST(GroupApplication, PrefetchesWhileItWorks) {
    GroupCluster cluster;
    cluster.setup().process = 100_ms;
    cluster.set("max.poll.records", "1");
    cluster.append(0, 1);
    cluster.run(50_ms);
    cluster.append(0, 1);
    cluster.run(20_ms);
    EXPECT_EQ(cluster.position().consumed, 1U);
    EXPECT_THAT(cluster.client().core().completed, SizeIs(1)) << "buffered";
}

TEST(GroupApplication, ReadsTheAnswerToJoinGroupOnlyWhenItPolls) {
    GroupCluster busy;
    busy.set("partition.assignment.strategy", "cooperative-sticky");
    busy.setup().process = 5_s;
    busy.run(1_s);
    busy.join_time = 500_ms;
    busy.rebalancing = true;
    busy.run(2100_ms);
    ASSERT_EQ(busy.state(), MemberState::kJoining);
    busy.append(0, 1);  // A partition that it keeps: it works on the record while it joins.
    busy.run(3_s);
    EXPECT_EQ(busy.state(), MemberState::kJoining) << "the heartbeat thread sleeps";
    busy.run(3_s);
    EXPECT_EQ(busy.state(), MemberState::kStable);
}

TEST(GroupApplication, WorksOffItsRecordsBeforeItCloses) {
    GroupCluster cluster;
    cluster.setup().process = 1_s;
    cluster.append(0, 3);
    cluster.run(1500_ms);
    cluster.with_client([&](const Env& env, Effects& fx) { cluster.client().close(env, fx); });
    cluster.run(1_s);
    EXPECT_FALSE(cluster.client().has_closed());
    cluster.run(1_s);
    EXPECT_TRUE(cluster.client().has_closed());
    EXPECT_THAT(cluster.facts<RecordsProcessed>(), SizeIs(3));
    EXPECT_EQ(cluster.committed_at(0), Offset(3));
}

TEST(GroupApplication, ClosesSoonAfterItWasPutOutOfItsGroup) {
    GroupCluster cluster;
    cluster.set("max.poll.interval.ms", "10000");
    cluster.set("enable.auto.commit", "false");
    cluster.setup().process = 15_s;
    cluster.append(0, 1);
    cluster.run(12_s);
    ASSERT_THAT(cluster.received<LeaveGroupRequest>(), SizeIs(1));
    cluster.with_client([&](const Env& env, Effects& fx) { cluster.client().close(env, fx); });
    cluster.run(4_s);
    EXPECT_TRUE(cluster.client().has_closed()) << "the answer came while it worked";
}

}  // namespace
}  // namespace brokerlab

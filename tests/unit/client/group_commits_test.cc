#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/group_cluster.h"

namespace brokerlab {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const TopicPartition kOrders0{"orders", PartitionId(0)};

TEST(GroupCommits, BeginsAtTheCommittedOffset) {
    GroupCluster cluster;
    cluster.append(0, 10);
    cluster.committed[kOrders0] = Offset(6);
    cluster.run(1_s);
    EXPECT_EQ(cluster.position().next, Offset(10));
    EXPECT_EQ(cluster.position().consumed, 4U);
    ASSERT_THAT(cluster.resets(), SizeIs(1));
    EXPECT_EQ(cluster.resets()[0].why, "it begins at the committed offset");
    EXPECT_THAT(cluster.received<ListOffsetsRequest>(), IsEmpty());
}

TEST(GroupCommits, DoesNotAskALeaderThatIsOlderThanTheCommit) {
    GroupCluster cluster;
    cluster.append(0, 10);
    cluster.move_leader(0, BrokerId(2));
    cluster.append(0, 5);
    cluster.committed[kOrders0] = Offset(12);
    cluster.committed_epoch = LeaderEpoch(1);
    cluster.metadata_is_old = true;
    cluster.run(2_s);
    EXPECT_THAT(cluster.received<FetchRequest>(), IsEmpty());
    EXPECT_THAT(cluster.received<OffsetForLeaderEpochRequest>(), IsEmpty());
    cluster.metadata_is_old = false;
    cluster.run(2_s);
    EXPECT_EQ(cluster.position().next, Offset(15));
    EXPECT_EQ(cluster.position().consumed, 3U);
}

TEST(GroupCommits, BeginsWhereThePolicySaysWithoutACommit) {
    GroupCluster cluster;
    cluster.set("auto.offset.reset", "latest");
    cluster.append(0, 10);
    cluster.run(1_s);
    EXPECT_EQ(cluster.position().next, Offset(10));
    EXPECT_EQ(cluster.position().consumed, 0U);
}

TEST(GroupCommits, CannotBeginWithoutACommitAndWithoutAPolicy) {
    GroupCluster cluster;
    cluster.set("auto.offset.reset", "none");
    cluster.run(1_s);
    ASSERT_THAT(cluster.facts<ConsumerFailed>(), SizeIs(1));
    EXPECT_THAT(cluster.facts<ConsumerFailed>()[0].message, HasSubstr("[orders-0]"));
}

TEST(GroupCommits, WaitsForOffsetsOfOpenTransactions) {
    for (const ErrorCode error :
         {ErrorCode::kUnstableOffsetCommit, ErrorCode::kCoordinatorLoadInProgress,
          ErrorCode::kNotCoordinator}) {
        SCOPED_TRACE(error_name(error));
        GroupCluster cluster;
        cluster.append(0, 10);
        cluster.committed[kOrders0] = Offset(6);
        cluster.fail(ApiKey::kOffsetFetch, error, 3);
        cluster.run(3_s);
        EXPECT_EQ(cluster.position().consumed, 4U);
    }
}

TEST(GroupCommits, CommitsByItselfEveryFiveSeconds) {
    GroupCluster cluster;
    cluster.append(0, 3);
    cluster.run(1_s);
    const SimTime assigned = cluster.times_of(ApiKey::kSyncGroup).front() + 1_ms;
    cluster.run(11_s);
    const std::vector<SimTime> commits = cluster.times_of(ApiKey::kOffsetCommit);
    ASSERT_THAT(commits, SizeIs(2)) << "also when nothing is new";
    EXPECT_EQ(commits[0], assigned + 5_s + 1_ms);
    EXPECT_EQ(commits[1], commits[0] + 5_s);
    const OffsetCommitRequest commit = cluster.received<OffsetCommitRequest>()[0];
    EXPECT_EQ(commit.member_id, kMemberId);
    EXPECT_EQ(commit.generation_id_or_member_epoch, GenerationId(1));
    EXPECT_EQ(commit.topics.at(0).partitions.at(0).committed_offset, Offset(3));
    EXPECT_EQ(commit.topics.at(0).partitions.at(0).committed_leader_epoch, LeaderEpoch(0));
    EXPECT_EQ(cluster.client().group()->committer.committed.at(kOrders0), Offset(3));
}

TEST(GroupCommits, ACommitHasToWaitForPoll) {
    GroupCluster cluster;
    cluster.setup().process = 8_s;
    cluster.append(0, 1);
    cluster.run(7_s);
    EXPECT_THAT(cluster.received<OffsetCommitRequest>(), IsEmpty());
    cluster.run(2_s);
    EXPECT_THAT(cluster.received<OffsetCommitRequest>(), SizeIs(1));
}

TEST(GroupCommits, TriesAnAutomaticCommitAgainAfterTheBackOff) {
    GroupCluster cluster;
    cluster.append(0, 3);
    cluster.run(1_s);
    cluster.fail(ApiKey::kOffsetCommit, ErrorCode::kCoordinatorLoadInProgress);
    cluster.run(5_s);
    const std::vector<SimTime> commits = cluster.times_of(ApiKey::kOffsetCommit);
    ASSERT_THAT(commits, SizeIs(2));
    EXPECT_EQ(commits[1] - commits[0], 102_ms);
    ASSERT_THAT(cluster.facts<CommitFailed>(), SizeIs(1));
    EXPECT_TRUE(cluster.facts<CommitFailed>()[0].retried);
}

TEST(GroupCommits, ReactsToCommitErrorsAsKafkaDoes) {
    struct Expected {
        ErrorCode error;
        bool rejoins;
        bool loses;
    };
    for (const Expected& expected : {Expected{ErrorCode::kRebalanceInProgress, true, false},
                                     Expected{ErrorCode::kIllegalGeneration, true, true},
                                     Expected{ErrorCode::kUnknownMemberId, true, true},
                                     Expected{ErrorCode::kOffsetMetadataTooLarge, false, false}}) {
        SCOPED_TRACE(error_name(expected.error));
        GroupCluster cluster;
        cluster.append(0, 3);
        cluster.run(1_s);
        cluster.fail(ApiKey::kOffsetCommit, expected.error);
        cluster.run(5_s);
        EXPECT_EQ(cluster.generation, GenerationId(expected.rejoins ? 2 : 1));
        EXPECT_EQ(cluster.facts<PartitionsLost>().size(), expected.loses ? 1U : 0U);
        ASSERT_FALSE(cluster.facts<CommitFailed>().empty());
        EXPECT_EQ(cluster.facts<CommitFailed>()[0].error, expected.error);
        EXPECT_FALSE(cluster.facts<CommitFailed>()[0].retried);
    }
}

TEST(GroupCommits, CommitsBeforeItGivesPartitionsUp) {
    GroupCluster cluster;
    cluster.append(0, 3);
    cluster.run(1_s);
    cluster.rebalancing = true;
    cluster.fail(ApiKey::kOffsetCommit, ErrorCode::kCoordinatorLoadInProgress);
    cluster.run(4_s);
    EXPECT_EQ(cluster.generation, GenerationId(2));
    ASSERT_THAT(cluster.times_of(ApiKey::kOffsetCommit), SizeIs(2)) << "retried before it joins";
    EXPECT_LT(cluster.times_of(ApiKey::kOffsetCommit)[1],
              cluster.times_of(ApiKey::kJoinGroup).back());
    EXPECT_EQ(cluster.committed_at(0), Offset(3));
    EXPECT_EQ(cluster.position().next, Offset(3)) << "it goes on where it was";
}

TEST(GroupCommits, ReadsNothingBetweenTheCommitAndAnEagerRebalance) {
    GroupCluster cluster;
    cluster.append(0, 3);
    cluster.run(1_s);
    cluster.rebalancing = true;
    cluster.fail(ApiKey::kOffsetCommit, ErrorCode::kCoordinatorLoadInProgress, 10);
    cluster.run(2500_ms);
    cluster.append(0, 4);
    cluster.run(500_ms);
    ASSERT_EQ(cluster.generation, GenerationId(1));
    EXPECT_EQ(cluster.position().consumed, 3U) << "what comes now is left to the next owner";
    cluster.run(3_s);
    EXPECT_EQ(cluster.position().consumed, 4U);
}

TEST(GroupCommits, AManualCommitFollowsEachBatchAndIsWaitedFor) {
    GroupCluster cluster;
    cluster.set("enable.auto.commit", "false");
    cluster.set("max.poll.records", "2");
    cluster.setup().process = 10_ms;
    cluster.append(0, 5);
    cluster.run(1_s);
    const auto commits = cluster.received<OffsetCommitRequest>();
    ASSERT_THAT(commits, SizeIs(3));
    EXPECT_EQ(commits[0].topics.at(0).partitions.at(0).committed_offset, Offset(2));
    EXPECT_EQ(commits[2].topics.at(0).partitions.at(0).committed_offset, Offset(5));
    EXPECT_THAT(cluster.facts<RecordsProcessed>(), SizeIs(5));
    cluster.run(20_s);
    EXPECT_THAT(cluster.received<OffsetCommitRequest>(), SizeIs(3)) << "nothing by itself";
}

TEST(GroupCommits, AManualCommitIsTriedForAMinute) {
    GroupCluster cluster;
    cluster.set("enable.auto.commit", "false");
    cluster.append(0, 1);
    cluster.fail(ApiKey::kOffsetCommit, ErrorCode::kCoordinatorLoadInProgress, 1'000);
    cluster.run(65_s);
    ASSERT_FALSE(cluster.facts<CommitFailed>().empty());
    EXPECT_EQ(cluster.facts<CommitFailed>().back().error, ErrorCode::kRequestTimedOut);
    EXPECT_FALSE(cluster.facts<CommitFailed>().back().retried);
    cluster.errors.clear();
    cluster.append(0, 1);
    cluster.run(1_s);
    EXPECT_EQ(cluster.committed_at(0), Offset(2)) << "the application goes on";
}

TEST(GroupCommits, TheLateAnswerToAManualCommitIsNotThatToTheNextOne) {
    for (const ErrorCode error : {ErrorCode::kNone, ErrorCode::kOffsetMetadataTooLarge}) {
        SCOPED_TRACE(error_name(error));
        GroupCluster cluster;
        cluster.set("enable.auto.commit", "false");
        cluster.set("default.api.timeout.ms", "2000");
        cluster.set("max.poll.records", "1");
        cluster.commit_delay = 3_s;
        cluster.fail(ApiKey::kOffsetCommit, error);
        cluster.append(0, 2);
        cluster.run(3'500_ms);
        ASSERT_THAT(cluster.received<OffsetCommitRequest>(), SizeIs(2));
        ASSERT_THAT(cluster.facts<CommitFailed>(), SizeIs(1));
        EXPECT_EQ(cluster.facts<CommitFailed>()[0].error, ErrorCode::kRequestTimedOut);
        const std::optional<SyncCommit> second = cluster.client().group()->committer.sync;
        ASSERT_TRUE(second.has_value()) << "the answer to the first has come, not its own";
        EXPECT_TRUE(second->in_flight);
        EXPECT_EQ(cluster.client().group()->committer.committed.size(),
                  error == ErrorCode::kNone ? 1U : 0U);
        cluster.run(1_s);
        EXPECT_THAT(cluster.facts<CommitFailed>(), SizeIs(2)) << "its time is over as well";
    }
}

TEST(GroupCommits, TheLateAnswerToTheCommitOfOneRebalanceIsNotThatOfTheNextOne) {
    GroupCluster cluster;
    cluster.set("auto.commit.interval.ms", "60000");
    cluster.set("heartbeat.interval.ms", "500");
    cluster.set("max.poll.interval.ms", "3000");
    cluster.append(0, 3);
    cluster.run(1_s);
    cluster.commit_delay = 5_s;
    cluster.rebalancing = true;
    cluster.run(4_s);
    ASSERT_EQ(cluster.generation, GenerationId(2)) << "it waited for 3 s";
    ASSERT_THAT(cluster.received<OffsetCommitRequest>(), SizeIs(1));
    cluster.rebalancing = true;
    cluster.run(2_s);  // Here comes the answer to the first one's commit.
    ASSERT_THAT(cluster.received<OffsetCommitRequest>(), SizeIs(2));
    EXPECT_EQ(cluster.generation, GenerationId(2)) << "that of the second is under way";
    cluster.run(2_s);
    EXPECT_EQ(cluster.generation, GenerationId(3));
}

TEST(GroupCommits, ACrashBeforeTheCommitReadsAgainAndOneAfterItDoesNot) {
    for (const bool committed : {false, true}) {
        GroupCluster first;
        first.set("enable.auto.commit", "false");
        first.setup().process = 100_ms;
        first.append(0, 3);
        first.run(committed ? 400_ms : 250_ms);
        EXPECT_EQ(first.facts<RecordsProcessed>().size(), committed ? 3U : 2U);
        GroupCluster second;  // The process is gone; its successor has what was committed.
        second.committed = first.committed;
        second.append(0, 3);
        second.run(1_s);
        EXPECT_EQ(second.position().consumed, committed ? 0U : 3U);
    }
}

}  // namespace
}  // namespace brokerlab

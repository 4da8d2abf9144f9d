// How a member of a group of the consumer protocol (KIP-848) goes from one assignment to another:
// it commits, gives up, takes on; and what a commit that fails does to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/new_member.h"

namespace brokerlab {
namespace {

using State = ConsumerMemberState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

TEST(NewMember, CommitsThenGivesUpThenTakesOnAndSaysSo) {
    HeartbeatCluster cluster(3);
    cluster.set("auto.commit.interval.ms", "60000");
    cluster.give({0, 2});
    cluster.append(0, 4);
    cluster.append(2, 3);
    cluster.run(2_s);
    cluster.give({0, 1});
    cluster.run(5_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0", "orders-1"));
    EXPECT_EQ(cluster.position(0).consumed, 4U) << "what stays goes on where it was";
    EXPECT_EQ(cluster.committed_at(2), Offset(3));
    ASSERT_THAT(cluster.facts<PartitionsRevoked>(), SizeIs(1));
    EXPECT_THAT(cluster.facts<PartitionsRevoked>()[0].partitions, ElementsAre(kOrders2));
    ASSERT_THAT(cluster.facts<PartitionsAssigned>(), SizeIs(2));
    EXPECT_THAT(cluster.facts<PartitionsAssigned>()[1].partitions, ElementsAre(kOrders1));
    EXPECT_LT(cluster.place_of_last<OffsetCommitRequest>(),
              cluster.place_of_last<HeartbeatCluster::Beat>());
    EXPECT_THAT(cluster.beats().back().topic_partitions,
                Optional(ElementsAre(of_orders({PartitionId(0), PartitionId(1)}))));
    EXPECT_EQ(cluster.received<OffsetCommitRequest>()[0].generation_id_or_member_epoch,
              GenerationId(cluster.epoch.value));
}

TEST(NewMember, ReadsOnWhatStaysButNothingOfWhatItIsAboutToLose) {
    HeartbeatCluster cluster(2);
    cluster.set("auto.commit.interval.ms", "60000");
    cluster.append(0, 1);
    cluster.run(2_s);
    cluster.give({0});
    cluster.fail(ApiKey::kOffsetCommit, ErrorCode::kCoordinatorLoadInProgress, 5);
    cluster.run(4_s);
    ASSERT_EQ(cluster.member().state, State::kReconciling);
    cluster.append(0, 5);
    cluster.append(1, 5);
    cluster.run(500_ms);
    ASSERT_EQ(cluster.member().state, State::kReconciling);
    EXPECT_EQ(cluster.position(0).consumed, 6U);
    EXPECT_EQ(cluster.position(1).consumed, 0U) << "the next owner's";
    cluster.run(4_s);
    EXPECT_EQ(cluster.member().state, State::kStable);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0"));
}

TEST(NewMember, GivesUpWithoutACommitWhatTheApplicationCommitsItself) {
    HeartbeatCluster cluster(2);
    cluster.set("enable.auto.commit", "false");
    cluster.run(2_s);
    cluster.give({0});
    cluster.run(5_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0"));
    EXPECT_THAT(cluster.received<OffsetCommitRequest>(), IsEmpty());
}

TEST(NewMember, TriesTheCommitBeforeARevocationAgainOnlyWhereThatHelps) {
    struct Expected {
        ErrorCode error;
        bool again;
    };
    for (const Expected& expected : {Expected{ErrorCode::kStaleMemberEpoch, true},
                                     Expected{ErrorCode::kCoordinatorLoadInProgress, true},
                                     Expected{ErrorCode::kUnknownTopicOrPartition, false},
                                     Expected{ErrorCode::kUnknownMemberId, false}}) {
        SCOPED_TRACE(error_name(expected.error));
        HeartbeatCluster cluster(2);
        cluster.set("auto.commit.interval.ms", "60000");
        cluster.append(1, 3);
        cluster.run(2_s);
        cluster.give({0});
        cluster.fail(ApiKey::kOffsetCommit, expected.error);
        cluster.run(3900_ms);
        EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0")) << "one way or the other";
        EXPECT_EQ(cluster.committed_at(1).has_value(), expected.again);
        ASSERT_THAT(cluster.facts<CommitFailed>(), SizeIs(1));
        EXPECT_EQ(cluster.facts<CommitFailed>()[0].retried, expected.again);
    }
}

TEST(NewMember, WaitsLongerEachTimeBeforeItTriesTheCommitBeforeARevocationAgain) {
    HeartbeatCluster cluster(2);
    cluster.set("auto.commit.interval.ms", "60000");
    cluster.append(1, 3);
    cluster.run(2_s);
    for (const std::vector<int32_t>& partitions : {std::vector{0}, std::vector<int32_t>{}}) {
        cluster.times.clear();
        cluster.give(partitions);
        cluster.fail(ApiKey::kOffsetCommit, ErrorCode::kCoordinatorLoadInProgress, 4);
        cluster.run(8_s);
        const std::vector<SimTime> times = cluster.times_of(ApiKey::kOffsetCommit);
        ASSERT_THAT(times, SizeIs(5));
        EXPECT_LT(times[1] - times[0], 130_ms) << "anew with each revocation";
        EXPECT_GE(times[2] - times[1], 160_ms);
        EXPECT_GE(times[3] - times[2], 320_ms);
        EXPECT_GE(times[4] - times[3], 640_ms);
    }
    EXPECT_THAT(cluster.assigned(), IsEmpty());
}

std::vector<TopicPartition> revoking(HeartbeatCluster& cluster) {
    const FlatSet<TopicPartition>& partitions = cluster.client().core().revoking;
    return {partitions.begin(), partitions.end()};
}

/// Two partitions with three records each, read; orders-1 is to be given up, and the commit before
/// that finds a coordinator that loads.
void begin_revocation(HeartbeatCluster& cluster) {
    cluster.set("auto.commit.interval.ms", "60000");
    cluster.interval_ms = 1'000;
    cluster.give({0, 1});
    cluster.append(0, 3);
    cluster.append(1, 3);
    cluster.run(500_ms);
    cluster.give({0});
    cluster.fail(ApiKey::kOffsetCommit, ErrorCode::kCoordinatorLoadInProgress, 1'000);
    cluster.run(1_s);
    ASSERT_EQ(cluster.member().state, State::kReconciling);
    ASSERT_TRUE(cluster.member().reconciling.has_value());
    ASSERT_THAT(revoking(cluster), ElementsAre(kOrders1));
}

/// The coordinator takes commits again; after a while nothing of a revocation is left.
void end_revocation(HeartbeatCluster& cluster) {
    cluster.errors.clear();
    cluster.run(6_s);
    EXPECT_EQ(cluster.member().state, State::kStable);
    EXPECT_EQ(cluster.member().reconciling, std::nullopt);
    EXPECT_THAT(revoking(cluster), IsEmpty());
    EXPECT_EQ(cluster.client().group()->committer.prepare, OffsetCommitter::Prepare::kNone);
    EXPECT_TRUE(cluster.client().group()->committer.sent.empty());
}

/// Whatever it has now is read from where it was.
void expect_to_read_on(HeartbeatCluster& cluster, const std::vector<int32_t>& partitions) {
    for (const int32_t partition : partitions) {
        cluster.append(static_cast<std::size_t>(partition), 2);
    }
    cluster.run(1_s);
    for (const int32_t partition : partitions) {
        SCOPED_TRACE(partition);
        EXPECT_EQ(cluster.position(partition).next,
                  cluster.log[static_cast<std::size_t>(partition)].end());
    }
}

TEST(NewMember, FencedBeforeARevocationIsCommittedItLosesAllAndBeginsAnew) {
    HeartbeatCluster cluster(2);
    begin_revocation(cluster);
    cluster.fail_beat(ErrorCode::kFencedMemberEpoch);
    cluster.run(1_s);
    EXPECT_THAT(revoking(cluster), IsEmpty());
    end_revocation(cluster);
    ASSERT_THAT(cluster.facts<PartitionsLost>(), SizeIs(1));
    EXPECT_THAT(cluster.facts<PartitionsLost>()[0].partitions, ElementsAre(kOrders0, kOrders1));
    EXPECT_THAT(cluster.facts<PartitionsRevoked>(), IsEmpty());
    EXPECT_EQ(cluster.committed_at(1), std::nullopt);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0"));
    expect_to_read_on(cluster, {0});
    EXPECT_EQ(cluster.position(0).consumed, 5U) << "from the beginning: nothing was committed";
}

TEST(NewMember, WhatIsGivenBackBeforeItsRevocationIsCommittedIsGivenUpAndTakenAgain) {
    HeartbeatCluster cluster(2);
    begin_revocation(cluster);
    cluster.give({0, 1});
    cluster.run(2_s);
    EXPECT_EQ(cluster.member().state, State::kReconciling) << "one after the other";
    EXPECT_THAT(revoking(cluster), ElementsAre(kOrders1));
    end_revocation(cluster);
    ASSERT_THAT(cluster.facts<PartitionsRevoked>(), SizeIs(1));
    EXPECT_THAT(cluster.facts<PartitionsRevoked>()[0].partitions, ElementsAre(kOrders1));
    EXPECT_EQ(cluster.committed_at(1), Offset(3));
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0", "orders-1"));
    EXPECT_EQ(cluster.member().owned, cluster.member().target);
    expect_to_read_on(cluster, {0, 1});
    EXPECT_EQ(cluster.position(0).consumed, 5U);
    EXPECT_EQ(cluster.position(1).consumed, 2U) << "from the commit on";
}

TEST(NewMember, AnotherTargetDuringTheCommitIsTakenOverAfterTheOneUnderWay) {
    HeartbeatCluster cluster(3);
    begin_revocation(cluster);
    cluster.give({2});
    cluster.run(2_s);
    EXPECT_THAT(revoking(cluster), ElementsAre(kOrders1));
    end_revocation(cluster);
    const auto revoked = cluster.facts<PartitionsRevoked>();
    ASSERT_THAT(revoked, SizeIs(2));
    EXPECT_THAT(revoked[0].partitions, ElementsAre(kOrders1));
    EXPECT_THAT(revoked[1].partitions, ElementsAre(kOrders0));
    EXPECT_EQ(cluster.committed_at(0), Offset(3));
    EXPECT_EQ(cluster.committed_at(1), Offset(3));
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-2"));
    expect_to_read_on(cluster, {2});
}

TEST(NewMember, TheCommitBeforeARevocationOutlivesItsCoordinator) {
    HeartbeatCluster cluster(2);
    begin_revocation(cluster);
    cluster.errors.clear();
    cluster.commit_delay = 10_s;
    cluster.run(1_s);
    ASSERT_EQ(cluster.client().group()->committer.sent.size(), 1U);
    const std::size_t commits = cluster.received<OffsetCommitRequest>().size();
    cluster.commit_delay = Duration();
    cluster.coordinator = BrokerId(1);
    cluster.stop_broker(2);
    EXPECT_EQ(cluster.client().group()->committer.prepare, OffsetCommitter::Prepare::kRetry);
    end_revocation(cluster);
    EXPECT_THAT(cluster.received<OffsetCommitRequest>(), SizeIs(commits + 1));
    EXPECT_THAT(cluster.facts<PartitionsLost>(), IsEmpty());
    ASSERT_THAT(cluster.facts<PartitionsRevoked>(), SizeIs(1));
    EXPECT_THAT(cluster.facts<PartitionsRevoked>()[0].partitions, ElementsAre(kOrders1));
    EXPECT_EQ(cluster.committed_at(1), Offset(3));
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0"));
    expect_to_read_on(cluster, {0});
    EXPECT_EQ(cluster.position(0).consumed, 5U);
}

TEST(NewMember, TakesAnAssignmentOverOnlyInPoll) {
    HeartbeatCluster cluster(2);
    cluster.give({0});
    cluster.setup().process = 20_s;
    cluster.append(0, 1);
    cluster.run(1_s);
    cluster.give({0, 1});
    cluster.run(18_s);
    EXPECT_EQ(cluster.member().state, State::kReconciling);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0"));
    EXPECT_THAT(cluster.beats(), SizeIs(5)) << "heartbeats go on while it works";
    cluster.run(2_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0", "orders-1"));
}

TEST(NewMember, ARefusedCommitChangesNothingForTheMember) {
    for (const ErrorCode error : {ErrorCode::kStaleMemberEpoch, ErrorCode::kUnknownMemberId,
                                  ErrorCode::kFencedInstanceId}) {
        SCOPED_TRACE(error_name(error));
        HeartbeatCluster cluster;
        cluster.append(0, 3);
        cluster.run(1_s);
        cluster.fail(ApiKey::kOffsetCommit, error);
        cluster.run(6_s);
        ASSERT_THAT(cluster.facts<CommitFailed>(), SizeIs(1));
        EXPECT_EQ(cluster.facts<CommitFailed>()[0].error, error);
        EXPECT_FALSE(cluster.facts<CommitFailed>()[0].retried);
        EXPECT_EQ(cluster.member().epoch, MemberEpoch(1));
        EXPECT_THAT(cluster.facts<PartitionsLost>(), IsEmpty());
        cluster.run(5_s);
        EXPECT_EQ(cluster.committed_at(0), Offset(3)) << "the next one is due after 5 s";
    }
}

TEST(NewMember, AnAutomaticCommitThatFailedIsNotTriedBeforeTheNextOneIsDue) {
    for (const bool dies : {false, true}) {
        SCOPED_TRACE(dies ? "the coordinator dies" : "the coordinator loads");
        HeartbeatCluster cluster;
        cluster.append(0, 3);
        cluster.fail(ApiKey::kOffsetCommit, ErrorCode::kCoordinatorLoadInProgress, dies ? 0 : 1);
        cluster.commit_delay = dies ? 10_s : Duration();
        cluster.run(6_s);
        if (dies) {
            cluster.commit_delay = Duration();
            cluster.coordinator = BrokerId(1);
            cluster.stop_broker(2);
        }
        cluster.run(3'500_ms);
        ASSERT_THAT(cluster.times_of(ApiKey::kOffsetCommit), SizeIs(1));
        ASSERT_THAT(cluster.facts<CommitFailed>(), SizeIs(1));
        EXPECT_FALSE(cluster.facts<CommitFailed>()[0].retried);
        cluster.run(2_s);
        const std::vector<SimTime> times = cluster.times_of(ApiKey::kOffsetCommit);
        ASSERT_THAT(times, SizeIs(2));
        EXPECT_GE(times[1] - times[0], 5_s) << "auto.commit.interval.ms";
        EXPECT_EQ(cluster.committed_at(0), Offset(3));
    }
}

TEST(NewMember, CommitsBeforeTheHeartbeatThatMayBringAnotherEpoch) {
    HeartbeatCluster cluster;
    cluster.append(0, 3);
    cluster.run(5'100_ms);
    ASSERT_THAT(cluster.received<OffsetCommitRequest>(), SizeIs(1));
    ASSERT_THAT(cluster.beats(), SizeIs(3)) << "both are due 5 s after the assignment";
    EXPECT_EQ(cluster.times_of(ApiKey::kOffsetCommit)[0], cluster.beat_times()[2]);
    EXPECT_LT(cluster.place_of_last<OffsetCommitRequest>(),
              cluster.place_of_last<HeartbeatCluster::Beat>());
}

}  // namespace
}  // namespace brokerlab

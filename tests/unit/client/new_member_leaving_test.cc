// How a member of a group of the consumer protocol (KIP-848) is out of it: fenced, too slow to
// poll, closed, refused for good; and how it comes back.
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

void close(HeartbeatCluster& cluster) {
    cluster.with_client([&](const Env& env, Effects& fx) { cluster.client().close(env, fx); });
}

TEST(NewMember, AFencedMemberLosesAllAndJoinsAgainWithEpochZero) {
    for (const ErrorCode error : {ErrorCode::kFencedMemberEpoch, ErrorCode::kUnknownMemberId}) {
        SCOPED_TRACE(error_name(error));
        HeartbeatCluster cluster(2);
        cluster.set("auto.commit.interval.ms", "60000");
        cluster.append(0, 3);
        cluster.run(1_s);
        cluster.fail_beat(error);
        cluster.run(4500_ms);
        ASSERT_THAT(cluster.facts<PartitionsLost>(), SizeIs(1));
        EXPECT_THAT(cluster.facts<PartitionsLost>()[0].partitions, ElementsAre(kOrders0, kOrders1));
        const auto beats = cluster.beats();
        ASSERT_THAT(beats, SizeIs(5));
        EXPECT_EQ(beats[3].member_epoch, MemberEpoch(0));
        EXPECT_EQ(beats[3].member_id, beats[0].member_id) << "for all its life";
        EXPECT_TRUE(beats[3].subscribed_topic_names.has_value());
        EXPECT_THAT(beats[3].topic_partitions, Optional(IsEmpty()));
        EXPECT_EQ(cluster.member().state, State::kStable);
        EXPECT_EQ(cluster.member().epoch, MemberEpoch(2));
        EXPECT_EQ(cluster.position(0).consumed, 3U) << "nothing was committed: it reads again";
    }
}

TEST(NewMember, AFencedMemberThatWorksJoinsAgainWhenItPolls) {
    HeartbeatCluster cluster;
    cluster.setup().process = 20_s;
    cluster.append(0, 1);
    cluster.run(1_s);
    cluster.fail_beat(ErrorCode::kFencedMemberEpoch);
    cluster.run(18_s);
    EXPECT_EQ(cluster.member().state, State::kFenced);
    EXPECT_THAT(cluster.beats(), SizeIs(3)) << "it sends none any more";
    EXPECT_THAT(cluster.facts<PartitionsLost>(), IsEmpty());
    cluster.run(2_s);
    EXPECT_THAT(cluster.facts<PartitionsLost>(), SizeIs(1));
    EXPECT_EQ(cluster.member().epoch, MemberEpoch(2));
}

TEST(NewMember, LeavesWhenItDoesNotPollForTooLongAndComesBackWithItsNextPoll) {
    for (const bool is_static : {false, true}) {
        SCOPED_TRACE(is_static);
        HeartbeatCluster cluster;
        cluster.set("max.poll.interval.ms", "10000");
        if (is_static) {
            cluster.set("group.instance.id", "shelf");
        }
        cluster.setup().process = 15_s;
        cluster.append(0, 1);
        cluster.run(14_s);
        ASSERT_THAT(cluster.facts<PollTimedOut>(), SizeIs(1));
        EXPECT_EQ(cluster.facts<PollTimedOut>()[0].interval, 10_s);
        EXPECT_EQ(cluster.beats().back().member_epoch, MemberEpoch(is_static ? -2 : -1));
        EXPECT_EQ(cluster.member().state, State::kStale);
        EXPECT_THAT(cluster.facts<PartitionsLost>(), IsEmpty()) << "nobody to tell";
        const std::size_t beats = cluster.beats().size();
        cluster.run(1500_ms);
        EXPECT_THAT(cluster.facts<PartitionsLost>(), SizeIs(1));
        ASSERT_GT(cluster.beats().size(), beats);
        EXPECT_EQ(cluster.beats()[beats].member_epoch, MemberEpoch(0));
        EXPECT_EQ(cluster.committed_at(0), std::nullopt) << "what it did is done again";
        EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0"));
    }
}

TEST(NewMember, AnIdleMemberPollsOftenEnough) {
    HeartbeatCluster cluster;
    cluster.set("max.poll.interval.ms", "1000");
    cluster.run(30_s);
    EXPECT_THAT(cluster.facts<PollTimedOut>(), IsEmpty());
}

TEST(NewMember, LeavesWhenItIsClosed) {
    HeartbeatCluster cluster;
    cluster.append(0, 3);
    cluster.run(1_s);
    close(cluster);
    cluster.run(100_ms);
    EXPECT_TRUE(cluster.client().has_closed());
    EXPECT_EQ(cluster.committed_at(0), Offset(3));
    EXPECT_EQ(cluster.beats().back().member_epoch, MemberEpoch(-1));
    EXPECT_THAT(cluster.facts<PartitionsRevoked>(), SizeIs(1));
    EXPECT_EQ(cluster.open_connections(), 0U);
    EXPECT_EQ(cluster.client().next_deadline(), kNever);
}

TEST(NewMember, AStaticMemberLeavesForAWhile) {
    HeartbeatCluster cluster;
    cluster.set("group.instance.id", "shelf");
    cluster.run(1_s);
    for (const HeartbeatCluster::Beat& beat : cluster.beats()) {
        EXPECT_THAT(beat.instance_id, Optional(std::string("shelf-1")));
    }
    close(cluster);
    cluster.run(100_ms);
    EXPECT_TRUE(cluster.client().has_closed());
    EXPECT_EQ(cluster.beats().back().member_epoch, MemberEpoch(-2));
}

TEST(NewMember, GivesUpOnErrorsThatNoRetryCures) {
    for (const ErrorCode error : {ErrorCode::kInvalidRequest, ErrorCode::kGroupMaxSizeReached,
                                  ErrorCode::kUnsupportedAssignor, ErrorCode::kUnsupportedVersion,
                                  ErrorCode::kUnreleasedInstanceId, ErrorCode::kFencedInstanceId,
                                  ErrorCode::kGroupIdNotFound}) {
        for (const bool at_first : {true, false}) {
            SCOPED_TRACE(std::string(error_name(error)) + (at_first ? " at first" : " later"));
            HeartbeatCluster cluster;
            if (!at_first) {
                cluster.run(1_s);
            }
            cluster.fail_beat(error);
            cluster.run(5_s);
            ASSERT_THAT(cluster.facts<ConsumerFailed>(), SizeIs(1));
            EXPECT_EQ(cluster.facts<ConsumerFailed>()[0].error, error);
            EXPECT_FALSE(cluster.facts<ConsumerFailed>()[0].message.empty());
            EXPECT_TRUE(cluster.client().has_closed());
            EXPECT_EQ(cluster.open_connections(), 0U);
            EXPECT_THAT(cluster.facts<PartitionsLost>(), SizeIs(at_first ? 0 : 1));
            EXPECT_GE(cluster.beats().back().member_epoch, MemberEpoch(0)) << "it does not leave";
        }
    }
}

TEST(NewMember, WhoHasLeftCommitsWithoutAName) {
    HeartbeatCluster cluster;
    cluster.set("max.poll.interval.ms", "10000");
    cluster.set("enable.auto.commit", "false");
    cluster.setup().process = 15_s;
    cluster.append(0, 1);
    cluster.fail(ApiKey::kOffsetCommit, ErrorCode::kUnknownMemberId);
    cluster.run(16_s);
    const auto commits = cluster.received<OffsetCommitRequest>();
    ASSERT_FALSE(commits.empty());
    EXPECT_EQ(commits[0].member_id, "");
    EXPECT_EQ(commits[0].generation_id_or_member_epoch, kNoGeneration);
    ASSERT_THAT(cluster.facts<CommitFailed>(), SizeIs(1));
    EXPECT_EQ(cluster.member().state, State::kStable) << "it is back";
}

TEST(NewMember, AnAnswerToWhoItWasDoesNotMatterAnyMore) {
    HeartbeatCluster cluster;
    cluster.set("max.poll.interval.ms", "10000");
    cluster.setup().process = 11_s;
    cluster.append(0, 1);
    cluster.run(4_s);
    cluster.beat_delay = 8_s;
    cluster.run(2_s);
    cluster.beat_delay = Duration();
    cluster.run(6_s);
    ASSERT_THAT(cluster.facts<PollTimedOut>(), SizeIs(1));
    ASSERT_EQ(cluster.member().epoch, MemberEpoch(2)) << "it is back";
    cluster.run(2_s);  // Here comes the answer to its heartbeat of epoch 1.
    EXPECT_EQ(cluster.member().epoch, MemberEpoch(2));
}

}  // namespace
}  // namespace brokerlab

// A member of a group of the consumer protocol (KIP-848), against a played coordinator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/heartbeat_cluster.h"

namespace brokerlab {
namespace {

using State = ConsumerMemberState;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;
using testing::StartsWith;

const TopicPartition kOrders0{"orders", PartitionId(0)};
const TopicPartition kOrders1{"orders", PartitionId(1)};
const TopicPartition kOrders2{"orders", PartitionId(2)};

TopicIdPartitions of_orders(const std::vector<PartitionId>& partitions) {
    return {HeartbeatCluster::kOrdersId, partitions};
}

void close(HeartbeatCluster& cluster) {
    cluster.with_client([&](const Env& env, Effects& fx) { cluster.client().close(env, fx); });
}

TEST(NewMember, JoinsWithOneFullHeartbeatAndAcknowledgesWhatItGotAtOnce) {
    HeartbeatCluster cluster(3);
    cluster.append(0, 2);
    cluster.run(1_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0", "orders-1", "orders-2"));
    EXPECT_EQ(cluster.member().state, State::kStable);
    EXPECT_EQ(cluster.position(0).consumed, 2U);
    const auto beats = cluster.beats();
    ASSERT_THAT(beats, SizeIs(2));
    EXPECT_THAT(beats[0].member_id, StartsWith("stock-1-")) << "it names itself";
    EXPECT_EQ(beats[0].member_epoch, MemberEpoch(0));
    EXPECT_EQ(beats[0].rebalance_timeout_ms, 300'000);
    EXPECT_THAT(beats[0].subscribed_topic_names, Optional(ElementsAre("orders")));
    EXPECT_THAT(beats[0].topic_partitions, Optional(IsEmpty()));
    EXPECT_EQ(beats[0].instance_id, std::nullopt);
    EXPECT_EQ(beats[0].server_assignor, std::nullopt);
    EXPECT_EQ(beats[1].member_id, beats[0].member_id);
    EXPECT_EQ(beats[1].member_epoch, MemberEpoch(1));
    EXPECT_EQ(beats[1].rebalance_timeout_ms, -1);
    EXPECT_EQ(beats[1].subscribed_topic_names, std::nullopt);
    EXPECT_THAT(beats[1].topic_partitions,
                Optional(ElementsAre(of_orders({PartitionId(0), PartitionId(1), PartitionId(2)}))));
    EXPECT_LE(cluster.beat_times()[1] - cluster.beat_times()[0], 3_ms);
    ASSERT_THAT(cluster.facts<PartitionsAssigned>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<PartitionsAssigned>()[0].epoch, 1);
    EXPECT_THAT(cluster.received<JoinGroupRequest>(), IsEmpty());
}

TEST(NewMember, HeartbeatsAsOftenAsTheCoordinatorSaysAndTellsOnlyNews) {
    HeartbeatCluster cluster;
    cluster.interval_ms = 2'000;
    cluster.run(1_s);
    const SimTime acknowledged = cluster.beat_times().back();
    cluster.run(5_s);
    ASSERT_THAT(cluster.beats(), SizeIs(4));
    EXPECT_EQ(cluster.beat_times()[2], acknowledged + 2_s);
    EXPECT_EQ(cluster.beat_times()[3], acknowledged + 4_s);
    HeartbeatCluster::Beat nothing;
    nothing.group_id = "stock";
    nothing.member_id = cluster.member().member_id;
    nothing.member_epoch = MemberEpoch(1);
    EXPECT_EQ(cluster.beats()[3], nothing);
}

TEST(NewMember, NamesTheAssignorOfTheCoordinator) {
    HeartbeatCluster cluster;
    cluster.set("group.remote.assignor", "range");
    cluster.run(10_s);
    ASSERT_GT(cluster.beats().size(), 2U);
    EXPECT_THAT(cluster.beats()[0].server_assignor, Optional(std::string("range")));
    EXPECT_EQ(cluster.beats()[1].server_assignor, std::nullopt);
}

TEST(NewMember, IsAMemberWithoutPartitions) {
    HeartbeatCluster cluster;
    cluster.give({});
    cluster.run(1_s);
    EXPECT_EQ(cluster.member().state, State::kStable);
    EXPECT_THAT(cluster.beats(), SizeIs(2));
    EXPECT_THAT(cluster.assigned(), IsEmpty());
}

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

TEST(NewMember, FollowsTheCoordinatorToAnotherBroker) {
    for (const ErrorCode error :
         {ErrorCode::kNotCoordinator, ErrorCode::kCoordinatorNotAvailable}) {
        SCOPED_TRACE(error_name(error));
        HeartbeatCluster cluster;
        cluster.run(1_s);
        cluster.coordinator = BrokerId(1);
        cluster.fail_beat(error);
        cluster.run(5_s);
        EXPECT_EQ(cluster.client().group()->link.coordinator, BrokerId(1));
        ASSERT_THAT(cluster.facts<CoordinatorLost>(), SizeIs(1));
        EXPECT_EQ(cluster.facts<CoordinatorLost>()[0].error, error);
        EXPECT_EQ(cluster.member().state, State::kStable);
        EXPECT_EQ(cluster.member().epoch, MemberEpoch(1)) << "still the same member";
        EXPECT_THAT(cluster.facts<PartitionsLost>(), IsEmpty());
        EXPECT_TRUE(cluster.beats().back().subscribed_topic_names.has_value())
            << "the new one is told all";
    }
}

TEST(NewMember, FollowsWhenItsCoordinatorDies) {
    HeartbeatCluster cluster;
    cluster.run(1_s);
    cluster.coordinator = BrokerId(1);
    cluster.stop_broker(2);
    cluster.run(5_s);
    EXPECT_EQ(cluster.client().group()->link.coordinator, BrokerId(1));
    EXPECT_EQ(cluster.member().epoch, MemberEpoch(1));
    EXPECT_GT(cluster.beats().size(), 2U);
}

TEST(NewMember, LooksForTheCoordinatorAnewWhenAHeartbeatHasNoAnswer) {
    HeartbeatCluster cluster;
    cluster.run(1_s);
    cluster.silent = true;
    cluster.run(36_s);
    ASSERT_THAT(cluster.facts<CoordinatorLost>(), SizeIs(1)) << "after request.timeout.ms";
    cluster.silent = false;
    cluster.run(31_s);
    EXPECT_EQ(cluster.member().state, State::kStable);
    EXPECT_EQ(cluster.member().epoch, MemberEpoch(1));
}

TEST(NewMember, WaitsForACoordinatorThatLoads) {
    HeartbeatCluster cluster;
    cluster.fail_beat(ErrorCode::kCoordinatorLoadInProgress, 3);
    cluster.run(2_s);
    EXPECT_EQ(cluster.member().state, State::kStable);
    const std::vector<SimTime> times = cluster.beat_times();
    ASSERT_THAT(times, SizeIs(5));
    EXPECT_GE(times[1] - times[0], 80_ms);
    EXPECT_GE(times[3] - times[2], 320_ms) << "the back-off grows";
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_TRUE(cluster.beats()[i].subscribed_topic_names.has_value()) << "in full each time";
    }
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

TEST(NewMember, ATopicThatTheMetadataDoesNotHaveYetIsTakenOnLater) {
    HeartbeatCluster cluster;
    cluster.setup().topics = {"orders", "returns"};
    cluster.give_more({{Uuid{7, 7}, {PartitionId(0)}}});
    cluster.run(2_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0"));
    EXPECT_EQ(cluster.member().state, State::kReconciling);
    EXPECT_LT(cluster.beats().size(), 5U);
    cluster.more_topics = {{"returns", 1}};
    cluster.run(2_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0", "returns-0"));
    EXPECT_EQ(cluster.member().state, State::kStable);
    EXPECT_THAT(cluster.facts<PartitionsRevoked>(), IsEmpty());
}

TEST(NewMember, APatternIsSentAsTheTopicsThatItMatches) {
    HeartbeatCluster cluster;
    cluster.set("metadata.max.age.ms", "10000");
    cluster.setup().topics.clear();
    cluster.setup().pattern = "order.*";
    cluster.more_topics = {{"stock", 1}, {"__consumer_offsets", 1}};
    cluster.run(1_s);
    EXPECT_THAT(cluster.beats()[0].subscribed_topic_names, Optional(ElementsAre("orders")));
    EXPECT_EQ(cluster.beats()[0].subscribed_topic_regex, std::nullopt);
    cluster.more_topics["orders-eu"] = 1;
    cluster.run(16_s);
    std::vector<std::vector<std::string>> told;
    for (const HeartbeatCluster::Beat& beat : cluster.beats()) {
        if (beat.subscribed_topic_names) {
            told.push_back(*beat.subscribed_topic_names);
        }
    }
    EXPECT_THAT(told, ElementsAre(ElementsAre("orders"), ElementsAre("orders", "orders-eu")));
}

TEST(NewMember, APatternThatMatchesNothingJoinsNoGroup) {
    HeartbeatCluster cluster;
    cluster.setup().topics.clear();
    cluster.setup().pattern = "return.*";
    cluster.run(20_s);
    EXPECT_THAT(cluster.beats(), IsEmpty());
    EXPECT_EQ(cluster.member().state, State::kUnsubscribed);
    EXPECT_LT(cluster.steps, 2'000U);
}

TEST(NewMember, WhosePatternMatchesNothingAnyMoreJoinsAgainOnlyWhenItMatches) {
    for (const bool was_member : {true, false}) {
        SCOPED_TRACE(was_member ? "fenced" : "not let in yet");
        HeartbeatCluster cluster;
        cluster.set("metadata.max.age.ms", "2000");
        cluster.setup().topics.clear();
        cluster.setup().pattern = "order.*";
        cluster.more_topics = {{"stock", 1}};
        cluster.fail_beat(ErrorCode::kCoordinatorLoadInProgress, was_member ? 0 : 1'000);
        cluster.run(1_s);
        cluster.topic_exists = false;
        cluster.give({});
        cluster.run(9_s);
        cluster.fail_beat(ErrorCode::kFencedMemberEpoch, was_member ? 1 : 0);
        cluster.run(6_s);
        const std::size_t beats = cluster.beats().size();
        const uint64_t steps = cluster.steps;
        cluster.run(10_s);
        EXPECT_EQ(cluster.member().state, State::kUnsubscribed);
        EXPECT_THAT(cluster.beats(), SizeIs(beats)) << "it has nothing to ask for";
        EXPECT_LT(cluster.steps - steps, 200U) << "and waits for metadata only";
        cluster.errors.clear();
        cluster.topic_exists = true;
        cluster.give({0});
        cluster.run(5_s);
        EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0"));
        ASSERT_GT(cluster.beats().size(), beats);
        EXPECT_EQ(cluster.beats()[beats].member_epoch, MemberEpoch(0));
        EXPECT_THAT(cluster.beats()[beats].subscribed_topic_names, Optional(ElementsAre("orders")));
    }
}

TEST(NewMember, AsksForCommittedOffsetsAsTheMemberThatItIs) {
    HeartbeatCluster cluster;
    cluster.append(0, 10);
    cluster.committed[kOrders0] = Offset(6);
    cluster.fail(ApiKey::kOffsetFetch, ErrorCode::kStaleMemberEpoch, 2);
    cluster.run(2_s);
    EXPECT_EQ(cluster.position().consumed, 4U) << "a stale epoch is tried again";
    const OffsetFetchRequest asked = cluster.received<OffsetFetchRequest>().at(0);
    EXPECT_EQ(asked.groups.at(0).member_id, cluster.member().member_id);
    EXPECT_EQ(asked.groups.at(0).member_epoch, MemberEpoch(1));
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

TEST(NewMember, IsAValue) {
    HeartbeatCluster cluster;
    cluster.run(1_s);
    const ConsumerClient before = cluster.client();
    const uint64_t digest = digest_of(before);
    cluster.run(10_s);
    EXPECT_NE(before, cluster.client());
    EXPECT_NE(digest, digest_of(cluster.client()));
    EXPECT_EQ(digest, digest_of(before));
}

}  // namespace
}  // namespace brokerlab

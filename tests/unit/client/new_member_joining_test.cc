// How a member of a group of the consumer protocol (KIP-848) comes to its partitions and keeps
// them: it joins, heartbeats, follows its coordinator, tells what it subscribes to.
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
using ::testing::StartsWith;

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

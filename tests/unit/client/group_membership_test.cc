#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/group_cluster.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

ConsumerProtocolSubscription wants_orders(std::vector<PartitionId> owned = {}) {
    ConsumerProtocolSubscription subscription;
    subscription.topics = {"orders"};
    if (!owned.empty()) {
        subscription.owned_partitions = {{"orders", std::move(owned)}};
    }
    return subscription;
}

void close(GroupCluster& cluster) {
    cluster.with_client([&](const Env& env, Effects& fx) { cluster.client().close(env, fx); });
}

TEST(GroupMember, JoinsAloneAndReadsEverything) {
    GroupCluster cluster(3);
    cluster.append(0, 2);
    cluster.run(1_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0", "orders-1", "orders-2"));
    EXPECT_EQ(cluster.state(), MemberState::kStable);
    EXPECT_EQ(cluster.position(0).consumed, 2U);
    const auto joins = cluster.received<JoinGroupRequest>();
    ASSERT_THAT(joins, SizeIs(2));
    EXPECT_EQ(joins[0].member_id, "");
    EXPECT_EQ(joins[1].member_id, kMemberId) << "MEMBER_ID_REQUIRED gave it an id";
    EXPECT_EQ(joins[1].session_timeout_ms, 45'000);
    EXPECT_EQ(joins[1].rebalance_timeout_ms, 300'000);
    ASSERT_THAT(joins[1].protocols, SizeIs(2));
    EXPECT_EQ(joins[1].protocols[0].name, "range");
    EXPECT_EQ(joins[1].protocols[1].name, "cooperative-sticky");
    ASSERT_THAT(cluster.facts<CoordinatorFound>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<CoordinatorFound>()[0].coordinator, BrokerId(2));
    ASSERT_THAT(cluster.facts<PartitionsAssigned>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<PartitionsAssigned>()[0].epoch, 1);
    EXPECT_THAT(cluster.facts<PartitionsAssigned>()[0].partitions, SizeIs(3));
    ASSERT_THAT(cluster.facts<GroupAssignmentMade>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<GroupAssignmentMade>()[0].members[0].member, "stock-1");
}

TEST(GroupMember, HasAConnectionOfItsOwnForTheCoordinator) {
    GroupCluster cluster;
    cluster.coordinator = BrokerId(1);
    cluster.run(1_s);
    EXPECT_EQ(cluster.client().core().client.connections().at(node_of(BrokerId(1))).state,
              NodeConnection::State::kReady);
    EXPECT_EQ(cluster.client().group()->link.client.connections().size(), 1U);
}

TEST(GroupMember, AFollowerTakesWhatItIsGiven) {
    GroupCluster cluster(3);
    cluster.leads = false;
    cluster.given = {{"orders", {PartitionId(1)}}};
    cluster.run(1_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-1"));
    EXPECT_THAT(cluster.received<SyncGroupRequest>().at(0).assignments, IsEmpty());
    EXPECT_THAT(cluster.facts<GroupAssignmentMade>(), IsEmpty());
}

TEST(GroupMember, GivesUpEverythingBeforeAnEagerRebalance) {
    GroupCluster cluster(3);
    cluster.run(2_s);
    cluster.add_other("stock-2-x", wants_orders());
    cluster.run(4_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0", "orders-1"));
    EXPECT_THAT(cluster.synced["stock-2-x"],
                ElementsAre(ConsumerTopicPartitions{"orders", {PartitionId(2)}}));
    ASSERT_THAT(cluster.facts<PartitionsRevoked>(), SizeIs(1));
    EXPECT_THAT(cluster.facts<PartitionsRevoked>()[0].partitions, SizeIs(3));
    const auto subscription =
        decode_subscription(cluster.received<JoinGroupRequest>().back().protocols[0].metadata);
    EXPECT_THAT(subscription->owned_partitions, IsEmpty());
    EXPECT_EQ(cluster.received<JoinGroupRequest>().back().reason, "group is already rebalancing");
}

TEST(GroupMember, KeepsWhatItCanInACooperativeRebalanceAndJoinsAgainAtOnce) {
    GroupCluster cluster(4);
    cluster.set("partition.assignment.strategy", "cooperative-sticky");
    cluster.run(2_s);
    cluster.add_other("stock-2-x", wants_orders());
    cluster.join_time = 1_s;
    cluster.run(1500_ms);
    ASSERT_EQ(cluster.state(), MemberState::kJoining);
    EXPECT_THAT(cluster.assigned(), SizeIs(4)) << "it reads on while it joins";
    cluster.append(0, 5);
    cluster.run(100_ms);
    EXPECT_EQ(cluster.position(0).consumed, 5U);
    cluster.run(3_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0", "orders-1"));
    ASSERT_THAT(cluster.facts<PartitionsRevoked>(), SizeIs(1));
    EXPECT_THAT(cluster.facts<PartitionsRevoked>()[0].partitions, SizeIs(2));
    EXPECT_EQ(cluster.generation, GenerationId(3)) << "a second rebalance hands over";
    EXPECT_EQ(cluster.received<JoinGroupRequest>().back().reason,
              "need to revoke partitions and re-join");
    EXPECT_THAT(cluster.synced["stock-2-x"],
                ElementsAre(ConsumerTopicPartitions{"orders", {PartitionId(2), PartitionId(3)}}));
}

TEST(GroupMember, HeartbeatsEveryThreeSeconds) {
    GroupCluster cluster;
    cluster.run(1_s);
    const SimTime joined = cluster.times_of(ApiKey::kSyncGroup).front();
    cluster.run(10_s);
    const std::vector<SimTime> beats = cluster.times_of(ApiKey::kHeartbeat);
    ASSERT_THAT(beats, SizeIs(3));
    EXPECT_EQ(beats[0], joined + 3_s);
    EXPECT_EQ(beats[1], beats[0] + 3_s);
}

TEST(GroupMember, LooksForTheCoordinatorAnewWhenItsSessionIsOver) {
    GroupCluster cluster;
    cluster.set("session.timeout.ms", "10000");
    cluster.run(1_s);
    cluster.silent = true;
    cluster.run(11_s);
    ASSERT_THAT(cluster.facts<CoordinatorLost>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<CoordinatorLost>()[0].error, ErrorCode::kNone);
    EXPECT_THAT(cluster.facts<CoordinatorFound>(), SizeIs(2));
    EXPECT_EQ(cluster.state(), MemberState::kStable) << "it still believes to be a member";
}

TEST(GroupMember, FollowsTheCoordinatorToAnotherBroker) {
    for (const ErrorCode error :
         {ErrorCode::kNotCoordinator, ErrorCode::kCoordinatorNotAvailable}) {
        GroupCluster cluster;
        cluster.run(1_s);
        cluster.coordinator = BrokerId(1);
        cluster.fail(ApiKey::kHeartbeat, error);
        cluster.run(5_s);
        ASSERT_THAT(cluster.facts<CoordinatorLost>(), SizeIs(1));
        EXPECT_EQ(cluster.facts<CoordinatorLost>()[0].error, error);
        EXPECT_EQ(cluster.client().group()->link.coordinator, BrokerId(1));
        EXPECT_EQ(cluster.generation, GenerationId(1)) << "no rebalance";
    }
}

TEST(GroupMember, SurvivesTheDeathOfItsCoordinator) {
    GroupCluster cluster;
    cluster.run(1_s);
    cluster.stop_broker(2);
    cluster.run(3_s);
    EXPECT_EQ(cluster.client().group()->link.coordinator, kNoBroker);
    EXPECT_THAT(cluster.facts<CoordinatorLost>(), SizeIs(1)) << "said once, however often it asks";
    cluster.coordinator = BrokerId(1);
    cluster.run(2_s);
    EXPECT_EQ(cluster.client().group()->link.coordinator, BrokerId(1));
    EXPECT_EQ(cluster.state(), MemberState::kStable);
}

struct Reaction {
    ErrorCode error;
    GenerationId last_generation;
    const char* rejoins_as;  ///< nothing: it does not
    bool loses;
};

TEST(GroupMember, ReactsToHeartbeatErrorsAsKafkaDoes) {
    for (const Reaction& expected :
         {Reaction{ErrorCode::kRebalanceInProgress, GenerationId(2), kMemberId, false},
          Reaction{ErrorCode::kIllegalGeneration, GenerationId(2), kMemberId, true},
          Reaction{ErrorCode::kUnknownMemberId, GenerationId(2), "", true},
          Reaction{ErrorCode::kCoordinatorLoadInProgress, GenerationId(1), nullptr, false}}) {
        SCOPED_TRACE(error_name(expected.error));
        GroupCluster cluster;
        cluster.run(1_s);
        cluster.fail(ApiKey::kHeartbeat, expected.error);
        const std::size_t joins = cluster.received<JoinGroupRequest>().size();
        cluster.run(5_s);
        EXPECT_EQ(cluster.generation, expected.last_generation);
        EXPECT_EQ(cluster.facts<PartitionsLost>().size(), expected.loses ? 1U : 0U);
        if (expected.rejoins_as != nullptr) {
            ASSERT_GT(cluster.received<JoinGroupRequest>().size(), joins);
            EXPECT_EQ(cluster.received<JoinGroupRequest>()[joins].member_id, expected.rejoins_as);
            EXPECT_EQ(cluster.state(), MemberState::kStable);
        }
    }
}

TEST(GroupMember, TriesToJoinAgainUntilItMay) {
    for (const ErrorCode error :
         {ErrorCode::kCoordinatorLoadInProgress, ErrorCode::kUnknownMemberId,
          ErrorCode::kNotCoordinator, ErrorCode::kRebalanceInProgress}) {
        SCOPED_TRACE(error_name(error));
        GroupCluster cluster;
        cluster.fail(ApiKey::kJoinGroup, error, 2);
        cluster.run(2_s);
        EXPECT_EQ(cluster.state(), MemberState::kStable);
    }
    for (const ErrorCode error : {ErrorCode::kRebalanceInProgress, ErrorCode::kIllegalGeneration,
                                  ErrorCode::kUnknownMemberId, ErrorCode::kNotCoordinator}) {
        SCOPED_TRACE(error_name(error));
        GroupCluster cluster;
        cluster.fail(ApiKey::kSyncGroup, error);
        cluster.run(2_s);
        EXPECT_EQ(cluster.state(), MemberState::kStable);
        EXPECT_EQ(cluster.generation, GenerationId(2));
    }
}

TEST(GroupMember, GivesUpOnErrorsThatNoRetryCures) {
    for (const ErrorCode error :
         {ErrorCode::kInconsistentGroupProtocol, ErrorCode::kInvalidSessionTimeout,
          ErrorCode::kGroupMaxSizeReached, ErrorCode::kFencedInstanceId}) {
        SCOPED_TRACE(error_name(error));
        GroupCluster cluster;
        cluster.fail(ApiKey::kJoinGroup, error);
        cluster.run(2_s);
        ASSERT_THAT(cluster.facts<ConsumerFailed>(), SizeIs(1));
        EXPECT_EQ(cluster.facts<ConsumerFailed>()[0].error, error);
        EXPECT_TRUE(cluster.client().has_closed());
        EXPECT_EQ(cluster.open_connections(), 0U);
    }
}

TEST(GroupMember, EndsOutOfRangeWithoutAResetPolicy) {
    GroupCluster cluster;
    cluster.set("auto.offset.reset", "none");
    cluster.committed[{"orders", PartitionId(0)}] = Offset(0);
    cluster.append(0, 3);
    cluster.run(1_s);
    EXPECT_EQ(cluster.position().next, Offset(3));
    cluster.log[0].batches.clear();
    cluster.log[0].log_start = Offset(8);
    cluster.append(0, 1);
    cluster.run(2_s);
    ASSERT_THAT(cluster.facts<ConsumerFailed>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<ConsumerFailed>()[0].message,
              "Fetch position 3 is out of range for partition orders-0");
    EXPECT_TRUE(cluster.client().has_closed());
}

TEST(GroupMember, NamesEveryPartitionThatHasNeitherACommitNorAResetPolicy) {
    GroupCluster cluster(2);
    cluster.set("auto.offset.reset", "none");
    cluster.run(2_s);
    ASSERT_THAT(cluster.facts<ConsumerFailed>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<ConsumerFailed>()[0].message,
              "Undefined offset with no reset policy for partitions: [orders-0, orders-1]");
}

TEST(GroupMember, AsksAgainWhileThereIsNoCoordinator) {
    GroupCluster cluster;
    cluster.fail(ApiKey::kFindCoordinator, ErrorCode::kCoordinatorNotAvailable, 5);
    cluster.run(10_s);
    EXPECT_EQ(cluster.state(), MemberState::kStable);
    const std::vector<SimTime> asked = cluster.times_of(ApiKey::kFindCoordinator);
    ASSERT_THAT(asked, SizeIs(6));
    EXPECT_GE(asked[1] - asked[0], 80_ms);
    EXPECT_GE(asked[5] - asked[4], 640_ms) << "the back-off grows";
}

TEST(GroupMember, LeavesWhenItIsClosed) {
    GroupCluster cluster;
    cluster.append(0, 3);
    cluster.run(1_s);
    close(cluster);
    EXPECT_FALSE(cluster.client().has_closed());
    cluster.run(100_ms);
    EXPECT_TRUE(cluster.client().has_closed());
    EXPECT_EQ(cluster.committed_at(0), Offset(3));
    ASSERT_THAT(cluster.received<LeaveGroupRequest>(), SizeIs(1));
    EXPECT_EQ(cluster.received<LeaveGroupRequest>()[0].members.at(0).member_id, kMemberId);
    EXPECT_THAT(cluster.facts<PartitionsRevoked>(), SizeIs(1));
    EXPECT_EQ(cluster.open_connections(), 0U);
    EXPECT_EQ(cluster.client().next_deadline(), kNever);
}

TEST(GroupMember, CloseTakesNoLongerThanThirtySeconds) {
    GroupCluster cluster;
    cluster.append(0, 3);
    cluster.run(1_s);
    cluster.fail(ApiKey::kOffsetCommit, ErrorCode::kCoordinatorLoadInProgress, 10'000);
    close(cluster);
    cluster.run(29_s);
    EXPECT_FALSE(cluster.client().has_closed());
    cluster.run(2_s);
    EXPECT_TRUE(cluster.client().has_closed());
    EXPECT_EQ(cluster.facts<CommitFailed>().back().error, ErrorCode::kRequestTimedOut);
    EXPECT_THAT(cluster.facts<PartitionsRevoked>(), SizeIs(1)) << "it leaves all the same";
}

TEST(GroupMember, AStaticMemberNeverLeaves) {
    GroupCluster cluster;
    cluster.set("group.instance.id", "shelf");
    cluster.run(1_s);
    const auto joins = cluster.received<JoinGroupRequest>();
    ASSERT_THAT(joins, SizeIs(1)) << "no MEMBER_ID_REQUIRED";
    EXPECT_EQ(joins[0].group_instance_id, "shelf-1");
    EXPECT_EQ(cluster.facts<GroupAssignmentMade>().at(0).members[0].member, "stock-1");
    cluster.run(3_s);
    EXPECT_EQ(cluster.received<HeartbeatRequest>().at(0).group_instance_id, "shelf-1");
    close(cluster);
    cluster.run(1_s);
    EXPECT_TRUE(cluster.client().has_closed());
    EXPECT_THAT(cluster.received<LeaveGroupRequest>(), IsEmpty());
}

TEST(GroupMember, AStaticMemberThatIsFencedEnds) {
    GroupCluster cluster;
    cluster.set("group.instance.id", "shelf");
    cluster.run(1_s);
    cluster.fail(ApiKey::kHeartbeat, ErrorCode::kFencedInstanceId);
    cluster.run(5_s);
    ASSERT_THAT(cluster.facts<ConsumerFailed>(), SizeIs(1));
    EXPECT_EQ(cluster.facts<ConsumerFailed>()[0].error, ErrorCode::kFencedInstanceId);
    EXPECT_THAT(cluster.facts<PartitionsLost>(), SizeIs(1));
}

TEST(GroupMember, SkipsTheAssignmentWhenTheCoordinatorKeepsIt) {
    GroupCluster cluster(2);
    cluster.set("group.instance.id", "shelf");
    cluster.skip_assignment = true;
    cluster.given = {{"orders", {PartitionId(1)}}};
    cluster.run(1_s);
    EXPECT_THAT(cluster.received<SyncGroupRequest>().at(0).assignments, IsEmpty());
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-1"));
    EXPECT_THAT(cluster.facts<GroupAssignmentMade>(), IsEmpty());
}

TEST(GroupMember, TheLeaderJoinsAgainWhenATopicGrows) {
    GroupCluster cluster(2);
    cluster.set("metadata.max.age.ms", "10000");
    cluster.run(1_s);
    cluster.log.emplace_back();
    cluster.run(12_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0", "orders-1", "orders-2"));
    EXPECT_EQ(cluster.generation, GenerationId(2));
    EXPECT_EQ(cluster.received<JoinGroupRequest>().back().reason, "cached metadata has changed");
}

TEST(GroupMember, AFollowerLeavesNewPartitionsToTheLeader) {
    GroupCluster cluster(2);
    cluster.set("metadata.max.age.ms", "10000");
    cluster.leads = false;
    cluster.given = {{"orders", {PartitionId(0)}}};
    cluster.run(1_s);
    cluster.log.emplace_back();
    cluster.run(30_s);
    EXPECT_EQ(cluster.generation, GenerationId(1));
}

TEST(GroupMember, TheLeaderAlsoWatchesTheTopicsOfOthers) {
    GroupCluster cluster(1);
    cluster.set("metadata.max.age.ms", "10000");
    cluster.more_topics = {{"returns", 1}};
    ConsumerProtocolSubscription both;
    both.topics = {"orders", "returns"};
    cluster.add_other("stock-2-x", both);
    cluster.run(1_s);
    EXPECT_THAT(cluster.synced["stock-2-x"],
                ElementsAre(ConsumerTopicPartitions{"returns", {PartitionId(0)}}));
    EXPECT_EQ(cluster.generation, GenerationId(1));
    cluster.more_topics = {{"returns", 2}};
    cluster.run(12_s);
    EXPECT_EQ(cluster.generation, GenerationId(2));
}

TEST(GroupMember, APatternFindsTopicsThatComeLater) {
    GroupCluster cluster(1);
    cluster.set("metadata.max.age.ms", "10000");
    cluster.setup().topics.clear();
    cluster.setup().pattern = "order.*";
    cluster.more_topics = {{"stock", 1}, {"__consumer_offsets", 1}};
    cluster.run(1_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0"));
    EXPECT_FALSE(cluster.received<MetadataRequest>().front().topics.has_value()) << "all topics";
    cluster.more_topics["orders-eu"] = 1;
    cluster.run(12_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0", "orders-eu-0"));
    EXPECT_EQ(cluster.received<JoinGroupRequest>().size(), 3U);
}

TEST(GroupMember, APatternLetsGoOfATopicThatIsDeleted) {
    GroupCluster cluster(1);
    cluster.set("metadata.max.age.ms", "10000");
    cluster.setup().topics.clear();
    cluster.setup().pattern = "order.*";
    cluster.more_topics = {{"orders-eu", 1}};
    cluster.run(1_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0", "orders-eu-0"));
    cluster.more_topics.clear();
    cluster.run(12_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0"));
    EXPECT_EQ(cluster.received<JoinGroupRequest>().back().reason, "cached metadata has changed");
}

TEST(GroupMember, WaitsForATopicThatComesLater) {
    GroupCluster cluster(1);
    cluster.topic_exists = false;
    cluster.run(2_s);
    EXPECT_EQ(cluster.state(), MemberState::kStable);
    EXPECT_THAT(cluster.assigned(), IsEmpty());
    cluster.topic_exists = true;
    cluster.append(0, 2);
    cluster.run(3_s);
    EXPECT_THAT(cluster.assigned(), ElementsAre("orders-0"));
    EXPECT_EQ(cluster.position().consumed, 2U);
}

TEST(GroupMember, IsAValue) {
    GroupCluster cluster;
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

// What the coordinator answers to the heartbeats of the consumer protocol, and what becomes of the
// group.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/group/consumer_group.h"
#include "tests/unit/group/coordinated_group.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using State = ConsumerGroupMemberState;
using Lists = std::vector<TopicIdPartitions>;

struct ConsumerHeartbeat : testing::Test {
    ConsumerHeartbeat() { at.set_topic("t", 1, 6); }

    GroupClient client(const std::string& id) { return {at, id, {"t"}}; }
    GroupClient static_client(const std::string& id, const std::string& instance) {
        return {at, id, {"t"}, instance};
    }
    /// Heartbeats of all, in turn, until nothing moves.
    static void settle(std::initializer_list<GroupClient*> clients) {
        for (int round = 0; round < 4; ++round) {
            for (GroupClient* client : clients) {
                client->beat();
            }
        }
    }
    [[nodiscard]] ErrorCode error_of(const ConsumerGroupHeartbeatRequest& request) {
        return at.send(request, "c").error_code;
    }

    CoordinatedGroup at;
};

void expect_answer(const ConsumerGroupHeartbeatResponse& answer, int32_t epoch,
                   const std::optional<Lists>& assignment) {
    EXPECT_EQ(answer.error_code, ErrorCode::kNone);
    EXPECT_EQ(answer.member_epoch, MemberEpoch(epoch));
    ASSERT_EQ(answer.assignment.has_value(), assignment.has_value());
    if (assignment) {
        EXPECT_EQ(answer.assignment->topic_partitions, *assignment);
    }
}

TEST_F(ConsumerHeartbeat, TwoMembersShareSixPartitions) {
    GroupClient a = client("a");
    GroupClient b = client("b");

    const ConsumerGroupHeartbeatResponse first = a.beat();
    expect_answer(first, 1, Lists{of_topic(1, {0, 1, 2, 3, 4, 5})});
    EXPECT_EQ(first.member_id, "a");
    EXPECT_EQ(first.heartbeat_interval_ms, 5000);
    EXPECT_EQ(consumer_group_state_name(at.group()), "Stable");

    expect_answer(b.beat(), 2, Lists{});
    EXPECT_EQ(at.group().epoch, MemberEpoch(2));
    EXPECT_EQ(**at.group().target.find("a"),
              (TopicIdAssignment{{topic_id(1), {PartitionId(0), PartitionId(1), PartitionId(2)}}}));
    EXPECT_EQ(at.member("b").state, State::kUnreleasedPartitions);
    EXPECT_EQ(consumer_group_state_name(at.group()), "Reconciling");

    expect_answer(a.beat(), 1, Lists{of_topic(1, {0, 1, 2})});
    EXPECT_EQ(at.member("a").state, State::kUnrevokedPartitions);

    expect_answer(b.beat(), 2, std::nullopt);  // still held by a

    expect_answer(a.beat(), 2, std::nullopt);
    EXPECT_EQ(at.member("a").state, State::kStable);

    expect_answer(b.beat(), 2, Lists{of_topic(1, {3, 4, 5})});
    EXPECT_EQ(consumer_group_state_name(at.group()), "Stable");
    EXPECT_EQ(at.reloaded(), at.durable());
}

TEST_F(ConsumerHeartbeat, TheFirstJoinIsToldInFacts) {
    GroupClient a = client("a");
    a.beat();
    EXPECT_THAT(at.facts_of<GroupMemberJoined>(),
                ElementsAre(GroupMemberJoined{"g", "a", "a", std::nullopt}));
    EXPECT_THAT(
        at.facts_of<GroupRebalanceBegan>(),
        ElementsAre(GroupRebalanceBegan{"g", GroupRebalanceBegan::Why::kMemberJoined, "a", 0, ""}));
    const auto made = at.facts_of<GroupAssignmentMade>();
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0].assignor, "uniform");
    EXPECT_EQ(made[0].epoch, 1);
    ASSERT_EQ(made[0].members.size(), 1U);
    EXPECT_EQ(made[0].members[0].partitions.size(), 6U);
    EXPECT_EQ(made[0].members[0].partitions[0], (TopicPartition{"t", PartitionId(0)}));
    ASSERT_EQ(at.facts_of<GroupMemberReconciled>().size(), 1U);
    EXPECT_THAT(at.facts_of<GroupPhaseChanged>(),
                ElementsAre(GroupPhaseChanged{"g", GroupPhase::kEmpty, GroupPhase::kStable, 1}));

    a.beat();
    EXPECT_THAT(at.facts, IsEmpty());
    EXPECT_EQ(at.records_of_turn, 0U);
}

TEST_F(ConsumerHeartbeat, ALostAnswerIsGivenAgainToTheEpochBefore) {
    GroupClient a = client("a");
    a.beat(true);
    EXPECT_EQ(at.group().epoch, MemberEpoch(1));
    expect_answer(a.beat(), 1, Lists{of_topic(1, {0, 1, 2, 3, 4, 5})});
    EXPECT_EQ(at.group().epoch, MemberEpoch(1)) << "it is the same member";

    GroupClient b = client("b");
    b.beat();
    a.beat();
    a.beat(true);  // at epoch 2 now, and does not know
    EXPECT_EQ(a.epoch, MemberEpoch(1));
    expect_answer(a.beat(), 2, Lists{of_topic(1, {0, 1, 2})});
}

TEST_F(ConsumerHeartbeat, TheEpochBeforeCountsOnlyForWhoOwnsNoMoreThanItsPartitions) {
    GroupClient a = client("a");
    GroupClient b = client("b");
    settle({&a, &b});
    ConsumerGroupHeartbeatRequest request = a.request();
    request.member_epoch = at.member("a").previous_epoch;
    ASSERT_LT(request.member_epoch, at.member("a").epoch);
    request.topic_partitions = Lists{of_topic(1, {0, 3})};
    EXPECT_EQ(error_of(request), ErrorCode::kFencedMemberEpoch);
    request.topic_partitions.reset();
    EXPECT_EQ(error_of(request), ErrorCode::kFencedMemberEpoch);
    request.topic_partitions = Lists{of_topic(1, {0})};
    EXPECT_EQ(error_of(request), ErrorCode::kNone);
}

TEST_F(ConsumerHeartbeat, AnEpochThatIsNoneOfTheMembersIsFenced) {
    GroupClient a = client("a");
    a.beat();
    at.pass(10_s);
    const SimTime session_ends = at.member("a").session_ends;
    a.epoch = MemberEpoch(7);
    const ConsumerGroupHeartbeatResponse refused = a.beat();
    EXPECT_EQ(refused.error_code, ErrorCode::kFencedMemberEpoch);
    EXPECT_TRUE(refused.error_message.has_value());
    EXPECT_EQ(at.records_of_turn, 0U);
    EXPECT_EQ(at.member("a").session_ends, session_ends) << "who is refused does not live on";
}

TEST_F(ConsumerHeartbeat, WhoLeavesFreesItsPartitions) {
    GroupClient a = client("a");
    GroupClient b = client("b");
    settle({&a, &b});
    const ConsumerGroupHeartbeatResponse left = a.leave();
    EXPECT_EQ(left.error_code, ErrorCode::kNone);
    EXPECT_EQ(left.member_epoch, MemberEpoch(-1));
    EXPECT_FALSE(at.group().members.contains("a"));
    EXPECT_EQ(consumer_group_state_name(at.group()), "Assigning");
    EXPECT_THAT(at.facts_of<GroupMemberLeft>(),
                ElementsAre(GroupMemberLeft{"g", "a", "a", GroupMemberLeft::Why::kLeft, {}}));
    expect_answer(b.beat(), 3, Lists{of_topic(1, {0, 1, 2, 3, 4, 5})});
    b.leave();
    EXPECT_EQ(consumer_group_state_name(at.group()), "Empty");
    EXPECT_THAT(at.group().owners, IsEmpty());
    EXPECT_THAT(at.group().topics, IsEmpty());
    EXPECT_EQ(at.reloaded(), at.durable());
}

TEST_F(ConsumerHeartbeat, WhoFallsSilentIsRemovedWhenItsSessionEnds) {
    GroupClient a = client("a");
    GroupClient b = client("b");
    settle({&a, &b});
    at.pass(20_s);
    b.beat();
    at.pass(at.member("a").session_ends - at.env.now - 1_ns);
    EXPECT_TRUE(at.group().members.contains("a"));
    at.pass(1_ns);
    EXPECT_FALSE(at.group().members.contains("a"));
    EXPECT_TRUE(at.group().members.contains("b"));
    EXPECT_THAT(
        at.facts_of<GroupMemberLeft>(),
        ElementsAre(GroupMemberLeft{"g", "a", "a", GroupMemberLeft::Why::kSessionExpired, 45_s}));
    EXPECT_EQ(a.beat().error_code, ErrorCode::kUnknownMemberId);
    EXPECT_EQ(a.beat().error_code, ErrorCode::kNone) << "it joins again";
}

TEST_F(ConsumerHeartbeat, WhoDoesNotGiveUpInTimeIsRemoved) {
    GroupClient a = client("a");
    GroupClient b = client("b");
    a.beat();
    b.beat();
    ConsumerGroupHeartbeatRequest alive = a.request();  // it lives on, and owns everything
    alive.topic_partitions.reset();
    at.send(alive, "a");
    const SimTime ends = at.env.now + 300_s;
    EXPECT_EQ(at.member("a").revocation_ends, ends);
    while (at.env.now + 30_s < ends) {
        at.pass(30_s);
        at.send(alive, "a");
        b.beat();
    }
    EXPECT_TRUE(at.group().members.contains("a"));
    at.pass(ends - at.env.now);
    EXPECT_FALSE(at.group().members.contains("a"));
    EXPECT_THAT(
        at.facts_of<GroupMemberLeft>(),
        ElementsAre(GroupMemberLeft{"g", "a", "a", GroupMemberLeft::Why::kDidNotRevoke, 300_s}));
    EXPECT_EQ(at.facts_of<GroupRebalanceBegan>().back().why,
              GroupRebalanceBegan::Why::kMemberPutOut);
    EXPECT_EQ(b.beat().assignment->topic_partitions, Lists{of_topic(1, {0, 1, 2, 3, 4, 5})});
}

TEST_F(ConsumerHeartbeat, GivingUpInTimeEndsTheWait) {
    GroupClient a = client("a");
    GroupClient b = client("b");
    settle({&a, &b});
    EXPECT_EQ(at.member("a").revocation_ends, kNever);
    EXPECT_EQ(next_consumer_group_deadline(at.group()), at.env.now + 45_s);
}

TEST_F(ConsumerHeartbeat, AllThatIsDueHappensAtOnce) {
    GroupClient a = client("a");
    GroupClient b = client("b");
    settle({&a, &b});
    at.pass(45_s);
    EXPECT_THAT(at.facts_of<GroupMemberLeft>(), testing::SizeIs(2));
    EXPECT_EQ(at.group().epoch, MemberEpoch(4));
    EXPECT_EQ(next_consumer_group_deadline(at.group()), kNever);
}

TEST_F(ConsumerHeartbeat, AnotherSubscriptionIsAnotherEpoch) {
    at.set_topic("u", 2, 2);
    GroupClient a = client("a");
    a.beat();
    a.topics = {"u", "t"};
    a.full = true;
    const auto answer = a.beat();
    expect_answer(answer, 2, Lists{of_topic(1, {0, 1, 2, 3, 4, 5}), of_topic(2, {0, 1})});
    EXPECT_THAT(at.facts_of<GroupRebalanceBegan>(),
                ElementsAre(GroupRebalanceBegan{"g", GroupRebalanceBegan::Why::kSubscriptionChanged,
                                                "a", 1, ""}));
    a.topics = {"t", "u", "t"};
    a.full = true;
    a.beat();
    EXPECT_EQ(at.records_of_turn, 0U) << "the same topics in another order";
}

TEST_F(ConsumerHeartbeat, NewPartitionsAreFoundByTheNextHeartbeat) {
    GroupClient a = client("a");
    a.beat();
    at.set_topic("other", 9, 3);
    EXPECT_FALSE(at.group().refresh_topics);
    at.set_topic("t", 1, 8);
    EXPECT_TRUE(at.group().refresh_topics);
    expect_answer(a.beat(), 2, Lists{of_topic(1, {0, 1, 2, 3, 4, 5, 6, 7})});
    EXPECT_FALSE(at.group().refresh_topics);
    EXPECT_THAT(
        at.facts_of<GroupRebalanceBegan>(),
        ElementsAre(GroupRebalanceBegan{"g", GroupRebalanceBegan::Why::kTopicsChanged, "", 1, ""}));
}

TEST_F(ConsumerHeartbeat, AChangeThatMovesNoPartitionRaisesNoEpoch) {
    GroupClient a = client("a");
    a.beat();
    at.set_topic("t", 1, 6);  // a leader changed
    ASSERT_TRUE(at.group().refresh_topics);
    expect_answer(a.beat(), 1, std::nullopt);
    EXPECT_FALSE(at.group().refresh_topics);
}

TEST_F(ConsumerHeartbeat, ATopicThatIsDeletedIsTakenAwayAndOneThatComesIsGiven) {
    GroupClient a = client("a");
    a.topics = {"t", "later"};
    a.beat();
    at.delete_topic("t");
    expect_answer(a.beat(), 1, Lists{});
    EXPECT_EQ(at.member("a").state, State::kUnrevokedPartitions);
    expect_answer(a.beat(), 2, std::nullopt);
    at.set_topic("later", 3, 1);
    expect_answer(a.beat(), 3, Lists{of_topic(3, {0})});
    EXPECT_EQ(at.reloaded(), at.durable());
}

TEST_F(ConsumerHeartbeat, TheAssignorThatMostAskForIsTaken) {
    GroupClient a = client("a");
    a.beat();
    ConsumerGroupHeartbeatRequest request = client("b").request();
    request.server_assignor = "range";
    at.send(request, "b");
    EXPECT_EQ(at.facts_of<GroupAssignmentMade>().at(0).assignor, "range");
    request.server_assignor = "sticky";
    EXPECT_EQ(error_of(request), ErrorCode::kUnsupportedAssignor);
    at.config.assignors = {"range"};
    request.server_assignor = "uniform";
    EXPECT_EQ(error_of(request), ErrorCode::kUnsupportedAssignor);
}

// ---- Static members

TEST_F(ConsumerHeartbeat, AStaticMemberThatComesBackGetsItsPartitionsWithoutARebalance) {
    GroupClient a = static_client("a-1", "shelf");
    GroupClient b = client("b");
    settle({&a, &b});
    const Lists before = a.owned;
    ASSERT_FALSE(before.empty());
    EXPECT_EQ(a.leave(-2).member_epoch, MemberEpoch(-2));
    EXPECT_EQ(at.member("a-1").epoch, MemberEpoch(-2));
    expect_answer(b.beat(), 2, std::nullopt);

    GroupClient again = static_client("a-2", "shelf");
    expect_answer(again.beat(), 2, before);
    EXPECT_FALSE(at.group().members.contains("a-1"));
    EXPECT_EQ(at.group().epoch, MemberEpoch(2));
    EXPECT_EQ(at.member("a-2").session_ends, at.env.now + 45_s);
    EXPECT_EQ(at.facts_of<GroupMemberLeft>().at(0).why, GroupMemberLeft::Why::kReplaced);
    EXPECT_EQ(at.facts_of<GroupMemberJoined>().at(0).instance_id, "shelf");
    EXPECT_EQ(at.reloaded(), at.durable());
    expect_answer(again.beat(), 2, std::nullopt);
}

TEST_F(ConsumerHeartbeat, AStaticMemberMayComeBackUnderItsOldMemberId) {
    GroupClient a = static_client("a", "shelf");
    a.beat();
    a.leave(-2);
    at.pass(10_s);
    expect_answer(a.beat(), 1, Lists{of_topic(1, {0, 1, 2, 3, 4, 5})});
    EXPECT_EQ(at.member("a").session_ends, at.env.now + 45_s);
    EXPECT_EQ(at.reloaded(), at.durable());
}

TEST_F(ConsumerHeartbeat, AStaticMemberThatStaysAwayIsRemovedWhenItsSessionEnds) {
    GroupClient a = static_client("a", "shelf");
    a.beat();
    at.pass(10_s);
    a.leave(-2);
    at.pass(35_s);
    EXPECT_FALSE(at.group().members.contains("a"));
    EXPECT_THAT(at.group().static_members, IsEmpty());
    EXPECT_THAT(at.group().owners, IsEmpty());
}

TEST_F(ConsumerHeartbeat, AnInstanceIdBelongsToOneMember) {
    GroupClient a = static_client("a", "shelf");
    GroupClient thief = static_client("b", "shelf");
    a.beat();
    EXPECT_EQ(thief.beat().error_code, ErrorCode::kUnreleasedInstanceId);
    thief.epoch = MemberEpoch(1);
    EXPECT_EQ(thief.beat().error_code, ErrorCode::kFencedInstanceId);
    EXPECT_EQ(thief.leave().error_code, ErrorCode::kFencedInstanceId);
    GroupClient stranger = static_client("c", "attic");
    stranger.epoch = MemberEpoch(1);
    EXPECT_EQ(stranger.beat().error_code, ErrorCode::kUnknownMemberId);
}

// ---- Refusals

TEST_F(ConsumerHeartbeat, RequestsThatMakeNoSenseAreInvalid) {
    const ConsumerGroupHeartbeatRequest good = client("a").request();
    const auto broken = [&good](auto edit) {
        ConsumerGroupHeartbeatRequest request = good;
        edit(request);
        return request;
    };
    using R = ConsumerGroupHeartbeatRequest;
    const std::vector<R> requests{
        broken([](R& r) { r.group_id = ""; }),
        broken([](R& r) { r.member_id = ""; }),
        broken([](R& r) { r.instance_id = ""; }),
        broken([](R& r) { r.rack_id = ""; }),
        broken([](R& r) { r.subscribed_topic_regex = "t.*"; }),
        broken([](R& r) { r.rebalance_timeout_ms = -1; }),
        broken([](R& r) { r.topic_partitions.reset(); }),
        broken([](R& r) { r.topic_partitions = Lists{of_topic(1, {0})}; }),
        broken([](R& r) { r.subscribed_topic_names.reset(); }),
        broken([](R& r) { r.subscribed_topic_names->clear(); }),
        broken([](R& r) { r.member_epoch = MemberEpoch(-2); }),
        broken([](R& r) { r.member_epoch = MemberEpoch(-3); }),
    };
    for (std::size_t i = 0; i < requests.size(); ++i) {
        EXPECT_EQ(error_of(requests[i]), ErrorCode::kInvalidRequest) << i;
    }
    EXPECT_THAT(at.shard->groups, IsEmpty());
    at.config.consumer_protocol = false;
    EXPECT_EQ(error_of(good), ErrorCode::kUnsupportedVersion);
}

TEST_F(ConsumerHeartbeat, AnOldClientIsGivenAMemberId) {
    at.version = 0;
    ConsumerGroupHeartbeatRequest request = client("").request();
    const ConsumerGroupHeartbeatResponse answer = at.send(request, "old");
    ASSERT_EQ(answer.error_code, ErrorCode::kNone);
    EXPECT_EQ(answer.member_id->size(), 22U);
    EXPECT_TRUE(at.group().members.contains(*answer.member_id));
    request.member_epoch = MemberEpoch(1);
    EXPECT_EQ(error_of(request), ErrorCode::kInvalidRequest);
}

TEST_F(ConsumerHeartbeat, AFullGroupTakesItsMembersOnly) {
    at.config.consumer_max_size = 1;
    GroupClient a = client("a");
    GroupClient b = client("b");
    a.beat();
    EXPECT_EQ(b.beat().error_code, ErrorCode::kGroupMaxSizeReached);
    EXPECT_EQ(a.beat().error_code, ErrorCode::kNone);
}

TEST_F(ConsumerHeartbeat, OnlyAJoinMakesAGroup) {
    GroupClient a = client("a");
    a.epoch = MemberEpoch(1);
    EXPECT_EQ(a.beat().error_code, ErrorCode::kGroupIdNotFound);
    EXPECT_EQ(a.leave().error_code, ErrorCode::kGroupIdNotFound);
    a.beat();
    GroupClient b = client("b");
    EXPECT_EQ(b.leave().error_code, ErrorCode::kUnknownMemberId);
}

TEST_F(ConsumerHeartbeat, AClassicGroupIsReplacedWhenItIsEmpty) {
    using Group = std::variant<ClassicGroup, ConsumerGroup>;
    ClassicGroup classic;
    classic.state = ClassicGroupState::kStable;
    classic.members.emplace_back().id = "old";
    at.shard.edit().groups.insert_or_assign("g", Cow<Group>(classic));
    GroupClient a = client("a");
    EXPECT_EQ(a.beat().error_code, ErrorCode::kGroupIdNotFound);

    classic.state = ClassicGroupState::kEmpty;
    classic.members.clear();
    at.shard.edit().groups.insert_or_assign("g", Cow<Group>(classic));
    EXPECT_EQ(a.beat().error_code, ErrorCode::kNone);
    EXPECT_EQ(at.log.front(), GroupCoordinatorRecord(GroupRecordOf<GroupMetadataKey>{{"g"}, {}}));
    EXPECT_EQ(at.member("a").session_ends, at.env.now + 45_s);
    EXPECT_EQ(at.reloaded(), at.durable());
}

}  // namespace
}  // namespace brokerlab

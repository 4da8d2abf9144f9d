// Joining a classic group: ids, the vote, the leader, and what a member hears that joins again.
#include "tests/unit/group/group_harness.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using testing::GroupLab;
using ::testing::IsEmpty;
using testing::Seat;
using ::testing::SizeIs;
using ::testing::StartsWith;

ErrorCode join_error(const GroupLab& lab, GroupLab::Asked asked) {
    return lab.answer<JoinGroupResponse>(asked).error_code;
}

TEST(ClassicJoin, GivesANewDynamicMemberItsIdFirst) {
    GroupLab lab;
    const auto asked = lab.join({"app", ""});
    const auto& answer = lab.answer<JoinGroupResponse>(asked);
    EXPECT_EQ(answer.error_code, ErrorCode::kMemberIdRequired);
    EXPECT_THAT(answer.member_id, StartsWith("app-"));
    EXPECT_EQ(member_name(answer.member_id), "app");
    EXPECT_EQ(answer.member_id.size(), 4U + 36U);
    EXPECT_EQ(answer.protocol_name, std::nullopt);
    EXPECT_TRUE(lab.group().members.empty());
    EXPECT_TRUE(lab.group().reserved_ids.contains(answer.member_id));
    EXPECT_EQ(lab.group().state, ClassicGroupState::kEmpty);
}

TEST(ClassicJoin, WritesANewGroupAtOnceSoThatItIsKnownToAnySuccessor) {
    GroupLab lab;
    lab.join({"app", ""});
    ASSERT_THAT(lab.log, SizeIs(1));
    const auto& record = std::get<GroupRecordOf<GroupMetadataKey>>(lab.log[0]);
    EXPECT_EQ(record.key.group, "g");
    EXPECT_EQ(record.value->generation, GenerationId(0));
    EXPECT_EQ(record.value->protocol_type, "");
    EXPECT_THAT(record.value->members, IsEmpty());
}

TEST(ClassicJoin, TakesAMemberOfAnOldClientWithoutASecondRequest) {
    GroupLab lab;
    const auto asked = lab.ask("old", GroupLab::join_request({"old", ""}), 3);
    EXPECT_FALSE(lab.answered(asked));
    ASSERT_THAT(lab.group().members, SizeIs(1));
    EXPECT_EQ(lab.group().state, ClassicGroupState::kPreparingRebalance);
}

TEST(ClassicJoin, RefusesWhatNoGroupCouldTake) {
    GroupLab lab;
    auto too_short = GroupLab::join_request({"app", ""});
    too_short.session_timeout_ms = 5999;
    auto too_long = GroupLab::join_request({"app", ""});
    too_long.session_timeout_ms = 1800001;
    auto nameless = GroupLab::join_request({"app", ""}, "");
    EXPECT_EQ(join_error(lab, lab.ask("app", too_short)), ErrorCode::kInvalidSessionTimeout);
    EXPECT_EQ(join_error(lab, lab.ask("app", too_long)), ErrorCode::kInvalidSessionTimeout);
    EXPECT_EQ(join_error(lab, lab.ask("app", nameless)), ErrorCode::kInvalidGroupId);
    EXPECT_EQ(join_error(lab, lab.join({"app", "app-of-before"})), ErrorCode::kUnknownMemberId);
    EXPECT_TRUE(lab.shard().groups.empty());
    EXPECT_THAT(lab.log, IsEmpty());
}

TEST(ClassicJoin, AcceptsTheLimitsOfTheSessionTimeout) {
    GroupLab lab;
    for (const int32_t timeout : {6000, 1800000}) {
        auto body = GroupLab::join_request({"app", ""});
        body.session_timeout_ms = timeout;
        EXPECT_EQ(join_error(lab, lab.ask("app", body)), ErrorCode::kMemberIdRequired);
    }
}

TEST(ClassicJoin, NeedsAProtocolThatAllMembersSupport) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    auto other = GroupLab::join_request({"b", ""});
    other.protocols = {{"sticky", {}}};
    EXPECT_EQ(join_error(lab, lab.ask("b", other)), ErrorCode::kInconsistentGroupProtocol);
    auto other_type = GroupLab::join_request({"c", ""});
    other_type.protocol_type = "connect";
    EXPECT_EQ(join_error(lab, lab.ask("c", other_type)), ErrorCode::kInconsistentGroupProtocol);
    auto nothing = GroupLab::join_request({"d", ""}, "new");
    nothing.protocols.clear();
    EXPECT_EQ(join_error(lab, lab.ask("d", nothing)), ErrorCode::kInconsistentGroupProtocol);
}

TEST(ClassicJoin, MakesTheFirstMemberTheLeaderAndTellsItAlone) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    const auto join_a = lab.join_new(a);
    const auto join_b = lab.join_new(b);
    lab.run(6_s);
    const auto& lead = lab.take_join(a, join_a);
    const auto& follow = lab.take_join(b, join_b);
    EXPECT_EQ(lead.leader, a.id);
    EXPECT_EQ(follow.leader, a.id);
    EXPECT_THAT(lead.members, SizeIs(2));
    EXPECT_EQ(lead.members[1].member_id, b.id);
    EXPECT_EQ(lead.members[1].metadata, GroupLab::subscription({"orders"}));
    EXPECT_THAT(follow.members, IsEmpty());
    EXPECT_EQ(follow.generation_id, GenerationId(1));
    EXPECT_EQ(follow.protocol_type, "consumer");
    EXPECT_EQ(follow.protocol_name, "range");
    EXPECT_FALSE(lead.skip_assignment);
}

JoinGroupRequest preferring(const Seat& seat, const std::vector<std::string>& protocols) {
    JoinGroupRequest body = GroupLab::join_request(seat);
    body.protocols.clear();
    for (const std::string& name : protocols) {
        body.protocols.push_back({name, GroupLab::subscription({"orders"})});
    }
    return body;
}

TEST(ClassicJoin, ChoosesTheProtocolWithMostVotesAmongThoseThatAllSupport) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    Seat c{"c", ""};
    // All support range and sticky; cooperative is a's favourite, but b does not know it.
    const auto join_a = lab.join_new(a, preferring(a, {"cooperative", "sticky", "range"}));
    const auto join_b = lab.join_new(b, preferring(b, {"range", "sticky"}));
    const auto join_c = lab.join_new(c, preferring(c, {"cooperative", "range", "sticky"}));
    lab.run(9_s);
    EXPECT_EQ(lab.take_join(a, join_a).protocol_name, "range");
    EXPECT_EQ(lab.take_join(b, join_b).protocol_name, "range");
    EXPECT_EQ(lab.take_join(c, join_c).protocol_name, "range");
}

TEST(ClassicJoin, OfEqualVotesTheFirstNamedWins) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    const auto join_a = lab.join_new(a, preferring(a, {"sticky", "range"}));
    lab.join_new(b, preferring(b, {"range", "sticky"}));
    lab.run(6_s);
    EXPECT_EQ(lab.take_join(a, join_a).protocol_name, "sticky");
}

TEST(ClassicJoin, AFollowerThatChangesNothingHearsThePresentGeneration) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    lab.make_stable({&a, &b});
    const auto again = lab.join(b);
    const auto& answer = lab.answer<JoinGroupResponse>(again);
    EXPECT_EQ(answer.generation_id, GenerationId(1));
    EXPECT_THAT(answer.members, IsEmpty());
    EXPECT_EQ(lab.group().state, ClassicGroupState::kStable);
}

TEST(ClassicJoin, ARebalanceTellsWhatTheMemberSaidOfIt) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    JoinGroupRequest body = GroupLab::join_request(a);
    body.reason = "cached metadata has changed";
    (void)lab.ask(a.client, body);
    EXPECT_EQ(lab.all<GroupRebalanceBegan>().back(),
              (GroupRebalanceBegan{"g", GroupRebalanceBegan::Why::kMemberRejoined, "a", 1,
                                   "cached metadata has changed"}));
}

TEST(ClassicJoin, TheLeaderThatJoinsAgainWhileStableForcesARebalance) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    lab.make_stable({&a, &b});
    const auto again = lab.join(a);
    EXPECT_FALSE(lab.answered(again));
    EXPECT_EQ(lab.group().state, ClassicGroupState::kPreparingRebalance);
    EXPECT_EQ(lab.all<GroupRebalanceBegan>().back(),
              (GroupRebalanceBegan{"g", GroupRebalanceBegan::Why::kMemberRejoined, "a", 1, ""}));
}

TEST(ClassicJoin, AFollowerWithAnotherSubscriptionForcesARebalance) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    lab.make_stable({&a, &b});
    auto news = GroupLab::join_request(b);
    news.protocols = {{"range", GroupLab::subscription({"payments"})}};
    EXPECT_FALSE(lab.answered(lab.ask("b", news)));
    EXPECT_EQ(lab.group().state, ClassicGroupState::kPreparingRebalance);
}

TEST(ClassicJoin, WhileCompletingTheSameJoinIsAnsweredAgainAndNewsStartOver) {
    GroupLab lab;
    Seat a{"a", ""};
    const auto first = lab.join_new(a);
    lab.run(3_s);
    lab.take_join(a, first);
    ASSERT_EQ(lab.group().state, ClassicGroupState::kCompletingRebalance);
    const auto again = lab.join(a);
    EXPECT_EQ(lab.answer<JoinGroupResponse>(again).generation_id, GenerationId(1));
    EXPECT_THAT(lab.answer<JoinGroupResponse>(again).members, SizeIs(1));
    auto news = GroupLab::join_request(a);
    news.protocols = {{"range", GroupLab::subscription({"payments"})}};
    const auto changed = lab.ask("a", news);
    // It is the only one: the next generation begins at once.
    EXPECT_EQ(lab.answer<JoinGroupResponse>(changed).generation_id, GenerationId(2));
}

TEST(ClassicJoin, AnUnknownMemberOfALiveGroupMustStartAnew) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    EXPECT_EQ(join_error(lab, lab.join({"b", "b-of-before"})), ErrorCode::kUnknownMemberId);
    EXPECT_EQ(lab.all<GroupRequestRefused>().back(),
              (GroupRequestRefused{"g", "b", ApiKey::kJoinGroup, ErrorCode::kUnknownMemberId}));
}

TEST(ClassicJoin, ADeadGroupSendsMembersToLookForTheCoordinator) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    std::get<ClassicGroup>(lab.edit_shard().edit().groups.at(std::string("g")).edit()).state =
        ClassicGroupState::kDead;
    EXPECT_EQ(join_error(lab, lab.join(a)), ErrorCode::kCoordinatorNotAvailable);
    EXPECT_EQ(join_error(lab, lab.join({"b", ""})), ErrorCode::kCoordinatorNotAvailable);
}

TEST(ClassicJoin, AFullGroupTakesNobodyButItsMembers) {
    GroupLab lab;
    lab.config.max_size = 2;
    Seat a{"a", ""};
    Seat b{"b", ""};
    lab.make_stable({&a, &b});
    EXPECT_EQ(join_error(lab, lab.join({"c", ""})), ErrorCode::kGroupMaxSizeReached);
    EXPECT_THAT(lab.all<GroupMemberLeft>(), SizeIs(0)) << "it never was a member";
    EXPECT_EQ(join_error(lab, lab.join(b)), ErrorCode::kNone);
    EXPECT_THAT(lab.group().reserved_ids, SizeIs(0));
}

TEST(ClassicJoin, AGroupThatIsTooLargeLosesTheLastToComeBack) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    Seat c{"c", ""};
    lab.make_stable({&a, &b, &c});
    lab.config.max_size = 2;
    lab.fail_over();
    EXPECT_EQ(lab.group().state, ClassicGroupState::kPreparingRebalance);
    const auto join_c = lab.join(c);
    const auto join_a = lab.join(a);
    const auto join_b = lab.join(b);
    EXPECT_EQ(join_error(lab, join_b), ErrorCode::kGroupMaxSizeReached);
    EXPECT_FALSE(lab.answered(join_a));
    lab.run(300_s);
    EXPECT_EQ(join_error(lab, join_a), ErrorCode::kNone);
    EXPECT_EQ(join_error(lab, join_c), ErrorCode::kNone);
    EXPECT_THAT(lab.group().members, SizeIs(2));
}

TEST(ClassicJoin, StatesWhoJoinedAndTheStatesOfTheGroup) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    EXPECT_THAT(lab.all<GroupMemberJoined>(),
                ElementsAre(GroupMemberJoined{"g", "a", a.id, std::nullopt}));
    EXPECT_THAT(
        lab.all<GroupPhaseChanged>(),
        ElementsAre(
            GroupPhaseChanged{"g", GroupPhase::kEmpty, GroupPhase::kPreparingRebalance, 0},
            GroupPhaseChanged{"g", GroupPhase::kPreparingRebalance,
                              GroupPhase::kCompletingRebalance, 1},
            GroupPhaseChanged{"g", GroupPhase::kCompletingRebalance, GroupPhase::kStable, 1}));
    EXPECT_TRUE(lab.all<GroupAssignmentMade>().empty()) << "the leading member says who gets what";
}

}  // namespace
}  // namespace brokerlab

// Static members (KIP-345): a process that comes back under its group.instance.id.
#include "tests/unit/group/group_harness.h"

namespace brokerlab {
namespace {

using testing::GroupLab;
using ::testing::IsEmpty;
using testing::Seat;
using ::testing::SizeIs;
using ::testing::StartsWith;

/// Two static members; `a` leads. Both are stable.
struct Pair {
    GroupLab lab;
    Seat a{"a", "", kNoGeneration, "one"};
    Seat b{"b", "", kNoGeneration, "two"};

    Pair() { lab.make_stable({&a, &b}); }
    /// The process of `seat` starts again.
    GroupLab::Asked restart(const Seat& seat, ApiVersion version = 9) {
        return lab.ask(seat.client, GroupLab::join_request({seat.client, "", {}, seat.instance_id}),
                       version);
    }
};

TEST(StaticMember, JoinsInOneRequestUnderItsInstanceId) {
    GroupLab lab;
    Seat a{"a", "", kNoGeneration, "one"};
    const auto asked = lab.join(a);
    lab.run(3_s);
    EXPECT_THAT(lab.take_join(a, asked).member_id, StartsWith("one-"));
}

TEST(StaticMember, KeepsItsPartitionsOverARestartWithoutARebalance) {
    Pair p;
    const Bytes before = p.lab.group().find(p.b.id)->assignment;
    const Seat old = p.b;
    const auto asked = p.restart(p.b);
    const auto& again = p.lab.take_join(p.b, asked);
    EXPECT_NE(p.b.id, old.id);
    EXPECT_EQ(again.generation_id, GenerationId(1));
    EXPECT_FALSE(again.skip_assignment);
    EXPECT_THAT(again.members, IsEmpty());
    EXPECT_EQ(p.lab.group().state, ClassicGroupState::kStable);
    const auto sync = p.lab.sync(p.b);
    EXPECT_EQ(p.lab.answer<SyncGroupResponse>(sync).assignment, before);
    // The old process is fenced.
    EXPECT_EQ(p.lab.heartbeat_error(old), ErrorCode::kFencedInstanceId);
    EXPECT_EQ(p.lab.commit_error(old), ErrorCode::kFencedInstanceId);
    EXPECT_EQ(p.lab.heartbeat_error(p.b), ErrorCode::kNone);
    EXPECT_EQ(p.lab.all<GroupMemberLeft>().back().why, GroupMemberLeft::Why::kReplaced);
}

TEST(StaticMember, IsKnownByTheNameOfItsNewProcess) {
    Pair p;
    p.b.client = "c";
    (void)p.restart(p.b);
    EXPECT_EQ(p.lab.group().members.at(1).client_id, "c");
    EXPECT_EQ(p.lab.all<GroupMemberLeft>().back().member, "b");
    EXPECT_EQ(p.lab.all<GroupMemberJoined>().back().member, "c");
}

TEST(StaticMember, IsAnsweredWhenItsNewIdIsWritten) {
    Pair p;
    p.lab.hold_writes = true;
    const auto asked = p.restart(p.b);
    EXPECT_FALSE(p.lab.answered(asked));
    p.lab.commit();
    EXPECT_TRUE(p.lab.answered(asked));
    const auto& record = std::get<GroupRecordOf<GroupMetadataKey>>(p.lab.log.back());
    EXPECT_EQ(record.value->members.at(1).member_id,
              p.lab.answer<JoinGroupResponse>(asked).member_id);
    EXPECT_FALSE(record.value->members.at(1).assignment.empty());
}

TEST(StaticMember, TheLeaderThatIsBackIsToldNotToAssign) {
    Pair p;
    const auto& again = p.lab.take_join(p.a, p.restart(p.a));
    EXPECT_TRUE(again.skip_assignment);
    EXPECT_EQ(again.leader, p.a.id);
    EXPECT_THAT(again.members, SizeIs(2));
}

TEST(StaticMember, AnOldClientThatLedHearsOfItsFormerIdSoThatItDoesNotAssign) {
    Pair p;
    const std::string before = p.a.id;
    const auto& again = p.lab.take_join(p.a, p.restart(p.a, 8));
    EXPECT_FALSE(again.skip_assignment);
    EXPECT_EQ(again.leader, before);
    EXPECT_NE(again.member_id, before);
}

TEST(StaticMember, ThatWouldChangeTheVoteForcesARebalance) {
    GroupLab lab;
    const auto request = [](const Seat& seat, std::vector<std::string> names) {
        auto body = GroupLab::join_request(seat);
        body.protocols.clear();
        for (const std::string& name : names) {
            body.protocols.push_back({name, GroupLab::subscription({"orders"})});
        }
        return body;
    };
    Seat a{"a", "", kNoGeneration, "one"};
    const auto first = lab.ask("a", request(a, {"range", "sticky"}));
    lab.run(3_s);
    EXPECT_EQ(lab.take_join(a, first).protocol_name, "range");
    lab.sync_all({&a});
    const auto again = lab.ask("a", request({"a", "", {}, "one"}, {"sticky", "range"}));
    // Being alone, it is at once in the next generation.
    EXPECT_EQ(lab.take_join(a, again).protocol_name, "sticky");
    EXPECT_EQ(a.generation, GenerationId(2));
}

TEST(StaticMember, ThatIsBackWhileTheRebalanceCompletesStartsItAnew) {
    GroupLab lab;
    Seat a{"a", "", kNoGeneration, "one"};
    Seat b{"b", "", kNoGeneration, "two"};
    const auto join_a = lab.join(a);
    const auto join_b = lab.join(b);
    lab.run(6_s);
    lab.take_join(a, join_a);
    lab.take_join(b, join_b);
    const auto sync_a_of_b = lab.sync(b);
    const auto again = lab.join({"b", "", {}, "two"});
    EXPECT_EQ(lab.answer<SyncGroupResponse>(sync_a_of_b).error_code, ErrorCode::kFencedInstanceId);
    EXPECT_FALSE(lab.answered(again));
    EXPECT_EQ(lab.group().state, ClassicGroupState::kPreparingRebalance);
}

TEST(StaticMember, ThatIsBackWhileItsFormerSelfWaitsToJoinTakesItsPlace) {
    GroupLab lab;
    const auto first = lab.join({"a", "", {}, "one"});
    const auto second = lab.join({"a", "", {}, "one"});
    EXPECT_EQ(lab.answer<JoinGroupResponse>(first).error_code, ErrorCode::kFencedInstanceId);
    lab.run(3_s);
    EXPECT_EQ(lab.answer<JoinGroupResponse>(second).error_code, ErrorCode::kNone);
    EXPECT_THAT(lab.group().members, SizeIs(1));
}

TEST(StaticMember, ThatDoesNotComeBackToARebalanceStaysUntilItsSessionEnds) {
    Pair p;
    Seat c{"c", ""};
    p.lab.join_new(c);
    p.lab.join(p.a);
    p.lab.run(44_s);
    p.lab.heartbeat(p.b);
    p.lab.run(44_s);
    EXPECT_NE(p.lab.group().find(p.b.id), nullptr);
    p.lab.run(1_s);
    EXPECT_EQ(p.lab.group().find(p.b.id), nullptr);
    EXPECT_EQ(p.lab.group().state, ClassicGroupState::kCompletingRebalance);
}

TEST(StaticMember, UnknownInstancesAndStolenOnesAreToldApart) {
    Pair p;
    const auto unknown = p.lab.join({"x", p.a.id, {}, "three"});
    const auto stolen = p.lab.join({"x", p.a.id, {}, "two"});
    EXPECT_EQ(p.lab.answer<JoinGroupResponse>(unknown).error_code, ErrorCode::kUnknownMemberId);
    EXPECT_EQ(p.lab.answer<JoinGroupResponse>(stolen).error_code, ErrorCode::kFencedInstanceId);
}

TEST(StaticMember, KeepsItsOldIdWhenTheNewOneCannotBeWritten) {
    Pair p;
    const Seat old = p.b;
    p.lab.hold_writes = true;
    const auto asked = p.restart(p.b);
    p.lab.fail(ErrorCode::kRequestTimedOut);
    p.lab.hold_writes = false;
    EXPECT_EQ(p.lab.answer<JoinGroupResponse>(asked).error_code,
              ErrorCode::kCoordinatorNotAvailable);
    EXPECT_EQ(p.lab.heartbeat_error(old), ErrorCode::kNone);
    EXPECT_EQ(p.lab.group().find(old.id)->join, std::nullopt);
    EXPECT_EQ(p.lab.group().state, ClassicGroupState::kStable);
}

}  // namespace
}  // namespace brokerlab

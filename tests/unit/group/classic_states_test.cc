// What each call of a member gets in each state of its group, and which check comes first.
#include "tests/unit/group/group_harness.h"

namespace brokerlab {
namespace {

using testing::GroupLab;
using testing::Seat;
using ::testing::SizeIs;

enum class Call { kHeartbeat, kSync, kCommit };

/// A group with the one member `a` of generation 1 (of none in Empty), brought into `state`.
struct Stage {
    GroupLab lab;
    Seat a{"a", ""};

    explicit Stage(ClassicGroupState state) {
        if (state == ClassicGroupState::kCompletingRebalance) {
            const auto join = lab.join_new(a);
            lab.run(3_s);
            lab.take_join(a, join);
            return;
        }
        lab.make_stable({&a});
        if (state == ClassicGroupState::kPreparingRebalance) {
            Seat b{"b", ""};
            lab.join_new(b);
        } else if (state == ClassicGroupState::kEmpty) {
            lab.leave(a);
        } else if (state == ClassicGroupState::kDead) {
            edit().state = ClassicGroupState::kDead;
        }
        EXPECT_EQ(lab.group().state, state);
    }
    ClassicGroup& edit() {
        auto& held = lab.edit_shard().edit().groups.at(std::string("g"));
        return std::get<ClassicGroup>(held.edit());
    }
    /// None: it waits.
    std::optional<ErrorCode> call(Call what) {
        switch (what) {
            case Call::kHeartbeat:
                return lab.heartbeat_error(a);
            case Call::kCommit:
                return lab.commit_error(a);
            case Call::kSync:
                break;
        }
        lab.hold_writes = true;
        const auto asked = lab.sync(a);
        return lab.answered(asked) ? std::optional(lab.answer<SyncGroupResponse>(asked).error_code)
                                   : std::nullopt;
    }
};

struct Cell {
    Call call;
    ClassicGroupState state;
    std::optional<ErrorCode> expected;
};

class ClassicTable : public ::testing::TestWithParam<Cell> {};

TEST_P(ClassicTable, HoldsInEachCell) {
    Stage stage(GetParam().state);
    EXPECT_EQ(stage.call(GetParam().call), GetParam().expected);
}

using State = ClassicGroupState;
INSTANTIATE_TEST_SUITE_P(
    Heartbeat, ClassicTable,
    ::testing::Values(Cell{Call::kHeartbeat, State::kEmpty, ErrorCode::kUnknownMemberId},
                      Cell{Call::kHeartbeat, State::kPreparingRebalance,
                           ErrorCode::kRebalanceInProgress},
                      Cell{Call::kHeartbeat, State::kCompletingRebalance, ErrorCode::kNone},
                      Cell{Call::kHeartbeat, State::kStable, ErrorCode::kNone},
                      Cell{Call::kHeartbeat, State::kDead, ErrorCode::kCoordinatorNotAvailable}));
INSTANTIATE_TEST_SUITE_P(
    Sync, ClassicTable,
    ::testing::Values(Cell{Call::kSync, State::kEmpty, ErrorCode::kUnknownMemberId},
                      Cell{Call::kSync, State::kPreparingRebalance,
                           ErrorCode::kRebalanceInProgress},
                      Cell{Call::kSync, State::kCompletingRebalance, std::nullopt},
                      Cell{Call::kSync, State::kStable, ErrorCode::kNone},
                      Cell{Call::kSync, State::kDead, ErrorCode::kCoordinatorNotAvailable}));
INSTANTIATE_TEST_SUITE_P(
    Commit, ClassicTable,
    ::testing::Values(Cell{Call::kCommit, State::kEmpty, ErrorCode::kUnknownMemberId},
                      Cell{Call::kCommit, State::kPreparingRebalance, ErrorCode::kNone},
                      Cell{Call::kCommit, State::kCompletingRebalance,
                           ErrorCode::kRebalanceInProgress},
                      Cell{Call::kCommit, State::kStable, ErrorCode::kNone},
                      Cell{Call::kCommit, State::kDead, ErrorCode::kCoordinatorNotAvailable}));

TEST(ClassicChecks, AnUnknownMemberComesBeforeAnOldGeneration) {
    Stage stage(State::kStable);
    Seat stranger{"s", "s-1", GenerationId(0)};
    EXPECT_EQ(stage.lab.heartbeat_error(stranger), ErrorCode::kUnknownMemberId);
    EXPECT_EQ(stage.lab.commit_error(stranger), ErrorCode::kUnknownMemberId);
    Seat old = stage.a;
    old.generation = GenerationId(0);
    EXPECT_EQ(stage.lab.heartbeat_error(old), ErrorCode::kIllegalGeneration);
    EXPECT_EQ(stage.lab.commit_error(old), ErrorCode::kIllegalGeneration);
    const auto sync = stage.lab.sync(old);
    EXPECT_EQ(stage.lab.answer<SyncGroupResponse>(sync).error_code, ErrorCode::kIllegalGeneration);
}

TEST(ClassicChecks, ASyncOfAnotherProtocolIsInconsistent) {
    Stage stage(State::kStable);
    auto other = GroupLab::sync_request(stage.a);
    other.protocol_name = "sticky";
    const auto by_name = stage.lab.ask("a", other);
    other.protocol_name.reset();
    other.protocol_type = "connect";
    const auto by_type = stage.lab.ask("a", other);
    EXPECT_EQ(stage.lab.answer<SyncGroupResponse>(by_name).error_code,
              ErrorCode::kInconsistentGroupProtocol);
    EXPECT_EQ(stage.lab.answer<SyncGroupResponse>(by_type).error_code,
              ErrorCode::kInconsistentGroupProtocol);
}

TEST(ClassicChecks, AGroupThatIsNotThereKnowsNoMember) {
    GroupLab lab;
    const Seat a{"a", "a-1", GenerationId(1)};
    EXPECT_EQ(lab.heartbeat_error(a), ErrorCode::kUnknownMemberId);
    const auto sync = lab.sync(a);
    EXPECT_EQ(lab.answer<SyncGroupResponse>(sync).error_code, ErrorCode::kUnknownMemberId);
    const auto leave = lab.leave(a);
    EXPECT_EQ(lab.answer<LeaveGroupResponse>(leave).error_code, ErrorCode::kNone);
    EXPECT_EQ(lab.answer<LeaveGroupResponse>(leave).members.at(0).error_code,
              ErrorCode::kUnknownMemberId);
    const auto old = lab.ask("a", LeaveGroupRequest{"g", "a-1", {}}, 2);
    EXPECT_EQ(lab.answer<LeaveGroupResponse>(old).error_code, ErrorCode::kUnknownMemberId);
}

TEST(ClassicSync, EveryoneWaitsForTheLeadersAssignmentToBeWritten) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    const auto join_a = lab.join_new(a);
    const auto join_b = lab.join_new(b);
    lab.run(6_s);
    lab.take_join(a, join_a);
    lab.take_join(b, join_b);
    const auto sync_b = lab.sync(b);
    EXPECT_FALSE(lab.answered(sync_b));
    lab.hold_writes = true;
    const Bytes share = GroupLab::assignment("orders", {PartitionId(1)});
    const auto sync_a = lab.sync(a, {{b.id, share}});
    EXPECT_FALSE(lab.answered(sync_b));
    EXPECT_EQ(lab.group().state, ClassicGroupState::kCompletingRebalance);
    lab.commit();
    EXPECT_EQ(lab.answer<SyncGroupResponse>(sync_b).assignment, share);
    EXPECT_EQ(lab.answer<SyncGroupResponse>(sync_b).protocol_name, "range");
    // Who is not named gets nothing.
    EXPECT_EQ(lab.answer<SyncGroupResponse>(sync_a).assignment, Bytes());
    EXPECT_EQ(lab.group().state, ClassicGroupState::kStable);
}

TEST(ClassicSync, ANewRebalanceSendsWaitingMembersBackToJoin) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    const auto join_a = lab.join_new(a);
    const auto join_b = lab.join_new(b);
    lab.run(6_s);
    lab.take_join(a, join_a);
    lab.take_join(b, join_b);
    const auto sync_b = lab.sync(b);
    Seat c{"c", ""};
    lab.join_new(c);
    EXPECT_EQ(lab.answer<SyncGroupResponse>(sync_b).error_code, ErrorCode::kRebalanceInProgress);
    EXPECT_EQ(lab.answer<SyncGroupResponse>(sync_b).protocol_type, std::nullopt);
}

TEST(ClassicSync, AnAssignmentOfAGenerationThatIsPastChangesNothing) {
    GroupLab lab;
    Seat a{"a", ""};
    const auto join_a = lab.join_new(a);
    lab.run(3_s);
    lab.take_join(a, join_a);
    lab.hold_writes = true;
    lab.sync(a, {{a.id, {1, 2, 3}}});
    Seat b{"b", ""};
    const auto join_b = lab.join_new(b);
    lab.take_join(a, lab.join(a));
    lab.take_join(b, join_b);
    lab.commit();
    EXPECT_EQ(lab.group().state, ClassicGroupState::kCompletingRebalance);
    EXPECT_EQ(lab.group().find(a.id)->assignment, Bytes());
}

TEST(ClassicLeave, IsAnsweredAndTheOthersRebalance) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    lab.make_stable({&a, &b});
    const auto leave = lab.leave(a);
    EXPECT_EQ(lab.answer<LeaveGroupResponse>(leave).members.at(0).error_code, ErrorCode::kNone);
    EXPECT_EQ(lab.group().state, ClassicGroupState::kPreparingRebalance);
    EXPECT_EQ(lab.group().leader, b.id);
    EXPECT_EQ(lab.all<GroupRebalanceBegan>().back(),
              (GroupRebalanceBegan{"g", GroupRebalanceBegan::Why::kMemberLeft, "a", 1, ""}));
    EXPECT_EQ(lab.all<GroupMemberLeft>().back(),
              (GroupMemberLeft{"g", "a", a.id, GroupMemberLeft::Why::kLeft, Duration()}));
}

TEST(ClassicLeave, TheLastOnesAnswerWaitsForTheEmptyGeneration) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    lab.hold_writes = true;
    const auto leave = lab.leave(a);
    EXPECT_FALSE(lab.answered(leave));
    EXPECT_EQ(lab.group().state, ClassicGroupState::kEmpty);
    lab.commit();
    EXPECT_TRUE(lab.answered(leave));
}

TEST(ClassicLeave, OfAMemberThatTheOthersWaitForEndsTheRebalance) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    lab.make_stable({&a, &b});
    const auto join_a = lab.join(a);
    lab.leave(b);
    EXPECT_TRUE(lab.answered(join_a));
}

TEST(ClassicLeave, DropsAReservedIdAndAWaitingJoin) {
    GroupLab lab;
    const auto reserved = lab.join({"r", ""});
    Seat b{"b", ""};
    const auto join_b = lab.join_new(b);
    lab.leave({"r", lab.answer<JoinGroupResponse>(reserved).member_id});
    EXPECT_THAT(lab.group().reserved_ids, SizeIs(0));
    lab.leave(b);
    EXPECT_EQ(lab.answer<JoinGroupResponse>(join_b).error_code, ErrorCode::kUnknownMemberId);
    lab.run(3_s);
    EXPECT_EQ(lab.group().state, ClassicGroupState::kEmpty);
}

TEST(ClassicLeave, TakesSeveralMembersByIdOrInstance) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", "", kNoGeneration, "two"};
    Seat c{"c", ""};
    lab.make_stable({&a, &b, &c});
    LeaveGroupRequest batch;
    batch.group_id = "g";
    batch.members = {{"", "two", std::nullopt},
                     {"", "three", std::nullopt},
                     {c.id, std::nullopt, std::nullopt},
                     {a.id, "two", std::nullopt}};
    const auto asked = lab.ask("admin", batch);
    const auto& answers = lab.answer<LeaveGroupResponse>(asked).members;
    EXPECT_EQ(answers[0].error_code, ErrorCode::kNone);
    EXPECT_EQ(answers[1].error_code, ErrorCode::kUnknownMemberId);
    EXPECT_EQ(answers[2].error_code, ErrorCode::kNone);
    EXPECT_EQ(answers[3].error_code, ErrorCode::kUnknownMemberId);
    EXPECT_THAT(lab.group().members, SizeIs(1));
}

}  // namespace
}  // namespace brokerlab

// A classic group when its coordinator changes, and when what it writes does not get through.
#include "tests/unit/group/group_harness.h"

namespace brokerlab {
namespace {

using testing::GroupLab;
using ::testing::IsEmpty;
using testing::Seat;
using ::testing::SizeIs;

TEST(ClassicFailover, TheGroupThatWasWrittenIsTheOneThatIsRead) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", "", kNoGeneration, "two"};
    lab.make_stable({&a, &b});
    const ClassicGroup before = lab.group();
    lab.run(20_s);
    lab.fail_over();
    const ClassicGroup& after = lab.group();
    EXPECT_EQ(after.state, ClassicGroupState::kStable);
    EXPECT_EQ(after.generation, before.generation);
    EXPECT_EQ(after.protocol_type, before.protocol_type);
    EXPECT_EQ(after.protocol, before.protocol);
    EXPECT_EQ(after.leader, before.leader);
    EXPECT_EQ(after.subscribed_topics, before.subscribed_topics);
    ASSERT_THAT(after.members, SizeIs(2));
    for (std::size_t i = 0; i < 2; ++i) {
        // All but the sessions, which begin anew.
        ClassicMember expected = before.members[i];
        expected.session_ends = lab.now() + 45_s;
        EXPECT_EQ(after.members[i], expected);
    }
}

TEST(ClassicFailover, MembersGoOnWithTheNewCoordinator) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    lab.run(44_s);
    lab.fail_over();
    lab.run(44_s);
    EXPECT_EQ(lab.heartbeat_error(a), ErrorCode::kNone);
    EXPECT_EQ(lab.commit_error(a), ErrorCode::kNone);
}

TEST(ClassicFailover, AJoinThatWasUnderWayIsLostAndTheLastGenerationIsBack) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    Seat b{"b", ""};
    const auto join_b = lab.join_new(b);
    const auto join_a = lab.join(a);
    ASSERT_EQ(lab.answer<JoinGroupResponse>(join_a).generation_id, GenerationId(2));
    ASSERT_TRUE(lab.answered(join_b));
    lab.fail_over();
    EXPECT_EQ(lab.group().generation, GenerationId(1));
    EXPECT_EQ(lab.group().state, ClassicGroupState::kStable);
    EXPECT_EQ(lab.heartbeat_error(a), ErrorCode::kNone);
    EXPECT_EQ(lab.group().find(b.id), nullptr);
}

TEST(ClassicFailover, WhoWaitsIsSentToTheNewCoordinator) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    lab.make_stable({&a, &b});
    lab.join(a);
    const std::vector<Response> answers = on_groups_unloaded(lab.shard());
    ASSERT_THAT(answers, SizeIs(1));
    EXPECT_EQ(std::get<JoinGroupResponse>(answers[0].body).error_code, ErrorCode::kNotCoordinator);
    EXPECT_EQ(std::get<JoinGroupResponse>(answers[0].body).member_id, a.id);
}

struct Completing {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};

    Completing() {
        const auto join_a = lab.join_new(a);
        const auto join_b = lab.join_new(b);
        lab.run(6_s);
        lab.take_join(a, join_a);
        lab.take_join(b, join_b);
    }
};

TEST(ClassicWrites, AnAssignmentThatIsLostMakesAllJoinAgain) {
    for (const bool at_once : {true, false}) {
        Completing c;
        c.lab.hold_writes = true;
        if (at_once) {
            c.lab.append_error = ErrorCode::kNotLeaderOrFollower;
        }
        const auto sync_b = c.lab.sync(c.b);
        const auto sync_a = c.lab.sync(c.a, {{c.a.id, {1}}});
        if (!at_once) {
            c.lab.fail(ErrorCode::kNotLeaderOrFollower);
        }
        EXPECT_EQ(c.lab.answer<SyncGroupResponse>(sync_a).error_code, ErrorCode::kNotCoordinator);
        EXPECT_EQ(c.lab.answer<SyncGroupResponse>(sync_b).error_code, ErrorCode::kNotCoordinator);
        EXPECT_EQ(c.lab.group().state, ClassicGroupState::kPreparingRebalance);
        EXPECT_EQ(c.lab.group().find(c.a.id)->assignment, Bytes());
        EXPECT_EQ(c.lab.all<GroupRebalanceBegan>().back().why,
                  GroupRebalanceBegan::Why::kAssignmentLost);
    }
}

TEST(ClassicWrites, ANewGroupThatCannotBeWrittenIsDroppedWithItsJoins) {
    GroupLab lab;
    lab.append_error = ErrorCode::kNotEnoughReplicas;
    const auto dynamic = lab.join({"a", ""});
    EXPECT_EQ(lab.answer<JoinGroupResponse>(dynamic).error_code, ErrorCode::kMemberIdRequired);
    EXPECT_TRUE(lab.shard().groups.empty());
    const auto fixed = lab.join({"b", "", {}, "one"});
    EXPECT_EQ(lab.answer<JoinGroupResponse>(fixed).error_code, ErrorCode::kCoordinatorNotAvailable);
    EXPECT_TRUE(lab.shard().groups.empty());
}

TEST(ClassicWrites, ANewGroupWhoseRecordIsNotCommittedInTimeLosesItsFirstMember) {
    GroupLab lab;
    lab.hold_writes = true;
    const auto fixed = lab.join({"b", "", {}, "one"});
    lab.fail(ErrorCode::kRequestTimedOut);
    EXPECT_EQ(lab.answer<JoinGroupResponse>(fixed).error_code, ErrorCode::kCoordinatorNotAvailable);
    EXPECT_THAT(lab.group().members, IsEmpty());
    lab.run(3_s);
    EXPECT_EQ(lab.group().state, ClassicGroupState::kEmpty);
}

TEST(ClassicWrites, AHeartbeatIsNotAnsweredBeforeTheWritesAheadOfIt) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    lab.hold_writes = true;
    const auto commit = lab.ask("a", GroupLab::commit_request(a, 7));
    const auto heartbeat = lab.heartbeat(a);
    EXPECT_FALSE(lab.answered(commit));
    EXPECT_FALSE(lab.answered(heartbeat));
    lab.commit();
    EXPECT_TRUE(lab.answered(commit));
    EXPECT_TRUE(lab.answered(heartbeat));
}

TEST(ClassicWrites, AFailedAppendPutsOffsetsBackAndLeavesClassicGroupsAlone) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    EXPECT_EQ(lab.commit_error(a, 5), ErrorCode::kNone);
    lab.append_error = ErrorCode::kNotEnoughReplicas;
    EXPECT_EQ(lab.commit_error(a, 6), ErrorCode::kCoordinatorNotAvailable);
    EXPECT_EQ((*lab.shard().offsets.at(std::string("g")))
                  .at(TopicPartition{"orders", PartitionId(0)})
                  .offset,
              Offset(5));
    lab.leave(a);
    EXPECT_EQ(lab.group().state, ClassicGroupState::kEmpty);
}

}  // namespace
}  // namespace brokerlab

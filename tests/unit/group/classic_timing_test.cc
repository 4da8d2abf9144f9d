// The clock of a classic group, to the millisecond: initial delay, rebalance, sync and session
// time-outs.
#include "tests/unit/group/group_harness.h"

namespace brokerlab {
namespace {

using testing::GroupLab;
using ::testing::IsEmpty;
using testing::Seat;
using ::testing::SizeIs;

constexpr Duration kMoment = 1_ms;

/// A dynamic member that joins in one request, as before KIP-394.
GroupLab::Asked join_directly(GroupLab& lab, const std::string& client,
                              int32_t rebalance_timeout_ms = 300000) {
    JoinGroupRequest body = GroupLab::join_request({client, ""});
    body.rebalance_timeout_ms = rebalance_timeout_ms;
    return lab.ask(client, body, 3);
}

TEST(ClassicTiming, TheFirstRebalanceWaitsThreeSecondsThoughAllAreThere) {
    GroupLab lab;
    const auto asked = join_directly(lab, "a");
    lab.run(3_s - kMoment);
    EXPECT_FALSE(lab.answered(asked));
    lab.run(kMoment);
    EXPECT_TRUE(lab.answered(asked));
}

TEST(ClassicTiming, EachWindowInWhichSomeoneJoinsIsFollowedByAnother) {
    GroupLab lab;
    const auto a = join_directly(lab, "a");
    lab.run(2_s);
    const auto b = join_directly(lab, "b");
    lab.run(2_s);
    const auto c = join_directly(lab, "c");
    // b was in the window to 3 s, c in the one to 6 s, nobody in the one to 9 s.
    lab.run(5_s - kMoment);
    EXPECT_FALSE(lab.answered(a));
    lab.run(kMoment);
    EXPECT_TRUE(lab.answered(a));
    EXPECT_TRUE(lab.answered(b));
    EXPECT_TRUE(lab.answered(c));
    EXPECT_EQ(lab.group().generation, GenerationId(1));
}

TEST(ClassicTiming, TheFirstRebalanceIsPutOffNoLongerThanTheRebalanceTimeout) {
    GroupLab lab;
    const auto a = join_directly(lab, "a", 10000);
    for (int i = 0; i < 12; ++i) {
        lab.run(800_ms);
        join_directly(lab, "late", 10000);
    }
    lab.run(400_ms - kMoment);  // 9.999 s
    EXPECT_FALSE(lab.answered(a));
    lab.run(kMoment);
    EXPECT_TRUE(lab.answered(a));
}

TEST(ClassicTiming, WithoutDelayTheFirstRebalanceEndsAtOnce) {
    GroupLab lab;
    lab.config.initial_rebalance_delay = Duration();
    const auto a = join_directly(lab, "a");
    lab.run(Duration());
    EXPECT_TRUE(lab.answered(a));
}

TEST(ClassicTiming, ALaterRebalanceEndsAsSoonAsAllAreBack) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    lab.make_stable({&a, &b});
    Seat c{"c", ""};
    const auto join_c = lab.join_new(c);
    const auto join_a = lab.join(a);
    EXPECT_FALSE(lab.answered(join_c));
    const auto join_b = lab.join(b);
    EXPECT_TRUE(lab.answered(join_a));
    EXPECT_TRUE(lab.answered(join_b));
    EXPECT_TRUE(lab.answered(join_c));
    EXPECT_EQ(lab.group().generation, GenerationId(2));
    EXPECT_EQ(lab.group().leader, a.id);
}

TEST(ClassicTiming, WhoIsNotBackWithinTheRebalanceTimeoutIsLeftOut) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    lab.make_stable({&a, &b});
    const auto join_b = [&] {
        auto news = GroupLab::join_request(b);
        news.protocols = {{"range", GroupLab::subscription({"payments"})}};
        return lab.ask("b", news);
    }();
    // The leader heartbeats and never joins.
    for (int i = 0; i < 99; ++i) {
        lab.run(3_s);
        EXPECT_EQ(lab.heartbeat_error(a), ErrorCode::kRebalanceInProgress);
    }
    lab.run(3_s - kMoment);
    EXPECT_FALSE(lab.answered(join_b));
    lab.run(kMoment);
    EXPECT_EQ(lab.take_join(b, join_b).leader, b.id);
    EXPECT_THAT(lab.group().members, SizeIs(1));
    EXPECT_EQ(lab.all<GroupMemberLeft>().back(),
              (GroupMemberLeft{"g", "a", a.id, GroupMemberLeft::Why::kDidNotRejoin, 300_s}));
}

TEST(ClassicTiming, AReservedIdHoldsARebalanceUpUntilItLapses) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    lab.join({"ghost", ""});
    const auto join_a = lab.join(a);
    lab.run(45_s - kMoment);
    EXPECT_FALSE(lab.answered(join_a));
    lab.run(kMoment);
    EXPECT_TRUE(lab.answered(join_a));
    EXPECT_EQ(lab.all<GroupMemberLeft>().back().why, GroupMemberLeft::Why::kNeverCame);
    EXPECT_EQ(lab.all<GroupMemberLeft>().back().timeout, 45_s);
    EXPECT_EQ(lab.all<GroupMemberLeft>().back().member, "ghost");
}

TEST(ClassicTiming, WhoDoesNotSyncWithinTheRebalanceTimeoutIsRemoved) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    const auto join_a = lab.join_new(a);
    const auto join_b = lab.join_new(b);
    lab.run(6_s);
    lab.take_join(a, join_a);
    lab.take_join(b, join_b);
    const auto sync_b = lab.sync(b);  // The leader never brings its assignment, but stays alive.
    for (int i = 0; i < 10; ++i) {
        lab.run(30_s - kMoment / 10);
        EXPECT_EQ(lab.heartbeat_error(a), ErrorCode::kNone);
    }
    EXPECT_FALSE(lab.answered(sync_b));
    lab.run(kMoment);
    EXPECT_EQ(lab.answer<SyncGroupResponse>(sync_b).error_code, ErrorCode::kRebalanceInProgress);
    EXPECT_EQ(lab.group().state, ClassicGroupState::kPreparingRebalance);
    EXPECT_EQ(lab.all<GroupMemberLeft>().back(),
              (GroupMemberLeft{"g", "a", a.id, GroupMemberLeft::Why::kDidNotSync, 300_s}));
    EXPECT_EQ(lab.all<GroupRebalanceBegan>().back().why, GroupRebalanceBegan::Why::kMemberPutOut);
}

TEST(ClassicTiming, ASessionEndsItsTimeoutAfterTheLastHeartbeat) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    lab.make_stable({&a, &b});
    lab.run(10_s);
    EXPECT_EQ(lab.heartbeat_error(a), ErrorCode::kNone);
    lab.run(35_s - kMoment);
    EXPECT_THAT(lab.group().members, SizeIs(2));
    lab.run(kMoment);  // 45 s after b's sync
    EXPECT_EQ(lab.group().find(b.id), nullptr);
    EXPECT_EQ(lab.group().state, ClassicGroupState::kPreparingRebalance);
    EXPECT_EQ(lab.all<GroupMemberLeft>().back(),
              (GroupMemberLeft{"g", "b", b.id, GroupMemberLeft::Why::kSessionExpired, 45_s}));
    EXPECT_EQ(lab.heartbeat_error(b), ErrorCode::kUnknownMemberId);
    lab.run(10_s - kMoment);
    EXPECT_NE(lab.group().find(a.id), nullptr);
    lab.run(kMoment);
    EXPECT_EQ(lab.group().find(a.id), nullptr);
}

TEST(ClassicTiming, TheLastMembersEndLeavesAnEmptyGenerationInTheLog) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    lab.run(45_s);
    EXPECT_EQ(lab.group().state, ClassicGroupState::kEmpty);
    EXPECT_EQ(lab.group().generation, GenerationId(2));
    EXPECT_EQ(lab.group().leader, std::nullopt);
    const auto& record = std::get<GroupRecordOf<GroupMetadataKey>>(lab.log.back());
    EXPECT_EQ(record.value->generation, GenerationId(2));
    EXPECT_EQ(record.value->protocol_type, "consumer");
    EXPECT_THAT(record.value->members, IsEmpty());
}

TEST(ClassicTiming, HeartbeatsWhileOthersJoinKeepASessionAlive) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    lab.make_stable({&a, &b});
    lab.join(a);
    lab.run(40_s);
    EXPECT_EQ(lab.heartbeat_error(b), ErrorCode::kRebalanceInProgress);
    lab.run(45_s - kMoment);
    EXPECT_NE(lab.group().find(b.id), nullptr);
    lab.run(kMoment);
    EXPECT_EQ(lab.group().find(b.id), nullptr);
}

TEST(ClassicTiming, AMemberThatWaitsInItsJoinIsNotExpired) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    lab.make_stable({&a, &b});
    const auto join_a = lab.join(a);
    for (int i = 0; i < 7; ++i) {
        lab.run(40_s);
        lab.heartbeat(b);
    }
    EXPECT_FALSE(lab.answered(join_a));
    EXPECT_NE(lab.group().find(a.id), nullptr);
    lab.run(20_s);
    lab.take_join(a, join_a);
    // Its session begins with the answer.
    lab.run(45_s - kMoment);
    EXPECT_NE(lab.group().find(a.id), nullptr);
    lab.run(kMoment);
    EXPECT_EQ(lab.group().find(a.id), nullptr);
}

TEST(ClassicTiming, ANewMemberMayWaitFiveMinutesInItsFirstJoin) {
    GroupLab lab;
    Seat a{"a", "", kNoGeneration, "one"};
    auto patient = GroupLab::join_request(a);
    patient.rebalance_timeout_ms = 1000000;
    patient.session_timeout_ms = 1000000;
    const auto join_a = lab.ask("a", patient);
    lab.run(3_s);
    lab.take_join(a, join_a);
    lab.sync_all({&a});
    Seat b{"b", ""};
    const auto join_b = lab.join_new(b);
    lab.run(300_s - kMoment);
    EXPECT_FALSE(lab.answered(join_b));
    lab.run(kMoment);
    EXPECT_EQ(lab.answer<JoinGroupResponse>(join_b).error_code, ErrorCode::kUnknownMemberId);
    EXPECT_EQ(lab.answer<JoinGroupResponse>(join_b).member_id, "");
}

TEST(ClassicTiming, ASyncAnsweredWhileStableDoesNotProlongTheSession) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    lab.run(30_s);
    EXPECT_TRUE(lab.answered(lab.sync(a)));
    lab.run(15_s);
    EXPECT_EQ(lab.group().state, ClassicGroupState::kEmpty);
}

TEST(ClassicTiming, ACommitProlongsTheSession) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    lab.run(30_s);
    EXPECT_EQ(lab.commit_error(a), ErrorCode::kNone);
    lab.run(45_s - kMoment);
    EXPECT_EQ(lab.group().state, ClassicGroupState::kStable);
    lab.run(kMoment);
    EXPECT_EQ(lab.group().state, ClassicGroupState::kEmpty);
}

TEST(ClassicTiming, WhenOnlyStaticMembersAreMissedTheRebalanceIsTriedAgain) {
    GroupLab lab;
    Seat a{"a", "", kNoGeneration, "one"};
    Seat b{"b", "", kNoGeneration, "two"};
    const auto request = [](const Seat& seat) {
        auto body = GroupLab::join_request(seat);
        body.rebalance_timeout_ms = 10000;
        body.session_timeout_ms = 1000000;
        return body;
    };
    const auto join_a = lab.ask("a", request(a));
    const auto join_b = lab.ask("b", request(b));
    lab.run(6_s);
    lab.take_join(a, join_a);
    lab.take_join(b, join_b);
    lab.sync_all({&a, &b});
    Seat c{"c", ""};
    lab.join_new(c);
    lab.leave(c);
    // c asked for 300 s; after that nobody has joined, and the others' 10 s begin.
    lab.run(300_s);
    EXPECT_EQ(lab.group().state, ClassicGroupState::kPreparingRebalance);
    EXPECT_EQ(lab.group().join_ends, lab.now() + 10_s);
    EXPECT_THAT(lab.group().members, SizeIs(2));
    const auto again = lab.ask("b", request(b));
    lab.run(10_s);
    EXPECT_EQ(lab.take_join(b, again).leader, b.id);
    EXPECT_THAT(lab.group().members, SizeIs(2));
}

}  // namespace
}  // namespace brokerlab

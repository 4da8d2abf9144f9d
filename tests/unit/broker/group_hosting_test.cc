// Who coordinates a group: loading from the log, moving on with the lead, giving up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/log/cleaner.h"
#include "tests/unit/broker/group_bench.h"

namespace brokerlab {
namespace {

using testing::commit_of;
using testing::error_of;
using testing::fetch_of;
using testing::GroupBench;
using ::testing::IsEmpty;
using testing::join_of;
using testing::kOffsets;
using testing::offset_of;
using ::testing::SizeIs;
using testing::sync_of;

HeartbeatRequest beat_of(const JoinGroupResponse& joined) {
    HeartbeatRequest request;
    request.group_id = "team";
    request.generation_id = joined.generation_id;
    request.member_id = joined.member_id;
    return request;
}

/// Group team has one member, in a stable generation, and offset 7 of orders-0.
JoinGroupResponse make_team(GroupBench& bench) {
    bench.publish();
    bench.ask(join_of("team"), 1, 3);
    bench.run_for(Duration());
    const auto joined = std::get<JoinGroupResponse>(*bench.answer_to(1));
    bench.ask(sync_of("team", joined));
    EXPECT_FALSE(bench.answer_to(1).has_value()) << "the assignment is not committed";
    bench.replicate();
    EXPECT_EQ(std::get<SyncGroupResponse>(*bench.answer_to(1)).assignment, Bytes{7});
    OffsetCommitRequest commit = commit_of(7, "team");
    commit.member_id = joined.member_id;
    commit.generation_id_or_member_epoch = joined.generation_id;
    bench.ask(commit);
    bench.replicate();
    EXPECT_EQ(error_of(std::get<OffsetCommitResponse>(*bench.answer_to(1))), ErrorCode::kNone);
    return joined;
}

/// Another broker with the same log becomes the leader.
GroupBench successor_of(const GroupBench& old) {
    GroupBench bench;
    bench.now = old.now;
    bench.rm.edit(kOffsets).log = old.rm.find(kOffsets)->log;
    return bench;
}

TEST(GroupHosting, TheNextLeaderLoadsTheSameGroups) {
    GroupBench old;
    const JoinGroupResponse joined = make_team(old);
    GroupBench next = successor_of(old);
    next.publish();
    const auto loaded = next.stated<GroupCoordinatorLoaded>();
    ASSERT_THAT(loaded, SizeIs(1));
    EXPECT_EQ(loaded[0].groups, 1U);
    EXPECT_EQ(loaded[0].offsets, 1U);
    EXPECT_EQ(next.hosted().shard->offsets, old.hosted().shard->offsets);
    EXPECT_EQ(next.answer<HeartbeatResponse>(beat_of(joined)).error_code, ErrorCode::kNone)
        << "the member goes on where it was, without a rebalance";
    EXPECT_EQ(offset_of(next.answer<OffsetFetchResponse>(fetch_of({"team"}))), 7);
    DescribeGroupsRequest describe;
    describe.groups = {"team"};
    EXPECT_EQ(next.answer<DescribeGroupsResponse>(describe),
              old.answer<DescribeGroupsResponse>(describe));
}

TEST(GroupHosting, WhatIsLoadedAboveTheHighWatermarkIsNotShownYet) {
    GroupBench old;
    old.publish();
    old.ask(commit_of(5));
    old.replicate();
    old.ask(commit_of(9));
    GroupBench next = successor_of(old);
    next.publish();
    EXPECT_EQ(offset_of(next.answer<OffsetFetchResponse>(fetch_of({"readers"}))), 5);
    EXPECT_FALSE(next.ask(fetch_of({"readers"}, true), 2).has_value());
    next.replicate();
    EXPECT_EQ(offset_of(std::get<OffsetFetchResponse>(*next.answer_to(2))), 9);
    EXPECT_EQ(offset_of(next.answer<OffsetFetchResponse>(fetch_of({"readers"}))), 9);
}

TEST(GroupHosting, WithASlowDiskLoadingTakesTimeAndClientsAreToldSo) {
    GroupBench old;
    const JoinGroupResponse joined = make_team(old);
    GroupBench next = successor_of(old);
    next.rm.disk_delay = 200_ms;
    next.groups.edit().config.load_buffer_size = 1;  // One batch a read.
    next.publish();
    EXPECT_THAT(next.stated<GroupCoordinatorLoaded>(), IsEmpty());
    EXPECT_EQ(error_of(next.answer<OffsetCommitResponse>(commit_of(8))),
              ErrorCode::kCoordinatorLoadInProgress);
    EXPECT_EQ(next.answer<HeartbeatResponse>(beat_of(joined)).error_code, ErrorCode::kNone);
    EXPECT_EQ(next.answer<ListGroupsResponse>(ListGroupsRequest{}).error_code,
              ErrorCode::kCoordinatorLoadInProgress);
    const Duration whole = Duration::from_ms(200 * old.log().log_end_offset.value);
    next.run_for(whole - 1_ms);
    EXPECT_THAT(next.stated<GroupCoordinatorLoaded>(), IsEmpty());
    next.run_for(1_ms);
    EXPECT_THAT(next.stated<GroupCoordinatorLoaded>(), SizeIs(1));
    EXPECT_THAT(next.answer<ListGroupsResponse>(ListGroupsRequest{}).groups, SizeIs(1));
}

TEST(GroupHosting, WhoLosesTheLeadSendsEverybodyAway) {
    GroupBench bench;
    make_team(bench);
    bench.ask(commit_of(9, "others"), 2);
    bench.ask(join_of("team"), 3, 3);
    EXPECT_FALSE(bench.answer_to(3).has_value()) << "it waits for the member to join again";
    bench.lose_lead();
    EXPECT_EQ(error_of(std::get<OffsetCommitResponse>(*bench.answer_to(2))),
              ErrorCode::kNotCoordinator);
    EXPECT_EQ(std::get<JoinGroupResponse>(*bench.answer_to(3)).error_code,
              ErrorCode::kNotCoordinator);
    EXPECT_THAT(bench.stated<GroupCoordinatorUnloaded>(), SizeIs(1));
    EXPECT_FALSE(bench.is_hosted());
    EXPECT_EQ(bench.groups->due, kNever);
    const auto late = bench.answer<OffsetFetchResponse>(fetch_of({"team"}));
    EXPECT_EQ(late.groups.at(0).error_code, ErrorCode::kNotCoordinator);
    EXPECT_THAT(bench.answer<ListGroupsResponse>(ListGroupsRequest{}).groups, IsEmpty());
}

TEST(GroupHosting, AnOrderlyEndAnswersLikewise) {
    GroupBench bench;
    bench.publish();
    bench.ask(commit_of(9));
    bench.clear();
    const Env at = bench.env();
    close_groups(bench.host(at));
    EXPECT_EQ(error_of(std::get<OffsetCommitResponse>(*bench.answer_to(1))),
              ErrorCode::kNotCoordinator);
    EXPECT_FALSE(bench.is_hosted());
}

TEST(GroupHosting, ALeaderThatLeadsOnInANewEpochKeepsItsGroups) {
    GroupBench bench;
    const JoinGroupResponse joined = make_team(bench);
    bench.rm.edit(kOffsets).leader_epoch = testing::kEpoch + 1;
    bench.publish();
    EXPECT_THAT(bench.stated<GroupCoordinatorLoaded>(), IsEmpty());
    EXPECT_EQ(bench.hosted().epoch, testing::kEpoch + 1);
    EXPECT_EQ(bench.answer<HeartbeatResponse>(beat_of(joined)).error_code, ErrorCode::kNone);
}

TEST(GroupHosting, AMemberThatFallsSilentIsRemovedByTheClock) {
    GroupBench bench;
    make_team(bench);
    bench.run_for(Duration::from_ms(44'000));
    EXPECT_THAT(bench.stated<GroupMemberLeft>(), IsEmpty());
    bench.run_for(Duration::from_ms(1'001));
    const auto left = bench.stated<GroupMemberLeft>();
    ASSERT_THAT(left, SizeIs(1));
    EXPECT_EQ(left[0].why, GroupMemberLeft::Why::kSessionExpired);
}

TEST(GroupHosting, ForeignRecordsInTheLogHaveNoEffect) {
    GroupBench old;
    old.publish();
    old.ask(commit_of(5));
    BatchBuilder builder{BatchSpec()};
    const Bytes unknown{0, 99, 1};
    builder.append({.timestamp = wall_clock(old.now), .key = unknown, .value = unknown});
    builder.append({.timestamp = wall_clock(old.now)});
    Records foreign;
    foreign.batches.emplace_back(builder.build());
    const CoordinatorAppend appended =
        append_for_coordinator(old.rm, old.image, kOffsets, foreign, -1, old.env(), old.fx);
    ASSERT_TRUE(appended.ok());
    old.ask(commit_of(6));
    old.replicate();
    GroupBench next = successor_of(old);
    next.publish();
    EXPECT_EQ(offset_of(next.answer<OffsetFetchResponse>(fetch_of({"readers"}))), 6);
}

TEST(GroupHosting, CompactionOfTheLogLosesNoGroup) {
    GroupBench old;
    TopicSettings& settings = old.rm.edit(kOffsets).settings;
    settings.log.cleanup_delete = false;
    settings.log.cleanup_compact = true;
    settings.log.segment_bytes = 500;
    old.publish();
    for (int64_t offset = 1; offset <= 20; ++offset) {
        old.ask(commit_of(offset, "a"));
        old.ask(commit_of(offset * 2, "b"));
        old.replicate();
    }
    DeleteGroupsRequest deletion;
    deletion.groups_names = {"b"};
    old.ask(deletion);
    old.ask(commit_of(99, "c"));
    old.replicate();
    Partition& partition = old.rm.edit(kOffsets);
    const CleanableRange range = cleanable_range(*partition.log, partition.settings.log, old.now);
    const CleanerStats stats =
        clean_log(partition.log.edit(), partition.settings.log, range, old.now);
    EXPECT_LT(stats.messages_retained, stats.messages_read / 2);
    GroupBench next = successor_of(old);
    next.publish();
    EXPECT_EQ(next.hosted().shard->offsets, old.hosted().shard->offsets);
    EXPECT_EQ(offset_of(next.answer<OffsetFetchResponse>(fetch_of({"a"}))), 20);
    EXPECT_EQ(offset_of(next.answer<OffsetFetchResponse>(fetch_of({"b"}))), -1);
}

TEST(GroupHosting, TheEmptyGroupMayNotBeJoined) {
    GroupBench bench;
    bench.publish();
    EXPECT_EQ(bench.answer<JoinGroupResponse>(join_of("")).error_code, ErrorCode::kInvalidGroupId);
    EXPECT_EQ(bench.answer<HeartbeatResponse>(HeartbeatRequest{}).error_code,
              ErrorCode::kInvalidGroupId);
}

}  // namespace
}  // namespace brokerlab

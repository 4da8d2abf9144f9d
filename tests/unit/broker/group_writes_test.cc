// When a group coordinator answers: not before the high watermark, not for ever, and not with what
// may still be lost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/group_bench.h"

namespace brokerlab {
namespace {

using testing::commit_of;
using testing::error_of;
using testing::fetch_of;
using testing::GroupBench;
using ::testing::IsEmpty;
using testing::join_of;
using testing::offset_of;
using ::testing::SizeIs;
using testing::sync_of;

TEST(GroupWrites, ACommitIsAnsweredWhenTheHighWatermarkHasPassedIt) {
    GroupBench bench;
    bench.publish();
    EXPECT_FALSE(bench.ask(commit_of(5)).has_value());
    EXPECT_EQ(bench.log().log_end_offset, Offset(1));
    EXPECT_THAT(bench.stated<OffsetsCommitted>(), IsEmpty());
    bench.replicate();
    const auto answered = bench.answer_to(1);
    ASSERT_TRUE(answered.has_value());
    EXPECT_EQ(error_of(std::get<OffsetCommitResponse>(*answered)), ErrorCode::kNone);
    EXPECT_THAT(bench.stated<OffsetsCommitted>(), SizeIs(1));
    EXPECT_THAT(bench.groups->writing, IsEmpty());
}

TEST(GroupWrites, ReadersDoNotSeeWhatIsNotCommitted) {
    GroupBench bench;
    bench.publish();
    bench.ask(commit_of(5), 1);
    bench.replicate();
    bench.ask(commit_of(9), 1);
    EXPECT_EQ(offset_of(bench.answer<OffsetFetchResponse>(fetch_of({"readers"}), 2)), 5);
    bench.replicate();
    EXPECT_EQ(offset_of(bench.answer<OffsetFetchResponse>(fetch_of({"readers"}), 2)), 9);
}

TEST(GroupWrites, AReaderThatWantsStableOffsetsWaitsForTheCommitsBeforeIt) {
    GroupBench bench;
    bench.publish();
    bench.ask(commit_of(5), 1);
    EXPECT_FALSE(bench.ask(fetch_of({"readers"}, true), 2).has_value());
    bench.replicate();
    const auto answered = bench.answer_to(2);
    ASSERT_TRUE(answered.has_value());
    EXPECT_EQ(offset_of(std::get<OffsetFetchResponse>(*answered)), 5);
    // With nothing to wait for, it is answered at once.
    EXPECT_TRUE(bench.ask(fetch_of({"readers"}, true), 2).has_value());
}

TEST(GroupWrites, WithTooFewInSyncReplicasACommitLiesInTheLogAndIsNotAnswered) {
    GroupBench bench(2);
    bench.publish();
    bench.ask(commit_of(5), 1);
    bench.replicate();
    bench.rm.edit(testing::kOffsets).isr = {BrokerId(1)};
    bench.ask(commit_of(9));
    EXPECT_EQ(bench.log().log_end_offset, Offset(2));
    bench.run_for(5_s);
    const auto refused = bench.answer_to(1);
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(error_of(std::get<OffsetCommitResponse>(*refused)),
              ErrorCode::kCoordinatorNotAvailable);
    const auto facts = bench.stated<GroupRequestRefused>();
    ASSERT_THAT(facts, SizeIs(1));
    EXPECT_EQ(facts[0].member, "c1");
    EXPECT_EQ(facts[0].error, ErrorCode::kCoordinatorNotAvailable);
    EXPECT_EQ(offset_of(bench.answer<OffsetFetchResponse>(fetch_of({"readers"}), 2)), 5);
    bench.rm.edit(testing::kOffsets).isr = {BrokerId(1), BrokerId(2), BrokerId(3)};
    bench.replicate();
    EXPECT_EQ(offset_of(bench.answer<OffsetFetchResponse>(fetch_of({"readers"}), 3)), 9);
}

TEST(GroupWrites, ACommitThatNobodyReplicatesIsGivenUpAfterItsTimeout) {
    GroupBench bench;
    bench.publish();
    bench.ask(commit_of(5));
    bench.run_for(Duration::from_ms(4'999));
    EXPECT_FALSE(bench.answer_to(1).has_value());
    bench.run_for(1_ms);
    const auto answered = bench.answer_to(1);
    ASSERT_TRUE(answered.has_value());
    EXPECT_EQ(error_of(std::get<OffsetCommitResponse>(*answered)),
              ErrorCode::kCoordinatorNotAvailable);
    // It lies in the log all the same: once it is replicated, it counts.
    EXPECT_EQ(offset_of(bench.answer<OffsetFetchResponse>(fetch_of({"readers"}), 2)), -1);
    bench.replicate();
    EXPECT_EQ(offset_of(bench.answer<OffsetFetchResponse>(fetch_of({"readers"}), 2)), 5);
}

TEST(GroupWrites, AnswersKeepTheOrderOfTheLog) {
    GroupBench bench;
    bench.publish();
    for (int32_t client = 1; client <= 3; ++client) {
        bench.ask(commit_of(client * 10, "g" + std::to_string(client)), client);
    }
    bench.replicate();
    std::vector<int32_t> order;
    for (const NetworkAction& action : bench.fx.actions()) {
        const auto* response = std::get_if<Response>(&action);
        if (response != nullptr && response->connection.opener.kind == NodeKind::kClient) {
            order.push_back(response->connection.opener.number);
        }
    }
    EXPECT_THAT(order, ::testing::ElementsAre(1, 2, 3));
}

TEST(GroupWrites, PartitionsThatDoNotExistAreRefusedBesideTheOthers) {
    GroupBench bench;
    bench.publish();
    OffsetCommitRequest mixed = commit_of(5);
    mixed.topics.push_back({"nowhere", {{PartitionId(0), Offset(1)}}});
    bench.ask(mixed);
    bench.replicate();
    const auto answered = std::get<OffsetCommitResponse>(*bench.answer_to(1));
    ASSERT_THAT(answered.topics, SizeIs(2));
    EXPECT_EQ(answered.topics[0].partitions[0].error_code, ErrorCode::kNone);
    EXPECT_EQ(answered.topics[1].partitions[0].error_code, ErrorCode::kUnknownTopicOrPartition);
    const auto none = bench.answer<OffsetCommitResponse>(commit_of(5, "readers", "nowhere"));
    EXPECT_EQ(error_of(none), ErrorCode::kUnknownTopicOrPartition);
    EXPECT_EQ(bench.log().log_end_offset, Offset(1));
}

TEST(GroupWrites, ARequestOfSeveralGroupsIsAnsweredAsOne) {
    GroupBench bench;
    bench.publish();
    bench.ask(commit_of(5, "a"));
    bench.ask(commit_of(6, "b"), 2);
    bench.replicate();
    const auto offsets = bench.answer<OffsetFetchResponse>(fetch_of({"b", "nobody", "a"}));
    ASSERT_THAT(offsets.groups, SizeIs(3));
    EXPECT_EQ(offset_of(offsets, 0), 6);
    EXPECT_EQ(offset_of(offsets, 1), -1);
    EXPECT_EQ(offset_of(offsets, 2), 5);
    DeleteGroupsRequest deletion;
    deletion.groups_names = {"a", "b", "a", "nobody"};
    EXPECT_FALSE(bench.ask(deletion).has_value()) << "the tombstones are not committed";
    bench.replicate();
    const auto deleted = std::get<DeleteGroupsResponse>(*bench.answer_to(1));
    ASSERT_THAT(deleted.results, SizeIs(3));
    EXPECT_EQ(deleted.results[0].error_code, ErrorCode::kNone);
    EXPECT_EQ(deleted.results[1].error_code, ErrorCode::kNone);
    EXPECT_EQ(deleted.results[2].error_code, ErrorCode::kGroupIdNotFound);
    EXPECT_THAT(bench.groups->splits, IsEmpty());
}

TEST(GroupWrites, AClientThatIsGoneLeavesNothingBehind) {
    GroupBench bench;
    bench.publish();
    bench.ask(commit_of(5, "a"));
    bench.replicate();
    DeleteGroupsRequest deletion;
    deletion.groups_names = {"a", "nobody"};
    bench.ask(deletion);
    EXPECT_THAT(bench.groups->splits, SizeIs(1));
    forget_group_requests(bench.groups, GroupBench::of_client(1));
    EXPECT_THAT(bench.groups->splits, IsEmpty());
}

/// The only member of group "readers", on a broker whose log is led by another one by now: nobody
/// has told the coordinator yet.
struct DeposedBench : GroupBench {
    std::string member_id;

    DeposedBench() {
        publish();
        member_id = answer<JoinGroupResponse>(join_of("readers")).member_id;
        EXPECT_FALSE(ask(join_of("readers", member_id)).has_value());
        replicate();
        run_for(Duration());
        const auto joined = std::get<JoinGroupResponse>(*answer_to(1));
        ask(sync_of("readers", joined));
        replicate();
        rm.edit(testing::kOffsets).is_leader = false;
    }
    [[nodiscard]] const ClassicGroup* group(const std::string& name) const {
        return hosted().shard->find_classic(name);
    }
};

TEST(GroupWrites, ACommitThatCannotBeWrittenStillShowsThatItsMemberLives) {
    DeposedBench bench;
    ASSERT_NE(bench.group("readers"), nullptr);
    ASSERT_EQ(bench.group("readers")->state, ClassicGroupState::kStable);
    const SimTime session_ends = bench.group("readers")->members[0].session_ends;
    bench.now = bench.now + 30_s;
    OffsetCommitRequest commit = commit_of(5);
    commit.member_id = bench.member_id;
    commit.generation_id_or_member_epoch = bench.group("readers")->generation;
    const auto refused = bench.answer<OffsetCommitResponse>(commit);
    EXPECT_EQ(error_of(refused), ErrorCode::kNotCoordinator);
    EXPECT_EQ(bench.group("readers")->members[0].session_ends, session_ends + 30_s);
    EXPECT_THAT(bench.hosted().shard->offsets, IsEmpty());
}

TEST(GroupWrites, AGroupThatCannotBeWrittenIsNotThere) {
    DeposedBench bench;
    const auto given = bench.answer<JoinGroupResponse>(join_of("writers"), 2);
    const auto refused = bench.answer<JoinGroupResponse>(join_of("writers", given.member_id), 2);
    EXPECT_NE(refused.error_code, ErrorCode::kNone);
    EXPECT_EQ(bench.group("writers"), nullptr);
    EXPECT_NE(bench.group("readers"), nullptr);
}

}  // namespace
}  // namespace brokerlab

// What a group of the consumer protocol says of itself, and what a coordinator makes of its log.
#include "sim/group/consumer_group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/group/coordinated_group.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Two settled members of a topic with four partitions.
struct ConsumerGroupOfTwo : testing::Test {
    ConsumerGroupOfTwo() {
        at.set_topic("t", 1, 4);
        for (int round = 0; round < 4; ++round) {
            a.beat();
            b.beat();
        }
    }
    [[nodiscard]] ErrorCode commit(const std::string& member, int32_t epoch) const {
        OffsetCommitRequest request;
        request.group_id = "g";
        request.member_id = member;
        request.generation_id_or_member_epoch = GenerationId(epoch);
        return check_consumer_commit(at.group(), request);
    }
    void load() {
        at.shard = Cow<GroupShard>(at.reloaded());
        GroupTurn turn{at.config, at.image, at.env, {}, true, {}, {}, {}, {}};
        on_consumer_group_loaded(std::get<ConsumerGroup>(at.shard.edit().groups.at("g").edit()),
                                 turn);
    }

    CoordinatedGroup at;
    GroupClient a{at, "a", {"t"}};
    GroupClient b{at, "b", {"t"}};
};

TEST_F(ConsumerGroupOfTwo, TakesCommitsOfMembersAtTheirEpoch) {
    EXPECT_EQ(commit("a", 2), ErrorCode::kNone);
    EXPECT_EQ(commit("a", 1), ErrorCode::kStaleMemberEpoch);
    EXPECT_EQ(commit("a", 3), ErrorCode::kStaleMemberEpoch);
    EXPECT_EQ(commit("c", 2), ErrorCode::kUnknownMemberId);
    EXPECT_EQ(commit("", -1), ErrorCode::kUnknownMemberId);
    a.leave();
    b.leave();
    EXPECT_EQ(commit("", -1), ErrorCode::kNone);
    EXPECT_EQ(commit("a", 2), ErrorCode::kUnknownMemberId);
}

TEST_F(ConsumerGroupOfTwo, ShowsOffsetsToMembersAtTheirEpochAndToOthers) {
    OffsetFetchRequest::Group request;
    EXPECT_EQ(check_consumer_offset_fetch(at.group(), request), ErrorCode::kNone);
    request.member_id = "a";
    EXPECT_EQ(check_consumer_offset_fetch(at.group(), request), ErrorCode::kStaleMemberEpoch);
    request.member_epoch = MemberEpoch(2);
    EXPECT_EQ(check_consumer_offset_fetch(at.group(), request), ErrorCode::kNone);
    request.member_id = "c";
    EXPECT_EQ(check_consumer_offset_fetch(at.group(), request), ErrorCode::kUnknownMemberId);
}

TEST_F(ConsumerGroupOfTwo, IsDescribedWithMembersAndTargets) {
    const auto group = describe_consumer_group("g", at.group(), at.image);
    EXPECT_EQ(group.group_id, "g");
    EXPECT_EQ(group.group_state, "Stable");
    EXPECT_EQ(group.group_epoch, MemberEpoch(2));
    EXPECT_EQ(group.assignment_epoch, MemberEpoch(2));
    EXPECT_EQ(group.assignor_name, "uniform");
    ASSERT_EQ(group.members.size(), 2U);
    const auto& member = group.members[0];
    EXPECT_EQ(member.member_id, "a");
    EXPECT_EQ(member.client_id, "a");
    EXPECT_EQ(member.member_epoch, MemberEpoch(2));
    EXPECT_EQ(member.member_type, 1);
    EXPECT_THAT(member.subscribed_topic_names, ElementsAre("t"));
    ASSERT_EQ(member.assignment.topic_partitions.size(), 1U);
    EXPECT_EQ(member.assignment.topic_partitions[0].topic_name, "t");
    EXPECT_THAT(member.assignment.topic_partitions[0].partitions,
                ElementsAre(PartitionId(0), PartitionId(1)));
    EXPECT_EQ(member.assignment, member.target_assignment);

    at.delete_topic("t");
    EXPECT_THAT(
        describe_consumer_group("g", at.group(), at.image).members[0].assignment.topic_partitions,
        IsEmpty());
}

TEST_F(ConsumerGroupOfTwo, BeginsItsSessionsAnewUnderAnotherCoordinator) {
    at.pass(30_s);
    load();
    EXPECT_EQ(next_consumer_group_deadline(at.group()), at.env.now + 45_s);
    EXPECT_TRUE(at.group().refresh_topics);
    EXPECT_EQ(a.beat().error_code, ErrorCode::kNone);
    EXPECT_FALSE(at.group().refresh_topics);
    EXPECT_EQ(at.group().epoch, MemberEpoch(2)) << "no topic changed meanwhile";
}

TEST_F(ConsumerGroupOfTwo, BeginsItsRevocationsAnewUnderAnotherCoordinator) {
    GroupClient c{at, "c", {"t"}};
    c.beat();
    b.beat();  // of four partitions a keeps two, and b gives up one
    ASSERT_EQ(at.member("b").state, ConsumerGroupMemberState::kUnrevokedPartitions);
    at.pass(10_s);
    load();
    EXPECT_EQ(at.member("b").revocation_ends, at.env.now + 300_s);
    EXPECT_EQ(at.member("a").revocation_ends, kNever);
}

TEST_F(ConsumerGroupOfTwo, SeesUnderAnotherCoordinatorWhatChangedMeanwhile) {
    at.set_topic("t", 1, 5);
    load();
    a.beat();
    EXPECT_EQ(at.group().epoch, MemberEpoch(3));
    EXPECT_EQ(at.group().topics.at(0).num_partitions, 5);
}

TEST_F(ConsumerGroupOfTwo, IsGoneWithItsTombstones) {
    GroupTurn turn{at.config, at.image, at.env, {}, true, {}, {}, {}, {}};
    delete_consumer_group("g", at.group(), turn);
    at.finish(turn);
    EXPECT_THAT(at.shard->groups, IsEmpty());
    EXPECT_EQ(at.reloaded(), GroupShard());
    at.finish(turn);  // once more: there is nothing to remove
    EXPECT_THAT(at.shard->groups, IsEmpty());
}

TEST_F(ConsumerGroupOfTwo, CanBeReplayedTwice) {
    GroupShard shard = at.reloaded();
    for (const GroupCoordinatorRecord& record : at.log) {
        replay_consumer_group(shard, record, at.image);
    }
    EXPECT_EQ(shard, at.durable());
}

TEST_F(ConsumerGroupOfTwo, IsNotMarkedForTopicsOfOthers) {
    GroupClient other{at, "x", {"u"}};
    ConsumerGroupHeartbeatRequest join = other.request();
    join.group_id = "h";
    at.send(join, "x");
    at.set_topic("u", 2, 1);
    EXPECT_FALSE(at.group("g").refresh_topics);
    EXPECT_TRUE(at.group("h").refresh_topics);
}

}  // namespace
}  // namespace brokerlab

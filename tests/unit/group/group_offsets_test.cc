// Committed offsets: who may commit, what is read, and when they go.
#include "tests/unit/group/group_harness.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using testing::GroupLab;
using ::testing::IsEmpty;
using testing::Seat;
using ::testing::SizeIs;

const Seat kOutside{"tool", ""};
const TopicPartition kOrders0{"orders", PartitionId(0)};

OffsetFetchResponse::Group fetch(const GroupLab& lab,
                                 std::optional<std::vector<OffsetFetchRequest::Topic>> topics) {
    OffsetFetchRequest body;
    body.groups = {{"g", std::nullopt, kNoMemberEpoch, std::move(topics)}};
    const Request request = make_request({}, 9, CorrelationId(1), "tool", body);
    const ResponseBody answer = read_groups(lab.shard(), request, lab.config, lab.image);
    return std::get<OffsetFetchResponse>(answer).groups.at(0);
}

Offset committed(const GroupLab& lab) {
    const auto read = fetch(lab, {{{"orders", {PartitionId(0)}}}});
    return read.topics.at(0).partitions.at(0).committed_offset;
}

TEST(GroupOffsets, ACommitIsAnsweredAndReadWhenItIsWritten) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    lab.hold_writes = true;
    const auto asked = lab.ask("a", GroupLab::commit_request(a, 42));
    EXPECT_FALSE(lab.answered(asked));
    EXPECT_THAT(lab.all<OffsetsCommitted>(), IsEmpty());
    lab.commit();
    EXPECT_TRUE(lab.answered(asked));
    EXPECT_THAT(lab.all<OffsetsCommitted>(),
                ElementsAre(OffsetsCommitted{"g", "a", {{kOrders0, Offset(42)}}}));
    const auto read = fetch(lab, {{{"orders", {PartitionId(0), PartitionId(1)}}}});
    ASSERT_THAT(read.topics.at(0).partitions, SizeIs(2));
    EXPECT_EQ(read.topics[0].partitions[0].committed_offset, Offset(42));
    EXPECT_EQ(read.topics[0].partitions[0].committed_leader_epoch, LeaderEpoch(3));
    EXPECT_EQ(read.topics[0].partitions[0].metadata, "note");
    EXPECT_EQ(read.topics[0].partitions[1].committed_offset, kNoOffset);
    EXPECT_EQ(fetch(lab, std::nullopt).topics.size(), 1U);
}

TEST(GroupOffsets, WhoIsOutsideMayCommitForAGroupThatIsEmptyOrNotThere) {
    GroupLab lab;
    EXPECT_EQ(lab.commit_error(kOutside, 3), ErrorCode::kNone);
    EXPECT_EQ(committed(lab), Offset(3));
    EXPECT_EQ(lab.group().state, ClassicGroupState::kEmpty);
    EXPECT_EQ(lab.group().protocol_type, std::nullopt);
    EXPECT_EQ(lab.commit_error(kOutside, 4), ErrorCode::kNone);
    EXPECT_EQ(lab.all<OffsetsCommitted>().back().member, "");
    Seat a{"a", ""};
    lab.make_stable({&a});
    EXPECT_EQ(lab.commit_error(kOutside, 5), ErrorCode::kUnknownMemberId);
    EXPECT_EQ(committed(lab), Offset(4));
}

TEST(GroupOffsets, AMemberOfAGroupThatIsNotThereHearsItInTheWordsOfItsVersion) {
    GroupLab lab;
    const auto body = GroupLab::commit_request({"a", "a-1", GenerationId(1)}, 7);
    const auto error = [&](ApiVersion version) {
        const auto asked = lab.ask("a", body, version);
        return lab.answer<OffsetCommitResponse>(asked).topics.at(0).partitions.at(0).error_code;
    };
    EXPECT_EQ(error(9), ErrorCode::kGroupIdNotFound);
    EXPECT_EQ(error(8), ErrorCode::kIllegalGeneration);
}

TEST(GroupOffsets, RefusesEachPartitionForItself) {
    GroupLab lab;
    lab.config.max_metadata_bytes = 4;
    auto body = GroupLab::commit_request(kOutside, 7);
    body.topics[0].partitions.push_back({PartitionId(1), Offset(8), kNoLeaderEpoch, "notes"});
    const auto asked = lab.ask("tool", body);
    const auto& answers = lab.answer<OffsetCommitResponse>(asked).topics.at(0).partitions;
    EXPECT_EQ(answers[0].error_code, ErrorCode::kNone);
    EXPECT_EQ(answers[1].error_code, ErrorCode::kOffsetMetadataTooLarge);
    EXPECT_THAT(lab.log, SizeIs(1));
}

TEST(GroupOffsets, ARemovedMemberCommitsOnlyWithTheRuleOff) {
    GroupLab lab;
    Seat a{"a", ""};
    Seat b{"b", ""};
    lab.make_stable({&a, &b});
    Seat old = b;
    old.generation = GenerationId(0);
    lab.leave(b);
    EXPECT_EQ(lab.commit_error(b, 1), ErrorCode::kUnknownMemberId);
    lab.set_rule(Rule::kCommitGenerationCheck, false);
    EXPECT_EQ(lab.commit_error(b, 2), ErrorCode::kNone);
    EXPECT_EQ(lab.commit_error(old, 3), ErrorCode::kNone);
    EXPECT_EQ(committed(lab), Offset(3));
    EXPECT_EQ(lab.commit_error(kOutside, 4), ErrorCode::kUnknownMemberId);
}

TEST(GroupOffsets, AStableReadWaitsForTheWritesAheadOfIt) {
    GroupLab lab;
    lab.hold_writes = true;
    lab.ask("tool", GroupLab::commit_request(kOutside, 7));
    OffsetFetchRequest body;
    body.groups = {{"g", std::nullopt, kNoMemberEpoch, {{{"orders", {PartitionId(0)}}}}}};
    body.require_stable = true;
    const auto asked = lab.ask("a", body);
    EXPECT_FALSE(lab.answered(asked));
    lab.commit();
    EXPECT_EQ(lab.answer<OffsetFetchResponse>(asked)
                  .groups.at(0)
                  .topics.at(0)
                  .partitions.at(0)
                  .committed_offset,
              Offset(7));
}

TEST(GroupOffsets, SurviveTheirCoordinator) {
    GroupLab lab;
    EXPECT_EQ(lab.commit_error(kOutside, 3), ErrorCode::kNone);
    EXPECT_EQ(lab.commit_error(kOutside, 4), ErrorCode::kNone);
    const auto before = lab.shard().offsets;
    lab.fail_over();
    EXPECT_EQ(lab.shard().offsets, before);
    EXPECT_EQ(committed(lab), Offset(4));
}

// ---- Deleting

TEST(GroupOffsets, OfATopicThatTheGroupReadsCannotBeDeleted) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    lab.commit_error(a);
    const OffsetDeleteRequest body{
        "g", {{"orders", {{PartitionId(0)}}}, {"payments", {{PartitionId(0)}}}}};
    const auto asked = lab.ask("admin", body);
    const auto& topics = lab.answer<OffsetDeleteResponse>(asked).topics;
    EXPECT_EQ(topics[0].partitions[0].error_code, ErrorCode::kGroupSubscribedToTopic);
    EXPECT_EQ(topics[1].partitions[0].error_code, ErrorCode::kNone);
    EXPECT_EQ(committed(lab), Offset(7));
    lab.leave(a);
    lab.ask("admin", body);
    EXPECT_EQ(committed(lab), kNoOffset);
}

TEST(GroupOffsets, DeletingTellsWhichGroupsItCanBeAskedOf) {
    GroupLab lab;
    const auto error = [&](const std::string& group) {
        const auto asked = lab.ask("admin", OffsetDeleteRequest{group, {}});
        return lab.answer<OffsetDeleteResponse>(asked).error_code;
    };
    EXPECT_EQ(error("g"), ErrorCode::kGroupIdNotFound);
    EXPECT_EQ(error(""), ErrorCode::kInvalidGroupId);
    auto connect = GroupLab::join_request({"w", "", {}, "worker"}, "c");
    connect.protocol_type = "connect";
    lab.ask("w", connect);
    EXPECT_EQ(error("c"), ErrorCode::kNonEmptyGroup);
}

TEST(GroupOffsets, GoWithTheirGroupWhichMustBeEmpty) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    lab.commit_error(a);
    const auto remove = [&] {
        const auto asked = lab.ask("admin", DeleteGroupsRequest{{"g"}});
        return lab.answer<DeleteGroupsResponse>(asked).results.at(0).error_code;
    };
    EXPECT_EQ(remove(), ErrorCode::kNonEmptyGroup);
    lab.leave(a);
    EXPECT_EQ(remove(), ErrorCode::kNone);
    EXPECT_TRUE(lab.shard().groups.empty());
    EXPECT_TRUE(lab.shard().offsets.empty());
    EXPECT_EQ(lab.all<OffsetsRemoved>().back(),
              (OffsetsRemoved{"g", OffsetsRemoved::Why::kGroupDeleted, {kOrders0}}));
    EXPECT_EQ(remove(), ErrorCode::kGroupIdNotFound);
    lab.fail_over();
    EXPECT_TRUE(lab.shard().groups.empty());
}

TEST(GroupOffsets, GoWithTheirTopic) {
    GroupLab lab;
    lab.commit_error(kOutside);
    MetadataDelta delta;
    delta.deleted_topics.insert_or_assign(Uuid{1, 1}, *lab.image.topics->at(std::string("orders")));
    lab.play([&](GroupTurn& turn) { on_group_metadata(lab.edit_shard(), delta, turn); });
    EXPECT_TRUE(lab.shard().offsets.empty());
    EXPECT_EQ(lab.all<OffsetsRemoved>().back().why, OffsetsRemoved::Why::kTopicDeleted);
}

// ---- Expiring

struct Aging {
    GroupLab lab;
    Aging() {
        lab.config.offsets_retention = 3600_s;
        lab.fail_over();  // the scans begin with a coordinator
    }
};

TEST(GroupOffsetsExpiry, AnEmptyGroupKeepsThemForTheRetentionAndIsGoneWithThem) {
    Aging t;
    Seat a{"a", ""};
    t.lab.make_stable({&a});
    t.lab.commit_error(a);
    t.lab.run(30_s);
    t.lab.leave(a);  // at 33 s; scans are at 600 s, 1200 s, ...
    t.lab.run(3600_s);
    EXPECT_EQ(committed(t.lab), Offset(7));
    t.lab.run(600_s);
    EXPECT_TRUE(t.lab.shard().groups.empty());
    EXPECT_TRUE(t.lab.shard().offsets.empty());
    EXPECT_EQ(t.lab.all<OffsetsRemoved>().back().why, OffsetsRemoved::Why::kExpired);
    t.lab.fail_over();
    EXPECT_TRUE(t.lab.shard().groups.empty());
}

TEST(GroupOffsetsExpiry, CommitsFromOutsideAgeFromTheCommit) {
    Aging t;
    t.lab.commit_error(kOutside);
    t.lab.run(3000_s);
    t.lab.commit_error(kOutside);
    t.lab.run(3599_s);
    EXPECT_EQ(committed(t.lab), Offset(7));
    t.lab.run(601_s);
    EXPECT_EQ(committed(t.lab), kNoOffset);
}

TEST(GroupOffsetsExpiry, AStableGroupLosesThoseOfTopicsThatItDoesNotRead) {
    Aging t;
    Seat a{"a", ""};
    t.lab.make_stable({&a});
    auto body = GroupLab::commit_request(a, 7);
    body.topics.push_back({"payments", {{PartitionId(1), Offset(9), kNoLeaderEpoch, ""}}});
    t.lab.ask("a", body);
    for (int i = 0; i < 110; ++i) {
        t.lab.run(40_s);
        EXPECT_EQ(t.lab.heartbeat_error(a), ErrorCode::kNone);
    }
    EXPECT_EQ(committed(t.lab), Offset(7));
    EXPECT_EQ(fetch(t.lab, std::nullopt).topics.size(), 1U);
}

TEST(GroupOffsetsExpiry, AnOldClientMaySayItselfWhenACommitLapses) {
    Aging t;
    auto body = GroupLab::commit_request(kOutside, 7);
    body.retention_time_ms = 1000;
    t.lab.ask("tool", body, 4);
    t.lab.run(599_s);
    EXPECT_EQ(committed(t.lab), Offset(7));
    t.lab.run(1_s);
    EXPECT_EQ(committed(t.lab), kNoOffset);
}

}  // namespace
}  // namespace brokerlab

// Describing and listing groups, the form of errors, and the settings of a coordinator.
#include "tests/unit/group/group_harness.h"

namespace brokerlab {
namespace {

using testing::GroupLab;
using ::testing::IsEmpty;
using testing::Seat;
using ::testing::SizeIs;

template <class Answer, class Body>
Answer read(const GroupLab& lab, Body body, ApiVersion version = Body::kVersions.latest) {
    const Request request = make_request({}, version, CorrelationId(1), "admin", std::move(body));
    return std::get<Answer>(read_groups(lab.shard(), request, lab.config, lab.image));
}

TEST(ReadGroups, DescribesAStableGroupInFull) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    const auto answer = read<DescribeGroupsResponse>(lab, DescribeGroupsRequest{{"g"}, false});
    const DescribeGroupsResponse::Group& group = answer.groups.at(0);
    EXPECT_EQ(group.group_state, "Stable");
    EXPECT_EQ(group.protocol_type, "consumer");
    EXPECT_EQ(group.protocol_data, "range");
    ASSERT_THAT(group.members, SizeIs(1));
    EXPECT_EQ(group.members[0].client_id, "a");
    EXPECT_EQ(group.members[0].member_metadata, GroupLab::subscription({"orders"}));
    EXPECT_EQ(group.members[0].member_assignment, GroupLab::assignment("orders", {PartitionId(0)}));
}

TEST(ReadGroups, LeavesOutMetadataWhileTheGroupRebalances) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.join_new(a);
    const auto answer = read<DescribeGroupsResponse>(lab, DescribeGroupsRequest{{"g"}, false});
    EXPECT_EQ(answer.groups.at(0).group_state, "PreparingRebalance");
    EXPECT_EQ(answer.groups[0].protocol_data, "");
    EXPECT_THAT(answer.groups[0].members.at(0).member_metadata, IsEmpty());
}

TEST(ReadGroups, AnUnknownGroupIsDeadAndSinceVersionSixAnError) {
    const GroupLab lab;
    const auto old = read<DescribeGroupsResponse>(lab, DescribeGroupsRequest{{"x"}, false}, 5);
    EXPECT_EQ(old.groups.at(0).group_state, "Dead");
    EXPECT_EQ(old.groups[0].error_code, ErrorCode::kNone);
    const auto now = read<DescribeGroupsResponse>(lab, DescribeGroupsRequest{{"x"}, false}, 6);
    EXPECT_EQ(now.groups.at(0).error_code, ErrorCode::kGroupIdNotFound);
    EXPECT_EQ(now.groups[0].error_message, "Group x not found.");
}

TEST(ReadGroups, ListsByStateAndTypeInAnyCase) {
    GroupLab lab;
    Seat a{"a", ""};
    lab.make_stable({&a});
    lab.ask("tool", GroupLab::commit_request({"tool", ""}, 1, "simple"));
    const auto count = [&](std::vector<std::string> states, std::vector<std::string> types) {
        return read<ListGroupsResponse>(lab, ListGroupsRequest{std::move(states), std::move(types)})
            .groups.size();
    };
    EXPECT_EQ(count({}, {}), 2U);
    EXPECT_EQ(count({" stable "}, {}), 1U);
    EXPECT_EQ(count({"EMPTY", "Stable"}, {"Classic"}), 2U);
    EXPECT_EQ(count({}, {"consumer"}), 0U);
}

// ---- Errors

TEST(GroupErrors, StandWhereEachAnswerHasAPlaceForThem) {
    constexpr ErrorCode kError = ErrorCode::kNotCoordinator;
    const auto of = []<class Body>(Body body, ApiVersion version = Body::kVersions.latest) {
        return group_error(make_request({}, version, CorrelationId(1), "a", std::move(body)),
                           kError);
    };
    EXPECT_EQ(std::get<JoinGroupResponse>(of(JoinGroupRequest{})).error_code, kError);
    EXPECT_EQ(std::get<JoinGroupResponse>(of(JoinGroupRequest{})).protocol_name, std::nullopt);
    EXPECT_EQ(std::get<JoinGroupResponse>(of(JoinGroupRequest{}, 6)).protocol_name, "");
    EXPECT_EQ(std::get<SyncGroupResponse>(of(SyncGroupRequest{})).error_code, kError);
    EXPECT_EQ(std::get<HeartbeatResponse>(of(HeartbeatRequest{})).error_code, kError);
    EXPECT_EQ(std::get<LeaveGroupResponse>(of(LeaveGroupRequest{})).error_code, kError);
    EXPECT_EQ(std::get<OffsetDeleteResponse>(of(OffsetDeleteRequest{})).error_code, kError);
    EXPECT_EQ(std::get<ListGroupsResponse>(of(ListGroupsRequest{})).error_code, kError);
    EXPECT_EQ(
        std::get<ConsumerGroupHeartbeatResponse>(of(ConsumerGroupHeartbeatRequest{})).error_code,
        kError);
    EXPECT_EQ(std::get<OffsetCommitResponse>(of(GroupLab::commit_request({"a", ""}, 1)))
                  .topics.at(0)
                  .partitions.at(0)
                  .error_code,
              kError);
    EXPECT_EQ(
        std::get<DeleteGroupsResponse>(of(DeleteGroupsRequest{{"g"}})).results.at(0).error_code,
        kError);
    EXPECT_EQ(std::get<DescribeGroupsResponse>(of(DescribeGroupsRequest{{"g"}, false}))
                  .groups.at(0)
                  .error_code,
              kError);
    EXPECT_EQ(
        std::get<ConsumerGroupDescribeResponse>(of(ConsumerGroupDescribeRequest{{"g"}, false}))
            .groups.at(0)
            .error_code,
        kError);
    OffsetFetchRequest fetch;
    fetch.groups = {{"g", std::nullopt, kNoMemberEpoch, std::nullopt}};
    fetch.topics = {{{"orders", {PartitionId(0)}}}};
    EXPECT_EQ(std::get<OffsetFetchResponse>(of(fetch, 9)).groups.at(0).error_code, kError);
    EXPECT_EQ(std::get<OffsetFetchResponse>(of(fetch, 7)).error_code, kError);
    EXPECT_THAT(std::get<OffsetFetchResponse>(of(fetch, 7)).topics, IsEmpty());
    EXPECT_EQ(std::get<OffsetFetchResponse>(of(fetch, 1)).topics.at(0).partitions.at(0).error_code,
              kError);
}

TEST(GroupErrors, AHeartbeatIsWellWhileTheCoordinatorLoads) {
    const Request request = make_request({}, 4, CorrelationId(1), "a", HeartbeatRequest{});
    EXPECT_EQ(
        std::get<HeartbeatResponse>(group_error(request, ErrorCode::kCoordinatorLoadInProgress))
            .error_code,
        ErrorCode::kNone);
}

TEST(GroupErrors, OfAWriteAreRenamedForTheClient) {
    EXPECT_EQ(write_error(ApiKey::kOffsetCommit, ErrorCode::kRequestTimedOut),
              ErrorCode::kCoordinatorNotAvailable);
    EXPECT_EQ(write_error(ApiKey::kOffsetFetch, ErrorCode::kRequestTimedOut),
              ErrorCode::kNotCoordinator);
    EXPECT_EQ(write_error(ApiKey::kSyncGroup, ErrorCode::kNotEnoughReplicas),
              ErrorCode::kCoordinatorNotAvailable);
    EXPECT_EQ(write_error(ApiKey::kSyncGroup, ErrorCode::kNotLeaderOrFollower),
              ErrorCode::kNotCoordinator);
    EXPECT_EQ(write_error(ApiKey::kSyncGroup, ErrorCode::kMessageTooLarge),
              ErrorCode::kUnknownServerError);
    EXPECT_EQ(write_error(ApiKey::kHeartbeat, ErrorCode::kIllegalGeneration),
              ErrorCode::kIllegalGeneration);
}

TEST(GroupConfig, HasKafkasDefaultsAndTakesWhatIsSet) {
    EXPECT_EQ(make_group_config(ConfigMap(ConfigScope::kBroker)), GroupConfig());
    ConfigMap values(ConfigScope::kBroker);
    ASSERT_EQ(values.set("group.initial.rebalance.delay.ms", "0"), std::nullopt);
    ASSERT_EQ(values.set("group.coordinator.rebalance.protocols", "classic"), std::nullopt);
    ASSERT_EQ(values.set("offsets.retention.minutes", "2"), std::nullopt);
    const GroupConfig config = make_group_config(values);
    EXPECT_EQ(config.initial_rebalance_delay, Duration());
    EXPECT_FALSE(config.consumer_protocol);
    EXPECT_EQ(config.offsets_retention, 120_s);
}

TEST(MemberName, IsTheMemberIdWithoutItsUuid) {
    EXPECT_EQ(member_name("stock-2-01234567-89ab-4cde-8fab-0123456789ab"), "stock-2");
    EXPECT_EQ(member_name("stock-2-AbCdEfGhIjKlMnOpQrStUv"), "stock-2");
    EXPECT_EQ(member_name("stock-2"), "stock-2");
}

}  // namespace
}  // namespace brokerlab

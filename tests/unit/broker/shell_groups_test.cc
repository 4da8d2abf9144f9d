// A whole broker as group coordinator: found, asked, restarted, stopped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/model/internal_topics.h"
#include "sim/model/message_codec.h"
#include "tests/unit/broker/shell_bench.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

ConfigMap one_partition() {
    ConfigMap config;
    EXPECT_FALSE(config.set("offsets.topic.num.partitions", "1").has_value());
    EXPECT_FALSE(config.set("offsets.topic.replication.factor", "1").has_value());
    EXPECT_FALSE(config.set("group.initial.rebalance.delay.ms", "0").has_value());
    return config;
}

void create_topic(ShellBench& bench, const std::string& name, const Uuid& id) {
    TopicRecord topic;
    topic.name = name;
    topic.topic_id = id;
    bench.commit(topic);
    PartitionRecord partition;
    partition.partition_id = PartitionId(0);
    partition.topic_id = id;
    partition.replicas = {BrokerId(1)};
    partition.isr = {BrokerId(1)};
    partition.directories = {Uuid{7, 7}};
    partition.leader = BrokerId(1);
    partition.leader_epoch = LeaderEpoch(0);
    partition.partition_epoch = PartitionEpoch(0);
    bench.commit(partition);
}
void create_topics(ShellBench& bench) {
    create_topic(bench, "orders", Uuid{5, 5});
    create_topic(bench, std::string(kOffsetsTopic), Uuid{6, 6});
}

FindCoordinatorRequest find_of(const std::string& group) {
    FindCoordinatorRequest request;
    request.coordinator_keys = {group};
    return request;
}

JoinGroupRequest join_of(const std::string& member_id) {
    JoinGroupRequest request;
    request.group_id = "team";
    request.session_timeout_ms = 45'000;
    request.rebalance_timeout_ms = 60'000;
    request.member_id = member_id;
    request.protocol_type = "consumer";
    request.protocols = {{"range", Bytes{1}}};
    return request;
}

/// The member of group team, in its first generation, with its assignment.
JoinGroupResponse join_and_sync(ShellBench& bench) {
    const auto reserved = bench.answer<JoinGroupResponse>(join_of(""));
    EXPECT_EQ(reserved.error_code, ErrorCode::kMemberIdRequired);
    bench.ask(join_of(reserved.member_id));
    bench.run_for(1_ms);
    const auto joined = std::get<JoinGroupResponse>(bench.responses.back().body);
    EXPECT_EQ(joined.error_code, ErrorCode::kNone);
    EXPECT_EQ(joined.leader, joined.member_id);
    SyncGroupRequest sync;
    sync.group_id = "team";
    sync.generation_id = joined.generation_id;
    sync.member_id = joined.member_id;
    sync.protocol_type = "consumer";
    sync.protocol_name = "range";
    sync.assignments = {{joined.member_id, Bytes{7, 8}}};
    const auto synced = bench.answer<SyncGroupResponse>(sync);
    EXPECT_EQ(synced.error_code, ErrorCode::kNone);
    EXPECT_EQ(synced.assignment, (Bytes{7, 8}));
    return joined;
}

ErrorCode commit(ShellBench& bench, const JoinGroupResponse& member, int64_t offset) {
    OffsetCommitRequest request;
    request.group_id = "team";
    request.generation_id_or_member_epoch = member.generation_id;
    request.member_id = member.member_id;
    request.topics = {{"orders", {{PartitionId(0), Offset(offset)}}}};
    return bench.answer<OffsetCommitResponse>(request).topics.at(0).partitions.at(0).error_code;
}
/// All that the group has committed, by asking for all topics.
OffsetFetchResponse::Group committed(ShellBench& bench) {
    OffsetFetchRequest request;
    request.groups.emplace_back().group_id = "team";
    request.groups[0].topics = std::nullopt;
    return bench.answer<OffsetFetchResponse>(request).groups.at(0);
}

TEST(ShellGroups, AskingForAGroupCreatesTheOffsetsTopicAndThenFindsItsLeader) {
    ShellBench bench(one_partition());
    bench.start();
    const auto none = bench.answer<FindCoordinatorResponse>(find_of("team")).coordinators.at(0);
    EXPECT_EQ(none.error_code, ErrorCode::kCoordinatorNotAvailable);
    EXPECT_EQ(none.node_id, kNoBroker);
    bench.answer<FindCoordinatorResponse>(find_of("others"));
    const auto envelopes = bench.seen<EnvelopeRequest>();
    ASSERT_THAT(envelopes, SizeIs(1)) << "one creation is under way";
    ByteReader in(envelopes[0].second.request_data);
    const auto header = read_message<RequestHeader>(in, 2);
    const auto created = read_message<CreateTopicsRequest>(in, header->request_api_version);
    const CreateTopicsRequest::Topic& topic = created->topics.at(0);
    EXPECT_EQ(topic.name, kOffsetsTopic);
    EXPECT_EQ(topic.num_partitions, 1);
    EXPECT_EQ(topic.replication_factor, 1);
    std::vector<std::string> configs;
    for (const CreateTopicsRequest::Config& config : topic.configs) {
        configs.push_back(config.name + "=" + config.value.value_or(""));
    }
    EXPECT_THAT(configs, ElementsAre("cleanup.policy=compact", "compression.type=producer",
                                     "segment.bytes=104857600"));
    create_topics(bench);
    const auto found = bench.answer<FindCoordinatorResponse>(find_of("team")).coordinators.at(0);
    EXPECT_EQ(found.error_code, ErrorCode::kNone);
    EXPECT_EQ(found.node_id, BrokerId(1));
    EXPECT_EQ(found.host, "broker-1");
    EXPECT_EQ(found.port, 9092);
}

TEST(ShellGroups, AGroupFormsCommitsAndIsDescribed) {
    ShellBench bench(one_partition());
    bench.start();
    create_topics(bench);
    const JoinGroupResponse member = join_and_sync(bench);
    EXPECT_EQ(commit(bench, member, 12), ErrorCode::kNone);
    const OffsetFetchResponse::Group offsets = committed(bench);
    ASSERT_THAT(offsets.topics, SizeIs(1));
    EXPECT_EQ(offsets.topics[0].partitions.at(0).committed_offset, Offset(12));
    DescribeGroupsRequest describe;
    describe.groups = {"team"};
    const auto described = bench.answer<DescribeGroupsResponse>(describe).groups.at(0);
    EXPECT_EQ(described.group_state, "Stable");
    EXPECT_THAT(described.members, SizeIs(1));
    EXPECT_THAT(bench.answer<ListGroupsResponse>(ListGroupsRequest{}).groups, SizeIs(1));
    DeleteGroupsRequest deletion;
    deletion.groups_names = {"team"};
    EXPECT_EQ(bench.answer<DeleteGroupsResponse>(deletion).results.at(0).error_code,
              ErrorCode::kNonEmptyGroup);
    LeaveGroupRequest leave;
    leave.group_id = "team";
    leave.members = {{member.member_id, std::nullopt, std::nullopt}};
    EXPECT_EQ(bench.answer<LeaveGroupResponse>(leave).error_code, ErrorCode::kNone);
    EXPECT_EQ(bench.answer<DeleteGroupsResponse>(deletion).results.at(0).error_code,
              ErrorCode::kNone);
    EXPECT_THAT(bench.answer<ListGroupsResponse>(ListGroupsRequest{}).groups, SizeIs(0));
}

TEST(ShellGroups, AMemberThatFallsSilentIsRemovedThroughTheBrokersClock) {
    ShellBench bench(one_partition());
    bench.start();
    create_topics(bench);
    join_and_sync(bench);
    bench.run_for(46_s);
    EXPECT_THAT(bench.stated<GroupMemberLeft>(), SizeIs(1));
}

TEST(ShellGroups, ARestartedBrokerGoesOnWithItsGroups) {
    ShellBench first(one_partition());
    first.start();
    create_topics(first);
    const JoinGroupResponse member = join_and_sync(first);
    EXPECT_EQ(commit(first, member, 12), ErrorCode::kNone);
    // Another bench has another metadata log; the topics are in it before the broker can read it.
    BrokerDisk disk = first.take_disk();
    disk.metadata = format_disk(Uuid{7, 7}, SimTime()).metadata;
    ShellBench second(one_partition(), std::move(disk));
    second.listens = false;
    create_topics(second);
    second.listens = true;
    second.start();
    const auto loaded = second.stated<GroupCoordinatorLoaded>();
    ASSERT_THAT(loaded, SizeIs(1));
    EXPECT_EQ(loaded[0].groups, 1U);
    EXPECT_EQ(loaded[0].offsets, 1U);
    EXPECT_EQ(committed(second).topics.at(0).partitions.at(0).committed_offset, Offset(12));
    HeartbeatRequest beat;
    beat.group_id = "team";
    beat.generation_id = member.generation_id;
    beat.member_id = member.member_id;
    EXPECT_EQ(second.answer<HeartbeatResponse>(beat).error_code, ErrorCode::kNone);
}

TEST(ShellGroups, ABrokerThatLosesTheTopicCoordinatesNothing) {
    ShellBench bench(one_partition());
    bench.start();
    create_topics(bench);
    join_and_sync(bench);
    PartitionChangeRecord change;
    change.partition_id = PartitionId(0);
    change.topic_id = Uuid{6, 6};
    change.leader = kNoBroker;
    bench.commit(change);
    EXPECT_THAT(bench.stated<GroupCoordinatorUnloaded>(), SizeIs(1));
    EXPECT_EQ(committed(bench).error_code, ErrorCode::kNotCoordinator);
    EXPECT_EQ(bench.answer<FindCoordinatorResponse>(find_of("team")).coordinators.at(0).error_code,
              ErrorCode::kCoordinatorNotAvailable);
}

TEST(ShellGroups, AnOrderlyStopGivesUpTheGroups) {
    ShellBench bench(one_partition());
    bench.start();
    create_topics(bench);
    join_and_sync(bench);
    bench.begin_shutdown();
    bench.run_for(1_s);
    EXPECT_TRUE(bench.broker().has_exited());
    EXPECT_THAT(bench.stated<GroupCoordinatorUnloaded>(), SizeIs(1));
    EXPECT_TRUE(bench.broker().groups().partitions.empty());
}

TEST(ShellGroups, WithoutGroupsABrokerHasNothingToDoForThem) {
    ShellBench bench;
    bench.start();
    EXPECT_EQ(bench.broker().groups().due, kNever);
    EXPECT_TRUE(bench.broker().groups().writing.empty());
}

}  // namespace
}  // namespace brokerlab

// What a broker answers itself, what it hands on to the controller, and what a slow disk does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/model/message_codec.h"
#include "tests/unit/broker/shell_bench.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Uuid kOrdersId{5, 5};

void create_orders(ShellBench& bench, BrokerId leader) {
    TopicRecord topic;
    topic.name = "orders";
    topic.topic_id = kOrdersId;
    bench.commit(topic);
    PartitionRecord partition;
    partition.partition_id = PartitionId(0);
    partition.topic_id = kOrdersId;
    partition.replicas = {BrokerId(1), BrokerId(2)};
    partition.isr = {BrokerId(1), BrokerId(2)};
    partition.directories = {Uuid{7, 7}, Uuid{}};
    partition.leader = leader;
    partition.leader_epoch = LeaderEpoch(0);
    partition.partition_epoch = PartitionEpoch(0);
    bench.commit(partition);
}

MetadataRequest about(std::string topic, bool may_create = false) {
    MetadataRequest request;
    request.topics->push_back({Uuid(), std::move(topic)});
    request.allow_auto_topic_creation = may_create;
    return request;
}

/// The inner request of an envelope.
template <class Body>
std::pair<RequestHeader, Body> unwrap(const EnvelopeRequest& envelope) {
    ByteReader in(envelope.request_data);
    const Outcome<RequestHeader> header = read_message<RequestHeader>(in, 2);
    EXPECT_TRUE(header.ok());
    const Outcome<Body> body = read_message<Body>(in, header->request_api_version);
    EXPECT_TRUE(body.ok());
    return {*header, *body};
}

TEST(ShellMetadata, LiveBrokersAndTheAskedTopicsAreListed) {
    ShellBench bench;
    bench.start();
    create_orders(bench, BrokerId(1));
    const auto answer = bench.answer<MetadataResponse>(about("orders"));
    ASSERT_THAT(answer.brokers, SizeIs(1));
    EXPECT_EQ(answer.brokers[0].host, "broker-1");
    EXPECT_EQ(answer.brokers[0].rack, "left");
    EXPECT_EQ(answer.controller_id, BrokerId(1)) << "clients are kept off the real controller";
    ASSERT_THAT(answer.topics, SizeIs(1));
    EXPECT_EQ(answer.topics[0].topic_id, kOrdersId);
    ASSERT_THAT(answer.topics[0].partitions, SizeIs(1));
    const MetadataResponse::Partition& partition = answer.topics[0].partitions[0];
    EXPECT_EQ(partition.leader_id, BrokerId(1));
    EXPECT_THAT(partition.isr_nodes, ElementsAre(BrokerId(1), BrokerId(2)));
    EXPECT_THAT(partition.offline_replicas, ElementsAre(BrokerId(2)));
}

TEST(ShellMetadata, WhoWantsControllersIsAtTheWrongEndpoint) {
    ShellBench bench;
    bench.start();
    DescribeClusterRequest request;
    request.endpoint_type = EndpointType::kController;
    const auto answer = bench.answer<DescribeClusterResponse>(request);
    EXPECT_EQ(answer.error_code, ErrorCode::kMismatchedEndpointType);
    EXPECT_THAT(answer.brokers, IsEmpty());
    EXPECT_EQ(bench.answer<DescribeClusterResponse>(DescribeClusterRequest{}).error_code,
              ErrorCode::kNone);
}

TEST(ShellMetadata, APartitionWithoutLeaderKeepsItsReplicas) {
    ShellBench bench;
    bench.start();
    create_orders(bench, kNoBroker);
    const auto answer = bench.answer<MetadataResponse>(about("orders"));
    const MetadataResponse::Partition& partition = answer.topics.at(0).partitions.at(0);
    EXPECT_EQ(partition.error_code, ErrorCode::kLeaderNotAvailable);
    EXPECT_EQ(partition.leader_id, kNoBroker);
    EXPECT_THAT(partition.replica_nodes, SizeIs(2));
}

TEST(ShellMetadata, AMissingTopicIsCreatedOnceByAskingForIt) {
    ShellBench bench;
    bench.start();
    const auto first = bench.answer<MetadataResponse>(about("fresh", true));
    EXPECT_EQ(first.topics.at(0).error_code, ErrorCode::kUnknownTopicOrPartition);
    bench.answer<MetadataResponse>(about("fresh", true));
    const auto envelopes = bench.seen<EnvelopeRequest>();
    ASSERT_THAT(envelopes, SizeIs(1));
    const auto [header, request] = unwrap<CreateTopicsRequest>(envelopes[0].second);
    EXPECT_EQ(header.client_id, "client");
    EXPECT_EQ(request.topics.at(0).name, "fresh");
    EXPECT_EQ(request.topics.at(0).num_partitions, 1);
}

TEST(ShellMetadata, WithoutLeaveNothingIsCreated) {
    ShellBench bench;
    bench.start();
    const auto missing = bench.answer<MetadataResponse>(about("fresh"));
    EXPECT_EQ(missing.topics.at(0).error_code, ErrorCode::kUnknownTopicOrPartition);
    const auto invalid = bench.answer<MetadataResponse>(about("no/such", true));
    EXPECT_EQ(invalid.topics.at(0).error_code, ErrorCode::kInvalidTopicException);
    EXPECT_THAT(bench.seen<EnvelopeRequest>(), IsEmpty());
}

TEST(ShellMetadata, ATopicsSettingsTellWhereTheyComeFrom) {
    ConfigMap config;
    ASSERT_FALSE(config.set("log.retention.bytes", "4096").has_value());
    ShellBench bench(config);
    bench.start();
    create_orders(bench, BrokerId(1));
    ConfigRecord changed;
    changed.resource_type = ConfigResourceType::kTopic;
    changed.resource_name = "orders";
    changed.name = "min.insync.replicas";
    changed.value = "2";
    bench.commit(changed);
    DescribeConfigsRequest request;
    request.resources.push_back(
        {ConfigResourceType::kTopic, "orders",
         std::vector<std::string>{"min.insync.replicas", "retention.bytes", "segment.bytes"}});
    const auto answer = bench.answer<DescribeConfigsResponse>(request);
    const auto& configs = answer.results.at(0).configs;
    ASSERT_THAT(configs, SizeIs(3));
    EXPECT_EQ(configs[0].value, "2");
    EXPECT_EQ(configs[0].config_source, ConfigSource::kTopic);
    EXPECT_EQ(configs[1].value, "4096");
    EXPECT_EQ(configs[1].config_source, ConfigSource::kStaticBroker);
    EXPECT_EQ(configs[2].config_source, ConfigSource::kDefault);
}

TEST(ShellForwarding, TheControllersAnswerReachesTheClient) {
    ShellBench bench;
    bench.start();
    bench.on_envelope = [](const EnvelopeRequest& envelope) {
        const auto [header, request] = unwrap<CreateTopicsRequest>(envelope);
        CreateTopicsResponse created;
        created.topics.emplace_back().name = request.topics.at(0).name;
        created.topics[0].error_code = ErrorCode::kTopicAlreadyExists;
        ByteWriter out;
        out.bytes(encode_message(ResponseHeader{header.correlation_id}, 1));
        out.bytes(encode_message(created, header.request_api_version));
        return EnvelopeResponse{out.take(), ErrorCode::kNone};
    };
    CreateTopicsRequest request;
    request.topics.emplace_back().name = "orders";
    const auto answer = bench.answer<CreateTopicsResponse>(request);
    ASSERT_THAT(answer.topics, SizeIs(1));
    EXPECT_EQ(answer.topics[0].name, "orders");
    EXPECT_EQ(answer.topics[0].error_code, ErrorCode::kTopicAlreadyExists);
}

TEST(ShellForwarding, WhatMeetsNoActiveControllerIsTriedAgainAndTimesOutAfterAMinute) {
    ShellBench bench;
    bench.start();
    bench.leads = false;
    CreateTopicsRequest request;
    request.topics.emplace_back().name = "orders";
    EXPECT_FALSE(bench.ask(request).has_value());
    const SimTime asked = bench.now();
    bench.run_until(asked + 59_s);
    EXPECT_THAT(bench.responses, IsEmpty());
    EXPECT_GT(bench.seen<EnvelopeRequest>().size(), 100U);
    bench.run_until(asked + 60_s + 100_ms);
    ASSERT_THAT(bench.responses, SizeIs(1));
    EXPECT_EQ(std::get<CreateTopicsResponse>(bench.responses[0].body).topics.at(0).error_code,
              ErrorCode::kRequestTimedOut);
}

TEST(ShellProducerIds, IdsComeFromBlocksAndTheNextBlockIsAskedForInTime) {
    ShellBench bench;
    bench.start();
    InitProducerIdRequest request;
    request.transactional_id = std::nullopt;
    const auto early = bench.answer<InitProducerIdResponse>(request);
    EXPECT_EQ(early.error_code, ErrorCode::kCoordinatorLoadInProgress);
    for (int64_t n = 0; n < 900; ++n) {
        const auto given = bench.answer<InitProducerIdResponse>(request);
        ASSERT_EQ(given.error_code, ErrorCode::kNone);
        ASSERT_EQ(given.producer_id, ProducerId(n));
        ASSERT_EQ(given.producer_epoch, ProducerEpoch(0));
    }
    EXPECT_THAT(bench.seen<AllocateProducerIdsRequest>(), SizeIs(1));
    bench.answer<InitProducerIdResponse>(request);
    EXPECT_THAT(bench.seen<AllocateProducerIdsRequest>(), SizeIs(2));
    for (int64_t n = 901; n < 1100; ++n) {
        ASSERT_EQ(bench.answer<InitProducerIdResponse>(request).producer_id, ProducerId(n));
    }
}

TEST(ShellIoThreads, ASlowDiskHoldsTheOnlyThread) {
    ConfigMap config;
    ASSERT_FALSE(config.set("num.io.threads", "1").has_value());
    ShellBench bench(config);
    bench.start();
    bench.set_disk_delay(200_ms);
    FetchRequest fetch;
    fetch.max_wait_ms = 0;
    fetch.min_bytes = 0;
    const SimTime asked = bench.now();
    EXPECT_FALSE(bench.ask(fetch, 1).has_value());
    EXPECT_FALSE(bench.ask(fetch, 2).has_value());
    EXPECT_FALSE(bench.ask(MetadataRequest{}, 3).has_value()) << "it waits for the thread, too";
    bench.run_until(asked + 199_ms);
    EXPECT_THAT(bench.responses, IsEmpty());
    bench.run_until(asked + 200_ms);
    ASSERT_THAT(bench.responses, SizeIs(1));
    EXPECT_EQ(bench.responses[0].connection.ordinal, 1U);
    bench.run_until(asked + 400_ms);
    ASSERT_THAT(bench.responses, SizeIs(3));
    EXPECT_EQ(bench.responses[1].connection.ordinal, 2U);
    EXPECT_EQ(bench.responses[2].connection.ordinal, 3U);
}

TEST(ShellIoThreads, AFastDiskHoldsNobody) {
    ShellBench bench;
    bench.start();
    FetchRequest fetch;
    fetch.max_wait_ms = 0;
    fetch.min_bytes = 0;
    EXPECT_TRUE(bench.ask(fetch).has_value());
}

TEST(ShellRequests, TransactionsFindNoCoordinatorAndUnservedKindsCloseTheConnection) {
    ShellBench bench;
    bench.start();
    FindCoordinatorRequest find;
    find.key_type = CoordinatorType::kTransaction;
    find.coordinator_keys = {"stock"};
    const auto answer = bench.answer<FindCoordinatorResponse>(find);
    EXPECT_EQ(answer.coordinators.at(0).error_code, ErrorCode::kCoordinatorNotAvailable);
    EXPECT_THAT(bench.seen<EnvelopeRequest>(), IsEmpty());
    bench.ask(EndTxnRequest{}, 9);
    EXPECT_TRUE(bench.closed(9));
}

}  // namespace
}  // namespace brokerlab

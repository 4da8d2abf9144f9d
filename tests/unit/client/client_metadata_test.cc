#include "sim/client/client_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/client/partitioner.h"
#include "sim/client/producer_config.h"

namespace brokerlab {
namespace {

constexpr NodeId kSelf{NodeKind::kClient, 1};

Env at(SimTime now) {
    return Env{now, Seed(1), kSelf, RuleSet()};
}

MetadataResponse answer(BrokerId leader, LeaderEpoch epoch, Uuid id = Uuid{1, 1}) {
    MetadataResponse response;
    for (int32_t b = 1; b <= 3; ++b) {
        response.brokers.push_back({BrokerId(b), "host", 9092, std::nullopt});
    }
    MetadataResponse::Topic& topic = response.topics.emplace_back();
    topic.name = "orders";
    topic.topic_id = id;
    MetadataResponse::Partition& partition = topic.partitions.emplace_back();
    partition.partition_index = PartitionId(0);
    partition.leader_id = leader;
    partition.leader_epoch = epoch;
    return response;
}

const TopicPartition kOrders{"orders", PartitionId(0)};

ClientMetadata with_orders() {
    ClientMetadata metadata(MetadataConfig{}, {BrokerId(1), BrokerId(2), BrokerId(3)});
    metadata.add_topic("orders", SimTime());
    return metadata;
}

TEST(ClientMetadata, IgnoresALeaderOfAnOlderEpoch) {
    ClientMetadata metadata = with_orders();
    metadata.on_response(answer(BrokerId(2), LeaderEpoch(5)), SimTime());
    metadata.on_response(answer(BrokerId(1), LeaderEpoch(4)), SimTime());
    EXPECT_EQ(metadata.find(kOrders)->leader, BrokerId(2));
    // A topic of the same name that was made anew counts from 0.
    metadata.on_response(answer(BrokerId(3), LeaderEpoch(0), Uuid{2, 2}), SimTime());
    EXPECT_EQ(metadata.find(kOrders)->leader, BrokerId(3));
}

TEST(ClientMetadata, TakesANewerLeaderFromAHint) {
    ClientMetadata metadata = with_orders();
    EXPECT_FALSE(metadata.update_leader(kOrders, BrokerId(2), LeaderEpoch(5)));
    metadata.on_response(answer(BrokerId(1), LeaderEpoch(4)), SimTime());
    const uint32_t version = metadata.version();
    EXPECT_TRUE(metadata.update_leader(kOrders, BrokerId(2), LeaderEpoch(5)));
    EXPECT_EQ(metadata.version(), version + 1);
    EXPECT_FALSE(metadata.update_leader(kOrders, BrokerId(3), LeaderEpoch(5)));
    EXPECT_EQ(metadata.find(kOrders)->leader, BrokerId(2));
}

TEST(ClientMetadata, OfAllTopicsForgetsOneThatIsGoneEvenIfItWasWantedByName) {
    ClientMetadata metadata = with_orders();
    metadata.want_all_topics();
    metadata.on_response(answer(BrokerId(1), LeaderEpoch(0)), SimTime());
    EXPECT_NE(metadata.find_topic("orders"), nullptr);
    MetadataResponse without = answer(BrokerId(1), LeaderEpoch(0));
    without.topics.clear();
    metadata.on_response(without, SimTime() + 1_s);
    EXPECT_EQ(metadata.find_topic("orders"), nullptr);
}

TEST(ClientMetadata, CountsOnlyAnswersThatChangeSomething) {
    ClientMetadata metadata = with_orders();
    metadata.on_response(answer(BrokerId(1), LeaderEpoch(4)), SimTime());
    const uint32_t version = metadata.version();
    metadata.on_response(answer(BrokerId(1), LeaderEpoch(4)), SimTime());
    EXPECT_EQ(metadata.version(), version);
}

TEST(ClientMetadata, AsksOnceAndAgainWhenItIsOld) {
    ClientMetadata metadata = with_orders();
    NetworkClient client{NetworkClientConfig{}};
    Effects fx(kSelf, 0);
    metadata.maybe_update(client, 1, true, at(SimTime()), fx);
    ASSERT_EQ(fx.actions().size(), 1U);
    client.on_connected(std::get<OpenConnection>(fx.actions()[0]).connection);
    metadata.maybe_update(client, 1, true, at(SimTime()), fx);
    metadata.maybe_update(client, 1, true, at(SimTime()), fx);
    ASSERT_EQ(fx.actions().size(), 2U);
    const auto& request = std::get<MetadataRequest>(std::get<Request>(fx.actions()[1]).body);
    ASSERT_EQ(request.topics->size(), 1U);
    EXPECT_EQ(request.topics->front().name, "orders");
    EXPECT_EQ(metadata.next_update(client, SimTime()), kNever);

    metadata.on_response(answer(BrokerId(1), LeaderEpoch(4)), SimTime());
    EXPECT_EQ(metadata.next_update(client, SimTime()), SimTime() + 300_s);
    metadata.request_update();
    const SimTime next = metadata.next_update(client, SimTime());
    EXPECT_GE(next, SimTime() + 80_ms);
    EXPECT_LE(next, SimTime() + 120_ms);
}

TEST(ClientMetadata, StartsOverWhenNoBrokerCanBeReached) {
    ClientMetadata metadata(MetadataConfig{}, {BrokerId(1)});
    metadata.add_topic("orders", SimTime());
    MetadataResponse elsewhere = answer(BrokerId(2), LeaderEpoch(4));
    elsewhere.brokers.erase(elsewhere.brokers.begin());
    metadata.on_response(elsewhere, SimTime());
    EXPECT_FALSE(metadata.brokers().contains(BrokerId(1)));
    NetworkClient client{NetworkClientConfig{}};
    Effects fx(kSelf, 0);
    for (const int32_t broker : {2, 3}) {  // Refused, and backing off.
        const NodeId node = node_of(BrokerId(broker));
        client.ready(node, at(SimTime()), fx);
        client.on_connection_lost(client.connections().at(node).connection, at(SimTime()));
    }
    metadata.request_update();
    metadata.maybe_update(client, 1, true, at(SimTime()), fx);
    EXPECT_TRUE(metadata.brokers().contains(BrokerId(1)));
    EXPECT_EQ(metadata.find(kOrders), nullptr);
    // The epoch that was known still counts.
    metadata.on_response(answer(BrokerId(1), LeaderEpoch(3)), SimTime::from_ms(210));
    EXPECT_EQ(metadata.find(kOrders)->leader, kNoBroker);
}

TEST(ClientMetadata, StartsOverWhenABrokerTellsItTo) {
    ClientMetadata metadata(MetadataConfig{}, {BrokerId(7)});
    metadata.add_topic("orders", SimTime());
    metadata.on_response(answer(BrokerId(2), LeaderEpoch(4)), SimTime());
    EXPECT_FALSE(metadata.brokers().contains(BrokerId(7)));
    MetadataResponse told;
    told.error_code = ErrorCode::kRebootstrapRequired;
    metadata.on_response(told, SimTime());
    EXPECT_TRUE(metadata.brokers().contains(BrokerId(7)));
    EXPECT_EQ(metadata.find(kOrders), nullptr);
}

TEST(ClientMetadata, DropsATopicThatAProducerDoesNotUseAnyMore) {
    MetadataConfig config;
    config.max_idle = 10_s;
    ClientMetadata metadata(config, {BrokerId(1)});
    metadata.add_topic("orders", SimTime());
    metadata.on_response(answer(BrokerId(1), LeaderEpoch(0)), SimTime::from_ms(9'000));
    EXPECT_NE(metadata.find_topic("orders"), nullptr);
    metadata.on_response(answer(BrokerId(1), LeaderEpoch(0)), SimTime::from_ms(10'000));
    EXPECT_EQ(metadata.find_topic("orders"), nullptr);
}

TEST(StickyPartitioner, PrefersShorterQueues) {
    TopicInfo info;
    info.partitions.resize(3, PartitionInfo{BrokerId(1), LeaderEpoch(0)});
    std::vector<int> drawn(3);
    for (uint32_t i = 0; i < 4'000; ++i) {
        StickyPartitioner sticky;
        sticky.switches = i;
        sticky.adapts = true;
        sticky.load = {{PartitionId(1), 3, false}, {PartitionId(2), 1, false}};
        ++drawn[static_cast<std::size_t>(
            sticky_partition(sticky, "orders", info, at(SimTime())).value)];
    }
    // Queues of 0, 3 and 1 batches have the weights 4, 1 and 3.
    EXPECT_NEAR(drawn[0], 2'000, 150);
    EXPECT_NEAR(drawn[1], 500, 100);
    EXPECT_NEAR(drawn[2], 1'500, 150);
}

TEST(StickyPartitioner, AvoidsPartitionsWithoutALeader) {
    TopicInfo info;
    info.partitions.resize(3, PartitionInfo{BrokerId(1), LeaderEpoch(0)});
    info.partitions[1].leader = kNoBroker;
    for (uint32_t i = 0; i < 100; ++i) {
        StickyPartitioner sticky;
        sticky.switches = i;
        EXPECT_NE(sticky_partition(sticky, "orders", info, at(SimTime())), PartitionId(1));
    }
}

TEST(StickyPartitioner, SwitchesAtABatchsEndOrAtTwiceItsSize) {
    TopicInfo info;
    info.partitions.resize(8, PartitionInfo{BrokerId(1), LeaderEpoch(0)});
    StickyPartitioner sticky;
    EXPECT_EQ(sticky_partition(sticky, "orders", info, at(SimTime())), *sticky.current);
    const auto count = [&](int64_t bytes, bool at_end) {
        return count_sticky_bytes(sticky, bytes, 100, at_end, "orders", info, at(SimTime()));
    };
    EXPECT_FALSE(count(99, true));
    EXPECT_FALSE(count(100, false));
    EXPECT_TRUE(count(1, false));
    EXPECT_TRUE(count(100, true));
    EXPECT_EQ(sticky.switches, 3U);
}

ConfigMap producer_config_of(std::vector<std::pair<std::string, std::string>> settings) {
    ConfigMap config(ConfigScope::kProducer);
    for (const auto& [key, value] : settings) {
        EXPECT_FALSE(config.set(key, value).has_value());
    }
    return config;
}

TEST(ProducerConfig, IdempotenceTurnsOffByItselfUnlessItWasAskedFor) {
    EXPECT_TRUE(make_producer_config(producer_config_of({})).idempotence);
    for (const auto& setting : std::vector<std::pair<std::string, std::string>>{
             {"acks", "1"}, {"retries", "0"}, {"max.in.flight.requests.per.connection", "6"}}) {
        EXPECT_FALSE(make_producer_config(producer_config_of({setting})).idempotence);
        EXPECT_FALSE(check_producer_config(producer_config_of({setting})).has_value());
        EXPECT_TRUE(
            check_producer_config(producer_config_of({setting, {"enable.idempotence", "true"}}))
                .has_value());
    }
}

TEST(ProducerConfig, TheDeliveryTimeoutCoversLingerAndRequest) {
    const ConfigMap longer = producer_config_of({{"request.timeout.ms", "200000"}});
    EXPECT_EQ(make_producer_config(longer).delivery_timeout, 200_s + 5_ms);
    EXPECT_FALSE(check_producer_config(longer).has_value());
    EXPECT_TRUE(
        check_producer_config(producer_config_of({{"delivery.timeout.ms", "1000"}})).has_value());
}

}  // namespace
}  // namespace brokerlab

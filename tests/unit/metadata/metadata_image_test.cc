#include "sim/metadata/metadata_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Fencing = BrokerRegistrationChangeRecord::Fencing;
using ControlledShutdown = BrokerRegistrationChangeRecord::ControlledShutdown;

const Uuid kOrders{7, 1};
const Uuid kPayments{7, 2};

/// An image, and what the records since the last look at `delta` changed.
struct Reader {
    MetadataImage image;
    MetadataDelta delta;

    void read(const MetadataRecord& record) { replay(image, delta, record, image.last_offset + 1); }
};

RegisterBrokerRecord registration(int32_t id, int64_t epoch) {
    RegisterBrokerRecord record;
    record.broker_id = BrokerId(id);
    record.broker_epoch = BrokerEpoch(epoch);
    record.incarnation_id = Uuid{static_cast<uint64_t>(id), static_cast<uint64_t>(epoch)};
    record.rack = "a";
    record.log_dirs = {Uuid{500, static_cast<uint64_t>(id)}};
    return record;
}

BrokerRegistrationChangeRecord change(int32_t id, int64_t epoch, Fencing fencing) {
    BrokerRegistrationChangeRecord record;
    record.broker_id = BrokerId(id);
    record.broker_epoch = BrokerEpoch(epoch);
    record.fenced = fencing;
    return record;
}

PartitionRecord partition(const Uuid& topic, int32_t number) {
    PartitionRecord record;
    record.topic_id = topic;
    record.partition_id = PartitionId(number);
    record.replicas = {BrokerId(1), BrokerId(2), BrokerId(3)};
    record.directories = {Uuid{500, 1}, Uuid{500, 2}, Uuid{500, 3}};
    record.isr = record.replicas;
    record.leader = BrokerId(1);
    record.leader_epoch = LeaderEpoch(0);
    record.partition_epoch = PartitionEpoch(0);
    return record;
}

PartitionChangeRecord partition_change(const Uuid& topic, int32_t number) {
    PartitionChangeRecord record;
    record.topic_id = topic;
    record.partition_id = PartitionId(number);
    return record;
}

Reader with_orders() {
    Reader reader;
    reader.read(TopicRecord{"orders", kOrders});
    reader.read(partition(kOrders, 0));
    reader.read(partition(kOrders, 1));
    return reader;
}

TEST(MetadataImage, KnowsABrokerAsItsRegistrationSaid) {
    Reader reader;
    reader.read(registration(1, 0));
    const BrokerRegistration* broker = reader.image.find_broker(BrokerId(1));
    ASSERT_NE(broker, nullptr);
    EXPECT_EQ(broker->epoch, BrokerEpoch(0));
    EXPECT_EQ(broker->rack, "a");
    EXPECT_TRUE(broker->fenced);
    EXPECT_FALSE(broker->is_active());
    EXPECT_EQ(reader.image.find_broker(BrokerId(2)), nullptr);
}

TEST(MetadataImage, FollowsABrokerFromFencedToShuttingDown) {
    Reader reader;
    reader.read(registration(1, 0));
    reader.read(change(1, 0, Fencing::kUnfence));
    EXPECT_TRUE(reader.image.find_broker(BrokerId(1))->is_active());

    BrokerRegistrationChangeRecord shutdown = change(1, 0, Fencing::kNoChange);
    shutdown.in_controlled_shutdown = ControlledShutdown::kBegins;
    reader.read(shutdown);
    EXPECT_FALSE(reader.image.find_broker(BrokerId(1))->fenced);
    EXPECT_FALSE(reader.image.find_broker(BrokerId(1))->is_active());

    reader.read(registration(1, 3));
    EXPECT_TRUE(reader.image.find_broker(BrokerId(1))->fenced);
    EXPECT_FALSE(reader.image.find_broker(BrokerId(1))->in_controlled_shutdown);
}

TEST(MetadataImage, RemembersWhereABrokerRegisteredLast) {
    Reader reader;
    reader.read(registration(1, 0));
    reader.read(registration(1, 0));  // The same incarnation again: its epoch stays.
    EXPECT_EQ(reader.image.find_broker(BrokerId(1))->epoch, BrokerEpoch(0));
    EXPECT_EQ(reader.image.find_broker(BrokerId(1))->registered_at, Offset(1));
}

TEST(MetadataImage, ForgetsABrokerThatIsUnregistered) {
    Reader reader;
    reader.read(registration(1, 0));
    reader.read(UnregisterBrokerRecord{BrokerId(1), BrokerEpoch(0)});
    EXPECT_EQ(reader.image.find_broker(BrokerId(1)), nullptr);
    EXPECT_EQ(reader.delta.brokers, FlatSet<BrokerId>{BrokerId(1)});
}

TEST(MetadataImage, FindsATopicByNameAndById) {
    const Reader reader = with_orders();
    const TopicImage* topic = reader.image.find_topic("orders");
    ASSERT_NE(topic, nullptr);
    EXPECT_EQ(topic, reader.image.find_topic(kOrders));
    EXPECT_EQ(topic->partition_count(), 2);
    EXPECT_EQ(reader.image.find_topic("payments"), nullptr);
    EXPECT_EQ(reader.image.find_topic(kPayments), nullptr);
    EXPECT_NE(reader.image.find_partition({"orders", PartitionId(1)}), nullptr);
    EXPECT_EQ(reader.image.find_partition({"orders", PartitionId(2)}), nullptr);
    EXPECT_EQ(reader.image.find_partition({"orders", PartitionId(-1)}), nullptr);
}

TEST(MetadataImage, AChangeWithoutLeaderRaisesThePartitionEpochAlone) {
    Reader reader = with_orders();
    PartitionChangeRecord shrink = partition_change(kOrders, 1);
    shrink.isr = {BrokerId(1), BrokerId(2)};
    reader.read(shrink);
    const PartitionRegistration* p = reader.image.find_partition({"orders", PartitionId(1)});
    EXPECT_THAT(p->isr, ElementsAre(BrokerId(1), BrokerId(2)));
    EXPECT_EQ(p->leader, BrokerId(1));
    EXPECT_EQ(p->leader_epoch, LeaderEpoch(0));
    EXPECT_EQ(p->partition_epoch, PartitionEpoch(1));
    EXPECT_THAT(p->replicas, SizeIs(3));
    EXPECT_FALSE(p->is_in_sync(BrokerId(3)));
    EXPECT_TRUE(p->is_replica(BrokerId(3)));
}

TEST(MetadataImage, AChangeThatNamesALeaderBeginsALeaderEpochEvenForTheSameOne) {
    Reader reader = with_orders();
    PartitionChangeRecord elect = partition_change(kOrders, 0);
    elect.leader = BrokerId(1);
    reader.read(elect);
    elect.leader = kNoBroker;
    reader.read(elect);
    const PartitionRegistration* p = reader.image.find_partition({"orders", PartitionId(0)});
    EXPECT_EQ(p->leader, kNoBroker);
    EXPECT_EQ(p->leader_epoch, LeaderEpoch(2));
    EXPECT_EQ(p->partition_epoch, PartitionEpoch(2));
}

TEST(MetadataImage, ACopyDoesNotSeeWhatIsReplayedLater) {
    Reader reader = with_orders();
    const MetadataImage before = reader.image;
    const uint64_t digest = digest_of(before);
    PartitionChangeRecord elect = partition_change(kOrders, 0);
    elect.leader = BrokerId(2);
    reader.read(elect);
    reader.read(ConfigRecord{ConfigResourceType::kTopic, "orders", "retention.ms", "1"});
    EXPECT_EQ(before.find_partition({"orders", PartitionId(0)})->leader, BrokerId(1));
    EXPECT_THAT(before.configs_of({ConfigResourceType::kTopic, "orders"}), IsEmpty());
    EXPECT_EQ(digest_of(before), digest);
    EXPECT_NE(digest_of(reader.image), digest);
    EXPECT_FALSE(before == reader.image);
}

TEST(MetadataImage, ConfigurationsComeAndGoKeyByKey) {
    const ConfigResourceKey key{ConfigResourceType::kTopic, "orders"};
    Reader reader = with_orders();
    reader.read(ConfigRecord{ConfigResourceType::kTopic, "orders", "retention.ms", "1000"});
    reader.read(ConfigRecord{ConfigResourceType::kTopic, "orders", "min.insync.replicas", "2"});
    EXPECT_EQ(reader.image.configs_of(key).at("retention.ms"), "1000");
    reader.read(ConfigRecord{ConfigResourceType::kTopic, "orders", "retention.ms", std::nullopt});
    EXPECT_THAT(reader.image.configs_of(key), SizeIs(1));
    reader.read(
        ConfigRecord{ConfigResourceType::kTopic, "orders", "min.insync.replicas", std::nullopt});
    EXPECT_THAT(*reader.image.configs, IsEmpty());
}

TEST(MetadataImage, ADeletedTopicTakesItsConfigurationAlong) {
    Reader reader = with_orders();
    reader.read(ConfigRecord{ConfigResourceType::kTopic, "orders", "retention.ms", "1000"});
    reader.delta = {};
    reader.read(RemoveTopicRecord{kOrders});
    EXPECT_THAT(*reader.image.topics, IsEmpty());
    EXPECT_THAT(*reader.image.topic_names, IsEmpty());
    EXPECT_THAT(*reader.image.configs, IsEmpty());
    ASSERT_TRUE(reader.delta.deleted_topics.contains(kOrders));
    EXPECT_THAT(reader.delta.deleted_topics.at(kOrders).partitions, SizeIs(2));
}

TEST(MetadataDelta, NamesWhatChangedAndNothingElse) {
    Reader reader = with_orders();
    reader.delta = {};
    EXPECT_TRUE(reader.delta.empty());
    PartitionChangeRecord elect = partition_change(kOrders, 1);
    elect.leader = BrokerId(2);
    reader.read(elect);
    reader.read(NoOpRecord{});
    EXPECT_EQ(reader.delta.partitions,
              FlatSet<TopicPartition>({TopicPartition{"orders", PartitionId(1)}}));
    EXPECT_THAT(reader.delta.created_topics, IsEmpty());
    EXPECT_THAT(reader.delta.brokers, IsEmpty());
    EXPECT_FALSE(reader.delta.empty());
}

TEST(MetadataDelta, ATopicThatCameAndWentLeavesNoTrace) {
    Reader reader = with_orders();
    reader.read(RemoveTopicRecord{kOrders});
    EXPECT_TRUE(reader.delta.empty());
}

TEST(MetadataDelta, ATopicMadeAnewUnderItsOldNameIsBothDeletedAndCreated) {
    Reader reader = with_orders();
    reader.delta = {};
    reader.read(RemoveTopicRecord{kOrders});
    reader.read(TopicRecord{"orders", kPayments});
    reader.read(partition(kPayments, 0));
    EXPECT_TRUE(reader.delta.deleted_topics.contains(kOrders));
    EXPECT_EQ(reader.delta.created_topics, FlatSet<std::string>{"orders"});
    EXPECT_EQ(reader.delta.partitions,
              FlatSet<TopicPartition>({TopicPartition{"orders", PartitionId(0)}}));
}

TEST(MetadataImage, BlocksOfProducerIdsMoveForwardOnly) {
    Reader reader;
    reader.read(ProducerIdsRecord{BrokerId(1), BrokerEpoch(0), ProducerId(1000)});
    EXPECT_EQ(reader.image.next_producer_id, ProducerId(1000));
    EXPECT_DEATH(reader.read(ProducerIdsRecord{BrokerId(1), BrokerEpoch(0), ProducerId(1000)}), "");
}

TEST(MetadataImageDeathTest, RefusesRecordsThatDoNotFit) {
    Reader reader = with_orders();
    EXPECT_DEATH(reader.read(change(9, 0, Fencing::kFence)), "");
    EXPECT_DEATH(reader.read(partition(kPayments, 0)), "");
    EXPECT_DEATH(reader.read(partition(kOrders, 3)), "");
    EXPECT_DEATH(reader.read(partition_change(kOrders, 2)), "");
    EXPECT_DEATH(reader.read(TopicRecord{"orders", kPayments}), "");
}

}  // namespace
}  // namespace brokerlab

// The passes of a broker's schedule, and the settings that they and the logs obey.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/follower_fixture.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using brokerlab::testing::kOrders;
using brokerlab::testing::ReplicaCluster;

void set(ConfigMap& map, std::string_view key, std::string_view value) {
    const std::optional<Failure> failure = map.set(key, value);
    ASSERT_FALSE(failure) << failure->what;
}
void run_until(ReplicaCluster& cluster, SimTime end) {
    ReplicaManager& rm = cluster.broker(1).rm;
    while (next_scheduled(rm) <= end) {
        cluster.now = next_scheduled(rm);
        cluster.act(1, [&](const Env& e, Effects& fx) { run_schedule(rm, e, fx); });
        ASSERT_GT(next_scheduled(rm), cluster.now);
    }
    cluster.now = end;
}
/// Three records of one key in a segment each, all committed.
ReplicaCluster three_segments(ConfigMap config) {
    ReplicaCluster cluster(1);
    cluster.config = std::move(config);
    cluster.start(1);
    cluster.elect(1);
    for (const char* value : {"a", "b", "c"}) {
        cluster.write(1, value, "k");
        PartitionLog& log = cluster.broker(1).rm.edit(kOrders).log.edit();
        set_high_watermark(log, log.log_end_offset);
        roll(log, log.log_end_offset, cluster.now);
    }
    return cluster;
}

TEST(Schedule, WritesEachCheckpointAtItsOwnPace) {
    ReplicaCluster cluster = three_segments(ConfigMap());
    flush_to(cluster.broker(1).rm.edit(kOrders).log.edit(), Offset(2));
    run_until(cluster, SimTime::from_ms(6'500));
    const LogCheckpoints* lines = cluster.broker(1).rm.checkpoints.find(kOrders);
    ASSERT_NE(lines, nullptr);
    EXPECT_EQ(lines->high_watermark, Offset(3));
    EXPECT_EQ(lines->recovery_point, Offset(0)) << "30 s after the start at the earliest";
    run_until(cluster, SimTime::from_ms(31'500));
    EXPECT_EQ(cluster.broker(1).rm.checkpoints.at(kOrders).recovery_point, Offset(2));
}

TEST(Schedule, RetentionDeletesOldSegmentsAndSaysSo) {
    ConfigMap config;
    set(config, "log.retention.bytes", "0");
    ReplicaCluster cluster = three_segments(config);
    run_until(cluster, SimTime::from_ms(30'000));
    EXPECT_THAT(cluster.read_all(1), ElementsAre("0:k=a", "1:k=b", "2:k=c"));
    run_until(cluster, SimTime::from_ms(31'000));
    EXPECT_THAT(cluster.read_all(1), IsEmpty());
    using By = RecordsRemoved::By;
    EXPECT_THAT(cluster.broker(1).facts_of<RecordsRemoved>(),
                ElementsAre(RecordsRemoved{kOrders, By::kRetention, Offset(3)}));
}

TEST(Schedule, TheCleanerCompactsADirtyLog) {
    ConfigMap config;
    set(config, "log.cleanup.policy", "compact");
    ReplicaCluster cluster = three_segments(config);
    run_until(cluster, SimTime::from_ms(16'000));
    EXPECT_THAT(cluster.read_all(1), ElementsAre("2:k=c"));
    using By = RecordsRemoved::By;
    EXPECT_THAT(cluster.broker(1).facts_of<RecordsRemoved>(),
                ElementsAre(RecordsRemoved{kOrders, By::kCompaction, Offset(0)}));
}

TEST(Schedule, PassesThatFindNothingLeaveThePartitionShared) {
    ReplicaCluster cluster = three_segments(ConfigMap());
    const ReplicaManager before = cluster.broker(1).rm;
    run_until(cluster, SimTime::from_ms(700'000));
    EXPECT_TRUE(before.partitions.at(kOrders).same(cluster.broker(1).rm.partitions.at(kOrders)));
    EXPECT_TRUE(before.config.same(cluster.broker(1).rm.config));
}

TEST(BrokerConfig, HasKafkasDefaults) {
    const BrokerConfig config = make_broker_config(ConfigMap());
    BrokerConfig defaults;
    EXPECT_EQ(config, defaults);
}

TEST(BrokerConfig, TheFinestUnitOfRetentionWins) {
    ConfigMap values;
    set(values, "log.retention.hours", "2");
    EXPECT_EQ(make_broker_config(values).topic_defaults.log.retention_ms, 7'200'000);
    set(values, "log.retention.minutes", "3");
    EXPECT_EQ(make_broker_config(values).topic_defaults.log.retention_ms, 180'000);
    set(values, "log.retention.ms", "-1");
    EXPECT_EQ(make_broker_config(values).topic_defaults.log.retention_ms, -1);
}

TEST(BrokerConfig, ATopicsOwnValuesLieOverItsBrokers) {
    ConfigMap values;
    set(values, "min.insync.replicas", "2");
    set(values, "message.max.bytes", "5000");
    const BrokerConfig config = make_broker_config(values);
    const TopicSettings settings = topic_settings(
        config, {{"cleanup.policy", "compact,delete"}, {"internal.segment.bytes", "1000"}});
    EXPECT_EQ(settings.min_insync_replicas, 2);
    EXPECT_EQ(settings.log.max_message_bytes, 5000);
    EXPECT_EQ(settings.log.segment_bytes, 1000) << "the lab's own key";
    EXPECT_TRUE(settings.log.cleanup_compact);
    EXPECT_TRUE(settings.log.cleanup_delete);
}

TEST(BrokerConfig, DynamicValuesComeAndGoOverStaticOnes) {
    ConfigMap values;
    set(values, "log.retention.ms", "1000");
    const BrokerConfig config = make_broker_config(values);
    const BrokerConfig changed =
        with_dynamic_values(config, {{"log.retention.ms", "2000"}}, {{"log.retention.ms", "3000"}});
    EXPECT_EQ(changed.topic_defaults.log.retention_ms, 3000) << "its own over the cluster's";
    EXPECT_EQ(with_dynamic_values(changed, {}, {}), config);
}

TEST(Fetchers, APartitionsFetcherFollowsJavasHash) {
    ReplicaCluster cluster(2);
    set(cluster.config, "num.replica.fetchers", "4");
    cluster.start(2);
    cluster.elect(1);
    ASSERT_EQ(cluster.broker(2).rm.fetchers.size(), 1U);
    // "orders".hashCode() is -1008770331; 31 times that plus 0 wraps to -1207109189.
    EXPECT_EQ(cluster.broker(2).rm.fetchers[0]->id, 1207109189 % 4);
}

TEST(Fetchers, AChangedNumberOfThemMovesThePartitionsWithoutLosingTheirPlace) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.write(1, "a");
    cluster.settle();
    ReplicaManager& rm = cluster.broker(2).rm;
    ASSERT_THAT(rm.fetchers, SizeIs(1));
    EXPECT_EQ(rm.fetchers[0]->id, 0);
    MetadataImage image = cluster.make_image();
    const ConfigResourceKey all_brokers{ConfigResourceType::kBroker, ""};
    image.configs.edit()[all_brokers]["num.replica.fetchers"] = "2";
    MetadataDelta delta;
    delta.configs.insert(all_brokers);
    cluster.publish(2, image, delta);
    ASSERT_THAT(rm.fetchers, SizeIs(1)) << "the idle one has ended";
    EXPECT_EQ(rm.fetchers[0]->id, 1207109189 % 2);
    EXPECT_EQ(rm.fetchers[0]->partitions.at(testing::kOrders).fetch_offset, Offset(1));
    cluster.write(1, "b");
    cluster.settle();
    EXPECT_THAT(cluster.read_all(2), SizeIs(2));
}

}  // namespace
}  // namespace brokerlab

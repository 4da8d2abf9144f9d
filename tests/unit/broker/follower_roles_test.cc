// What new metadata makes of replicas, and what of them outlives a process.
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

TEST(ReplicaRoles, ANewLeaderBeginsItsEpochAtItsLogsEnd) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.settle();
    cluster.write(1, "a");
    cluster.settle();
    cluster.elect(2);
    const Partition& leader = *cluster.broker(2).rm.find(kOrders);
    EXPECT_TRUE(leader.is_leader);
    EXPECT_EQ(leader.leader_epoch_start_offset, Offset(1));
    EXPECT_EQ(leader.log->leader_epochs.latest_epoch(), LeaderEpoch(1)) << "without any record";
    EXPECT_THAT(leader.isr, ElementsAre(BrokerId(1), BrokerId(2)));
    ASSERT_THAT(leader.followers, SizeIs(1));
    EXPECT_EQ(leader.followers.at(BrokerId(1)).last_caught_up_at, cluster.now)
        << "it is in the ISR";
    EXPECT_EQ(leader.followers.at(BrokerId(1)).log_end_offset, kNoOffset);
    EXPECT_THAT(cluster.broker(2).rm.fetchers, IsEmpty());
    EXPECT_THAT(cluster.broker(2).facts_of<ReplicaLeads>(),
                ElementsAre(ReplicaLeads{kOrders, LeaderEpoch(1), Offset(1), Offset(0)}))
        << "the high watermark may lag behind the old leader's";
}

TEST(ReplicaRoles, ALeaderThatFollowsForgetsWhatItKnewOfOthers) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.settle();
    cluster.elect(2);
    const Partition& follower = *cluster.broker(1).rm.find(kOrders);
    EXPECT_FALSE(follower.is_leader);
    EXPECT_THAT(follower.isr, IsEmpty());
    EXPECT_THAT(follower.followers, IsEmpty());
    EXPECT_EQ(follower.leader_epoch_start_offset, kNoOffset);
    ASSERT_THAT(cluster.broker(1).rm.fetchers, SizeIs(1));
    EXPECT_EQ(cluster.broker(1).rm.fetchers[0]->leader, BrokerId(2));
    EXPECT_THAT(cluster.broker(1).facts_of<ReplicaFollows>(),
                ElementsAre(ReplicaFollows{kOrders, BrokerId(2), LeaderEpoch(1)}));
}

TEST(ReplicaRoles, MetadataOlderThanAnAnswerChangesNothing) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    Partition& leader = cluster.broker(1).rm.edit(kOrders);
    leader.partition_epoch = PartitionEpoch(5);  // an AlterPartition told so
    leader.isr = {BrokerId(1)};
    cluster.registration.partition_epoch = PartitionEpoch(4);
    cluster.publish(1);
    EXPECT_THAT(cluster.broker(1).rm.find(kOrders)->isr, ElementsAre(BrokerId(1)));
}

TEST(ReplicaRoles, AChangeOfTheIsrAloneKeepsEpochAndFollowers) {
    ReplicaCluster cluster(3);
    cluster.elect(1);
    cluster.settle();
    cluster.write(1, "a");
    cluster.settle();
    ++cluster.registration.partition_epoch;
    cluster.registration.isr = {BrokerId(1), BrokerId(3)};
    cluster.publish(1);
    cluster.publish(2);
    const Partition& leader = *cluster.broker(1).rm.find(kOrders);
    EXPECT_EQ(leader.followers.at(BrokerId(2)).log_end_offset, Offset(1)) << "not forgotten";
    EXPECT_THAT(leader.isr, ElementsAre(BrokerId(1), BrokerId(3)));
    EXPECT_THAT(cluster.broker(1).facts_of<ReplicaLeads>(), SizeIs(1));
    EXPECT_THAT(cluster.broker(2).facts_of<ReplicaFollows>(), SizeIs(1));
}

TEST(ReplicaRoles, NewMetadataSettlesAProposalAndTheSameDoesNot) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.broker(1).rm.edit(kOrders).pending_isr = PendingIsr{};
    cluster.publish(1);
    EXPECT_TRUE(cluster.broker(1).rm.find(kOrders)->pending_isr.has_value());
    ++cluster.registration.partition_epoch;
    cluster.publish(1);
    EXPECT_FALSE(cluster.broker(1).rm.find(kOrders)->pending_isr.has_value());
}

TEST(ReplicaRoles, AReplicaWithoutALeaderFollowsNobody) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.settle();
    cluster.elect(kNoBroker.value);
    EXPECT_THAT(cluster.broker(2).rm.fetchers, IsEmpty());
    EXPECT_EQ(cluster.broker(2).rm.find(kOrders)->leader, kNoBroker);
    EXPECT_EQ(next_fetcher_deadline(cluster.broker(2).rm), kNever);
}

TEST(ReplicaRoles, AReassignedReplicaGoesWithItsLog) {
    ReplicaCluster cluster(3);
    cluster.elect(1);
    cluster.settle();
    cluster.registration.replicas = {BrokerId(1), BrokerId(2)};
    cluster.elect(1, {BrokerId(1), BrokerId(2)});
    EXPECT_EQ(cluster.broker(3).rm.find(kOrders), nullptr);
    EXPECT_THAT(cluster.broker(3).rm.fetchers, IsEmpty());
    EXPECT_THAT(replicas_on_disk(cluster.broker(3).rm, true, cluster.now), IsEmpty());
    EXPECT_THAT(cluster.broker(1).rm.find(kOrders)->followers, SizeIs(1));
}

TEST(ReplicaRoles, ADeletedTopicGoesAndOneOfItsNameStartsEmpty) {
    ReplicaCluster cluster(1);
    cluster.elect(1);
    cluster.write(1, "a");
    MetadataDelta delta;
    delta.deleted_topics.insert_or_assign(cluster.topic_id,
                                          *cluster.broker(1).image.find_topic(cluster.topic_id));
    delta.partitions.insert(kOrders);
    cluster.topic_id = Uuid{8, 8};
    cluster.registration.leader_epoch = LeaderEpoch(0);
    cluster.registration.partition_epoch = PartitionEpoch(0);
    cluster.publish(1, cluster.make_image(), delta);
    EXPECT_EQ(cluster.broker(1).rm.find(kOrders)->topic_id, cluster.topic_id);
    EXPECT_THAT(cluster.read_all(1), IsEmpty());
}

TEST(ReplicaRoles, ALogOfAnOlderTopicOfThatNameIsDroppedAtTheStart) {
    ReplicaCluster cluster(1);
    cluster.elect(1);
    cluster.write(1, "a");
    const BrokerDisk disk = cluster.stop(1, true);
    cluster.topic_id = Uuid{8, 8};
    cluster.start(1, &disk);
    cluster.publish(1);
    EXPECT_THAT(cluster.read_all(1), IsEmpty());
    EXPECT_THAT(cluster.broker(1).rm.unhosted, IsEmpty());
}

TEST(ReplicaRoles, ALogThatTheFirstMetadataHasNoUseForIsSetAside) {
    ReplicaCluster cluster(2);
    cluster.elect(1);
    cluster.write(1, "a");
    cluster.settle();
    const BrokerDisk disk = cluster.stop(2, true);
    ASSERT_THAT(disk.replicas, SizeIs(1));
    cluster.start(2, &disk);
    ReplicaManager& rm = cluster.broker(2).rm;
    drop_strays(rm, cluster.make_image());
    EXPECT_THAT(rm.unhosted, SizeIs(1)) << "it is still wanted";
    MetadataImage reassigned = cluster.make_image();
    reassigned.topics.edit().at("orders").edit().partitions.at(0).edit().replicas = {BrokerId(1)};
    ReplicaManager without = rm;
    drop_strays(without, reassigned);
    EXPECT_THAT(without.unhosted, IsEmpty());
    cluster.topic_id = Uuid{8, 8};
    drop_strays(rm, cluster.make_image());
    EXPECT_THAT(rm.unhosted, IsEmpty()) << "a topic of the same name is another one";
    EXPECT_THAT(rm.checkpoints, IsEmpty());
    EXPECT_THAT(replicas_on_disk(rm, true, cluster.now), IsEmpty());
}

TEST(ReplicaRoles, TopicAndBrokerSettingsReachTheReplica) {
    ReplicaCluster cluster(1);
    cluster.elect(1);
    MetadataImage image = cluster.make_image();
    const ConfigResourceKey topic{ConfigResourceType::kTopic, "orders"};
    const ConfigResourceKey all_brokers{ConfigResourceType::kBroker, ""};
    image.configs.edit()[topic]["retention.ms"] = "1000";
    image.configs.edit()[all_brokers]["min.insync.replicas"] = "2";
    MetadataDelta delta;
    delta.configs.insert(topic);
    delta.configs.insert(all_brokers);
    cluster.publish(1, image, delta);
    const TopicSettings& settings = cluster.broker(1).rm.find(kOrders)->settings;
    EXPECT_EQ(settings.log.retention_ms, 1000);
    EXPECT_EQ(settings.min_insync_replicas, 2);
    image.configs.edit().erase(all_brokers);
    cluster.publish(1, image, delta);
    EXPECT_EQ(cluster.broker(1).rm.find(kOrders)->settings.min_insync_replicas, 1);
}

TEST(BrokerRestart, ACleanOneKeepsTheHighWatermark) {
    ReplicaCluster cluster(1);
    cluster.elect(1);
    cluster.write(1, "a");
    set_high_watermark(cluster.broker(1).rm.edit(kOrders).log.edit(), Offset(1));
    const BrokerDisk disk = cluster.stop(1, true);
    cluster.start(1, &disk);
    EXPECT_EQ(cluster.broker(1).rm.unhosted.at(kOrders).log->high_watermark, Offset(1));
    EXPECT_THAT(cluster.broker(1).facts_of<LogRecovered>(), IsEmpty());
    EXPECT_EQ(disk.replicas.at(kOrders).log->recovery_point, Offset(1));
}

TEST(BrokerRestart, AnUncleanOneFallsBackToTheLastCheckpoint) {
    ReplicaCluster cluster(1);
    cluster.elect(1);
    cluster.write(1, "a");
    ReplicaManager& rm = cluster.broker(1).rm;
    set_high_watermark(rm.edit(kOrders).log.edit(), Offset(1));
    cluster.now = rm.next_high_watermark_checkpoint;
    cluster.act(1, [&](const Env& e, Effects& fx) { run_schedule(rm, e, fx); });
    cluster.write(1, "b");
    set_high_watermark(rm.edit(kOrders).log.edit(), Offset(2));
    const BrokerDisk disk = cluster.stop(1, false);
    cluster.start(1, &disk);
    EXPECT_THAT(cluster.broker(1).facts_of<LogRecovered>(),
                ElementsAre(LogRecovered{kOrders, Offset(2), Offset(1)}));
}

TEST(BrokerRestart, LostPowerTakesWhatWasNotWrittenBack) {
    ReplicaCluster cluster(1);
    cluster.elect(1);
    cluster.write(1, "old");
    cluster.now += 60_s;
    cluster.write(1, "young");
    BrokerDisk disk = cluster.stop(1, false);
    disk.metadata = format_disk(Uuid{1, 2}, cluster.now).metadata;
    EXPECT_THAT(lose_power(disk, cluster.now),
                ElementsAre(LostTail{kOrders, Offset(1), Offset(2)}));
    cluster.start(1, &disk);
    cluster.elect(1);
    EXPECT_THAT(cluster.read_all(1), ElementsAre("0:-=old"));
    EXPECT_THAT(lose_power(disk, cluster.now), IsEmpty()) << "what is gone can't go again";
}

TEST(BrokerRestart, AFormattedDiskIsEmptyAndNeedsNoRecovery) {
    const BrokerDisk disk = format_disk(Uuid{1, 2}, SimTime());
    EXPECT_EQ(disk.directory_id, (Uuid{1, 2}));
    EXPECT_TRUE(disk.clean_shutdown);
    EXPECT_THAT(disk.replicas, IsEmpty());
    EXPECT_EQ(disk.metadata.log.log_end_offset, Offset(0));
}

}  // namespace
}  // namespace brokerlab

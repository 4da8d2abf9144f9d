// Each invariant about partitions holds for a partition in order and breaks where it must.
#include "sim/oracle/partition_invariants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/oracle/invariant_fixture.h"

namespace brokerlab {
namespace {

using ::testing::HasSubstr;
using testing::kEpoch4;
using testing::log_of;
using ::testing::Optional;
using testing::Orders;
using testing::with_high_watermark;

// ---- one-leader-per-epoch

TEST(OneLeaderPerEpoch, ALeaderOfAnOldEpochMayNotKnowYetThatItsTimeIsOver) {
    Orders orders;
    PartitionMemory memory;
    orders.leader(1, log_of({}), kEpoch4);
    orders.leader(2, log_of({}), LeaderEpoch(5));
    EXPECT_EQ(two_leaders(orders.view, memory), std::nullopt);
}

TEST(OneLeaderPerEpoch, TwoLeadersOfOneEpochAreNamed) {
    Orders orders;
    PartitionMemory memory;
    orders.leader(1, log_of({}));
    orders.leader(2, log_of({}));
    EXPECT_THAT(two_leaders(orders.view, memory),
                Optional(std::string("brokers 1 and 2 both led orders-0 in leader epoch 4")));
}

TEST(OneLeaderPerEpoch, HoldsOverTimeToo) {
    Orders orders;
    PartitionMemory memory;
    orders.leader(1, log_of({}));
    EXPECT_EQ(two_leaders(orders.view, memory), std::nullopt);
    orders.next_moment();
    orders.leader(3, log_of({}));
    EXPECT_THAT(two_leaders(orders.view, memory), Optional(HasSubstr("brokers 1 and 3")));
}

// ---- isr-within-replicas

TEST(IsrWithinReplicas, HoldsWithAndWithoutALeader) {
    Orders orders;
    PartitionMemory memory;
    EXPECT_EQ(isr_outside_replicas(orders.view, memory), std::nullopt);
    orders.registration.leader = kNoBroker;
    EXPECT_EQ(isr_outside_replicas(orders.view, memory), std::nullopt);
}

TEST(IsrWithinReplicas, AnEmptyIsrAForeignMemberAndALeaderOutsideBreakIt) {
    Orders orders;
    PartitionMemory memory;
    orders.registration.isr = {BrokerId(1), BrokerId(4)};
    EXPECT_THAT(isr_outside_replicas(orders.view, memory), Optional(HasSubstr("broker 4")));
    orders.registration.isr = {BrokerId(2)};
    EXPECT_THAT(isr_outside_replicas(orders.view, memory),
                Optional(std::string("broker 1 leads orders-0 but is not in its ISR [2]")));
    orders.registration.isr.clear();
    EXPECT_THAT(isr_outside_replicas(orders.view, memory), Optional(HasSubstr("empty")));
}

// ---- leader-epoch-never-falls

TEST(LeaderEpochNeverFalls, AFallOfEitherEpochBreaksIt) {
    Orders orders;
    PartitionMemory memory;
    EXPECT_EQ(epoch_fell(orders.view, memory), std::nullopt);
    orders.registration.partition_epoch = PartitionEpoch(8);
    EXPECT_THAT(epoch_fell(orders.view, memory), Optional(HasSubstr("fell from 9 to 8")));
    orders.registration.leader_epoch = LeaderEpoch(3);
    EXPECT_THAT(epoch_fell(orders.view, memory), Optional(HasSubstr("fell from 4 to 3")));
}

TEST(LeaderEpochNeverFalls, OlderMetadataIsNoFall) {
    Orders orders;
    PartitionMemory memory;
    EXPECT_EQ(epoch_fell(orders.view, memory), std::nullopt);
    orders.registration.leader_epoch = LeaderEpoch(3);
    orders.view.metadata_offset = Offset(90);
    EXPECT_EQ(epoch_fell(orders.view, memory), std::nullopt);
}

TEST(LeaderEpochNeverFalls, ANewTopicOfTheNameBeginsAnew) {
    Orders orders;
    PartitionMemory memory;
    remember_partition(orders.view, memory);
    EXPECT_EQ(epoch_fell(orders.view, memory), std::nullopt);
    orders.view.topic_id = Uuid{8, 8};
    orders.registration.leader_epoch = LeaderEpoch(0);
    orders.registration.partition_epoch = PartitionEpoch(0);
    remember_partition(orders.view, memory);
    EXPECT_EQ(epoch_fell(orders.view, memory), std::nullopt);
}

// ---- high-watermark-below-isr

TEST(HighWatermarkBelowIsr, HoldsAtTheLeastLogEndOfTheIsr) {
    Orders orders;
    PartitionMemory memory;
    ReplicaView& leader = orders.leader(1, with_high_watermark(log_of({"a", "b", "c"}), 2));
    leader.in_sync = {{BrokerId(2), BrokerEpoch(20), Offset(2)},
                      {BrokerId(3), BrokerEpoch(30), Offset(3)}};
    EXPECT_EQ(high_watermark_above_isr(orders.view, memory), std::nullopt);
}

TEST(HighWatermarkBelowIsr, BreaksAboveAMember) {
    Orders orders;
    PartitionMemory memory;
    ReplicaView& leader = orders.leader(1, log_of({"a", "b", "c"}));
    leader.in_sync = {{BrokerId(2), BrokerEpoch(20), Offset(2)}};
    EXPECT_THAT(high_watermark_above_isr(orders.view, memory),
                Optional(HasSubstr("with high watermark 3, but of replica 2")));
}

TEST(HighWatermarkBelowIsr, BreaksAboveTheOwnLogEnd) {
    Orders orders;
    PartitionMemory memory;
    PartitionLog log = log_of({"a"});
    log.high_watermark = Offset(5);
    orders.leader(1, log);
    EXPECT_THAT(high_watermark_above_isr(orders.view, memory), Optional(HasSubstr("own log end")));
}

TEST(HighWatermarkBelowIsr, ANewLeaderMayStandAboveWhatItHasBeenToldSoFar) {
    Orders orders;
    PartitionMemory memory;
    ReplicaView& leader = orders.leader(1, log_of({"a", "b", "c"}));
    leader.epoch_start = Offset(3);
    leader.in_sync = {{BrokerId(2), BrokerEpoch(20), Offset(1)}};
    EXPECT_EQ(high_watermark_above_isr(orders.view, memory), std::nullopt);
}

TEST(HighWatermarkBelowIsr, CountsWhoIsToJoinOnceItWasSeenProposed) {
    Orders orders;
    PartitionMemory memory;
    const FollowerView joining{BrokerId(3), BrokerEpoch(30), Offset(2), true};
    orders.leader(1, with_high_watermark(log_of({"a", "b", "c"}), 2)).in_sync = {joining};
    EXPECT_EQ(high_watermark_above_isr(orders.view, memory), std::nullopt);
    orders.next_moment();
    orders.leader(1, log_of({"a", "b", "c"})).in_sync = {joining};
    EXPECT_THAT(high_watermark_above_isr(orders.view, memory), Optional(HasSubstr("to join")));
}

TEST(HighWatermarkBelowIsr, AProposedReplicaThatRestartedMayHaveLostRecords) {
    Orders orders;
    PartitionMemory memory;
    orders.leader(1, with_high_watermark(log_of({"a", "b", "c"}), 2)).in_sync = {
        {BrokerId(3), BrokerEpoch(30), Offset(2), true}};
    EXPECT_EQ(high_watermark_above_isr(orders.view, memory), std::nullopt);
    orders.next_moment();
    orders.leader(1, with_high_watermark(log_of({"a", "b", "c"}), 2)).in_sync = {
        {BrokerId(3), BrokerEpoch(44), Offset(1), true}};
    EXPECT_EQ(high_watermark_above_isr(orders.view, memory), std::nullopt);
}

// ---- agreement-below-high-watermark

TEST(AgreementBelowHighWatermark, ATailThatIsNotCommittedMayDiffer) {
    Orders orders;
    PartitionMemory memory;
    orders.leader(1, with_high_watermark(log_of({"a", "b", "c"}), 2));
    orders.follower(2, with_high_watermark(log_of({"a", "b", "x", "y"}), 2));
    EXPECT_EQ(committed_records_differ(orders.view, memory), std::nullopt);
}

TEST(AgreementBelowHighWatermark, ACommittedRecordThatDiffersBreaksIt) {
    Orders orders;
    PartitionMemory memory;
    orders.leader(1, log_of({"a", "b", "c"}));
    orders.follower(2, log_of({"a", "b", "c"}));
    orders.follower(3, log_of({"a", "x"}));
    EXPECT_THAT(committed_records_differ(orders.view, memory),
                Optional(std::string(
                    "the replicas of orders-0 on brokers 1 and 3 differ at offset 1, though both "
                    "take everything below 2 for committed")));
}

TEST(AgreementBelowHighWatermark, WhatWasFoundToAgreeIsNotReadAgainUntilItIsForgotten) {
    Orders orders;
    PartitionMemory memory;
    orders.leader(1, log_of({"a", "b"}));
    orders.follower(2, log_of({"a", "b"}));
    EXPECT_EQ(committed_records_differ(orders.view, memory), std::nullopt);
    EXPECT_EQ(memory.agreed.at(std::pair(BrokerId(1), BrokerId(2))), Offset(2));

    orders.next_moment();
    orders.leader(1, log_of({"a", "b", "c"}));
    orders.follower(2, log_of({"a", "x", "c"}));
    EXPECT_EQ(committed_records_differ(orders.view, memory), std::nullopt);
    forget_agreement(memory, BrokerId(2), Offset(1));  // It was truncated to 1.
    EXPECT_THAT(committed_records_differ(orders.view, memory), Optional(HasSubstr("at offset 1")));
}

TEST(AgreementBelowHighWatermark, BeginsAtTheLaterLogStart) {
    Orders orders;
    PartitionMemory memory;
    PartitionLog leader = log_of({"x", "b", "c"});
    ASSERT_TRUE(increment_log_start(leader, Offset(1)));
    orders.leader(1, leader);
    orders.follower(2, log_of({"a", "b", "c"}));
    EXPECT_EQ(committed_records_differ(orders.view, memory), std::nullopt);
}

TEST(AgreementBelowHighWatermark, LeavesOutWhatWasCompacted) {
    Orders orders;
    PartitionMemory memory;
    PartitionLog cleaned = log_of({"x", "b", "c"});
    cleaned.cleaner_checkpoint = Offset(1);
    orders.leader(1, cleaned);
    orders.follower(2, log_of({"a", "b", "c"}));
    remember_partition(orders.view, memory);
    EXPECT_EQ(committed_records_differ(orders.view, memory), std::nullopt);
    orders.follower(3, log_of({"a", "b", "z"}));
    EXPECT_THAT(committed_records_differ(orders.view, memory), Optional(HasSubstr("at offset 2")));
}

// ---- high-watermark-never-falls

TEST(HighWatermarkNeverFalls, AFallWithinAnEpochBreaksIt) {
    Orders orders;
    PartitionMemory memory;
    orders.leader(1, log_of({"a", "b"}));
    EXPECT_EQ(high_watermark_fell(orders.view, memory), std::nullopt);
    orders.next_moment();
    orders.leader(1, with_high_watermark(log_of({"a", "b"}), 1));
    EXPECT_THAT(high_watermark_fell(orders.view, memory), Optional(HasSubstr("from 2 to 1")));
}

TEST(HighWatermarkNeverFalls, AnotherLeaderAndAnotherProcessMayKnowLess) {
    Orders orders;
    PartitionMemory memory;
    orders.leader(1, log_of({"a", "b"}));
    EXPECT_EQ(high_watermark_fell(orders.view, memory), std::nullopt);
    orders.next_moment();
    orders.leader(2, with_high_watermark(log_of({"a", "b"}), 1), LeaderEpoch(5));
    EXPECT_EQ(high_watermark_fell(orders.view, memory), std::nullopt);
    orders.next_moment();
    orders.leader(1, with_high_watermark(log_of({"a", "b"}), 1)).starts = 2;
    EXPECT_EQ(high_watermark_fell(orders.view, memory), std::nullopt);
}

// ---- consumers-read-committed

TEST(ConsumersReadCommitted, AConsumerAtTheHighWatermarkHasReadWhatIsCommitted) {
    Orders orders;
    PartitionMemory memory;
    orders.leader(1, with_high_watermark(log_of({"a", "b", "c"}), 2));
    remember_partition(orders.view, memory);
    EXPECT_EQ(consumer_beyond_committed({"audit", Offset(2)}, orders.view, memory), std::nullopt);
    EXPECT_THAT(consumer_beyond_committed({"audit", Offset(3)}, orders.view, memory),
                Optional(std::string("consumer audit stood at offset 3 of orders-0, but no high "
                                     "watermark was ever above 2")));
}

TEST(ConsumersReadCommitted, WhatWasCommittedOnceCountsForGood) {
    Orders orders;
    PartitionMemory memory;
    orders.leader(1, log_of({"a", "b", "c"}));
    remember_partition(orders.view, memory);
    orders.next_moment();
    orders.leader(1, with_high_watermark(log_of({"a", "b", "c"}), 1));
    remember_partition(orders.view, memory);
    EXPECT_EQ(consumer_beyond_committed({"audit", Offset(3)}, orders.view, memory), std::nullopt);
}

TEST(ConsumersReadCommitted, ALeaderThatStillLearnsWhatWasCommittedJudgesNobody) {
    Orders orders;
    PartitionMemory memory;
    orders.leader(1, with_high_watermark(log_of({"a", "b", "c"}), 1)).epoch_start = Offset(3);
    remember_partition(orders.view, memory);
    EXPECT_EQ(consumer_beyond_committed({"audit", Offset(3)}, orders.view, memory), std::nullopt);
}

}  // namespace
}  // namespace brokerlab

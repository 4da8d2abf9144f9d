// Truncation: what a follower throws away when its leader's history differs.
#include "sim/log/truncate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/log_invariants.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using brokerlab::testing::broken_invariants;
using brokerlab::testing::TestLog;
using brokerlab::testing::Text;

/// Batches 0-1, 2-3, 4-5 of epochs 0, 1, 1; a segment each for the first and the others.
TestLog six_records() {
    TestLog test;
    EXPECT_TRUE(test.append({{"a", "0"}, {"b", "1"}}).ok());
    roll(test.log, Offset(2), test.now);
    test.epoch = LeaderEpoch(1);
    EXPECT_TRUE(test.append({{"c", "2"}, {"d", "3"}}).ok());
    EXPECT_TRUE(test.append({{"e", "4"}, {"f", "5"}}).ok());
    test.commit_all();
    return test;
}

TEST(Truncation, RemovesRecordsFromTheEnd) {
    TestLog test = six_records();
    EXPECT_TRUE(truncate_to(test.log, Offset(4), test.now));
    EXPECT_EQ(test.log.log_end_offset, Offset(4));
    EXPECT_EQ(test.log.high_watermark, Offset(4)) << "lowered to the new end";
    EXPECT_THAT(test.read_all(), ElementsAre("0:a=0", "1:b=1", "2:c=2", "3:d=3"));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Truncation, TakesABatchThatHoldsTheOffsetAsAWhole) {
    TestLog test = six_records();
    EXPECT_TRUE(truncate_to(test.log, Offset(5), test.now));
    EXPECT_EQ(test.log.log_end_offset, Offset(5)) << "though the record at 4 is gone, too";
    EXPECT_EQ(test.read_all().size(), 4U);
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
    ASSERT_TRUE(test.append_value("next").ok());
    EXPECT_EQ(test.read_all().back(), "5:-=next");
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Truncation, DropsWholeSegmentsAndTheirEpochsAndSnapshots) {
    TestLog test = six_records();
    roll(test.log, Offset(6), test.now);
    EXPECT_TRUE(truncate_to(test.log, Offset(1), test.now));
    EXPECT_EQ(test.log.segments.size(), 1U);
    EXPECT_THAT(test.log.leader_epochs.entries(),
                ElementsAre(EpochEntry{LeaderEpoch(0), Offset(0)}));
    EXPECT_FALSE(test.log.producers->snapshots.contains(Offset(6)));
    EXPECT_FALSE(test.log.producers->snapshots.contains(Offset(2)));
    EXPECT_THAT(test.read_all(), IsEmpty()) << "0 and 1 were one batch";
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Truncation, ToASegmentsBaseLeavesItEmpty) {
    TestLog test = six_records();
    EXPECT_TRUE(truncate_to(test.log, Offset(2), test.now));
    EXPECT_EQ(test.log.segments.size(), 2U);
    EXPECT_TRUE(test.log.active_segment().empty());
    ASSERT_TRUE(test.append({{"g", "2"}}).ok());
    EXPECT_THAT(test.read_all(), ElementsAre("0:a=0", "1:b=1", "2:g=2"));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Truncation, AtOrAboveTheEndOnlyDropsEpochsThatWroteNothing) {
    TestLog test = six_records();
    // This replica became leader of epoch 5 and lost it before anything was written.
    test.log.leader_epochs.assign(LeaderEpoch(5), Offset(6));
    const PartitionLog before = test.log;
    EXPECT_FALSE(truncate_to(test.log, Offset(6), test.now));
    EXPECT_EQ(test.log.leader_epochs.latest_epoch(), LeaderEpoch(1));
    test.log.leader_epochs = before.leader_epochs;
    EXPECT_EQ(test.log, before) << "nothing but the epochs changed";
    EXPECT_FALSE(truncate_to(test.log, Offset(100), test.now));
    EXPECT_EQ(test.log.leader_epochs.latest_epoch(), LeaderEpoch(1));
    EXPECT_EQ(test.log.log_end_offset, Offset(6));
}

TEST(Truncation, LeavesAHighWatermarkBelowAlone) {
    TestLog test = six_records();
    set_high_watermark(test.log, Offset(3));
    EXPECT_TRUE(truncate_to(test.log, Offset(4), test.now));
    EXPECT_EQ(test.log.high_watermark, Offset(3));
}

TEST(Truncation, LowersTheRecoveryPoint) {
    TestLog test = six_records();
    flush_to(test.log, Offset(6));
    EXPECT_TRUE(truncate_to(test.log, Offset(4), test.now));
    EXPECT_EQ(test.log.recovery_point, Offset(4)) << "what comes now is not on disk yet";
}

TEST(Truncation, BelowTheFirstSegmentStartsTheLogAnew) {
    TestLog test;
    test.log = new_log(test.now, Offset(10));
    ASSERT_TRUE(test.append({{"a", "1"}, {"b", "2"}}).ok());
    EXPECT_TRUE(truncate_to(test.log, Offset(4), test.now));
    EXPECT_EQ(test.log.log_start_offset, Offset(4));
    EXPECT_EQ(test.log.log_end_offset, Offset(4));
    EXPECT_EQ(test.log.high_watermark, Offset(4));
    EXPECT_THAT(test.log.leader_epochs.entries(), IsEmpty());
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Truncation, BelowTheLogStartMovesItBack) {
    TestLog test = six_records();
    ASSERT_TRUE(increment_log_start(test.log, Offset(5)));
    EXPECT_TRUE(truncate_to(test.log, Offset(4), test.now));
    EXPECT_EQ(test.log.log_start_offset, Offset(4));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(FullTruncation, DropsEverything) {
    TestLog test = six_records();
    test.log.cleaner_checkpoint = std::nullopt;
    truncate_fully_and_start_at(test.log, Offset(50), SimTime::from_ms(9));
    PartitionLog expected = new_log(SimTime::from_ms(9), Offset(50));
    EXPECT_EQ(test.log.log_start_offset, Offset(50));
    EXPECT_EQ(test.log.log_end_offset, Offset(50));
    EXPECT_EQ(test.log.high_watermark, Offset(50));
    EXPECT_EQ(test.log.segments, expected.segments);
    EXPECT_THAT(test.log.leader_epochs.entries(), IsEmpty());
    EXPECT_TRUE(test.log.producers->empty());
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
    ASSERT_TRUE(test.append_value("first").ok());
    EXPECT_THAT(test.read_all(), ElementsAre("50:-=first"));
}

// ------------------------------------------------------------------------------- producer states

BatchSpec of_producer(int32_t sequence, bool transactional = false) {
    return {.producer_id = ProducerId(1),
            .producer_epoch = ProducerEpoch(0),
            .base_sequence = Sequence(sequence),
            .transactional = transactional};
}

TEST(TruncationOfProducers, MakesThemForgetWhatWasCut) {
    TestLog test;
    for (int32_t i = 0; i < 4; ++i) {
        ASSERT_TRUE(test.append({{"k", "v"}}, of_producer(i)).ok());
        if (i == 1) {
            roll(test.log, Offset(2), test.now);
        }
    }
    EXPECT_TRUE(truncate_to(test.log, Offset(3), test.now));
    const ProducerStateEntry& entry = test.log.producers->producers.at(ProducerId(1));
    EXPECT_EQ(entry.last_sequence(), Sequence(2));
    EXPECT_EQ(entry.batches.size(), 2U)
        << "one from the snapshot at 2, one replayed behind it; the window of five is gone";
    EXPECT_TRUE(test.append({{"k", "v"}}, of_producer(3)).ok());
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(TruncationOfProducers, OpensTransactionsWhoseMarkerWasCut) {
    TestLog test;
    ASSERT_TRUE(test.append({{"k", "v"}}, of_producer(0, true)).ok());
    ASSERT_TRUE(test.end_txn(ProducerId(1), ProducerEpoch(0), ControlRecordType::kAbort).ok());
    test.commit_all();
    EXPECT_EQ(test.log.last_stable_offset(), Offset(2));
    EXPECT_TRUE(truncate_to(test.log, Offset(1), test.now));
    EXPECT_EQ(test.log.last_stable_offset(), Offset(0));
    EXPECT_TRUE(test.log.producers->ongoing_txns.contains(Offset(0)));
    EXPECT_THAT(test.log.active_segment().txn_index(), IsEmpty());
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(TruncationOfProducers, ForgetsTransactionsThatWereCutWhole) {
    TestLog test;
    ASSERT_TRUE(test.append_value("a").ok());
    ASSERT_TRUE(test.append({{"k", "v"}}, of_producer(0, true)).ok());
    EXPECT_TRUE(truncate_to(test.log, Offset(1), test.now));
    EXPECT_TRUE(test.log.producers->ongoing_txns.empty());
    EXPECT_TRUE(test.log.producers->producers.empty());
    EXPECT_TRUE(test.append({{"k", "v"}}, of_producer(44)).ok()) << "the producer is unknown again";
}

}  // namespace
}  // namespace brokerlab

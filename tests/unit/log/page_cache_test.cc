// Losing power: what was neither flushed nor written back is gone.
#include "sim/log/page_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/log/recovery.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/log_invariants.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using brokerlab::testing::broken_invariants;
using brokerlab::testing::TestLog;

SimTime ms(int64_t milliseconds) {
    return SimTime::from_ms(milliseconds);
}

TEST(WriteBack, HappensAtTheFirstLookAfterThirtySeconds) {
    EXPECT_FALSE(written_back(ms(0), ms(0)));
    EXPECT_FALSE(written_back(ms(0), ms(29'999)));
    EXPECT_TRUE(written_back(ms(0), ms(30'000)));
    // Written at 1 s it is old enough at 31 s, but nobody looks before 35 s.
    EXPECT_FALSE(written_back(ms(1'000), ms(31'000)));
    EXPECT_FALSE(written_back(ms(1'000), ms(34'999)));
    EXPECT_TRUE(written_back(ms(1'000), ms(35'000)));
    EXPECT_FALSE(written_back(ms(4'999), ms(34'999)));
    EXPECT_TRUE(written_back(ms(5'000), ms(35'000)));
    EXPECT_FALSE(written_back(ms(5'001), ms(39'999)));
}

/// A batch a second from 0 s on; offset i is written at i seconds.
TestLog a_batch_a_second(int seconds) {
    TestLog test;
    for (int i = 0; i < seconds; ++i) {
        EXPECT_TRUE(test.append_value(std::to_string(i)).ok());
        test.pass(Duration::from_ms(1'000));
    }
    test.commit_all();
    return test;
}

void power_off_and_on(TestLog& test) {
    const LogCheckpoints checkpoints{.recovery_point = test.log.recovery_point,
                                     .log_start_offset = test.log.log_start_offset,
                                     .high_watermark = test.log.high_watermark};
    lose_page_cache(test.log, test.now);
    recover_log(test.log, test.config, checkpoints, Shutdown::kUnclean, test.now);
}

TEST(PowerLoss, TakesTheYoungestBatches) {
    TestLog test = a_batch_a_second(33);
    EXPECT_EQ(lose_page_cache(test.log, test.now), 32U)
        << "at 33 s the last look was at 30 s: it found what was written at 0 s";
    EXPECT_EQ(test.log.active_segment().next_offset(), Offset(1));
    EXPECT_EQ(test.log.log_end_offset, Offset(1)) << "what is gone is not in the log";

    TestLog later = a_batch_a_second(36);
    EXPECT_EQ(lose_page_cache(later.log, later.now), 30U);
    EXPECT_EQ(later.log.active_segment().next_offset(), Offset(6));
}

TEST(PowerLoss, LeavesWhatWasFlushed) {
    TestLog test = a_batch_a_second(5);
    flush_to(test.log, Offset(3));
    EXPECT_EQ(lose_page_cache(test.log, test.now), 2U);
    EXPECT_EQ(test.log.active_segment().next_offset(), Offset(3));
    EXPECT_EQ(lose_page_cache(test.log, test.now), 0U) << "nothing more is to be lost";
}

TEST(PowerLoss, TakesNothingAfterACleanStop) {
    TestLog test = a_batch_a_second(5);
    close_cleanly(test.log, test.now);
    const PartitionLog before = test.log;
    EXPECT_EQ(lose_page_cache(test.log, test.now), 0U);
    EXPECT_EQ(test.log, before);
}

TEST(PowerLoss, TakesNothingThatIsOldEnough) {
    TestLog test = a_batch_a_second(5);
    test.pass(Duration::from_ms(31'000));  // 36 s: looked at 35 s, the last write was at 4 s
    EXPECT_EQ(lose_page_cache(test.log, test.now), 0U);
}

TEST(PowerLoss, TakesTheSegmentsBehindTheFirstLostBatch) {
    TestLog test = a_batch_a_second(4);
    flush_to(test.log, Offset(2));
    roll(test.log, Offset(4), test.now);
    ASSERT_TRUE(test.append_value("4").ok());
    ASSERT_TRUE(test.log.producers->snapshots.contains(Offset(4)));
    EXPECT_EQ(lose_page_cache(test.log, test.now), 3U);
    EXPECT_EQ(test.log.segments.size(), 1U);
    EXPECT_FALSE(test.log.producers->snapshots.contains(Offset(4))) << "nor was it on disk";
}

TEST(PowerLoss, OfABrokerMovesLogEndHighWatermarkAndEpochsBack) {
    TestLog test = a_batch_a_second(3);
    flush_to(test.log, Offset(3));
    test.epoch = LeaderEpoch(1);
    ASSERT_TRUE(test.append_value("3").ok());
    test.commit_all();
    power_off_and_on(test);
    EXPECT_EQ(test.log.log_end_offset, Offset(3));
    EXPECT_EQ(test.log.high_watermark, Offset(3)) << "the checkpoint said 4";
    EXPECT_THAT(test.log.leader_epochs.entries(),
                ElementsAre(EpochEntry{LeaderEpoch(0), Offset(0)}))
        << "the epoch's file was on disk, its batch was not";
    EXPECT_THAT(test.read_all(), ElementsAre("0:-=0", "1:-=1", "2:-=2"));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
    ASSERT_TRUE(test.append_value("other").ok());
    EXPECT_EQ(test.read_all().back(), "3:-=other") << "another history begins";
}

TEST(PowerLoss, OfABrokerMakesItForgetLostSequencesAndMarkers) {
    TestLog test;
    const auto write = [&](int32_t sequence) {
        return test.append({{"k", "v"}}, {.producer_id = ProducerId(1),
                                          .producer_epoch = ProducerEpoch(0),
                                          .base_sequence = Sequence(sequence),
                                          .transactional = true});
    };
    ASSERT_TRUE(write(0).ok());
    flush_to(test.log, Offset(1));
    ASSERT_TRUE(write(1).ok());
    ASSERT_TRUE(test.end_txn(ProducerId(1), ProducerEpoch(0), ControlRecordType::kCommit).ok());
    test.commit_all();
    power_off_and_on(test);
    EXPECT_EQ(test.log.producers->producers.at(ProducerId(1)).last_sequence(), Sequence(0));
    EXPECT_EQ(test.log.last_stable_offset(), Offset(0)) << "the transaction is open again";
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(PowerLoss, OfAllLeavesAnEmptyLog) {
    TestLog test = a_batch_a_second(3);
    power_off_and_on(test);
    EXPECT_EQ(test.log.log_end_offset, Offset(0));
    EXPECT_THAT(test.read_all(), IsEmpty());
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
    EXPECT_TRUE(test.append_value("first").ok());
}

TEST(PowerLoss, KeepsASnapshotThatWasFlushedWithTheRoll) {
    TestLog test = a_batch_a_second(2);
    roll(test.log, Offset(2), test.now);
    flush_to(test.log, Offset(2));
    ASSERT_TRUE(test.append_value("2").ok());
    EXPECT_EQ(lose_page_cache(test.log, test.now), 1U);
    EXPECT_TRUE(test.log.producers->snapshots.contains(Offset(2)));
    EXPECT_EQ(test.log.segments.size(), 2U) << "the new segment stays, empty";
}

}  // namespace
}  // namespace brokerlab

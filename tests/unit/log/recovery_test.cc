// Starting a broker's log again: after a clean stop, after a kill.
#include "sim/log/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/log_invariants.h"
#include "tests/unit/log/segment_fixture.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using brokerlab::testing::all_of;
using brokerlab::testing::broken_invariants;
using brokerlab::testing::TestLog;

BatchSpec of_producer(int32_t sequence, bool transactional = false, int64_t producer = 1) {
    return {.producer_id = ProducerId(producer),
            .producer_epoch = ProducerEpoch(0),
            .base_sequence = Sequence(sequence),
            .transactional = transactional};
}

/// What the broker's checkpoint files would say if they were written now.
LogCheckpoints checkpoints_of(const PartitionLog& log) {
    return {.recovery_point = log.recovery_point,
            .log_start_offset = log.log_start_offset,
            .high_watermark = log.high_watermark};
}
void kill_and_start(TestLog& test, const LogCheckpoints& checkpoints) {
    recover_log(test.log, test.config, checkpoints, Shutdown::kUnclean, test.now);
}
void kill_and_start(TestLog& test) {
    kill_and_start(test, checkpoints_of(test.log));
}
void stop_and_start(TestLog& test) {
    close_cleanly(test.log, test.now);
    recover_log(test.log, test.config, checkpoints_of(test.log), Shutdown::kClean, test.now);
}

/// Eight batches of producer 1, one record each, with a roll and a flush before the fifth.
TestLog eight_batches() {
    TestLog test;
    test.config.index_interval_bytes = 100;
    for (int32_t i = 0; i < 8; ++i) {
        if (i == 4) {
            roll(test.log, Offset(4), test.now);
            flush_to(test.log, Offset(4));
        }
        test.epoch = LeaderEpoch(i / 3);
        EXPECT_TRUE(test.append({{"k", std::to_string(i)}}, of_producer(i)).ok());
    }
    test.commit_all();
    return test;
}

TEST(Kill, LosesNoRecordEpochOrIndexEntry) {
    TestLog test = eight_batches();
    const TestLog before = test;
    kill_and_start(test);
    EXPECT_EQ(test.read_all(), before.read_all());
    EXPECT_EQ(test.log.log_end_offset, Offset(8));
    EXPECT_EQ(test.log.high_watermark, Offset(8));
    EXPECT_EQ(test.log.leader_epochs, before.log.leader_epochs);
    EXPECT_EQ(test.log.segments[0], before.log.segments[0]) << "flushed, so it is not even read";
    const Segment& recovered = *test.log.segments[1];
    EXPECT_EQ(all_of(recovered.batches()), all_of(before.log.segments[1]->batches()));
    EXPECT_EQ(all_of(recovered.offset_index()), all_of(before.log.segments[1]->offset_index()));
    EXPECT_EQ(recovered.time_index().back().timestamp, kBootTimestamp);
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Kill, LosesTheIdempotenceWindowButForOneBatch) {
    TestLog test = eight_batches();
    for (int32_t i = 3; i < 8; ++i) {
        EXPECT_TRUE(test.append({{"k", std::to_string(i)}}, of_producer(i)).duplicate) << i;
    }
    kill_and_start(test);
    // The scan ends with a snapshot at the log's end, which is then loaded: it has one batch.
    EXPECT_TRUE(test.log.producers->snapshots.contains(Offset(8)));
    EXPECT_EQ(test.log.producers->producers.at(ProducerId(1)).batches.size(), 1U);
    EXPECT_TRUE(test.append({{"k", "7"}}, of_producer(7)).duplicate);
    EXPECT_EQ(test.append({{"k", "6"}}, of_producer(6)).error, ErrorCode::kOutOfOrderSequenceNumber)
        << "a retry in flight at the kill is refused, though its records are there";
    EXPECT_TRUE(test.append({{"k", "8"}}, of_producer(8)).ok()) << "the producer can go on";
}

TEST(CleanStop, LeavesOneBatchAProducer) {
    TestLog test = eight_batches();
    const TestLog before = test;
    stop_and_start(test);
    EXPECT_EQ(test.read_all(), before.read_all());
    EXPECT_EQ(test.log.segments, before.log.segments) << "the files are taken as they are";
    EXPECT_EQ(test.log.recovery_point, Offset(8));
    EXPECT_EQ(test.log.producers->producers.at(ProducerId(1)).batches.size(), 1U);
    EXPECT_TRUE(test.append({{"k", "7"}}, of_producer(7)).duplicate);
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(CleanStop, OfALogWithoutProducersIsStartedWithoutAScan) {
    TestLog test;
    ASSERT_TRUE(test.append_value("a").ok());
    test.commit_all();
    stop_and_start(test);
    EXPECT_THAT(test.read_all(), ElementsAre("0:-=a"));
    EXPECT_TRUE(test.log.producers->producers.empty());
    EXPECT_TRUE(test.append({{"k", "v"}}, of_producer(17)).ok());
}

TEST(Recovery, ForgetsProducersThatExpiredMeanwhile) {
    TestLog test = eight_batches();
    close_cleanly(test.log, test.now);
    test.pass(Duration::from_ms(ProducerStates::kExpirationMs));
    recover_log(test.log, test.config, checkpoints_of(test.log), Shutdown::kClean, test.now);
    EXPECT_TRUE(test.log.producers->producers.empty());
}

TEST(Recovery, ClampsTheHighWatermark) {
    struct Case {
        int64_t checkpoint;
        int64_t expected;
    };
    for (const Case& c : {Case{0, 2}, Case{5, 5}, Case{8, 8}, Case{99, 8}}) {
        TestLog test = eight_batches();
        ASSERT_TRUE(increment_log_start(test.log, Offset(2)));
        LogCheckpoints checkpoints = checkpoints_of(test.log);
        checkpoints.high_watermark = Offset(c.checkpoint);
        kill_and_start(test, checkpoints);
        EXPECT_EQ(test.log.high_watermark, Offset(c.expected)) << c.checkpoint;
        EXPECT_THAT(broken_invariants(test.log), IsEmpty());
    }
}

TEST(Recovery, TakesTheRecoveryPointOfTheCheckpoint) {
    TestLog test = eight_batches();
    LogCheckpoints checkpoints = checkpoints_of(test.log);
    checkpoints.recovery_point = Offset(2);
    TestLog older = test;
    kill_and_start(older, checkpoints);
    EXPECT_EQ(older.log.recovery_point, Offset(2)) << "only a flush raises it";
    EXPECT_EQ(older.read_all(), test.read_all());
    checkpoints.recovery_point = Offset(50);
    kill_and_start(test, checkpoints);
    EXPECT_EQ(test.log.recovery_point, Offset(8)) << "never beyond the log's end";
}

TEST(Recovery, MayFindTheLogStartWhereItWasAtTheCheckpoint) {
    TestLog test = eight_batches();
    LogCheckpoints checkpoints = checkpoints_of(test.log);
    ASSERT_TRUE(increment_log_start(test.log, Offset(6)));  // DeleteRecords, not yet checkpointed
    TestLog killed = test;
    kill_and_start(killed, checkpoints);
    EXPECT_EQ(killed.log.log_start_offset, Offset(0));
    EXPECT_EQ(killed.read_all().size(), 8U) << "the deleted records are back";

    checkpoints.log_start_offset = Offset(6);
    kill_and_start(test, checkpoints);
    EXPECT_EQ(test.log.log_start_offset, Offset(6));
    EXPECT_THAT(test.log.leader_epochs.entries(),
                ElementsAre(EpochEntry{LeaderEpoch(2), Offset(6)}));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Recovery, StartsAtTheFirstSegmentWhereTheCheckpointIsOlder) {
    TestLog test = eight_batches();
    test.log.segments.erase(test.log.segments.begin());  // Retention deleted it just before.
    LogCheckpoints checkpoints = checkpoints_of(test.log);
    checkpoints.log_start_offset = Offset(0);
    checkpoints.high_watermark = Offset(3);
    kill_and_start(test, checkpoints);
    EXPECT_EQ(test.log.log_start_offset, Offset(4));
    EXPECT_EQ(test.log.high_watermark, Offset(4));
}

TEST(Recovery, DropsALogThatEndsBelowItsStart) {
    TestLog test = eight_batches();
    LogCheckpoints checkpoints = checkpoints_of(test.log);
    checkpoints.log_start_offset = Offset(20);
    kill_and_start(test, checkpoints);
    EXPECT_EQ(test.log.log_start_offset, Offset(20));
    EXPECT_EQ(test.log.log_end_offset, Offset(20));
    EXPECT_EQ(test.log.high_watermark, Offset(20));
    EXPECT_THAT(test.read_all(), IsEmpty());
    EXPECT_THAT(test.log.leader_epochs.entries(), IsEmpty());
    EXPECT_TRUE(test.log.producers->producers.empty());
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Recovery, MendsEpochsBeyondTheEnd) {
    TestLog test = eight_batches();
    test.log.leader_epochs.assign(LeaderEpoch(9), Offset(8));  // leader for a moment, no write
    kill_and_start(test);
    EXPECT_EQ(test.log.leader_epochs.latest_epoch(), LeaderEpoch(2));
}

TEST(Recovery, FindsTheEpochsOfTheBatchesItReads) {
    TestLog test = eight_batches();
    const LeaderEpochCache before = test.log.leader_epochs;
    test.log.leader_epochs.truncate_from_end(Offset(5));  // the file lost its last entry
    ASSERT_NE(test.log.leader_epochs, before);
    kill_and_start(test);
    EXPECT_EQ(test.log.leader_epochs, before);
}

TEST(Recovery, FindsTransactionsAgain) {
    TestLog test;
    ASSERT_TRUE(test.append({{"k", "a"}}, of_producer(0, true, 1)).ok());  // 0
    ASSERT_TRUE(test.append({{"k", "b"}}, of_producer(0, true, 2)).ok());  // 1
    ASSERT_TRUE(test.append({{"k", "c"}}, of_producer(0, true, 3)).ok());  // 2
    ASSERT_TRUE(test.end_txn(ProducerId(1), ProducerEpoch(0), ControlRecordType::kAbort).ok());
    ASSERT_TRUE(test.end_txn(ProducerId(2), ProducerEpoch(0), ControlRecordType::kAbort).ok());
    test.commit_all();
    LogCheckpoints checkpoints = checkpoints_of(test.log);
    checkpoints.high_watermark = Offset(4);  // below the marker of producer 2
    const TxnIndex before = test.log.segments[0]->txn_index();
    kill_and_start(test, checkpoints);
    EXPECT_EQ(test.log.segments[0]->txn_index(), before);
    EXPECT_TRUE(test.log.producers->ongoing_txns.contains(Offset(2)));
    EXPECT_EQ(test.log.last_stable_offset(), Offset(2))
        << "a snapshot does not tell of markers that wait for the high watermark";
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Recovery, PutsTheEndWhereTheLastWholeBatchEnds) {
    TestLog test = eight_batches();
    ASSERT_TRUE(test.append({{"a", "8"}, {"b", "9"}}).ok());
    // A truncation to 9 took the batch 8-9; the LEO is 9 until the broker starts again.
    test.log.edit_active_segment().truncate_to(Offset(8), test.wall());
    test.log.log_end_offset = Offset(9);
    stop_and_start(test);
    EXPECT_EQ(test.log.log_end_offset, Offset(8));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Recovery, OfARecoveredLogChangesNothing) {
    TestLog test = eight_batches();
    kill_and_start(test);
    const PartitionLog once = test.log;
    kill_and_start(test);
    EXPECT_EQ(test.log.segments, once.segments);
    EXPECT_EQ(test.log.leader_epochs, once.leader_epochs);
    EXPECT_EQ(test.read_all().size(), 8U);
}

}  // namespace
}  // namespace brokerlab

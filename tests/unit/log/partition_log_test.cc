// A log as a whole: its offsets, its high watermark, its segments.
#include "sim/log/partition_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/log_invariants.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using brokerlab::testing::batch_of;
using brokerlab::testing::broken_invariants;
using brokerlab::testing::TestLog;

std::vector<int64_t> bases(const PartitionLog& log) {
    std::vector<int64_t> bases;
    for (const Cow<Segment>& segment : log.segments) {
        bases.push_back(segment->base_offset().value);
    }
    return bases;
}

TEST(NewLog, StartsWhereItIsTold) {
    const PartitionLog log = new_log(SimTime::from_ms(5), Offset(77));
    EXPECT_EQ(log.log_start_offset, Offset(77));
    EXPECT_EQ(log.log_end_offset, Offset(77));
    EXPECT_EQ(log.high_watermark, Offset(77));
    EXPECT_EQ(log.last_stable_offset(), Offset(77));
    EXPECT_EQ(log.size_in_bytes(), 0);
    EXPECT_THAT(bases(log), ElementsAre(77));
    EXPECT_THAT(broken_invariants(log), IsEmpty());
}

TEST(HighWatermark, StaysBetweenLogStartAndLogEnd) {
    TestLog test;
    ASSERT_TRUE(test.append({{"a", "1"}, {"b", "2"}, {"c", "3"}}).ok());
    set_high_watermark(test.log, Offset(2));
    EXPECT_EQ(test.log.high_watermark, Offset(2));
    set_high_watermark(test.log, Offset(100));
    EXPECT_EQ(test.log.high_watermark, Offset(3));
    ASSERT_TRUE(increment_log_start(test.log, Offset(1)));
    set_high_watermark(test.log, Offset(0));
    EXPECT_EQ(test.log.high_watermark, Offset(1)) << "a follower's may move back";
}

TEST(LogStart, OnlyMovesForward) {
    TestLog test;
    ASSERT_TRUE(test.append({{"a", "1"}, {"b", "2"}}).ok());
    test.epoch = LeaderEpoch(1);
    ASSERT_TRUE(test.append({{"c", "3"}, {"d", "4"}}).ok());
    test.commit_all();
    EXPECT_TRUE(increment_log_start(test.log, Offset(3)));
    EXPECT_EQ(test.log.log_start_offset, Offset(3));
    EXPECT_THAT(test.log.leader_epochs.entries(),
                ElementsAre(EpochEntry{LeaderEpoch(1), Offset(3)}));
    const PartitionLog before = test.log;
    EXPECT_FALSE(increment_log_start(test.log, Offset(3)));
    EXPECT_FALSE(increment_log_start(test.log, Offset(1)));
    EXPECT_EQ(test.log, before);
    EXPECT_TRUE(increment_log_start(test.log, Offset(4))) << "up to the high watermark";
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(LogStart, BehindAnOpenTransactionIsTheLastStableOffset) {
    TestLog test;
    ASSERT_TRUE(test.append({{"a", "1"}, {"b", "2"}}, {.producer_id = ProducerId(1),
                                                       .producer_epoch = ProducerEpoch(0),
                                                       .base_sequence = Sequence(0),
                                                       .transactional = true})
                    .ok());
    test.commit_all();
    EXPECT_EQ(test.log.last_stable_offset(), Offset(0));
    ASSERT_TRUE(increment_log_start(test.log, Offset(1)));
    EXPECT_EQ(test.log.last_stable_offset(), Offset(1)) << "never below the log's start";
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Roll, SealsTheOldSegmentAndSnapshotsTheProducers) {
    TestLog test;
    ASSERT_TRUE(test.append({{"a", "1"}}, {.producer_id = ProducerId(1),
                                           .producer_epoch = ProducerEpoch(0),
                                           .base_sequence = Sequence(0)})
                    .ok());
    roll(test.log, Offset(1), test.now);
    EXPECT_THAT(bases(test.log), ElementsAre(0, 1));
    EXPECT_EQ(test.log.segments[0]->time_index().size(), 1U);
    EXPECT_EQ(test.log.producers->snapshots.at(Offset(1))->producers.size(), 1U);
    EXPECT_EQ(test.log.log_end_offset, Offset(1));
    EXPECT_EQ(test.log.recovery_point, Offset(0));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Roll, LeavesAnEmptySegmentWhereItIs) {
    TestLog test;
    roll(test.log, Offset(0), test.now);
    EXPECT_THAT(bases(test.log), ElementsAre(0));
    ASSERT_TRUE(test.append_value("a").ok());
    roll(test.log, Offset(1), test.now);
    roll(test.log, Offset(1), test.now);
    EXPECT_THAT(bases(test.log), ElementsAre(0, 1));
}

TEST(Roll, MayLeaveAGap) {
    TestLog test;
    ASSERT_TRUE(test.append_value("a").ok());
    roll(test.log, Offset(40), test.now);
    EXPECT_THAT(bases(test.log), ElementsAre(0, 40));
    EXPECT_EQ(test.log.segment_index(Offset(39)), 0U);
    EXPECT_EQ(test.log.segment_index(Offset(40)), 1U);
}

TEST(SegmentIndex, IsThatOfTheLastSegmentThatStartsAtOrBefore) {
    TestLog test;
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(test.append({{"a", "1"}, {"b", "2"}}).ok());
        roll(test.log, test.log.log_end_offset, test.now);
    }
    EXPECT_THAT(bases(test.log), ElementsAre(0, 2, 4, 6));
    const std::vector<std::size_t> expected = {0, 0, 1, 1, 2, 2, 3, 3, 3};
    for (std::size_t offset = 0; offset < expected.size(); ++offset) {
        EXPECT_EQ(test.log.segment_index(Offset(static_cast<int64_t>(offset))), expected[offset]);
    }
    EXPECT_EQ(test.log.segment_index(Offset(-5)), 0U);
}

TEST(Flush, RaisesTheRecoveryPointOnly) {
    TestLog test;
    ASSERT_TRUE(test.append({{"a", "1"}, {"b", "2"}, {"c", "3"}}).ok());
    flush_to(test.log, Offset(2));
    EXPECT_EQ(test.log.recovery_point, Offset(2));
    flush_to(test.log, Offset(1));
    EXPECT_EQ(test.log.recovery_point, Offset(2));
}

}  // namespace
}  // namespace brokerlab

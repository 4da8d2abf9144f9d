// When a log is dirty enough to be cleaned, how far, and how the segments are put together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/log/cleaner.h"
#include "sim/log/truncate.h"
#include "tests/unit/log/cleaner_fixture.h"
#include "tests/unit/log/log_invariants.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using brokerlab::testing::broken_invariants;
using brokerlab::testing::CompactedLog;

/// Three closed segments of one record each, and an empty active one. All records are of one size.
CompactedLog three_segments() {
    CompactedLog test;
    for (const char* key : {"a", "b", "c"}) {
        test.put(key, "1");
        test.close_segment();
    }
    return test;
}

TEST(CleanableRange, OfANewLogIsEmpty) {
    const CompactedLog test;
    const CleanableRange range = test.range();
    EXPECT_EQ(range.first_dirty, Offset(0));
    EXPECT_EQ(range.first_uncleanable, Offset(0));
    EXPECT_EQ(range.dirty_ratio_ppm(), 0);
    EXPECT_FALSE(is_cleanable(range, test.config));
}

TEST(CleanableRange, GoesFromTheCheckpointToTheActiveSegment) {
    CompactedLog test = three_segments();
    const int64_t size = test.log.segments[0]->size_in_bytes();
    CleanableRange range = test.range();
    EXPECT_EQ(range.first_dirty, Offset(0));
    EXPECT_EQ(range.first_uncleanable, Offset(3));
    EXPECT_EQ(range.clean_bytes, 0);
    EXPECT_EQ(range.cleanable_bytes, 3 * size);
    EXPECT_EQ(range.dirty_ratio_ppm(), 1'000'000);

    test.log.cleaner_checkpoint = Offset(1);
    range = test.range();
    EXPECT_EQ(range.first_dirty, Offset(1));
    EXPECT_EQ(range.clean_bytes, size);
    EXPECT_EQ(range.cleanable_bytes, 2 * size);
    EXPECT_EQ(range.dirty_ratio_ppm(), 666'666);
}

TEST(CleanableRange, EndsWithTheSegmentThatHoldsTheLastStableOffset) {
    CompactedLog test = three_segments();
    set_high_watermark(test.log, Offset(2));
    EXPECT_EQ(test.range().first_uncleanable, Offset(2));
    set_high_watermark(test.log, Offset(0));
    EXPECT_EQ(test.range().first_uncleanable, Offset(0));
    EXPECT_EQ(test.range().cleanable_bytes, 0);
}

TEST(CleanableRange, StartsAgainWhenTheCheckpointIsOutsideOfTheLog) {
    CompactedLog test = three_segments();
    test.log.cleaner_checkpoint = Offset(3);
    ASSERT_TRUE(increment_log_start(test.log, Offset(1)));
    EXPECT_EQ(test.range().first_dirty, Offset(3));
    test.log.cleaner_checkpoint = Offset(0);
    EXPECT_EQ(test.range().first_dirty, Offset(1)) << "below the log start";
    test.log.cleaner_checkpoint = Offset(4);
    EXPECT_EQ(test.range().first_dirty, Offset(1)) << "above the log end";
}

TEST(CleanableRange, LeavesOutWhatIsYoungerThanMinCompactionLag) {
    CompactedLog test;
    for (const char* key : {"a", "b", "c"}) {
        test.put(key, "1");
        test.close_segment();
        test.pass(Duration::from_ms(1000));
    }
    test.config.min_compaction_lag_ms = 2000;  // written 3000, 2000 and 1000 ms ago
    EXPECT_EQ(test.range().first_uncleanable, Offset(2));
    test.config.min_compaction_lag_ms = 2001;
    EXPECT_EQ(test.range().first_uncleanable, Offset(1));
    test.config.min_compaction_lag_ms = 60'000;
    EXPECT_EQ(test.range().first_uncleanable, Offset(0));
}

TEST(Cleanable, IsALogDirtierThanTheRatio) {
    CompactedLog test = three_segments();
    test.log.cleaner_checkpoint = Offset(2);
    ASSERT_EQ(test.range().dirty_ratio_ppm(), 333'333);
    test.config.min_cleanable_dirty_ratio_ppm = 333'332;
    EXPECT_TRUE(is_cleanable(test.range(), test.config));
    test.config.min_cleanable_dirty_ratio_ppm = 500'000;
    EXPECT_FALSE(is_cleanable(test.range(), test.config));

    CompactedLog half;
    half.put("a", "1");
    half.close_segment();
    half.put("b", "1");
    half.close_segment();
    half.log.cleaner_checkpoint = Offset(1);
    ASSERT_EQ(half.range().dirty_ratio_ppm(), 500'000);
    EXPECT_FALSE(is_cleanable(half.range(), half.config))
        << "more than the ratio, not just as much";
}

TEST(Cleanable, IsALogWithRecordsOlderThanMaxCompactionLag) {
    CompactedLog test = three_segments();
    test.config.max_compaction_lag_ms = 1000;
    test.config.min_cleanable_dirty_ratio_ppm = 1'000'000;
    test.pass(Duration::from_ms(1000));
    EXPECT_FALSE(test.range().overdue);
    EXPECT_FALSE(is_cleanable(test.range(), test.config));
    test.pass(Duration::from_ms(1));
    EXPECT_TRUE(test.range().overdue);
    EXPECT_TRUE(is_cleanable(test.range(), test.config));
    test.log.cleaner_checkpoint = Offset(3);
    EXPECT_FALSE(test.range().overdue) << "nothing is dirty";
    EXPECT_FALSE(is_cleanable(test.range(), test.config));
}

// --------------------------------------------------------------------------------- the offset map

TEST(OffsetMap, EndsThePassWhereItIsFull) {
    CompactedLog test;
    for (const char* key : {"a", "b", "a", "c", "a", "d"}) {
        test.put(key, std::to_string(test.log.log_end_offset.value));
    }
    test.close_segment();
    const CleanerStats stats = test.clean(/*map_entries=*/2);
    EXPECT_EQ(stats.end_offset, Offset(2))
        << "once two keys are in, not even a known one is looked at";
    EXPECT_EQ(test.log.cleaner_checkpoint, Offset(2));
    EXPECT_EQ(test.read_all().size(), 6U) << "nothing in 0 and 1 was replaced within 0 and 1";

    EXPECT_EQ(test.clean(2).end_offset, Offset(4));
    EXPECT_THAT(test.read_all(), ElementsAre("1:b=1", "2:a=2", "3:c=3", "4:a=4", "5:d=5"));
    EXPECT_EQ(test.clean(2).end_offset, Offset(6));
    EXPECT_THAT(test.read_all(), ElementsAre("1:b=1", "3:c=3", "4:a=4", "5:d=5"));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(OffsetMap, MayEndWithinABatch) {
    CompactedLog test;
    test.put("a", "0");
    ASSERT_TRUE(test.append({{"b", "1"}, {"a", "2"}, {"c", "3"}}).ok());
    test.close_segment();
    EXPECT_EQ(test.clean(2).end_offset, Offset(2));
    EXPECT_EQ(test.read_all().size(), 4U) << "the record at 2 replaces nothing yet";
    EXPECT_EQ(test.clean(2).end_offset, Offset(4));
    EXPECT_THAT(test.read_all(), ElementsAre("1:b=1", "2:a=2", "3:c=3"));
}

// ---------------------------------------------------------------------------------------- grouping

TEST(Grouping, PutsSegmentsTogetherUpToSegmentBytes) {
    CompactedLog test = three_segments();
    const int64_t size = test.log.segments[0]->size_in_bytes();
    test.config.segment_bytes = 2 * size;
    test.clean();
    EXPECT_THAT(test.bases(), ElementsAre(0, 2, 3));
    EXPECT_THAT(test.read_all(), ElementsAre("0:a=1", "1:b=1", "2:c=1"));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Grouping, GoesByTheSizesBeforeTheCleaning) {
    CompactedLog test;
    for (int i = 0; i < 4; ++i) {
        test.put("a", "1");
        test.close_segment();
    }
    test.config.segment_bytes = test.log.segments[0]->size_in_bytes();
    test.clean();
    EXPECT_THAT(test.bases(), ElementsAre(0, 1, 2, 3, 4)) << "empty now, but each was full";
    EXPECT_THAT(test.read_all(), ElementsAre("3:a=1"));
    test.put("b", "1");
    test.close_segment();
    test.clean();
    EXPECT_THAT(test.bases(), ElementsAre(0, 4, 5)) << "the next pass puts them together";
    EXPECT_THAT(test.read_all(), ElementsAre("3:a=1", "4:b=1"));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Grouping, KeepsOffsetsWithinReachOfTheIndex) {
    CompactedLog test;
    test.put("a", "1");
    roll(test.log, Offset(int64_t{1} << 31), test.now);
    const Records far{
        {BatchRef(testing::batch_of({{"b", "1"}}, {.base_offset = Offset(int64_t{1} << 31),
                                                   .partition_leader_epoch = LeaderEpoch(0)}))}};
    ASSERT_TRUE(append_as_follower(test.log, far, test.context()).ok());
    test.close_segment();
    test.clean();
    EXPECT_EQ(test.log.segments.size(), 3U) << "one segment can't hold offsets 2^31 apart";
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Cleaning, KeepsTheTimesByWhichRetentionGoes) {
    CompactedLog test;
    test.put("a", "1");
    test.pass(Duration::from_ms(4000));
    ASSERT_TRUE(test.append({{"b", "1", kNoTimestamp}}).ok());
    test.close_segment();
    const Timestamp before = test.log.segments[0]->largest_timestamp();
    test.pass(Duration::from_ms(90'000));
    test.clean();
    EXPECT_EQ(test.log.segments[0]->largest_timestamp(), before);
}

TEST(Cleaning, KeepsTheLastWriteOfASegmentWithoutTimestamps) {
    CompactedLog test;
    test.pass(Duration::from_ms(4000));
    ASSERT_TRUE(test.append({{"b", "1", kNoTimestamp}}).ok());
    test.close_segment();
    const Timestamp before = test.log.segments[0]->largest_timestamp();
    test.pass(Duration::from_ms(90'000));
    test.clean();
    EXPECT_EQ(test.log.segments[0]->largest_timestamp(), before);
}

TEST(Cleaning, OfACopyLeavesTheOriginal) {
    CompactedLog test;
    test.put("a", "1");
    test.put("a", "2");
    test.close_segment();
    const PartitionLog original = test.log;
    const uint64_t digest = digest_of(original);
    test.clean();
    EXPECT_NE(test.log, original);
    EXPECT_EQ(digest_of(original), digest);
    EXPECT_EQ(original.segments[0]->batches().size(), 2U);
}

TEST(Truncation, LowersTheCleanerCheckpointToTheActiveSegmentsBase) {
    CompactedLog test = three_segments();
    test.config.segment_bytes = test.log.segments[0]->size_in_bytes();
    test.clean();
    ASSERT_EQ(test.log.cleaner_checkpoint, Offset(3));
    ASSERT_TRUE(truncate_to(test.log, Offset(2), test.now));
    EXPECT_EQ(test.log.cleaner_checkpoint, Offset(2));
    EXPECT_EQ(test.range().first_dirty, Offset(2));

    CompactedLog merged = three_segments();
    merged.clean();
    ASSERT_EQ(merged.log.segments.size(), 2U);
    ASSERT_TRUE(truncate_to(merged.log, Offset(2), merged.now));
    EXPECT_EQ(merged.log.cleaner_checkpoint, Offset(0)) << "0 to 2 are one segment, active again";
}

}  // namespace
}  // namespace brokerlab

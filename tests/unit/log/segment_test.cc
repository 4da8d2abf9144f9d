// A segment: where its batches lie, what its indexes hold, and when it is full.
#include "sim/log/segment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/log/segment_fixture.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using brokerlab::testing::all_of;
using brokerlab::testing::PlacedBatch;
using brokerlab::testing::TestSegment;

OffsetIndexEntry at(int64_t offset, int32_t position) {
    return {Offset(offset), position};
}
TimeIndexEntry time_at(int64_t timestamp, int64_t offset) {
    return {Timestamp(timestamp), Offset(offset)};
}

TEST(Segment, IsEmptyAtFirst) {
    const Segment segment(Offset(42), kBootTimestamp, 0);
    EXPECT_TRUE(segment.empty());
    EXPECT_EQ(segment.base_offset(), Offset(42));
    EXPECT_EQ(segment.next_offset(), Offset(42));
    EXPECT_EQ(segment.size_in_bytes(), 0);
    EXPECT_EQ(segment.max_timestamp_so_far(), TimeIndexEntry());
    EXPECT_EQ(segment.first_batch_timestamp(), std::nullopt);
    EXPECT_EQ(segment.find_batch(Offset(42)), 0U);
    EXPECT_EQ(segment.offset_index_lookup(Offset(42)), 0);
    EXPECT_EQ(segment.time_index_lookup(Timestamp(0)), time_at(-1, 42));
    EXPECT_EQ(segment.find_offset_by_timestamp(Timestamp(0), Offset(0)), std::nullopt);
    EXPECT_EQ(segment.fetch_upper_bound(0, 100), std::nullopt);
}

TEST(Segment, PutsBatchesOneBehindTheOther) {
    TestSegment test(4096, Offset(10));
    test.now = SimTime::from_ms(7);
    test.append({.base = 10, .times = {5, 6}, .size = 100});
    test.append({.base = 15, .times = {4}, .size = 130});
    const Segment& segment = test.segment;
    EXPECT_EQ(segment.size_in_bytes(), 230);
    EXPECT_EQ(segment.next_offset(), Offset(16));
    ASSERT_EQ(segment.batches().size(), 2U);
    const LoggedBatch& second = segment.batches()[1];
    EXPECT_EQ(second.base_offset, Offset(15));
    EXPECT_EQ(second.last_offset, Offset(15));
    EXPECT_EQ(second.position, 100);
    EXPECT_EQ(second.size, 130);
    EXPECT_EQ(second.max_timestamp, Timestamp(4));
    EXPECT_EQ(second.written_at, SimTime::from_ms(7));
    EXPECT_EQ(segment.max_timestamp_so_far(), time_at(6, 11));
    EXPECT_EQ(segment.largest_timestamp(), Timestamp(6));
    EXPECT_EQ(segment.first_batch_timestamp(), Timestamp(6));
}

TEST(Segment, FallsBackToTheTimeOfTheLastWriteWithoutTimestamps) {
    TestSegment test(4096);
    test.now = SimTime::from_ms(1234);
    test.append({.base = 0, .times = {-1}});
    EXPECT_EQ(test.segment.largest_timestamp(), wall_clock(test.now));
    EXPECT_EQ(test.segment.first_batch_timestamp(), std::nullopt);
    EXPECT_EQ(test.segment.max_timestamp_so_far().timestamp, kNoTimestamp);
}

// ------------------------------------------------------------------------------------- the indexes

TEST(OffsetIndex, GetsAnEntryOnceMoreThanTheIntervalWasWritten) {
    // Batches of exactly 100 bytes and an interval of 100: after one batch 100 bytes are not more
    // than the interval, after two 200 are.
    TestSegment test(100);
    for (int64_t i = 0; i < 7; ++i) {
        test.append({.base = i, .size = 100});
    }
    EXPECT_THAT(all_of(test.segment.offset_index()),
                ElementsAre(at(2, 200), at(4, 400), at(6, 600)));
}

TEST(OffsetIndex, LeavesTheFirstBatchOut) {
    TestSegment test(99);
    for (int64_t i = 0; i < 4; ++i) {
        test.append({.base = i, .size = 100});
    }
    EXPECT_THAT(all_of(test.segment.offset_index()),
                ElementsAre(at(1, 100), at(2, 200), at(3, 300)));
}

TEST(OffsetIndex, PointsToTheStartOfTheBatchButNamesItsLastOffset) {
    TestSegment test(50, Offset(100));
    test.append({.base = 100, .times = {1, 2, 3}, .size = 120});
    test.append({.base = 103, .times = {4, 5, 6}, .size = 130});
    test.append({.base = 106, .times = {7}, .size = 90, .last = 109});
    EXPECT_THAT(all_of(test.segment.offset_index()), ElementsAre(at(105, 120), at(109, 250)));
}

TEST(OffsetIndex, DoesNotCountTheBatchBeingAppended) {
    TestSegment test(4096);
    test.append({.base = 0, .size = 4096});
    test.append({.base = 1, .size = 5000});
    EXPECT_THAT(all_of(test.segment.offset_index()), IsEmpty()) << "4096 is not more than 4096";
    test.append({.base = 2, .size = 100});
    EXPECT_THAT(all_of(test.segment.offset_index()), ElementsAre(at(2, 9096)));
    test.append({.base = 3, .size = 100});
    EXPECT_EQ(test.segment.offset_index().size(), 1U) << "the counter began anew";
}

TEST(TimeIndex, NotesTheLargestTimestampSoFarAndWhoHasIt) {
    TestSegment test(99);
    test.append({.base = 0, .times = {50}});
    test.append({.base = 1, .times = {70, 60}});  // entry: 70 at the batch's last offset, 2
    test.append({.base = 3, .times = {65}});      // nothing grew: no entry
    test.append({.base = 4, .times = {70}});      // the same again: no entry
    test.append({.base = 5, .times = {71}});
    EXPECT_THAT(all_of(test.segment.time_index()), ElementsAre(time_at(70, 2), time_at(71, 5)));
    EXPECT_EQ(test.segment.offset_index().size(), 4U);
}

TEST(TimeIndex, EndsWithTheLargestTimestampWhenTheSegmentIsSealed) {
    TestSegment test(4096);
    test.append({.base = 0, .times = {50}});
    test.append({.base = 1, .times = {90}});
    test.append({.base = 2, .times = {80}});
    EXPECT_THAT(all_of(test.segment.time_index()), IsEmpty());
    test.segment.seal();
    EXPECT_THAT(all_of(test.segment.time_index()), ElementsAre(time_at(90, 1)));
    test.segment.seal();
    EXPECT_EQ(test.segment.time_index().size(), 1U) << "it is sealed already";
}

TEST(TimeIndex, StaysEmptyWithoutTimestamps) {
    TestSegment test(10);
    for (int64_t i = 0; i < 3; ++i) {
        test.append({.base = i, .times = {-1}});
    }
    test.segment.seal();
    EXPECT_THAT(all_of(test.segment.time_index()), IsEmpty());
    EXPECT_EQ(test.segment.offset_index().size(), 2U);
}

// ----------------------------------------------------------------------------------------- rolling

RollRequest incoming(int64_t size, int64_t timestamp, int64_t last_offset) {
    return {.size_in_bytes = size,
            .max_timestamp = Timestamp(timestamp),
            .last_offset = Offset(last_offset),
            .now = kBootTimestamp};
}

TEST(Rolling, HappensWhenTheBytesDoNotFit) {
    TestSegment test(4096);
    test.config.segment_bytes = 300;
    test.append({.base = 0, .size = 100});
    EXPECT_FALSE(test.segment.should_roll(incoming(200, 0, 1), test.config));
    EXPECT_TRUE(test.segment.should_roll(incoming(201, 0, 1), test.config));
}

TEST(Rolling, HappensWhenTheRecordsSpanMoreThanSegmentMs) {
    TestSegment test(4096);
    test.config.segment_ms = 1000;
    EXPECT_FALSE(test.segment.should_roll(incoming(100, 99'999'999, 0), test.config))
        << "an empty segment has nothing to wait for";
    test.append({.base = 0, .times = {5000}});
    test.append({.base = 1, .times = {5900}});
    EXPECT_FALSE(test.segment.should_roll(incoming(100, 6000, 2), test.config));
    EXPECT_TRUE(test.segment.should_roll(incoming(100, 6001, 2), test.config))
        << "counted from the first batch's largest timestamp";
    EXPECT_FALSE(test.segment.should_roll(incoming(100, 10, 2), test.config))
        << "an old record does not make it older";
}

TEST(Rolling, GoesByTheClockWhenTheFirstBatchHasNoTimestamp) {
    TestSegment test(4096);
    test.config.segment_ms = 1000;
    test.append({.base = 0, .times = {-1}});
    RollRequest request = incoming(100, 99'999'999, 1);
    request.now = Timestamp(kBootTimestamp.value + 1000);
    EXPECT_FALSE(test.segment.should_roll(request, test.config));
    request.now = Timestamp(kBootTimestamp.value + 1001);
    EXPECT_TRUE(test.segment.should_roll(request, test.config));
}

TEST(Rolling, ComesEarlierByTheJitter) {
    TestSegment test(4096);
    test.config.segment_ms = 1000;
    test.segment = Segment(Offset(0), kBootTimestamp, /*roll_jitter_ms=*/400);
    test.append({.base = 0, .times = {5000}});
    EXPECT_FALSE(test.segment.should_roll(incoming(100, 5600, 1), test.config));
    EXPECT_TRUE(test.segment.should_roll(incoming(100, 5601, 1), test.config));
}

TEST(Rolling, ComesWithMaxCompactionLagOnACompactedTopic) {
    TestSegment test(4096);
    test.config.segment_ms = 1000;
    test.config.max_compaction_lag_ms = 300;
    test.append({.base = 0, .times = {5000}});
    EXPECT_FALSE(test.segment.should_roll(incoming(100, 5301, 1), test.config));
    test.config.cleanup_compact = true;
    EXPECT_FALSE(test.segment.should_roll(incoming(100, 5300, 1), test.config));
    EXPECT_TRUE(test.segment.should_roll(incoming(100, 5301, 1), test.config));
}

TEST(Rolling, HappensWhenTheOffsetIndexIsFull) {
    TestSegment test(10);
    test.config.segment_index_bytes = 24;  // three entries, and two of the time index
    for (int64_t i = 0; i < 3; ++i) {
        test.append({.base = i, .times = {-1}});
    }
    EXPECT_FALSE(test.segment.should_roll(incoming(100, -1, 3), test.config));
    test.append({.base = 3, .times = {-1}});
    EXPECT_EQ(test.segment.offset_index().size(), 3U);
    EXPECT_TRUE(test.segment.should_roll(incoming(100, -1, 4), test.config));
}

TEST(Rolling, HappensWhenTheTimeIndexHasOnlyItsLastSlotLeft) {
    TestSegment test(10);
    test.config.segment_index_bytes = 40;  // five entries, and three of the time index
    for (int64_t i = 0; i < 2; ++i) {
        test.append({.base = i, .times = {i + 1}});
    }
    EXPECT_EQ(test.segment.time_index().size(), 1U);
    EXPECT_FALSE(test.segment.should_roll(incoming(100, 3, 2), test.config));
    test.append({.base = 2, .times = {3}});
    EXPECT_TRUE(test.segment.should_roll(incoming(100, 4, 3), test.config))
        << "the third is for the roll itself";
}

TEST(Rolling, HappensWhenTheOffsetIsTooFarFromTheBase) {
    constexpr int64_t kReach = std::numeric_limits<int32_t>::max();
    TestSegment test(4096, Offset(1000));
    test.append({.base = 1000});
    EXPECT_FALSE(test.segment.should_roll(incoming(100, 0, 1000 + kReach), test.config));
    EXPECT_TRUE(test.segment.should_roll(incoming(100, 0, 1000 + kReach + 1), test.config));
    EXPECT_TRUE(Segment(Offset(0), kBootTimestamp, 0)
                    .should_roll(incoming(100, 0, kReach + 1), test.config))
        << "even an empty segment";
}

}  // namespace
}  // namespace brokerlab

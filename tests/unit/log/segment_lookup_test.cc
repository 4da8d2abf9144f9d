// Looking up offsets and times in a segment, against linear scans; and cutting it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include "sim/log/segment.h"
#include "tests/unit/log/segment_fixture.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using brokerlab::testing::all_of;
using brokerlab::testing::PlacedBatch;
using brokerlab::testing::TestSegment;

/// Some batches, with gaps between and at the end of them, times that fall and rise.
TestSegment any_segment() {
    TestSegment test(*rc::gen::inRange<int64_t>(0, 500), Offset(1000));
    const auto shapes = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 4), rc::gen::inRange(0, 3)));
    int64_t next = 1000;
    for (const auto& [gap, dropped] : shapes) {
        const auto times = *rc::gen::container<std::vector<int64_t>>(
            *rc::gen::inRange<std::size_t>(1, 5), rc::gen::inRange<int64_t>(-1, 200));
        const int64_t base = next + gap;
        const int64_t last = base + static_cast<int64_t>(times.size()) - 1 + dropped;
        test.append({.base = base, .times = times, .size = 120, .last = last});
        next = last + 1;
    }
    return test;
}

std::size_t scan_for_batch(const Segment& segment, Offset offset) {
    std::size_t i = 0;
    while (i < segment.batches().size() && segment.batches()[i].last_offset < offset) {
        ++i;
    }
    return i;
}

std::optional<TimestampAndOffset> scan_for_time(const Segment& segment, Timestamp timestamp,
                                                Offset from) {
    for (const LoggedBatch& logged : all_of(segment.batches())) {
        const Outcome<DecodedRecords> decoded = decode_records(logged.batch->bytes);
        for (const RecordView& record : decoded->records) {
            if (record.content.timestamp >= timestamp && record.offset >= from) {
                return TimestampAndOffset{record.content.timestamp, record.offset, LeaderEpoch(3)};
            }
        }
    }
    return std::nullopt;
}

Offset scan_for_bound(const std::vector<OffsetIndexEntry>& entries, int64_t position) {
    for (const OffsetIndexEntry& entry : entries) {
        if (entry.position >= position) {
            return entry.offset;
        }
    }
    return kNoOffset;
}

void assert_look_ups_are_right(const Segment& segment) {
    const std::vector<OffsetIndexEntry> offsets = all_of(segment.offset_index());
    const std::vector<TimeIndexEntry> times = all_of(segment.time_index());
    for (Offset o = segment.base_offset() - 2; o <= segment.next_offset() + 2; ++o) {
        RC_ASSERT(segment.find_batch(o) == scan_for_batch(segment, o));
        int32_t floor = 0;
        for (const OffsetIndexEntry& entry : offsets) {
            floor = entry.offset <= o ? entry.position : floor;
        }
        RC_ASSERT(segment.offset_index_lookup(o) == floor);
    }
    for (int64_t t = -1; t <= 201; t += 3) {
        TimeIndexEntry floor{kNoTimestamp, segment.base_offset()};
        for (const TimeIndexEntry& entry : times) {
            floor = entry.timestamp.value <= t ? entry : floor;
        }
        RC_ASSERT(segment.time_index_lookup(Timestamp(t)) == floor);
        for (const Offset from :
             {Offset(0), segment.base_offset() + 7, segment.next_offset() - 1}) {
            RC_ASSERT(segment.find_offset_by_timestamp(Timestamp(t), from) ==
                      scan_for_time(segment, Timestamp(t), from));
        }
    }
    for (int32_t position = 0; position <= segment.size_in_bytes(); position += 60) {
        for (const int64_t size : {int64_t{0}, int64_t{60}, int64_t{500}, int64_t{1} << 40}) {
            RC_ASSERT(segment.fetch_upper_bound(position, size).value_or(kNoOffset) ==
                      scan_for_bound(offsets, position + size));
        }
    }
}

/// What must hold of any segment, whatever happened to it.
void assert_is_sound(const Segment& segment) {
    int64_t position = 0;
    TimeIndexEntry latest;
    Offset next = segment.base_offset();
    for (const LoggedBatch& logged : all_of(segment.batches())) {
        RC_ASSERT(int64_t{logged.position} == position);
        RC_ASSERT(logged.base_offset >= next);
        next = logged.last_offset + 1;
        position += logged.size;
        if (logged.max_timestamp > latest.timestamp) {
            latest = {logged.max_timestamp, logged.last_offset};
        }
    }
    RC_ASSERT(segment.size_in_bytes() == position);
    RC_ASSERT(segment.next_offset() == next);
    RC_ASSERT(segment.max_timestamp_so_far().timestamp == latest.timestamp);
    RC_ASSERT(latest.timestamp == kNoTimestamp || segment.max_timestamp_so_far() == latest);
    const std::vector<OffsetIndexEntry> offsets = all_of(segment.offset_index());
    for (const OffsetIndexEntry& entry : offsets) {
        const std::size_t found = scan_for_batch(segment, entry.offset);
        RC_ASSERT(found < segment.batches().size());
        RC_ASSERT(segment.batches()[found].last_offset == entry.offset);
        RC_ASSERT(segment.batches()[found].position == entry.position);
    }
    for (std::size_t i = 1; i < offsets.size(); ++i) {
        RC_ASSERT(offsets[i - 1].offset < offsets[i].offset);
    }
    const std::vector<TimeIndexEntry> times = all_of(segment.time_index());
    for (std::size_t i = 1; i < times.size(); ++i) {
        RC_ASSERT(times[i - 1].timestamp < times[i].timestamp);
        RC_ASSERT(times[i - 1].offset < times[i].offset);
    }
}

TEST(SegmentLookUps, FindWhatALinearScanFinds) {
    EXPECT_TRUE(rc::check([] {
        TestSegment test = any_segment();
        assert_is_sound(test.segment);
        assert_look_ups_are_right(test.segment);
        test.segment.seal();
        assert_is_sound(test.segment);
        assert_look_ups_are_right(test.segment);
    }));
}

TEST(SegmentLookUps, FindTheirWayAcrossChunks) {
    TestSegment test(1000);
    for (int64_t i = 0; i < 700; ++i) {
        test.append({.base = 2 * i, .times = {10 * i}, .size = 100});
    }
    for (int64_t i = 0; i < 700; ++i) {
        EXPECT_EQ(test.segment.find_batch(Offset(2 * i)), static_cast<std::size_t>(i));
        EXPECT_EQ(test.segment.find_batch(Offset(2 * i - 1)), static_cast<std::size_t>(i));
        EXPECT_EQ(test.segment.find_offset_by_timestamp(Timestamp(10 * i - 3), Offset(0))->offset,
                  Offset(2 * i));
    }
    EXPECT_EQ(test.segment.find_batch(Offset(1399)), 700U);
}

TEST(SegmentLookUps, ReadTheLogAppendTimeOfTheBatch) {
    TestSegment test(4096);
    BatchRef batch(testing::batch_of({{"a", "1", Timestamp(10)}, {"b", "2", Timestamp(900)}},
                                     {.log_append_time = Timestamp(500)}));
    const BatchHeader header = header_of(batch);
    test.segment.append(batch, header, test.config, test.now);
    EXPECT_EQ(test.segment.find_offset_by_timestamp(Timestamp(500), Offset(0))->offset, Offset(0));
    EXPECT_EQ(test.segment.find_offset_by_timestamp(Timestamp(501), Offset(0)), std::nullopt);
}

// ---------------------------------------------------------------------------------------
// truncation

TestSegment three_batches() {
    TestSegment test(99);
    test.append({.base = 0, .times = {10, 11, 12}});
    test.append({.base = 3, .times = {40, 41}});
    test.append({.base = 5, .times = {20}});
    test.segment.append_aborted_txn({ProducerId(1), Offset(0), Offset(2), Offset(3)});
    test.segment.append_aborted_txn({ProducerId(1), Offset(3), Offset(4), Offset(5)});
    return test;
}

TEST(SegmentTruncation, TakesTheWholeBatchThatHoldsTheOffset) {
    for (const int64_t offset : {3, 4}) {
        TestSegment test = three_batches();
        test.segment.truncate_to(Offset(offset), kBootTimestamp);
        EXPECT_EQ(test.segment.next_offset(), Offset(3)) << offset;
        EXPECT_EQ(test.segment.size_in_bytes(), 100);
        EXPECT_EQ(test.segment.max_timestamp_so_far(), (TimeIndexEntry{Timestamp(12), Offset(2)}));
        EXPECT_EQ(test.segment.txn_index().size(), 1U);
        EXPECT_THAT(all_of(test.segment.offset_index()), IsEmpty());
        EXPECT_THAT(all_of(test.segment.time_index()), IsEmpty());
    }
}

TEST(SegmentTruncation, LeavesWhatLiesBelow) {
    TestSegment test = three_batches();
    const Segment before = test.segment;
    test.segment.truncate_to(Offset(6), kBootTimestamp);
    EXPECT_EQ(test.segment.next_offset(), Offset(6));
    EXPECT_EQ(test.segment.size_in_bytes(), before.size_in_bytes());
    EXPECT_EQ(all_of(test.segment.offset_index()), all_of(before.offset_index()));
    test.segment.truncate_to(Offset(5), kBootTimestamp);
    EXPECT_EQ(test.segment.next_offset(), Offset(5));
    EXPECT_EQ(test.segment.offset_index().size(), 1U);
    EXPECT_EQ(test.segment.txn_index().size(), 2U);
}

TEST(SegmentTruncation, ToTheBaseMakesItNew) {
    TestSegment test = three_batches();
    const Timestamp later(kBootTimestamp.value + 5'000);
    test.segment.truncate_to(Offset(0), later);
    EXPECT_TRUE(test.segment.empty());
    EXPECT_EQ(test.segment.first_batch_timestamp(), std::nullopt);
    EXPECT_EQ(test.segment.max_timestamp_so_far().timestamp, kNoTimestamp);
    EXPECT_TRUE(test.segment.txn_index().empty());
    test.config.segment_ms = 1000;
    test.append({.base = 0, .times = {-1}});
    EXPECT_FALSE(test.segment.should_roll({.size_in_bytes = 1,
                                           .max_timestamp = kNoTimestamp,
                                           .last_offset = Offset(1),
                                           .now = Timestamp(later.value + 1000)},
                                          test.config))
        << "its age counts from the truncation";
}

TEST(SegmentTruncation, CountsAnewToTheNextIndexEntry) {
    TestSegment test(250);
    for (int64_t i = 0; i < 3; ++i) {
        test.append({.base = i});
    }
    test.segment.truncate_to(Offset(2), kBootTimestamp);
    for (int64_t i = 2; i < 6; ++i) {
        test.append({.base = i});
    }
    EXPECT_THAT(all_of(test.segment.offset_index()), ElementsAre(OffsetIndexEntry{Offset(5), 500}))
        << "300 bytes after the cut, as Kafka sets its counter to 0";
}

TEST(SegmentTruncation, LeavesASoundSegmentWhereverItCuts) {
    EXPECT_TRUE(rc::check([] {
        TestSegment test = any_segment();
        if (*rc::gen::arbitrary<bool>()) {
            test.segment.seal();
        }
        const Segment whole = test.segment;
        const int64_t length = whole.next_offset() - whole.base_offset();
        const Offset cut = whole.base_offset() + *rc::gen::inRange<int64_t>(0, length + 3);
        test.segment.truncate_to(cut, kBootTimestamp);
        assert_is_sound(test.segment);
        assert_look_ups_are_right(test.segment);
        RC_ASSERT(test.segment.batches().size() == scan_for_batch(whole, cut));
        for (std::size_t i = 0; i < test.segment.batches().size(); ++i) {
            RC_ASSERT(test.segment.batches()[i] == whole.batches()[i]);
        }
        test.append({.base = whole.next_offset().value, .times = {150}});
        assert_is_sound(test.segment);
        assert_look_ups_are_right(test.segment);
    }));
}

TEST(Segment, IsAValueThatSharesItsBuffers) {
    TestSegment test = three_batches();
    const Segment copy = test.segment;
    const uint64_t digest = digest_of(copy);
    test.append({.base = 6, .times = {99}});
    EXPECT_EQ(copy.next_offset(), Offset(6));
    EXPECT_EQ(digest_of(copy), digest);
    EXPECT_NE(test.segment, copy);
    EXPECT_NE(digest_of(test.segment), digest);
    EXPECT_TRUE(copy.batches()[0].batch.same(test.segment.batches()[0].batch));
}

}  // namespace
}  // namespace brokerlab

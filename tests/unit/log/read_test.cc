// Reading: how far a reader sees, how much it gets, and where in a batch it starts.
#include "sim/log/read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/segment_fixture.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using brokerlab::testing::make_batch;
using brokerlab::testing::PlacedBatch;
using brokerlab::testing::TestLog;
using brokerlab::testing::texts_of;

constexpr ReadLimits kPlenty{.max_bytes = 1 << 20};

/// Batches of exactly 100 bytes: 0-2, 3-4 and 5; a new segment begins at 5. HW is 4, inside.
TestLog three_batches() {
    TestLog test;
    const auto append = [&](int64_t base, std::vector<int64_t> times) {
        const Records records{{make_batch({.base = base, .times = std::move(times), .size = 100})}};
        BL_CHECK(append_as_follower(test.log, records, test.context()).ok());
    };
    append(0, {10, 20, 30});
    append(3, {40, 50});
    roll(test.log, Offset(5), test.now);
    append(5, {60});
    set_high_watermark(test.log, Offset(4));
    return test;
}

std::vector<int64_t> bases(const ReadResult& read) {
    std::vector<int64_t> bases;
    for (const BatchRef& batch : read.records.batches) {
        bases.push_back(header_of(batch).base_offset.value);
    }
    return bases;
}

TEST(Reading, GivesTheBatchesOfOneSegment) {
    const TestLog test = three_batches();
    const ReadResult first = read_log(test.log, Offset(0), FetchIsolation::kLogEnd, kPlenty);
    EXPECT_EQ(first.error, ErrorCode::kNone);
    EXPECT_THAT(bases(first), ElementsAre(0, 3)) << "a read never crosses into the next segment";
    EXPECT_EQ(first.size_in_bytes, 200);
    const ReadResult second = read_log(test.log, Offset(5), FetchIsolation::kLogEnd, kPlenty);
    EXPECT_THAT(bases(second), ElementsAre(5));
}

TEST(Reading, SharesTheBuffersOfTheLog) {
    const TestLog test = three_batches();
    const ReadResult read = read_log(test.log, Offset(0), FetchIsolation::kLogEnd, kPlenty);
    ASSERT_EQ(read.records.batches.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_TRUE(read.records.batches[i].same(test.log.segments[0]->batches()[i].batch));
    }
}

TEST(Reading, StartsWithTheBatchThatHoldsTheOffset) {
    const TestLog test = three_batches();
    for (const int64_t offset : {0, 1, 2}) {
        EXPECT_THAT(bases(read_log(test.log, Offset(offset), FetchIsolation::kLogEnd, kPlenty)),
                    ElementsAre(0, 3));
    }
    EXPECT_THAT(bases(read_log(test.log, Offset(4), FetchIsolation::kLogEnd, kPlenty)),
                ElementsAre(3))
        << "offset 3 comes with it, and the reader skips it";
}

TEST(Reading, IsOutOfRangeBelowTheStartAndAboveTheEnd) {
    TestLog test = three_batches();
    ASSERT_TRUE(increment_log_start(test.log, Offset(1)));
    for (const FetchIsolation isolation :
         {FetchIsolation::kLogEnd, FetchIsolation::kHighWatermark, FetchIsolation::kTxnCommitted}) {
        for (const int64_t offset : {-1, 0, 7, 1000}) {
            const ReadResult read = read_log(test.log, Offset(offset), isolation, kPlenty);
            EXPECT_EQ(read.error, ErrorCode::kOffsetOutOfRange) << offset;
            EXPECT_THAT(read.records.batches, IsEmpty());
        }
        EXPECT_EQ(read_log(test.log, Offset(1), isolation, kPlenty).error, ErrorCode::kNone);
        const ReadResult at_end = read_log(test.log, Offset(6), isolation, kPlenty);
        EXPECT_EQ(at_end.error, ErrorCode::kNone) << "the next record may come any moment";
        EXPECT_THAT(at_end.records.batches, IsEmpty());
    }
    EXPECT_THAT(bases(read_log(test.log, Offset(1), FetchIsolation::kLogEnd, kPlenty)),
                ElementsAre(0, 3))
        << "the log may start inside a batch";
}

TEST(Reading, EndsAtTheBoundOfTheReader) {
    TestLog test = three_batches();
    EXPECT_EQ(fetch_bound(test.log, FetchIsolation::kLogEnd), Offset(6));
    EXPECT_EQ(fetch_bound(test.log, FetchIsolation::kHighWatermark), Offset(4));
    EXPECT_EQ(fetch_bound(test.log, FetchIsolation::kTxnCommitted), Offset(4));

    const auto consumer = [&](int64_t offset) {
        return bases(read_log(test.log, Offset(offset), FetchIsolation::kHighWatermark, kPlenty));
    };
    EXPECT_THAT(consumer(0), ElementsAre(0)) << "the batch 3-4 is not wholly below 4";
    EXPECT_THAT(consumer(3), IsEmpty()) << "the same batch holds the offset and the bound";
    EXPECT_THAT(consumer(4), IsEmpty()) << "at the bound";
    EXPECT_THAT(consumer(5), IsEmpty()) << "between bound and LEO";
    set_high_watermark(test.log, Offset(5));
    EXPECT_THAT(consumer(0), ElementsAre(0, 3));
    EXPECT_THAT(consumer(5), IsEmpty());
    set_high_watermark(test.log, Offset(6));
    EXPECT_THAT(consumer(5), ElementsAre(5));
}

TEST(Reading, KeepsToMaxBytes) {
    const TestLog test = three_batches();
    const auto read = [&](int64_t max_bytes, bool min_one) {
        const ReadResult result = read_log(test.log, Offset(0), FetchIsolation::kLogEnd,
                                           {.max_bytes = max_bytes, .min_one_message = min_one});
        return std::pair(bases(result), result.size_in_bytes);
    };
    using Got = std::pair<std::vector<int64_t>, int64_t>;
    EXPECT_EQ(read(200, false), Got({0, 3}, 200));
    EXPECT_EQ(read(1000, false), Got({0, 3}, 200)) << "no more than there is";
    EXPECT_EQ(read(199, false), Got({0}, 199)) << "Kafka's slice would end within the second";
    EXPECT_EQ(read(100, false), Got({0}, 100));
    EXPECT_EQ(read(99, false), Got({}, 99));
    EXPECT_EQ(read(0, false), Got({}, 0));
    EXPECT_EQ(read(199, true), Got({0}, 199));
    EXPECT_EQ(read(99, true), Got({0}, 100)) << "a batch too large comes whole (KIP-74)";
    EXPECT_EQ(read(0, true), Got({0}, 100));
}

TEST(Reading, GivesTheMinimumOfOneMessageOnlyBelowTheBound) {
    const TestLog test = three_batches();
    const ReadResult read = read_log(test.log, Offset(3), FetchIsolation::kHighWatermark,
                                     {.max_bytes = 1, .min_one_message = true});
    EXPECT_THAT(read.records.batches, IsEmpty());
    EXPECT_EQ(read.size_in_bytes, 0);
}

TEST(Reading, SkipsGaps) {
    TestLog test;
    const auto append = [&](int64_t base) {
        const Records records{{make_batch({.base = base})}};
        ASSERT_TRUE(append_as_follower(test.log, records, test.context()).ok());
    };
    append(0);
    append(4);
    roll(test.log, Offset(9), test.now);
    append(12);
    set_high_watermark(test.log, Offset(13));
    const auto read = [&](int64_t offset) {
        return bases(read_log(test.log, Offset(offset), FetchIsolation::kHighWatermark, kPlenty));
    };
    EXPECT_THAT(read(1), ElementsAre(4));
    EXPECT_THAT(read(5), ElementsAre(12)) << "behind the last batch of its segment";
    EXPECT_THAT(read(9), ElementsAre(12));
    EXPECT_THAT(read(11), ElementsAre(12));
}

TEST(Reading, OfAnEmptyLogGivesNothing) {
    const PartitionLog log = new_log(SimTime::from_ms(0), Offset(30));
    const ReadResult read = read_log(log, Offset(30), FetchIsolation::kLogEnd, kPlenty);
    EXPECT_EQ(read.error, ErrorCode::kNone);
    EXPECT_THAT(read.records.batches, IsEmpty());
    EXPECT_EQ(read_log(log, Offset(29), FetchIsolation::kLogEnd, kPlenty).error,
              ErrorCode::kOffsetOutOfRange);
}

TEST(Reading, GivesEveryRecordOnceWhateverTheLimits) {
    EXPECT_TRUE(rc::check([] {
        TestLog test;
        test.config.segment_bytes = 700;
        test.config.index_interval_bytes = *rc::gen::inRange<int64_t>(0, 400);
        std::vector<std::string> written;
        const auto counts = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 5));
        for (const int count : counts) {
            std::vector<testing::Text> texts;
            for (int i = 0; i < count; ++i) {
                const std::string n = std::to_string(written.size());
                texts.push_back({"k", n});
                written.push_back(n + ":k=" + n);
            }
            RC_ASSERT(test.append(texts).ok());
        }
        const Offset bound(*rc::gen::inRange<int64_t>(0, test.log.log_end_offset.value + 1));
        set_high_watermark(test.log, bound);
        std::vector<std::string> read;
        Offset offset(0);
        while (true) {
            const ReadResult result = read_log(test.log, offset, FetchIsolation::kHighWatermark,
                                               {.max_bytes = *rc::gen::inRange<int64_t>(0, 500)});
            RC_ASSERT(result.error == ErrorCode::kNone);
            if (result.records.batches.empty()) {
                break;
            }
            const std::vector<std::string> texts = texts_of(result.records);
            read.insert(read.end(), texts.begin(), texts.end());
            offset = header_of(result.records.batches.back()).next_offset();
            RC_ASSERT(offset <= bound);
        }
        written.resize(static_cast<std::size_t>(offset.value));
        RC_ASSERT(read == written);
        // What was left out is the batch that the bound cuts, and no more.
        if (offset < bound) {
            const Segment& segment = *test.log.segments[test.log.segment_index(offset)];
            RC_ASSERT(segment.batches()[segment.find_batch(offset)].last_offset >= bound);
        }
    }));
}

}  // namespace
}  // namespace brokerlab

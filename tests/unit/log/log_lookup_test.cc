// Looking up in a log: aborted transactions for read_committed, offsets by time, ends of epochs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <map>

#include "sim/log/read.h"
#include "tests/unit/log/log_fixture.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using brokerlab::testing::batch_of;
using brokerlab::testing::TestLog;

constexpr ReadLimits kPlenty{.max_bytes = 1 << 20};

/// A log in which producers write transactions of single records.
struct TxnLog : TestLog {
    std::map<int64_t, int32_t> next_sequence;

    void write(int64_t producer) {
        const Sequence sequence(next_sequence[producer]++);
        BL_CHECK(append({{"k", "v"}}, {.producer_id = ProducerId(producer),
                                       .producer_epoch = ProducerEpoch(0),
                                       .base_sequence = sequence,
                                       .transactional = true})
                     .ok());
    }
    void end(int64_t producer, ControlRecordType type) {
        BL_CHECK(end_txn(ProducerId(producer), ProducerEpoch(0), type).ok());
    }
    void abort(int64_t producer) { end(producer, ControlRecordType::kAbort); }
    void commit(int64_t producer) { end(producer, ControlRecordType::kCommit); }
};

AbortedTxn aborted(int64_t producer, int64_t first, int64_t last, int64_t stable) {
    return {ProducerId(producer), Offset(first), Offset(last), Offset(stable)};
}

TEST(ReadCommitted, SeesNothingOfAnOpenTransaction) {
    TxnLog test;
    ASSERT_TRUE(test.append_value("a").ok());
    test.write(1);
    ASSERT_TRUE(test.append_value("b").ok());
    test.commit_all();
    const auto committed = [&] { return test.read_all(FetchIsolation::kTxnCommitted); };
    EXPECT_THAT(committed(), ElementsAre("0:-=a"));
    EXPECT_EQ(test.read_all(FetchIsolation::kHighWatermark).size(), 3U);
    test.commit(1);
    test.commit_all();
    EXPECT_THAT(committed(), ElementsAre("0:-=a", "1:k=v", "2:-=b"));
}

TEST(ReadCommitted, IsToldWhatWasAborted) {
    TxnLog test;
    test.write(1);   // 0
    test.write(2);   // 1
    test.abort(1);   // 2
    test.write(3);   // 3
    test.abort(2);   // 4
    test.commit(3);  // 5
    test.commit_all();
    const auto told = [&](int64_t offset, FetchIsolation isolation) {
        return read_log(test.log, Offset(offset), isolation, kPlenty).aborted_txns;
    };
    const AbortedTxn of_1 = aborted(1, 0, 2, 1);
    const AbortedTxn of_2 = aborted(2, 1, 4, 3);
    EXPECT_THAT(told(0, FetchIsolation::kTxnCommitted), ElementsAre(of_1, of_2));
    EXPECT_THAT(told(2, FetchIsolation::kTxnCommitted), ElementsAre(of_1, of_2));
    EXPECT_THAT(told(3, FetchIsolation::kTxnCommitted), ElementsAre(of_2))
        << "the marker of 1 lies below";
    EXPECT_THAT(told(5, FetchIsolation::kTxnCommitted), IsEmpty());
    EXPECT_THAT(told(0, FetchIsolation::kHighWatermark), IsEmpty()) << "only read_committed asks";
    EXPECT_THAT(told(0, FetchIsolation::kLogEnd), IsEmpty());
}

TEST(ReadCommitted, IsToldOfMarkersInLaterSegmentsToo) {
    TxnLog test;
    test.write(1);  // 0
    roll(test.log, Offset(1), test.now);
    ASSERT_TRUE(test.append_value("b").ok());  // 1
    roll(test.log, Offset(2), test.now);
    test.abort(1);  // 2
    test.write(2);  // 3
    test.abort(2);  // 4
    test.commit_all();
    const ReadResult first = read_log(test.log, Offset(0), FetchIsolation::kTxnCommitted, kPlenty);
    EXPECT_THAT(first.aborted_txns, ElementsAre(aborted(1, 0, 2, 3)))
        << "the transaction of 2 begins behind what was read";
    EXPECT_THAT(test.log.segments[0]->txn_index(), IsEmpty());
    EXPECT_EQ(test.log.segments[2]->txn_index().size(), 2U);
}

TEST(CollectingAbortedTransactions, FindsThoseWithRecordsInTheRange) {
    EXPECT_TRUE(rc::check([] {
        TxnLog test;
        std::map<int64_t, int64_t> open;
        std::vector<std::pair<int64_t, int64_t>> all;  // first offset, marker
        const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
            rc::gen::pair(rc::gen::inRange(0, 4), rc::gen::inRange<int>(1, 4)));
        for (const auto& [what, producer] : steps) {
            const int64_t end = test.log.log_end_offset.value;
            if (what == 0) {
                roll(test.log, test.log.log_end_offset, test.now);
            } else if (what == 1 && open.contains(producer)) {
                test.abort(producer);
                all.emplace_back(open.at(producer), end);
                open.erase(producer);
            } else if (what == 2 && open.contains(producer)) {
                test.commit(producer);
                open.erase(producer);
            } else {
                test.write(producer);
                open.try_emplace(producer, end);
            }
        }
        test.commit_all();
        const int64_t end = test.log.log_end_offset.value;
        const int64_t start = *rc::gen::inRange<int64_t>(0, end + 1);
        const int64_t bound = *rc::gen::inRange<int64_t>(start, end + 1);
        std::vector<std::pair<int64_t, int64_t>> expected;
        for (const auto& [first, last] : all) {
            if (last >= start && first < bound) {
                expected.emplace_back(first, last);
            }
        }
        std::vector<std::pair<int64_t, int64_t>> found;
        for (const AbortedTxn& txn : collect_aborted_txns(test.log, Offset(start), Offset(bound))) {
            found.emplace_back(txn.first_offset.value, txn.last_offset.value);
        }
        RC_ASSERT(found == expected);
    }));
}

// ------------------------------------------------------------------------------------------ by
// time

/// Two segments: times 10, 30, 20 at offsets 0 to 2, and 25, 40, 40 at 3 to 5.
TestLog timed_log() {
    TestLog test;
    const auto write = [&](std::vector<int64_t> times) {
        std::vector<testing::Text> texts;
        for (const int64_t time : times) {
            texts.push_back({"k", "v", Timestamp(time)});
        }
        BL_CHECK(test.append(texts).ok());
    };
    write({10});
    write({30, 20});
    roll(test.log, Offset(3), test.now);
    test.epoch = LeaderEpoch(7);
    write({25});
    write({40, 40});
    test.commit_all();
    return test;
}

TEST(OffsetByTimestamp, IsTheFirstAtOrAfterIt) {
    const TestLog test = timed_log();
    const auto find = [&](int64_t timestamp) {
        return find_offset_by_timestamp(test.log, Timestamp(timestamp));
    };
    EXPECT_EQ(find(0), (TimestampAndOffset{Timestamp(10), Offset(0), LeaderEpoch(0)}));
    EXPECT_EQ(find(10)->offset, Offset(0));
    EXPECT_EQ(find(11), (TimestampAndOffset{Timestamp(30), Offset(1), LeaderEpoch(0)}));
    EXPECT_EQ(find(30)->offset, Offset(1));
    EXPECT_EQ(find(31), (TimestampAndOffset{Timestamp(40), Offset(4), LeaderEpoch(7)}));
    EXPECT_EQ(find(40)->offset, Offset(4));
    EXPECT_EQ(find(41), std::nullopt);
    EXPECT_EQ(find_offset_by_timestamp(new_log(SimTime()), Timestamp(0)), std::nullopt);
}

TEST(OffsetByTimestamp, DoesNotLookBelowTheLogStart) {
    TestLog test = timed_log();
    ASSERT_TRUE(increment_log_start(test.log, Offset(2)));
    EXPECT_EQ(find_offset_by_timestamp(test.log, Timestamp(0))->offset, Offset(2));
    EXPECT_EQ(find_offset_by_timestamp(test.log, Timestamp(15)),
              (TimestampAndOffset{Timestamp(20), Offset(2), LeaderEpoch(0)}))
        << "inside its batch";
}

TEST(MaxTimestamp, IsFoundWithTheEarliestOffsetThatHasIt) {
    EXPECT_EQ(find_max_timestamp(timed_log().log),
              (TimestampAndOffset{Timestamp(40), Offset(4), LeaderEpoch(7)}));
    EXPECT_EQ(find_max_timestamp(new_log(SimTime())), std::nullopt);
    TestLog untimed;
    ASSERT_TRUE(untimed.append({{"k", "v", kNoTimestamp}}).ok());
    EXPECT_EQ(find_max_timestamp(untimed.log), std::nullopt);

    TestLog test;
    ASSERT_TRUE(test.append({{"k", "a", Timestamp(5)}, {"k", "b", Timestamp(90)}}).ok());
    roll(test.log, Offset(2), test.now);
    ASSERT_TRUE(test.append({{"k", "c", Timestamp(90)}, {"k", "d", Timestamp(1)}}).ok());
    EXPECT_EQ(find_max_timestamp(test.log)->offset, Offset(1));
}

TEST(EndOffsetForEpoch, IsAnsweredFromTheCacheAndTheLogEnd) {
    const TestLog test = timed_log();
    EXPECT_EQ(end_offset_for_epoch(test.log, LeaderEpoch(7)),
              (EpochEndOffset{LeaderEpoch(7), Offset(6)}));
    EXPECT_EQ(end_offset_for_epoch(test.log, LeaderEpoch(3)),
              (EpochEndOffset{LeaderEpoch(0), Offset(3)}));
    EXPECT_EQ(end_offset_for_epoch(test.log, LeaderEpoch(8)), std::nullopt);
    EXPECT_EQ(end_offset_for_epoch(test.log, kNoLeaderEpoch), std::nullopt);
}

}  // namespace
}  // namespace brokerlab

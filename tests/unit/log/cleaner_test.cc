// Compaction: what a pass keeps and what it drops.
#include "sim/log/cleaner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <map>

#include "tests/unit/log/cleaner_fixture.h"
#include "tests/unit/log/log_invariants.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using brokerlab::testing::broken_invariants;
using brokerlab::testing::CompactedLog;

constexpr auto kAbort = ControlRecordType::kAbort;
constexpr auto kCommit = ControlRecordType::kCommit;

TEST(Compaction, KeepsTheLastRecordOfEachKey) {
    CompactedLog test;
    test.put("a", "1");
    test.put("b", "1");
    test.put("a", "2");
    test.put("c", "1");
    test.put("b", "2");
    test.close_segment();
    const CleanerStats stats = test.clean();
    EXPECT_THAT(test.read_all(), ElementsAre("2:a=2", "3:c=1", "4:b=2")) << "offsets never change";
    EXPECT_EQ(stats.messages_read, 5);
    EXPECT_EQ(stats.messages_retained, 3);
    EXPECT_EQ(stats.end_offset, Offset(5));
    EXPECT_EQ(test.log.cleaner_checkpoint, Offset(5));
    EXPECT_EQ(test.log.log_end_offset, Offset(5));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Compaction, LeavesTheActiveSegmentAlone) {
    CompactedLog test;
    test.put("a", "1");
    test.close_segment();
    test.put("a", "2");
    test.put("a", "3");
    test.commit_all();
    test.clean();
    EXPECT_THAT(test.read_all(), ElementsAre("0:a=1", "1:a=2", "2:a=3"))
        << "what the active segment holds does not even count as later";
}

TEST(Compaction, DropsFromTheCleanPartWhatTheDirtyPartReplaces) {
    CompactedLog test;
    test.put("a", "1");
    test.put("b", "1");
    test.close_segment();
    test.clean();
    test.put("a", "2");
    test.close_segment();
    EXPECT_EQ(test.range().first_dirty, Offset(2));
    test.clean();
    EXPECT_THAT(test.read_all(), ElementsAre("1:b=1", "2:a=2"));
    EXPECT_EQ(test.log.cleaner_checkpoint, Offset(3));
}

TEST(Compaction, RewritesBatchesOfWhichItDropsRecords) {
    for (const CompressionCodec codec : {CompressionCodec::kNone, CompressionCodec::kZstd}) {
        CompactedLog test;
        BatchBytes batch = testing::batch_of(
            {{"a", "1", Timestamp(500)}, {"b", "1", Timestamp(900)}, {"a", "2", Timestamp(700)}},
            {.codec = codec});
        batch.identities = {
            {.producer = 1, .n = 1}, {.producer = 1, .n = 2}, {.producer = 1, .n = 3}};
        ASSERT_TRUE(test.append(batch).ok());
        test.put("b", "2");
        test.close_segment();
        test.clean();
        EXPECT_THAT(test.read_all(), ElementsAre("2:a=2", "3:b=2"));
        const LoggedBatch& rewritten = test.log.segments[0]->batches()[0];
        const BatchHeader header = header_of(rewritten.batch);
        EXPECT_EQ(header.base_offset, Offset(0)) << "the batch keeps its whole span of offsets";
        EXPECT_EQ(header.last_offset(), Offset(2));
        EXPECT_EQ(header.codec(), codec);
        EXPECT_EQ(header.max_timestamp, Timestamp(700));
        EXPECT_THAT(rewritten.batch->identities,
                    ElementsAre(RecordIdentity{.producer = 1, .n = 3}));
        EXPECT_THAT(broken_invariants(test.log), IsEmpty());
    }
}

TEST(Compaction, SharesTheBatchesThatItKeepsWhole) {
    CompactedLog test;
    test.put("a", "1");
    test.put("b", "1");
    test.close_segment();
    const BatchRef before = test.log.segments[0]->batches()[1].batch;
    const SimTime written_at = test.log.segments[0]->batches()[1].written_at;
    test.pass(Duration::from_ms(5000));
    test.clean();
    EXPECT_TRUE(test.log.segments[0]->batches()[1].batch.same(before));
    EXPECT_EQ(test.log.segments[0]->size_in_bytes(), test.log.size_in_bytes());
    EXPECT_EQ(written_at, SimTime::from_ms(0));
}

TEST(Compaction, DropsRecordsWithoutAKey) {
    CompactedLog test;
    test.config.cleanup_compact = false;
    ASSERT_TRUE(test.append_value("from before the topic was compacted").ok());
    test.config.cleanup_compact = true;
    test.put("a", "1");
    test.close_segment();
    EXPECT_EQ(test.clean().invalid_messages, 1);
    EXPECT_THAT(test.read_all(), ElementsAre("1:a=1"));
}

// -------------------------------------------------------------------------------------- tombstones

TEST(Tombstone, GoesOnlyWhenItsDeleteHorizonHasPassed) {
    CompactedLog test;
    test.config.delete_retention_ms = 10'000;
    test.put("a", "1");
    test.put("a", std::nullopt);
    test.put("z", "1");
    test.close_segment();

    test.clean();
    EXPECT_THAT(test.read_all(), ElementsAre("1:a=-", "2:z=1"));
    const BatchHeader stamped = header_of(test.log.segments[0]->batches()[0].batch);
    EXPECT_EQ(stamped.delete_horizon(), Timestamp(test.wall().value + 10'000));
    EXPECT_THAT(test.batches(), ElementsAre("1-1:1!", "2-2:1")) << "no horizon without need";

    test.pass(Duration::from_ms(9'999));
    test.put("y", "1");
    test.close_segment();
    test.clean();
    EXPECT_EQ(test.read_all().front(), "1:a=-") << "a consumer may still have to see it";
    EXPECT_EQ(header_of(test.log.segments[0]->batches()[0].batch).delete_horizon(),
              stamped.delete_horizon())
        << "the horizon is set once";

    test.pass(Duration::from_ms(1));
    test.put("x", "1");
    test.close_segment();
    test.clean();
    EXPECT_THAT(test.read_all(), ElementsAre("2:z=1", "3:y=1", "4:x=1"));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Tombstone, KeepsItsTimestampBesideTheHorizon) {
    CompactedLog test;
    ASSERT_TRUE(
        test.append({{"a", std::nullopt, Timestamp(4'000)}, {"b", "1", Timestamp(3'000)}}).ok());
    test.put("z", "1");
    test.close_segment();
    test.clean();
    const Outcome<DecodedRecords> records =
        decode_records(test.log.segments[0]->batches()[0].batch->bytes);
    EXPECT_EQ(records->records[0].content.timestamp, Timestamp(4'000));
    EXPECT_EQ(records->records[1].content.timestamp, Timestamp(3'000));
}

TEST(Tombstone, IsReplacedLikeAnyRecord) {
    CompactedLog test;
    test.put("a", std::nullopt);
    test.put("a", "1");
    test.close_segment();
    test.clean();
    EXPECT_THAT(test.read_all(), ElementsAre("1:a=1"));
    EXPECT_THAT(test.batches(), ElementsAre("1-1:1"));
}

// ------------------------------------------------------------------------------------ transactions

TEST(CompactionOfTransactions, DropsAbortedDataAtOnce) {
    CompactedLog test;
    test.put("a", "committed");            // 0
    test.put_by(1, "a", "aborted", true);  // 1
    test.put_by(1, "b", "aborted", true);  // 2
    test.end(1, kAbort);                   // 3
    test.put_by(1, "c", "1");              // 4
    test.close_segment();
    test.clean();
    EXPECT_THAT(test.read_all(), ElementsAre("0:a=committed", "4:c=1"))
        << "what was aborted replaces nothing";
    EXPECT_THAT(test.batches(), ElementsAre("0-0:1", "3-3:1", "4-4:1"));
    EXPECT_THAT(test.log.segments[0]->txn_index(),
                ElementsAre(AbortedTxn{ProducerId(1), Offset(1), Offset(3), Offset(4)}))
        << "data was there in this pass, so the marker and its entry stay for one more";
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

/// Writes, closes, waits a day and cleans, so that a pass has something to do.
void another_pass(CompactedLog& test, const std::string& key) {
    test.pass(Duration::from_ms(LogConfig::kDayMs));
    test.put(key, "1");
    test.close_segment();
    test.clean();
}

TEST(CompactionOfTransactions, DropsAMarkerAPassAfterItsHorizon) {
    for (const ControlRecordType type : {kAbort, kCommit}) {
        CompactedLog test;
        test.put_by(1, "a", "1", true);  // 0
        test.end(1, type);               // 1
        test.put("a", "2");              // 2
        test.put_by(1, "b", "1");        // 3: so that the producer's last batch lies behind
        test.close_segment();
        test.clean();
        EXPECT_THAT(test.batches(), ElementsAre("1-1:1", "2-2:1", "3-3:1")) << "data gone";
        another_pass(test, "x");  // 4
        EXPECT_THAT(test.batches(), ElementsAre("1-1:1!", "2-2:1", "3-3:1", "4-4:1"))
            << "no data was seen: the horizon is set";
        EXPECT_THAT(test.log.segments[0]->txn_index(), IsEmpty());
        another_pass(test, "y");  // 5
        EXPECT_THAT(test.batches(), ElementsAre("2-2:1", "3-3:1", "4-4:1", "5-5:1"));
        EXPECT_THAT(broken_invariants(test.log), IsEmpty());
    }
}

TEST(CompactionOfTransactions, KeepsACommitMarkerWhileItsDataStays) {
    CompactedLog test;
    test.put_by(1, "a", "1", true);
    test.end(1, kCommit);
    test.put_by(1, "b", "1");
    test.close_segment();
    test.clean();
    another_pass(test, "x");
    another_pass(test, "y");
    EXPECT_EQ(test.batches()[0], "0-0:1");
    EXPECT_EQ(test.batches()[1], "1-1:1") << "never stamped";
}

TEST(CompactionOfTransactions, StopsBelowAnOpenOne) {
    CompactedLog test;
    test.put("a", "1");
    test.close_segment();
    test.put_by(1, "a", "2", true);
    test.close_segment();
    test.put("a", "3");
    test.close_segment();
    EXPECT_EQ(test.log.last_stable_offset(), Offset(1));
    EXPECT_EQ(test.range().first_uncleanable, Offset(1));
    test.clean();
    EXPECT_THAT(test.read_all(), ElementsAre("0:a=1", "1:a=2", "2:a=3"));
}

// ----------------------------------------------------------------------------------- empty batches

TEST(EmptyBatches, KeepTheLastSequenceOfAnActiveProducer) {
    CompactedLog test;
    test.put_by(1, "a", "1");  // 0
    test.put_by(1, "a", "2");  // 1: the producer's last
    test.put("a", "3");        // 2
    test.close_segment();
    test.clean();
    EXPECT_THAT(test.batches(), ElementsAre("1-1:0", "2-2:1"));
    const BatchHeader empty = header_of(test.log.segments[0]->batches()[0].batch);
    EXPECT_EQ(empty.producer_id, ProducerId(1));
    EXPECT_EQ(empty.base_sequence, Sequence(1));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());

    test.log.producers.edit().remove_expired(Timestamp(test.wall().value + LogConfig::kDayMs));
    another_pass(test, "x");
    EXPECT_THAT(test.batches(), ElementsAre("2-2:1", "3-3:1")) << "nobody needs it any longer";
}

TEST(EmptyBatches, KeepTheMarkerOfAProducerWithoutData) {
    CompactedLog test;
    test.end(1, kCommit);  // 0: a transaction that wrote nothing here
    test.put("a", "1");    // 1
    test.close_segment();
    test.clean();
    another_pass(test, "x");
    another_pass(test, "y");
    EXPECT_EQ(test.batches()[0].substr(0, 3), "0-0") << "it carries the epoch that fences";
}

TEST(EmptyBatches, KeepTheEndOfTheRound) {
    CompactedLog test;
    test.config.cleanup_compact = false;
    test.put("a", "1");
    ASSERT_TRUE(test.append_value("no key").ok());
    test.config.cleanup_compact = true;
    test.close_segment();
    test.clean();
    EXPECT_THAT(test.batches(), ElementsAre("0-0:1", "1-1:0")) << "so that its end is known";
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(Compaction, KeepsWhatAMapOfAllKeysWouldKeep) {
    EXPECT_TRUE(rc::check([] {
        CompactedLog test;
        test.config.segment_bytes = *rc::gen::inRange<int64_t>(150, 600);
        test.config.index_interval_bytes = 100;
        std::vector<std::pair<std::string, std::string>> written;
        const auto writes = *rc::gen::container<std::vector<std::pair<int, int>>>(
            rc::gen::pair(rc::gen::inRange(0, 6), rc::gen::inRange(0, 12)));
        for (const auto& [key, what] : writes) {
            if (what == 0) {
                test.close_segment();
                test.clean(*rc::gen::inRange<int64_t>(1, 8));
            } else {
                const std::string value = std::to_string(written.size());
                test.put(std::to_string(key), value);
                written.emplace_back(std::to_string(key), value);
            }
        }
        test.close_segment();
        while (test.log.cleaner_checkpoint.value_or(Offset(0)) < test.log.log_end_offset) {
            test.clean(*rc::gen::inRange<int64_t>(1, 8));
        }
        std::map<std::string, std::size_t> last;
        for (std::size_t i = 0; i < written.size(); ++i) {
            last[written[i].first] = i;
        }
        std::vector<std::string> expected;
        for (std::size_t i = 0; i < written.size(); ++i) {
            if (last[written[i].first] == i) {
                expected.push_back(std::to_string(i) + ":" + written[i].first + "=" +
                                   written[i].second);
            }
        }
        RC_ASSERT(test.read_all() == expected);
        RC_ASSERT(broken_invariants(test.log) == std::vector<std::string>());
    }));
}

}  // namespace
}  // namespace brokerlab

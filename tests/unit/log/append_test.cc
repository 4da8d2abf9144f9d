// Appending: a leader numbers and stamps, a follower copies.
#include "sim/log/append.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/log/batch_bytes.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/log_invariants.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using brokerlab::testing::batch_of;
using brokerlab::testing::broken_invariants;
using brokerlab::testing::records_of;
using brokerlab::testing::TestLog;
using brokerlab::testing::texts_of;
namespace field = brokerlab::testing::field;

const LoggedBatch& last_batch(const TestLog& test) {
    return test.log.active_segment().batches().back();
}

TEST(LeaderAppend, NumbersTheRecordsFromTheLogEnd) {
    TestLog test;
    test.epoch = LeaderEpoch(4);
    AppendResult result = test.append({{"a", "1"}, {"b", "2"}, {"c", "3"}});
    EXPECT_TRUE(result.ok());
    EXPECT_EQ(result.first_offset, Offset(0));
    EXPECT_EQ(result.last_offset, Offset(2));
    EXPECT_EQ(result.log_append_time, kNoTimestamp);
    EXPECT_FALSE(result.rolled);
    result = test.append({{"d", "4"}});
    EXPECT_EQ(result.first_offset, Offset(3));
    EXPECT_EQ(test.log.log_end_offset, Offset(4));
    EXPECT_EQ(test.log.high_watermark, Offset(0)) << "the broker moves it";
    EXPECT_EQ(header_of(last_batch(test).batch).partition_leader_epoch, LeaderEpoch(4));
    EXPECT_EQ(last_batch(test).written_at, test.now);
    EXPECT_THAT(test.read_all(), ElementsAre("0:a=1", "1:b=2", "2:c=3", "3:d=4"));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(LeaderAppend, NotesTheEpochWhereItBegins) {
    TestLog test;
    ASSERT_TRUE(test.append_value("a").ok());
    test.epoch = LeaderEpoch(3);
    ASSERT_TRUE(test.append_value("b").ok());
    ASSERT_TRUE(test.append_value("c").ok());
    EXPECT_THAT(
        test.log.leader_epochs.entries(),
        ElementsAre(EpochEntry{LeaderEpoch(0), Offset(0)}, EpochEntry{LeaderEpoch(3), Offset(1)}));
}

TEST(LeaderAppend, KeepsTheBytesThatTheProducerSent) {
    TestLog test;
    BatchBytes sent = batch_of({{"a", "1"}, {"b", "2"}}, {.codec = CompressionCodec::kSnappy});
    sent.identities = {{.producer = 1, .n = 7}, {.producer = 1, .n = 8}};
    ASSERT_TRUE(test.append_value("first").ok());
    ASSERT_TRUE(test.append(sent).ok());
    const BatchBytes& kept = *last_batch(test).batch;
    EXPECT_EQ(Bytes(kept.bytes.begin() + field::kMagic, kept.bytes.end()),
              Bytes(sent.bytes.begin() + field::kMagic, sent.bytes.end()))
        << "from the magic on, the CRC included, nothing changes";
    EXPECT_EQ(kept.identities, sent.identities);
}

TEST(LeaderAppend, StampsTheLogAppendTime) {
    for (const CompressionCodec codec : {CompressionCodec::kNone, CompressionCodec::kGzip}) {
        TestLog test;
        test.config.message_timestamp_type = TimestampType::kLogAppendTime;
        test.pass(Duration::from_ms(9'000));
        BatchBytes sent = batch_of({{"a", "1", Timestamp(5)}, {"b", "2"}}, {.codec = codec});
        sent.identities = {{.producer = 1, .n = 1}, {.producer = 1, .n = 2}};
        const AppendResult result = test.append(sent);
        EXPECT_EQ(result.log_append_time, test.wall());
        const BatchHeader header = header_of(last_batch(test).batch);
        EXPECT_EQ(header.timestamp_type(), TimestampType::kLogAppendTime);
        EXPECT_EQ(header.max_timestamp, test.wall());
        EXPECT_EQ(header.codec(), codec);
        EXPECT_EQ(last_batch(test).max_timestamp, test.wall());
        EXPECT_EQ(last_batch(test).batch->identities, sent.identities);
        EXPECT_EQ(last_batch(test).batch->bytes.size(), sent.bytes.size());
        const Outcome<DecodedRecords> records = decode_records(last_batch(test).batch->bytes);
        EXPECT_EQ(records->records[0].content.timestamp, test.wall());
        EXPECT_THAT(broken_invariants(test.log), IsEmpty());
    }
}

TEST(LeaderAppend, PutsAWrongMaxTimestampRight) {
    TestLog test;
    BatchBytes sent = batch_of({{"a", "1", Timestamp(1000)}, {"b", "2", Timestamp(3000)}});
    sent.bytes =
        testing::with_right_crc(testing::with_field(sent.bytes, field::kMaxTimestamp, int64_t{99}));
    ASSERT_TRUE(test.append(sent).ok());
    EXPECT_EQ(last_batch(test).max_timestamp, Timestamp(3000));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

// ------------------------------------------------------------------------------- compression.type

BatchBytes a_transactional_batch(CompressionCodec codec) {
    BatchBytes batch = batch_of(
        {{"a", "1", Timestamp(1000)}, {std::nullopt, "2", Timestamp(900)}, {"c", std::nullopt}},
        {.codec = codec,
         .producer_id = ProducerId(9),
         .producer_epoch = ProducerEpoch(1),
         .base_sequence = Sequence(0),
         .transactional = true});
    batch.identities = {{.producer = 2, .n = 1}, {.producer = 2, .n = 2}, {.producer = 2, .n = 3}};
    return batch;
}

TEST(CompressionType, DecidesHowABatchIsStored) {
    constexpr std::array kAll = {CompressionCodec::kNone, CompressionCodec::kGzip,
                                 CompressionCodec::kSnappy, CompressionCodec::kLz4,
                                 CompressionCodec::kZstd};
    for (const CompressionCodec sent_as : kAll) {
        for (const CompressionCodec topics : kAll) {
            TestLog test;
            test.config.compression_type = topics;
            ASSERT_TRUE(test.append_value("first").ok());
            const BatchBytes sent = a_transactional_batch(sent_as);
            ASSERT_TRUE(test.append(sent).ok());
            const BatchRef& kept = last_batch(test).batch;
            const BatchHeader header = header_of(kept);
            EXPECT_EQ(header.codec(), topics);
            EXPECT_EQ(header.base_offset, Offset(1));
            EXPECT_EQ(header.last_offset(), Offset(3));
            EXPECT_EQ(header.producer_id, ProducerId(9));
            EXPECT_EQ(header.producer_epoch, ProducerEpoch(1));
            EXPECT_EQ(header.base_sequence, Sequence(0));
            EXPECT_TRUE(header.is_transactional());
            EXPECT_EQ(header.base_timestamp, Timestamp(1000));
            EXPECT_EQ(header.max_timestamp, kBootTimestamp);
            EXPECT_EQ(kept->identities, sent.identities);
            EXPECT_THAT(texts_of(Records{{kept}}), ElementsAre("1:a=1", "2:-=2", "3:c=-"));
            EXPECT_THAT(broken_invariants(test.log), IsEmpty());
            if (sent_as == topics) {
                EXPECT_EQ(Bytes(kept->bytes.begin() + field::kMagic, kept->bytes.end()),
                          Bytes(sent.bytes.begin() + field::kMagic, sent.bytes.end()));
            }
        }
    }
}

TEST(CompressionType, IsTheProducersWhereTheTopicNamesNone) {
    TestLog test;
    ASSERT_EQ(test.config.compression_type, std::nullopt);
    ASSERT_TRUE(test.append(a_transactional_batch(CompressionCodec::kZstd)).ok());
    EXPECT_EQ(header_of(last_batch(test).batch).codec(), CompressionCodec::kZstd);
}

TEST(CompressionType, LeavesMarkersAsTheyAre) {
    TestLog test;
    test.config.compression_type = CompressionCodec::kGzip;
    ASSERT_TRUE(test.append(a_transactional_batch(CompressionCodec::kNone)).ok());
    ASSERT_TRUE(test.end_txn(ProducerId(9), ProducerEpoch(1), ControlRecordType::kCommit).ok());
    const BatchHeader header = header_of(last_batch(test).batch);
    EXPECT_EQ(header.codec(), CompressionCodec::kNone);
    EXPECT_TRUE(header.is_control());
    EXPECT_EQ(marker_of(last_batch(test).batch->bytes)->type, ControlRecordType::kCommit);
}

TEST(CompressionType, KeepsHeadersAndTheLogAppendTime) {
    TestLog test;
    test.config.compression_type = CompressionCodec::kLz4;
    test.config.message_timestamp_type = TimestampType::kLogAppendTime;
    test.pass(Duration::from_ms(50));
    BatchBuilder builder(BatchSpec{});
    builder.append({.timestamp = Timestamp(3),
                    .key = as_bytes("k"),
                    .value = std::nullopt,
                    .headers = {{"trace", as_bytes("17")}, {"none", std::nullopt}}});
    ASSERT_TRUE(test.append(builder.build()).ok());
    const Outcome<DecodedRecords> records = decode_records(last_batch(test).batch->bytes);
    const RecordContent& content = records->records[0].content;
    EXPECT_EQ(content.timestamp, test.wall());
    ASSERT_EQ(content.headers.size(), 2U);
    EXPECT_EQ(content.headers[0].key, "trace");
    EXPECT_EQ(as_text(*content.headers[0].value), "17");
    EXPECT_EQ(content.headers[1].value, std::nullopt);
}

// -------------------------------------------------------------------------------------- duplicates

TEST(Duplicate, IsAnsweredWithTheOffsetsOfTheFirstTry) {
    TestLog test;
    const auto sent = [](int32_t sequence) {
        return batch_of({{"k", "v", Timestamp(2000)}, {"k", "w", Timestamp(1000)}},
                        {.producer_id = ProducerId(1),
                         .producer_epoch = ProducerEpoch(0),
                         .base_sequence = Sequence(sequence)});
    };
    for (int32_t i = 0; i < 6; ++i) {
        ASSERT_TRUE(test.append(sent(2 * i)).ok());
        ASSERT_TRUE(test.append_value("between").ok());
    }
    const PartitionLog before = test.log;
    for (int32_t i = 1; i < 6; ++i) {
        const AppendResult result = test.append(sent(2 * i));
        EXPECT_TRUE(result.ok());
        EXPECT_TRUE(result.duplicate);
        EXPECT_EQ(result.first_offset, Offset(3 * i));
        EXPECT_EQ(result.last_offset, Offset(3 * i + 1));
        EXPECT_EQ(result.log_append_time, Timestamp(2000)) << "the batch's max timestamp";
    }
    EXPECT_EQ(test.append(sent(0)).error, ErrorCode::kOutOfOrderSequenceNumber)
        << "five batches came since";
    EXPECT_EQ(test.log, before) << "nothing was written";
}

TEST(Duplicate, IsKnownByTheNextLeaderToo) {
    TestLog leader;
    TestLog follower;
    const BatchBytes sent = batch_of({{"k", "v"}}, {.producer_id = ProducerId(1),
                                                    .producer_epoch = ProducerEpoch(0),
                                                    .base_sequence = Sequence(0)});
    ASSERT_TRUE(leader.append(sent).ok());
    const ReadResult fetched =
        read_log(leader.log, Offset(0), FetchIsolation::kLogEnd, {.max_bytes = 1000});
    ASSERT_TRUE(append_as_follower(follower.log, fetched.records, follower.context()).ok());
    follower.epoch = LeaderEpoch(1);
    const AppendResult retry = follower.append(sent);
    EXPECT_TRUE(retry.duplicate);
    EXPECT_EQ(retry.first_offset, Offset(0));
    EXPECT_EQ(follower.log.log_end_offset, Offset(1));
}

// ------------------------------------------------------------------------------------ transactions

TEST(TransactionAppend, HoldsBackTheLastStableOffset) {
    TestLog test;
    ASSERT_TRUE(test.append_value("before").ok());
    ASSERT_TRUE(test.append(a_transactional_batch(CompressionCodec::kNone)).ok());
    ASSERT_TRUE(test.append_value("after").ok());
    test.commit_all();
    EXPECT_EQ(test.log.last_stable_offset(), Offset(1));
    ASSERT_TRUE(test.end_txn(ProducerId(9), ProducerEpoch(1), ControlRecordType::kAbort).ok());
    EXPECT_EQ(test.log.last_stable_offset(), Offset(1)) << "the marker is not replicated yet";
    test.commit_all();
    EXPECT_EQ(test.log.last_stable_offset(), Offset(6));
    EXPECT_THAT(test.log.active_segment().txn_index(),
                ElementsAre(AbortedTxn{ProducerId(9), Offset(1), Offset(5), Offset(6)}));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(TransactionAppend, ListsNoCommittedOrEmptyTransaction) {
    TestLog test;
    ASSERT_TRUE(test.append(a_transactional_batch(CompressionCodec::kNone)).ok());
    ASSERT_TRUE(test.end_txn(ProducerId(9), ProducerEpoch(1), ControlRecordType::kCommit).ok());
    ASSERT_TRUE(test.end_txn(ProducerId(9), ProducerEpoch(1), ControlRecordType::kAbort).ok());
    test.commit_all();
    EXPECT_THAT(test.log.active_segment().txn_index(), IsEmpty());
    EXPECT_EQ(test.log.last_stable_offset(), test.log.high_watermark);
}

// -------------------------------------------------------------------------------- rolls and
// flushes

TEST(AppendThatRolls, StartsTheNewSegmentAtTheLogEnd) {
    TestLog test;
    test.config.segment_bytes = 200;
    ASSERT_FALSE(test.append_value(std::string(40, 'x')).rolled);
    test.commit_all();
    const AppendResult result = test.append_value(std::string(100, 'x'));
    EXPECT_TRUE(result.rolled);
    ASSERT_EQ(test.log.segments.size(), 2U);
    EXPECT_EQ(test.log.active_segment().base_offset(), Offset(1));
    EXPECT_TRUE(test.log.producers->snapshots.contains(Offset(1)));
    EXPECT_EQ(test.log.segments[0]->time_index().size(), 1U) << "it was sealed";
    EXPECT_EQ(test.log.recovery_point, Offset(0)) << "the flush comes later, in the background";
    flush_to(test.log, Offset(1));
    EXPECT_EQ(test.log.recovery_point, Offset(1));
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

TEST(AppendThatRolls, GivesTheJitterToTheNewSegment) {
    TestLog test;
    test.config.segment_ms = 1000;
    const auto append_at = [&](int64_t ms) {
        return append_as_leader(test.log, records_of(batch_of({{"k", "v", Timestamp(ms)}})),
                                test.epoch, AppendOrigin::kClient, {test.config, test.now, 300});
    };
    EXPECT_FALSE(append_at(10'000).rolled);
    EXPECT_FALSE(append_at(11'000).rolled) << "the first segment has no jitter";
    EXPECT_TRUE(append_at(11'001).rolled);
    EXPECT_FALSE(append_at(11'701).rolled);
    EXPECT_TRUE(append_at(11'702).rolled) << "1000 ms less 300";
}

TEST(Append, FlushesOnceFlushMessagesAreUnflushed) {
    TestLog test;
    test.config.flush_messages = 3;
    ASSERT_TRUE(test.append({{"a", "1"}, {"b", "2"}}).ok());
    EXPECT_EQ(test.log.recovery_point, Offset(0));
    ASSERT_TRUE(test.append({{"c", "3"}}).ok());
    EXPECT_EQ(test.log.recovery_point, Offset(3));
    ASSERT_TRUE(test.append({{"d", "4"}}).ok());
    EXPECT_EQ(test.log.recovery_point, Offset(3));
}

TEST(Append, OfTheRaftLeaderTakesNumberedBatches) {
    TestLog test;
    const auto at = [](int64_t offset) {
        return BatchRef(
            batch_of({{"k", "v"}, {"k", "w"}},
                     {.base_offset = Offset(offset), .partition_leader_epoch = LeaderEpoch(6)}));
    };
    const Records records{{at(0), at(2)}};
    const AppendResult result = append_as_leader(test.log, records, LeaderEpoch(6),
                                                 AppendOrigin::kRaftLeader, test.context());
    ASSERT_TRUE(result.ok()) << result.message;
    EXPECT_EQ(result.first_offset, Offset(0));
    EXPECT_EQ(result.last_offset, Offset(3));
    EXPECT_EQ(test.log.log_end_offset, Offset(4));
    EXPECT_TRUE(last_batch(test).batch.same(records.batches[1])) << "not copied";
    EXPECT_EQ(test.log.leader_epochs.latest_epoch(), LeaderEpoch(6));
}

}  // namespace
}  // namespace brokerlab

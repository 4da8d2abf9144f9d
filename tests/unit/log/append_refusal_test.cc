// What a leader refuses to append: each with Kafka's error, a sentence, and a log left as it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "sim/log/append.h"
#include "tests/unit/log/batch_bytes.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/log_invariants.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using brokerlab::testing::batch_of;
using brokerlab::testing::broken_invariants;
using brokerlab::testing::records_of;
using brokerlab::testing::TestLog;
using brokerlab::testing::with_field;
using brokerlab::testing::with_records;
using brokerlab::testing::with_right_crc;
namespace field = brokerlab::testing::field;

/// A log that holds three records and knows producer 1 at epoch 2 up to sequence 4.
TestLog used_log() {
    TestLog test;
    BL_CHECK(test.append_value("a").ok());
    BL_CHECK(test.append({{"k", "b"}, {"k", "c"}}, {.producer_id = ProducerId(1),
                                                    .producer_epoch = ProducerEpoch(2),
                                                    .base_sequence = Sequence(3)})
                 .ok());
    test.commit_all();
    return test;
}

/// Appends to a used log and checks that it is refused without a trace.
AppendResult refused(TestLog test, const Records& records,
                     AppendOrigin origin = AppendOrigin::kClient) {
    const PartitionLog before = test.log;
    AppendResult result = append_as_leader(test.log, records, test.epoch, origin, test.context());
    EXPECT_FALSE(result.ok());
    EXPECT_THAT(result.message, Not(IsEmpty()));
    EXPECT_EQ(result.first_offset, kNoOffset);
    EXPECT_EQ(result.last_offset, kNoOffset);
    EXPECT_FALSE(result.duplicate);
    EXPECT_EQ(test.log, before) << "a refused batch must leave no trace";
    EXPECT_EQ(digest_of(test.log), digest_of(before));
    return result;
}
AppendResult refused_bytes(Bytes bytes, const LogConfig& config = {}) {
    TestLog test = used_log();
    test.config = config;
    return refused(test, records_of({std::move(bytes), {}}));
}

Bytes good() {
    return batch_of({{"k", "v1"}, {"k", "v2"}}).bytes;
}

TEST(Refusal, OfBytesThatAreNoBatch) {
    const Bytes whole = good();
    for (const Bytes& bytes :
         {with_field(good(), field::kCrc, uint32_t{1}), with_field(good(), 70, uint8_t{0xff}),
          Bytes(whole.begin(), whole.end() - 1), Bytes(30, 0), Bytes(),
          with_field(good(), field::kBatchLength, int32_t{-1}),
          with_right_crc(with_field(good(), field::kAttributes, int16_t{7}))}) {
        EXPECT_EQ(refused_bytes(bytes).error, ErrorCode::kCorruptMessage);
    }
    Bytes trailing = good();
    trailing.push_back(0);
    EXPECT_FALSE(refused_bytes(trailing).ok()) << "something behind the batch";
    EXPECT_THAT(refused_bytes(with_field(good(), field::kMagic, int8_t{1})).message,
                HasSubstr("magic 1"));
}

TEST(Refusal, OfRecordsThatAreNotWhatTheHeaderSays) {
    Bytes cut = good();
    cut.resize(cut.size() - 3);
    const ByteSpan section = ByteSpan(cut).subspan(field::kRecords);
    EXPECT_EQ(refused_bytes(with_records(good(), section)).error, ErrorCode::kInvalidRecord);
    for (const int32_t count : {0, 1, 3}) {
        EXPECT_EQ(refused_bytes(with_right_crc(with_field(good(), field::kCount, count))).error,
                  ErrorCode::kInvalidRecord)
            << count;
    }
    EXPECT_EQ(refused_bytes(with_right_crc(with_field(good(), field::kLastOffsetDelta, int32_t{5})))
                  .error,
              ErrorCode::kInvalidRecord);
    EXPECT_FALSE(
        refused_bytes(with_right_crc(with_field(good(), field::kAttributes, int16_t{1}))).ok())
        << "not the gzip data that it says it is";
    EXPECT_EQ(refused_bytes(empty_batch(read_batch_header(good())).bytes).error,
              ErrorCode::kInvalidRecord)
        << "no records at all";
}

TEST(Refusal, OfOtherThanOneBatch) {
    EXPECT_EQ(refused(used_log(), Records()).error, ErrorCode::kInvalidRecord);
    Records two = records_of(batch_of({{"k", "1"}}));
    two.batches.push_back(two.batches.front());
    EXPECT_EQ(refused(used_log(), two).error, ErrorCode::kInvalidRecord);
}

TEST(Refusal, OfABaseOffsetThatTheClientChose) {
    const AppendResult result =
        refused(used_log(), records_of(batch_of({{"k", "1"}}, {.base_offset = Offset(3)})));
    EXPECT_EQ(result.error, ErrorCode::kInvalidRecord);
    EXPECT_THAT(result.message, HasSubstr("3"));
}

TEST(Refusal, OfAClientsControlBatch) {
    const BatchBytes marker =
        end_transaction_batch({ControlRecordType::kCommit, CoordinatorEpoch(0)}, ProducerId(1),
                              ProducerEpoch(2), kBootTimestamp);
    EXPECT_EQ(refused(used_log(), records_of(marker)).error, ErrorCode::kInvalidRecord);
}

TEST(Refusal, OfAProducerWithoutASequence) {
    const AppendResult result = refused(
        used_log(), records_of(batch_of({{"k", "1"}}, {.producer_id = ProducerId(1),
                                                       .producer_epoch = ProducerEpoch(2)})));
    EXPECT_EQ(result.error, ErrorCode::kInvalidRecord);
    EXPECT_THAT(result.message, HasSubstr("-1"));
}

TEST(Refusal, OfABatchAboveMaxMessageBytes) {
    LogConfig config;
    config.max_message_bytes = static_cast<int64_t>(good().size()) - 1;
    const AppendResult result = refused_bytes(good(), config);
    EXPECT_EQ(result.error, ErrorCode::kMessageTooLarge);
    EXPECT_THAT(result.message, AllOf(HasSubstr(std::to_string(good().size())),
                                      HasSubstr(std::to_string(config.max_message_bytes))));
    TestLog fits = used_log();
    fits.config.max_message_bytes = static_cast<int64_t>(good().size());
    EXPECT_TRUE(fits.append(BatchBytes{good(), {}}).ok());
}

TEST(Refusal, OfABatchThatGrowsAboveMaxMessageBytesWhenCompressedAnew) {
    const BatchBytes packed =
        batch_of({{"k", std::string(5000, 'x')}}, {.codec = CompressionCodec::kGzip});
    TestLog test = used_log();
    test.config.compression_type = CompressionCodec::kNone;
    test.config.max_message_bytes = 1000;
    ASSERT_LT(packed.bytes.size(), 1000U);
    EXPECT_EQ(refused(test, records_of(packed)).error, ErrorCode::kMessageTooLarge);
}

TEST(Refusal, OfABatchThatNoSegmentCanHold) {
    LogConfig config;
    config.segment_bytes = static_cast<int64_t>(good().size()) - 1;
    EXPECT_EQ(refused_bytes(good(), config).error, ErrorCode::kRecordListTooLarge);
}

TEST(Refusal, OfRecordsWithoutAKeyOnACompactedTopic) {
    TestLog test = used_log();
    test.config.cleanup_compact = true;
    const AppendResult result = refused(
        test,
        records_of(batch_of({{"k", "1"}, {std::nullopt, "2"}, {"k", "3"}, {std::nullopt, "4"}})));
    EXPECT_EQ(result.error, ErrorCode::kInvalidRecord);
    EXPECT_THAT(result.record_errors,
                ElementsAre(AllOf(Field(&RecordError::batch_index, 1),
                                  Field(&RecordError::message, HasSubstr("key"))),
                            Field(&RecordError::batch_index, 3)));
}

TEST(Refusal, OfTimestampsOutOfRange) {
    TestLog test = used_log();
    test.pass(Duration::from_ms(100'000'000));
    test.config.message_timestamp_before_max_ms = 5'000;
    test.config.message_timestamp_after_max_ms = 1'000;
    const int64_t now = test.wall().value;
    const AppendResult result =
        refused(test, records_of(batch_of({{"k", "edge", Timestamp(now - 5'000)},
                                           {"k", "old", Timestamp(now - 5'001)},
                                           {"k", "edge", Timestamp(now + 1'000)},
                                           {"k", "early", Timestamp(now + 1'001)}})));
    EXPECT_EQ(result.error, ErrorCode::kInvalidTimestamp);
    EXPECT_THAT(
        result.record_errors,
        ElementsAre(AllOf(Field(&RecordError::batch_index, 1),
                          Field(&RecordError::message, HasSubstr(std::to_string(now - 5'001)))),
                    Field(&RecordError::batch_index, 3)));
    EXPECT_TRUE(test.append({{"k", "none", kNoTimestamp}}).ok()) << "no timestamp is no wrong one";
}

TEST(Refusal, OfTheMostExtremeTimestamps) {
    TestLog test = used_log();
    test.config.message_timestamp_before_max_ms = LogConfig::kDayMs;
    for (const int64_t extreme :
         {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()}) {
        BatchBytes batch = batch_of({{"k", "v", Timestamp(0)}});
        batch.bytes = with_right_crc(with_field(batch.bytes, field::kBaseTimestamp, extreme));
        EXPECT_EQ(refused(test, records_of(batch)).error, ErrorCode::kInvalidTimestamp) << extreme;
    }
}

TEST(Refusal, SaysTimestampWhenKeysAreMissingToo) {
    TestLog test = used_log();
    test.config.cleanup_compact = true;
    const Timestamp early(test.wall().value + 3'600'001);
    const AppendResult result =
        refused(test, records_of(batch_of({{std::nullopt, "1", test.wall()}, {"k", "2", early}})));
    EXPECT_EQ(result.error, ErrorCode::kInvalidTimestamp);
    EXPECT_EQ(result.record_errors.size(), 2U);
}

TEST(Refusal, OfALogAppendTimeSetByTheProducer) {
    TestLog test = used_log();
    test.config.message_timestamp_type = TimestampType::kLogAppendTime;
    EXPECT_EQ(refused(test, records_of(batch_of({{"k", "1"}}, {.log_append_time = kBootTimestamp})))
                  .error,
              ErrorCode::kInvalidTimestamp);
}

// ----------------------------------------------------------------------------- of the producer
// state

AppendResult refused_of_producer(const BatchSpec& spec, TestLog test = used_log()) {
    return refused(std::move(test), records_of(batch_of({{"k", "v"}}, spec)));
}

TEST(Refusal, OfSequencesAndEpochsOutOfOrder) {
    BatchSpec spec{.producer_id = ProducerId(1),
                   .producer_epoch = ProducerEpoch(2),
                   .base_sequence = Sequence(6)};
    EXPECT_EQ(refused_of_producer(spec).error, ErrorCode::kOutOfOrderSequenceNumber);
    spec.base_sequence = Sequence(3);
    EXPECT_EQ(refused_of_producer(spec).error, ErrorCode::kOutOfOrderSequenceNumber)
        << "3 was first of two records: not the same batch again";
    spec = {.producer_id = ProducerId(1),
            .producer_epoch = ProducerEpoch(1),
            .base_sequence = Sequence(5)};
    EXPECT_EQ(refused_of_producer(spec).error, ErrorCode::kInvalidProducerEpoch);
    spec.producer_epoch = ProducerEpoch(3);
    EXPECT_EQ(refused_of_producer(spec).error, ErrorCode::kOutOfOrderSequenceNumber);
}

TEST(Refusal, OfWritesBesideAnOpenTransaction) {
    TestLog test;
    BatchSpec spec{.producer_id = ProducerId(1),
                   .producer_epoch = ProducerEpoch(0),
                   .base_sequence = Sequence(0),
                   .transactional = true};
    ASSERT_TRUE(test.append({{"k", "v"}}, spec).ok());
    spec.base_sequence = Sequence(1);
    spec.transactional = false;
    EXPECT_EQ(refused_of_producer(spec, test).error, ErrorCode::kInvalidTxnState);
}

TEST(Refusal, OfMarkersByAZombie) {
    TestLog test = used_log();
    ASSERT_TRUE(test.end_txn(ProducerId(1), ProducerEpoch(3), ControlRecordType::kAbort,
                             CoordinatorEpoch(8))
                    .ok());
    const auto marker = [](int16_t epoch, int32_t coordinator) {
        return records_of(
            end_transaction_batch({ControlRecordType::kCommit, CoordinatorEpoch(coordinator)},
                                  ProducerId(1), ProducerEpoch(epoch), kBootTimestamp));
    };
    EXPECT_EQ(refused(test, marker(3, 7), AppendOrigin::kCoordinator).error,
              ErrorCode::kTransactionCoordinatorFenced);
    EXPECT_EQ(refused(test, marker(2, 8), AppendOrigin::kCoordinator).error,
              ErrorCode::kInvalidProducerEpoch);
}

// ---------------------------------------------------------------------------------- of a follower

TEST(FollowersRefusal, OfOffsetsBelowTheEndOrOutOfOrder) {
    TestLog test = used_log();
    const auto at = [](int64_t offset) {
        return BatchRef(
            batch_of({{"k", "v"}, {"k", "w"}},
                     {.base_offset = Offset(offset), .partition_leader_epoch = LeaderEpoch(0)}));
    };
    for (const std::vector<BatchRef>& batches : std::vector<std::vector<BatchRef>>{
             {at(2)}, {at(1)}, {at(5), at(3)}, {at(3), at(3)}, {at(3), at(4)}}) {
        const PartitionLog before = test.log;
        const AppendResult result = append_as_follower(test.log, Records{batches}, test.context());
        EXPECT_EQ(result.error, ErrorCode::kUnknownServerError);
        EXPECT_THAT(result.message, Not(IsEmpty()));
        EXPECT_EQ(test.log, before);
    }
    EXPECT_THAT(broken_invariants(test.log), IsEmpty());
}

}  // namespace
}  // namespace brokerlab

// The batch header: where its fields lie, what it says of itself, and how a leader stamps it.
#include "sim/log/record_batch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <limits>

#include "tests/unit/log/batch_bytes.h"
#include "tests/unit/log/log_fixture.h"

namespace brokerlab {
namespace {

using brokerlab::testing::batch_of;
using brokerlab::testing::from_hex;
using brokerlab::testing::with_field;
using brokerlab::testing::with_right_crc;
namespace field = brokerlab::testing::field;

constexpr int32_t kMaxInt = std::numeric_limits<int32_t>::max();

/// Two records at 1 700 000 000 000 ms: key "k", value "v1"; and 5 ms later no key, value "v2".
/// Base offset 0, leader epoch 0, no producer.
Bytes two_records() {
    return from_hex(
        "0000000000000000000000440000000002ca881a9a0000000000010000018bcfe568000000018bcfe56805"
        "ffffffffffffffffffffffffffff0000000212000000026b0476310010000a020104763200");
}

BatchBytes a_producers_batch() {
    BatchBytes batch =
        batch_of({{"a", "1"}, {"b", "2"}, {"c", "3"}}, {.producer_id = ProducerId(4000),
                                                        .producer_epoch = ProducerEpoch(7),
                                                        .base_sequence = Sequence(12)});
    batch.identities = {
        {.producer = 3, .n = 10}, {.producer = 3, .n = 11}, {.producer = 3, .n = 12}};
    return batch;
}

TEST(BatchHeader, IsReadFieldForField) {
    const BatchHeader header = read_batch_header(two_records());
    EXPECT_EQ(header.base_offset, Offset(0));
    EXPECT_EQ(header.batch_length, 68);
    EXPECT_EQ(header.size_in_bytes(), 80);
    EXPECT_EQ(header.partition_leader_epoch, LeaderEpoch(0));
    EXPECT_EQ(header.magic, 2);
    EXPECT_EQ(header.crc, 0xca881a9aU);
    EXPECT_EQ(header.attributes, 0);
    EXPECT_EQ(header.last_offset_delta, 1);
    EXPECT_EQ(header.base_timestamp, Timestamp(1'700'000'000'000));
    EXPECT_EQ(header.max_timestamp, Timestamp(1'700'000'000'005));
    EXPECT_EQ(header.producer_id, kNoProducerId);
    EXPECT_EQ(header.producer_epoch, kNoProducerEpoch);
    EXPECT_EQ(header.base_sequence, kNoSequence);
    EXPECT_EQ(header.records_count, 2);
}

TEST(BatchHeader, IsWrittenByteForByte) {
    const BatchBytes built = batch_of({{"k", "v1", Timestamp(1'700'000'000'000)},
                                       {std::nullopt, "v2", Timestamp(1'700'000'000'005)}},
                                      {.partition_leader_epoch = LeaderEpoch(0)});
    EXPECT_EQ(built.bytes, two_records());
}

TEST(BatchHeader, KeepsEveryFieldInItsPlace) {
    Bytes bytes = two_records();
    bytes = with_field(bytes, field::kBaseOffset, int64_t{0x0102030405060708});
    bytes = with_field(bytes, field::kLeaderEpoch, int32_t{0x11121314});
    bytes = with_field(bytes, field::kCrc, uint32_t{0xf1f2f3f4});
    bytes = with_field(bytes, field::kLastOffsetDelta, int32_t{0x21222324});
    bytes = with_field(bytes, field::kBaseTimestamp, int64_t{0x3132333435363738});
    bytes = with_field(bytes, field::kMaxTimestamp, int64_t{0x4142434445464748});
    bytes = with_field(bytes, field::kProducerId, int64_t{0x5152535455565758});
    bytes = with_field(bytes, field::kProducerEpoch, int16_t{0x6162});
    bytes = with_field(bytes, field::kBaseSequence, int32_t{0x71727374});
    bytes = with_field(bytes, field::kCount, int32_t{0x01020304});
    const BatchHeader header = read_batch_header(bytes);
    EXPECT_EQ(header.base_offset.value, 0x0102030405060708);
    EXPECT_EQ(header.partition_leader_epoch.value, 0x11121314);
    EXPECT_EQ(header.crc, 0xf1f2f3f4U);
    EXPECT_EQ(header.last_offset_delta, 0x21222324);
    EXPECT_EQ(header.base_timestamp.value, 0x3132333435363738);
    EXPECT_EQ(header.max_timestamp.value, 0x4142434445464748);
    EXPECT_EQ(header.producer_id.value, 0x5152535455565758);
    EXPECT_EQ(header.producer_epoch.value, 0x6162);
    EXPECT_EQ(header.base_sequence.value, 0x71727374);
    EXPECT_EQ(header.records_count, 0x01020304);
}

TEST(BatchHeader, TellsWhatItsAttributesMean) {
    struct Meaning {
        int16_t attributes;
        CompressionCodec codec;
        TimestampType timestamp_type;
        bool transactional;
        bool control;
        bool delete_horizon;
    };
    const auto create = TimestampType::kCreateTime;
    const auto append = TimestampType::kLogAppendTime;
    for (const Meaning& m : {Meaning{0x00, CompressionCodec::kNone, create, false, false, false},
                             Meaning{0x01, CompressionCodec::kGzip, create, false, false, false},
                             Meaning{0x02, CompressionCodec::kSnappy, create, false, false, false},
                             Meaning{0x03, CompressionCodec::kLz4, create, false, false, false},
                             Meaning{0x04, CompressionCodec::kZstd, create, false, false, false},
                             Meaning{0x08, CompressionCodec::kNone, append, false, false, false},
                             Meaning{0x10, CompressionCodec::kNone, create, true, false, false},
                             Meaning{0x20, CompressionCodec::kNone, create, false, true, false},
                             Meaning{0x40, CompressionCodec::kNone, create, false, false, true},
                             Meaning{0x7c, CompressionCodec::kZstd, append, true, true, true}}) {
        const BatchHeader header =
            read_batch_header(with_field(two_records(), field::kAttributes, m.attributes));
        EXPECT_EQ(header.codec(), m.codec) << m.attributes;
        EXPECT_EQ(header.timestamp_type(), m.timestamp_type) << m.attributes;
        EXPECT_EQ(header.is_transactional(), m.transactional) << m.attributes;
        EXPECT_EQ(header.is_control(), m.control) << m.attributes;
        EXPECT_EQ(header.delete_horizon().has_value(), m.delete_horizon) << m.attributes;
    }
    EXPECT_EQ(timestamp_type_name(create), "CreateTime");
    EXPECT_EQ(timestamp_type_name(append), "LogAppendTime");
}

TEST(BatchHeader, HoldsTheDeleteHorizonInPlaceOfTheBaseTimestamp) {
    const Bytes bytes = with_field(two_records(), field::kAttributes, int16_t{0x40});
    EXPECT_EQ(read_batch_header(bytes).delete_horizon(), Timestamp(1'700'000'000'000));
    EXPECT_EQ(read_batch_header(two_records()).delete_horizon(), std::nullopt);
}

TEST(BatchHeader, CountsOffsetsAndSequencesToTheLastRecord) {
    const BatchHeader header =
        read_batch_header(with_field(a_producers_batch().bytes, field::kBaseOffset, int64_t{100}));
    EXPECT_EQ(header.last_offset(), Offset(102));
    EXPECT_EQ(header.next_offset(), Offset(103));
    EXPECT_EQ(header.last_sequence(), Sequence(14));
    EXPECT_TRUE(header.has_producer_id());

    EXPECT_FALSE(read_batch_header(two_records()).has_producer_id());
    EXPECT_EQ(read_batch_header(two_records()).last_sequence(), kNoSequence);
}

TEST(Sequence, GoesOnAtZeroAfterTheLargest) {
    EXPECT_EQ(increment_sequence(Sequence(0), 0), Sequence(0));
    EXPECT_EQ(increment_sequence(Sequence(kMaxInt - 1), 1), Sequence(kMaxInt));
    EXPECT_EQ(increment_sequence(Sequence(kMaxInt), 1), Sequence(0));
    EXPECT_EQ(increment_sequence(Sequence(kMaxInt), kMaxInt), Sequence(kMaxInt - 1));
    EXPECT_TRUE(rc::check("as counting modulo 2^31 does", [] {
        const int32_t from = *rc::gen::inRange(0, kMaxInt);
        const int32_t step = *rc::gen::inRange(0, kMaxInt);
        const int64_t sum = (int64_t{from} + step) % (int64_t{kMaxInt} + 1);
        RC_ASSERT(int64_t{increment_sequence(Sequence(from), step).value} == sum);
    }));

    const Bytes wrapping =
        with_field(a_producers_batch().bytes, field::kBaseSequence, int32_t{kMaxInt - 1});
    EXPECT_EQ(read_batch_header(wrapping).last_sequence(), Sequence(0));
}

// ------------------------------------------------------------------------------------- stamping

TEST(Stamping, WritesOffsetAndEpochWithoutTouchingTheCrc) {
    const BatchBytes sent = a_producers_batch();
    const BatchBytes before = sent;
    const BatchHeader header = read_batch_header(sent.bytes);
    const BatchRef stamped = stamp_batch(
        sent, {Offset(500), LeaderEpoch(9), TimestampType::kCreateTime, header.max_timestamp});

    EXPECT_EQ(header_of(stamped).base_offset, Offset(500));
    EXPECT_EQ(header_of(stamped).partition_leader_epoch, LeaderEpoch(9));
    EXPECT_EQ(header_of(stamped).crc, header.crc);
    EXPECT_TRUE(next_batch(stamped->bytes).ok());
    Bytes expected = with_field(sent.bytes, field::kBaseOffset, int64_t{500});
    expected = with_field(expected, field::kLeaderEpoch, int32_t{9});
    EXPECT_EQ(stamped->bytes, expected);
    EXPECT_EQ(stamped->identities, sent.identities);
    EXPECT_EQ(sent, before) << "the producer's own batch must stay as it was";
}

TEST(Stamping, MakesTheCrcAnewForTheLogAppendTime) {
    const BatchBytes sent = a_producers_batch();
    const BatchRef stamped = stamp_batch(
        sent,
        {Offset(500), LeaderEpoch(9), TimestampType::kLogAppendTime, Timestamp(1'700'000'123'456)});
    const BatchHeader header = header_of(stamped);
    EXPECT_EQ(header.timestamp_type(), TimestampType::kLogAppendTime);
    EXPECT_EQ(header.max_timestamp, Timestamp(1'700'000'123'456));
    EXPECT_EQ(header.base_timestamp, read_batch_header(sent.bytes).base_timestamp);
    EXPECT_NE(header.crc, read_batch_header(sent.bytes).crc);
    EXPECT_EQ(header.crc, compute_batch_crc(stamped->bytes));
    EXPECT_TRUE(next_batch(stamped->bytes).ok());
    EXPECT_EQ(stamped->identities, sent.identities);
}

TEST(Stamping, CorrectsAMaxTimestampThatTheProducerGotWrong) {
    BatchBytes sent = a_producers_batch();
    const Timestamp right = read_batch_header(sent.bytes).max_timestamp;
    sent.bytes = with_right_crc(with_field(sent.bytes, field::kMaxTimestamp, int64_t{17}));
    const BatchRef stamped =
        stamp_batch(sent, {Offset(0), LeaderEpoch(0), TimestampType::kCreateTime, right});
    EXPECT_EQ(header_of(stamped).max_timestamp, right);
    EXPECT_TRUE(next_batch(stamped->bytes).ok());
}

TEST(Stamping, KeepsTheOtherAttributes) {
    const BatchBytes sent = batch_of({{"a", "1"}}, {.codec = CompressionCodec::kGzip,
                                                    .producer_id = ProducerId(1),
                                                    .producer_epoch = ProducerEpoch(0),
                                                    .base_sequence = Sequence(0),
                                                    .transactional = true});
    const BatchRef stamped =
        stamp_batch(sent, {Offset(1), LeaderEpoch(1), TimestampType::kLogAppendTime, Timestamp(5)});
    EXPECT_EQ(header_of(stamped).attributes, read_batch_header(sent.bytes).attributes | 0x08);
}

// --------------------------------------------------------------------------------------- digest

TEST(DigestOfACompressedBatch, DoesNotDependOnHowItWasCompressed) {
    BatchBytes batch =
        batch_of({{"key", std::string(1000, 'x')}}, {.codec = CompressionCodec::kGzip});
    const ByteSpan section = ByteSpan(batch.bytes).subspan(field::kRecords);
    const Bytes plain = decompress(CompressionCodec::kGzip, section, 1 << 20).value();

    BatchBytes otherwise = batch;
    otherwise.bytes = brokerlab::testing::with_records(
        batch.bytes, compress(CompressionCodec::kGzip, plain, /*level=*/1));
    ASSERT_NE(batch.bytes, otherwise.bytes);

    const auto digest = [](const BatchBytes& of) {
        Digest d;
        digest_compressed_batch(d, of);
        return d.value();
    };
    EXPECT_EQ(digest(batch), digest(otherwise));

    BatchBytes elsewhere = batch;
    elsewhere.bytes = with_field(batch.bytes, field::kBaseOffset, int64_t{1});
    EXPECT_NE(digest(batch), digest(elsewhere));
    BatchBytes named = batch;
    named.identities = {{.producer = 1, .n = 1}};
    EXPECT_NE(digest(batch), digest(named));
    EXPECT_NE(digest(batch), digest(batch_of({{"key", std::string(1000, 'y')}},
                                             {.codec = CompressionCodec::kGzip})));
}

}  // namespace
}  // namespace brokerlab

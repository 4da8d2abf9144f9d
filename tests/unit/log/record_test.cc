// Records: what the builder writes, the decoder gives back.
#include "sim/log/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <limits>

#include "tests/unit/log/batch_bytes.h"
#include "tests/unit/log/log_fixture.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;

using brokerlab::testing::batch_of;
using brokerlab::testing::from_hex;
using brokerlab::testing::Text;
using brokerlab::testing::with_records;
namespace field = brokerlab::testing::field;

constexpr std::array kCodecs = {CompressionCodec::kNone, CompressionCodec::kGzip,
                                CompressionCodec::kSnappy, CompressionCodec::kLz4,
                                CompressionCodec::kZstd};

/// A record that owns its bytes, as a test needs it.
struct Owned {
    int64_t timestamp = 0;
    std::optional<Bytes> key;
    std::optional<Bytes> value;
    std::vector<std::pair<std::string, std::optional<Bytes>>> headers;

    bool operator==(const Owned&) const = default;
};

rc::Gen<std::optional<Bytes>> null_or_bytes() {
    return rc::gen::oneOf(
        rc::gen::just(std::optional<Bytes>()),
        rc::gen::map(rc::gen::arbitrary<Bytes>(), [](Bytes b) { return std::optional(b); }));
}

rc::Gen<Owned> any_record() {
    const auto headers =
        rc::gen::container<std::vector<std::pair<std::string, std::optional<Bytes>>>>(
            rc::gen::pair(rc::gen::arbitrary<std::string>(), null_or_bytes()));
    return rc::gen::build<Owned>(
        rc::gen::set(&Owned::timestamp, rc::gen::oneOf(rc::gen::inRange<int64_t>(-1, 1000),
                                                       rc::gen::inRange<int64_t>(
                                                           1'700'000'000'000, 1'700'000'100'000))),
        rc::gen::set(&Owned::key, null_or_bytes()), rc::gen::set(&Owned::value, null_or_bytes()),
        rc::gen::set(&Owned::headers, headers));
}

rc::Gen<std::vector<Owned>> some_records() {
    return rc::gen::scale(0.4, rc::gen::container<std::vector<Owned>>(any_record()));
}

RecordContent view_of(const Owned& record) {
    RecordContent content{.timestamp = Timestamp(record.timestamp)};
    content.key = record.key ? std::optional<ByteSpan>(*record.key) : std::nullopt;
    content.value = record.value ? std::optional<ByteSpan>(*record.value) : std::nullopt;
    for (const auto& [key, value] : record.headers) {
        content.headers.push_back({key, value ? std::optional<ByteSpan>(*value) : std::nullopt});
    }
    return content;
}

Owned owned(const RecordContent& content) {
    const auto copy = [](const std::optional<ByteSpan>& span) {
        return span ? std::optional<Bytes>(Bytes(span->begin(), span->end())) : std::nullopt;
    };
    Owned record{.timestamp = content.timestamp.value,
                 .key = copy(content.key),
                 .value = copy(content.value),
                 .headers = {}};
    for (const HeaderView& header : content.headers) {
        record.headers.emplace_back(std::string(header.key), copy(header.value));
    }
    return record;
}

TEST(Records, ComeBackAsTheyWereWritten) {
    for (const CompressionCodec codec : kCodecs) {
        EXPECT_TRUE(rc::check(std::string(codec_name(codec)), [codec] {
            const auto records = *some_records();
            const int64_t base = *rc::gen::inRange<int64_t>(0, int64_t{1} << 40);
            BatchBuilder builder({.base_offset = Offset(base),
                                  .codec = codec,
                                  .producer_id = ProducerId(5),
                                  .producer_epoch = ProducerEpoch(1),
                                  .base_sequence = Sequence(2'147'483'640)});
            int64_t latest = -1;
            for (const Owned& record : records) {
                builder.append(view_of(record));
                latest = std::max(latest, record.timestamp);
            }
            RC_PRE(!records.empty());
            const std::size_t uncompressed = builder.size_in_bytes();
            const BatchBytes batch = builder.build();
            RC_ASSERT(next_batch(batch.bytes).ok());
            RC_ASSERT(codec != CompressionCodec::kNone || batch.bytes.size() == uncompressed);
            const BatchHeader header = read_batch_header(batch.bytes);
            RC_ASSERT(header.max_timestamp == Timestamp(latest));
            RC_ASSERT(header.base_timestamp == Timestamp(records.front().timestamp));
            RC_ASSERT(header.records_count == static_cast<int32_t>(records.size()));

            const Outcome<DecodedRecords> decoded = decode_records(batch.bytes);
            RC_ASSERT(decoded.ok());
            RC_ASSERT(decoded->records.size() == records.size());
            for (std::size_t i = 0; i < records.size(); ++i) {
                const auto n = static_cast<int32_t>(i);
                RC_ASSERT(owned(decoded->records[i].content) == records[i]);
                RC_ASSERT(decoded->records[i].offset == Offset(base + n));
                RC_ASSERT(decoded->records[i].sequence ==
                          increment_sequence(Sequence(2'147'483'640), n));
            }
        })) << codec_name(codec);
    }
}

TEST(Records, AreReadAlikeByTheCursor) {
    EXPECT_TRUE(rc::check([] {
        const auto records = *rc::gen::nonEmpty(some_records());
        BatchBuilder builder(BatchSpec{.base_offset = Offset(7)});
        for (const Owned& record : records) {
            builder.append(view_of(record));
        }
        const BatchBytes batch = builder.build();
        RecordCursor cursor(read_batch_header(batch.bytes),
                            ByteSpan(batch.bytes).subspan(field::kRecords));
        for (std::size_t i = 0; i < records.size(); ++i) {
            RC_ASSERT(!cursor.complete());
            const std::optional<RecordCursor::Brief> brief = cursor.next();
            RC_ASSERT(brief.has_value());
            RC_ASSERT(brief->offset == Offset(7 + static_cast<int64_t>(i)));
            RC_ASSERT(brief->timestamp == Timestamp(records[i].timestamp));
            RC_ASSERT(brief->has_key == records[i].key.has_value());
            RC_ASSERT(brief->has_value == records[i].value.has_value());
        }
        RC_ASSERT(!cursor.next().has_value());
        RC_ASSERT(cursor.complete());
    }));
}

TEST(Records, AreFoundIncompleteByTheCursorToo) {
    const Bytes good = batch_of({{"k", "v1"}, {std::nullopt, "v2"}}).bytes;
    for (const char* section : {
             "12000000026b04763100",                      // one record too few
             "12000000026b0476310010000002010476320000",  // a byte left over
             "12000000026b0476310010000004010476"
             "3200",  // an offset above the last
             "12000000036b0476310010000002010476"
             "3200",  // a key of -2 bytes
         }) {
        const Bytes bad = with_records(good, from_hex(section));
        RecordCursor cursor(read_batch_header(bad), ByteSpan(bad).subspan(field::kRecords));
        while (cursor.next()) {
        }
        EXPECT_FALSE(cursor.complete()) << section;
        EXPECT_FALSE(decode_records(bad).ok()) << section;
    }
}

TEST(Records, AreViewsIntoTheBatchUnlessItIsCompressed) {
    const BatchBytes plain = batch_of({{"key", "value"}});
    const Outcome<DecodedRecords> decoded = decode_records(plain.bytes);
    EXPECT_TRUE(decoded->inflated.empty());
    EXPECT_GE(decoded->records[0].content.key->data(), plain.bytes.data());
    EXPECT_LT(decoded->records[0].content.key->data(), plain.bytes.data() + plain.bytes.size());

    const BatchBytes packed = batch_of({{"key", "value"}}, {.codec = CompressionCodec::kLz4});
    Outcome<DecodedRecords> first = decode_records(packed.bytes);
    const DecodedRecords moved = std::move(first).value();
    EXPECT_EQ(as_text(*moved.records[0].content.value), "value") << "views survive the move";
}

TEST(Records, MayHaveTimestampsThatFallAndThatAreFarApart) {
    constexpr int64_t kLatest = std::numeric_limits<int64_t>::max();
    const std::vector<int64_t> times = {1'000, 0, kLatest, -1, 1};
    BatchBuilder builder(BatchSpec{});
    for (const int64_t time : times) {
        builder.append({.timestamp = Timestamp(time)});
    }
    const BatchBytes batch = builder.build();
    EXPECT_EQ(read_batch_header(batch.bytes).base_timestamp, Timestamp(1'000));
    EXPECT_EQ(read_batch_header(batch.bytes).max_timestamp, Timestamp(kLatest));
    const Outcome<DecodedRecords> decoded = decode_records(batch.bytes);
    ASSERT_TRUE(decoded.ok());
    for (std::size_t i = 0; i < times.size(); ++i) {
        EXPECT_EQ(decoded->records[i].content.timestamp, Timestamp(times[i]));
    }
}

TEST(Records, AllCarryTheLogAppendTimeOfTheirBatch) {
    const BatchBytes batch = batch_of({{"a", "1", Timestamp(10)}, {"b", "2", Timestamp(20)}},
                                      {.log_append_time = Timestamp(5'000)});
    const BatchHeader header = read_batch_header(batch.bytes);
    EXPECT_EQ(header.timestamp_type(), TimestampType::kLogAppendTime);
    EXPECT_EQ(header.max_timestamp, Timestamp(5'000));
    const Outcome<DecodedRecords> decoded = decode_records(batch.bytes);
    for (const RecordView& record : decoded->records) {
        EXPECT_EQ(record.content.timestamp, Timestamp(5'000));
    }
}

TEST(Records, KeepTheirTimesWhenTheBatchGetsADeleteHorizon) {
    const BatchBytes batch =
        batch_of({{"a", std::nullopt, Timestamp(10)}, {"b", "2", Timestamp(7)}},
                 {.delete_horizon = Timestamp(86'400'000)});
    const BatchHeader header = read_batch_header(batch.bytes);
    EXPECT_EQ(header.delete_horizon(), Timestamp(86'400'000));
    EXPECT_EQ(header.max_timestamp, Timestamp(10));
    const Outcome<DecodedRecords> decoded = decode_records(batch.bytes);
    EXPECT_EQ(decoded->records[0].content.timestamp, Timestamp(10));
    EXPECT_EQ(decoded->records[1].content.timestamp, Timestamp(7));
}

TEST(Records, HaveNoSequenceWithoutAProducer) {
    EXPECT_EQ(decode_records(batch_of({{"a", "1"}}).bytes)->records[0].sequence, kNoSequence);
}

// ---------------------------------------------------------------------------------- the builder

TEST(BatchBuilder, LeavesGapsWhereRecordsWereCleanedAway) {
    BatchBuilder builder({.base_offset = Offset(100), .base_sequence = Sequence(50)});
    EXPECT_EQ(builder.next_offset(), Offset(100));
    builder.append_at(Offset(103), {.timestamp = Timestamp(1), .key = as_bytes("a")});
    builder.append_at(Offset(107), {.timestamp = Timestamp(2), .key = as_bytes("b")});
    EXPECT_EQ(builder.next_offset(), Offset(108));
    EXPECT_EQ(builder.count(), 2);
    builder.override_last_offset(Offset(110));
    const BatchBytes batch = builder.build();
    const BatchHeader header = read_batch_header(batch.bytes);
    EXPECT_EQ(header.base_offset, Offset(100));
    EXPECT_EQ(header.last_offset(), Offset(110));
    EXPECT_EQ(header.records_count, 2);
    const Outcome<DecodedRecords> decoded = decode_records(batch.bytes);
    EXPECT_EQ(decoded->records[0].offset, Offset(103));
    EXPECT_EQ(decoded->records[0].sequence, Sequence(53)) << "sequences go with the offsets";
    EXPECT_EQ(decoded->records[1].offset, Offset(107));
    EXPECT_EQ(decoded->records[1].sequence, Sequence(57));
}

TEST(BatchBuilder, WritesWhatItsSpecSays) {
    const BatchBytes batch = batch_of({{"a", "1"}}, {.base_offset = Offset(9),
                                                     .partition_leader_epoch = LeaderEpoch(4),
                                                     .codec = CompressionCodec::kZstd,
                                                     .producer_id = ProducerId(77),
                                                     .producer_epoch = ProducerEpoch(3),
                                                     .base_sequence = Sequence(12),
                                                     .transactional = true,
                                                     .control = true});
    const BatchHeader header = read_batch_header(batch.bytes);
    EXPECT_EQ(header.base_offset, Offset(9));
    EXPECT_EQ(header.partition_leader_epoch, LeaderEpoch(4));
    EXPECT_EQ(header.attributes, 0x34);
    EXPECT_EQ(header.producer_id, ProducerId(77));
    EXPECT_EQ(header.producer_epoch, ProducerEpoch(3));
    EXPECT_EQ(header.base_sequence, Sequence(12));
}

TEST(BatchBuilder, NamesTheRecords) {
    BatchBuilder builder(BatchSpec{});
    builder.append({.timestamp = Timestamp(1)});
    builder.identify({.producer = 8, .n = 21});
    builder.append({.timestamp = Timestamp(1)});
    builder.identify({.producer = 8, .n = 22});
    EXPECT_THAT(builder.build().identities, ElementsAre(RecordIdentity{.producer = 8, .n = 21},
                                                        RecordIdentity{.producer = 8, .n = 22}));
}

TEST(BatchBuilder, GrowsByTheSizeOfEachRecord) {
    EXPECT_TRUE(rc::check([] {
        const auto records = *some_records();
        BatchBuilder builder(BatchSpec{});
        RC_ASSERT(builder.size_in_bytes() == kBatchHeaderSize);
        for (std::size_t i = 0; i < records.size(); ++i) {
            const std::size_t before = builder.size_in_bytes();
            builder.append(view_of(records[i]));
            RC_ASSERT(builder.size_in_bytes() - before ==
                      record_size(view_of(records[i]), static_cast<int32_t>(i),
                                  records[i].timestamp - records.front().timestamp));
        }
    }));
}

TEST(EmptyBatch, KeepsPlaceAndProducerOfTheOneItReplaces) {
    const BatchBytes full = batch_of({{"a", "1", Timestamp(10)}, {"b", "2", Timestamp(20)}},
                                     {.base_offset = Offset(40),
                                      .partition_leader_epoch = LeaderEpoch(6),
                                      .codec = CompressionCodec::kGzip,
                                      .producer_id = ProducerId(9),
                                      .producer_epoch = ProducerEpoch(2),
                                      .base_sequence = Sequence(30),
                                      .transactional = true});
    const BatchBytes empty = empty_batch(read_batch_header(full.bytes));
    EXPECT_EQ(empty.bytes.size(), kBatchHeaderSize);
    EXPECT_TRUE(empty.identities.empty());
    ASSERT_TRUE(next_batch(empty.bytes).ok());
    const BatchHeader header = read_batch_header(empty.bytes);
    EXPECT_EQ(header.base_offset, Offset(40));
    EXPECT_EQ(header.last_offset(), Offset(41));
    EXPECT_EQ(header.partition_leader_epoch, LeaderEpoch(6));
    EXPECT_EQ(header.producer_id, ProducerId(9));
    EXPECT_EQ(header.producer_epoch, ProducerEpoch(2));
    EXPECT_EQ(header.base_sequence, Sequence(30));
    EXPECT_EQ(header.last_sequence(), Sequence(31));
    EXPECT_EQ(header.codec(), CompressionCodec::kNone);
    EXPECT_EQ(header.base_timestamp, kNoTimestamp);
    EXPECT_EQ(header.max_timestamp, Timestamp(20));
    EXPECT_TRUE(header.is_transactional());
    EXPECT_EQ(header.records_count, 0);
    EXPECT_TRUE(decode_records(empty.bytes)->records.empty());
}

}  // namespace
}  // namespace brokerlab

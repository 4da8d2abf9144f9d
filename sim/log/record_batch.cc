#include "sim/log/record_batch.h"

#include <fmt/format.h>

#include <limits>

#include "sim/base/check.h"
#include "sim/log/crc32c.h"

namespace brokerlab {
namespace {

// Where the fields stand.
constexpr std::size_t kLengthAt = 8;
constexpr std::size_t kLeaderEpochAt = 12;
constexpr std::size_t kMagicAt = 16;
constexpr std::size_t kCrcAt = 17;
constexpr std::size_t kAttributesAt = 21;
constexpr std::size_t kLastOffsetDeltaAt = 23;
constexpr std::size_t kBaseTimestampAt = 27;
constexpr std::size_t kMaxTimestampAt = 35;
constexpr std::size_t kProducerIdAt = 43;
constexpr std::size_t kProducerEpochAt = 51;
constexpr std::size_t kBaseSequenceAt = 53;
constexpr std::size_t kRecordsCountAt = 57;

/// Where the parts before the magic end: as much as is needed to know size and version.
constexpr std::size_t kShortestPrefix = kMagicAt + 1;

}  // namespace

std::string_view timestamp_type_name(TimestampType type) {
    return type == TimestampType::kCreateTime ? "CreateTime" : "LogAppendTime";
}

Sequence increment_sequence(Sequence sequence, int32_t n) {
    constexpr int32_t kMax = std::numeric_limits<int32_t>::max();
    if (sequence.value > kMax - n) {
        return Sequence(n - (kMax - sequence.value) - 1);
    }
    return Sequence(sequence.value + n);
}

Sequence BatchHeader::last_sequence() const {
    return base_sequence == kNoSequence ? kNoSequence
                                        : increment_sequence(base_sequence, last_offset_delta);
}

std::optional<Timestamp> BatchHeader::delete_horizon() const {
    if ((attributes & batch_attributes::kDeleteHorizon) == 0) {
        return std::nullopt;
    }
    return base_timestamp;
}

BatchHeader read_batch_header(ByteSpan batch) {
    BL_CHECK(batch.size() >= kBatchHeaderSize);
    const uint8_t* at = batch.data();
    BatchHeader h;
    h.base_offset = Offset(load_be<int64_t>(at));
    h.batch_length = load_be<int32_t>(at + kLengthAt);
    h.partition_leader_epoch = LeaderEpoch(load_be<int32_t>(at + kLeaderEpochAt));
    h.magic = load_be<int8_t>(at + kMagicAt);
    h.crc = load_be<uint32_t>(at + kCrcAt);
    h.attributes = load_be<int16_t>(at + kAttributesAt);
    h.last_offset_delta = load_be<int32_t>(at + kLastOffsetDeltaAt);
    h.base_timestamp = Timestamp(load_be<int64_t>(at + kBaseTimestampAt));
    h.max_timestamp = Timestamp(load_be<int64_t>(at + kMaxTimestampAt));
    h.producer_id = ProducerId(load_be<int64_t>(at + kProducerIdAt));
    h.producer_epoch = ProducerEpoch(load_be<int16_t>(at + kProducerEpochAt));
    h.base_sequence = Sequence(load_be<int32_t>(at + kBaseSequenceAt));
    h.records_count = load_be<int32_t>(at + kRecordsCountAt);
    return h;
}

uint32_t compute_batch_crc(ByteSpan batch) {
    BL_CHECK(batch.size() >= kBatchHeaderSize);
    return crc32c(batch.subspan(kAttributesAt));
}

Outcome<ByteSpan> next_batch_unchecked(ByteSpan buffer) {
    if (buffer.size() < kShortestPrefix) {
        return Failure{fmt::format("{} bytes are too few for a batch header", buffer.size())};
    }
    const int64_t length = load_be<int32_t>(buffer.data() + kLengthAt);
    const int magic = load_be<int8_t>(buffer.data() + kMagicAt);
    if (magic == 0 || magic == 1) {
        return Failure{
            fmt::format("magic {} is Kafka's old message format, which 4.0 dropped; "
                        "only magic 2 is read",
                        magic)};
    }
    if (magic != kMagicV2) {
        return Failure{fmt::format("magic {} is not a record batch's (expected 2)", magic)};
    }
    const int64_t size = length + static_cast<int64_t>(kBatchOverhead);
    if (size < static_cast<int64_t>(kBatchHeaderSize)) {
        return Failure{fmt::format("batch length {} is smaller than a batch header", length)};
    }
    if (size > static_cast<int64_t>(buffer.size())) {
        return Failure{
            fmt::format("the batch is {} bytes long, but only {} are left", size, buffer.size())};
    }
    const ByteSpan batch = buffer.first(static_cast<std::size_t>(size));
    const BatchHeader header = read_batch_header(batch);
    if (header.records_count < 0 || header.last_offset_delta < 0 ||
        header.base_offset < Offset(0) ||
        header.base_offset.value >
            std::numeric_limits<int64_t>::max() - header.last_offset_delta - 1) {
        return Failure{fmt::format("base offset {}, last offset delta {} and {} records can't be",
                                   header.base_offset.value, header.last_offset_delta,
                                   header.records_count)};
    }
    return batch;
}

Outcome<ByteSpan> next_batch(ByteSpan buffer) {
    Outcome<ByteSpan> batch = next_batch_unchecked(buffer);
    if (!batch) {
        return batch;
    }
    const BatchHeader header = read_batch_header(*batch);
    const uint32_t crc = compute_batch_crc(*batch);
    if (crc != header.crc) {
        return Failure{
            fmt::format("the CRC in the header is {}, but the bytes give {}", header.crc, crc)};
    }
    if ((header.attributes & batch_attributes::kCodecMask) >
        static_cast<int16_t>(CompressionCodec::kZstd)) {
        return Failure{fmt::format("compression codec {} is unknown",
                                   header.attributes & batch_attributes::kCodecMask)};
    }
    return batch;
}

Outcome<Records> split_batches(ByteSpan buffer) {
    Records records;
    std::size_t at = 0;
    while (at < buffer.size()) {
        const Outcome<ByteSpan> batch = next_batch(buffer.subspan(at));
        if (!batch) {
            return Failure{fmt::format("at byte {}: {}", at, batch.failure().what)};
        }
        records.batches.emplace_back(BatchBytes{Bytes(batch->begin(), batch->end()), {}});
        at += batch->size();
    }
    return records;
}

BatchRef stamp_batch(const BatchBytes& batch, const BatchStamp& stamp) {
    BatchBytes stamped = batch;
    uint8_t* bytes = stamped.bytes.data();
    store_be(bytes, stamp.base_offset.value);
    store_be(bytes + kLeaderEpochAt, stamp.leader_epoch.value);
    const BatchHeader header = read_batch_header(batch.bytes);
    if (header.timestamp_type() != stamp.timestamp_type ||
        header.max_timestamp != stamp.max_timestamp) {
        const int type_bit = stamp.timestamp_type == TimestampType::kLogAppendTime
                                 ? batch_attributes::kLogAppendTime
                                 : 0;
        const int others = header.attributes & ~batch_attributes::kLogAppendTime;
        store_be(bytes + kAttributesAt, static_cast<int16_t>(others | type_bit));
        store_be(bytes + kMaxTimestampAt, stamp.max_timestamp.value);
        store_be(bytes + kCrcAt, compute_batch_crc(stamped.bytes));
    }
    return BatchRef(std::move(stamped));
}

}  // namespace brokerlab

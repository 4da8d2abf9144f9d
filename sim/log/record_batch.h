// Record batch v2: the header, and how a batch lies in memory and on disk.
//
// A batch is 61 bytes of header and the records, which may be compressed as a whole. The CRC covers
// everything from the attributes on, so a broker may stamp base offset and leader epoch without
// touching it. Magic 0 and 1, which Kafka 4.0 no longer writes, are refused by name.
// [common/record/DefaultRecordBatch.java, KIP-98]
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/base/bytes.h"
#include "sim/base/outcome.h"
#include "sim/log/compression.h"
#include "sim/model/ids.h"
#include "sim/model/records.h"

namespace brokerlab {

inline constexpr std::size_t kBatchHeaderSize = 61;
/// Base offset and length field: what batchLength does not count.
inline constexpr std::size_t kBatchOverhead = 12;
inline constexpr int8_t kMagicV2 = 2;

enum class TimestampType : uint8_t {
    kCreateTime,     ///< set by the producer
    kLogAppendTime,  ///< set by the leader: every record reads as the batch's max timestamp
};
/// "CreateTime" or "LogAppendTime".
[[nodiscard]] std::string_view timestamp_type_name(TimestampType type);

/// Bits of the attributes field.
namespace batch_attributes {
inline constexpr int16_t kCodecMask = 0x07;
inline constexpr int16_t kLogAppendTime = 0x08;
inline constexpr int16_t kTransactional = 0x10;
inline constexpr int16_t kControl = 0x20;
inline constexpr int16_t kDeleteHorizon = 0x40;
}  // namespace batch_attributes

/// The header, field for field.
struct BatchHeader {
    Offset base_offset;
    int32_t batch_length = 0;  ///< bytes after this field
    LeaderEpoch partition_leader_epoch = kNoLeaderEpoch;
    int8_t magic = kMagicV2;
    uint32_t crc = 0;
    int16_t attributes = 0;
    int32_t last_offset_delta = 0;
    Timestamp base_timestamp = kNoTimestamp;  ///< or the delete horizon, when that bit is set
    Timestamp max_timestamp = kNoTimestamp;
    ProducerId producer_id = kNoProducerId;
    ProducerEpoch producer_epoch = kNoProducerEpoch;
    Sequence base_sequence = kNoSequence;
    int32_t records_count = 0;

    [[nodiscard]] int64_t size_in_bytes() const {
        return int64_t{batch_length} + static_cast<int64_t>(kBatchOverhead);
    }
    [[nodiscard]] Offset last_offset() const { return base_offset + last_offset_delta; }
    [[nodiscard]] Offset next_offset() const { return last_offset() + 1; }
    /// Sequence of the last record; wraps from 2^31-1 to 0.
    [[nodiscard]] Sequence last_sequence() const;
    [[nodiscard]] bool has_producer_id() const { return producer_id > kNoProducerId; }
    [[nodiscard]] bool is_transactional() const {
        return (attributes & batch_attributes::kTransactional) != 0;
    }
    [[nodiscard]] bool is_control() const { return (attributes & batch_attributes::kControl) != 0; }
    [[nodiscard]] TimestampType timestamp_type() const {
        return (attributes & batch_attributes::kLogAppendTime) != 0 ? TimestampType::kLogAppendTime
                                                                    : TimestampType::kCreateTime;
    }
    /// When tombstones and markers of this batch may go (KIP-534); none before the first cleaning.
    [[nodiscard]] std::optional<Timestamp> delete_horizon() const;
    /// Codec numbers above zstd's are caught by next_batch().
    [[nodiscard]] CompressionCodec codec() const {
        return static_cast<CompressionCodec>(attributes & batch_attributes::kCodecMask);
    }
};

/// Sequence `n` records after `sequence`, over the wrap [DefaultRecordBatch.incrementSequence].
[[nodiscard]] Sequence increment_sequence(Sequence sequence, int32_t n);

/// Reads the header of a batch of at least kBatchHeaderSize bytes; judges nothing.
[[nodiscard]] BatchHeader read_batch_header(ByteSpan batch);
[[nodiscard]] inline BatchHeader header_of(const BatchRef& batch) {
    return read_batch_header(batch->bytes);
}

/// The CRC-32C that the batch's header should hold.
[[nodiscard]] uint32_t compute_batch_crc(ByteSpan batch);

/// Takes the first batch of `buffer`: a whole v2 batch with a right CRC and a sane header.
/// Otherwise says what is wrong: cut, length that can't be, old or unknown magic, unknown codec,
/// wrong CRC. The records inside are judged by decode_records() (record.h).
[[nodiscard]] Outcome<ByteSpan> next_batch(ByteSpan buffer);
/// The same without the CRC, for tools that show a broken batch rather than refuse it.
[[nodiscard]] Outcome<ByteSpan> next_batch_unchecked(ByteSpan buffer);

/// Cuts a `records` field into batches with next_batch(). Fails with the position of the first bad
/// one.
[[nodiscard]] Outcome<Records> split_batches(ByteSpan buffer);

/// Mixes a compressed batch into `d` by its decoded records instead of its bytes, length and CRC:
/// the same whatever library compressed it. Identities count, too.
void digest_compressed_batch(Digest& d, const BatchBytes& batch);

/// What a leader stamps on the copy of a batch that it appends [LogValidator].
struct BatchStamp {
    Offset base_offset;
    LeaderEpoch leader_epoch;
    TimestampType timestamp_type = TimestampType::kCreateTime;
    Timestamp max_timestamp = kNoTimestamp;  ///< of the records, or the log append time
};
/// A copy of `batch` that carries the stamp and the same identities. The CRC is computed anew only
/// when timestamp type or max timestamp differ from what the batch had.
[[nodiscard]] BatchRef stamp_batch(const BatchBytes& batch, const BatchStamp& stamp);

}  // namespace brokerlab

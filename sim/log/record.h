// Records: reading them out of a batch and building batches of them.
//
// A record's timestamp and offset are stored as deltas to the batch's, lengths are zigzag varints
// and -1 is null [common/record/DefaultRecord.java]. Views point into the batch's bytes, or, when
// the batch is compressed, into the buffer that DecodedRecords owns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/base/outcome.h"
#include "sim/log/record_batch.h"
#include "sim/model/ids.h"
#include "sim/model/records.h"

namespace brokerlab {

struct HeaderView {
    std::string_view key;
    std::optional<ByteSpan> value;  ///< none is null
};

/// What a producer gives: everything of a record that is not its place in a log.
struct RecordContent {
    Timestamp timestamp = kNoTimestamp;
    std::optional<ByteSpan> key = std::nullopt;  ///< none is null
    std::optional<ByteSpan> value =
        std::nullopt;  ///< none is null: a tombstone on a compacted topic
    std::vector<HeaderView> headers = {};
};

struct RecordView {
    Offset offset;
    Sequence sequence = kNoSequence;
    RecordContent content;
};

/// The records of one batch. Moves, but does not copy: the views may point into `inflated`.
struct DecodedRecords {
    std::vector<RecordView> records;
    Bytes inflated;  ///< the records section after decompression; empty for codec none

    DecodedRecords() = default;
    DecodedRecords(DecodedRecords&&) = default;
    DecodedRecords& operator=(DecodedRecords&&) = default;
    DecodedRecords(const DecodedRecords&) = delete;
    DecodedRecords& operator=(const DecodedRecords&) = delete;
    ~DecodedRecords() = default;
};

/// No batch may inflate to more than this: a guard against compression bombs, well above
/// socket.request.max.bytes.
inline constexpr std::size_t kMaxInflatedBytes = std::size_t{256} << 20U;

/// Decodes what next_batch() let through. Fails when the records are cut, a length can't be, their
/// number differs from the header's, their offsets do not rise within the header's range, bytes are
/// left over, or the compressed data is bad. The result lives no longer than `batch`.
[[nodiscard]] Outcome<DecodedRecords> decode_records(ByteSpan batch);

/// Steps through a records section without allocating: what the leader's validation needs. Headers
/// are skipped. Fails like decode_records().
class RecordCursor {
public:
    /// `section` is the records section of the batch that `header` heads, not compressed.
    RecordCursor(const BatchHeader& header, ByteSpan section) : header_(header), in_(section) {}

    struct Brief {
        Offset offset;
        Timestamp timestamp;
        bool has_key = false;
        bool has_value = false;
    };
    /// The next record, or nothing after the last one or at bad bytes (then complete() is false).
    std::optional<Brief> next();
    /// All records that the header counts were read, and nothing is left.
    [[nodiscard]] bool complete() const {
        return in_.ok() && in_.remaining() == 0 && read_ == header_.records_count;
    }

private:
    BatchHeader header_;
    ByteReader in_;
    int32_t read_ = 0;
    int64_t last_delta_ = -1;
};

/// Everything about a batch but its records.
struct BatchSpec {
    Offset base_offset{0};
    LeaderEpoch partition_leader_epoch = kNoLeaderEpoch;
    CompressionCodec codec = CompressionCodec::kNone;
    /// Set for a LogAppendTime batch.
    std::optional<Timestamp> log_append_time = std::nullopt;
    ProducerId producer_id = kNoProducerId;
    ProducerEpoch producer_epoch = kNoProducerEpoch;
    Sequence base_sequence = kNoSequence;
    bool transactional = false;
    bool control = false;
    std::optional<Timestamp> delete_horizon = std::nullopt;
};

/// Collects records and makes a batch of them [MemoryRecordsBuilder.java].
class BatchBuilder {
public:
    explicit BatchBuilder(const BatchSpec& spec);

    /// Asks for all the memory at once: for so many records that take so many bytes.
    void reserve(std::size_t records, std::size_t bytes) {
        section_.reserve(bytes);
        identities_.reserve(records);
    }
    /// Appends at the next offset.
    void append(const RecordContent& record) { append_at(next_offset_, record); }
    /// Appends at `offset`, which must not be below the next one: a cleaned batch has gaps.
    void append_at(Offset offset, const RecordContent& record);
    /// Names the record appended last.
    void identify(RecordIdentity identity) { identities_.push_back(identity); }
    /// The batch will end at `offset` though its last records are gone (compaction).
    void override_last_offset(Offset offset) { last_offset_ = offset; }

    /// Size of the batch as it would be without compression.
    [[nodiscard]] std::size_t size_in_bytes() const { return kBatchHeaderSize + section_.size(); }
    [[nodiscard]] int32_t count() const { return count_; }
    [[nodiscard]] Offset next_offset() const { return next_offset_; }
    /// Finishes the batch; the builder is spent.
    [[nodiscard]] BatchBytes build();

private:
    BatchSpec spec_;
    ByteWriter section_;
    std::vector<RecordIdentity> identities_;
    Offset next_offset_;
    Offset last_offset_ = kNoOffset;
    std::optional<Timestamp> base_timestamp_;
    Timestamp max_timestamp_ = kNoTimestamp;
    int32_t count_ = 0;
};

/// A batch without records that keeps the place, producer and sequences of the one that `header`
/// heads: what compaction leaves of a producer's last batch [DefaultRecordBatch.writeEmptyHeader].
[[nodiscard]] BatchBytes empty_batch(const BatchHeader& header);

/// Bytes that `record` adds to an uncompressed batch at `offset_delta` and `timestamp_delta`.
[[nodiscard]] std::size_t record_size(const RecordContent& record, int32_t offset_delta,
                                      int64_t timestamp_delta);

}  // namespace brokerlab

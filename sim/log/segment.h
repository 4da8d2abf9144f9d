// Segment: a stretch of a log, with its offset index, time index and transaction index.
//
// Batches are kept with the file position that they have in the `.log` file, so that positions,
// index entries and size limits are those of a real segment. Everything that grows is chunked: a
// copy of a segment shares all full chunks. [storage/internals/log/LogSegment.java,
// OffsetIndex.java, TimeIndex.java, TransactionIndex.java]
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "sim/base/chunked_vector.h"
#include "sim/kernel/sim_time.h"
#include "sim/log/aborted_txn.h"
#include "sim/log/log_config.h"
#include "sim/log/record_batch.h"
#include "sim/model/ids.h"
#include "sim/model/records.h"

namespace brokerlab {

/// A batch in its place.
struct LoggedBatch {
    Offset base_offset;
    Offset last_offset;
    int32_t position = 0;  ///< of its first byte in the segment's file
    int32_t size = 0;      ///< in bytes
    Timestamp max_timestamp;
    SimTime written_at;  ///< when it entered the page cache
    BatchRef batch;

    bool operator==(const LoggedBatch&) const = default;
};
void digest_into(Digest& d, const LoggedBatch& b);

/// Offset index entry: the batch that ends at `offset` starts at `position`.
struct OffsetIndexEntry {
    Offset offset;
    int32_t position = 0;

    bool operator==(const OffsetIndexEntry&) const = default;
};
inline void digest_into(Digest& d, const OffsetIndexEntry& e) {
    digest_fields(d, e.offset, e.position);
}

/// Time index entry: up to the batch that ends at `offset`, no record is later than `timestamp`.
struct TimeIndexEntry {
    Timestamp timestamp = kNoTimestamp;
    Offset offset = kNoOffset;

    bool operator==(const TimeIndexEntry&) const = default;
};
inline void digest_into(Digest& d, const TimeIndexEntry& e) {
    digest_fields(d, e.timestamp, e.offset);
}

/// A record found by its timestamp [FileRecords.TimestampAndOffset].
struct TimestampAndOffset {
    Timestamp timestamp;
    Offset offset;
    LeaderEpoch leader_epoch = kNoLeaderEpoch;

    bool operator==(const TimestampAndOffset&) const = default;
};

/// What a segment is asked to take, to judge whether it is full [RollParams.java].
struct RollRequest {
    int64_t size_in_bytes = 0;
    Timestamp max_timestamp = kNoTimestamp;
    Offset last_offset;
    Timestamp now;
};

class Segment {
public:
    Segment() = default;
    /// An empty segment. `roll_jitter_ms` shortens segment.ms for this one segment.
    Segment(Offset base_offset, Timestamp created_at, int64_t roll_jitter_ms)
        : base_offset_(base_offset), roll_jitter_ms_(roll_jitter_ms), created_at_(created_at) {}

    [[nodiscard]] Offset base_offset() const { return base_offset_; }
    [[nodiscard]] int64_t size_in_bytes() const { return size_; }
    [[nodiscard]] bool empty() const { return batches_.empty(); }
    [[nodiscard]] const ChunkedVector<LoggedBatch>& batches() const { return batches_; }
    [[nodiscard]] const ChunkedVector<OffsetIndexEntry>& offset_index() const {
        return offset_index_;
    }
    [[nodiscard]] const ChunkedVector<TimeIndexEntry>& time_index() const { return time_index_; }
    [[nodiscard]] const TxnIndex& txn_index() const { return txn_index_; }
    /// One past the last offset; the base offset when empty.
    [[nodiscard]] Offset next_offset() const {
        return batches_.empty() ? base_offset_ : batches_.back().last_offset + 1;
    }
    /// The largest record timestamp; the time of the last write when no record has one.
    [[nodiscard]] Timestamp largest_timestamp() const;
    /// The largest record timestamp and the end of its batch; -1 and -1 when there is none.
    [[nodiscard]] TimeIndexEntry max_timestamp_so_far() const { return max_timestamp_so_far_; }
    /// The first batch's max timestamp, when it is at least 0: what max.compaction.lag.ms counts
    /// from.
    [[nodiscard]] std::optional<Timestamp> first_batch_timestamp() const;

    /// True when `request` must go to a new segment: size, age (by record timestamps), a full
    /// index, or an offset too far from the base.
    [[nodiscard]] bool should_roll(const RollRequest& request, const LogConfig& config) const;
    /// Appends a batch that lies at or after next_offset().
    void append(BatchRef batch, const BatchHeader& header, const LogConfig& config, SimTime now);
    void append_aborted_txn(const AbortedTxn& txn) { txn_index_.push_back(txn); }
    void replace_txn_index(TxnIndex index) { txn_index_ = std::move(index); }
    /// What happens when a roll makes the segment inactive: the time index gets its last entry.
    void seal();
    /// Is as old as `other` from now on: cleaning a segment does not make it young.
    void take_age_of(const Segment& other) {
        created_at_ = other.created_at_;
        modified_at_ = other.modified_at_;
    }
    /// Cuts off the batch that holds `offset` and all after it.
    void truncate_to(Offset offset, Timestamp now);

    /// Index of the first batch that ends at or after `offset`, the one to which the offset index
    /// leads; batches().size() when there is none.
    [[nodiscard]] std::size_t find_batch(Offset offset) const;
    /// Position of the last entry at or below `offset`; 0 when there is none.
    [[nodiscard]] int32_t offset_index_lookup(Offset offset) const;
    /// The last entry at or below `timestamp`; (-1, base offset) when there is none.
    [[nodiscard]] TimeIndexEntry time_index_lookup(Timestamp timestamp) const;
    /// The first record at or after `from` whose timestamp is at least `timestamp`.
    [[nodiscard]] std::optional<TimestampAndOffset> find_offset_by_timestamp(Timestamp timestamp,
                                                                             Offset from) const;
    /// An offset by which a read of `size` bytes from `position` is surely over, from the index.
    [[nodiscard]] std::optional<Offset> fetch_upper_bound(int32_t position, int64_t size) const;

    friend bool operator==(const Segment&, const Segment&) = default;
    friend void digest_into(Digest& d, const Segment& s);

private:
    void maybe_append_time_index_entry();

    Offset base_offset_;
    int64_t roll_jitter_ms_ = 0;
    Timestamp created_at_;
    Timestamp modified_at_;  ///< last write, 0 while there was none
    int64_t size_ = 0;
    int64_t bytes_since_index_entry_ = 0;
    std::optional<Timestamp> rolling_timestamp_;  ///< max timestamp of the first batch
    TimeIndexEntry max_timestamp_so_far_;
    ChunkedVector<LoggedBatch> batches_;
    ChunkedVector<OffsetIndexEntry> offset_index_;
    ChunkedVector<TimeIndexEntry> time_index_;
    TxnIndex txn_index_;
};

}  // namespace brokerlab

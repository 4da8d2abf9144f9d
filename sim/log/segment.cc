#include "sim/log/segment.h"

#include <algorithm>
#include <limits>

#include "sim/base/check.h"
#include "sim/log/record.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

constexpr int64_t kOffsetIndexEntrySize = 8;
constexpr int64_t kTimeIndexEntrySize = 12;

}  // namespace

void digest_into(Digest& d, const LoggedBatch& b) {
    digest_fields(d, b.base_offset, b.last_offset, b.position, b.max_timestamp, b.written_at);
    if (header_of(b.batch).codec() == CompressionCodec::kNone) {
        digest_into(d, b.batch);  // Computed once for all replicas that share the bytes.
    } else {
        digest_compressed_batch(d, *b.batch);
    }
}

void digest_into(Digest& d, const Segment& s) {
    digest_fields(d, s.base_offset_, s.roll_jitter_ms_, s.created_at_, s.modified_at_, s.size_,
                  s.bytes_since_index_entry_, s.rolling_timestamp_, s.max_timestamp_so_far_);
    digest_fields(d, s.batches_, s.offset_index_, s.time_index_, s.txn_index_);
}

Timestamp Segment::largest_timestamp() const {
    return max_timestamp_so_far_.timestamp >= Timestamp(0) ? max_timestamp_so_far_.timestamp
                                                           : std::max(modified_at_, created_at_);
}

std::optional<Timestamp> Segment::first_batch_timestamp() const {
    if (rolling_timestamp_ && *rolling_timestamp_ >= Timestamp(0)) {
        return rolling_timestamp_;
    }
    return std::nullopt;
}

bool Segment::should_roll(const RollRequest& request, const LogConfig& config) const {
    const std::optional<Timestamp> first = first_batch_timestamp();
    const int64_t waited_ms =
        first ? ms_between(*first, request.max_timestamp) : ms_between(created_at_, request.now);
    const bool full = size_ > config.segment_bytes - request.size_in_bytes;
    const bool old = size_ > 0 && waited_ms > config.max_segment_ms() - roll_jitter_ms_;
    const auto offset_entries = static_cast<int64_t>(offset_index_.size());
    const auto time_entries = static_cast<int64_t>(time_index_.size());
    // The time index keeps room for the entry that seal() adds.
    const bool index_full = offset_entries >= config.segment_index_bytes / kOffsetIndexEntrySize ||
                            time_entries >= config.segment_index_bytes / kTimeIndexEntrySize - 1;
    const bool too_far = request.last_offset - base_offset_ > std::numeric_limits<int32_t>::max();
    return full || old || index_full || too_far;
}

void Segment::maybe_append_time_index_entry() {
    const Timestamp last = time_index_.empty() ? kNoTimestamp : time_index_.back().timestamp;
    if (max_timestamp_so_far_.timestamp > last) {
        time_index_.push_back(max_timestamp_so_far_);
    }
}

void Segment::append(BatchRef batch, const BatchHeader& header, const LogConfig& config,
                     SimTime now) {
    BL_CHECK(header.base_offset >= next_offset());
    BL_CHECK(header.last_offset() - base_offset_ <= std::numeric_limits<int32_t>::max());
    BL_CHECK(size_ + header.size_in_bytes() <= std::numeric_limits<int32_t>::max());
    if (size_ == 0) {
        rolling_timestamp_ = header.max_timestamp;
    }
    if (header.max_timestamp > max_timestamp_so_far_.timestamp) {
        max_timestamp_so_far_ = {header.max_timestamp, header.last_offset()};
    }
    if (bytes_since_index_entry_ > config.index_interval_bytes) {
        offset_index_.push_back({header.last_offset(), static_cast<int32_t>(size_)});
        maybe_append_time_index_entry();
        bytes_since_index_entry_ = 0;
    }
    bytes_since_index_entry_ += header.size_in_bytes();
    batches_.push_back({.base_offset = header.base_offset,
                        .last_offset = header.last_offset(),
                        .position = static_cast<int32_t>(size_),
                        .size = static_cast<int32_t>(header.size_in_bytes()),
                        .max_timestamp = header.max_timestamp,
                        .written_at = now,
                        .batch = std::move(batch)});
    size_ += header.size_in_bytes();
    modified_at_ = wall_clock(now);
}

void Segment::seal() {
    maybe_append_time_index_entry();
}

void Segment::truncate_to(Offset offset, Timestamp now) {
    const std::size_t keep = find_batch(offset);
    // An index keeps its entries below the offset; in the time index that is by offset, too.
    offset_index_.truncate(
        offset_index_.first_where([&](const OffsetIndexEntry& e) { return e.offset >= offset; }));
    time_index_.truncate(
        time_index_.first_where([&](const TimeIndexEntry& e) { return e.offset >= offset; }));
    const auto cut = std::find_if(txn_index_.begin(), txn_index_.end(),
                                  [&](const AbortedTxn& t) { return t.last_offset >= offset; });
    txn_index_.erase(cut, txn_index_.end());

    if (keep < batches_.size()) {
        size_ = batches_[keep].position;
        batches_.truncate(keep);
    }
    if (size_ == 0) {
        created_at_ = now;
        rolling_timestamp_.reset();
    }
    bytes_since_index_entry_ = 0;
    max_timestamp_so_far_ = time_index_.empty() ? TimeIndexEntry{} : time_index_.back();
    const int32_t from = offset_index_lookup(max_timestamp_so_far_.offset);
    for (std::size_t i =
             batches_.first_where([&](const LoggedBatch& b) { return b.position >= from; });
         i < batches_.size(); ++i) {
        if (batches_[i].max_timestamp > max_timestamp_so_far_.timestamp) {
            max_timestamp_so_far_ = {batches_[i].max_timestamp, batches_[i].last_offset};
        }
    }
}

int32_t Segment::offset_index_lookup(Offset offset) const {
    const std::size_t above =
        offset_index_.first_where([&](const OffsetIndexEntry& e) { return e.offset > offset; });
    return above == 0 ? 0 : offset_index_[above - 1].position;
}

TimeIndexEntry Segment::time_index_lookup(Timestamp timestamp) const {
    const std::size_t above =
        time_index_.first_where([&](const TimeIndexEntry& e) { return e.timestamp > timestamp; });
    return above == 0 ? TimeIndexEntry{kNoTimestamp, base_offset_} : time_index_[above - 1];
}

std::size_t Segment::find_batch(Offset offset) const {
    // Nearly every reader is at the end: it looks for what comes next, or for the last batch.
    const std::size_t size = batches_.size();
    if (size == 0 || batches_[size - 1].last_offset < offset) {
        return size;
    }
    if (size == 1 || batches_[size - 2].last_offset < offset) {
        return size - 1;
    }
    return batches_.first_where([&](const LoggedBatch& b) { return b.last_offset >= offset; });
}

std::optional<TimestampAndOffset> Segment::find_offset_by_timestamp(Timestamp timestamp,
                                                                    Offset from) const {
    const TimeIndexEntry entry = time_index_lookup(timestamp);
    const int32_t position = offset_index_lookup(std::max(entry.offset, from));
    for (std::size_t i =
             batches_.first_where([&](const LoggedBatch& b) { return b.position >= position; });
         i < batches_.size(); ++i) {
        const LoggedBatch& logged = batches_[i];
        if (logged.max_timestamp < timestamp) {
            continue;
        }
        const Outcome<DecodedRecords> decoded = decode_records(logged.batch->bytes);
        BL_CHECK(decoded.ok());  // Every batch was decoded before it entered the log.
        for (const RecordView& record : decoded->records) {
            if (record.content.timestamp >= timestamp && record.offset >= from) {
                return TimestampAndOffset{record.content.timestamp, record.offset,
                                          header_of(logged.batch).partition_leader_epoch};
            }
        }
    }
    return std::nullopt;
}

std::optional<Offset> Segment::fetch_upper_bound(int32_t position, int64_t size) const {
    const std::size_t i = offset_index_.first_where(
        [&](const OffsetIndexEntry& e) { return e.position >= position + size; });
    return i == offset_index_.size() ? std::nullopt : std::optional(offset_index_[i].offset);
}

}  // namespace brokerlab

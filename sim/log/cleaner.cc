#include "sim/log/cleaner.h"

#include <algorithm>
#include <limits>
#include <map>
#include <vector>

#include "sim/base/check.h"
#include "sim/log/cleaned_transactions.h"
#include "sim/log/read.h"
#include "sim/log/record.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

/// The last offset of each key in the dirty part [SkimpyOffsetMap.java].
struct OffsetMap {
    std::map<Bytes, Offset> last_offsets;
    Offset latest{-1};  ///< the map is complete up to here
};

/// Takes the records of one batch. False when the map is full.
bool map_batch(const LoggedBatch& logged, Offset start, int64_t max_entries, OffsetMap& map) {
    const Outcome<DecodedRecords> decoded = decode_records(logged.batch->bytes);
    BL_CHECK(decoded.ok());  // Only decoded batches enter a log.
    for (const RecordView& record : decoded->records) {
        if (!record.content.key || record.offset < start) {
            continue;
        }
        if (static_cast<int64_t>(map.last_offsets.size()) >= max_entries) {
            return false;
        }
        const ByteSpan key = *record.content.key;
        map.last_offsets[Bytes(key.begin(), key.end())] = record.offset;
        map.latest = record.offset;
        map.latest = record.offset;  // The map may end within a batch.
    }
    return true;
}

OffsetMap build_offset_map(const PartitionLog& log, Offset start, Offset end, int64_t max_entries) {
    OffsetMap map;
    map.latest = start - 1;
    CleanedTransactions transactions;
    transactions.add_aborted(collect_aborted_txns(log, start, end));
    for (std::size_t i = log.segment_index(start); i < log.segments.size(); ++i) {
        const Segment& segment = *log.segments[i];
        if (segment.base_offset() >= end) {
            break;
        }
        for (std::size_t b = segment.find_batch(start); b < segment.batches().size(); ++b) {
            const LoggedBatch& logged = segment.batches()[b];
            const BatchHeader header = header_of(logged.batch);
            if (header.is_control()) {
                transactions.on_control_batch(header, logged.batch->bytes);
            } else if (!transactions.on_data_batch(header) &&
                       !map_batch(logged, start, max_entries, map)) {
                return map;
            }
            map.latest = std::max(map.latest, header.last_offset());
        }
        const Offset next =
            i + 1 < log.segments.size() ? std::min(log.segments[i + 1]->base_offset(), end) : end;
        map.latest = std::max(map.latest, next - 1);
    }
    return map;
}

/// One cleaning of a group of segments into one.
class GroupCleaner {
public:
    GroupCleaner(const PartitionLog& log, const LogConfig& config, const OffsetMap& map,
                 Offset first_uncleanable, Timestamp now, CleanedTransactions& transactions,
                 CleanerStats& stats)
        : log_(log),
          config_(config),
          map_(map),
          first_uncleanable_(first_uncleanable),
          now_(now),
          transactions_(transactions),
          stats_(stats) {}

    Segment clean(std::size_t first, std::size_t count) {
        const Segment& head = *log_.segments[first];
        Segment cleaned(head.base_offset(), now_, 0);
        TxnIndex index;
        transactions_.set_cleaned_index(&index);
        for (std::size_t i = first; i < first + count; ++i) {
            const Segment& source = *log_.segments[i];
            const Offset end =
                i + 1 < first + count ? log_.segments[i + 1]->base_offset() : source.next_offset();
            transactions_.add_aborted(collect_aborted_txns(log_, source.base_offset(), end));
            for (std::size_t b = 0; b < source.batches().size(); ++b) {
                clean_batch(source.batches()[b], cleaned);
            }
        }
        transactions_.set_cleaned_index(nullptr);
        for (const AbortedTxn& txn : index) {
            cleaned.append_aborted_txn(txn);
        }
        cleaned.seal();
        cleaned.take_age_of(*log_.segments[first + count - 1]);
        return cleaned;
    }

private:
    void clean_batch(const LoggedBatch& logged, Segment& cleaned) {
        const BatchHeader header = header_of(logged.batch);
        stats_.bytes_read += logged.size;
        const bool control = header.is_control();
        const bool discardable = control
                                     ? transactions_.on_control_batch(header, logged.batch->bytes)
                                     : transactions_.on_data_batch(header);
        const bool past_horizon = header.delete_horizon() && *header.delete_horizon() <= now_;
        const bool discard = discardable && (!control || past_horizon);
        const bool keep_empty =
            is_last_of_producer(header) || header.next_offset() == first_uncleanable_;
        if (discard && !keep_empty) {
            stats_.messages_read += header.records_count;
            return;
        }
        const Outcome<DecodedRecords> decoded = decode_records(logged.batch->bytes);
        BL_CHECK(decoded.ok());
        std::vector<std::size_t> retained;
        bool tombstones = false;
        for (std::size_t i = 0; i < decoded->records.size(); ++i) {
            const RecordView& record = decoded->records[i];
            if (!discard && (control || retain(header, record))) {
                retained.push_back(i);
                tombstones |= !record.content.value;
            }
        }
        stats_.messages_read += static_cast<int64_t>(decoded->records.size());
        stats_.messages_retained += static_cast<int64_t>(retained.size());
        const bool set_horizon =
            (tombstones || (control && discardable)) && !header.delete_horizon();
        if (!retained.empty()) {
            write(retained.size() == decoded->records.size() && !set_horizon
                      ? logged.batch
                      : rebuild(logged, header, *decoded, retained, set_horizon),
                  logged, cleaned);
        } else if (keep_empty) {
            write(BatchRef(empty_batch(header)), logged, cleaned);
        }
    }

    void write(BatchRef batch, const LoggedBatch& source, Segment& cleaned) {
        const BatchHeader header = header_of(batch);
        stats_.bytes_retained += header.size_in_bytes();
        cleaned.append(std::move(batch), header, config_, source.written_at);
    }

    [[nodiscard]] bool is_last_of_producer(const BatchHeader& header) const {
        if (!header.has_producer_id()) {
            return false;
        }
        const ProducerStateEntry* entry = log_.producers->producers.find(header.producer_id);
        if (entry == nullptr) {
            return false;
        }
        if (entry->last_data_offset() >= Offset(0)) {
            return header.last_offset() == entry->last_data_offset();
        }
        return header.is_control() && header.producer_epoch == entry->producer_epoch;
    }

    bool retain(const BatchHeader& header, const RecordView& record) {
        if (record.offset > map_.latest) {
            return true;
        }
        if (!record.content.key) {
            ++stats_.invalid_messages;
            return false;
        }
        const auto last =
            map_.last_offsets.find(Bytes(record.content.key->begin(), record.content.key->end()));
        const bool replaced = last != map_.last_offsets.end() && record.offset < last->second;
        const bool tombstone_expired =
            !record.content.value && header.delete_horizon() && now_ >= *header.delete_horizon();
        return !replaced && !tombstone_expired;
    }

    [[nodiscard]] BatchRef rebuild(const LoggedBatch& logged, const BatchHeader& header,
                                   const DecodedRecords& decoded,
                                   const std::vector<std::size_t>& retained,
                                   bool set_horizon) const {
        BatchSpec spec{.base_offset = header.base_offset,
                       .partition_leader_epoch = header.partition_leader_epoch,
                       .codec = header.codec(),
                       .producer_id = header.producer_id,
                       .producer_epoch = header.producer_epoch,
                       .base_sequence = header.base_sequence,
                       .transactional = header.is_transactional(),
                       .control = header.is_control(),
                       .delete_horizon = header.delete_horizon()};
        if (header.timestamp_type() == TimestampType::kLogAppendTime) {
            spec.log_append_time = header.max_timestamp;
        }
        if (set_horizon) {
            spec.delete_horizon =
                Timestamp(detail::saturating_add(now_.value, config_.delete_retention_ms));
        }
        BatchBuilder builder(spec);
        for (const std::size_t i : retained) {
            builder.append_at(decoded.records[i].offset, decoded.records[i].content);
            if (!logged.batch->identities.empty()) {
                builder.identify(logged.batch->identities[i]);
            }
        }
        builder.override_last_offset(header.last_offset());
        return BatchRef(builder.build());
    }

    const PartitionLog& log_;
    const LogConfig& config_;
    const OffsetMap& map_;
    Offset first_uncleanable_;
    Timestamp now_;
    CleanedTransactions& transactions_;
    CleanerStats& stats_;
};

/// How many segments from `first` on, all below `end`, fit into one cleaned segment by size, index
/// size and offset range [Cleaner.groupSegmentsBySize].
std::size_t group_size(const PartitionLog& log, const LogConfig& config, std::size_t first,
                       std::size_t end_index, Offset first_uncleanable) {
    int64_t size = 0;
    int64_t offset_entries = 0;
    int64_t time_entries = 0;
    std::size_t count = 0;
    for (std::size_t i = first; i < end_index; ++i, ++count) {
        const Segment& segment = *log.segments[i];
        size += segment.size_in_bytes();
        offset_entries += static_cast<int64_t>(segment.offset_index().size());
        time_entries += static_cast<int64_t>(segment.time_index().size());
        const Offset last =
            (i + 1 < end_index ? log.segments[i + 1]->base_offset() : first_uncleanable) - 1;
        const bool fits = size <= config.segment_bytes &&
                          offset_entries * 8 <= config.segment_index_bytes &&
                          time_entries * 12 <= config.segment_index_bytes &&
                          (segment.empty() || last - log.segments[first]->base_offset() <=
                                                  std::numeric_limits<int32_t>::max());
        if (count > 0 && !fits) {
            break;
        }
    }
    return count;
}

void replace_segments(PartitionLog& log, std::size_t first, std::size_t count, Segment cleaned) {
    const auto begin = log.segments.begin() + static_cast<std::ptrdiff_t>(first);
    for (std::size_t i = first + 1; i < first + count; ++i) {
        const Offset base = log.segments[i]->base_offset();
        if (log.producers->snapshots.contains(base)) {
            log.producers.edit().delete_snapshots(base, base + 1);
        }
    }
    *begin = Cow<Segment>(std::move(cleaned));
    log.segments.erase(begin + 1, begin + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

int64_t CleanableRange::dirty_ratio_ppm() const {
    const int64_t total = clean_bytes + cleanable_bytes;
    return total == 0 ? 0 : cleanable_bytes * 1'000'000 / total;
}

CleanableRange cleanable_range(const PartitionLog& log, const LogConfig& config, SimTime now) {
    CleanableRange range;
    const Offset checkpoint = log.cleaner_checkpoint.value_or(log.log_start_offset);
    const bool valid = checkpoint >= log.log_start_offset && checkpoint <= log.log_end_offset;
    range.first_dirty = valid ? checkpoint : log.log_start_offset;

    const std::size_t active = log.segments.size() - 1;
    Offset bound = std::min(log.last_stable_offset(), log.active_segment().base_offset());
    std::optional<Timestamp> earliest_dirty;
    for (std::size_t i = log.segment_index(range.first_dirty); i < active; ++i) {
        const Segment& segment = *log.segments[i];
        if (config.min_compaction_lag_ms > 0 &&
            ms_between(segment.largest_timestamp(), wall_clock(now)) <
                config.min_compaction_lag_ms) {
            bound = std::min(bound, segment.base_offset());
        }
        if (const auto first = segment.first_batch_timestamp()) {
            earliest_dirty = earliest_dirty ? std::min(*earliest_dirty, *first) : *first;
        }
    }
    bound = std::max(bound, range.first_dirty);
    range.overdue = earliest_dirty && config.max_compaction_lag_ms > 0 &&
                    ms_between(*earliest_dirty, wall_clock(now)) > config.max_compaction_lag_ms;

    // Whole segments only: the one that holds the bound must stay.
    const std::size_t uncleanable = log.segment_index(bound);
    range.first_uncleanable = log.segments[uncleanable]->base_offset();
    const std::size_t dirty = log.segment_index(range.first_dirty);
    for (std::size_t i = 0; i < uncleanable; ++i) {
        const Segment& segment = *log.segments[i];
        if (segment.base_offset() < range.first_dirty) {
            range.clean_bytes += segment.size_in_bytes();
        }
        if (i >= dirty) {
            range.cleanable_bytes += segment.size_in_bytes();
        }
    }
    return range;
}

bool is_cleanable(const CleanableRange& range, const LogConfig& config) {
    return (range.overdue && range.cleanable_bytes > 0) ||
           range.dirty_ratio_ppm() > config.min_cleanable_dirty_ratio_ppm;
}

CleanerStats clean_log(PartitionLog& log, const LogConfig& config, const CleanableRange& range,
                       SimTime now, int64_t offset_map_entries) {
    const OffsetMap map =
        build_offset_map(log, range.first_dirty, range.first_uncleanable, offset_map_entries);
    CleanerStats stats;
    stats.end_offset = map.latest + 1;
    CleanedTransactions transactions;
    for (std::size_t first = 0; first < log.segments.size(); ++first) {
        std::size_t end_index = first;
        while (end_index + 1 < log.segments.size() &&
               log.segments[end_index]->base_offset() < stats.end_offset) {
            ++end_index;
        }
        const std::size_t count =
            group_size(log, config, first, end_index, range.first_uncleanable);
        if (count == 0) {
            break;
        }
        GroupCleaner cleaner(log, config, map, range.first_uncleanable, wall_clock(now),
                             transactions, stats);
        replace_segments(log, first, count, cleaner.clean(first, count));
    }
    log.cleaner_checkpoint = stats.end_offset;
    return stats;
}

}  // namespace brokerlab

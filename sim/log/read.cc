#include "sim/log/read.h"

#include <algorithm>

#include "sim/base/check.h"
#include "sim/log/record.h"

namespace brokerlab {
namespace {

/// Position in `segment` up to which a read that ends at `bound` may go.
int64_t max_position(const Segment& segment, Offset bound) {
    const std::size_t i = segment.find_batch(bound);
    return i == segment.batches().size() ? segment.size_in_bytes() : segment.batches()[i].position;
}

/// Fills `result` with batches of `segment` from index `first` on. The slice ends at `end`.
void read_slice(const Segment& segment, std::size_t first, int64_t end, const ReadLimits& limits,
                ReadResult& result) {
    const ChunkedVector<LoggedBatch>& batches = segment.batches();
    const int64_t start = batches[first].position;
    const int64_t max_bytes = limits.min_one_message
                                  ? std::max(limits.max_bytes, int64_t{batches[first].size})
                                  : limits.max_bytes;
    result.size_in_bytes = std::min(end - start, max_bytes);
    for (std::size_t i = first; i < batches.size(); ++i) {
        const LoggedBatch& batch = batches[i];
        if (batch.position + batch.size > start + result.size_in_bytes) {
            break;
        }
        result.records.batches.push_back(batch.batch);
    }
}

/// The offset by which a slice of `size` bytes from batch `first` of segment `index` is over.
Offset upper_bound_of(const PartitionLog& log, std::size_t index, std::size_t first, int64_t size) {
    const Segment& segment = *log.segments[index];
    if (const std::optional<Offset> bound =
            segment.fetch_upper_bound(segment.batches()[first].position, size)) {
        return *bound;
    }
    return index + 1 < log.segments.size() ? log.segments[index + 1]->base_offset()
                                           : log.log_end_offset;
}

}  // namespace

Offset fetch_bound(const PartitionLog& log, FetchIsolation isolation) {
    switch (isolation) {
        case FetchIsolation::kLogEnd:
            return log.log_end_offset;
        case FetchIsolation::kHighWatermark:
            return log.high_watermark;
        case FetchIsolation::kTxnCommitted:
            return log.last_stable_offset();
    }
    return log.log_start_offset;
}

ReadResult read_log(const PartitionLog& log, Offset offset, FetchIsolation isolation,
                    const ReadLimits& limits) {
    BL_CHECK(limits.max_bytes >= 0);
    ReadResult result;
    if (offset < log.log_start_offset || offset > log.log_end_offset) {
        result.error = ErrorCode::kOffsetOutOfRange;
        return result;
    }
    const Offset bound = fetch_bound(log, isolation);
    if (offset >= bound) {
        return result;
    }
    // A cleaned segment may have no batch at or after the offset: then the next one has it.
    for (std::size_t i = log.segment_index(offset); i < log.segments.size(); ++i) {
        const Segment& segment = *log.segments[i];
        const std::size_t first = segment.find_batch(offset);
        if (first == segment.batches().size()) {
            continue;
        }
        if (segment.batches()[first].base_offset >= bound) {
            return result;
        }
        read_slice(segment, first, max_position(segment, bound), limits, result);
        if (isolation == FetchIsolation::kTxnCommitted) {
            result.aborted_txns = collect_aborted_txns(
                log, offset, upper_bound_of(log, i, first, result.size_in_bytes));
        }
        return result;
    }
    return result;
}

std::optional<TimestampAndOffset> find_offset_by_timestamp(const PartitionLog& log,
                                                           Timestamp timestamp) {
    const auto segment =
        std::find_if(log.segments.begin(), log.segments.end(),
                     [&](const Cow<Segment>& s) { return s->largest_timestamp() >= timestamp; });
    return segment == log.segments.end()
               ? std::nullopt
               : (*segment)->find_offset_by_timestamp(timestamp, log.log_start_offset);
}

std::optional<TimestampAndOffset> find_max_timestamp(const PartitionLog& log) {
    const auto latest = std::max_element(
        log.segments.begin(), log.segments.end(), [](const Cow<Segment>& a, const Cow<Segment>& b) {
            return a->max_timestamp_so_far().timestamp < b->max_timestamp_so_far().timestamp;
        });
    const TimeIndexEntry max = (*latest)->max_timestamp_so_far();
    if (max.timestamp == kNoTimestamp) {
        return std::nullopt;
    }
    return (*latest)->find_offset_by_timestamp(max.timestamp, log.log_start_offset);
}

std::optional<EpochEndOffset> end_offset_for_epoch(const PartitionLog& log, LeaderEpoch epoch) {
    return log.leader_epochs.end_offset_for(epoch, log.log_end_offset);
}

std::vector<AbortedTxn> collect_aborted_txns(const PartitionLog& log, Offset start,
                                             Offset upper_bound) {
    std::vector<AbortedTxn> found;
    for (std::size_t i = log.segment_index(start); i < log.segments.size(); ++i) {
        for (const AbortedTxn& txn : log.segments[i]->txn_index()) {
            if (txn.last_offset >= start && txn.first_offset < upper_bound) {
                found.push_back(txn);
            }
            if (txn.last_stable_offset >= upper_bound) {
                return found;
            }
        }
    }
    return found;
}

}  // namespace brokerlab

#include "sim/client/completed_fetch.h"

#include <algorithm>

#include "sim/log/control_record.h"
#include "sim/log/record.h"
#include "sim/log/record_batch.h"

namespace brokerlab {
namespace {

struct Taken {
    uint32_t records = 0;
    Offset next;
};

void add_run(std::vector<OffsetRun>& runs, Offset first, Offset last) {
    if (!runs.empty() && runs.back().last + 1 == first) {
        runs.back().last = last;
    } else {
        runs.push_back({first, last});
    }
}

/// The records from `from` on, `most` of them. A batch that can't be decoded counts as empty.
Taken take_decoded(const BatchRef& batch, Offset from, uint32_t most,
                   std::vector<OffsetRun>* runs) {
    Taken taken{0, from};
    const Outcome<DecodedRecords> decoded = decode_records(batch->bytes);
    if (!decoded.ok()) {
        return taken;
    }
    for (const RecordView& record : decoded->records) {
        if (record.offset < from) {
            continue;
        }
        if (taken.records == most) {
            return taken;
        }
        ++taken.records;
        taken.next = record.offset + 1;
        if (runs != nullptr) {
            add_run(*runs, record.offset, record.offset);
        }
    }
    return taken;
}

/// Of a batch without markers. When nothing is left in the batch, `next` is behind it, though
/// compaction may have removed its last records.
Taken take_from(const BatchRef& batch, const BatchHeader& header, Offset from, uint32_t most,
                std::vector<OffsetRun>* runs) {
    const bool dense = header.records_count == header.last_offset_delta + 1;
    const bool whole = header.base_offset >= from;
    if (dense) {
        const Offset first = std::max(from, header.base_offset);
        const auto left = static_cast<uint32_t>(header.next_offset().value - first.value);
        const uint32_t records = std::min(left, most);
        if (runs != nullptr && records > 0) {
            add_run(*runs, first, first + (records - 1));
        }
        return {records, first + records};
    }
    if (runs == nullptr && whole && static_cast<uint32_t>(header.records_count) <= most) {
        return {static_cast<uint32_t>(header.records_count), header.next_offset()};
    }
    Taken taken = take_decoded(batch, from, most, runs);
    if (taken.records < most) {
        taken.next = header.next_offset();
    }
    return taken;
}

/// Follows the transactions of the partition [CompletedFetch.nextFetchedRecord]. True when the
/// batch belongs to one that was aborted.
bool is_aborted(CompletedFetch& fetch, const BatchRef& batch, const BatchHeader& header) {
    while (fetch.next_aborted < fetch.aborted.size() &&
           fetch.aborted[fetch.next_aborted].first_offset <= header.last_offset()) {
        fetch.aborting.insert(fetch.aborted[fetch.next_aborted].producer_id);
        ++fetch.next_aborted;
    }
    if (!header.is_control()) {
        return header.is_transactional() && fetch.aborting.contains(header.producer_id);
    }
    const std::optional<EndTransactionMarker> marker = marker_of(batch->bytes);
    if (marker && marker->type == ControlRecordType::kAbort) {
        fetch.aborting.erase(header.producer_id);
    }
    return false;
}

}  // namespace

uint32_t take_records(CompletedFetch& fetch, IsolationLevel isolation, uint32_t most,
                      LeaderEpoch& epoch, std::vector<OffsetRun>* runs) {
    uint32_t taken = 0;
    while (!fetch.is_over() && taken < most) {
        const BatchRef& batch = fetch.batches[fetch.at];
        const BatchHeader header = header_of(batch);
        bool skipped = header.is_control() || header.last_offset() < fetch.next;
        if (!fetch.opened) {
            fetch.opened = true;
            if (header.partition_leader_epoch != kNoLeaderEpoch) {
                epoch = header.partition_leader_epoch;
            }
            if (isolation == IsolationLevel::kReadCommitted && header.has_producer_id() &&
                is_aborted(fetch, batch, header)) {
                skipped = true;
            }
        }
        if (skipped) {
            fetch.next = std::max(fetch.next, header.next_offset());
        } else {
            const Taken now = take_from(batch, header, fetch.next, most - taken, runs);
            taken += now.records;
            fetch.next = now.next;
        }
        if (fetch.next >= header.next_offset()) {
            ++fetch.at;
            fetch.opened = false;
        }
    }
    return taken;
}

}  // namespace brokerlab

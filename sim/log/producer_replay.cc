#include "sim/log/producer_replay.h"

#include <algorithm>

#include "sim/base/check.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {

void replay_batch(ProducerStates& producers, const LoggedBatch& batch, TxnIndex* txn_index) {
    const BatchHeader header = header_of(batch.batch);
    if (!header.has_producer_id()) {
        return;
    }
    ProducerAppend append = producers.prepare(header.producer_id, AppendOrigin::kReplication);
    std::vector<CompletedTxn> completed;
    const auto marker = header.is_control() ? marker_of(batch.batch->bytes) : std::nullopt;
    const std::optional<ProducerError> error = append.append(header, marker, completed);
    if (error) {
        return;  // A non-transactional write amid a transaction: such a log only comes from a file.
    }
    producers.update(append);
    for (const CompletedTxn& txn : completed) {
        if (txn.aborted && txn_index != nullptr) {
            txn_index->push_back({txn.producer_id, txn.first_offset, txn.last_offset,
                                  producers.last_stable_offset_after(txn)});
        }
        producers.complete(txn);
    }
}

void replay_range(const PartitionLog& log, Offset from, Offset end, SimTime now,
                  ProducerStates& producers) {
    const std::size_t count = log.segments.size();
    for (std::size_t i = log.segment_index(from); i < count; ++i) {
        const Segment& segment = *log.segments[i];
        if (segment.base_offset() >= end) {
            return;
        }
        const bool one_of_the_last_two = i + 2 >= count;
        if (one_of_the_last_two && segment.base_offset() >= from) {
            producers.take_snapshot(segment.base_offset(), now);
        }
        const ChunkedVector<LoggedBatch>& batches = segment.batches();
        for (std::size_t b = segment.find_batch(from); b < batches.size(); ++b) {
            if (batches[b].last_offset >= end) {
                return;
            }
            replay_batch(producers, batches[b], nullptr);
        }
    }
}

void rebuild_after_truncation(PartitionLog& log, SimTime now) {
    ProducerStates& producers = log.producers.edit();
    const bool nothing_to_rebuild = producers.empty();
    const Offset covered =
        producers.reload(log.log_start_offset, log.log_end_offset, wall_clock(now));
    if (!nothing_to_rebuild && covered < log.log_end_offset) {
        replay_range(log, covered, log.log_end_offset, now, producers);
    }
    producers.take_snapshot(log.log_end_offset, now);
    producers.forget_replicated_below(log.high_watermark);
}

}  // namespace brokerlab

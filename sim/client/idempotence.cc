#include "sim/client/idempotence.h"

#include <algorithm>
#include <limits>

namespace brokerlab {
namespace {

constexpr ProducerEpoch kLastEpoch{std::numeric_limits<int16_t>::max()};

bool is_stale(const Idempotence& idempotence, const PartitionSequences& sequences) {
    return sequences.id != idempotence.id || sequences.epoch != idempotence.epoch;
}

bool is_next(const PartitionSequences& sequences, Sequence sequence) {
    // Before the first acknowledgement the next is 0.
    const Sequence next = sequences.last_acked == kNoSequence
                              ? Sequence(0)
                              : increment_sequence(sequences.last_acked, 1);
    return sequence == next;
}

/// The batches with a sequence, sent or waiting, in the order of their sequences.
std::vector<ProducerBatch*> open_batches(PartitionQueue& queue) {
    std::vector<ProducerBatch*> open;
    for (std::vector<ProducerBatch>* list : {&queue.in_flight, &queue.waiting}) {
        for (ProducerBatch& batch : *list) {
            if (batch.has_sequence()) {
                open.push_back(&batch);
            }
        }
    }
    std::sort(open.begin(), open.end(), [](const ProducerBatch* a, const ProducerBatch* b) {
        return sequence_before(a->base_sequence, b->base_sequence);
    });
    return open;
}

void begin_anew(const Idempotence& idempotence, PartitionQueue& queue) {
    Sequence next(0);
    for (ProducerBatch* batch : open_batches(queue)) {
        batch->set_sequence(idempotence.id, idempotence.epoch, next);
        batch->sequence_reset = true;
        next = increment_sequence(next, batch->count);
    }
    queue.sequences.id = idempotence.id;
    queue.sequences.epoch = idempotence.epoch;
    queue.sequences.next = next;
    queue.sequences.last_acked = kNoSequence;
}

void rewrite_partitions(Idempotence& idempotence, Accumulator& accumulator) {
    for (const PartitionRef ref : idempotence.rewrite) {
        begin_anew(idempotence, accumulator.at(ref));
        accumulator.at(ref).sequences.unresolved.reset();
        std::erase(idempotence.unresolved, ref);
    }
    idempotence.rewrite.clear();
}

/// The lowest sequence among the open batches. All of them are of one epoch.
Sequence first_open_sequence(const PartitionQueue& queue) {
    Sequence first = kNoSequence;
    const auto consider = [&first](const ProducerBatch& batch) {
        if (first == kNoSequence || sequence_before(batch.base_sequence, first)) {
            first = batch.base_sequence;
        }
    };
    for (const ProducerBatch& batch : queue.in_flight) {
        consider(batch);
    }
    if (!queue.waiting.empty() && queue.waiting.front().has_sequence()) {
        consider(queue.waiting.front());  // The others behind it are higher.
    }
    return first;
}

}  // namespace

bool has_open_batches(const PartitionQueue& queue) {
    return !queue.in_flight.empty() ||
           (!queue.waiting.empty() && queue.waiting.front().has_sequence());
}

bool must_hold_back(const Idempotence& idempotence, const PartitionQueue& queue) {
    if (!idempotence.enabled) {
        return false;
    }
    if (!idempotence.has_id()) {
        return true;
    }
    const ProducerBatch& first = queue.waiting.front();
    if (!first.has_sequence()) {
        return (has_open_batches(queue) && is_stale(idempotence, queue.sequences)) ||
               queue.sequences.unresolved.has_value();
    }
    return first.base_sequence != first_open_sequence(queue);
}

void assign_sequence(const Idempotence& idempotence, PartitionQueue& queue) {
    ProducerBatch& first = queue.waiting.front();
    if (!idempotence.enabled || first.has_sequence()) {
        return;
    }
    if (is_stale(idempotence, queue.sequences) && !has_open_batches(queue)) {
        begin_anew(idempotence, queue);
    }
    first.set_sequence(idempotence.id, idempotence.epoch, queue.sequences.next);
    queue.sequences.next = increment_sequence(queue.sequences.next, first.count);
}

void request_epoch_bump(Idempotence& idempotence, PartitionRef ref, ErrorCode because) {
    if (idempotence.rewrite.empty()) {
        idempotence.bump_because = because;
    }
    if (std::find(idempotence.rewrite.begin(), idempotence.rewrite.end(), ref) ==
        idempotence.rewrite.end()) {
        idempotence.rewrite.push_back(ref);
    }
}

void mark_unresolved(Idempotence& idempotence, Accumulator& accumulator, PartitionRef ref,
                     const ProducerBatch& batch) {
    std::optional<Sequence>& unresolved = accumulator.at(ref).sequences.unresolved;
    const Sequence after = increment_sequence(batch.last_sequence(), 1);
    if (!unresolved) {
        idempotence.unresolved.push_back(ref);
        unresolved = after;
    } else if (sequence_before(*unresolved, after)) {
        unresolved = after;
    }
}

void resolve_sequences(Idempotence& idempotence, Accumulator& accumulator) {
    std::erase_if(idempotence.unresolved, [&](PartitionRef ref) {
        PartitionQueue& queue = accumulator.at(ref);
        if (has_open_batches(queue)) {
            return false;
        }
        if (!is_next(queue.sequences, queue.sequences.next)) {
            request_epoch_bump(idempotence, ref, ErrorCode::kRequestTimedOut);
        }
        queue.sequences.unresolved.reset();
        return true;
    });
}

void bump_epoch_if_needed(Idempotence& idempotence, Accumulator& accumulator, Effects& fx) {
    if (idempotence.rewrite.empty() || !idempotence.has_id()) {
        return;
    }
    if (idempotence.epoch == kLastEpoch) {
        // The partitions begin anew when the new id is here.
        idempotence.id = kNoProducerId;
        idempotence.epoch = kNoProducerEpoch;
        return;
    }
    ++idempotence.epoch;
    fx.state(ProducerEpochBumped{idempotence.id, idempotence.epoch,
                                 accumulator.name_of(idempotence.rewrite.front()),
                                 idempotence.bump_because});
    rewrite_partitions(idempotence, accumulator);
}

void take_producer_id(Idempotence& idempotence, Accumulator& accumulator, ProducerId id,
                      ProducerEpoch epoch, Effects& fx) {
    idempotence.id = id;
    idempotence.epoch = epoch;
    fx.state(ProducerIdAssigned{id, epoch});
    rewrite_partitions(idempotence, accumulator);
}

void note_acked(PartitionSequences& sequences, Sequence last_sequence, Offset last_offset) {
    if (sequences.last_acked == kNoSequence ||
        sequence_before(sequences.last_acked, last_sequence)) {
        sequences.last_acked = last_sequence;
    }
    sequences.last_acked_offset = std::max(sequences.last_acked_offset, last_offset);
}

bool can_retry_idempotent(Idempotence& idempotence, const Accumulator& accumulator,
                          PartitionRef ref, const ProducerBatch& batch, ErrorCode error,
                          Offset log_start_offset) {
    const PartitionSequences& sequences = accumulator.at(ref).sequences;
    if (error == ErrorCode::kUnknownProducerId) {
        // The broker lost what it knew of this producer. Without its log start offset, or when
        // the batch has new sequences already, only try again.
        if (log_start_offset != kNoOffset && !batch.sequence_reset) {
            request_epoch_bump(idempotence, ref, error);
        }
        return true;
    }
    if (error == ErrorCode::kOutOfOrderSequenceNumber) {
        const bool may_wait_for_others =
            batch.sequence_reset || !is_next(sequences, batch.base_sequence);
        if (!sequences.unresolved) {
            if (!may_wait_for_others) {
                request_epoch_bump(idempotence, ref, error);
            }
        } else if (batch.base_sequence == *sequences.unresolved) {
            request_epoch_bump(idempotence, ref, error);
        }
        return true;
    }
    return is_retriable(error);
}

}  // namespace brokerlab

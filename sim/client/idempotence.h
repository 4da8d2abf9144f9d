// Idempotence: the producer id, its epoch and the sequences that let a broker tell a retry from a
// new batch.
//
// Sequences are given when a batch is first drained. When a partition's sequences are broken for
// good, the epoch is raised here, without asking a broker, and the partition begins anew at 0; the
// others follow when their batches of the old epoch are done. Not modelled: transactions.
// [clients/producer/internals/TransactionManager.java, TxnPartitionEntry.java, KIP-98, KIP-360]
#pragma once

#include <cstdint>
#include <vector>

#include "sim/client/accumulator.h"
#include "sim/model/env.h"
#include "sim/model/error_code.h"

namespace brokerlab {

struct Idempotence {
    bool enabled = false;
    ProducerId id = kNoProducerId;
    ProducerEpoch epoch = kNoProducerEpoch;
    bool asking = false;                 ///< an InitProducerId is on its way
    SimTime ask_not_before;              ///< after a failed one
    ErrorCode fatal = ErrorCode::kNone;  ///< no producer id is to be had
    std::vector<PartitionRef> rewrite;   ///< begin anew with the next epoch
    ErrorCode bump_because = ErrorCode::kNone;
    std::vector<PartitionRef> unresolved;  ///< those with PartitionSequences::unresolved

    [[nodiscard]] bool has_id() const { return id != kNoProducerId; }

    bool operator==(const Idempotence&) const = default;
};

/// A batch of the partition has a sequence and no final answer, sent or waiting to be sent again.
[[nodiscard]] bool has_open_batches(const PartitionQueue& queue);

/// Whether the first waiting batch must stay for now, and the draining of its broker with it
/// [RecordAccumulator.shouldStopDrainBatchesForPartition].
[[nodiscard]] bool must_hold_back(const Idempotence& idempotence, const PartitionQueue& queue);
/// Gives the first waiting batch its sequence, unless it has one.
void assign_sequence(const Idempotence& idempotence, PartitionQueue& queue);

/// The partition begins anew with the next epoch, see bump_epoch_if_needed().
void request_epoch_bump(Idempotence& idempotence, PartitionRef ref, ErrorCode because);
/// An expired batch had been sent: nothing new for the partition until it shows what became of it.
void mark_unresolved(Idempotence& idempotence, Accumulator& accumulator, PartitionRef ref,
                     const ProducerBatch& batch);
/// Looks at the partitions with unresolved sequences and nothing in flight any more: either all was
/// appended, or there is a gap and the epoch must be raised.
void resolve_sequences(Idempotence& idempotence, Accumulator& accumulator);
/// Raises the epoch if that was asked for; after the last epoch the id is given up.
void bump_epoch_if_needed(Idempotence& idempotence, Accumulator& accumulator, Effects& fx);
/// A broker handed out an id.
void take_producer_id(Idempotence& idempotence, Accumulator& accumulator, ProducerId id,
                      ProducerEpoch epoch, Effects& fx);

/// A batch with these last sequence and offset was acknowledged; -1 when the offset is unknown.
void note_acked(PartitionSequences& sequences, Sequence last_sequence, Offset last_offset);
/// Whether an error allows to send the batch again; may ask for a new epoch on the way
/// [TransactionManager.canRetry].
[[nodiscard]] bool can_retry_idempotent(Idempotence& idempotence, const Accumulator& accumulator,
                                        PartitionRef ref, const ProducerBatch& batch,
                                        ErrorCode error, Offset log_start_offset);

}  // namespace brokerlab

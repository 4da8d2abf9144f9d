// Rebuilding the producer states of a log from snapshots and the batches after them: after a
// truncation, and when a log is loaded. [storage log/UnifiedLog.java rebuildProducerState()]
#pragma once

#include "sim/kernel/sim_time.h"
#include "sim/log/partition_log.h"

namespace brokerlab {

/// Takes one batch of the log into the states, as replication does: nothing is refused. A completed
/// aborted transaction is added to `txn_index` when that is given.
void replay_batch(ProducerStates& producers, const LoggedBatch& batch, TxnIndex* txn_index);

/// Replays the log's batches in [from, end) into `producers`; takes a snapshot at the base of each
/// of the last two segments on the way, as Kafka does, so that a later truncation finds one near.
void replay_range(const PartitionLog& log, Offset from, Offset end, SimTime now,
                  ProducerStates& producers);

/// Makes the states fit a log that was cut to end at its LEO.
void rebuild_after_truncation(PartitionLog& log, SimTime now);

}  // namespace brokerlab

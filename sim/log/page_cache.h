// The page cache: what of a log a machine that loses power still has.
//
// Kafka does not fsync data by default. A write is safe once the log flushed it (a roll, a clean
// stop, flush.messages) or once the operating system wrote it back: Linux looks every 5 s and
// writes what has been dirty for 30 s (vm.dirty_writeback_centisecs, vm.dirty_expire_centisecs).
// Killing the process alone loses nothing of this.
#pragma once

#include "sim/kernel/sim_time.h"
#include "sim/log/partition_log.h"

namespace brokerlab {

/// Whether what was written at `written_at` has been written back when the power goes at `now`.
[[nodiscard]] bool written_back(SimTime written_at, SimTime now);

/// Cuts from the log what a loss of power at `now` takes: the batches from the first one that was
/// neither flushed nor written back, the segments after it, and the producer snapshots that were
/// neither. A batch goes as a whole: recovery would cut a torn one off anyway. The log ends where
/// the first of them began. Small files that Kafka writes with fsync (leader epochs, checkpoints)
/// stay, and may point beyond the end until recover_log() mends them. Returns the number of batches
/// lost.
std::size_t lose_page_cache(PartitionLog& log, SimTime now);

}  // namespace brokerlab

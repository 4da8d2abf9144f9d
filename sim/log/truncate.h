// Truncating a log: what a follower does when its leader's history differs, and when it has fallen
// behind the leader's log start. [core log/UnifiedLog.scala truncateTo()]
#pragma once

#include "sim/kernel/sim_time.h"
#include "sim/log/partition_log.h"

namespace brokerlab {

/// Removes all records at or above `offset`; a batch that holds it goes as a whole, though the LEO
/// becomes `offset`. Leader epochs, indexes and producer states go back with it, the high watermark
/// is lowered to the new LEO where it was above. An offset at or above the LEO changes nothing but
/// the leader epochs beyond the LEO. Returns whether records were removed. `offset` is at least 0.
bool truncate_to(PartitionLog& log, Offset offset, SimTime now);

/// Drops the whole log; it is empty at `offset` afterwards.
void truncate_fully_and_start_at(PartitionLog& log, Offset offset, SimTime now);

}  // namespace brokerlab

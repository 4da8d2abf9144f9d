// How a broker appends to a log of its own, be it as leader or as follower: with the topic's
// settings, a draw of segment.jitter.ms, and a flush of the segment that an append has filled.
// [core log/UnifiedLog.scala append, roll; storage LogConfig.java randomSegmentJitter]
#pragma once

#include "sim/broker/partition.h"
#include "sim/log/append.h"
#include "sim/model/env.h"

namespace brokerlab {

/// For one append at env.now. A segment that it starts gets a jitter below segment.jitter.ms and
/// segment.ms, drawn by the place where the segment would begin. Refers to the partition.
[[nodiscard]] AppendContext append_context(const Partition& partition, const Env& env);

/// Where the append started a segment, what is before it goes to the disk.
void flush_after_roll(PartitionLog& log, const AppendResult& result);

}  // namespace brokerlab

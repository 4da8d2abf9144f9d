// Retention: deleting old segments, by log start, size and time.
//
// Runs every log.retention.check.interval.ms. Only whole segments go, oldest first, and only below
// the high watermark; the log start moves with them. When all qualify, a new segment is rolled
// first. The delay of file.delete.delay.ms before the files go is not modelled: readers here hold
// what they read. [core log/UnifiedLog.scala deleteOldSegments()]
#pragma once

#include <cstdint>

#include "sim/kernel/sim_time.h"
#include "sim/log/log_config.h"
#include "sim/log/partition_log.h"

namespace brokerlab {

/// What a retention pass deleted, counted by the rule that asked for it.
struct RetentionResult {
    int32_t by_log_start = 0;
    int32_t by_size = 0;
    int32_t by_time = 0;

    [[nodiscard]] int32_t segments_deleted() const { return by_log_start + by_size + by_time; }

    bool operator==(const RetentionResult&) const = default;
};

/// One pass. A topic whose cleanup.policy lacks "delete" only loses what lies below its log start.
RetentionResult apply_retention(PartitionLog& log, const LogConfig& config, SimTime now);

}  // namespace brokerlab

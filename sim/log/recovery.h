// Loading a log when a broker starts.
//
// After a clean stop the files are taken as they are. Otherwise every segment from the recovery
// point on is scanned: indexes, leader epochs and producer states are rebuilt, the log is cut where
// it stops being whole, later segments go. The state in memory never survives; producer states come
// from the last snapshot and a replay, so that of each producer's window of five only one batch is
// sure to be known again. [storage LogLoader.java, LogSegment.java recover()]
#pragma once

#include <cstdint>

#include "sim/kernel/sim_time.h"
#include "sim/log/log_config.h"
#include "sim/log/partition_log.h"

namespace brokerlab {

/// What the broker's checkpoint files say of this log.
struct LogCheckpoints {
    Offset recovery_point{0};    ///< recovery-point-offset-checkpoint, every 60 s
    Offset log_start_offset{0};  ///< log-start-offset-checkpoint, every 60 s
    Offset high_watermark{0};    ///< replication-offset-checkpoint, every 5 s

    bool operator==(const LogCheckpoints&) const = default;
};

enum class Shutdown : uint8_t {
    kClean,    ///< `.kafka_cleanshutdown` is there
    kUnclean,  ///< the process was killed or the power was lost
};

/// What a clean stop does to the log before the broker ends: flush all, snapshot the producers.
void close_cleanly(PartitionLog& log, SimTime now);

/// Makes of what lies on disk the log that the broker starts with.
void recover_log(PartitionLog& log, const LogConfig& config, const LogCheckpoints& checkpoints,
                 Shutdown shutdown, SimTime now);

}  // namespace brokerlab

// A made-up log, for looking at files before there is a cluster to write them.
//
// Plays the life of a partition on a simulated clock: several producers, plain, idempotent and
// transactional ones, changes of leader, an optional compaction. The same options give the same
// bytes on every machine (but for what a compression library makes of them).
#pragma once

#include <cstdint>

#include "sim/log/log_config.h"
#include "sim/log/partition_log.h"

namespace brokerlab {

struct GeneratedLogOptions {
    uint64_t seed = 1;
    int64_t records = 1000;
    int64_t keys = 50;              ///< different keys; 0 for records without one
    int64_t value_bytes = 40;       ///< mean size of a value
    int64_t records_per_batch = 8;  ///< mean, at least 1
    int64_t interval_ms = 20;       ///< mean time between batches
    int64_t leader_changes = 2;     ///< how often the leader epoch rises
    bool transactions = false;      ///< every third producer commits or aborts transactions
    bool compact = false;           ///< clean the log at the end
    CompressionCodec compression = CompressionCodec::kNone;
    LogConfig config;
};

struct GeneratedLog {
    PartitionLog log;
    Uuid topic_id;
};

[[nodiscard]] GeneratedLog generate_log(const GeneratedLogOptions& options);

}  // namespace brokerlab

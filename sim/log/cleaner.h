// The log cleaner: compaction, which keeps the last record of each key.
//
// A pass builds a map from key to last offset over the dirty part, then copies the segments from
// the log's start to the map's end, leaving out what a later record replaced, what an aborted
// transaction wrote, and tombstones and markers whose delete horizon has passed. Offsets never
// change; gaps appear. Kafka's map holds hashes of keys, this one the keys. Throttling and the
// cleaner's threads are not modelled: a pass is one step. [core log/LogCleaner.scala,
// LogCleanerManager.scala, common/record/MemoryRecords.java filterTo(), KIP-58, KIP-354, KIP-534]
#pragma once

#include <cstdint>
#include <optional>

#include "sim/kernel/sim_time.h"
#include "sim/log/log_config.h"
#include "sim/log/partition_log.h"

namespace brokerlab {

/// Which part of a log a cleaning would work on.
struct CleanableRange {
    Offset first_dirty;        ///< where the last cleaning ended
    Offset first_uncleanable;  ///< base of the first segment that must stay as it is
    int64_t clean_bytes = 0;
    int64_t cleanable_bytes = 0;
    /// A record waits longer than max.compaction.lag.ms for its cleaning.
    bool overdue = false;

    /// cleanable / (clean + cleanable) in millionths; 0 when there is nothing.
    [[nodiscard]] int64_t dirty_ratio_ppm() const;

    bool operator==(const CleanableRange&) const = default;
};
[[nodiscard]] CleanableRange cleanable_range(const PartitionLog& log, const LogConfig& config,
                                             SimTime now);
/// Whether the cleaner may pick the log now: dirty enough, or overdue.
[[nodiscard]] bool is_cleanable(const CleanableRange& range, const LogConfig& config);

/// Keys that Kafka's map holds by default: 128 MiB of log.cleaner.dedupe.buffer.size at 24 bytes
/// an entry and a load factor of 0.9.
inline constexpr int64_t kDefaultOffsetMapEntries = int64_t{128 << 20} / 24 * 9 / 10;

/// What a pass did [CleanerStats].
struct CleanerStats {
    int64_t messages_read = 0;
    int64_t messages_retained = 0;
    int64_t bytes_read = 0;
    int64_t bytes_retained = 0;
    int64_t invalid_messages = 0;  ///< records without a key, which compaction drops
    Offset end_offset;             ///< the new cleaner checkpoint

    bool operator==(const CleanerStats&) const = default;
};

/// One pass over `range`. The map may fill up before the range ends; then the pass ends there.
CleanerStats clean_log(PartitionLog& log, const LogConfig& config, const CleanableRange& range,
                       SimTime now, int64_t offset_map_entries = kDefaultOffsetMapEntries);

}  // namespace brokerlab

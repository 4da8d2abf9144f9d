// LogConfig: the topic configs that a log obeys, with Kafka's names and defaults.
// [server-common config/ServerLogConfigs.java, storage LogConfig.java, CleanerConfig.java]
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "sim/log/compression.h"
#include "sim/log/record_batch.h"

namespace brokerlab {

struct LogConfig {
    static constexpr int64_t kForever = std::numeric_limits<int64_t>::max();
    static constexpr int64_t kDayMs = 86'400'000;

    int64_t segment_bytes = int64_t{1} << 30U;             ///< segment.bytes
    int64_t segment_ms = 7 * kDayMs;                       ///< segment.ms
    int64_t segment_jitter_ms = 0;                         ///< segment.jitter.ms
    int64_t segment_index_bytes = int64_t{10} << 20U;      ///< segment.index.bytes
    int64_t index_interval_bytes = 4096;                   ///< index.interval.bytes
    int64_t max_message_bytes = (int64_t{1} << 20U) + 12;  ///< max.message.bytes, a batch's size
    int64_t flush_messages = kForever;                     ///< flush.messages

    int64_t retention_ms = 7 * kDayMs;  ///< retention.ms, -1 is for ever
    int64_t retention_bytes = -1;       ///< retention.bytes, -1 is without limit
    bool cleanup_delete = true;         ///< cleanup.policy has "delete"
    bool cleanup_compact = false;       ///< cleanup.policy has "compact"

    int64_t delete_retention_ms = kDayMs;  ///< delete.retention.ms, of tombstones
    /// min.cleanable.dirty.ratio in millionths.
    int64_t min_cleanable_dirty_ratio_ppm = 500'000;
    int64_t min_compaction_lag_ms = 0;         ///< min.compaction.lag.ms
    int64_t max_compaction_lag_ms = kForever;  ///< max.compaction.lag.ms

    TimestampType message_timestamp_type = TimestampType::kCreateTime;
    int64_t message_timestamp_before_max_ms = kForever;  ///< message.timestamp.before.max.ms
    int64_t message_timestamp_after_max_ms = 3'600'000;  ///< message.timestamp.after.max.ms
    /// compression.type; none is "producer": the batch stays as the producer compressed it.
    std::optional<CompressionCodec> compression_type;

    /// How long a segment may collect records: compacted topics roll in time for
    /// max.compaction.lag.ms as well.
    [[nodiscard]] int64_t max_segment_ms() const {
        return cleanup_compact ? std::min(segment_ms, max_compaction_lag_ms) : segment_ms;
    }

    bool operator==(const LogConfig&) const = default;
};
inline void digest_into(Digest& d, const LogConfig& c) {
    digest_fields(d, c.segment_bytes, c.segment_ms, c.segment_jitter_ms, c.segment_index_bytes,
                  c.index_interval_bytes, c.max_message_bytes, c.flush_messages, c.retention_ms,
                  c.retention_bytes, c.cleanup_delete, c.cleanup_compact, c.delete_retention_ms,
                  c.min_cleanable_dirty_ratio_ppm, c.min_compaction_lag_ms, c.max_compaction_lag_ms,
                  c.message_timestamp_type, c.message_timestamp_before_max_ms,
                  c.message_timestamp_after_max_ms, c.compression_type);
}

}  // namespace brokerlab

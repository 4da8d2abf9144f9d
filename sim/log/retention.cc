#include "sim/log/retention.h"

#include <algorithm>

#include "sim/base/check.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

/// Deletes the first `count` segments and the producer snapshots at their bases.
void delete_segments(PartitionLog& log, std::size_t count, SimTime now) {
    if (count == 0) {
        return;
    }
    if (count == log.segments.size()) {
        roll(log, log.log_end_offset, now);
    }
    const Offset first_kept = log.segments[count]->base_offset();
    increment_log_start(log, first_kept);
    for (std::size_t i = 0; i < count; ++i) {
        const Offset base = log.segments[i]->base_offset();
        log.producers.edit().delete_snapshots(base, base + 1);
    }
    log.segments.erase(log.segments.begin(),
                       log.segments.begin() + static_cast<std::ptrdiff_t>(count));
}

/// Deletes segments from the oldest on while `breached(segment, next base or none)` holds.
template <class Breached>
int32_t delete_while(PartitionLog& log, SimTime now, Breached breached) {
    std::size_t count = 0;
    for (; count < log.segments.size(); ++count) {
        const Segment& segment = *log.segments[count];
        const bool last = count + 1 == log.segments.size();
        const Offset end = last ? log.log_end_offset : log.segments[count + 1]->base_offset();
        if (log.high_watermark < end || (last && segment.size_in_bytes() == 0) ||
            !breached(segment, last, end)) {
            break;
        }
    }
    delete_segments(log, count, now);
    return static_cast<int32_t>(count);
}

}  // namespace

RetentionResult apply_retention(PartitionLog& log, const LogConfig& config, SimTime now) {
    RetentionResult result;
    result.by_log_start = delete_while(log, now, [&](const Segment&, bool last, Offset end) {
        return !last && end <= log.log_start_offset;
    });
    if (!config.cleanup_delete) {
        return result;
    }
    if (config.retention_bytes >= 0) {
        int64_t above = log.size_in_bytes() - config.retention_bytes;
        result.by_size = delete_while(log, now, [&](const Segment& segment, bool, Offset) {
            if (above - segment.size_in_bytes() < 0) {
                return false;
            }
            above -= segment.size_in_bytes();
            return true;
        });
    }
    if (config.retention_ms >= 0) {
        const Timestamp today = wall_clock(now);
        result.by_time = delete_while(log, now, [&](const Segment& segment, bool, Offset) {
            return ms_between(segment.largest_timestamp(), today) > config.retention_ms;
        });
    }
    return result;
}

}  // namespace brokerlab

#include "sim/log/partition_log.h"

#include <algorithm>

#include "sim/base/check.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {

std::size_t PartitionLog::segment_index(Offset offset) const {
    const auto above =
        std::find_if(segments.rbegin(), segments.rend(),
                     [&](const Cow<Segment>& segment) { return segment->base_offset() <= offset; });
    return above == segments.rend() ? 0 : static_cast<std::size_t>(segments.rend() - above) - 1;
}

int64_t PartitionLog::size_in_bytes() const {
    int64_t size = 0;
    for (const Cow<Segment>& segment : segments) {
        size += segment->size_in_bytes();
    }
    return size;
}

Offset PartitionLog::last_stable_offset() const {
    const std::optional<Offset> unstable = producers->first_unstable_offset();
    if (!unstable) {
        return high_watermark;
    }
    return std::min(std::max(*unstable, log_start_offset), high_watermark);
}

void digest_into(Digest& d, const PartitionLog& log) {
    digest_fields(d, log.segments, log.log_start_offset, log.log_end_offset, log.high_watermark,
                  log.recovery_point, log.cleaner_checkpoint, log.leader_epochs, log.producers);
}

PartitionLog new_log(SimTime now, Offset start_offset) {
    PartitionLog log;
    log.segments.emplace_back(Segment(start_offset, wall_clock(now), 0));
    log.log_start_offset = start_offset;
    log.log_end_offset = start_offset;
    log.high_watermark = start_offset;
    log.recovery_point = start_offset;
    log.producers.edit().last_snapshot_offset = start_offset;
    return log;
}

void set_high_watermark(PartitionLog& log, Offset offset) {
    log.high_watermark = std::clamp(offset, log.log_start_offset, log.log_end_offset);
    if (!log.producers->unreplicated_txns.empty()) {
        log.producers.edit().forget_replicated_below(log.high_watermark);
    }
}

bool roll(PartitionLog& log, Offset base_offset, SimTime now, int64_t roll_jitter_ms) {
    BL_CHECK(base_offset >= log.log_end_offset);
    if (log.active_segment().empty() && log.active_segment().base_offset() == base_offset) {
        return false;
    }
    log.edit_active_segment().seal();
    log.segments.emplace_back(Segment(base_offset, wall_clock(now), roll_jitter_ms));
    if (base_offset > log.producers->last_snapshot_offset) {
        log.producers.edit().take_snapshot(base_offset, now);
    }
    return true;
}

void flush_to(PartitionLog& log, Offset offset) {
    BL_CHECK(offset <= log.log_end_offset);
    log.recovery_point = std::max(log.recovery_point, offset);
}

bool increment_log_start(PartitionLog& log, Offset offset) {
    BL_CHECK(offset <= log.high_watermark);
    if (offset <= log.log_start_offset) {
        return false;
    }
    log.log_start_offset = offset;
    log.leader_epochs.truncate_from_start(offset);
    log.producers.edit().on_log_start_incremented(offset);
    return true;
}

}  // namespace brokerlab

#include "sim/log/truncate.h"

#include <algorithm>

#include "sim/base/check.h"
#include "sim/log/producer_replay.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {

bool truncate_to(PartitionLog& log, Offset offset, SimTime now) {
    BL_CHECK(offset >= Offset(0));
    if (offset >= log.log_end_offset) {
        log.leader_epochs.truncate_from_end(log.log_end_offset);
        return false;
    }
    if (log.segments.front()->base_offset() > offset) {
        truncate_fully_and_start_at(log, offset, now);
        return true;
    }
    while (log.active_segment().base_offset() > offset) {
        const Offset base = log.active_segment().base_offset();
        log.producers.edit().delete_snapshots(base, base + 1);
        log.segments.pop_back();
    }
    log.edit_active_segment().truncate_to(offset, wall_clock(now));
    log.leader_epochs.truncate_from_end(offset);
    log.log_end_offset = offset;
    log.log_start_offset = std::min(log.log_start_offset, offset);
    log.high_watermark = std::min(log.high_watermark, offset);
    log.recovery_point = std::min(log.recovery_point, offset);
    if (log.cleaner_checkpoint) {
        log.cleaner_checkpoint =
            std::min(*log.cleaner_checkpoint, log.active_segment().base_offset());
    }
    rebuild_after_truncation(log, now);
    return true;
}

void truncate_fully_and_start_at(PartitionLog& log, Offset offset, SimTime now) {
    const bool was_cleaned = log.cleaner_checkpoint.has_value();
    log = new_log(now, offset);
    if (was_cleaned) {
        log.cleaner_checkpoint = offset;
    }
}

}  // namespace brokerlab

#include "sim/log/page_cache.h"

#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

constexpr Duration kWritebackInterval = 5_s;
constexpr Duration kDirtyExpire = 30_s;

}  // namespace

bool written_back(SimTime written_at, SimTime now) {
    const SimTime last_look{now.ns - now.ns % kWritebackInterval.ns};
    return written_at + kDirtyExpire <= last_look;
}

std::size_t lose_page_cache(PartitionLog& log, SimTime now) {
    log.producers.edit().snapshots.erase_if([&](const auto& snapshot) {
        return snapshot.first > log.recovery_point &&
               !written_back(snapshot.second->written_at, now);
    });
    for (std::size_t i = 0; i < log.segments.size(); ++i) {
        const ChunkedVector<LoggedBatch>& batches = log.segments[i]->batches();
        std::size_t kept = 0;
        while (kept < batches.size() && (batches[kept].last_offset < log.recovery_point ||
                                         written_back(batches[kept].written_at, now))) {
            ++kept;
        }
        if (kept == batches.size()) {
            continue;
        }
        std::size_t lost = batches.size() - kept;
        for (std::size_t later = i + 1; later < log.segments.size(); ++later) {
            lost += log.segments[later]->batches().size();
        }
        const Offset cut = batches[kept].base_offset;
        log.segments.resize(i + 1);
        log.edit_active_segment().truncate_to(cut, wall_clock(now));
        log.log_end_offset = log.active_segment().next_offset();
        return lost;
    }
    return 0;
}

}  // namespace brokerlab

#include "sim/log/leader_epoch_cache.h"

#include <algorithm>

#include "sim/base/check.h"

namespace brokerlab {
namespace {

/// The first entry above `epoch`.
auto above(const std::vector<EpochEntry>& entries, LeaderEpoch epoch) {
    return std::find_if(entries.begin(), entries.end(),
                        [&](const EpochEntry& e) { return e.epoch > epoch; });
}

}  // namespace

void LeaderEpochCache::assign(LeaderEpoch epoch, Offset start_offset) {
    BL_CHECK(epoch >= LeaderEpoch(0));
    BL_CHECK(start_offset >= Offset(0));
    if (!entries_.empty() && entries_.back().epoch == epoch &&
        entries_.back().start_offset <= start_offset) {
        return;
    }
    while (!entries_.empty() &&
           (entries_.back().epoch >= epoch || entries_.back().start_offset >= start_offset)) {
        entries_.pop_back();
    }
    entries_.push_back({epoch, start_offset});
}

std::optional<LeaderEpoch> LeaderEpochCache::latest_epoch() const {
    return entries_.empty() ? std::nullopt : std::optional(entries_.back().epoch);
}

std::optional<LeaderEpoch> LeaderEpochCache::epoch_for_offset(Offset offset) const {
    std::optional<LeaderEpoch> epoch;
    for (const EpochEntry& entry : entries_) {
        if (entry.start_offset > offset) {
            break;
        }
        epoch = entry.epoch;
    }
    return epoch;
}

std::optional<EpochEndOffset> LeaderEpochCache::end_offset_for(LeaderEpoch epoch,
                                                               Offset log_end_offset) const {
    if (epoch == kNoLeaderEpoch) {
        return std::nullopt;
    }
    if (latest_epoch() == epoch) {
        return EpochEndOffset{epoch, log_end_offset};
    }
    const auto next = above(entries_, epoch);
    if (next == entries_.end()) {
        return std::nullopt;
    }
    const LeaderEpoch floor = next == entries_.begin() ? epoch : std::prev(next)->epoch;
    return EpochEndOffset{floor, next->start_offset};
}

void LeaderEpochCache::truncate_from_end(Offset end_offset) {
    while (!entries_.empty() && entries_.back().start_offset >= end_offset) {
        entries_.pop_back();
    }
}

void LeaderEpochCache::truncate_from_start(Offset start_offset) {
    const auto first_kept =
        std::find_if(entries_.begin(), entries_.end(),
                     [&](const EpochEntry& e) { return e.start_offset > start_offset; });
    if (first_kept == entries_.begin()) {
        return;
    }
    const LeaderEpoch spanning = std::prev(first_kept)->epoch;
    entries_.erase(entries_.begin(), first_kept);
    entries_.insert(entries_.begin(), EpochEntry{spanning, start_offset});
}

}  // namespace brokerlab

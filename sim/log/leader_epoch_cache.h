// LeaderEpochCache: which leader epoch wrote which offsets of a log.
//
// A sorted list of (epoch, start offset), both strictly increasing. Followers truncate by it after
// a failover (KIP-101, KIP-279): offsets beyond the end of a common epoch are not shared. It is on
// disk at once (leader-epoch-checkpoint), so no crash loses it.
// [storage/internals/epoch/LeaderEpochFileCache.java]
#pragma once

#include <optional>
#include <vector>

#include "sim/model/ids.h"

namespace brokerlab {

struct EpochEntry {
    LeaderEpoch epoch;
    Offset start_offset;

    bool operator==(const EpochEntry&) const = default;
};
inline void digest_into(Digest& d, const EpochEntry& e) {
    digest_fields(d, e.epoch, e.start_offset);
}

/// An epoch and the offset at which it ends (exclusive).
struct EpochEndOffset {
    LeaderEpoch epoch = kNoLeaderEpoch;
    Offset end_offset = kNoOffset;

    bool operator==(const EpochEndOffset&) const = default;
};

class LeaderEpochCache {
public:
    /// Notes that `epoch` starts at `start_offset`, both at least 0. Entries that contradict it
    /// (a later epoch, a later start) are dropped; a known epoch with a later start changes
    /// nothing.
    void assign(LeaderEpoch epoch, Offset start_offset);

    [[nodiscard]] std::optional<LeaderEpoch> latest_epoch() const;
    [[nodiscard]] const std::vector<EpochEntry>& entries() const { return entries_; }
    /// The epoch that wrote `offset`; nothing below the first entry.
    [[nodiscard]] std::optional<LeaderEpoch> epoch_for_offset(Offset offset) const;

    /// Where `epoch` ends in a log that ends at `log_end_offset`: for the latest epoch there; for
    /// one below the first entry, that epoch and the first entry's start; otherwise the largest
    /// epoch not above it and the start of the next. Nothing when `epoch` is unknown (-1), above
    /// the latest, or the cache is empty.
    [[nodiscard]] std::optional<EpochEndOffset> end_offset_for(LeaderEpoch epoch,
                                                               Offset log_end_offset) const;

    /// Drops entries that start at or after `end_offset`.
    void truncate_from_end(Offset end_offset);
    /// Drops entries that end at or before `start_offset`; the one that spans it starts there now.
    void truncate_from_start(Offset start_offset);
    void clear() { entries_.clear(); }

    bool operator==(const LeaderEpochCache&) const = default;
    friend void digest_into(Digest& d, const LeaderEpochCache& c) { digest_into(d, c.entries_); }

private:
    std::vector<EpochEntry> entries_;
};

}  // namespace brokerlab

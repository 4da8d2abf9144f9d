// PartitionLog: one replica's log of one partition, as a value.
//
// Segments behind Cow, a start and an end, the high watermark, the leader-epoch cache and the
// producer states: what Kafka spreads over UnifiedLog and LocalLog. The functions that change it
// stand in files of their own: append.h, read.h, truncate.h, retention.h, cleaner.h, recovery.h.
// Tiered storage (KIP-405) and more than one log directory are not modelled.
// [core log/UnifiedLog.scala, storage LocalLog.java]
#pragma once

#include <optional>
#include <vector>

#include "sim/base/cow.h"
#include "sim/kernel/sim_time.h"
#include "sim/log/leader_epoch_cache.h"
#include "sim/log/log_config.h"
#include "sim/log/producer_state.h"
#include "sim/log/segment.h"
#include "sim/model/ids.h"

namespace brokerlab {

struct PartitionLog {
    /// Never empty once made by new_log(); sorted by base offset, the last one is active.
    std::vector<Cow<Segment>> segments;
    Offset log_start_offset{0};
    Offset log_end_offset{0};  ///< LEO: the offset that the next record gets
    Offset high_watermark{0};  ///< records below are committed; moved by the broker
    /// Records below are known to be on disk: flushed by a roll, a clean stop or flush.messages.
    Offset recovery_point{0};
    /// Where the next cleaning starts, as in cleaner-offset-checkpoint; none before the first.
    std::optional<Offset> cleaner_checkpoint;
    LeaderEpochCache leader_epochs;
    Cow<ProducerStates> producers;

    [[nodiscard]] const Segment& active_segment() const { return *segments.back(); }
    [[nodiscard]] Segment& edit_active_segment() { return segments.back().edit(); }
    /// Index of the last segment that starts at or before `offset`; 0 when all start after it.
    [[nodiscard]] std::size_t segment_index(Offset offset) const;
    [[nodiscard]] int64_t size_in_bytes() const;

    /// LSO: read_committed consumers may read below it. The first offset of the earliest
    /// transaction that is open or not yet replicated, at most the high watermark.
    [[nodiscard]] Offset last_stable_offset() const;

    bool operator==(const PartitionLog&) const = default;
};
void digest_into(Digest& d, const PartitionLog& log);

/// An empty log that starts at `start_offset`.
[[nodiscard]] PartitionLog new_log(SimTime now, Offset start_offset = Offset(0));

/// Moves the high watermark, clamped to [log start, LEO]; transactions whose markers it passes no
/// longer hold back the LSO. It may move back: followers truncate.
void set_high_watermark(PartitionLog& log, Offset offset);

/// Starts a new segment at `base_offset` (at least the LEO; above it where a follower's next batch
/// leaves a gap): seals the old one and writes a producer snapshot. An empty active segment with
/// that base stays, and the result is false. The old segment should be flushed soon after
/// (flush_to), as Kafka schedules it. `roll_jitter_ms` is the new segment's draw in [0,
/// segment.jitter.ms).
bool roll(PartitionLog& log, Offset base_offset, SimTime now, int64_t roll_jitter_ms = 0);

/// Writes everything below `offset` to disk.
void flush_to(PartitionLog& log, Offset offset);

/// Raises the log start (DeleteRecords, retention, a leader's log start). Returns false and changes
/// nothing when it is not above the current one; must not be above the high watermark.
bool increment_log_start(PartitionLog& log, Offset offset);

}  // namespace brokerlab

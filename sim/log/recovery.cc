#include "sim/log/recovery.h"

#include <algorithm>

#include "sim/base/check.h"
#include "sim/log/producer_replay.h"
#include "sim/log/truncate.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

/// Scans segment `index` from its start, with the producer states as of its base
/// [LogSegment.recover]. Leaves a producer snapshot at its end.
void recover_segment(PartitionLog& log, std::size_t index, const LogConfig& config,
                     const LogCheckpoints& checkpoints, SimTime now) {
    const Segment old = *log.segments[index];
    ProducerStates states = *log.producers;
    const Offset covered =
        states.reload(checkpoints.log_start_offset, old.base_offset(), wall_clock(now));
    replay_range(log, covered, old.base_offset(), now, states);

    Segment rebuilt(old.base_offset(), wall_clock(now), 0);
    TxnIndex txn_index;
    for (std::size_t b = 0; b < old.batches().size(); ++b) {
        const LoggedBatch& logged = old.batches()[b];
        const BatchHeader header = header_of(logged.batch);
        rebuilt.append(logged.batch, header, config, logged.written_at);
        const std::optional<LeaderEpoch> latest = log.leader_epochs.latest_epoch();
        if (header.partition_leader_epoch >= LeaderEpoch(0) &&
            (!latest || header.partition_leader_epoch > *latest)) {
            log.leader_epochs.assign(header.partition_leader_epoch, header.base_offset);
        }
        replay_batch(states, logged, &txn_index);
    }
    for (const AbortedTxn& txn : txn_index) {
        rebuilt.append_aborted_txn(txn);
    }
    rebuilt.seal();
    states.take_snapshot(rebuilt.next_offset(), now);
    // The scan's snapshots are files now; what it held in memory is given up and read again below.
    log.producers.edit().snapshots = states.snapshots;
    log.segments[index] = Cow<Segment>(std::move(rebuilt));
}

void recover_unflushed_segments(PartitionLog& log, const LogConfig& config,
                                const LogCheckpoints& checkpoints, SimTime now) {
    for (std::size_t i = log.segment_index(checkpoints.recovery_point); i < log.segments.size();
         ++i) {
        recover_segment(log, i, config, checkpoints, now);
    }
}

/// Deletes the snapshots that no segment starts at, but for the latest one beyond the last segment
/// [ProducerStateManager.removeStraySnapshots].
void remove_stray_snapshots(PartitionLog& log) {
    const Offset last_base = log.active_segment().base_offset();
    auto& snapshots = log.producers.edit().snapshots;
    const std::optional<Offset> latest =
        snapshots.empty() ? std::nullopt : std::optional(std::prev(snapshots.end())->first);
    snapshots.erase_if([&](const auto& snapshot) {
        const Offset at = snapshot.first;
        const bool at_a_segment =
            std::any_of(log.segments.begin(), log.segments.end(),
                        [&](const Cow<Segment>& s) { return s->base_offset() == at; });
        return !at_a_segment && !(at == *latest && at > last_base);
    });
}

/// Producer states as they are when loading starts: nothing but the files.
void rebuild_when_loading(PartitionLog& log, Shutdown shutdown, SimTime now) {
    ProducerStates& producers = log.producers.edit();
    const bool trust_absence = producers.snapshots.empty() && shutdown == Shutdown::kClean;
    const Offset covered =
        producers.reload(log.log_start_offset, log.log_end_offset, wall_clock(now));
    if (trust_absence) {
        // No snapshot after a clean stop means that there were no producers: empty snapshots say
        // so.
        for (std::size_t i = log.segments.size() - std::min<std::size_t>(2, log.segments.size());
             i < log.segments.size(); ++i) {
            producers.take_snapshot(log.segments[i]->base_offset(), now);
        }
    } else {
        replay_range(log, covered, log.log_end_offset, now, producers);
    }
    producers.take_snapshot(log.log_end_offset, now);
    producers.forget_replicated_below(log.high_watermark);
}

}  // namespace

void close_cleanly(PartitionLog& log, SimTime now) {
    log.producers.edit().take_snapshot(log.log_end_offset, now);
    flush_to(log, log.log_end_offset);
}

void recover_log(PartitionLog& log, const LogConfig& config, const LogCheckpoints& checkpoints,
                 Shutdown shutdown, SimTime now) {
    BL_CHECK(!log.segments.empty());
    if (shutdown == Shutdown::kUnclean) {
        recover_unflushed_segments(log, config, checkpoints, now);
    }
    Offset end = log.active_segment().next_offset();
    if (end < checkpoints.log_start_offset) {
        truncate_fully_and_start_at(log, checkpoints.log_start_offset, now);
        end = checkpoints.log_start_offset;
    }
    log.log_end_offset = end;
    log.log_start_offset =
        std::max(checkpoints.log_start_offset, log.segments.front()->base_offset());
    log.recovery_point =
        shutdown == Shutdown::kClean ? end : std::min(checkpoints.recovery_point, end);
    log.leader_epochs.truncate_from_end(end);
    log.leader_epochs.truncate_from_start(checkpoints.log_start_offset);
    log.high_watermark = std::clamp(checkpoints.high_watermark, log.log_start_offset, end);
    remove_stray_snapshots(log);
    rebuild_when_loading(log, shutdown, now);
}

}  // namespace brokerlab

// The passes of a schedule. A pass that finds nothing to do edits nothing, so that copies of the
// World go on sharing.
//
// Not modelled: the passes that flush by time (flush.ms is for ever), delete renamed files, roll
// expired ISR propagation; the cleaner's threads: a pass cleans every log that is dirty enough.
#include "sim/broker/schedule.h"

#include <algorithm>
#include <utility>

#include "sim/broker/fetchers.h"
#include "sim/broker/isr.h"
#include "sim/log/cleaner.h"
#include "sim/log/retention.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

/// Writes one line of each partition's checkpoints, `of(log)` into `field`, where it changed.
template <class Of>
void checkpoint(ReplicaManager& rm, Offset LogCheckpoints::*field, Of of) {
    for (const auto& [tp, partition] : rm.partitions) {
        const Offset value = of(*partition->log);
        LogCheckpoints* written = rm.checkpoints.find(tp);
        if (written == nullptr) {
            if (value == Offset(0)) {
                continue;
            }
            written = &rm.checkpoints[tp];
        }
        written->*field = value;
    }
}

/// Deletes old segments [UnifiedLog.deleteOldSegments]. The pass works on a copy, which shares the
/// segments, and is kept only when something went.
void delete_old_segments(ReplicaManager& rm, const TopicPartition& tp, Cow<Partition>& shared,
                         const Env& env, Effects& fx) {
    PartitionLog trial = *shared->log;
    const RetentionResult result = apply_retention(trial, shared->settings.log, env.now);
    if (result.segments_deleted() == 0) {
        return;
    }
    const bool records_went = trial.log_start_offset > shared->log->log_start_offset;
    const Offset log_start = trial.log_start_offset;
    // A roll of the retention pass is flushed as any other.
    flush_to(trial, trial.active_segment().base_offset());
    shared.edit().log = Cow<PartitionLog>(std::move(trial));
    refresh_log_start(rm, tp);
    if (records_went) {
        fx.state(RecordsRemoved{tp, RecordsRemoved::By::kRetention, log_start});
    }
}

/// Compacted logs are the cleaner's business [LogManager.cleanupLogs].
void run_retention(ReplicaManager& rm, const Env& env, Effects& fx) {
    for (auto& [tp, partition] : rm.partitions) {
        if (!partition->settings.log.cleanup_compact) {
            delete_old_segments(rm, tp, partition, env, fx);
        }
    }
}

void clean(const TopicPartition& tp, Cow<Partition>& shared, const Env& env, Effects& fx) {
    const CleanableRange range = cleanable_range(*shared->log, shared->settings.log, env.now);
    if (!is_cleanable(range, shared->settings.log)) {
        return;
    }
    Partition& partition = shared.edit();
    const CleanerStats stats =
        clean_log(partition.log.edit(), partition.settings.log, range, env.now);
    if (stats.messages_retained < stats.messages_read) {
        fx.state(
            RecordsRemoved{tp, RecordsRemoved::By::kCompaction, partition.log->log_start_offset});
    }
}

/// Cleans what is dirty and then deletes what is old of the compacted logs
/// [LogCleaner.cleanFilthiestLog].
void run_cleaner(ReplicaManager& rm, const Env& env, Effects& fx) {
    if (!rm.config->cleaner_enabled) {
        return;
    }
    for (auto& [tp, partition] : rm.partitions) {
        if (partition->settings.log.cleanup_compact) {
            clean(tp, partition, env, fx);
            delete_old_segments(rm, tp, partition, env, fx);
        }
    }
}

[[nodiscard]] bool is_expired(const ProducerStateEntry& entry, Timestamp now) {
    return !entry.current_txn_first_offset &&
           ms_between(entry.last_timestamp, now) >= ProducerStates::kExpirationMs;
}

void expire_producers(ReplicaManager& rm, const Env& env) {
    const Timestamp now = wall_clock(env.now);
    for (auto& [tp, partition] : rm.partitions) {
        const auto& producers = partition->log->producers->producers;
        if (std::any_of(producers.begin(), producers.end(),
                        [&](const auto& p) { return is_expired(p.second, now); })) {
            partition.edit().log.edit().producers.edit().remove_expired(now);
        }
    }
}

/// True when the pass is due; sets its next run then.
bool take_turn(SimTime& next, Duration interval, SimTime now) {
    if (now < next) {
        return false;
    }
    // An interval of zero would run for ever in one instant.
    next = now + std::max(interval, Duration::from_ms(1));
    return true;
}

void run_checkpoints(ReplicaManager& rm, SimTime now) {
    const BrokerConfig& config = *rm.config;
    if (take_turn(rm.next_high_watermark_checkpoint, config.high_watermark_checkpoint_interval,
                  now)) {
        checkpoint(rm, &LogCheckpoints::high_watermark,
                   [](const PartitionLog& log) { return log.high_watermark; });
    }
    if (take_turn(rm.next_recovery_point_checkpoint, config.recovery_point_checkpoint_interval,
                  now)) {
        checkpoint(rm, &LogCheckpoints::recovery_point,
                   [](const PartitionLog& log) { return log.recovery_point; });
    }
    if (take_turn(rm.next_log_start_checkpoint, config.log_start_checkpoint_interval, now)) {
        checkpoint(rm, &LogCheckpoints::log_start_offset,
                   [](const PartitionLog& log) { return log.log_start_offset; });
    }
}

}  // namespace

void start_schedule(ReplicaManager& rm, SimTime now) {
    const BrokerConfig& config = *rm.config;
    rm.next_isr_shrink = now + config.replica_lag_time_max / 2;
    rm.next_high_watermark_checkpoint = now + config.high_watermark_checkpoint_interval;
    rm.next_recovery_point_checkpoint = now + config.initial_task_delay;
    rm.next_log_start_checkpoint = now + config.initial_task_delay;
    rm.next_retention = now + config.initial_task_delay;
    rm.next_cleaning = now + config.cleaner_backoff;
    rm.next_producer_expiry = now + config.producer_expiry_interval;
}

void run_schedule(ReplicaManager& rm, const Env& env, Effects& fx) {
    if (take_turn(rm.next_isr_shrink, rm.config->replica_lag_time_max / 2, env.now)) {
        shrink_isrs(rm, env, fx);
    }
    if (take_turn(rm.next_retention, rm.config->retention_check_interval, env.now)) {
        run_retention(rm, env, fx);
    }
    if (take_turn(rm.next_cleaning, rm.config->cleaner_backoff, env.now)) {
        run_cleaner(rm, env, fx);
    }
    if (take_turn(rm.next_producer_expiry, rm.config->producer_expiry_interval, env.now)) {
        expire_producers(rm, env);
    }
    run_checkpoints(rm, env.now);
}

SimTime next_scheduled(const ReplicaManager& rm) {
    return std::min({rm.next_isr_shrink, rm.next_high_watermark_checkpoint,
                     rm.next_recovery_point_checkpoint, rm.next_log_start_checkpoint,
                     rm.next_retention, rm.next_cleaning, rm.next_producer_expiry});
}

}  // namespace brokerlab

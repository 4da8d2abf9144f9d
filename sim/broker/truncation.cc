#include "sim/broker/truncation.h"

#include <algorithm>
#include <optional>

#include "sim/log/truncate.h"

namespace brokerlab {

Truncation truncation_for(const PartitionLog& log, const EpochEndOffset& leader, Offset fallback,
                          bool find_common_epoch) {
    const Offset log_end = log.log_end_offset;
    if (leader.end_offset == kNoOffset) {
        return {std::min(fallback, log_end), true};
    }
    if (leader.epoch == kNoLeaderEpoch || !find_common_epoch) {
        return {std::min(leader.end_offset, log_end), true};
    }
    const std::optional<EpochEndOffset> own =
        log.leader_epochs.end_offset_for(leader.epoch, log_end);
    if (!own) {
        return {std::min(leader.end_offset, log_end), true};
    }
    if (own->epoch != leader.epoch) {
        return {std::min(own->end_offset, log_end), false};
    }
    return {std::min({own->end_offset, leader.end_offset, log_end}), true};
}

void truncate_replica(ReplicaManager& rm, const TopicPartition& tp, Offset to, const Env& env,
                      Effects& fx) {
    PartitionLog& log = rm.edit(tp).log.edit();
    const Offset from = log.log_end_offset;
    // Even where no record goes, an epoch that began at the very end may have to.
    if (truncate_to(log, to, env.now)) {
        fx.state(ReplicaTruncated{tp, from, to});
    }
}

void restart_replica_at(ReplicaManager& rm, const TopicPartition& tp, Offset start, const Env& env,
                        Effects& fx) {
    PartitionLog& log = rm.edit(tp).log.edit();
    const Offset from = log.log_end_offset;
    const bool had_records = log.size_in_bytes() > 0;
    truncate_fully_and_start_at(log, start, env.now);
    if (had_records) {
        fx.state(ReplicaTruncated{tp, from, start});
    }
}

}  // namespace brokerlab

// Truncation: how far a follower goes back when its leader's history differs from its own.
//
// The leader names an epoch and where it ends there. The follower goes back to the end of the
// latest epoch that both share; where the named epoch is none of its own, that takes another round
// (KIP-279). [core server/AbstractFetcherThread.scala getOffsetTruncationState, KIP-101, KIP-279]
#pragma once

#include "sim/broker/replica_manager.h"
#include "sim/log/leader_epoch_cache.h"
#include "sim/log/partition_log.h"
#include "sim/model/env.h"

namespace brokerlab {

struct Truncation {
    Offset to;
    /// False: the epochs still differ, so the leader is to be asked again.
    bool complete = true;

    bool operator==(const Truncation&) const = default;
};

/// `leader` is the leader's answer, -1 where it knows nothing; `fallback` is where to go then: the
/// follower's high watermark. Without `find_common_epoch` the leader's end offset is taken as it
/// is, as before KIP-279.
[[nodiscard]] Truncation truncation_for(const PartitionLog& log, const EpochEndOffset& leader,
                                        Offset fallback, bool find_common_epoch);

/// Cuts the replica's log to `to` and states it when records go.
void truncate_replica(ReplicaManager& rm, const TopicPartition& tp, Offset to, const Env& env,
                      Effects& fx);
/// Drops the replica's log; it is empty at `start` afterwards.
void restart_replica_at(ReplicaManager& rm, const TopicPartition& tp, Offset start, const Env& env,
                        Effects& fx);

}  // namespace brokerlab

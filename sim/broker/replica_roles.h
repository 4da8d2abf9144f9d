// A replica's roles: coming to be here, leading, following, going away.
// [core server/ReplicaManager.scala getOrCreatePartition, stopPartitions; cluster/Partition.scala
// makeLeader, makeFollower]
#pragma once

#include "sim/broker/replica_manager.h"
#include "sim/model/env.h"

namespace brokerlab {

/// The replica of the partition with this topic id: the one that runs, the one that lay on the
/// disk, or a new one. A log of an older topic of that name is dropped.
void host_replica(ReplicaManager& rm, const MetadataImage& now, const TopicPartition& tp,
                  const Uuid& topic_id, const Env& env);
/// Takes the replica and its log away; false when there was none that runs.
bool drop_replica(ReplicaManager& rm, const TopicPartition& tp);

/// Leads from now on, or goes on leading with what changed. Metadata that is older than what an
/// AlterPartition response told changes nothing. True when the high watermark moved.
bool become_leader(ReplicaManager& rm, const MetadataImage& now, const TopicPartition& tp,
                   const PartitionRegistration& registration, const Env& env, Effects& fx);
/// Follows from now on, or goes on following. True in a new leader epoch: whoever waits on it as a
/// leader waits in vain.
bool become_follower(ReplicaManager& rm, const MetadataImage& now, const TopicPartition& tp,
                     const PartitionRegistration& registration, const Env& env, Effects& fx);

}  // namespace brokerlab

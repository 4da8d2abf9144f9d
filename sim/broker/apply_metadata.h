// What new metadata makes of the replicas: leaders, followers, deletions, settings.
// [core server/metadata/BrokerMetadataPublisher.scala, ReplicaManager.scala applyDelta,
// cluster/Partition.scala makeLeader, makeFollower]
#pragma once

#include "sim/broker/replica_manager.h"
#include "sim/model/env.h"

namespace brokerlab {

/// Loads the logs of a disk as a starting broker does: recovers them after an unclean stop, takes
/// high watermarks from the checkpoint. They wait in `rm.unhosted` until metadata claims them.
void load_logs(ReplicaManager& rm, const BrokerDisk& disk, const Env& env, Effects& fx);
/// What of the replicas a restart would find on the disk if the process ended now. After an orderly
/// end (`clean`) the logs are closed and the checkpoints written.
[[nodiscard]] FlatMap<TopicPartition, ReplicaOnDisk> replicas_on_disk(const ReplicaManager& rm,
                                                                      bool clean, SimTime now);

/// Sets aside the logs of the disk that `image`, the first one, has no use for: their topic was
/// deleted, or the replica reassigned, while the broker was down. Kafka renames their directories
/// to `-stray` and leaves them to the operator; here they are gone
/// [LogManager.isStrayKraftReplica].
void drop_strays(ReplicaManager& rm, const MetadataImage& image);

/// Applies what changed between two images: the broker's own settings, which it has from its start
/// in Kafka; then in Kafka's order deletions, leaders, followers, settings of topics. Completes or
/// fails what waits.
void apply_metadata(ReplicaManager& rm, const MetadataImage& now, const MetadataDelta& delta,
                    const Env& env, Effects& fx);

}  // namespace brokerlab

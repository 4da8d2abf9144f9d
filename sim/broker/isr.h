// In-sync replicas and the high watermark, as a leader sees them.
// [core cluster/Partition.scala, server/AlterPartitionManager.scala]
#pragma once

#include <optional>

#include "sim/broker/replica_manager.h"
#include "sim/model/env.h"

namespace brokerlab {

/// Moves the high watermark of a leader as far as its followers allow; true when it moved. The
/// caller then completes what waits. [Partition.maybeIncrementLeaderHW]
bool maybe_increment_high_watermark(Partition& partition, const ReplicaManager& rm,
                                    const MetadataImage& image, const Env& env);

/// One of the followers of a partition that this broker leads fetched from `offset`, in its present
/// life: what the leader knows of it, the ISR that it may join, the high watermark; completes what
/// waits. [Partition.updateFollowerFetchState]
void update_follower(ReplicaManager& rm, const MetadataImage& image, Cow<Partition>& led,
                     BrokerId follower, BrokerEpoch follower_epoch, Offset offset,
                     Offset log_start_offset, const Env& env, Effects& fx);

/// The pass every half of replica.lag.time.max.ms: proposes to drop followers that are not caught
/// up. [ReplicaManager.maybeShrinkIsr]
void shrink_isrs(ReplicaManager& rm, const Env& env, Effects& fx);

/// The request that is to go to the controller now, if any: all proposals that wait, when no
/// request is in flight and no retry is pending. Marks them as sent. [AlterPartitionManager]
[[nodiscard]] std::optional<AlterPartitionRequest> next_alter_partition(ReplicaManager& rm,
                                                                        const MetadataImage& image,
                                                                        SimTime now);
/// When next_alter_partition() would give something that it does not give now; kNever for never.
[[nodiscard]] SimTime next_alter_partition_at(const ReplicaManager& rm);
void on_alter_partition_response(ReplicaManager& rm, const MetadataImage& image,
                                 const AlterPartitionResponse& response, const Env& env,
                                 Effects& fx);
/// No answer, or NOT_CONTROLLER: tried again after 50 ms.
void on_alter_partition_failed(ReplicaManager& rm, SimTime now);

}  // namespace brokerlab

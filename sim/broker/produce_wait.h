// What produce.cc and delayed_produce.cc share: judging the partitions of a Produce that wait for
// the high watermark, and the answer when all are judged.
#pragma once

#include <span>
#include <vector>

#include "sim/broker/replica_manager.h"
#include "sim/model/env.h"

namespace brokerlab {

/// The final word on a waiting partition: NONE, NOT_ENOUGH_REPLICAS_AFTER_APPEND, or why it can't
/// come any more; nothing while the high watermark is below the required offset. A replica that is
/// no longer here was reassigned (the client asks its new leader) or deleted, which `image` tells
/// [Partition.checkEnoughReplicasReachOffset, ReplicaManager.getPartitionOrError].
[[nodiscard]] std::optional<ErrorCode> judge_wait(const ReplicaManager& rm,
                                                  const MetadataImage& image,
                                                  const ProduceWait& wait, RuleSet rules);

/// Takes the final word into the partition's response.
void settle_wait(ProduceWait& wait, ErrorCode error);

/// Sends the response of `request` and states each refusal. With NOT_LEADER_OR_FOLLOWER the client
/// is told who leads.
void answer_produce(const Request& request, std::vector<ProduceWait> partitions,
                    const ReplicaManager& rm, const MetadataImage& image, Effects& fx);
void state_refusals(const Request& request, std::span<const ProduceWait> partitions, Effects& fx);

}  // namespace brokerlab

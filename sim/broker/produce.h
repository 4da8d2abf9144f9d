// Produce: appending what a producer sends, and answering when its acks say so.
// [core server/KafkaApis.scala handleProduceRequest, ReplicaManager.scala appendRecords,
// DelayedProduce.scala, cluster/Partition.scala appendRecordsToLeader]
// Not modelled: quotas, and the verification of a transaction's partition with its coordinator
// before the append (KIP-890), which is the caller's.
#pragma once

#include "sim/broker/replica_manager.h"
#include "sim/model/env.h"

namespace brokerlab {

/// Handles a ProduceRequest: appends each partition's batch as its leader, then answers (acks=1, or
/// nothing was appended), answers not at all (acks=0: FinishRequest, or CloseConnection after an
/// error), or waits in the purgatory (acks=all).
void on_produce(ReplicaManager& rm, const MetadataImage& image, const Request& request,
                const Env& env, Effects& fx);

/// Appends one batch of records of a coordinator as the leader of `tp`, an internal topic's
/// partition, and completes who waits for them there. `acks` -1: only with enough replicas in sync.
/// Nobody is answered: the coordinator waits for the high watermark itself.
/// [core coordinator/group/CoordinatorPartitionWriter.scala append]
struct CoordinatorAppend {
    ErrorCode error = ErrorCode::kNone;
    Offset end = kNoOffset;  ///< committed once the high watermark is there

    [[nodiscard]] bool ok() const { return error == ErrorCode::kNone; }
};
[[nodiscard]] CoordinatorAppend append_for_coordinator(ReplicaManager& rm,
                                                       const MetadataImage& image,
                                                       const TopicPartition& tp,
                                                       const Records& records, int16_t acks,
                                                       const Env& env, Effects& fx);

/// Answers the waiting produces that watch `tp` and are complete now.
void try_complete_produces(ReplicaManager& rm, const MetadataImage& image, const TopicPartition& tp,
                           const Env& env, Effects& fx);
/// Answers the waiting produces whose deadline has come.
void expire_produces(ReplicaManager& rm, const MetadataImage& image, const Env& env, Effects& fx);

}  // namespace brokerlab

// Fetch, ListOffsets and OffsetForLeaderEpoch: reading from a leader, for consumers and followers.
// [core server/KafkaApis.scala, ReplicaManager.scala fetchMessages, DelayedFetch.scala,
// cluster/Partition.scala fetchRecords, fetchOffsetForTimestamp, lastOffsetForLeaderEpoch]
// Fetch sessions are in fetch_sessions.h. Not modelled: preferred read replicas (KIP-392: no
// replica selector is set), throttled replication, tiered storage.
#pragma once

#include "sim/broker/replica_manager.h"
#include "sim/model/env.h"

namespace brokerlab {

/// Handles a FetchRequest of a consumer or a follower: answers at once or waits for bytes. What a
/// follower asks for tells the leader how far it is, which may move the high watermark and the ISR.
void on_fetch(ReplicaManager& rm, const MetadataImage& image, Request&& request, const Env& env,
              Effects& fx);
/// With the image, a partition that lives on other brokers (NOT_LEADER_OR_FOLLOWER) is told from
/// one that does not exist (UNKNOWN_TOPIC_OR_PARTITION).
void on_list_offsets(ReplicaManager& rm, const Request& request, const Env& env, Effects& fx,
                     const MetadataImage* image = nullptr);
void on_offset_for_leader_epoch(ReplicaManager& rm, const Request& request, const Env& env,
                                Effects& fx, const MetadataImage* image = nullptr);

/// Answers the waiting fetches that watch `tp` and are complete now.
void try_complete_fetches(ReplicaManager& rm, const MetadataImage& image, const TopicPartition& tp,
                          const Env& env, Effects& fx);
/// Answers the waiting fetches whose deadline has come.
void expire_fetches(ReplicaManager& rm, const MetadataImage& image, const Env& env, Effects& fx);

}  // namespace brokerlab

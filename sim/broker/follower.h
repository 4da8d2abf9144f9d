// Following: the fetcher threads that copy from leaders, and truncation.
// [core server/AbstractFetcherThread.scala, ReplicaFetcherThread.scala,
// AbstractFetcherManager.scala, RemoteLeaderEndPoint.scala]
#pragma once

#include "sim/broker/replica_manager.h"
#include "sim/model/env.h"

namespace brokerlab {

/// Lets every fetcher do what it can now: connect, truncate, fetch. To be called after anything
/// that may have freed one (a response, a connection, a timer, new metadata).
void run_fetchers(ReplicaManager& rm, const Env& env, Effects& fx);

/// These answer whether the connection belongs to a fetcher.
bool on_fetcher_response(ReplicaManager& rm, const MetadataImage& image, const Response& response,
                         const Env& env, Effects& fx);
bool on_fetcher_connected(ReplicaManager& rm, const ConnectionId& connection, const Env& env,
                          Effects& fx);
bool on_fetcher_connection_lost(ReplicaManager& rm, const ConnectionId& connection, const Env& env,
                                Effects& fx);
/// Time-outs, ends of pauses, finished slow writes.
void on_fetcher_timer(ReplicaManager& rm, const MetadataImage& image, const Env& env, Effects& fx);
[[nodiscard]] SimTime next_fetcher_deadline(const ReplicaManager& rm);

/// Starts following `partition.leader`, from its own LEO or high watermark
/// [ReplicaManager.makeFollowers, AbstractFetcherManager.addFetcherForPartitions].
void start_following(ReplicaManager& rm, const TopicPartition& tp, const Env& env, Effects& fx);
/// Stops following, e.g. to lead or because the replica goes; idle fetchers end.
void stop_following(ReplicaManager& rm, const TopicPartition& tp, Effects& fx);

}  // namespace brokerlab

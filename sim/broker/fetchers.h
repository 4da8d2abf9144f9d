// Fetchers, seen from inside the follower's side: which fetcher has a partition, pauses, requests,
// answers. follower.h is what the rest of the broker uses.
// [core server/AbstractFetcherManager.scala, AbstractFetcherThread.scala,
// RemoteLeaderEndPoint.scala]
#pragma once

#include <cstdint>
#include <optional>

#include "sim/broker/replica_manager.h"
#include "sim/model/env.h"

namespace brokerlab {

// ---- Which fetcher has what (fetcher_manager.cc)

/// Which of the fetchers of a leader takes the partition [AbstractFetcherManager.getFetcherId].
[[nodiscard]] int32_t fetcher_id_of(const TopicPartition& tp, int32_t num_replica_fetchers);
/// Takes the partition from its fetcher, which stays even if that was the last.
void remove_from_fetchers(ReplicaManager& rm, const TopicPartition& tp);
/// num.replica.fetchers has changed: every partition goes to the fetcher that is its own now, with
/// its state; an answer that is on its way to it is ignored
/// [AbstractFetcherManager.resizeThreadPool].
void resize_fetchers(ReplicaManager& rm);
/// Ends the fetchers without partitions and closes their connections.
void end_idle_fetchers(ReplicaManager& rm, Effects& fx);
/// Retention may have raised the log start of a replica that follows: its next fetch says so.
void refresh_log_start(ReplicaManager& rm, const TopicPartition& tp);

// ---- One fetcher (follower.cc)

/// Followers learn by the fetch itself where they diverge (KIP-595, since 2.7); else they ask for
/// the ends of epochs before they fetch.
[[nodiscard]] inline bool truncates_on_fetch(RuleSet rules) {
    return rules.on(Rule::kTruncateByEpoch) && rules.on(Rule::kFetchEpochKip320);
}

[[nodiscard]] inline bool is_paused(const FetchState& state, SimTime now) {
    return state.delayed_until && now < *state.delayed_until;
}
/// Pauses the partition for replica.fetch.backoff.ms unless it is paused already.
void pause_partition(FetchState& state, const ReplicaManager& rm, SimTime now);
/// The log was cut: fetching goes on at its new end.
void continue_at_log_end(FetchState& state, const PartitionLog& log);
/// No fetch until new metadata comes [AbstractFetcherThread.markPartitionFailed].
void give_up_partition(Fetcher& fetcher, const TopicPartition& tp);

// ---- What it asks (fetcher_requests.cc)

/// Sends what comes next. The connection must be ready, and some partition not paused or one to be
/// taken out of the session.
void send_next_request(const ReplicaManager& rm, Fetcher& fetcher, const Env& env, Effects& fx);

// ---- What it makes of the answers (fetcher_responses.cc)

void handle_fetch(ReplicaManager& rm, Fetcher& fetcher, const FetchResponse& response,
                  const Env& env, Effects& fx);
void handle_epoch_ends(ReplicaManager& rm, Fetcher& fetcher,
                       const OffsetForLeaderEpochResponse& response, const Env& env, Effects& fx);
void handle_offset(ReplicaManager& rm, Fetcher& fetcher, const ListOffsetsResponse& response,
                   const Env& env, Effects& fx);
/// The request had no answer: its partitions pause.
void handle_failure(const ReplicaManager& rm, Fetcher& fetcher, ApiKey api, SimTime now);

}  // namespace brokerlab

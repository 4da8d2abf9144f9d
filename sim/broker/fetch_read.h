// What fetch.cc and delayed_fetch.cc share: the bounds of a fetch, reading its partitions, and the
// answer.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/broker/replica_manager.h"
#include "sim/log/read.h"
#include "sim/model/env.h"

namespace brokerlab {

/// What a fetch says for all its partitions [FetchParams.java].
struct FetchParams {
    BrokerId replica = kNoBroker;  ///< of a follower
    BrokerEpoch replica_epoch = kNoBrokerEpoch;
    bool follower = false;
    bool leader_only = false;  ///< consumers may read a follower since version 11 (KIP-392)
    FetchIsolation isolation = FetchIsolation::kHighWatermark;
    int64_t max_bytes = 0;
    int64_t min_bytes = 0;
};
[[nodiscard]] FetchParams fetch_params(const Request& request, const FetchRequest& fetch,
                                       const ReplicaManager& rm, RuleSet rules);

/// All partitions of a fetch, read.
struct FetchRead {
    FetchResponse response;
    int64_t bytes = 0;
    bool has_readable = false;  ///< a partition that the metadata knows
    bool ends_wait = false;     ///< an error or a diverging epoch, which the client should know now
    std::vector<RequestRefused> refused;
};

/// Reads within the limits. A follower's `first` read tells the leader how far it is; reading again
/// after the wait does not [ReplicaManager.readFromLog].
[[nodiscard]] FetchRead read_fetch(ReplicaManager& rm, const MetadataImage& image,
                                   const Request& request, const FetchRequest& fetch,
                                   const FetchParams& params, bool first, const Env& env,
                                   Effects& fx);

/// Responds, and states what a client was refused.
void answer_fetch(const Request& request, FetchRead read, Effects& fx);

/// What the leader's epochs say to a reader whose last record is of `last_fetched_epoch`.
struct EpochCheck {
    enum class Verdict : uint8_t { kAgrees, kDiverges, kUnknown };
    Verdict verdict = Verdict::kAgrees;
    EpochEndOffset end;  ///< where to truncate to, when it diverges
};
[[nodiscard]] EpochCheck check_last_fetched_epoch(const PartitionLog& log,
                                                  const FetchRequest::Partition& asked);

/// Lets the fetch wait, unless the purgatory would let it go at once (then it is answered).
void park_fetch(ReplicaManager& rm, const MetadataImage& image, Request request,
                const FetchParams& params, const Env& env, Effects& fx);

/// The topic of a request: by id from version 13 on, before by name.
[[nodiscard]] const TopicImage* find_fetched_topic(const MetadataImage& image,
                                                   const Request& request,
                                                   const FetchRequest::Topic& topic);

}  // namespace brokerlab

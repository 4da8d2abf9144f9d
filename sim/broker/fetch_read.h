// What fetch.cc and delayed_fetch.cc share: reading the partitions of a fetch, and the answer.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/broker/replica_manager.h"
#include "sim/log/read.h"
#include "sim/model/env.h"

namespace brokerlab {

/// All partitions of a fetch, read. The response holds those that its reader must be told of.
struct FetchRead {
    FetchResponse response;
    int64_t bytes = 0;
    bool has_readable = false;  ///< a partition that the metadata knows
    bool ends_wait = false;     ///< an error or a diverging epoch, which the client should know now
    /// Every partition was asked for at the very end of what its reader may see.
    bool all_at_end = true;
    std::vector<RequestRefused> refused;
};

/// Reads within the limits. A follower's `first` read tells the leader how far it is; reading again
/// after the wait does not [ReplicaManager.readFromLog].
[[nodiscard]] FetchRead read_fetch(ReplicaManager& rm, const MetadataImage& image,
                                   const DelayedFetch& fetch, bool first, const Env& env,
                                   Effects& fx);

/// Responds, and states what a client was refused.
void answer_fetch(ReplicaManager& rm, DelayedFetch fetch, FetchRead read, const Env& env,
                  Effects& fx);

/// The replica of this broker that a fetch asks for; the end of the partitions without one.
[[nodiscard]] FlatMap<TopicPartition, Cow<Partition>>::const_iterator find_fetched(
    const ReplicaManager& rm, const FetchedPartition& wanted);

/// What the leader's epochs say to a reader whose last record is of `last_fetched_epoch`.
struct EpochCheck {
    enum class Verdict : uint8_t { kAgrees, kDiverges, kUnknown };
    Verdict verdict = Verdict::kAgrees;
    EpochEndOffset end;  ///< where to truncate to, when it diverges
};
[[nodiscard]] EpochCheck check_last_fetched_epoch(const PartitionLog& log,
                                                  const FetchRequest::Partition& asked);

/// Lets the fetch wait, unless the purgatory would let it go at once (then it is answered).
/// `read` is what it read first.
void park_fetch(ReplicaManager& rm, const MetadataImage& image, DelayedFetch fetch,
                const FetchRead& read, Duration max_wait, const Env& env, Effects& fx);

}  // namespace brokerlab

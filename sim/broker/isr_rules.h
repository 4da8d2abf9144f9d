// When a follower counts as caught up, and whether it may join the ISR.
//
// Internal to the leader's side. Pure questions on what a leader knows of a follower and on the
// broker's metadata. [core cluster/Replica.scala isCaughtUp, updateFetchStateOrThrow,
// cluster/Partition.scala isReplicaIsrEligible]
#pragma once

#include "sim/broker/partition.h"
#include "sim/metadata/metadata_image.h"

namespace brokerlab {

/// The follower's LEO is the leader's, or it was so within `lag_max` before `now`.
[[nodiscard]] bool is_caught_up(const FollowerState& follower, Offset leader_end, SimTime now,
                                Duration lag_max);

/// It has fetched, is registered with the epoch that it fetches with (or names none), is not fenced
/// and not in controlled shutdown.
[[nodiscard]] bool is_isr_eligible(const FollowerState& follower, BrokerId id,
                                   const MetadataImage& image);

/// The fetch comes from a life of the broker that is over: the metadata knows a later one.
[[nodiscard]] bool is_stale_broker_epoch(BrokerId follower, BrokerEpoch epoch,
                                         const MetadataImage& image);

/// Takes note of a fetch from `offset` at `now`.
void note_fetch(FollowerState& follower, Offset offset, Offset log_start_offset, Offset leader_end,
                BrokerEpoch epoch, SimTime now);

}  // namespace brokerlab

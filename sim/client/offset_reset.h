// Finding positions: ListOffsets where a partition has none, OffsetForLeaderEpoch after a change of
// leader.
//
// Both go to the leader, one request for all of a broker's partitions; what fails is asked again
// after retry.backoff.ms, with newer metadata. [clients/consumer/internals/OffsetFetcher.java,
// OffsetFetcherUtils.java, OffsetsForLeaderEpochUtils.java]
#pragma once

#include <cstdint>

#include "sim/client/consumer_core.h"
#include "sim/model/env.h"
#include "sim/model/messages/list_offsets.h"
#include "sim/model/messages/offset_for_leader_epoch.h"

namespace brokerlab {

/// Sends what can be asked now. core.next_lookup tells when more can.
void settle_positions(ConsumerCore& core, const Env& env, Effects& fx);

void on_list_offsets(ConsumerCore& core, uint64_t tag, const ListOffsetsResponse& response,
                     const Env& env, Effects& fx);
void on_epoch_ends(ConsumerCore& core, uint64_t tag, const OffsetForLeaderEpochResponse& response,
                   const Env& env, Effects& fx);
/// The request has no answer.
void on_lookup_failed(ConsumerCore& core, uint64_t tag, const Env& env);

}  // namespace brokerlab

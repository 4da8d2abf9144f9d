// Where a member begins in a partition that is new to it: at the group's committed offset, and
// without one where auto.offset.reset says.
//
// One OffsetFetch at a time asks for all new partitions. Offsets of transactions that are not
// decided yet are waited for (KIP-447). [ConsumerCoordinator.initWithCommittedOffsetsIfNeeded]
#pragma once

#include <cstdint>

#include "sim/kernel/sim_time.h"
#include "sim/model/messages/group_offsets.h"

namespace brokerlab {

struct MemberTurn;

struct CommittedLookup {
    uint64_t tag = 0;  ///< of the request in flight; 0 is none
    uint32_t attempts = 0;
    SimTime retry_at;

    bool operator==(const CommittedLookup&) const = default;
};

void fetch_committed(MemberTurn& at);
void on_offset_fetch(MemberTurn& at, uint64_t tag, const OffsetFetchResponse& response);
void on_offset_fetch_failed(MemberTurn& at);

}  // namespace brokerlab

// The sticky assignment of a group whose members subscribe to different topics
// [AbstractStickyAssignor.java, GeneralAssignmentBuilder].
//
// Everybody keeps what they own and still want; the rest goes to the member with the fewest, and
// then partitions move from large to small shares while that evens them out. A move back to the
// owner of an earlier generation is preferred. If the sum of all differences is no smaller in the
// end, nothing that anybody kept moves.
#pragma once

#include <span>

#include "sim/assign/numbered_group.h"
#include "sim/assign/sticky_claims.h"

namespace brokerlab {

/// `max_generation` is the latest that the leader ever saw: a claim of an earlier one names an
/// earlier owner. `racks` is empty where racks make no difference.
[[nodiscard]] PartitionOwners assign_general(const NumberedGroup& group, const StickyClaims& claims,
                                             GenerationId max_generation, const RackTable& racks);

}  // namespace brokerlab

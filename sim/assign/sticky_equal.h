// The sticky assignment of a group whose members all subscribe to the same topics
// [AbstractStickyAssignor.java, ConstrainedAssignmentBuilder].
//
// Everybody keeps what they own up to their share and the rest is dealt to who lacks some. Shares
// differ by one at most, and as few partitions move as that allows. Where racks matter, partitions
// go to members of their replicas' racks first (KIP-881).
#pragma once

#include <vector>

#include "sim/assign/numbered_group.h"
#include "sim/assign/sticky_claims.h"

namespace brokerlab {

struct EqualAssignment {
    PartitionOwners owners;
    /// Partitions that somebody else claimed and had to give up for their new owner.
    std::vector<uint32_t> moved;
};

/// `racks` is empty where racks make no difference.
[[nodiscard]] EqualAssignment assign_equal(const NumberedGroup& group, const StickyClaims& claims,
                                           const RackTable& racks);

}  // namespace brokerlab

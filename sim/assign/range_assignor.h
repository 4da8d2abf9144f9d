// Range: each topic for itself, cut into one run of partitions per member [RangeAssignor.java].
//
// The first members get one more where it doesn't come out even, of every topic, so that a group
// with many small topics is uneven; in return equal partition numbers of two topics go to the same
// member, as a join needs it. Where racks matter, members get partitions of their rack first
// (KIP-881).
#pragma once

#include <cstdint>
#include <span>

#include "sim/assign/numbered_group.h"

namespace brokerlab {

/// `member_order` as in_member_order() gives it.
[[nodiscard]] PartitionOwners assign_range(const NumberedGroup& group,
                                           std::span<const uint32_t> member_order,
                                           const RackTable& racks);

}  // namespace brokerlab

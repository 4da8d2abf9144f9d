// Round-robin: all partitions of all topics dealt around the circle of members, who are passed
// over where they don't subscribe [RoundRobinAssignor.java].
//
// Even when all subscribe to the same; nobody keeps anything when a member comes or goes.
#pragma once

#include <cstdint>
#include <span>

#include "sim/assign/numbered_group.h"

namespace brokerlab {

/// `member_order` as in_member_order() gives it.
[[nodiscard]] PartitionOwners assign_round_robin(const NumberedGroup& group,
                                                 std::span<const uint32_t> member_order);

}  // namespace brokerlab

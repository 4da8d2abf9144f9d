// Range at the coordinator: each topic cut into one run of partitions per subscriber, static
// members first [group-coordinator, RangeAssignor.java].
//
// Looks at nothing that members had before: a member that joins can shift all runs behind its own.
#pragma once

#include <cstdint>
#include <span>

#include "sim/assign/numbered_targets.h"

namespace brokerlab {

/// `member_order` as in_member_order() gives it.
[[nodiscard]] TargetOwners assign_server_range(const NumberedTargets& targets,
                                               std::span<const uint32_t> member_order);

}  // namespace brokerlab

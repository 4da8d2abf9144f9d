// Sticky and cooperative-sticky: even shares, and as few partitions as possible change hands
// [AbstractStickyAssignor.java, StickyAssignor.java, CooperativeStickyAssignor.java].
//
// Both deal alike. Sticky is eager: all have given up everything, and what they had comes as user
// data. Cooperative-sticky leaves out what another member still owns.
#pragma once

#include <span>

#include "sim/assign/numbered_group.h"

namespace brokerlab {

/// Both raise `max_generation` to the latest that a member claims. `racks` as number_racks() gives
/// it; at least one member.
[[nodiscard]] PartitionOwners assign_sticky(const NumberedGroup& group,
                                            std::span<const MemberSubscription> members,
                                            const RackTable& racks, GenerationId& max_generation);
[[nodiscard]] PartitionOwners assign_cooperative_sticky(const NumberedGroup& group,
                                                        std::span<const MemberSubscription> members,
                                                        const RackTable& racks,
                                                        GenerationId& max_generation);

}  // namespace brokerlab

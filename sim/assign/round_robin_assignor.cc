#include "sim/assign/round_robin_assignor.h"

namespace brokerlab {

PartitionOwners assign_round_robin(const NumberedGroup& group,
                                   std::span<const uint32_t> member_order) {
    PartitionOwners owners(group.partition_count(), kNobody);
    std::size_t next = 0;
    for (uint32_t p = 0; p < owners.size(); ++p) {
        // Somebody subscribes to every topic of the group, so the walk ends.
        while (!group.is_subscribed(member_order[next], group.topic_of[p])) {
            next = (next + 1) % member_order.size();
        }
        owners[p] = member_order[next];
        next = (next + 1) % member_order.size();
    }
    return owners;
}

}  // namespace brokerlab

// Who owned what before the rebalance, from all members' claims [AbstractStickyAssignor.java,
// allSubscriptionsEqual].
//
// A member that missed a rebalance may claim what was given to another meanwhile. The claim of the
// later generation holds; of two claims of the same generation neither does.
#pragma once

#include <span>
#include <vector>

#include "sim/assign/numbered_group.h"
#include "sim/assign/sticky_user_data.h"

namespace brokerlab {

struct StickyClaims {
    std::vector<OwnedClaim> of_member;  ///< as each member made it
    PartitionOwners owners;             ///< whose claim holds
    std::vector<bool> contested;        ///< partitions that two claimed in one generation
};

/// `claim_of` reads a member's subscription; raises `max_generation` to the latest claim.
[[nodiscard]] StickyClaims judge_claims(const NumberedGroup& group,
                                        std::span<const MemberSubscription> members,
                                        OwnedClaim (*claim_of)(const ConsumerProtocolSubscription&),
                                        GenerationId& max_generation);

/// Whether the faster way of assigning applies. As in Kafka a member before the first one with
/// topics doesn't count, so that it can be given partitions that it didn't subscribe to.
[[nodiscard]] bool subscriptions_are_equal(std::span<const MemberSubscription> members);

/// Calls `visit(partition)` for each claimed partition of the group, in the order of the claim.
template <class Visit>
void for_each_claimed(const NumberedGroup& group,
                      const std::vector<ConsumerTopicPartitions>& claimed, Visit visit) {
    for (const ConsumerTopicPartitions& topic : claimed) {
        const std::optional<uint32_t> t = group.find_topic(topic.topic);
        if (!t) {
            continue;
        }
        for (const PartitionId partition : topic.partitions) {
            const auto number = static_cast<uint32_t>(partition.value);
            if (number < group.topics[*t].partition_count) {  // A negative one is large.
                visit(group.topics[*t].first_partition + number);
            }
        }
    }
}

}  // namespace brokerlab

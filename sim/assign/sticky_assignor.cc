#include "sim/assign/sticky_assignor.h"

#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "sim/assign/sticky_claims.h"
#include "sim/assign/sticky_equal.h"
#include "sim/assign/sticky_general.h"

namespace brokerlab {
namespace {

RackTable racks_that_matter(const NumberedGroup& group, const RackTable& racks) {
    std::vector<uint32_t> members(group.member_count);
    std::iota(members.begin(), members.end(), 0U);
    return racks_matter(racks, members, 0, group.partition_count()) ? racks : RackTable();
}

/// Partitions that their new owner does not own yet while somebody else does.
std::vector<uint32_t> taken_from_others(const NumberedGroup& group,
                                        std::span<const MemberSubscription> members,
                                        const PartitionOwners& owners) {
    std::vector<bool> owned_by_new(group.partition_count());
    std::vector<bool> owned_by_other(group.partition_count());
    for (uint32_t m = 0; m < members.size(); ++m) {
        for_each_claimed(group, members[m].subscription.owned_partitions, [&](uint32_t p) {
            (owners[p] == m ? owned_by_new : owned_by_other)[p] = true;
        });
    }
    std::vector<uint32_t> taken;
    for (uint32_t p = 0; p < owners.size(); ++p) {
        if (owned_by_other[p] && !owned_by_new[p]) {
            taken.push_back(p);
        }
    }
    return taken;
}

}  // namespace

PartitionOwners assign_sticky(const NumberedGroup& group,
                              std::span<const MemberSubscription> members, const RackTable& racks,
                              GenerationId& max_generation) {
    const StickyClaims claims = judge_claims(group, members, sticky_claim, max_generation);
    const RackTable used = racks_that_matter(group, racks);
    return subscriptions_are_equal(members) ? assign_equal(group, claims, used).owners
                                            : assign_general(group, claims, max_generation, used);
}

PartitionOwners assign_cooperative_sticky(const NumberedGroup& group,
                                          std::span<const MemberSubscription> members,
                                          const RackTable& racks, GenerationId& max_generation) {
    const StickyClaims claims = judge_claims(group, members, cooperative_claim, max_generation);
    const RackTable used = racks_that_matter(group, racks);
    EqualAssignment assignment;
    if (subscriptions_are_equal(members)) {
        assignment = assign_equal(group, claims, used);
    } else {
        assignment.owners = assign_general(group, claims, max_generation, used);
        assignment.moved = taken_from_others(group, members, assignment.owners);
    }
    for (const uint32_t p : assignment.moved) {
        assignment.owners[p] = kNobody;
    }
    return std::move(assignment.owners);
}

}  // namespace brokerlab

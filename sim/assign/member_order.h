// The order in which range and round-robin visit a group's members.
//
// A static member keeps its place over a restart, since its instance id stays where its member id
// changes; that is why instance ids come first. Serves the assignors of the clients and those of
// the coordinator [AbstractPartitionAssignor.MemberInfo; group-coordinator RangeAssignor].
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

namespace brokerlab {

/// The numbers of `members`: static ones first by instance id, then dynamic ones by member id.
template <class Member>
[[nodiscard]] std::vector<uint32_t> in_member_order(std::span<const Member> members) {
    std::vector<uint32_t> order(members.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
        const Member& left = members[a];
        const Member& right = members[b];
        if (left.instance_id && right.instance_id) {
            return *left.instance_id < *right.instance_id;
        }
        if (left.instance_id || right.instance_id) {
            return left.instance_id.has_value();
        }
        return left.member_id < right.member_id;
    });
    return order;
}

}  // namespace brokerlab

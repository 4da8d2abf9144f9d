#include "sim/assign/server_assignor.h"

#include <algorithm>
#include <array>

#include "sim/assign/member_order.h"
#include "sim/assign/numbered_targets.h"
#include "sim/assign/server_range.h"
#include "sim/assign/uniform_assignor.h"

namespace brokerlab {
namespace {

struct NamedAssignor {
    ServerAssignor assignor;
    std::string_view name;
};
constexpr std::array kAssignors{
    NamedAssignor{ServerAssignor::kUniform, "uniform"},
    NamedAssignor{ServerAssignor::kRange, "range"},
};

TargetOwners assign_owners(ServerAssignor assignor, const ServerGroup& group,
                           const NumberedTargets& targets) {
    if (assignor == ServerAssignor::kRange) {
        return assign_server_range(
            targets, in_member_order(std::span<const ServerGroupMember>(group.members)));
    }
    return group.subscription_type == SubscriptionType::kHomogeneous
               ? assign_uniform_homogeneous(targets)
               : assign_uniform_heterogeneous(targets);
}

}  // namespace

std::string_view server_assignor_name(ServerAssignor assignor) {
    return kAssignors[static_cast<std::size_t>(assignor)].name;
}

std::optional<ServerAssignor> find_server_assignor(std::string_view name) {
    const auto* at = std::find_if(kAssignors.begin(), kAssignors.end(),
                                  [&](const NamedAssignor& known) { return known.name == name; });
    return at == kAssignors.end() ? std::nullopt : std::optional(at->assignor);
}

std::vector<std::vector<TopicIdPartitions>> assign_targets(ServerAssignor assignor,
                                                           const ServerGroup& group) {
    std::vector<std::vector<TopicIdPartitions>> assignment(group.members.size());
    if (group.members.empty()) {
        return assignment;
    }
    const NumberedTargets targets = number_targets(group);
    const TargetOwners owners = assign_owners(assignor, group, targets);
    for (const TargetTopic& topic : targets.topics) {
        for (uint32_t p = topic.first_partition; p < topic.end_partition(); ++p) {
            std::vector<TopicIdPartitions>& target = assignment[owners[p]];
            if (target.empty() || target.back().topic_id != topic.id) {
                target.push_back({topic.id, {}});
            }
            target.back().partitions.emplace_back(static_cast<int32_t>(p - topic.first_partition));
        }
    }
    return assignment;
}

}  // namespace brokerlab

// The assignors of the coordinator, for groups of the consumer protocol (KIP-848).
//
// Pure functions from the members' subscriptions and their target assignments to new targets.
// Members and the topics of a subscription are visited in the order given, where Kafka follows hash
// maps; the lab's coordinator passes them sorted by id. Racks play no part in Kafka 4.0's. Custom
// assignors are not modelled.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/model/ids.h"
#include "sim/model/messages/consumer_group.h"

namespace brokerlab {

/// What `group.consumer.assignors` and a member's `group.remote.assignor` can name.
enum class ServerAssignor : uint8_t { kUniform, kRange };

/// "uniform", "range".
[[nodiscard]] std::string_view server_assignor_name(ServerAssignor assignor);
[[nodiscard]] std::optional<ServerAssignor> find_server_assignor(std::string_view name);

/// Whether all members name the same topics, existing ones or not [SubscriptionType.java].
enum class SubscriptionType : uint8_t { kHomogeneous, kHeterogeneous };

/// One member of the group [GroupSpec, MemberSubscriptionSpecImpl.java].
struct ServerGroupMember {
    std::string member_id;
    std::optional<std::string> instance_id;
    std::vector<Uuid> subscribed_topics;    ///< those that exist, each once
    std::vector<TopicIdPartitions> target;  ///< so far; each topic once

    bool operator==(const ServerGroupMember&) const = default;
};

struct ServerGroup {
    SubscriptionType subscription_type = SubscriptionType::kHomogeneous;
    FlatMap<Uuid, int32_t> partition_counts;  ///< of every subscribed topic at least
    std::vector<ServerGroupMember> members;   ///< no two have a partition in their targets

    bool operator==(const ServerGroup&) const = default;
};

/// The new target of each member, in the members' order; topics by id, partitions ascending. Every
/// partition of every subscribed topic is in one of them. Partitions of topics that nobody
/// subscribes to any more, or that are gone, are in none.
[[nodiscard]] std::vector<std::vector<TopicIdPartitions>> assign_targets(ServerAssignor assignor,
                                                                         const ServerGroup& group);

}  // namespace brokerlab

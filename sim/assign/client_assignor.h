// The assignors of classic groups: how the member that leads a group deals out the partitions.
//
// Pure functions of the subscriptions and the leader's metadata. Members are visited in the order
// given, where Kafka follows a hash map; the lab's leader passes them sorted by member id.
// Claims of partitions that the metadata doesn't know are dropped; Kafka's sticky assignors would
// hand such a partition out again. Custom assignors are not modelled.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/assign/consumer_protocol.h"
#include "sim/base/bytes.h"
#include "sim/base/flat_map.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// What `partition.assignment.strategy` can name.
enum class ClientAssignor : uint8_t { kRange, kRoundRobin, kSticky, kCooperativeSticky };

/// The protocol's name in JoinGroup: "range", "roundrobin", "sticky", "cooperative-sticky".
[[nodiscard]] std::string_view client_assignor_name(ClientAssignor assignor);
[[nodiscard]] std::optional<ClientAssignor> find_client_assignor(std::string_view name);

/// Whether a member gives up everything before it joins again, or only what it loses (KIP-429).
enum class RebalanceProtocol : uint8_t { kEager, kCooperative };

[[nodiscard]] bool supports(ClientAssignor assignor, RebalanceProtocol protocol);
/// Of a consumer with these assignors, at least one: cooperative only when all of them support it,
/// so that [range, cooperative-sticky] is eager [ConsumerCoordinator].
[[nodiscard]] RebalanceProtocol rebalance_protocol_of(std::span<const ClientAssignor> assignors);

/// One member as JoinGroup's response shows it to the leader.
struct MemberSubscription {
    std::string member_id;
    std::optional<std::string> instance_id;  ///< group.instance.id of a static member
    ConsumerProtocolSubscription subscription;

    bool operator==(const MemberSubscription&) const = default;
};

/// A topic in the leader's metadata.
struct AssignableTopic {
    int32_t partition_count = 0;  ///< 0: nobody knows it yet, so it is left out
    /// Of each partition the racks of its replicas; empty when no broker has a rack.
    std::vector<std::vector<std::string>> replica_racks;

    bool operator==(const AssignableTopic&) const = default;
};
using AssignableTopics = FlatMap<std::string, AssignableTopic>;

/// What one member gets, sorted by topic and partition.
struct MemberAssignment {
    std::string member_id;
    std::vector<TopicPartition> partitions;

    bool operator==(const MemberAssignment&) const = default;
};

/// What an assignor object of a consumer remembers from one rebalance to the next.
struct AssignorMemory {
    /// Sticky only: what it sends as user data, its last assignment.
    std::optional<std::vector<ConsumerTopicPartitions>> last_assignment;
    GenerationId generation = kNoGeneration;  ///< of the last assignment
    /// Highest that this consumer saw in a claim when it led the group [AbstractStickyAssignor].
    GenerationId max_generation = kNoGeneration;

    bool operator==(const AssignorMemory&) const = default;
};

/// To be called with each assignment that arrives [ConsumerPartitionAssignor.onAssignment].
void on_assignment(ClientAssignor assignor, const ConsumerProtocolAssignment& assignment,
                   GenerationId generation, AssignorMemory& memory);

/// The user data of the member's next subscription [subscriptionUserData].
[[nodiscard]] std::optional<Bytes> user_data_of(ClientAssignor assignor,
                                                const AssignorMemory& memory);

/// Deals the partitions of all subscribed topics out, in the order of `members`, whose ids differ.
/// Cooperative-sticky leaves out what another member must give up first: that one joins again when
/// it has, and the next rebalance hands it over. `memory` is the leader's.
[[nodiscard]] std::vector<MemberAssignment> assign_partitions(
    ClientAssignor assignor, const AssignableTopics& topics,
    std::span<const MemberSubscription> members, AssignorMemory& memory);

/// As the consumer protocol carries them; `partitions` are sorted.
[[nodiscard]] std::vector<ConsumerTopicPartitions> group_by_topic(
    std::span<const TopicPartition> partitions);

}  // namespace brokerlab

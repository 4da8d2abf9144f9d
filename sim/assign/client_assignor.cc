#include "sim/assign/client_assignor.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sim/assign/member_order.h"
#include "sim/assign/numbered_group.h"
#include "sim/assign/range_assignor.h"
#include "sim/assign/round_robin_assignor.h"
#include "sim/assign/sticky_assignor.h"
#include "sim/assign/sticky_user_data.h"
#include "sim/base/check.h"

namespace brokerlab {
namespace {

struct NamedAssignor {
    ClientAssignor assignor;
    std::string_view name;
};
constexpr std::array kAssignors{
    NamedAssignor{ClientAssignor::kRange, "range"},
    NamedAssignor{ClientAssignor::kRoundRobin, "roundrobin"},
    NamedAssignor{ClientAssignor::kSticky, "sticky"},
    NamedAssignor{ClientAssignor::kCooperativeSticky, "cooperative-sticky"},
};

PartitionOwners assign_owners(ClientAssignor assignor, const NumberedGroup& group,
                              const AssignableTopics& topics,
                              std::span<const MemberSubscription> members, AssignorMemory& memory) {
    switch (assignor) {
        case ClientAssignor::kRange:
            return assign_range(group, in_member_order(members),
                                number_racks(group, topics, members));
        case ClientAssignor::kRoundRobin:
            return assign_round_robin(group, in_member_order(members));
        case ClientAssignor::kSticky:
            return assign_sticky(group, members, number_racks(group, topics, members),
                                 memory.max_generation);
        case ClientAssignor::kCooperativeSticky:
            return assign_cooperative_sticky(group, members, number_racks(group, topics, members),
                                             memory.max_generation);
    }
    BL_CHECK(false);
}

}  // namespace

std::string_view client_assignor_name(ClientAssignor assignor) {
    return kAssignors[static_cast<std::size_t>(assignor)].name;
}

std::optional<ClientAssignor> find_client_assignor(std::string_view name) {
    const auto* at = std::find_if(kAssignors.begin(), kAssignors.end(),
                                  [&](const NamedAssignor& known) { return known.name == name; });
    return at == kAssignors.end() ? std::nullopt : std::optional(at->assignor);
}

bool supports(ClientAssignor assignor, RebalanceProtocol protocol) {
    return protocol == RebalanceProtocol::kEager || assignor == ClientAssignor::kCooperativeSticky;
}

RebalanceProtocol rebalance_protocol_of(std::span<const ClientAssignor> assignors) {
    BL_CHECK(!assignors.empty());
    const bool all = std::all_of(assignors.begin(), assignors.end(), [](ClientAssignor assignor) {
        return supports(assignor, RebalanceProtocol::kCooperative);
    });
    return all ? RebalanceProtocol::kCooperative : RebalanceProtocol::kEager;
}

void on_assignment(ClientAssignor assignor, const ConsumerProtocolAssignment& assignment,
                   GenerationId generation, AssignorMemory& memory) {
    if (assignor == ClientAssignor::kSticky) {
        memory.last_assignment = assignment.assigned_partitions;
    }
    if (assignor == ClientAssignor::kSticky || assignor == ClientAssignor::kCooperativeSticky) {
        memory.generation = generation;
    }
}

std::optional<Bytes> user_data_of(ClientAssignor assignor, const AssignorMemory& memory) {
    if (assignor == ClientAssignor::kCooperativeSticky) {
        return encode_cooperative_user_data(memory.generation);
    }
    if (assignor == ClientAssignor::kSticky && memory.last_assignment) {
        return encode_sticky_user_data(*memory.last_assignment, memory.generation);
    }
    return std::nullopt;
}

std::vector<MemberAssignment> assign_partitions(ClientAssignor assignor,
                                                const AssignableTopics& topics,
                                                std::span<const MemberSubscription> members,
                                                AssignorMemory& memory) {
    std::vector<MemberAssignment> assignment;
    if (members.empty()) {
        return assignment;
    }
    for (const MemberSubscription& member : members) {
        assignment.push_back({member.member_id, {}});
    }
    const NumberedGroup group = number_group(topics, members);
    const PartitionOwners owners = assign_owners(assignor, group, topics, members, memory);
    for (const NumberedTopic& topic : group.topics) {
        for (uint32_t p = topic.first_partition; p < topic.end_partition(); ++p) {
            if (owners[p] != kNobody) {
                const PartitionId number(static_cast<int32_t>(p - topic.first_partition));
                assignment[owners[p]].partitions.push_back({std::string(topic.name), number});
            }
        }
    }
    return assignment;
}

std::vector<ConsumerTopicPartitions> group_by_topic(std::span<const TopicPartition> partitions) {
    std::vector<ConsumerTopicPartitions> topics;
    for (const TopicPartition& partition : partitions) {
        if (topics.empty() || topics.back().topic != partition.topic) {
            topics.push_back({partition.topic, {}});
        }
        topics.back().partitions.push_back(partition.partition);
    }
    return topics;
}

}  // namespace brokerlab

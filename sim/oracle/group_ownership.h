// GroupOwnership: who owns which partitions of a consumer group at a moment, according to its
// coordinator and according to its members, and the promise that no partition has two owners.
//
// A member owns what it may fetch: what it was given and has not begun to give up. Only members of
// the current generation count: one that the coordinator has put out of the group, or that is of an
// older generation, may go on with its old partitions until it hears of it. That is Kafka's way,
// and its commits are refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/ids.h"
#include "sim/world/world.h"

namespace brokerlab {

struct OwnedPartitions {
    std::string member;                      ///< by the lab's name
    std::vector<TopicPartition> partitions;  ///< sorted

    bool operator==(const OwnedPartitions&) const = default;
};

struct GroupOwnership {
    std::string group;
    int32_t epoch = 0;  ///< its generation or group epoch
    /// As the coordinator has it: of a classic group only while it is Stable; in the consumer
    /// protocol with what a member has not said yet that it gave up.
    std::vector<OwnedPartitions> assigned;
    /// As its current members have it.
    std::vector<OwnedPartitions> owned;

    bool operator==(const GroupOwnership&) const = default;
};

/// Nothing while no broker coordinates the group, or when there is no such group.
[[nodiscard]] std::optional<GroupOwnership> view_ownership(const World& world,
                                                           std::string_view group);

/// An invariant (invariants.h): a sentence when two members have the same partition.
[[nodiscard]] std::optional<std::string> two_owners(const GroupOwnership& ownership);

}  // namespace brokerlab

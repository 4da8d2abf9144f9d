// A group of the consumer protocol as numbers, for its assignors: members in the order given,
// topics by id, partitions counted from 0 through all topics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/assign/server_assignor.h"

namespace brokerlab {

/// In place of a member's number.
inline constexpr uint32_t kNoMember = std::numeric_limits<uint32_t>::max();

/// The member of each partition, or kNoMember.
using TargetOwners = std::vector<uint32_t>;

/// Some partitions of one topic, in the order of a member's target.
struct TargetRun {
    uint32_t topic = 0;
    std::vector<uint32_t> partitions;
};

struct TargetTopic {
    Uuid id;
    uint32_t first_partition = 0;
    uint32_t partition_count = 0;

    [[nodiscard]] uint32_t end_partition() const { return first_partition + partition_count; }
};

struct TargetMember {
    std::vector<uint32_t> topics;  ///< subscribed, in the order given
    std::vector<TargetRun> kept;   ///< what its target has of them, in the order given
};

struct NumberedTargets {
    std::vector<TargetTopic> topics;  ///< every one that a member subscribes to, by id
    std::vector<uint32_t> topic_of;   ///< of each partition
    std::vector<TargetMember> members;

    [[nodiscard]] uint32_t partition_count() const {
        return static_cast<uint32_t>(topic_of.size());
    }
};

/// Drops from the targets what the member no longer subscribes to and partitions that don't exist.
[[nodiscard]] NumberedTargets number_targets(const ServerGroup& group);

}  // namespace brokerlab

// One assignment as numbers: members, topics and partitions counted from 0, so that the assignors
// compare and look up integers and touch names only at the ends.
//
// Members keep the order given; topics are those that a member subscribes to and that have
// partitions, by name; partitions are counted through all topics. A view: it refers to names of the
// subscriptions and the topics that it was made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/assign/client_assignor.h"

namespace brokerlab {

/// In place of a member's number.
inline constexpr uint32_t kNobody = std::numeric_limits<uint32_t>::max();

/// The member of each partition, or kNobody.
using PartitionOwners = std::vector<uint32_t>;

struct NumberedTopic {
    std::string_view name;
    uint32_t first_partition = 0;
    uint32_t partition_count = 0;
    std::vector<uint32_t> members;  ///< who subscribes to it, in the order given

    [[nodiscard]] uint32_t end_partition() const { return first_partition + partition_count; }
};

struct NumberedGroup {
    uint32_t member_count = 0;
    std::vector<NumberedTopic> topics;             ///< by name
    std::vector<uint32_t> topic_of;                ///< of each partition
    std::vector<std::vector<uint32_t>> topics_of;  ///< of each member, ascending
    std::vector<bool> subscribed;                  ///< a row of all topics per member
    std::vector<uint32_t> id_rank;                 ///< of each member among the sorted member ids

    [[nodiscard]] uint32_t partition_count() const {
        return static_cast<uint32_t>(topic_of.size());
    }
    [[nodiscard]] bool is_subscribed(uint32_t member, uint32_t topic) const {
        return subscribed[std::size_t{member} * topics.size() + topic];
    }
    /// Number of the topic with that name, if the group has it.
    [[nodiscard]] std::optional<uint32_t> find_topic(std::string_view name) const;
};

[[nodiscard]] NumberedGroup number_group(const AssignableTopics& topics,
                                         std::span<const MemberSubscription> members);

/// Where members and replicas stand. Empty while no member names a rack (KIP-881).
struct RackTable {
    std::vector<uint32_t> of_member;                  ///< kNobody: not known
    std::vector<std::vector<uint32_t>> of_partition;  ///< of its replicas, ascending

    [[nodiscard]] bool empty() const { return of_member.empty(); }
    [[nodiscard]] bool has_replica_in(uint32_t partition, uint32_t rack) const;
};

[[nodiscard]] RackTable number_racks(const NumberedGroup& group, const AssignableTopics& topics,
                                     std::span<const MemberSubscription> members);

/// Whether racks can make a difference for `members` and the partitions from `first` to before
/// `end`: a rack of a member holds replicas, and not every partition is on the same racks
/// [AbstractPartitionAssignor.useRackAwareAssignment].
[[nodiscard]] bool racks_matter(const RackTable& racks, std::span<const uint32_t> members,
                                uint32_t first, uint32_t end);

}  // namespace brokerlab

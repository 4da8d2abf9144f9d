// GroupView: a consumer group as its coordinator would describe it now: what Kafka's tools show.
//
// Read from the groups that are committed in the coordinator's partition of __consumer_offsets.
// While no broker coordinates the group (it has no leader, or still loads) its state is Unknown,
// without members and offsets, as a tool would get no answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/broker/group_coordinator.h"
#include "sim/group/groups.h"
#include "sim/model/ids.h"
#include "sim/world/world.h"

namespace brokerlab {

struct GroupMemberView {
    std::string name;  ///< its client.id, which is the lab's name
    std::string id;
    std::optional<std::string> instance_id;
    std::vector<TopicPartition> assigned;  ///< sorted; of a classic group only while it is Stable

    bool operator==(const GroupMemberView&) const = default;
};

struct GroupOffsetView {
    TopicPartition partition;
    Offset committed;
    Offset log_end = kNoOffset;  ///< the leader's high watermark; -1: there is no leader

    /// Records not committed yet; 0 where the leader is unknown or the log was cut below.
    [[nodiscard]] int64_t lag() const {
        return log_end > committed ? log_end.value - committed.value : 0;
    }

    bool operator==(const GroupOffsetView&) const = default;
};

struct GroupView {
    std::string group;
    BrokerId coordinator = kNoBroker;  ///< -1: none, or it still loads
    std::string protocol = "classic";  ///< or "consumer"
    std::string state = "Unknown";     ///< as Kafka names it; Dead: the coordinator knows no such
    int32_t epoch = 0;                 ///< generation or group epoch
    std::string assignor;              ///< that was voted for or chosen; empty: none yet
    std::vector<GroupMemberView> members;  ///< by name
    std::vector<GroupOffsetView> offsets;  ///< by partition

    [[nodiscard]] const GroupMemberView* owner_of(const TopicPartition& partition) const;
    [[nodiscard]] const GroupOffsetView* offset_of(const TopicPartition& partition) const;

    bool operator==(const GroupView&) const = default;
};

/// Where a group's coordinator is.
struct GroupPlace {
    PartitionId partition = PartitionId(-1);  ///< of __consumer_offsets; -1: there is no such topic
    BrokerId leader = kNoBroker;              ///< of that partition: the coordinator-to-be
    const GroupPartition* held = nullptr;  ///< with its groups, loaded; nullptr while nobody has it
    bool loading = false;                  ///< the leader still reads it
};
[[nodiscard]] GroupPlace place_of_group(const World& world, std::string_view group);

/// The groups of the World's consumers and services, sorted.
[[nodiscard]] std::vector<std::string> group_names(const World& world);

/// Its consumers and the instances of its services, by number: members, or able to be.
[[nodiscard]] std::vector<NodeId> clients_of_group(const World& world, std::string_view group);
/// The group that the client reads for; nullptr of one that is in none.
[[nodiscard]] const std::string* group_of(const ClientHost& host);

/// None when no consumer and no service of the World is of that group.
[[nodiscard]] std::optional<GroupView> view_group(const World& world, std::string_view group);

}  // namespace brokerlab

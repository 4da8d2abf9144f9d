// Records of __cluster_metadata about topics and partitions.
//
// [metadata/src/main/resources/common/metadata/*.json; PartitionRegistration.java]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/ids.h"
#include "sim/model/protocol_enums.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// In a PartitionChangeRecord: the leader stays who it is.
inline constexpr BrokerId kNoLeaderChange{-2};
/// In a PartitionChangeRecord: the recovery state stays what it is.
inline constexpr LeaderRecoveryState kNoLeaderRecoveryChange{-1};

/// A topic exists from here on; its partitions follow.
struct TopicRecord {
    static constexpr std::string_view kName = "TopicRecord";
    static constexpr int16_t kApiKey = 2;
    static constexpr VersionRange kVersions{0, 0, 0};

    std::string name;
    Uuid topic_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("name", self.name);
        io.field("topicId", self.topic_id);
    }
    bool operator==(const TopicRecord&) const = default;
};

/// A topic is deleted with all its partitions and its configuration.
struct RemoveTopicRecord {
    static constexpr std::string_view kName = "RemoveTopicRecord";
    static constexpr int16_t kApiKey = 9;
    static constexpr VersionRange kVersions{0, 0, 0};

    Uuid topic_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topicId", self.topic_id);
    }
    bool operator==(const RemoveTopicRecord&) const = default;
};

/// The whole state of one partition: when it is created, and in a snapshot.
struct PartitionRecord {
    static constexpr std::string_view kName = "PartitionRecord";
    static constexpr int16_t kApiKey = 3;
    static constexpr VersionRange kVersions{0, 2, 0};

    PartitionId partition_id{-1};
    Uuid topic_id;
    std::vector<BrokerId> replicas;  ///< the preferred leader first
    std::vector<BrokerId> isr;
    std::vector<BrokerId> removing_replicas;
    std::vector<BrokerId> adding_replicas;
    BrokerId leader = kNoBroker;
    LeaderRecoveryState leader_recovery_state = LeaderRecoveryState::kRecovered;
    LeaderEpoch leader_epoch{-1};
    PartitionEpoch partition_epoch{-1};
    std::vector<Uuid> directories;  ///< of each replica, in the order of `replicas` (KIP-858)
    std::optional<std::vector<BrokerId>> eligible_leader_replicas;  ///< KIP-966
    std::optional<std::vector<BrokerId>> last_known_elr;            ///< KIP-966

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("partitionId", self.partition_id);
        io.field("topicId", self.topic_id);
        io.field("replicas", self.replicas);
        io.field("isr", self.isr);
        io.field("removingReplicas", self.removing_replicas);
        io.field("addingReplicas", self.adding_replicas);
        io.field("leader", self.leader);
        io.field("leaderRecoveryState", self.leader_recovery_state, {.tag = 0});
        io.field("leaderEpoch", self.leader_epoch);
        io.field("partitionEpoch", self.partition_epoch);
        io.field("directories", self.directories, {.since = 1});
        io.field("eligibleLeaderReplicas", self.eligible_leader_replicas,
                 {.since = 2, .nullable_since = 2, .tag = 1});
        io.field("lastKnownElr", self.last_known_elr, {.since = 2, .nullable_since = 2, .tag = 2});
    }
    bool operator==(const PartitionRecord&) const = default;
};

/// What changes in one partition; what is not set stays. Each such record raises the partition's
/// epoch by one, and one that sets a leader raises the leader epoch too
/// [PartitionRegistration.merge].
struct PartitionChangeRecord {
    static constexpr std::string_view kName = "PartitionChangeRecord";
    static constexpr int16_t kApiKey = 5;
    static constexpr VersionRange kVersions{0, 2, 0};

    PartitionId partition_id{-1};
    Uuid topic_id;
    std::optional<std::vector<BrokerId>> isr;
    BrokerId leader = kNoLeaderChange;
    std::optional<std::vector<BrokerId>> replicas;
    std::optional<std::vector<BrokerId>> removing_replicas;
    std::optional<std::vector<BrokerId>> adding_replicas;
    LeaderRecoveryState leader_recovery_state = kNoLeaderRecoveryChange;
    std::optional<std::vector<Uuid>> directories;
    std::optional<std::vector<BrokerId>> eligible_leader_replicas;
    std::optional<std::vector<BrokerId>> last_known_elr;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("partitionId", self.partition_id);
        io.field("topicId", self.topic_id);
        io.field("isr", self.isr, {.nullable_since = 0, .tag = 0});
        io.field("leader", self.leader, {.tag = 1});
        io.field("replicas", self.replicas, {.nullable_since = 0, .tag = 2});
        io.field("removingReplicas", self.removing_replicas, {.nullable_since = 0, .tag = 3});
        io.field("addingReplicas", self.adding_replicas, {.nullable_since = 0, .tag = 4});
        io.field("leaderRecoveryState", self.leader_recovery_state, {.tag = 5});
        io.field("directories", self.directories, {.since = 1, .nullable_since = 1, .tag = 8});
        io.field("eligibleLeaderReplicas", self.eligible_leader_replicas,
                 {.since = 2, .nullable_since = 2, .tag = 6});
        io.field("lastKnownElr", self.last_known_elr, {.since = 2, .nullable_since = 2, .tag = 7});
    }
    bool operator==(const PartitionChangeRecord&) const = default;
};

}  // namespace brokerlab

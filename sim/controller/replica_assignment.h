// Where the replicas of new partitions go: placed by the controller or named by the client; and the
// records of the partitions.
// [metadata controller/ReplicationControlManager.java, ClusterControlManager.java]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/controller/replication_control.h"

namespace brokerlab {

/// Kafka's answer when something can't be done.
struct Refusal {
    ErrorCode error = ErrorCode::kNone;
    std::optional<std::string> message;

    bool operator==(const Refusal&) const = default;
};

/// Creating more partitions than this in one request is refused
/// [ReplicationControlManager.MAX_PARTITIONS_PER_BATCH].
inline constexpr int32_t kMaxPartitionsPerRequest = 10'000;

using Assignment = std::vector<BrokerId>;

/// Places the replicas of `partitions` new partitions of a topic, drawn by its name and the offset
/// of the decision. Fails with the message of INVALID_REPLICATION_FACTOR.
[[nodiscard]] Outcome<std::vector<Assignment>> place_topic(const DecisionContext& context,
                                                           const std::string& topic,
                                                           int32_t partitions,
                                                           int32_t replication_factor);

/// Judges an assignment that a client chose: registered brokers, each once, and `factor` of them
/// when given; else INVALID_REPLICA_ASSIGNMENT [validateManualPartitionAssignment].
[[nodiscard]] std::optional<Refusal> judge_assignment(const MetadataImage& image,
                                                      const Assignment& assignment,
                                                      std::optional<std::size_t> factor);

/// The members of an assignment that can be in sync from the start: the active ones, in order.
[[nodiscard]] std::vector<BrokerId> active_members(const MetadataImage& image,
                                                   const Assignment& assignment);

/// The record of a new partition: its ISR is the active members, of which there must be one, and
/// the first of them leads.
[[nodiscard]] PartitionRecord new_partition(const MetadataImage& image, const Uuid& topic,
                                            PartitionId partition, Assignment assignment);

}  // namespace brokerlab

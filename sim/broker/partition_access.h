// What every request to a partition goes through: finding it, the leader epoch that the client
// believes in, and telling the client who leads instead (KIP-951).
//
// Internal to the leader's side (produce, fetch, offsets). Offline log directories are not
// modelled: with its only directory a broker halts. [core server/ReplicaManager.scala
// getPartitionOrError, cluster/Partition.scala checkCurrentLeaderEpoch, server/KafkaApis.scala
// getCurrentLeader]
#pragma once

#include <compare>
#include <string_view>
#include <vector>

#include "sim/broker/replica_manager.h"
#include "sim/model/error_code.h"
#include "sim/model/messages/node_endpoint.h"
#include "sim/model/rules.h"

namespace brokerlab {

/// A key of `ReplicaManager::partitions` that copies no topic name.
struct PartitionKey {
    std::string_view topic;
    PartitionId partition;

    friend bool operator<(const PartitionKey& a, const TopicPartition& b) {
        const int order = a.topic.compare(b.topic);
        return order < 0 || (order == 0 && a.partition < b.partition);
    }
    friend bool operator<(const TopicPartition& a, const PartitionKey& b) {
        const int order = std::string_view(a.topic).compare(b.topic);
        return order < 0 || (order == 0 && a.partition < b.partition);
    }
};

/// The same as ==, but looks at the number first: most partitions that differ differ in it.
[[nodiscard]] inline bool is_same(const TopicPartition& a, const TopicPartition& b) {
    return a.partition == b.partition && a.topic == b.topic;
}

[[nodiscard]] const Partition* find_partition(const ReplicaManager& rm, const PartitionKey& key);

/// Why a partition that is not hosted here can't be used: NOT_LEADER_OR_FOLLOWER where the metadata
/// knows it, else UNKNOWN_TOPIC_OR_PARTITION.
[[nodiscard]] ErrorCode not_hosted_error(const MetadataImage* image, const PartitionKey& key);

/// kNone, FENCED_LEADER_EPOCH or UNKNOWN_LEADER_EPOCH. -1 is not checked.
[[nodiscard]] ErrorCode check_leader_epoch(const Partition& partition, LeaderEpoch current_epoch,
                                           RuleSet rules);

/// The checks before a replica is read: the epoch, and with `leader_only` that it leads.
[[nodiscard]] ErrorCode check_readable(const Partition& partition, LeaderEpoch current_epoch,
                                       bool leader_only, RuleSet rules);

/// Who leads, as far as this broker knows; -1 and -1 where it doesn't.
struct KnownLeader {
    BrokerId id = kNoBroker;
    LeaderEpoch epoch = kNoLeaderEpoch;
};
[[nodiscard]] KnownLeader known_leader(const ReplicaManager& rm, const MetadataImage* image,
                                       const PartitionKey& key);

/// Adds where to reach `leader`, once. Without an image its rack stays out; with one, a leader that
/// is unknown or fenced is not named.
void add_endpoint(std::vector<NodeEndpoint>& endpoints, BrokerId leader,
                  const MetadataImage* image);

}  // namespace brokerlab

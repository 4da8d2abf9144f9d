#include "sim/broker/partition_access.h"

#include <algorithm>
#include <string>

namespace brokerlab {
namespace {

/// Brokers of the lab have one listener, the same for everybody.
constexpr int32_t kBrokerPort = 9092;

const PartitionRegistration* find_registration(const MetadataImage& image,
                                               const PartitionKey& key) {
    const TopicImage* topic = image.find_topic(key.topic);
    if (topic == nullptr || key.partition.value < 0 ||
        key.partition.value >= topic->partition_count()) {
        return nullptr;
    }
    return &*topic->partitions[static_cast<std::size_t>(key.partition.value)];
}

}  // namespace

const Partition* find_partition(const ReplicaManager& rm, const PartitionKey& key) {
    const Cow<Partition>* found = rm.partitions.find(key);
    return found == nullptr ? nullptr : &**found;
}

ErrorCode not_hosted_error(const MetadataImage* image, const PartitionKey& key) {
    return image != nullptr && find_registration(*image, key) != nullptr
               ? ErrorCode::kNotLeaderOrFollower
               : ErrorCode::kUnknownTopicOrPartition;
}

ErrorCode check_leader_epoch(const Partition& partition, LeaderEpoch current_epoch, RuleSet rules) {
    if (current_epoch == kNoLeaderEpoch || current_epoch == partition.leader_epoch ||
        !rules.on(Rule::kLeaderEpochCheck)) {
        return ErrorCode::kNone;
    }
    return current_epoch < partition.leader_epoch ? ErrorCode::kFencedLeaderEpoch
                                                  : ErrorCode::kUnknownLeaderEpoch;
}

ErrorCode check_readable(const Partition& partition, LeaderEpoch current_epoch, bool leader_only,
                         RuleSet rules) {
    const ErrorCode error = check_leader_epoch(partition, current_epoch, rules);
    if (error == ErrorCode::kNone && leader_only && !partition.is_leader) {
        return ErrorCode::kNotLeaderOrFollower;
    }
    return error;
}

KnownLeader known_leader(const ReplicaManager& rm, const MetadataImage* image,
                         const PartitionKey& key) {
    if (const Partition* partition = find_partition(rm, key)) {
        return {partition->leader, partition->leader_epoch};
    }
    if (image != nullptr) {
        if (const PartitionRegistration* registration = find_registration(*image, key)) {
            return {registration->leader, registration->leader_epoch};
        }
    }
    return {};
}

void add_endpoint(std::vector<NodeEndpoint>& endpoints, BrokerId leader,
                  const MetadataImage* image) {
    if (leader == kNoBroker ||
        std::any_of(endpoints.begin(), endpoints.end(),
                    [&](const NodeEndpoint& e) { return e.node_id == leader; })) {
        return;
    }
    NodeEndpoint endpoint{.node_id = leader,
                          .host = "broker-" + std::to_string(leader.value),
                          .port = kBrokerPort,
                          .rack = std::nullopt};
    if (image != nullptr) {
        const BrokerRegistration* registration = image->find_broker(leader);
        if (registration == nullptr || registration->fenced) {
            return;
        }
        endpoint.rack = registration->rack;
    }
    endpoints.push_back(std::move(endpoint));
}

}  // namespace brokerlab

#include "sim/world/admin_requests.h"

#include <string>
#include <utility>
#include <variant>

namespace brokerlab {
namespace {

constexpr int32_t kTimeoutMs = 30'000;  // default.api.timeout.ms caps the whole call

RequestBody set_config(ConfigResourceType type, std::string name, const std::string& key,
                       const std::string& value) {
    IncrementalAlterConfigsRequest::Config config;
    config.name = key;
    config.config_operation = ConfigOperation::kSet;
    config.value = value;
    IncrementalAlterConfigsRequest::Resource resource;
    resource.resource_type = type;
    resource.resource_name = std::move(name);
    resource.configs.push_back(std::move(config));
    IncrementalAlterConfigsRequest request;
    request.resources.push_back(std::move(resource));
    return request;
}

struct ToRequest {
    template <class Other>
    std::optional<RequestBody> operator()(const Other&) const {
        return std::nullopt;
    }
    std::optional<RequestBody> operator()(const CreateTopic& command) const {
        CreateTopicsRequest::Topic topic;
        topic.name = command.topic;
        topic.num_partitions = command.partitions.value_or(-1);
        topic.replication_factor = static_cast<int16_t>(command.replication_factor.value_or(-1));
        CreateTopicsRequest request;
        request.timeout_ms = kTimeoutMs;
        request.topics.push_back(std::move(topic));
        return request;
    }
    std::optional<RequestBody> operator()(const AlterTopic& command) const {
        CreatePartitionsRequest::Topic topic;
        topic.name = command.topic;
        topic.count = command.partitions;
        topic.assignments = std::nullopt;
        CreatePartitionsRequest request;
        request.timeout_ms = kTimeoutMs;
        request.topics.push_back(std::move(topic));
        return request;
    }
    std::optional<RequestBody> operator()(const DeleteTopic& command) const {
        DeleteTopicsRequest::Topic topic;
        topic.name = command.topic;
        DeleteTopicsRequest request;
        request.timeout_ms = kTimeoutMs;
        request.topics.push_back(std::move(topic));
        return request;
    }
    std::optional<RequestBody> operator()(const SetTopic& command) const {
        return set_config(ConfigResourceType::kTopic, command.topic, command.key, command.value);
    }
    std::optional<RequestBody> operator()(const SetBroker& command) const {
        return set_config(ConfigResourceType::kBroker, std::to_string(command.broker.value),
                          command.key, command.value);
    }
    std::optional<RequestBody> operator()(const ElectLeader& command) const {
        ElectLeadersRequest request;
        request.timeout_ms = kTimeoutMs;
        request.election_type = command.type;
        request.topic_partitions.emplace();
        request.topic_partitions->push_back(
            {command.partition.topic, {command.partition.partition}});
        return request;
    }
    std::optional<RequestBody> operator()(const ReassignPartition& command) const {
        AlterPartitionReassignmentsRequest::Partition partition;
        partition.partition_index = command.partition.partition;
        partition.replicas = command.replicas;
        AlterPartitionReassignmentsRequest request;
        request.timeout_ms = kTimeoutMs;
        request.topics.push_back({command.partition.topic, {std::move(partition)}});
        return request;
    }
};

}  // namespace

std::optional<RequestBody> admin_request(const Command& command) {
    return std::visit(ToRequest{}, command);
}

}  // namespace brokerlab

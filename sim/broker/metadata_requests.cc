// Answers about the cluster, made from the image.
#include "sim/broker/metadata_requests.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "sim/base/check.h"
#include "sim/broker/broker_start.h"
#include "sim/kernel/draw.h"
#include "sim/model/internal_topics.h"

namespace brokerlab {
namespace {

// Directories that are no directories [server-common DirectoryId.java].
constexpr uint64_t kLostDirectory = 1;
constexpr uint64_t kReservedDirectories = 100;

bool has_online_directory(const BrokerRegistration& broker, const Uuid& directory) {
    if (directory.high == 0 && directory.low < kReservedDirectories) {
        return directory.low != kLostDirectory;
    }
    const std::vector<Uuid>& online = broker.directories;
    return online.empty() || std::find(online.begin(), online.end(), directory) != online.end();
}

std::vector<BrokerId> offline_replicas(const MetadataImage& image,
                                       const PartitionRegistration& partition) {
    std::vector<BrokerId> offline;
    for (std::size_t i = 0; i < partition.replicas.size(); ++i) {
        const BrokerRegistration* broker = image.find_broker(partition.replicas[i]);
        const bool has_directory = i < partition.directories.size();
        if (broker == nullptr || broker->fenced ||
            (has_directory && !has_online_directory(*broker, partition.directories[i]))) {
            offline.push_back(partition.replicas[i]);
        }
    }
    return offline;
}

/// What every response about a partition has in common.
template <class Partition>
Partition describe_partition(const MetadataImage& image, const PartitionRegistration& partition,
                             int32_t number) {
    Partition described;
    const bool has_leader = image.find_broker(partition.leader) != nullptr;
    described.partition_index = PartitionId(number);
    described.leader_id = has_leader ? partition.leader : kNoBroker;
    described.leader_epoch = partition.leader_epoch;
    described.replica_nodes = partition.replicas;
    described.isr_nodes = partition.isr;
    described.offline_replicas = offline_replicas(image, partition);
    return described;
}

MetadataResponse::Topic describe_topic(const MetadataImage& image, const TopicImage& topic) {
    MetadataResponse::Topic described;
    described.name = topic.name;
    described.topic_id = topic.id;
    described.is_internal = is_internal_topic(topic.name);
    described.partitions.reserve(topic.partitions.size());
    for (int32_t p = 0; p < topic.partition_count(); ++p) {
        const PartitionRegistration& partition = *topic.partitions[static_cast<std::size_t>(p)];
        described.partitions.push_back(
            describe_partition<MetadataResponse::Partition>(image, partition, p));
        if (described.partitions.back().leader_id == kNoBroker) {
            described.partitions.back().error_code = ErrorCode::kLeaderNotAvailable;
        }
    }
    return described;
}

/// A broker that clients may take for the controller: any that lives [getRandomAliveBroker].
BrokerId pick_controller(const MetadataImage& image, const Request& request, const Env& env) {
    std::vector<BrokerId> alive;
    for (const auto& [id, broker] : *image.brokers) {
        if (!broker.fenced) {
            alive.push_back(id);
        }
    }
    if (alive.empty()) {
        return kNoBroker;
    }
    const RandomBits bits =
        env.draw(DrawPurpose::kLeastLoadedNode,
                 draw_key(request.connection, request.header.correlation_id, env.now));
    return alive[static_cast<std::size_t>(uniform_below(bits, alive.size()))];
}

CreateTopicsRequest::Config setting(std::string name, std::string value) {
    return {std::move(name), std::move(value)};
}

}  // namespace

std::string broker_host(BrokerId id) {
    return "broker-" + std::to_string(id.value);
}

bool is_valid_topic_name(std::string_view name) {
    const auto is_allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    };
    return !name.empty() && name.size() <= 249 && name != "." && name != ".." &&
           std::all_of(name.begin(), name.end(), is_allowed);
}

MetadataResponse describe_metadata(const MetadataImage& image, const std::string& cluster_id,
                                   const BrokerConfig& config, const Request& request,
                                   const Env& env, std::vector<std::string>& to_create) {
    const auto& body = std::get<MetadataRequest>(request.body);
    MetadataResponse response;
    for (const auto& [id, broker] : *image.brokers) {
        if (!broker.fenced) {
            response.brokers.push_back({id, broker_host(id), kBrokerPort, broker.rack});
        }
    }
    response.cluster_id = cluster_id;
    response.controller_id = pick_controller(image, request, env);
    const bool all = !body.topics.has_value() ||
                     (request.header.request_api_version == 0 && body.topics->empty());
    if (all) {
        for (const auto& [name, topic] : *image.topics) {
            response.topics.push_back(describe_topic(image, *topic));
        }
        return response;
    }
    const bool may_create = config.auto_create_topics && body.allow_auto_topic_creation;
    for (const MetadataRequest::Topic& asked : *body.topics) {
        const bool by_id = !asked.topic_id.is_zero();
        const TopicImage* topic = by_id ? image.find_topic(asked.topic_id)
                                        : image.find_topic(asked.name.value_or(std::string()));
        if (topic != nullptr) {
            response.topics.push_back(describe_topic(image, *topic));
            continue;
        }
        MetadataResponse::Topic& missing = response.topics.emplace_back();
        if (by_id) {
            missing.name = std::nullopt;
            missing.topic_id = asked.topic_id;
            missing.error_code = ErrorCode::kUnknownTopicId;
            continue;
        }
        missing.name = asked.name.value_or(std::string());
        missing.is_internal = is_internal_topic(*missing.name);
        if (!is_valid_topic_name(*missing.name)) {
            missing.error_code = ErrorCode::kInvalidTopicException;
            continue;
        }
        missing.error_code = ErrorCode::kUnknownTopicOrPartition;
        if (may_create) {
            to_create.push_back(*missing.name);
        }
    }
    return response;
}

CreateTopicsRequest::Topic auto_created_topic(const std::string& name, const BrokerConfig& config) {
    const ConfigMap& values = config.values;
    CreateTopicsRequest::Topic topic;
    topic.name = name;
    const auto sized = [&](std::string_view partitions, std::string_view replication_factor) {
        topic.num_partitions = static_cast<int32_t>(values.integer(partitions));
        topic.replication_factor = static_cast<int16_t>(values.integer(replication_factor));
    };
    if (name == kOffsetsTopic) {
        sized("offsets.topic.num.partitions", "offsets.topic.replication.factor");
        topic.configs = {
            setting("cleanup.policy", "compact"), setting("compression.type", "producer"),
            setting("segment.bytes", std::string(values.text("offsets.topic.segment.bytes")))};
    } else if (name == kTransactionsTopic) {
        sized("transaction.state.log.num.partitions", "transaction.state.log.replication.factor");
        topic.configs = {setting("unclean.leader.election.enable", "false"),
                         setting("compression.type", "uncompressed"),
                         setting("cleanup.policy", "compact"),
                         setting("min.insync.replicas",
                                 std::string(values.text("transaction.state.log.min.isr"))),
                         setting("segment.bytes",
                                 std::string(values.text("transaction.state.log.segment.bytes")))};
    } else {
        topic.num_partitions = config.num_partitions;
        topic.replication_factor = static_cast<int16_t>(config.default_replication_factor);
    }
    return topic;
}

DescribeClusterResponse describe_cluster(const MetadataImage& image, const std::string& cluster_id,
                                         const Request& request, const Env& env) {
    const auto& body = std::get<DescribeClusterRequest>(request.body);
    DescribeClusterResponse response;
    response.cluster_id = cluster_id;
    if (body.endpoint_type != EndpointType::kBroker) {
        response.error_code = ErrorCode::kMismatchedEndpointType;
        response.error_message =
            "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of "
            "type CONTROLLER";
        return response;
    }
    for (const auto& [id, broker] : *image.brokers) {
        if (!broker.fenced || body.include_fenced_brokers) {
            response.brokers.push_back(
                {id, broker_host(id), kBrokerPort, broker.rack, broker.fenced});
        }
    }
    response.controller_id = pick_controller(image, request, env);
    return response;
}

DescribeTopicPartitionsResponse describe_topic_partitions(
    const MetadataImage& image, const DescribeTopicPartitionsRequest& request) {
    constexpr int32_t kMostPartitions = 2000;  // max.request.partition.size.limit
    FlatSet<std::string> names;
    for (const DescribeTopicPartitionsRequest::Topic& topic : request.topics) {
        names.insert(topic.name);
    }
    if (request.topics.empty()) {
        for (const auto& [name, topic] : *image.topics) {
            names.insert(name);
        }
    }
    int32_t left = std::clamp(request.response_partition_limit, 1, kMostPartitions);
    DescribeTopicPartitionsResponse response;
    for (const std::string& name : names) {
        const bool resumes = request.cursor.has_value() && name == request.cursor->topic_name;
        if (request.cursor.has_value() && name < request.cursor->topic_name) {
            continue;
        }
        if (left == 0) {
            response.next_cursor = TopicPartitionCursor{name, PartitionId(0)};
            break;
        }
        const TopicImage* topic = image.find_topic(name);
        DescribeTopicPartitionsResponse::Topic& described = response.topics.emplace_back();
        described.name = name;
        described.is_internal = is_internal_topic(name);
        if (topic == nullptr) {
            described.error_code = is_valid_topic_name(name) ? ErrorCode::kUnknownTopicOrPartition
                                                             : ErrorCode::kInvalidTopicException;
            continue;
        }
        described.topic_id = topic->id;
        const int32_t first = resumes ? request.cursor->partition_index.value : 0;
        const int32_t end = std::min(topic->partition_count(), first + left);
        for (int32_t p = first; p < end; ++p) {
            described.partitions.push_back(
                describe_partition<DescribeTopicPartitionsResponse::Partition>(
                    image, *topic->partitions[static_cast<std::size_t>(p)], p));
        }
        left -= std::max(0, end - first);
        if (end < topic->partition_count()) {
            response.next_cursor = TopicPartitionCursor{name, PartitionId(end)};
            break;
        }
    }
    return response;
}

namespace {

constexpr std::array kServed{ApiKey::kProduce,
                             ApiKey::kFetch,
                             ApiKey::kListOffsets,
                             ApiKey::kMetadata,
                             ApiKey::kOffsetCommit,
                             ApiKey::kOffsetFetch,
                             ApiKey::kFindCoordinator,
                             ApiKey::kJoinGroup,
                             ApiKey::kHeartbeat,
                             ApiKey::kLeaveGroup,
                             ApiKey::kSyncGroup,
                             ApiKey::kDescribeGroups,
                             ApiKey::kListGroups,
                             ApiKey::kApiVersions,
                             ApiKey::kCreateTopics,
                             ApiKey::kDeleteTopics,
                             ApiKey::kInitProducerId,
                             ApiKey::kOffsetForLeaderEpoch,
                             ApiKey::kDescribeConfigs,
                             ApiKey::kAlterConfigs,
                             ApiKey::kCreatePartitions,
                             ApiKey::kDeleteGroups,
                             ApiKey::kElectLeaders,
                             ApiKey::kIncrementalAlterConfigs,
                             ApiKey::kAlterPartitionReassignments,
                             ApiKey::kListPartitionReassignments,
                             ApiKey::kOffsetDelete,
                             ApiKey::kDescribeQuorum,
                             ApiKey::kDescribeCluster,
                             ApiKey::kUnregisterBroker,
                             ApiKey::kConsumerGroupHeartbeat,
                             ApiKey::kConsumerGroupDescribe,
                             ApiKey::kDescribeTopicPartitions};

}  // namespace

bool is_served(ApiKey api) {
    return std::find(kServed.begin(), kServed.end(), api) != kServed.end();
}

ApiVersionsResponse describe_api_versions(const MetadataImage& image, const Request& request) {
    ApiVersionsResponse response;
    for (const ApiKey api : kServed) {
        const VersionRange versions = versions_of(api);
        response.api_keys.push_back({api, versions.lowest, versions.latest});
    }
    // Clients before version 4 can't take a feature whose lowest level is 0 (KIP-1022).
    if (request.header.request_api_version >= 4) {
        response.supported_features = {{"group.version", 0, 1}, {"kraft.version", 0, 1}};
    }
    response.supported_features.push_back({"metadata.version", 7, 25});
    if (request.header.request_api_version >= 4) {
        response.supported_features.push_back({"transaction.version", 0, 2});
    }
    response.finalized_features_epoch = image.last_offset.value;
    response.finalized_features = {
        {"group.version", 1, 1}, {"metadata.version", 25, 25}, {"transaction.version", 2, 2}};
    return response;
}

}  // namespace brokerlab

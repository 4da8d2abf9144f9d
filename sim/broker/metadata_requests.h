// What a broker answers about the cluster from its own image: Metadata, DescribeCluster,
// DescribeTopicPartitions, ApiVersions.
//
// Brokers answer with what they have seen of the metadata log, which may be older than what the
// controller has. Pure functions of image and request; nothing is built that was not asked for.
// [core server/KafkaApis.scala, metadata/KRaftMetadataCache.scala,
// handlers/DescribeTopicPartitionsRequestHandler.java]
// Not modelled: authorization, and the answers of Metadata version 0 about replicas that are down.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/broker/broker_config.h"
#include "sim/metadata/metadata_image.h"
#include "sim/model/env.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// Whether Kafka takes the name for a topic [common/internals/Topic.java].
[[nodiscard]] bool is_valid_topic_name(std::string_view name);

/// The live brokers, and one of them as the controller: clients are kept off the real one. Names of
/// topics that are missing and may be created by asking for them are added to `to_create`, when the
/// request and auto.create.topics.enable allow it.
[[nodiscard]] MetadataResponse describe_metadata(const MetadataImage& image,
                                                 const std::string& cluster_id,
                                                 const BrokerConfig& config, const Request& request,
                                                 const Env& env,
                                                 std::vector<std::string>& to_create);
/// What the controller is asked for when `name` is created by asking for it.
[[nodiscard]] CreateTopicsRequest::Topic auto_created_topic(const std::string& name,
                                                            const BrokerConfig& config);

[[nodiscard]] DescribeClusterResponse describe_cluster(const MetadataImage& image,
                                                       const std::string& cluster_id,
                                                       const Request& request, const Env& env);
[[nodiscard]] DescribeTopicPartitionsResponse describe_topic_partitions(
    const MetadataImage& image, const DescribeTopicPartitionsRequest& request);

/// Whether a broker of the lab handles requests of this kind.
[[nodiscard]] bool is_served(ApiKey api);
[[nodiscard]] ApiVersionsResponse describe_api_versions(const MetadataImage& image,
                                                        const Request& request);

}  // namespace brokerlab

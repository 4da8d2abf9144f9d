// ConfigControl: what the active controller decides about dynamic configurations.
// [metadata controller/ConfigurationControlManager.java]
#pragma once

#include "sim/controller/replication_control.h"

namespace brokerlab {

/// Sets, deletes, appends to and subtracts from dynamic configurations of topics and brokers, each
/// checked against the known keys: INVALID_CONFIG with Kafka's sentence,
/// UNKNOWN_TOPIC_OR_PARTITION.
[[nodiscard]] Answer<IncrementalAlterConfigsResponse> incremental_alter_configs(
    const DecisionContext& context, const IncrementalAlterConfigsRequest& request);

/// The records for the configurations of a topic that is created, after checking them; an error
/// code and sentence when one is wrong.
struct TopicConfigRecords {
    std::vector<MetadataRecord> records;
    ErrorCode error = ErrorCode::kNone;
    std::string message;
};
[[nodiscard]] TopicConfigRecords topic_config_records(
    const std::string& topic, const FlatMap<std::string, std::string>& configs);

}  // namespace brokerlab

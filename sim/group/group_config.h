// GroupConfig: the settings of a broker that its group coordinator acts on, read once from the
// ConfigMap. [group-coordinator GroupCoordinatorConfig.java]
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/model/config.h"

namespace brokerlab {

[[nodiscard]] inline std::vector<std::string> default_group_assignors() {
    return {"uniform", "range"};
}

struct GroupConfig {
    int32_t min_session_timeout_ms = 6000;     ///< group.min.session.timeout.ms
    int32_t max_session_timeout_ms = 1800000;  ///< group.max.session.timeout.ms
    Duration initial_rebalance_delay = 3_s;    ///< group.initial.rebalance.delay.ms
    int32_t max_size = 2147483647;             ///< group.max.size
    bool consumer_protocol = true;             ///< group.coordinator.rebalance.protocols
    Duration consumer_session_timeout = 45_s;  ///< group.consumer.session.timeout.ms
    int32_t consumer_heartbeat_ms = 5000;      ///< group.consumer.heartbeat.interval.ms
    int32_t consumer_max_size = 2147483647;    ///< group.consumer.max.size
    std::vector<std::string> assignors = default_group_assignors();  ///< the first is the default
    int32_t max_metadata_bytes = 4096;                               ///< offset.metadata.max.bytes
    Duration offsets_retention = Duration(604'800'000'000'000);      ///< offsets.retention.minutes
    Duration offsets_retention_check = 600_s;   ///< offsets.retention.check.interval.ms
    Duration commit_timeout = 5_s;              ///< offsets.commit.timeout.ms: of every write
    int32_t offsets_partitions = 50;            ///< offsets.topic.num.partitions
    int32_t offsets_replication_factor = 3;     ///< offsets.topic.replication.factor
    int32_t offsets_segment_bytes = 104857600;  ///< offsets.topic.segment.bytes
    int32_t load_buffer_size = 5242880;         ///< offsets.load.buffer.size

    bool operator==(const GroupConfig&) const = default;
};

/// Reads the map of ConfigScope::kBroker; what is not set has Kafka's default.
[[nodiscard]] GroupConfig make_group_config(const ConfigMap& values);

}  // namespace brokerlab

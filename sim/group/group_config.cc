#include "sim/group/group_config.h"

#include <algorithm>
#include <string_view>

namespace brokerlab {
namespace {

/// The table holds every number of these keys to an int.
int32_t int_of(const ConfigMap& values, std::string_view key) {
    return static_cast<int32_t>(values.integer(key));
}

}  // namespace

GroupConfig make_group_config(const ConfigMap& values) {
    GroupConfig config;
    config.min_session_timeout_ms = int_of(values, "group.min.session.timeout.ms");
    config.max_session_timeout_ms = int_of(values, "group.max.session.timeout.ms");
    config.initial_rebalance_delay = values.ms("group.initial.rebalance.delay.ms");
    config.max_size = int_of(values, "group.max.size");
    const std::vector<std::string> protocols = values.list("group.coordinator.rebalance.protocols");
    config.consumer_protocol =
        std::find(protocols.begin(), protocols.end(), "consumer") != protocols.end();
    config.consumer_session_timeout = values.ms("group.consumer.session.timeout.ms");
    config.consumer_heartbeat_ms = int_of(values, "group.consumer.heartbeat.interval.ms");
    config.consumer_max_size = int_of(values, "group.consumer.max.size");
    config.assignors = values.list("group.consumer.assignors");
    config.max_metadata_bytes = int_of(values, "offset.metadata.max.bytes");
    config.offsets_retention = 1_min * values.integer("offsets.retention.minutes");
    config.offsets_retention_check = values.ms("offsets.retention.check.interval.ms");
    config.commit_timeout = values.ms("offsets.commit.timeout.ms");
    config.offsets_partitions = int_of(values, "offsets.topic.num.partitions");
    config.offsets_replication_factor = int_of(values, "offsets.topic.replication.factor");
    config.offsets_segment_bytes = int_of(values, "offsets.topic.segment.bytes");
    config.load_buffer_size = int_of(values, "offsets.load.buffer.size");
    return config;
}

}  // namespace brokerlab

// ConsumerConfig: a consumer's settings, read once from its ConfigMap.
//
// Settings of groups and commits are not here: see member_settings.h. [clients ConsumerConfig.java]
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/base/outcome.h"
#include "sim/client/client_metadata.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/protocol_enums.h"
#include "sim/model/setup.h"
#include "sim/network/network_client.h"

namespace brokerlab {

struct ConsumerConfig {
    StartFrom start_from = StartFrom::kLatest;
    /// auto.offset.reset; nothing is "none": a position that is no good is an error
    std::optional<StartFrom> reset_to;
    int32_t min_bytes = 1;            ///< fetch.min.bytes
    int32_t max_wait_ms = 500;        ///< fetch.max.wait.ms
    int32_t max_bytes = 0;            ///< fetch.max.bytes
    int32_t max_partition_bytes = 0;  ///< max.partition.fetch.bytes
    uint32_t max_poll_records = 500;  ///< max.poll.records
    IsolationLevel isolation = IsolationLevel::kReadUncommitted;
    Duration request_timeout = 30_s;  ///< request.timeout.ms
    Duration retry_backoff = 100_ms;  ///< retry.backoff.ms
    bool auto_create_topics = true;   ///< allow.auto.create.topics
    std::string rack;                 ///< client.rack

    bool operator==(const ConsumerConfig&) const = default;
};

/// Resets go where the consumer began (`from`) unless auto.offset.reset is set.
[[nodiscard]] ConsumerConfig make_consumer_config(const ConsumerSetup& setup);
[[nodiscard]] NetworkClientConfig make_consumer_network_config(const ConfigMap& config,
                                                               const std::string& client_id);
[[nodiscard]] MetadataConfig make_consumer_metadata_config(const ConfigMap& config);

/// Kafka's sentence when keys that were set contradict each other: without a group
/// enable.auto.commit=true; with one a session shorter than its heartbeats, keys of the other
/// protocol. [ConsumerConfig.postProcessParsedConfig, checkUnsupportedConfigsPostProcess,
/// Heartbeat.java]
[[nodiscard]] std::optional<Failure> check_consumer_config(const ConsumerSetup& setup);

}  // namespace brokerlab

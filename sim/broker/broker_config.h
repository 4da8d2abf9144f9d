// BrokerConfig: the broker settings that its parts act on, read once from the ConfigMap.
// [server/config/ReplicationConfigs.java, ServerLogConfigs.java, KRaftConfigs.java]
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/flat_map.h"
#include "sim/broker/partition.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/config.h"

namespace brokerlab {

struct BrokerConfig {
    ConfigMap values;         ///< what was set, static and dynamic
    ConfigMap static_values;  ///< what the process was started with

    Duration replica_lag_time_max = 30_s;                 ///< replica.lag.time.max.ms
    Duration replica_fetch_wait_max = 500_ms;             ///< replica.fetch.wait.max.ms
    int32_t replica_fetch_min_bytes = 1;                  ///< replica.fetch.min.bytes
    Duration replica_fetch_backoff = 1_s;                 ///< replica.fetch.backoff.ms
    int32_t replica_fetch_max_bytes = 1048576;            ///< replica.fetch.max.bytes
    int32_t replica_fetch_response_max_bytes = 10485760;  ///< replica.fetch.response.max.bytes
    Duration replica_socket_timeout = 30_s;               ///< replica.socket.timeout.ms
    Duration request_timeout = 30_s;                      ///< request.timeout.ms
    Duration connection_setup_timeout = 10_s;             ///< socket.connection.setup.timeout.ms
    Duration connection_setup_timeout_max = 30_s;       ///< socket.connection.setup.timeout.max.ms
    Duration controller_socket_timeout = 30_s;          ///< controller.socket.timeout.ms
    int32_t num_replica_fetchers = 1;                   ///< num.replica.fetchers
    Duration high_watermark_checkpoint_interval = 5_s;  ///< replica.high.watermark.checkpoint...
    Duration recovery_point_checkpoint_interval =
        60_s;                                       ///< log.flush.offset.checkpoint.interval.ms
    Duration log_start_checkpoint_interval = 60_s;  ///< log.flush.start.offset.checkpoint...
    Duration retention_check_interval = 300_s;      ///< log.retention.check.interval.ms
    Duration initial_task_delay = 30_s;             ///< log.initial.task.delay.ms
    Duration cleaner_backoff = 15_s;                ///< log.cleaner.backoff.ms
    bool cleaner_enabled = true;                    ///< log.cleaner.enable
    Duration producer_expiry_interval = 600_s;      ///< producer.id.expiration.check.interval.ms
    Duration heartbeat_interval = 2_s;              ///< broker.heartbeat.interval.ms
    Duration session_timeout = 9_s;                 ///< broker.session.timeout.ms
    Duration initial_registration_timeout = 60_s;   ///< initial.broker.registration.timeout.ms
    int32_t fetch_max_bytes = 57671680;             ///< fetch.max.bytes
    int32_t fetch_session_slots = 1000;  ///< max.incremental.fetch.session.cache.slots
    int32_t num_io_threads = 8;                     ///< num.io.threads
    bool auto_create_topics = true;                 ///< auto.create.topics.enable
    int32_t num_partitions = 1;                     ///< num.partitions
    int32_t default_replication_factor = 1;         ///< default.replication.factor
    TopicSettings topic_defaults;                   ///< log.* and their synonyms

    bool operator==(const BrokerConfig&) const = default;
};
/// Reads the map of ConfigScope::kBroker; what is not set has Kafka's default.
[[nodiscard]] BrokerConfig make_broker_config(const ConfigMap& values);
/// The same broker after dynamic values changed: those of the whole cluster over the static ones,
/// the broker's own over both. Values that do not fit are left out, as the controller refused them.
[[nodiscard]] BrokerConfig with_dynamic_values(
    const BrokerConfig& broker, const FlatMap<std::string, std::string>& cluster_values,
    const FlatMap<std::string, std::string>& own_values);
/// The settings of a topic: its own values over the broker's.
[[nodiscard]] TopicSettings topic_settings(const BrokerConfig& broker,
                                           const FlatMap<std::string, std::string>& topic_values);

}  // namespace brokerlab

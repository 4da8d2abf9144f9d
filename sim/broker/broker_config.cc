// Reading a broker's settings, and a topic's over them: which key has which synonym.
// [server-common config/ServerTopicConfigSynonyms.java, core server/KafkaConfig.scala,
// server/DynamicBrokerConfig.scala]
#include "sim/broker/broker_config.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace brokerlab {
namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kMinuteMs = 60'000;

int32_t small(const ConfigMap& values, std::string_view key) {
    return static_cast<int32_t>(std::clamp<int64_t>(values.integer(key),
                                                    std::numeric_limits<int32_t>::min(),
                                                    std::numeric_limits<int32_t>::max()));
}

/// The finest key that is set wins [KafkaConfig.logRetentionTimeMillis]; below zero is for ever.
int64_t retention_ms(const ConfigMap& broker) {
    int64_t ms = 0;
    if (broker.is_set("log.retention.ms")) {
        ms = broker.integer("log.retention.ms");
    } else if (broker.is_set("log.retention.minutes")) {
        ms = detail::saturating_multiply(broker.integer("log.retention.minutes"), kMinuteMs);
    } else {
        ms = detail::saturating_multiply(broker.integer("log.retention.hours"), kHourMs);
    }
    return ms < 0 ? -1 : ms;
}
int64_t hours_or_ms(const ConfigMap& broker, std::string_view ms_key, std::string_view hours_key) {
    return broker.is_set(ms_key) ? broker.integer(ms_key)
                                 : detail::saturating_multiply(broker.integer(hours_key), kHourMs);
}

TimestampType timestamp_type(std::string_view name) {
    return name == "LogAppendTime" ? TimestampType::kLogAppendTime : TimestampType::kCreateTime;
}

/// Nothing for "producer": the batch stays as it came.
std::optional<CompressionCodec> compression(std::string_view name) {
    if (name == "uncompressed") {
        return CompressionCodec::kNone;
    }
    if (name == "gzip") {
        return CompressionCodec::kGzip;
    }
    if (name == "snappy") {
        return CompressionCodec::kSnappy;
    }
    if (name == "lz4") {
        return CompressionCodec::kLz4;
    }
    if (name == "zstd") {
        return CompressionCodec::kZstd;
    }
    return std::nullopt;
}

void set_cleanup_policy(LogConfig& log, const std::vector<std::string>& policies) {
    const auto has = [&](std::string_view word) {
        return std::find(policies.begin(), policies.end(), word) != policies.end();
    };
    log.cleanup_delete = has("delete");
    log.cleanup_compact = has("compact");
}

TopicSettings topic_defaults(const ConfigMap& broker) {
    TopicSettings t;
    t.min_insync_replicas = small(broker, "min.insync.replicas");
    t.unclean_leader_election = broker.boolean("unclean.leader.election.enable");
    LogConfig& log = t.log;
    log.segment_bytes = broker.integer("log.segment.bytes");
    log.segment_ms = hours_or_ms(broker, "log.roll.ms", "log.roll.hours");
    log.segment_jitter_ms = hours_or_ms(broker, "log.roll.jitter.ms", "log.roll.jitter.hours");
    log.segment_index_bytes = broker.integer("log.index.size.max.bytes");
    log.index_interval_bytes = broker.integer("log.index.interval.bytes");
    log.max_message_bytes = broker.integer("message.max.bytes");
    log.flush_messages = broker.integer("log.flush.interval.messages");
    log.retention_ms = retention_ms(broker);
    log.retention_bytes = broker.integer("log.retention.bytes");
    set_cleanup_policy(log, broker.list("log.cleanup.policy"));
    log.delete_retention_ms = broker.integer("log.cleaner.delete.retention.ms");
    log.min_cleanable_dirty_ratio_ppm = broker.millionths("log.cleaner.min.cleanable.ratio");
    log.min_compaction_lag_ms = broker.integer("log.cleaner.min.compaction.lag.ms");
    log.max_compaction_lag_ms = broker.integer("log.cleaner.max.compaction.lag.ms");
    log.message_timestamp_type = timestamp_type(broker.text("log.message.timestamp.type"));
    log.message_timestamp_before_max_ms = broker.integer("log.message.timestamp.before.max.ms");
    log.message_timestamp_after_max_ms = broker.integer("log.message.timestamp.after.max.ms");
    log.compression_type = compression(broker.text("compression.type"));
    return t;
}

void read_replication(BrokerConfig& b, const ConfigMap& v) {
    b.replica_lag_time_max = v.ms("replica.lag.time.max.ms");
    b.replica_fetch_wait_max = v.ms("replica.fetch.wait.max.ms");
    b.replica_fetch_min_bytes = small(v, "replica.fetch.min.bytes");
    b.replica_fetch_backoff = v.ms("replica.fetch.backoff.ms");
    b.replica_fetch_max_bytes = small(v, "replica.fetch.max.bytes");
    b.replica_fetch_response_max_bytes = small(v, "replica.fetch.response.max.bytes");
    b.replica_socket_timeout = v.ms("replica.socket.timeout.ms");
    b.request_timeout = v.ms("request.timeout.ms");
    b.connection_setup_timeout = v.ms("socket.connection.setup.timeout.ms");
    b.connection_setup_timeout_max = v.ms("socket.connection.setup.timeout.max.ms");
    b.controller_socket_timeout = v.ms("controller.socket.timeout.ms");
    b.num_replica_fetchers = small(v, "num.replica.fetchers");
}
void read_housekeeping(BrokerConfig& b, const ConfigMap& v) {
    b.high_watermark_checkpoint_interval = v.ms("replica.high.watermark.checkpoint.interval.ms");
    b.recovery_point_checkpoint_interval = v.ms("log.flush.offset.checkpoint.interval.ms");
    b.log_start_checkpoint_interval = v.ms("log.flush.start.offset.checkpoint.interval.ms");
    b.retention_check_interval = v.ms("log.retention.check.interval.ms");
    b.initial_task_delay = v.ms("log.initial.task.delay.ms");
    b.cleaner_backoff = v.ms("log.cleaner.backoff.ms");
    b.cleaner_enabled = v.boolean("log.cleaner.enable");
    b.producer_expiry_interval = v.ms("producer.id.expiration.check.interval.ms");
}
void read_lifecycle_and_requests(BrokerConfig& b, const ConfigMap& v) {
    b.heartbeat_interval = v.ms("broker.heartbeat.interval.ms");
    b.session_timeout = v.ms("broker.session.timeout.ms");
    b.initial_registration_timeout = v.ms("initial.broker.registration.timeout.ms");
    b.fetch_max_bytes = small(v, "fetch.max.bytes");
    b.fetch_session_slots = small(v, "max.incremental.fetch.session.cache.slots");
    b.num_io_threads = small(v, "num.io.threads");
    b.auto_create_topics = v.boolean("auto.create.topics.enable");
    b.num_partitions = small(v, "num.partitions");
    b.default_replication_factor = small(v, "default.replication.factor");
}

BrokerConfig read_broker_config(const ConfigMap& values, const ConfigMap& static_values) {
    BrokerConfig b;
    b.values = values;
    b.static_values = static_values;
    read_replication(b, values);
    read_housekeeping(b, values);
    read_lifecycle_and_requests(b, values);
    b.topic_defaults = topic_defaults(values);
    return b;
}

/// A topic's own key over the broker's setting, where it is set.
class TopicReader {
public:
    explicit TopicReader(const ConfigMap& topic) : topic_(topic) {}

    void integer(std::string_view key, int64_t& into) const {
        if (topic_.is_set(key)) {
            into = topic_.integer(key);
        }
    }
    void integer(std::string_view key, int32_t& into) const {
        if (topic_.is_set(key)) {
            into = small(topic_, key);
        }
    }
    void millionths(std::string_view key, int64_t& into) const {
        if (topic_.is_set(key)) {
            into = topic_.millionths(key);
        }
    }

private:
    const ConfigMap& topic_;
};

void read_topic_log(LogConfig& log, const ConfigMap& topic) {
    const TopicReader read(topic);
    read.integer("segment.bytes", log.segment_bytes);
    // The lab's way to small segments, which 4.0 refuses: it wins over Kafka's key.
    read.integer("internal.segment.bytes", log.segment_bytes);
    read.integer("segment.ms", log.segment_ms);
    read.integer("segment.jitter.ms", log.segment_jitter_ms);
    read.integer("segment.index.bytes", log.segment_index_bytes);
    read.integer("index.interval.bytes", log.index_interval_bytes);
    read.integer("max.message.bytes", log.max_message_bytes);
    read.integer("flush.messages", log.flush_messages);
    read.integer("retention.ms", log.retention_ms);
    read.integer("retention.bytes", log.retention_bytes);
    read.integer("delete.retention.ms", log.delete_retention_ms);
    read.millionths("min.cleanable.dirty.ratio", log.min_cleanable_dirty_ratio_ppm);
    read.integer("min.compaction.lag.ms", log.min_compaction_lag_ms);
    read.integer("max.compaction.lag.ms", log.max_compaction_lag_ms);
    read.integer("message.timestamp.before.max.ms", log.message_timestamp_before_max_ms);
    read.integer("message.timestamp.after.max.ms", log.message_timestamp_after_max_ms);
    if (topic.is_set("cleanup.policy")) {
        set_cleanup_policy(log, topic.list("cleanup.policy"));
    }
    if (topic.is_set("message.timestamp.type")) {
        log.message_timestamp_type = timestamp_type(topic.text("message.timestamp.type"));
    }
    if (topic.is_set("compression.type")) {
        log.compression_type = compression(topic.text("compression.type"));
    }
}

/// Adds values that the controller has accepted; one that does not fit stays out.
void set_all(ConfigMap& map, const FlatMap<std::string, std::string>& values) {
    for (const auto& [key, value] : values) {
        static_cast<void>(map.set(key, value));
    }
}

}  // namespace

BrokerConfig make_broker_config(const ConfigMap& values) {
    return read_broker_config(values, values);
}

BrokerConfig with_dynamic_values(const BrokerConfig& broker,
                                 const FlatMap<std::string, std::string>& cluster_values,
                                 const FlatMap<std::string, std::string>& own_values) {
    ConfigMap merged = broker.static_values;
    set_all(merged, cluster_values);
    set_all(merged, own_values);
    return read_broker_config(merged, broker.static_values);
}

TopicSettings topic_settings(const BrokerConfig& broker,
                             const FlatMap<std::string, std::string>& topic_values) {
    TopicSettings settings = broker.topic_defaults;
    if (topic_values.empty()) {
        return settings;
    }
    ConfigMap topic(ConfigScope::kTopic);
    set_all(topic, topic_values);
    TopicReader(topic).integer("min.insync.replicas", settings.min_insync_replicas);
    if (topic.is_set("unclean.leader.election.enable")) {
        settings.unclean_leader_election = topic.boolean("unclean.leader.election.enable");
    }
    read_topic_log(settings.log, topic);
    return settings;
}

}  // namespace brokerlab

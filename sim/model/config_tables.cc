// The tables of config_defs(): Kafka 4.0's keys, defaults and ranges, each sorted by name.
#include <array>
#include <limits>

#include "sim/base/check.h"
#include "sim/model/config.h"

namespace brokerlab {
namespace {

constexpr int64_t kInt = std::numeric_limits<int32_t>::max();
constexpr int64_t kLong = std::numeric_limits<int64_t>::max();
constexpr std::string_view kLongMax = "9223372036854775807";
constexpr std::string_view kIntMax = "2147483647";
constexpr std::string_view kCodecs = "none|gzip|snappy|lz4|zstd";
constexpr std::string_view kTopicCodecs = "uncompressed|zstd|lz4|snappy|gzip|producer";

constexpr ConfigDef boolean(std::string_view name, std::string_view fallback) {
    return {.name = name, .kind = ConfigKind::kBoolean, .fallback = fallback};
}
constexpr ConfigDef number(std::string_view name, std::string_view fallback, int64_t min = 0,
                           int64_t max = kLong) {
    return {
        .name = name, .kind = ConfigKind::kInteger, .fallback = fallback, .min = min, .max = max};
}
/// A number that Kafka leaves null by default.
constexpr ConfigDef optional_number(std::string_view name, int64_t min = -1) {
    return {.name = name,
            .kind = ConfigKind::kInteger,
            .fallback = "",
            .min = min,
            .max = kLong,
            .nullable = true};
}
constexpr ConfigDef decimal(std::string_view name, std::string_view fallback) {
    return {.name = name,
            .kind = ConfigKind::kDecimal,
            .fallback = fallback,
            .min = 0,
            .max = 1'000'000};
}
constexpr ConfigDef choice(std::string_view name, std::string_view fallback,
                           std::string_view choices) {
    return {.name = name, .kind = ConfigKind::kChoice, .fallback = fallback, .choices = choices};
}
constexpr ConfigDef list(std::string_view name, std::string_view fallback,
                         std::string_view choices) {
    return {.name = name, .kind = ConfigKind::kList, .fallback = fallback, .choices = choices};
}
constexpr ConfigDef text(std::string_view name, bool nullable = true) {
    return {.name = name, .kind = ConfigKind::kText, .fallback = "", .nullable = nullable};
}
constexpr ConfigDef dynamic(ConfigDef def) {
    def.dynamic = true;
    return def;
}

// [server/config/ReplicationConfigs.java, ServerConfigs.java, ServerLogConfigs.java,
// KRaftConfigs.java, SocketServerConfigs.java; raft/QuorumConfig.java; CleanerConfig.java;
// GroupCoordinatorConfig.java; TransactionLogConfig.java]
constexpr std::array kBroker{
    boolean("auto.create.topics.enable", "true"),
    boolean("auto.leader.rebalance.enable", "true"),
    number("broker.heartbeat.interval.ms", "2000", 1, kInt),
    number("broker.session.timeout.ms", "9000", 1, kInt),
    dynamic(choice("compression.type", "producer", kTopicCodecs)),
    boolean("controlled.shutdown.enable", "true"),
    number("controller.quorum.append.linger.ms", "25", 0, kInt),
    number("controller.quorum.election.backoff.max.ms", "1000", 0, kInt),
    number("controller.quorum.election.timeout.ms", "1000", 1, kInt),
    number("controller.quorum.fetch.timeout.ms", "2000", 1, kInt),
    number("controller.quorum.request.timeout.ms", "2000", 1, kInt),
    number("controller.quorum.retry.backoff.ms", "20", 0, kInt),
    number("controller.socket.timeout.ms", "30000", 1, kInt),
    number("default.replication.factor", "1", 1, kInt),
    boolean("delete.topic.enable", "true"),
    number("fetch.max.bytes", "57671680", 1024, kInt),
    number("fetch.purgatory.purge.interval.requests", "1000", 1, kInt),
    list("group.consumer.assignors", "uniform,range", "uniform|range"),
    number("group.consumer.heartbeat.interval.ms", "5000", 1, kInt),
    number("group.consumer.max.heartbeat.interval.ms", "15000", 1, kInt),
    number("group.consumer.max.session.timeout.ms", "60000", 1, kInt),
    number("group.consumer.max.size", kIntMax, 1, kInt),
    number("group.consumer.min.heartbeat.interval.ms", "5000", 1, kInt),
    number("group.consumer.min.session.timeout.ms", "45000", 1, kInt),
    number("group.consumer.session.timeout.ms", "45000", 1, kInt),
    number("group.coordinator.append.linger.ms", "5", 0, kInt),
    list("group.coordinator.rebalance.protocols", "classic,consumer", "classic|consumer"),
    number("group.coordinator.threads", "4", 1, kInt),
    number("group.initial.rebalance.delay.ms", "3000", 0, kInt),
    number("group.max.session.timeout.ms", "1800000", 1, kInt),
    number("group.max.size", kIntMax, 1, kInt),
    number("group.min.session.timeout.ms", "6000", 1, kInt),
    number("initial.broker.registration.timeout.ms", "60000", 1, kInt),
    number("leader.imbalance.check.interval.seconds", "300", 1),
    dynamic(number("log.cleaner.backoff.ms", "15000", 0)),
    dynamic(number("log.cleaner.dedupe.buffer.size", "134217728", 1)),
    dynamic(number("log.cleaner.delete.retention.ms", "86400000", 0)),
    boolean("log.cleaner.enable", "true"),
    dynamic(decimal("log.cleaner.min.cleanable.ratio", "0.5")),
    dynamic(number("log.cleaner.max.compaction.lag.ms", kLongMax, 1)),
    dynamic(number("log.cleaner.min.compaction.lag.ms", "0", 0)),
    dynamic(number("log.cleaner.threads", "1", 0, kInt)),
    dynamic(list("log.cleanup.policy", "delete", "compact|delete")),
    dynamic(number("log.flush.interval.messages", kLongMax, 1)),
    dynamic(optional_number("log.flush.interval.ms")),
    number("log.flush.offset.checkpoint.interval.ms", "60000", 0, kInt),
    number("log.flush.start.offset.checkpoint.interval.ms", "60000", 0, kInt),
    dynamic(number("log.index.interval.bytes", "4096", 0, kInt)),
    dynamic(number("log.index.size.max.bytes", "10485760", 4, kInt)),
    number("log.initial.task.delay.ms", "30000", 0),
    dynamic(number("log.message.timestamp.after.max.ms", "3600000", 0)),
    dynamic(number("log.message.timestamp.before.max.ms", kLongMax, 0)),
    dynamic(choice("log.message.timestamp.type", "CreateTime", "CreateTime|LogAppendTime")),
    dynamic(number("log.retention.bytes", "-1", -1)),
    number("log.retention.check.interval.ms", "300000", 1),
    number("log.retention.hours", "168", -1, kInt),
    optional_number("log.retention.minutes"),
    dynamic(optional_number("log.retention.ms")),
    number("log.roll.hours", "168", 1, kInt),
    number("log.roll.jitter.hours", "0", 0, kInt),
    dynamic(optional_number("log.roll.jitter.ms", 0)),
    dynamic(optional_number("log.roll.ms", 1)),
    dynamic(number("log.segment.bytes", "1073741824", 1048576, kInt)),
    dynamic(number("log.segment.delete.delay.ms", "60000", 0)),
    number("max.incremental.fetch.session.cache.slots", "1000", 0, kInt),
    dynamic(number("message.max.bytes", "1048588", 0, kInt)),
    number("metadata.max.idle.interval.ms", "500", 0, kInt),
    dynamic(number("min.insync.replicas", "1", 1, kInt)),
    dynamic(number("num.io.threads", "8", 1, kInt)),
    dynamic(number("num.network.threads", "3", 1, kInt)),
    number("num.partitions", "1", 1, kInt),
    dynamic(number("num.recovery.threads.per.data.dir", "2", 1, kInt)),
    dynamic(number("num.replica.fetchers", "1", 1, kInt)),
    number("offset.metadata.max.bytes", "4096", 0, kInt),
    number("offsets.commit.timeout.ms", "5000", 1, kInt),
    number("offsets.load.buffer.size", "5242880", 1, kInt),
    number("offsets.retention.check.interval.ms", "600000", 1),
    number("offsets.retention.minutes", "10080", 1, kInt),
    number("offsets.topic.num.partitions", "50", 1, kInt),
    number("offsets.topic.replication.factor", "3", 1, 32767),
    number("offsets.topic.segment.bytes", "104857600", 1, kInt),
    number("producer.id.expiration.check.interval.ms", "600000", 1, kInt),
    dynamic(number("producer.id.expiration.ms", "86400000", 1, kInt)),
    number("producer.purgatory.purge.interval.requests", "1000", 1, kInt),
    number("queued.max.requests", "500", 1, kInt),
    number("replica.fetch.backoff.ms", "1000", 0, kInt),
    number("replica.fetch.max.bytes", "1048576", 0, kInt),
    number("replica.fetch.min.bytes", "1", 0, kInt),
    number("replica.fetch.response.max.bytes", "10485760", 0, kInt),
    number("replica.fetch.wait.max.ms", "500", 0, kInt),
    number("replica.high.watermark.checkpoint.interval.ms", "5000", 0),
    number("replica.lag.time.max.ms", "30000", 0),
    number("replica.socket.timeout.ms", "30000", 1, kInt),
    number("request.timeout.ms", "30000", 1, kInt),
    number("socket.connection.setup.timeout.max.ms", "30000", 0),
    number("socket.connection.setup.timeout.ms", "10000", 0),
    number("transaction.max.timeout.ms", "900000", 1, kInt),
    number("transaction.state.log.min.isr", "2", 1, kInt),
    number("transaction.state.log.num.partitions", "50", 1, kInt),
    number("transaction.state.log.replication.factor", "3", 1, 32767),
    number("transaction.state.log.segment.bytes", "104857600", 1, kInt),
    number("unclean.leader.election.interval.ms", "300000", 1),
    dynamic(boolean("unclean.leader.election.enable", "false")),
};

// [storage LogConfig.java]
constexpr std::array kTopic{
    list("cleanup.policy", "delete", "compact|delete"),
    choice("compression.type", "producer", kTopicCodecs),
    number("delete.retention.ms", "86400000", 0),
    number("file.delete.delay.ms", "60000", 0),
    number("flush.messages", kLongMax, 1),
    number("flush.ms", kLongMax, 0),
    number("index.interval.bytes", "4096", 0, kInt),
    // A lab setting: segments too small for Kafka's own minimum of 1 MiB.
    number("internal.segment.bytes", "1073741824", 1, kInt),
    number("max.compaction.lag.ms", kLongMax, 1),
    number("max.message.bytes", "1048588", 0, kInt),
    number("message.timestamp.after.max.ms", "3600000", 0),
    number("message.timestamp.before.max.ms", kLongMax, 0),
    choice("message.timestamp.type", "CreateTime", "CreateTime|LogAppendTime"),
    decimal("min.cleanable.dirty.ratio", "0.5"),
    number("min.compaction.lag.ms", "0", 0),
    number("min.insync.replicas", "1", 1, kInt),
    boolean("preallocate", "false"),
    number("retention.bytes", "-1", -1),
    number("retention.ms", "604800000", -1),
    number("segment.bytes", "1073741824", 1048576, kInt),
    number("segment.index.bytes", "10485760", 4, kInt),
    number("segment.jitter.ms", "0", 0),
    number("segment.ms", "604800000", 1),
    boolean("unclean.leader.election.enable", "false"),
};

// [clients ProducerConfig.java]
constexpr std::array kProducer{
    choice("acks", "all", "all|-1|0|1"),
    number("batch.size", "16384", 0, kInt),
    number("buffer.memory", "33554432", 0),
    choice("compression.type", "none", kCodecs),
    number("connections.max.idle.ms", "540000", -1),
    number("delivery.timeout.ms", "120000", 0, kInt),
    boolean("enable.idempotence", "true"),
    number("linger.ms", "5", 0),
    number("max.block.ms", "60000", 0),
    number("max.in.flight.requests.per.connection", "5", 1, kInt),
    number("max.request.size", "1048576", 0, kInt),
    number("metadata.max.age.ms", "300000", 0),
    number("metadata.max.idle.ms", "300000", 5000),
    boolean("partitioner.adaptive.partitioning.enable", "true"),
    number("partitioner.availability.timeout.ms", "0", 0),
    boolean("partitioner.ignore.keys", "false"),
    number("reconnect.backoff.max.ms", "1000", 0),
    number("reconnect.backoff.ms", "50", 0),
    number("request.timeout.ms", "30000", 0, kInt),
    number("retries", kIntMax, 0, kInt),
    number("retry.backoff.max.ms", "1000", 0),
    number("retry.backoff.ms", "100", 0),
    number("socket.connection.setup.timeout.max.ms", "30000", 0),
    number("socket.connection.setup.timeout.ms", "10000", 0),
    number("transaction.timeout.ms", "60000", 0, kInt),
    text("transactional.id"),
};

// [clients ConsumerConfig.java]
constexpr std::array kConsumer{
    boolean("allow.auto.create.topics", "true"),
    number("auto.commit.interval.ms", "5000", 0, kInt),
    choice("auto.offset.reset", "latest", "latest|earliest|none"),
    boolean("check.crcs", "true"),
    text("client.rack"),
    number("connections.max.idle.ms", "540000", -1),
    number("default.api.timeout.ms", "60000", 0, kInt),
    boolean("enable.auto.commit", "true"),
    boolean("exclude.internal.topics", "true"),
    number("fetch.max.bytes", "52428800", 0, kInt),
    number("fetch.max.wait.ms", "500", 0, kInt),
    number("fetch.min.bytes", "1", 0, kInt),
    text("group.instance.id"),
    choice("group.protocol", "classic", "classic|consumer"),
    choice("group.remote.assignor", "", "|uniform|range"),
    number("heartbeat.interval.ms", "3000", 0, kInt),
    choice("isolation.level", "read_uncommitted", "read_uncommitted|read_committed"),
    number("max.partition.fetch.bytes", "1048576", 0, kInt),
    number("max.poll.interval.ms", "300000", 1, kInt),
    number("max.poll.records", "500", 1, kInt),
    number("metadata.max.age.ms", "300000", 0),
    list("partition.assignment.strategy", "range,cooperative-sticky",
         "range|roundrobin|sticky|cooperative-sticky"),
    number("reconnect.backoff.max.ms", "1000", 0),
    number("reconnect.backoff.ms", "50", 0),
    number("request.timeout.ms", "30000", 0, kInt),
    number("retry.backoff.max.ms", "1000", 0),
    number("retry.backoff.ms", "100", 0),
    number("session.timeout.ms", "45000", 0, kInt),
    number("socket.connection.setup.timeout.max.ms", "30000", 0),
    number("socket.connection.setup.timeout.ms", "10000", 0),
};

// [clients AdminClientConfig.java]
constexpr std::array kAdmin{
    number("connections.max.idle.ms", "300000", -1),
    number("default.api.timeout.ms", "60000", 0, kInt),
    number("metadata.max.age.ms", "300000", 0),
    number("reconnect.backoff.max.ms", "1000", 0),
    number("reconnect.backoff.ms", "50", 0),
    number("request.timeout.ms", "30000", 0, kInt),
    number("retries", kIntMax, 0, kInt),
    number("retry.backoff.max.ms", "1000", 0),
    number("retry.backoff.ms", "100", 0),
    number("socket.connection.setup.timeout.max.ms", "30000", 0),
    number("socket.connection.setup.timeout.ms", "10000", 0),
};

template <std::size_t n>
constexpr bool is_sorted_by_name(const std::array<ConfigDef, n>& defs) {
    for (std::size_t i = 1; i < n; ++i) {
        if (!(defs[i - 1].name < defs[i].name)) {
            return false;
        }
    }
    return true;
}

template <std::size_t n>
constexpr std::array<ConfigDef, n> sorted(std::array<ConfigDef, n> defs) {
    for (std::size_t i = 1; i < n; ++i) {
        for (std::size_t j = i; j > 0 && defs[j].name < defs[j - 1].name; --j) {
            const ConfigDef swapped = defs[j];
            defs[j] = defs[j - 1];
            defs[j - 1] = swapped;
        }
    }
    return defs;
}

constexpr auto kBrokerSorted = sorted(kBroker);
constexpr auto kTopicSorted = sorted(kTopic);
constexpr auto kProducerSorted = sorted(kProducer);
constexpr auto kConsumerSorted = sorted(kConsumer);
constexpr auto kAdminSorted = sorted(kAdmin);
static_assert(is_sorted_by_name(kBrokerSorted), "a broker key stands twice");
static_assert(is_sorted_by_name(kTopicSorted), "a topic key stands twice");
static_assert(is_sorted_by_name(kProducerSorted), "a producer key stands twice");
static_assert(is_sorted_by_name(kConsumerSorted), "a consumer key stands twice");
static_assert(is_sorted_by_name(kAdminSorted), "an admin key stands twice");

}  // namespace

std::span<const ConfigDef> config_defs(ConfigScope scope) {
    switch (scope) {
        case ConfigScope::kBroker:
            return kBrokerSorted;
        case ConfigScope::kTopic:
            return kTopicSorted;
        case ConfigScope::kProducer:
            return kProducerSorted;
        case ConfigScope::kConsumer:
            return kConsumerSorted;
        case ConfigScope::kAdmin:
            return kAdminSorted;
    }
    BL_CHECK(false);
}

}  // namespace brokerlab

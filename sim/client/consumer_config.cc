// How a consumer's settings are read.
//
// The number of requests in flight to a broker is not a setting of consumers: it is 100, so what
// holds a request back is the broker alone. [ConsumerUtils.java]
#include "sim/client/consumer_config.h"

#include <algorithm>
#include <string_view>

namespace brokerlab {
namespace {

constexpr uint32_t kMaxInFlight = 100;

int32_t int_of(const ConfigMap& config, std::string_view key) {
    return static_cast<int32_t>(config.integer(key));
}

std::optional<StartFrom> reset_policy(const ConsumerSetup& setup) {
    if (!setup.config.is_set("auto.offset.reset")) {
        return setup.from;
    }
    const std::string_view policy = setup.config.text("auto.offset.reset");
    if (policy == "none") {
        return std::nullopt;
    }
    return policy == "earliest" ? StartFrom::kEarliest : StartFrom::kLatest;
}

}  // namespace

ConsumerConfig make_consumer_config(const ConsumerSetup& setup) {
    const ConfigMap& config = setup.config;
    ConsumerConfig made;
    made.start_from = setup.from;
    made.reset_to = reset_policy(setup);
    made.min_bytes = int_of(config, "fetch.min.bytes");
    made.max_wait_ms = int_of(config, "fetch.max.wait.ms");
    made.max_bytes = int_of(config, "fetch.max.bytes");
    made.max_partition_bytes = int_of(config, "max.partition.fetch.bytes");
    made.max_poll_records = static_cast<uint32_t>(config.integer("max.poll.records"));
    made.isolation = config.text("isolation.level") == "read_committed"
                         ? IsolationLevel::kReadCommitted
                         : IsolationLevel::kReadUncommitted;
    made.request_timeout = config.ms("request.timeout.ms");
    made.retry_backoff = config.ms("retry.backoff.ms");
    made.auto_create_topics = config.boolean("allow.auto.create.topics");
    made.rack = std::string(config.text("client.rack"));
    return made;
}

NetworkClientConfig make_consumer_network_config(const ConfigMap& config,
                                                 const std::string& client_id) {
    NetworkClientConfig made;
    made.client_id = client_id;
    made.request_timeout = config.ms("request.timeout.ms");
    made.reconnect_backoff = config.ms("reconnect.backoff.ms");
    made.reconnect_backoff_max = config.ms("reconnect.backoff.max.ms");
    made.connection_setup_timeout = config.ms("socket.connection.setup.timeout.ms");
    made.connection_setup_timeout_max = config.ms("socket.connection.setup.timeout.max.ms");
    made.max_in_flight = kMaxInFlight;
    return made;
}

MetadataConfig make_consumer_metadata_config(const ConfigMap& config) {
    MetadataConfig made;
    made.max_age = config.ms("metadata.max.age.ms");
    made.retry_backoff = config.ms("retry.backoff.ms");
    made.retry_backoff_max = config.ms("retry.backoff.max.ms");
    return made;
}

std::optional<Failure> check_consumer_config(const ConsumerSetup& setup) {
    const ConfigMap& config = setup.config;
    const bool in_group = setup.group.has_value();
    if (!in_group && config.is_set("enable.auto.commit") && config.boolean("enable.auto.commit")) {
        return Failure{
            "enable.auto.commit cannot be set to true when default group id (null) is used."};
    }
    if (config.text("group.protocol") == "classic") {
        if (!config.text("group.remote.assignor").empty()) {
            return Failure{"group.remote.assignor cannot be set when group.protocol=CLASSIC"};
        }
        if (in_group && config.list("partition.assignment.strategy").empty()) {
            return Failure{"partition.assignment.strategy must name an assignor"};
        }
        std::vector<std::string> assignors = config.list("partition.assignment.strategy");
        std::sort(assignors.begin(), assignors.end());
        const auto twice = std::adjacent_find(assignors.begin(), assignors.end());
        if (in_group && twice != assignors.end()) {
            return Failure{"partition.assignment.strategy names " + *twice + " twice"};
        }
        if (in_group && config.ms("heartbeat.interval.ms") >= config.ms("session.timeout.ms")) {
            return Failure{"Heartbeat must be set lower than the session timeout"};
        }
        return std::nullopt;
    }
    for (const char* key :
         {"partition.assignment.strategy", "heartbeat.interval.ms", "session.timeout.ms"}) {
        if (config.is_set(key)) {
            return Failure{std::string(key) +
                           " cannot be set when group.protocol=CONSUMER: that is the "
                           "coordinator's to decide"};
        }
    }
    return std::nullopt;
}

}  // namespace brokerlab

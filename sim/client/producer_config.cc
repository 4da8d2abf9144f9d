#include "sim/client/producer_config.h"

#include <algorithm>
#include <string_view>

namespace brokerlab {
namespace {

constexpr int64_t kMostInFlightForIdempotence = 5;

int16_t parse_acks(std::string_view text) {
    if (text == "0") {
        return 0;
    }
    return text == "1" ? int16_t{1} : int16_t{-1};
}

/// Why idempotence can't be, in Kafka's words; nothing when it can.
std::optional<std::string_view> against_idempotence(const ConfigMap& config) {
    if (config.integer("retries") == 0) {
        return "Must set retries to non-zero when using the idempotent producer.";
    }
    if (parse_acks(config.text("acks")) != -1) {
        return "Must set acks to all in order to use the idempotent producer. Otherwise we cannot "
               "guarantee idempotence.";
    }
    if (config.integer("max.in.flight.requests.per.connection") > kMostInFlightForIdempotence) {
        return "Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent "
               "producer.";
    }
    return std::nullopt;
}

Duration shortest_delivery_timeout(const ConfigMap& config) {
    return config.ms("linger.ms") + config.ms("request.timeout.ms");
}

}  // namespace

ProducerConfig make_producer_config(const ConfigMap& config) {
    ProducerConfig made;
    made.acks = parse_acks(config.text("acks"));
    made.idempotence = config.boolean("enable.idempotence") && !against_idempotence(config);
    made.linger = config.ms("linger.ms");
    made.batch_size = config.integer("batch.size");
    made.buffer_memory = config.integer("buffer.memory");
    made.max_request_size = config.integer("max.request.size");
    made.delivery_timeout =
        std::max(config.ms("delivery.timeout.ms"), shortest_delivery_timeout(config));
    made.request_timeout = config.ms("request.timeout.ms");
    made.max_block = config.ms("max.block.ms");
    made.retries = config.integer("retries");
    made.max_in_flight =
        static_cast<uint32_t>(config.integer("max.in.flight.requests.per.connection"));
    made.retry_backoff = config.ms("retry.backoff.ms");
    made.retry_backoff_max = config.ms("retry.backoff.max.ms");
    made.codec = codec_named(config.text("compression.type")).value_or(CompressionCodec::kNone);
    made.ignore_keys = config.boolean("partitioner.ignore.keys");
    made.adaptive = config.boolean("partitioner.adaptive.partitioning.enable");
    made.availability_timeout = config.ms("partitioner.availability.timeout.ms");
    return made;
}

NetworkClientConfig make_network_config(const ConfigMap& config, const std::string& client_id) {
    NetworkClientConfig made;
    made.client_id = client_id;
    made.request_timeout = config.ms("request.timeout.ms");
    made.reconnect_backoff = config.ms("reconnect.backoff.ms");
    made.reconnect_backoff_max = config.ms("reconnect.backoff.max.ms");
    made.connection_setup_timeout = config.ms("socket.connection.setup.timeout.ms");
    made.connection_setup_timeout_max = config.ms("socket.connection.setup.timeout.max.ms");
    made.max_in_flight =
        static_cast<uint32_t>(config.integer("max.in.flight.requests.per.connection"));
    return made;
}

MetadataConfig make_metadata_config(const ConfigMap& config) {
    MetadataConfig made;
    made.max_age = config.ms("metadata.max.age.ms");
    made.max_idle = config.ms("metadata.max.idle.ms");
    made.retry_backoff = config.ms("retry.backoff.ms");
    made.retry_backoff_max = config.ms("retry.backoff.max.ms");
    return made;
}

std::optional<Failure> check_producer_config(const ConfigMap& config) {
    if (config.is_set("transactional.id")) {
        return Failure{"transactions can't be played yet: 'transactional.id'"};
    }
    if (config.is_set("enable.idempotence") && config.boolean("enable.idempotence")) {
        if (const std::optional<std::string_view> why = against_idempotence(config)) {
            return Failure{std::string(*why)};
        }
    }
    if (config.is_set("delivery.timeout.ms") &&
        config.ms("delivery.timeout.ms") < shortest_delivery_timeout(config)) {
        return Failure{
            "delivery.timeout.ms should be equal to or larger than linger.ms + "
            "request.timeout.ms"};
    }
    return std::nullopt;
}

}  // namespace brokerlab

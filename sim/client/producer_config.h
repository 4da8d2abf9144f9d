// ProducerConfig: a producer's configuration as its parts need it: numbers instead of texts, with
// what follows from several keys together.
//
// Whether a configuration can be at all is check_producer_config()'s business; a producer that is
// made from one that can't be runs without idempotence. Not modelled: transactional.id, custom
// partitioners and interceptors, compression levels, TCP buffer sizes.
// [clients/producer/ProducerConfig.java, KafkaProducer.configureDeliveryTimeout]
#pragma once

#include <cstdint>
#include <optional>

#include "sim/base/outcome.h"
#include "sim/client/client_metadata.h"
#include "sim/kernel/draw.h"
#include "sim/kernel/sim_time.h"
#include "sim/log/compression.h"
#include "sim/model/config.h"
#include "sim/network/network_client.h"

namespace brokerlab {

struct ProducerConfig {
    int16_t acks = -1;
    bool idempotence = true;  ///< after the rules of postProcessAndValidateIdempotenceConfigs
    Duration linger = 5_ms;
    int64_t batch_size = 16'384;           ///< bytes
    int64_t buffer_memory = 33'554'432;    ///< bytes
    int64_t max_request_size = 1'048'576;  ///< bytes
    Duration delivery_timeout = 120_s;     ///< at least linger + request.timeout.ms
    Duration request_timeout = 30_s;
    Duration max_block = 60_s;
    int64_t retries = 2'147'483'647;
    uint32_t max_in_flight = 5;
    Duration retry_backoff = 100_ms;
    Duration retry_backoff_max = 1_s;
    CompressionCodec codec = CompressionCodec::kNone;
    bool ignore_keys = false;       ///< partitioner.ignore.keys
    bool adaptive = true;           ///< partitioner.adaptive.partitioning.enable
    Duration availability_timeout;  ///< partitioner.availability.timeout.ms; 0 is off

    [[nodiscard]] Backoff backoff() const { return {retry_backoff, retry_backoff_max}; }

    bool operator==(const ProducerConfig&) const = default;
};

/// `config` must be of ConfigScope::kProducer.
[[nodiscard]] ProducerConfig make_producer_config(const ConfigMap& config);
[[nodiscard]] NetworkClientConfig make_network_config(const ConfigMap& config,
                                                      const std::string& client_id);
[[nodiscard]] MetadataConfig make_metadata_config(const ConfigMap& config);

/// Kafka's sentence when keys that were set contradict each other: enable.idempotence=true with
/// acks, retries or in-flight requests that rule it out; a delivery time-out that is too short.
[[nodiscard]] std::optional<Failure> check_producer_config(const ConfigMap& config);

}  // namespace brokerlab

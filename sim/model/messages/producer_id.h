// InitProducerId and AllocateProducerIds: where producer ids and epochs come from.
//
// Brokers fetch blocks of 1000 ids from the controller and hand them out. For a transactional id
// the transaction coordinator answers: it raises the epoch, which fences the incarnation before.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Asks for a producer id and epoch [InitProducerIdRequest.json, KIP-98, KIP-360].
struct InitProducerIdRequest {
    static constexpr ApiKey kApiKey = ApiKey::kInitProducerId;
    static constexpr VersionRange kVersions{0, 5, 2};

    /// Null for a producer that is only idempotent
    std::optional<std::string> transactional_id = "";
    int32_t transaction_timeout_ms = 0;  ///< after it the coordinator aborts an open transaction
    /// The present one, when the epoch shall be raised; -1 is none
    ProducerId producer_id = kNoProducerId;
    ProducerEpoch producer_epoch = kNoProducerEpoch;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("transactionalId", self.transactional_id, {.nullable_since = 0});
        io.field("transactionTimeoutMs", self.transaction_timeout_ms);
        io.field("producerId", self.producer_id, {.since = 3});
        io.field("producerEpoch", self.producer_epoch, {.since = 3});
    }
    bool operator==(const InitProducerIdRequest&) const = default;
};

/// The id and epoch to write with [InitProducerIdResponse.json].
struct InitProducerIdResponse {
    static constexpr ApiKey kApiKey = ApiKey::kInitProducerId;
    static constexpr VersionRange kVersions{0, 5, 2};

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    ProducerId producer_id = kNoProducerId;
    ProducerEpoch producer_epoch;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
        io.field("producerId", self.producer_id);
        io.field("producerEpoch", self.producer_epoch);
    }
    bool operator==(const InitProducerIdResponse&) const = default;
};

/// A broker asks the controller for a block of ids [AllocateProducerIdsRequest.json, KIP-730].
struct AllocateProducerIdsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kAllocateProducerIds;
    static constexpr VersionRange kVersions{0, 0, 0};

    BrokerId broker_id;
    BrokerEpoch broker_epoch = kNoBrokerEpoch;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("brokerId", self.broker_id);
        io.field("brokerEpoch", self.broker_epoch);
    }
    bool operator==(const AllocateProducerIdsRequest&) const = default;
};

/// The block [AllocateProducerIdsResponse.json].
struct AllocateProducerIdsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kAllocateProducerIds;
    static constexpr VersionRange kVersions{0, 0, 0};

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    ProducerId producer_id_start;
    int32_t producer_id_len = 0;  ///< ids in the block

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
        io.field("producerIdStart", self.producer_id_start);
        io.field("producerIdLen", self.producer_id_len);
    }
    bool operator==(const AllocateProducerIdsResponse&) const = default;
};

}  // namespace brokerlab

// DescribeCluster and UnregisterBroker: the brokers of the cluster, for the admin client.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/protocol_enums.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Asks for the nodes of the cluster [DescribeClusterRequest.json, KIP-700, KIP-919, KIP-1073].
struct DescribeClusterRequest {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeCluster;
    static constexpr VersionRange kVersions{0, 2, 0};

    bool include_cluster_authorized_operations = false;
    EndpointType endpoint_type = EndpointType::kBroker;
    bool include_fenced_brokers = false;  ///< version 2, of 4.0 final

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("includeClusterAuthorizedOperations", self.include_cluster_authorized_operations);
        io.field("endpointType", self.endpoint_type, {.since = 1});
        io.field("includeFencedBrokers", self.include_fenced_brokers, {.since = 2});
    }
    bool operator==(const DescribeClusterRequest&) const = default;
};

/// The brokers, or with EndpointType::kController the controllers [DescribeClusterResponse.json].
struct DescribeClusterResponse {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeCluster;
    static constexpr VersionRange kVersions{0, 2, 0};

    struct Broker {
        BrokerId broker_id;
        std::string host;
        int32_t port = 0;
        std::optional<std::string> rack;
        bool is_fenced = false;  ///< version 2, of 4.0 final

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("brokerId", self.broker_id);
            io.field("host", self.host);
            io.field("port", self.port);
            io.field("rack", self.rack, {.nullable_since = 0});
            io.field("isFenced", self.is_fenced, {.since = 2});
        }
        bool operator==(const Broker&) const = default;
    };

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::optional<std::string> error_message;
    EndpointType endpoint_type = EndpointType::kBroker;
    std::string cluster_id;
    BrokerId controller_id = kNoBroker;
    std::vector<Broker> brokers;
    /// Bits; INT32_MIN when not asked for
    int32_t cluster_authorized_operations = std::numeric_limits<int32_t>::min();

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
        io.field("errorMessage", self.error_message, {.nullable_since = 0});
        io.field("endpointType", self.endpoint_type, {.since = 1});
        io.field("clusterId", self.cluster_id);
        io.field("controllerId", self.controller_id);
        io.field("brokers", self.brokers);
        io.field("clusterAuthorizedOperations", self.cluster_authorized_operations);
    }
    bool operator==(const DescribeClusterResponse&) const = default;
};

/// Removes the registration of a broker that will not return [UnregisterBrokerRequest.json,
/// KIP-746].
struct UnregisterBrokerRequest {
    static constexpr ApiKey kApiKey = ApiKey::kUnregisterBroker;
    static constexpr VersionRange kVersions{0, 0, 0};

    BrokerId broker_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("brokerId", self.broker_id);
    }
    bool operator==(const UnregisterBrokerRequest&) const = default;
};

/// Whether the broker is gone [UnregisterBrokerResponse.json].
struct UnregisterBrokerResponse {
    static constexpr ApiKey kApiKey = ApiKey::kUnregisterBroker;
    static constexpr VersionRange kVersions{0, 0, 0};

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::optional<std::string> error_message = "";

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
        io.field("errorMessage", self.error_message, {.nullable_since = 0});
    }
    bool operator==(const UnregisterBrokerResponse&) const = default;
};

}  // namespace brokerlab

// BrokerRegistration, BrokerHeartbeat, ControllerRegistration: nodes report to the controller
// (KIP-631, KIP-919).
//
// Registration makes an incarnation known and gives it its broker epoch; heartbeats keep it
// unfenced, and carry its wish to be fenced or to shut down. A broker is unfenced once it has
// caught up with the metadata log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// An endpoint that a node offers.
struct RegisteredListener {
    std::string name;
    std::string host;
    uint16_t port = 0;
    int16_t security_protocol = 0;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("name", self.name);
        io.field("host", self.host);
        io.field("port", self.port);
        io.field("securityProtocol", self.security_protocol);
    }
    bool operator==(const RegisteredListener&) const = default;
};

/// The levels of a feature that a node supports.
struct RegisteredFeature {
    std::string name;
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("name", self.name);
        io.field("minSupportedVersion", self.min_supported_version);
        io.field("maxSupportedVersion", self.max_supported_version);
    }
    bool operator==(const RegisteredFeature&) const = default;
};

/// Registers an incarnation of a broker [BrokerRegistrationRequest.json, KIP-631, KIP-858,
/// KIP-966].
struct BrokerRegistrationRequest {
    static constexpr ApiKey kApiKey = ApiKey::kBrokerRegistration;
    static constexpr VersionRange kVersions{0, 4, 0};

    BrokerId broker_id;
    std::string cluster_id;
    Uuid incarnation_id;  ///< drawn anew at each start
    std::vector<RegisteredListener> listeners;
    std::vector<RegisteredFeature> features;
    std::optional<std::string> rack = "";  ///< null is none
    bool is_migrating_zk_broker = false;   ///< always false: 4.0 has no ZooKeeper
    std::vector<Uuid> log_dirs;            ///< ids of the log directories that are online
    /// Of a clean shutdown; -1 otherwise (KIP-966)
    BrokerEpoch previous_broker_epoch = kNoBrokerEpoch;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("brokerId", self.broker_id);
        io.field("clusterId", self.cluster_id);
        io.field("incarnationId", self.incarnation_id);
        io.field("listeners", self.listeners);
        io.field("features", self.features);
        io.field("rack", self.rack, {.nullable_since = 0});
        io.field("isMigratingZkBroker", self.is_migrating_zk_broker, {.since = 1});
        io.field("logDirs", self.log_dirs, {.since = 2});
        io.field("previousBrokerEpoch", self.previous_broker_epoch, {.since = 3});
    }
    bool operator==(const BrokerRegistrationRequest&) const = default;
};

/// The new broker epoch [BrokerRegistrationResponse.json].
struct BrokerRegistrationResponse {
    static constexpr ApiKey kApiKey = ApiKey::kBrokerRegistration;
    static constexpr VersionRange kVersions{0, 4, 0};

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    BrokerEpoch broker_epoch = kNoBrokerEpoch;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
        io.field("brokerEpoch", self.broker_epoch);
    }
    bool operator==(const BrokerRegistrationResponse&) const = default;
};

/// Keeps a broker's session alive [BrokerHeartbeatRequest.json, KIP-631, KIP-858].
struct BrokerHeartbeatRequest {
    static constexpr ApiKey kApiKey = ApiKey::kBrokerHeartbeat;
    static constexpr VersionRange kVersions{0, 1, 0};

    BrokerId broker_id;
    BrokerEpoch broker_epoch = kNoBrokerEpoch;
    Offset current_metadata_offset;      ///< last applied of the metadata log
    bool want_fence = false;             ///< no leaderships, please: still starting
    bool want_shut_down = false;         ///< move the leaderships away first
    std::vector<Uuid> offline_log_dirs;  ///< failed directories

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("brokerId", self.broker_id);
        io.field("brokerEpoch", self.broker_epoch);
        io.field("currentMetadataOffset", self.current_metadata_offset);
        io.field("wantFence", self.want_fence);
        io.field("wantShutDown", self.want_shut_down);
        io.field("offlineLogDirs", self.offline_log_dirs, {.since = 1, .tag = 0});
    }
    bool operator==(const BrokerHeartbeatRequest&) const = default;
};

/// What the controller makes of the broker [BrokerHeartbeatResponse.json].
struct BrokerHeartbeatResponse {
    static constexpr ApiKey kApiKey = ApiKey::kBrokerHeartbeat;
    static constexpr VersionRange kVersions{0, 1, 0};

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    bool is_caught_up = false;  ///< with the metadata log
    bool is_fenced = true;
    bool should_shut_down = false;  ///< all leaderships have moved

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
        io.field("isCaughtUp", self.is_caught_up);
        io.field("isFenced", self.is_fenced);
        io.field("shouldShutDown", self.should_shut_down);
    }
    bool operator==(const BrokerHeartbeatResponse&) const = default;
};

/// A controller makes its endpoints and features known [ControllerRegistrationRequest.json,
/// KIP-919].
struct ControllerRegistrationRequest {
    static constexpr ApiKey kApiKey = ApiKey::kControllerRegistration;
    static constexpr VersionRange kVersions{0, 0, 0};

    BrokerId controller_id;
    Uuid incarnation_id;
    bool zk_migration_ready = false;  ///< always false: 4.0 has no ZooKeeper
    std::vector<RegisteredListener> listeners;
    std::vector<RegisteredFeature> features;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("controllerId", self.controller_id);
        io.field("incarnationId", self.incarnation_id);
        io.field("zkMigrationReady", self.zk_migration_ready);
        io.field("listeners", self.listeners);
        io.field("features", self.features);
    }
    bool operator==(const ControllerRegistrationRequest&) const = default;
};

/// Whether it is registered [ControllerRegistrationResponse.json].
struct ControllerRegistrationResponse {
    static constexpr ApiKey kApiKey = ApiKey::kControllerRegistration;
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
    bool operator==(const ControllerRegistrationResponse&) const = default;
};

}  // namespace brokerlab

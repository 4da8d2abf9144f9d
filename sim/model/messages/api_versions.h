// ApiVersions: what a broker or controller speaks; the first request on every connection.
//
// The response is always read with header version 0, whatever its own version is, so that a client
// that asked too high can read the UNSUPPORTED_VERSION (KIP-511).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Asks for the versions of every api [ApiVersionsRequest.json, KIP-511].
struct ApiVersionsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kApiVersions;
    static constexpr VersionRange kVersions{0, 4, 3};

    std::string client_software_name;
    std::string client_software_version;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("clientSoftwareName", self.client_software_name, {.since = 3});
        io.field("clientSoftwareVersion", self.client_software_version, {.since = 3});
    }
    bool operator==(const ApiVersionsRequest&) const = default;
};

/// The versions, and the features of the cluster [ApiVersionsResponse.json, KIP-584].
struct ApiVersionsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kApiVersions;
    static constexpr VersionRange kVersions{0, 4, 3};

    /// A request kind and the versions of it that are taken.
    struct Api {
        ApiKey api_key = ApiKey::kProduce;  ///< may be one that the lab does not model
        ApiVersion min_version = 0;
        ApiVersion max_version = 0;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("apiKey", self.api_key);
            io.field("minVersion", self.min_version);
            io.field("maxVersion", self.max_version);
        }
        bool operator==(const Api&) const = default;
    };

    /// A feature that this node knows, e.g. metadata.version.
    struct SupportedFeature {
        std::string name;
        int16_t min_version = 0;
        int16_t max_version = 0;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("minVersion", self.min_version);
            io.field("maxVersion", self.max_version);
        }
        bool operator==(const SupportedFeature&) const = default;
    };

    /// A feature at the level that the cluster runs it at.
    struct FinalizedFeature {
        std::string name;
        int16_t max_version_level = 0;
        int16_t min_version_level = 0;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("maxVersionLevel", self.max_version_level);
            io.field("minVersionLevel", self.min_version_level);
        }
        bool operator==(const FinalizedFeature&) const = default;
    };

    ErrorCode error_code = ErrorCode::kNone;
    std::vector<Api> api_keys;
    int32_t throttle_time_ms = 0;
    std::vector<SupportedFeature> supported_features;
    int64_t finalized_features_epoch = -1;  ///< -1 is unknown
    std::vector<FinalizedFeature> finalized_features;
    bool zk_migration_ready = false;  ///< always false: 4.0 has no ZooKeeper

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("errorCode", self.error_code);
        io.field("apiKeys", self.api_keys);
        io.field("throttleTimeMs", self.throttle_time_ms, {.since = 1});
        io.field("supportedFeatures", self.supported_features, {.since = 3, .tag = 0});
        io.field("finalizedFeaturesEpoch", self.finalized_features_epoch, {.since = 3, .tag = 1});
        io.field("finalizedFeatures", self.finalized_features, {.since = 3, .tag = 2});
        io.field("zkMigrationReady", self.zk_migration_ready, {.since = 3, .tag = 3});
    }
    bool operator==(const ApiVersionsResponse&) const = default;
};

}  // namespace brokerlab

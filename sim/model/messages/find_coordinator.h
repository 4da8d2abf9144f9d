// FindCoordinator: which broker coordinates a group or a transactional id.
//
// The key's hash names a partition of `__consumer_offsets` or `__transaction_state`; that
// partition's leader is the coordinator. Since version 4 one request asks for many keys (KIP-699).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/protocol_enums.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Asks who coordinates these keys [FindCoordinatorRequest.json, KIP-699, KIP-890].
struct FindCoordinatorRequest {
    static constexpr ApiKey kApiKey = ApiKey::kFindCoordinator;
    static constexpr VersionRange kVersions{0, 6, 3};

    std::string key;  ///< the one key, up to version 3
    CoordinatorType key_type = CoordinatorType::kGroup;
    std::vector<std::string> coordinator_keys;  ///< the keys, from version 4 on

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("key", self.key, {.until = 3});
        io.field("keyType", self.key_type, {.since = 1});
        io.field("coordinatorKeys", self.coordinator_keys, {.since = 4});
    }
    bool operator==(const FindCoordinatorRequest&) const = default;
};

/// The coordinator of each key [FindCoordinatorResponse.json].
struct FindCoordinatorResponse {
    static constexpr ApiKey kApiKey = ApiKey::kFindCoordinator;
    static constexpr VersionRange kVersions{0, 6, 3};

    /// The answer for one key, from version 4 on.
    struct Coordinator {
        std::string key;
        BrokerId node_id;  ///< -1 with an error
        std::string host;
        int32_t port = 0;
        ErrorCode error_code = ErrorCode::kNone;
        std::optional<std::string> error_message = "";

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("key", self.key);
            io.field("nodeId", self.node_id);
            io.field("host", self.host);
            io.field("port", self.port);
            io.field("errorCode", self.error_code);
            io.field("errorMessage", self.error_message, {.nullable_since = 0});
        }
        bool operator==(const Coordinator&) const = default;
    };

    int32_t throttle_time_ms = 0;
    /// This and the next four answer the one key, up to version 3
    ErrorCode error_code = ErrorCode::kNone;
    std::optional<std::string> error_message = "";
    BrokerId node_id;
    std::string host;
    int32_t port = 0;
    std::vector<Coordinator> coordinators;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms, {.since = 1});
        io.field("errorCode", self.error_code, {.until = 3});
        io.field("errorMessage", self.error_message, {.since = 1, .until = 3, .nullable_since = 0});
        io.field("nodeId", self.node_id, {.until = 3});
        io.field("host", self.host, {.until = 3});
        io.field("port", self.port, {.until = 3});
        io.field("coordinators", self.coordinators, {.since = 4});
    }
    bool operator==(const FindCoordinatorResponse&) const = default;
};

}  // namespace brokerlab

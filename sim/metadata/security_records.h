// Records of __cluster_metadata about access: ACLs, SCRAM credentials, delegation tokens.
//
// The lab has no authentication and never writes them; it reads them so that a log of a real
// controller replays without a gap [metadata/src/main/resources/common/metadata/*.json].
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

struct AccessControlEntryRecord {
    static constexpr std::string_view kName = "AccessControlEntryRecord";
    static constexpr int16_t kApiKey = 18;
    static constexpr VersionRange kVersions{0, 0, 0};

    Uuid id;
    int8_t resource_type = 0;  ///< [ResourceType.java]
    std::string resource_name;
    int8_t pattern_type = 0;  ///< [PatternType.java]
    std::string principal;
    std::string host;
    int8_t operation = 0;        ///< [AclOperation.java]
    int8_t permission_type = 0;  ///< [AclPermissionType.java]

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("id", self.id);
        io.field("resourceType", self.resource_type);
        io.field("resourceName", self.resource_name);
        io.field("patternType", self.pattern_type);
        io.field("principal", self.principal);
        io.field("host", self.host);
        io.field("operation", self.operation);
        io.field("permissionType", self.permission_type);
    }
    bool operator==(const AccessControlEntryRecord&) const = default;
};

struct RemoveAccessControlEntryRecord {
    static constexpr std::string_view kName = "RemoveAccessControlEntryRecord";
    static constexpr int16_t kApiKey = 19;
    static constexpr VersionRange kVersions{0, 0, 0};

    Uuid id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("id", self.id);
    }
    bool operator==(const RemoveAccessControlEntryRecord&) const = default;
};

struct UserScramCredentialRecord {
    static constexpr std::string_view kName = "UserScramCredentialRecord";
    static constexpr int16_t kApiKey = 11;
    static constexpr VersionRange kVersions{0, 0, 0};

    std::string name;
    int8_t mechanism = 0;  ///< [ScramMechanism.java]
    Bytes salt;
    Bytes stored_key;
    Bytes server_key;
    int32_t iterations = 0;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("name", self.name);
        io.field("mechanism", self.mechanism);
        io.field("salt", self.salt);
        io.field("storedKey", self.stored_key);
        io.field("serverKey", self.server_key);
        io.field("iterations", self.iterations);
    }
    bool operator==(const UserScramCredentialRecord&) const = default;
};

struct RemoveUserScramCredentialRecord {
    static constexpr std::string_view kName = "RemoveUserScramCredentialRecord";
    static constexpr int16_t kApiKey = 22;
    static constexpr VersionRange kVersions{0, 0, 0};

    std::string name;
    int8_t mechanism = 0;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("name", self.name);
        io.field("mechanism", self.mechanism);
    }
    bool operator==(const RemoveUserScramCredentialRecord&) const = default;
};

struct DelegationTokenRecord {
    static constexpr std::string_view kName = "DelegationTokenRecord";
    static constexpr int16_t kApiKey = 10;
    static constexpr VersionRange kVersions{0, 0, 0};

    std::string owner;
    std::string requester;
    std::vector<std::string> renewers;
    Timestamp issue_timestamp;
    Timestamp max_timestamp;
    Timestamp expiration_timestamp;
    std::string token_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("owner", self.owner);
        io.field("requester", self.requester);
        io.field("renewers", self.renewers);
        io.field("issueTimestamp", self.issue_timestamp);
        io.field("maxTimestamp", self.max_timestamp);
        io.field("expirationTimestamp", self.expiration_timestamp);
        io.field("tokenId", self.token_id);
    }
    bool operator==(const DelegationTokenRecord&) const = default;
};

struct RemoveDelegationTokenRecord {
    static constexpr std::string_view kName = "RemoveDelegationTokenRecord";
    static constexpr int16_t kApiKey = 26;
    static constexpr VersionRange kVersions{0, 0, 0};

    std::string token_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("tokenId", self.token_id);
    }
    bool operator==(const RemoveDelegationTokenRecord&) const = default;
};

}  // namespace brokerlab

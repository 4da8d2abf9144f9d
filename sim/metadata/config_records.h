// Records of __cluster_metadata about settings: dynamic configs, quotas, feature levels.
//
// [metadata/src/main/resources/common/metadata/*.json]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/strong.h"
#include "sim/model/protocol_enums.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// One key of one topic's or broker's dynamic configuration is set, or removed.
struct ConfigRecord {
    static constexpr std::string_view kName = "ConfigRecord";
    static constexpr int16_t kApiKey = 4;
    static constexpr VersionRange kVersions{0, 0, 0};

    ConfigResourceType resource_type = ConfigResourceType::kUnknown;
    std::string resource_name;  ///< empty for the default of all brokers
    std::string name;
    std::optional<std::string> value;  ///< none removes the key

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("resourceType", self.resource_type);
        io.field("resourceName", self.resource_name);
        io.field("name", self.name);
        io.field("value", self.value, {.nullable_since = 0});
    }
    bool operator==(const ConfigRecord&) const = default;
};

/// The finalized level of a feature; 0 removes it (KIP-584).
struct FeatureLevelRecord {
    static constexpr std::string_view kName = "FeatureLevelRecord";
    static constexpr int16_t kApiKey = 12;
    static constexpr VersionRange kVersions{0, 0, 0};

    std::string name;
    int16_t feature_level = 0;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("name", self.name);
        io.field("featureLevel", self.feature_level);
    }
    bool operator==(const FeatureLevelRecord&) const = default;
};

/// The 64 bits of an IEEE 754 double. The simulator holds no floating point, and hands this one
/// field of Kafka's on without reading it.
using Float64Bits = Strong<struct Float64BitsTag, uint64_t>;

/// A client quota is set or removed (KIP-546). The lab enforces none.
struct ClientQuotaRecord {
    static constexpr std::string_view kName = "ClientQuotaRecord";
    static constexpr int16_t kApiKey = 14;
    static constexpr VersionRange kVersions{0, 0, 0};

    struct EntityData {
        std::string entity_type;
        std::optional<std::string> entity_name;  ///< none is the default entity

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("entityType", self.entity_type);
            io.field("entityName", self.entity_name, {.nullable_since = 0});
        }
        bool operator==(const EntityData&) const = default;
    };

    std::vector<EntityData> entity;
    std::string key;
    Float64Bits value;
    bool remove = false;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("entity", self.entity);
        io.field("key", self.key);
        io.field("value", self.value);
        io.field("remove", self.remove);
    }
    bool operator==(const ClientQuotaRecord&) const = default;
};

}  // namespace brokerlab

// Records of __cluster_metadata about the metadata log itself.
//
// Metadata transactions (KIP-868) let a controller write more than one atomic batch, as at the
// bootstrap of a cluster: what stands between begin and end counts only once the end is there.
// [metadata/src/main/resources/common/metadata/*.json]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/model/schema.h"

namespace brokerlab {

/// Moves the high watermark while nothing else happens (KIP-835).
struct NoOpRecord {
    static constexpr std::string_view kName = "NoOpRecord";
    static constexpr int16_t kApiKey = 20;
    static constexpr VersionRange kVersions{0, 0, 0};

    template <class Io, class Self>
    static void describe(Io&, Self&) {}
    bool operator==(const NoOpRecord&) const = default;
};

struct BeginTransactionRecord {
    static constexpr std::string_view kName = "BeginTransactionRecord";
    static constexpr int16_t kApiKey = 23;
    static constexpr VersionRange kVersions{0, 0, 0};

    std::optional<std::string> name;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("name", self.name, {.nullable_since = 0, .tag = 0});
    }
    bool operator==(const BeginTransactionRecord&) const = default;
};

struct EndTransactionRecord {
    static constexpr std::string_view kName = "EndTransactionRecord";
    static constexpr int16_t kApiKey = 24;
    static constexpr VersionRange kVersions{0, 0, 0};

    template <class Io, class Self>
    static void describe(Io&, Self&) {}
    bool operator==(const EndTransactionRecord&) const = default;
};

struct AbortTransactionRecord {
    static constexpr std::string_view kName = "AbortTransactionRecord";
    static constexpr int16_t kApiKey = 25;
    static constexpr VersionRange kVersions{0, 0, 0};

    std::optional<std::string> reason;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("reason", self.reason, {.nullable_since = 0, .tag = 0});
    }
    bool operator==(const AbortTransactionRecord&) const = default;
};

/// Whether the cluster came from ZooKeeper; a cluster that never had one writes 0
/// [ZkMigrationState.java].
struct ZkMigrationStateRecord {
    static constexpr std::string_view kName = "ZkMigrationStateRecord";
    static constexpr int16_t kApiKey = 21;
    static constexpr VersionRange kVersions{0, 0, 0};

    int8_t zk_migration_state = 0;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("zkMigrationState", self.zk_migration_state);
    }
    bool operator==(const ZkMigrationStateRecord&) const = default;
};

}  // namespace brokerlab

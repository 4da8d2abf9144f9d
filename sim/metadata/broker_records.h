// Records of __cluster_metadata about nodes: who is registered, fenced, shutting down.
//
// [metadata/src/main/resources/common/metadata/*.json; ClusterControlManager.java]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/ids.h"
#include "sim/model/messages/registration.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// A broker's incarnation is registered. Its broker epoch is the offset of this record.
struct RegisterBrokerRecord {
    static constexpr std::string_view kName = "RegisterBrokerRecord";
    static constexpr int16_t kApiKey = 0;
    static constexpr VersionRange kVersions{0, 3, 0};

    BrokerId broker_id;
    bool is_migrating_zk_broker = false;
    Uuid incarnation_id;
    BrokerEpoch broker_epoch;
    std::vector<RegisteredListener> end_points;
    std::vector<RegisteredFeature> features;
    std::optional<std::string> rack;
    bool fenced = true;
    bool in_controlled_shutdown = false;
    std::vector<Uuid> log_dirs;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("brokerId", self.broker_id);
        io.field("isMigratingZkBroker", self.is_migrating_zk_broker, {.since = 2});
        io.field("incarnationId", self.incarnation_id);
        io.field("brokerEpoch", self.broker_epoch);
        io.field("endPoints", self.end_points);
        io.field("features", self.features);
        io.field("rack", self.rack, {.nullable_since = 0});
        io.field("fenced", self.fenced);
        io.field("inControlledShutdown", self.in_controlled_shutdown, {.since = 1});
        io.field("logDirs", self.log_dirs, {.since = 3, .tag = 0});
    }
    bool operator==(const RegisterBrokerRecord&) const = default;
};

/// A broker is gone for good.
struct UnregisterBrokerRecord {
    static constexpr std::string_view kName = "UnregisterBrokerRecord";
    static constexpr int16_t kApiKey = 1;
    static constexpr VersionRange kVersions{0, 0, 0};

    BrokerId broker_id;
    BrokerEpoch broker_epoch;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("brokerId", self.broker_id);
        io.field("brokerEpoch", self.broker_epoch);
    }
    bool operator==(const UnregisterBrokerRecord&) const = default;
};

/// Fences a broker, at the metadata versions before 3.3-IV2; later ones write a
/// BrokerRegistrationChangeRecord.
struct FenceBrokerRecord {
    static constexpr std::string_view kName = "FenceBrokerRecord";
    static constexpr int16_t kApiKey = 7;
    static constexpr VersionRange kVersions{0, 0, 0};

    BrokerId id;
    BrokerEpoch epoch;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("id", self.id);
        io.field("epoch", self.epoch);
    }
    bool operator==(const FenceBrokerRecord&) const = default;
};

/// Unfences a broker, at the metadata versions before 3.3-IV2.
struct UnfenceBrokerRecord {
    static constexpr std::string_view kName = "UnfenceBrokerRecord";
    static constexpr int16_t kApiKey = 8;
    static constexpr VersionRange kVersions{0, 0, 0};

    BrokerId id;
    BrokerEpoch epoch;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("id", self.id);
        io.field("epoch", self.epoch);
    }
    bool operator==(const UnfenceBrokerRecord&) const = default;
};

/// A registered broker is fenced, unfenced, or begins its controlled shutdown.
struct BrokerRegistrationChangeRecord {
    static constexpr std::string_view kName = "BrokerRegistrationChangeRecord";
    static constexpr int16_t kApiKey = 17;
    static constexpr VersionRange kVersions{0, 2, 0};

    enum class Fencing : int8_t { kUnfence = -1, kNoChange = 0, kFence = 1 };
    enum class ControlledShutdown : int8_t { kNoChange = 0, kBegins = 1 };

    BrokerId broker_id;
    BrokerEpoch broker_epoch;
    Fencing fenced = Fencing::kNoChange;
    ControlledShutdown in_controlled_shutdown = ControlledShutdown::kNoChange;
    std::vector<Uuid> log_dirs;  ///< the directories that are online; empty for no change

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("brokerId", self.broker_id);
        io.field("brokerEpoch", self.broker_epoch);
        io.field("fenced", self.fenced, {.tag = 0});
        io.field("inControlledShutdown", self.in_controlled_shutdown, {.since = 1, .tag = 1});
        io.field("logDirs", self.log_dirs, {.since = 2, .tag = 2});
    }
    bool operator==(const BrokerRegistrationChangeRecord&) const = default;
};

/// A controller's incarnation is registered (KIP-919).
struct RegisterControllerRecord {
    static constexpr std::string_view kName = "RegisterControllerRecord";
    static constexpr int16_t kApiKey = 27;
    static constexpr VersionRange kVersions{0, 0, 0};

    BrokerId controller_id;
    Uuid incarnation_id;
    bool zk_migration_ready = false;
    std::vector<RegisteredListener> end_points;
    std::vector<RegisteredFeature> features;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("controllerId", self.controller_id);
        io.field("incarnationId", self.incarnation_id);
        io.field("zkMigrationReady", self.zk_migration_ready);
        io.field("endPoints", self.end_points);
        io.field("features", self.features);
    }
    bool operator==(const RegisterControllerRecord&) const = default;
};

/// A broker was given a block of producer ids; the next block begins at `next_producer_id`
/// (KIP-730).
struct ProducerIdsRecord {
    static constexpr std::string_view kName = "ProducerIdsRecord";
    static constexpr int16_t kApiKey = 15;
    static constexpr VersionRange kVersions{0, 0, 0};

    BrokerId broker_id;
    BrokerEpoch broker_epoch = kNoBrokerEpoch;
    ProducerId next_producer_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("brokerId", self.broker_id);
        io.field("brokerEpoch", self.broker_epoch);
        io.field("nextProducerId", self.next_producer_id);
    }
    bool operator==(const ProducerIdsRecord&) const = default;
};

}  // namespace brokerlab

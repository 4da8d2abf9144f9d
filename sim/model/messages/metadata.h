// Metadata: which brokers there are and who leads which partition, as the asked broker sees it.
//
// Clients refresh it when it ages and after errors that say it is old. Every broker answers from
// its own image, so two brokers may differ for a moment. Version 13 is of 4.0 final: a broker may
// tell the client to start over from its bootstrap servers (KIP-1102).
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Asks for topics, all of them when `topics` is null [MetadataRequest.json, KIP-516].
struct MetadataRequest {
    static constexpr ApiKey kApiKey = ApiKey::kMetadata;
    static constexpr VersionRange kVersions{0, 13, 9};

    /// A topic by name, or by id with a null name (version 12).
    struct Topic {
        Uuid topic_id;
        std::optional<std::string> name = "";

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicId", self.topic_id, {.since = 10});
            io.field("name", self.name, {.nullable_since = 10});
        }
        bool operator==(const Topic&) const = default;
    };

    /// Null asks for all topics, and so does an empty list in version 0
    std::optional<std::vector<Topic>> topics{std::in_place};
    bool allow_auto_topic_creation = true;
    bool include_cluster_authorized_operations = false;
    bool include_topic_authorized_operations = false;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topics", self.topics, {.nullable_since = 1});
        io.field("allowAutoTopicCreation", self.allow_auto_topic_creation, {.since = 4});
        io.field("includeClusterAuthorizedOperations", self.include_cluster_authorized_operations,
                 {.since = 8, .until = 10});
        io.field("includeTopicAuthorizedOperations", self.include_topic_authorized_operations,
                 {.since = 8});
    }
    bool operator==(const MetadataRequest&) const = default;
};

/// Brokers, controller, topics and leaders [MetadataResponse.json, KIP-320, KIP-516, KIP-1102].
struct MetadataResponse {
    static constexpr ApiKey kApiKey = ApiKey::kMetadata;
    static constexpr VersionRange kVersions{0, 13, 9};

    struct Broker {
        BrokerId node_id;
        std::string host;
        int32_t port = 0;
        std::optional<std::string> rack;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("nodeId", self.node_id);
            io.field("host", self.host);
            io.field("port", self.port);
            io.field("rack", self.rack, {.since = 1, .nullable_since = 0});
        }
        bool operator==(const Broker&) const = default;
    };

    struct Partition {
        ErrorCode error_code = ErrorCode::kNone;
        PartitionId partition_index;
        BrokerId leader_id;  ///< -1 is none
        LeaderEpoch leader_epoch = kNoLeaderEpoch;
        std::vector<BrokerId> replica_nodes;
        std::vector<BrokerId> isr_nodes;
        std::vector<BrokerId> offline_replicas;  ///< replicas on dead brokers or failed directories

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("errorCode", self.error_code);
            io.field("partitionIndex", self.partition_index);
            io.field("leaderId", self.leader_id);
            io.field("leaderEpoch", self.leader_epoch, {.since = 7});
            io.field("replicaNodes", self.replica_nodes);
            io.field("isrNodes", self.isr_nodes);
            io.field("offlineReplicas", self.offline_replicas, {.since = 5});
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        ErrorCode error_code = ErrorCode::kNone;
        std::optional<std::string> name = "";
        Uuid topic_id;
        bool is_internal = false;
        std::vector<Partition> partitions;
        /// Bits; INT32_MIN when not asked for
        int32_t topic_authorized_operations = std::numeric_limits<int32_t>::min();

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("errorCode", self.error_code);
            io.field("name", self.name, {.nullable_since = 12});
            io.field("topicId", self.topic_id, {.since = 10});
            io.field("isInternal", self.is_internal, {.since = 1});
            io.field("partitions", self.partitions);
            io.field("topicAuthorizedOperations", self.topic_authorized_operations, {.since = 8});
        }
        bool operator==(const Topic&) const = default;
    };

    int32_t throttle_time_ms = 0;
    std::vector<Broker> brokers;
    std::optional<std::string> cluster_id;
    /// A random live broker in KRaft: clients are kept off the controllers
    BrokerId controller_id = kNoBroker;
    std::vector<Topic> topics;
    int32_t cluster_authorized_operations = std::numeric_limits<int32_t>::min();  ///< likewise
    ErrorCode error_code = ErrorCode::kNone;  ///< of the whole request, e.g. REBOOTSTRAP_REQUIRED

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms, {.since = 3});
        io.field("brokers", self.brokers);
        io.field("clusterId", self.cluster_id, {.since = 2, .nullable_since = 0});
        io.field("controllerId", self.controller_id, {.since = 1});
        io.field("topics", self.topics);
        io.field("clusterAuthorizedOperations", self.cluster_authorized_operations,
                 {.since = 8, .until = 10});
        io.field("errorCode", self.error_code, {.since = 13});
    }
    bool operator==(const MetadataResponse&) const = default;
};

}  // namespace brokerlab

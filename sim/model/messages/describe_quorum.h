// DescribeQuorum: the voters and observers of the metadata quorum, and how far each has come
// (KIP-595, KIP-836, KIP-853).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/messages/quorum_endpoints.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Asks the quorum's leader [DescribeQuorumRequest.json].
struct DescribeQuorumRequest {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeQuorum;
    static constexpr VersionRange kVersions{0, 2, 0};

    struct Partition {
        PartitionId partition_index;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string topic_name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicName", self.topic_name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topics", self.topics);
    }
    bool operator==(const DescribeQuorumRequest&) const = default;
};

/// The leader's view of the quorum [DescribeQuorumResponse.json].
struct DescribeQuorumResponse {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeQuorum;
    static constexpr VersionRange kVersions{0, 2, 0};

    struct Replica {
        BrokerId replica_id;
        Uuid replica_directory_id;
        Offset log_end_offset;
        Timestamp last_fetch_timestamp = kNoTimestamp;  ///< of the leader's clock; -1 unknown
        Timestamp last_caught_up_timestamp = kNoTimestamp;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("replicaId", self.replica_id);
            io.field("replicaDirectoryId", self.replica_directory_id, {.since = 2});
            io.field("logEndOffset", self.log_end_offset);
            io.field("lastFetchTimestamp", self.last_fetch_timestamp, {.since = 1});
            io.field("lastCaughtUpTimestamp", self.last_caught_up_timestamp, {.since = 1});
        }
        bool operator==(const Replica&) const = default;
    };

    struct Partition {
        PartitionId partition_index;
        ErrorCode error_code = ErrorCode::kNone;
        std::optional<std::string> error_message = "";
        BrokerId leader_id;
        LeaderEpoch leader_epoch;
        Offset high_watermark;
        std::vector<Replica> current_voters;
        std::vector<Replica> observers;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("errorCode", self.error_code);
            io.field("errorMessage", self.error_message, {.since = 2, .nullable_since = 0});
            io.field("leaderId", self.leader_id);
            io.field("leaderEpoch", self.leader_epoch);
            io.field("highWatermark", self.high_watermark);
            io.field("currentVoters", self.current_voters);
            io.field("observers", self.observers);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string topic_name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicName", self.topic_name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    struct Node {
        BrokerId node_id;
        std::vector<QuorumListener> listeners;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("nodeId", self.node_id);
            io.field("listeners", self.listeners);
        }
        bool operator==(const Node&) const = default;
    };

    ErrorCode error_code = ErrorCode::kNone;
    std::optional<std::string> error_message = "";
    std::vector<Topic> topics;
    std::vector<Node> nodes;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("errorCode", self.error_code);
        io.field("errorMessage", self.error_message, {.since = 2, .nullable_since = 0});
        io.field("topics", self.topics);
        io.field("nodes", self.nodes, {.since = 2});
    }
    bool operator==(const DescribeQuorumResponse&) const = default;
};

}  // namespace brokerlab

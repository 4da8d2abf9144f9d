// Fetch: reads record batches, for consumers, for followers and for the metadata quorum's
// observers.
//
// The three kinds of reader share one message: a follower names its replica and broker epoch
// (KIP-903) and reads beyond the high watermark; a consumer is replica -1. With a session (KIP-227)
// a request lists only what changed, and a response only partitions with news. A follower whose log
// has diverged learns where by `diverging_epoch` (KIP-595); a raft reader below the log's start is
// sent to a snapshot by `snapshot_id` (KIP-630).
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/messages/node_endpoint.h"
#include "sim/model/protocol_enums.h"
#include "sim/model/records.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Asks for records from given offsets on [FetchRequest.json, KIP-227, KIP-320, KIP-516, KIP-903].
struct FetchRequest {
    static constexpr ApiKey kApiKey = ApiKey::kFetch;
    static constexpr VersionRange kVersions{4, 17, 12};

    /// The follower that asks, from version 15 on.
    struct ReplicaState {
        BrokerId replica_id = kNoBroker;
        BrokerEpoch replica_epoch = kNoBrokerEpoch;  ///< -1 is unknown

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("replicaId", self.replica_id);
            io.field("replicaEpoch", self.replica_epoch);
        }
        bool operator==(const ReplicaState&) const = default;
    };

    struct Partition {
        PartitionId partition;
        LeaderEpoch current_leader_epoch = kNoLeaderEpoch;
        Offset fetch_offset;
        /// Of the reader's last batch; -1 is none
        LeaderEpoch last_fetched_epoch = kNoLeaderEpoch;
        Offset log_start_offset = kNoOffset;  ///< of the follower; -1 from a consumer
        int32_t partition_max_bytes = 0;
        Uuid replica_directory_id;  ///< of a raft voter (KIP-853)

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partition", self.partition);
            io.field("currentLeaderEpoch", self.current_leader_epoch, {.since = 9});
            io.field("fetchOffset", self.fetch_offset);
            io.field("lastFetchedEpoch", self.last_fetched_epoch, {.since = 12});
            io.field("logStartOffset", self.log_start_offset, {.since = 5});
            io.field("partitionMaxBytes", self.partition_max_bytes);
            io.field("replicaDirectoryId", self.replica_directory_id, {.since = 17, .tag = 0});
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string topic;
        Uuid topic_id;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topic", self.topic, {.until = 12});
            io.field("topicId", self.topic_id, {.since = 13});
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    /// Partitions that leave the fetch session.
    struct ForgottenTopic {
        std::string topic;
        Uuid topic_id;
        std::vector<PartitionId> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topic", self.topic, {.until = 12});
            io.field("topicId", self.topic_id, {.since = 13});
            io.field("partitions", self.partitions);
        }
        bool operator==(const ForgottenTopic&) const = default;
    };

    std::optional<std::string> cluster_id;  ///< checked by the metadata quorum
    BrokerId replica_id = kNoBroker;        ///< of a follower up to version 14; -1 is a consumer
    ReplicaState replica_state;
    int32_t max_wait_ms = 0;  ///< longest wait for min_bytes
    int32_t min_bytes = 0;
    /// Of the whole response; its first batch may be larger
    int32_t max_bytes = std::numeric_limits<int32_t>::max();
    IsolationLevel isolation_level = IsolationLevel::kReadUncommitted;
    int32_t session_id = 0;      ///< 0 asks for a new session, or for none
    int32_t session_epoch = -1;  ///< counts the requests of a session; 0 opens it, -1 ends it
    std::vector<Topic> topics;
    std::vector<ForgottenTopic> forgotten_topics_data;
    std::string rack_id;  ///< of the consumer; empty is none (KIP-392)

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("clusterId", self.cluster_id, {.since = 12, .nullable_since = 0, .tag = 0});
        io.field("replicaId", self.replica_id, {.until = 14});
        io.field("replicaState", self.replica_state, {.since = 15, .tag = 1});
        io.field("maxWaitMs", self.max_wait_ms);
        io.field("minBytes", self.min_bytes);
        io.field("maxBytes", self.max_bytes);
        io.field("isolationLevel", self.isolation_level);
        io.field("sessionId", self.session_id, {.since = 7});
        io.field("sessionEpoch", self.session_epoch, {.since = 7});
        io.field("topics", self.topics);
        io.field("forgottenTopicsData", self.forgotten_topics_data, {.since = 7});
        io.field("rackId", self.rack_id, {.since = 11});
    }
    bool operator==(const FetchRequest&) const = default;
};

/// Record batches with the offsets around them [FetchResponse.json, KIP-98, KIP-392, KIP-951].
struct FetchResponse {
    static constexpr ApiKey kApiKey = ApiKey::kFetch;
    static constexpr VersionRange kVersions{4, 17, 12};

    /// Where a leader epoch ends in the leader's log; -1 is unset.
    struct EpochEndOffset {
        LeaderEpoch epoch = kNoLeaderEpoch;
        Offset end_offset = kNoOffset;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("epoch", self.epoch);
            io.field("endOffset", self.end_offset);
        }
        bool operator==(const EpochEndOffset&) const = default;
    };

    /// Who leads now, with an error about leaders; -1 where not known.
    struct CurrentLeader {
        BrokerId leader_id = kNoBroker;
        LeaderEpoch leader_epoch = kNoLeaderEpoch;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("leaderId", self.leader_id);
            io.field("leaderEpoch", self.leader_epoch);
        }
        bool operator==(const CurrentLeader&) const = default;
    };

    /// The snapshot that a raft reader should fetch instead; -1 is unset.
    struct SnapshotId {
        Offset end_offset = kNoOffset;
        LeaderEpoch epoch = kNoLeaderEpoch;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("endOffset", self.end_offset);
            io.field("epoch", self.epoch);
        }
        bool operator==(const SnapshotId&) const = default;
    };

    /// What a read_committed consumer must leave out.
    struct AbortedTransaction {
        ProducerId producer_id;
        Offset first_offset;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("producerId", self.producer_id);
            io.field("firstOffset", self.first_offset);
        }
        bool operator==(const AbortedTransaction&) const = default;
    };

    struct Partition {
        PartitionId partition_index;
        ErrorCode error_code = ErrorCode::kNone;
        Offset high_watermark;
        Offset last_stable_offset = kNoOffset;
        Offset log_start_offset = kNoOffset;
        EpochEndOffset diverging_epoch;  ///< set: the reader must truncate to it
        CurrentLeader current_leader;
        SnapshotId snapshot_id;
        /// Null with read_uncommitted
        std::optional<std::vector<AbortedTransaction>> aborted_transactions{std::in_place};
        BrokerId preferred_read_replica = kNoBroker;  ///< -1: keep reading here
        std::optional<Records> records;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("errorCode", self.error_code);
            io.field("highWatermark", self.high_watermark);
            io.field("lastStableOffset", self.last_stable_offset);
            io.field("logStartOffset", self.log_start_offset, {.since = 5});
            io.field("divergingEpoch", self.diverging_epoch, {.since = 12, .tag = 0});
            io.field("currentLeader", self.current_leader, {.since = 12, .tag = 1});
            io.field("snapshotId", self.snapshot_id, {.since = 12, .tag = 2});
            io.field("abortedTransactions", self.aborted_transactions, {.nullable_since = 0});
            io.field("preferredReadReplica", self.preferred_read_replica, {.since = 11});
            io.field("records", self.records, {.nullable_since = 0});
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string topic;
        Uuid topic_id;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topic", self.topic, {.until = 12});
            io.field("topicId", self.topic_id, {.since = 13});
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    int32_t session_id = 0;  ///< 0 when the fetch belongs to no session
    std::vector<Topic> responses;
    std::vector<NodeEndpoint> node_endpoints;  ///< of the leaders named in `current_leader`

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code, {.since = 7});
        io.field("sessionId", self.session_id, {.since = 7});
        io.field("responses", self.responses);
        io.field("nodeEndpoints", self.node_endpoints, {.since = 16, .tag = 0});
    }
    bool operator==(const FetchResponse&) const = default;
};

}  // namespace brokerlab

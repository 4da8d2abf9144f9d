// FetchSnapshot: copies a snapshot of the metadata log in pieces (KIP-630).
//
// A replica whose position is below the leader's log start is sent here by its Fetch. A piece may
// begin and end in the middle of a batch.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/messages/quorum_endpoints.h"
#include "sim/model/records.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Asks for a piece of a snapshot [FetchSnapshotRequest.json, KIP-853].
struct FetchSnapshotRequest {
    static constexpr ApiKey kApiKey = ApiKey::kFetchSnapshot;
    static constexpr VersionRange kVersions{0, 1, 0};

    /// The offset and epoch at which the snapshot ends.
    struct SnapshotId {
        Offset end_offset;
        LeaderEpoch epoch;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("endOffset", self.end_offset);
            io.field("epoch", self.epoch);
        }
        bool operator==(const SnapshotId&) const = default;
    };

    struct Partition {
        PartitionId partition;
        LeaderEpoch current_leader_epoch;
        SnapshotId snapshot_id;
        int64_t position = 0;  ///< bytes from the snapshot's beginning
        Uuid replica_directory_id;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partition", self.partition);
            io.field("currentLeaderEpoch", self.current_leader_epoch);
            io.field("snapshotId", self.snapshot_id);
            io.field("position", self.position);
            io.field("replicaDirectoryId", self.replica_directory_id, {.since = 1, .tag = 0});
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    std::optional<std::string> cluster_id;
    BrokerId replica_id = kNoBroker;
    int32_t max_bytes = std::numeric_limits<int32_t>::max();  ///< of all pieces together
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("clusterId", self.cluster_id, {.nullable_since = 0, .tag = 0});
        io.field("replicaId", self.replica_id);
        io.field("maxBytes", self.max_bytes);
        io.field("topics", self.topics);
    }
    bool operator==(const FetchSnapshotRequest&) const = default;
};

/// The piece [FetchSnapshotResponse.json].
struct FetchSnapshotResponse {
    static constexpr ApiKey kApiKey = ApiKey::kFetchSnapshot;
    static constexpr VersionRange kVersions{0, 1, 0};

    struct SnapshotId {
        Offset end_offset;
        LeaderEpoch epoch;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("endOffset", self.end_offset);
            io.field("epoch", self.epoch);
        }
        bool operator==(const SnapshotId&) const = default;
    };

    /// Who leads now, with an error about leaders.
    struct CurrentLeader {
        BrokerId leader_id;
        LeaderEpoch leader_epoch;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("leaderId", self.leader_id);
            io.field("leaderEpoch", self.leader_epoch);
        }
        bool operator==(const CurrentLeader&) const = default;
    };

    struct Partition {
        PartitionId index;
        ErrorCode error_code = ErrorCode::kNone;
        SnapshotId snapshot_id;
        CurrentLeader current_leader;
        int64_t size = 0;      ///< bytes of the whole snapshot
        int64_t position = 0;  ///< of this piece's first byte
        Records unaligned_records;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("index", self.index);
            io.field("errorCode", self.error_code);
            io.field("snapshotId", self.snapshot_id);
            io.field("currentLeader", self.current_leader, {.tag = 0});
            io.field("size", self.size);
            io.field("position", self.position);
            io.field("unalignedRecords", self.unaligned_records);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::vector<Topic> topics;
    std::vector<QuorumEndpoint> node_endpoints;  ///< of the leaders named in `current_leader`

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
        io.field("topics", self.topics);
        io.field("nodeEndpoints", self.node_endpoints, {.since = 1, .tag = 0});
    }
    bool operator==(const FetchSnapshotResponse&) const = default;
};

}  // namespace brokerlab

// ListOffsets: which offset a partition has at a time, or at one of a few named places of its log.
//
// The timestamp of the request is either a time or one of the constants below
// [ListOffsetsRequest.java]; the answer is the first record at or after the time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/protocol_enums.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// The named places that stand in for a timestamp.
inline constexpr Timestamp kListLatest{-1};
inline constexpr Timestamp kListEarliest{-2};
inline constexpr Timestamp kListMaxTimestamp{-3};   // KIP-734, version 7
inline constexpr Timestamp kListEarliestLocal{-4};  // KIP-405, version 8
inline constexpr Timestamp kListLatestTiered{-5};   // KIP-1005, version 9

/// Asks partition leaders for offsets by time [ListOffsetsRequest.json, KIP-79, KIP-207].
struct ListOffsetsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kListOffsets;
    static constexpr VersionRange kVersions{1, 10, 6};

    struct Partition {
        PartitionId partition_index;
        LeaderEpoch current_leader_epoch = kNoLeaderEpoch;
        Timestamp timestamp;  ///< or one of kListLatest and its kin

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("currentLeaderEpoch", self.current_leader_epoch, {.since = 4});
            io.field("timestamp", self.timestamp);
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

    BrokerId replica_id;  ///< -1 from a client; a follower may see beyond the high watermark
    IsolationLevel isolation_level = IsolationLevel::kReadUncommitted;
    std::vector<Topic> topics;
    int32_t timeout_ms = 0;  ///< wait for remote storage (KIP-1075); the lab has none

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("replicaId", self.replica_id);
        io.field("isolationLevel", self.isolation_level, {.since = 2});
        io.field("topics", self.topics);
        io.field("timeoutMs", self.timeout_ms, {.since = 10});
    }
    bool operator==(const ListOffsetsRequest&) const = default;
};

/// The offset found in each partition [ListOffsetsResponse.json].
struct ListOffsetsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kListOffsets;
    static constexpr VersionRange kVersions{1, 10, 6};

    struct Partition {
        PartitionId partition_index;
        ErrorCode error_code = ErrorCode::kNone;
        Timestamp timestamp = kNoTimestamp;         ///< of the record found; -1 for a named place
        Offset offset = kNoOffset;                  ///< -1 when no record is that young
        LeaderEpoch leader_epoch = kNoLeaderEpoch;  ///< of the record found

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("errorCode", self.error_code);
            io.field("timestamp", self.timestamp);
            io.field("offset", self.offset);
            io.field("leaderEpoch", self.leader_epoch, {.since = 4});
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
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms, {.since = 2});
        io.field("topics", self.topics);
    }
    bool operator==(const ListOffsetsResponse&) const = default;
};

}  // namespace brokerlab

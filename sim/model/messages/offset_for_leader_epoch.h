// OffsetForLeaderEpoch: where a leader epoch ends in the leader's log (KIP-101, KIP-279, KIP-320).
//
// Consumers use it to see whether the log was truncated below their position. Followers of 4.0
// learn the same from the diverging epoch of their Fetch and send this only to older brokers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Asks for the end of leader epochs [OffsetForLeaderEpochRequest.json].
struct OffsetForLeaderEpochRequest {
    static constexpr ApiKey kApiKey = ApiKey::kOffsetForLeaderEpoch;
    static constexpr VersionRange kVersions{2, 4, 4};

    struct Partition {
        PartitionId partition;
        LeaderEpoch current_leader_epoch = kNoLeaderEpoch;  ///< fences a reader with old metadata
        LeaderEpoch leader_epoch;                           ///< the epoch whose end is asked for

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partition", self.partition);
            io.field("currentLeaderEpoch", self.current_leader_epoch);
            io.field("leaderEpoch", self.leader_epoch);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string topic;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topic", self.topic);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    /// -1 is a consumer, -2 a debugger that may see beyond the high watermark
    BrokerId replica_id = BrokerId{-2};
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("replicaId", self.replica_id, {.since = 3});
        io.field("topics", self.topics);
    }
    bool operator==(const OffsetForLeaderEpochRequest&) const = default;
};

/// The largest epoch not above the one asked for, and its end [OffsetForLeaderEpochResponse.json].
struct OffsetForLeaderEpochResponse {
    static constexpr ApiKey kApiKey = ApiKey::kOffsetForLeaderEpoch;
    static constexpr VersionRange kVersions{2, 4, 4};

    struct Partition {
        ErrorCode error_code = ErrorCode::kNone;
        PartitionId partition;
        LeaderEpoch leader_epoch = kNoLeaderEpoch;
        Offset end_offset = kNoOffset;  ///< exclusive; -1 when the epoch is not known

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("errorCode", self.error_code);
            io.field("partition", self.partition);
            io.field("leaderEpoch", self.leader_epoch);
            io.field("endOffset", self.end_offset);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string topic;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topic", self.topic);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    int32_t throttle_time_ms = 0;
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("topics", self.topics);
    }
    bool operator==(const OffsetForLeaderEpochResponse&) const = default;
};

}  // namespace brokerlab

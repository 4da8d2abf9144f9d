// DescribeLogDirs and AssignReplicasToDirs: the log directories of brokers.
//
// A broker of the lab has one log directory; its id still takes part in the protocol (KIP-858), and
// a failed one answers KAFKA_STORAGE_ERROR.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/records.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Asks a broker for its log directories [DescribeLogDirsRequest.json, KIP-113].
struct DescribeLogDirsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeLogDirs;
    static constexpr VersionRange kVersions{1, 4, 2};

    struct Topic {
        std::string topic;
        std::vector<PartitionId> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topic", self.topic);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    std::optional<std::vector<Topic>> topics{std::in_place};  ///< null is all

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topics", self.topics, {.nullable_since = 0});
    }
    bool operator==(const DescribeLogDirsRequest&) const = default;
};

/// The directories with the replicas in them [DescribeLogDirsResponse.json, KIP-827].
struct DescribeLogDirsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeLogDirs;
    static constexpr VersionRange kVersions{1, 4, 2};

    struct Partition {
        PartitionId partition_index;
        int64_t partition_size = 0;  ///< bytes in the segments
        /// Records behind the high watermark; of a future copy, behind the current one
        int64_t offset_lag = 0;
        /// A future copy: will replace the replica in another directory
        bool is_future_key = false;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("partitionSize", self.partition_size);
            io.field("offsetLag", self.offset_lag);
            io.field("isFutureKey", self.is_future_key);
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

    struct LogDir {
        ErrorCode error_code = ErrorCode::kNone;
        std::string log_dir;  ///< absolute path
        std::vector<Topic> topics;
        int64_t total_bytes = -1;  ///< of the volume; -1 unknown
        int64_t usable_bytes = -1;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("errorCode", self.error_code);
            io.field("logDir", self.log_dir);
            io.field("topics", self.topics);
            io.field("totalBytes", self.total_bytes, {.since = 4});
            io.field("usableBytes", self.usable_bytes, {.since = 4});
        }
        bool operator==(const LogDir&) const = default;
    };

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::vector<LogDir> results;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code, {.since = 3});
        io.field("results", self.results);
    }
    bool operator==(const DescribeLogDirsResponse&) const = default;
};

/// A broker tells the controller which directory holds which replica
/// [AssignReplicasToDirsRequest.json, KIP-858].
struct AssignReplicasToDirsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kAssignReplicasToDirs;
    static constexpr VersionRange kVersions{0, 0, 0};

    struct Partition {
        PartitionId partition_index;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        Uuid topic_id;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicId", self.topic_id);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    struct Directory {
        Uuid id;
        std::vector<Topic> topics;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("id", self.id);
            io.field("topics", self.topics);
        }
        bool operator==(const Directory&) const = default;
    };

    BrokerId broker_id;
    BrokerEpoch broker_epoch = kNoBrokerEpoch;
    std::vector<Directory> directories;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("brokerId", self.broker_id);
        io.field("brokerEpoch", self.broker_epoch);
        io.field("directories", self.directories);
    }
    bool operator==(const AssignReplicasToDirsRequest&) const = default;
};

/// Which assignments were taken [AssignReplicasToDirsResponse.json].
struct AssignReplicasToDirsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kAssignReplicasToDirs;
    static constexpr VersionRange kVersions{0, 0, 0};

    struct Partition {
        PartitionId partition_index;
        ErrorCode error_code = ErrorCode::kNone;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("errorCode", self.error_code);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        Uuid topic_id;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicId", self.topic_id);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    struct Directory {
        Uuid id;
        std::vector<Topic> topics;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("id", self.id);
            io.field("topics", self.topics);
        }
        bool operator==(const Directory&) const = default;
    };

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::vector<Directory> directories;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
        io.field("directories", self.directories);
    }
    bool operator==(const AssignReplicasToDirsResponse&) const = default;
};

}  // namespace brokerlab

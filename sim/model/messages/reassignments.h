// AlterPartitionReassignments and ListPartitionReassignments: moving replicas between brokers
// (KIP-455).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Starts, replaces or cancels reassignments [AlterPartitionReassignmentsRequest.json].
struct AlterPartitionReassignmentsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kAlterPartitionReassignments;
    static constexpr VersionRange kVersions{0, 0, 0};

    struct Partition {
        PartitionId partition_index;
        /// The target, preferred leader first; null cancels
        std::optional<std::vector<BrokerId>> replicas;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("replicas", self.replicas, {.nullable_since = 0});
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

    int32_t timeout_ms = 60000;
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("timeoutMs", self.timeout_ms);
        io.field("topics", self.topics);
    }
    bool operator==(const AlterPartitionReassignmentsRequest&) const = default;
};

/// Which reassignments are under way now [AlterPartitionReassignmentsResponse.json].
struct AlterPartitionReassignmentsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kAlterPartitionReassignments;
    static constexpr VersionRange kVersions{0, 0, 0};

    struct Partition {
        PartitionId partition_index;
        ErrorCode error_code = ErrorCode::kNone;
        std::optional<std::string> error_message = "";

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("errorCode", self.error_code);
            io.field("errorMessage", self.error_message, {.nullable_since = 0});
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
    std::optional<std::string> error_message = "";
    std::vector<Topic> responses;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
        io.field("errorMessage", self.error_message, {.nullable_since = 0});
        io.field("responses", self.responses);
    }
    bool operator==(const AlterPartitionReassignmentsResponse&) const = default;
};

/// Asks for the reassignments under way [ListPartitionReassignmentsRequest.json].
struct ListPartitionReassignmentsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kListPartitionReassignments;
    static constexpr VersionRange kVersions{0, 0, 0};

    struct Topic {
        std::string name;
        std::vector<PartitionId> partition_indexes;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitionIndexes", self.partition_indexes);
        }
        bool operator==(const Topic&) const = default;
    };

    int32_t timeout_ms = 60000;
    std::optional<std::vector<Topic>> topics;  ///< null is all

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("timeoutMs", self.timeout_ms);
        io.field("topics", self.topics, {.nullable_since = 0});
    }
    bool operator==(const ListPartitionReassignmentsRequest&) const = default;
};

/// The reassignments under way [ListPartitionReassignmentsResponse.json].
struct ListPartitionReassignmentsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kListPartitionReassignments;
    static constexpr VersionRange kVersions{0, 0, 0};

    struct Partition {
        PartitionId partition_index;
        std::vector<BrokerId> replicas;  ///< present and target replicas together
        std::vector<BrokerId> adding_replicas;
        std::vector<BrokerId> removing_replicas;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("replicas", self.replicas);
            io.field("addingReplicas", self.adding_replicas);
            io.field("removingReplicas", self.removing_replicas);
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
    std::optional<std::string> error_message = "";
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
        io.field("errorMessage", self.error_message, {.nullable_since = 0});
        io.field("topics", self.topics);
    }
    bool operator==(const ListPartitionReassignmentsResponse&) const = default;
};

}  // namespace brokerlab

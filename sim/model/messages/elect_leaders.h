// ElectLeaders: elections that an operator asks for (KIP-183, KIP-460).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/protocol_enums.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Asks the controller to elect leaders [ElectLeadersRequest.json].
struct ElectLeadersRequest {
    static constexpr ApiKey kApiKey = ApiKey::kElectLeaders;
    static constexpr VersionRange kVersions{0, 2, 2};

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

    ElectionType election_type = ElectionType::kPreferred;  ///< in version 0 always preferred
    std::optional<std::vector<Topic>> topic_partitions{std::in_place};  ///< null is all
    int32_t timeout_ms = 60000;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("electionType", self.election_type, {.since = 1});
        io.field("topicPartitions", self.topic_partitions, {.nullable_since = 0});
        io.field("timeoutMs", self.timeout_ms);
    }
    bool operator==(const ElectLeadersRequest&) const = default;
};

/// What became of each partition [ElectLeadersResponse.json].
struct ElectLeadersResponse {
    static constexpr ApiKey kApiKey = ApiKey::kElectLeaders;
    static constexpr VersionRange kVersions{0, 2, 2};

    struct Partition {
        PartitionId partition_id;
        ErrorCode error_code = ErrorCode::kNone;
        std::optional<std::string> error_message = "";

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionId", self.partition_id);
            io.field("errorCode", self.error_code);
            io.field("errorMessage", self.error_message, {.nullable_since = 0});
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string topic;
        std::vector<Partition> partition_result;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topic", self.topic);
            io.field("partitionResult", self.partition_result);
        }
        bool operator==(const Topic&) const = default;
    };

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::vector<Topic> replica_election_results;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code, {.since = 1});
        io.field("replicaElectionResults", self.replica_election_results);
    }
    bool operator==(const ElectLeadersResponse&) const = default;
};

}  // namespace brokerlab

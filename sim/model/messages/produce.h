// Produce: a client's batches for the partitions that a broker leads, and what became of each.
//
// A broker answers when `acks` is met; with acks=0 it sends no response at all. A 4.0 broker tells
// clients in ApiVersions that it takes version 0, because old librdkafka asks for that, and refuses
// what is below 3 [KAFKA-18659]. Version 12 differs from 11 in meaning only: the leader itself adds
// a partition to the transaction, so no AddPartitionsToTxn goes before (KIP-890).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/messages/node_endpoint.h"
#include "sim/model/records.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Appends batches to partitions [ProduceRequest.json, KIP-98, KIP-951].
struct ProduceRequest {
    static constexpr ApiKey kApiKey = ApiKey::kProduce;
    static constexpr VersionRange kVersions{3, 12, 9};

    /// The batches for one partition; Kafka takes exactly one v2 batch.
    struct Partition {
        PartitionId index;
        std::optional<Records> records;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("index", self.index);
            io.field("records", self.records, {.nullable_since = 0});
        }
        bool operator==(const Partition&) const = default;
    };

    /// The batches for one topic.
    struct Topic {
        std::string name;
        std::vector<Partition> partition_data;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitionData", self.partition_data);
        }
        bool operator==(const Topic&) const = default;
    };

    std::optional<std::string> transactional_id;  ///< null when the producer is not transactional
    int16_t acks = 0;                             ///< 0 none, 1 the leader, -1 all in sync
    int32_t timeout_ms = 0;  ///< how long the broker may wait for the in-sync replicas
    std::vector<Topic> topic_data;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("transactionalId", self.transactional_id, {.nullable_since = 0});
        io.field("acks", self.acks);
        io.field("timeoutMs", self.timeout_ms);
        io.field("topicData", self.topic_data);
    }
    bool operator==(const ProduceRequest&) const = default;
};

/// What became of each partition's batch [ProduceResponse.json, KIP-467, KIP-951].
struct ProduceResponse {
    static constexpr ApiKey kApiKey = ApiKey::kProduce;
    static constexpr VersionRange kVersions{3, 12, 9};

    /// A record that got its whole batch refused.
    struct RecordError {
        int32_t batch_index = 0;  ///< position in the batch, from 0
        std::optional<std::string> batch_index_error_message;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("batchIndex", self.batch_index);
            io.field("batchIndexErrorMessage", self.batch_index_error_message,
                     {.nullable_since = 0});
        }
        bool operator==(const RecordError&) const = default;
    };

    /// Who leads now, with NOT_LEADER_OR_FOLLOWER; -1 where not known.
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

    struct Partition {
        PartitionId index;
        ErrorCode error_code = ErrorCode::kNone;
        Offset base_offset;  ///< of the first record appended; -1 with an error
        Timestamp log_append_time_ms = kNoTimestamp;  ///< -1 unless the topic uses LogAppendTime
        Offset log_start_offset = kNoOffset;
        std::vector<RecordError> record_errors;
        std::optional<std::string> error_message;
        CurrentLeader current_leader;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("index", self.index);
            io.field("errorCode", self.error_code);
            io.field("baseOffset", self.base_offset);
            io.field("logAppendTimeMs", self.log_append_time_ms);
            io.field("logStartOffset", self.log_start_offset, {.since = 5});
            io.field("recordErrors", self.record_errors, {.since = 8});
            io.field("errorMessage", self.error_message, {.since = 8, .nullable_since = 0});
            io.field("currentLeader", self.current_leader, {.since = 10, .tag = 0});
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string name;
        std::vector<Partition> partition_responses;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitionResponses", self.partition_responses);
        }
        bool operator==(const Topic&) const = default;
    };

    std::vector<Topic> responses;
    int32_t throttle_time_ms = 0;
    std::vector<NodeEndpoint> node_endpoints;  ///< of the leaders named in `current_leader`

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("responses", self.responses);
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("nodeEndpoints", self.node_endpoints, {.since = 10, .tag = 0});
    }
    bool operator==(const ProduceResponse&) const = default;
};

}  // namespace brokerlab

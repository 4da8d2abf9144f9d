// DescribeTransactions, ListTransactions, DescribeProducers: finding a transaction that hangs
// (KIP-664).
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

/// Asks a coordinator for the state of transactional ids [DescribeTransactionsRequest.json].
struct DescribeTransactionsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeTransactions;
    static constexpr VersionRange kVersions{0, 0, 0};

    std::vector<std::string> transactional_ids;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("transactionalIds", self.transactional_ids);
    }
    bool operator==(const DescribeTransactionsRequest&) const = default;
};

/// The transactions [DescribeTransactionsResponse.json].
struct DescribeTransactionsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeTransactions;
    static constexpr VersionRange kVersions{0, 0, 0};

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

    struct Transaction {
        ErrorCode error_code = ErrorCode::kNone;
        std::string transactional_id;
        /// Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, CompleteAbort
        std::string transaction_state;
        int32_t transaction_timeout_ms = 0;
        Timestamp transaction_start_time_ms;  ///< -1 while none is open
        ProducerId producer_id;
        ProducerEpoch producer_epoch;
        std::vector<Topic> topics;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("errorCode", self.error_code);
            io.field("transactionalId", self.transactional_id);
            io.field("transactionState", self.transaction_state);
            io.field("transactionTimeoutMs", self.transaction_timeout_ms);
            io.field("transactionStartTimeMs", self.transaction_start_time_ms);
            io.field("producerId", self.producer_id);
            io.field("producerEpoch", self.producer_epoch);
            io.field("topics", self.topics);
        }
        bool operator==(const Transaction&) const = default;
    };

    int32_t throttle_time_ms = 0;
    std::vector<Transaction> transaction_states;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("transactionStates", self.transaction_states);
    }
    bool operator==(const DescribeTransactionsResponse&) const = default;
};

/// Asks one coordinator for its transactions [ListTransactionsRequest.json, KIP-994].
struct ListTransactionsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kListTransactions;
    static constexpr VersionRange kVersions{0, 1, 0};

    std::vector<std::string> state_filters;       ///< empty: all
    std::vector<ProducerId> producer_id_filters;  ///< empty: all
    int64_t duration_filter_ms = -1;              ///< only those that run longer; -1: all

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("stateFilters", self.state_filters);
        io.field("producerIdFilters", self.producer_id_filters);
        io.field("durationFilter", self.duration_filter_ms, {.since = 1});
    }
    bool operator==(const ListTransactionsRequest&) const = default;
};

/// The transactions that the asked broker coordinates [ListTransactionsResponse.json].
struct ListTransactionsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kListTransactions;
    static constexpr VersionRange kVersions{0, 1, 0};

    struct Transaction {
        std::string transactional_id;
        ProducerId producer_id;
        std::string transaction_state;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("transactionalId", self.transactional_id);
            io.field("producerId", self.producer_id);
            io.field("transactionState", self.transaction_state);
        }
        bool operator==(const Transaction&) const = default;
    };

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::vector<std::string> unknown_state_filters;  ///< names in the request that are no state
    std::vector<Transaction> transaction_states;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
        io.field("unknownStateFilters", self.unknown_state_filters);
        io.field("transactionStates", self.transaction_states);
    }
    bool operator==(const ListTransactionsResponse&) const = default;
};

/// Asks leaders for the producers that wrote lately [DescribeProducersRequest.json].
struct DescribeProducersRequest {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeProducers;
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

    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topics", self.topics);
    }
    bool operator==(const DescribeProducersRequest&) const = default;
};

/// The producer state of partitions [DescribeProducersResponse.json].
struct DescribeProducersResponse {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeProducers;
    static constexpr VersionRange kVersions{0, 0, 0};

    struct Producer {
        ProducerId producer_id;
        int32_t producer_epoch = 0;  ///< wider here than elsewhere
        Sequence last_sequence = kNoSequence;
        Timestamp last_timestamp = kNoTimestamp;
        CoordinatorEpoch coordinator_epoch;
        Offset current_txn_start_offset = kNoOffset;  ///< -1 while none is open

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("producerId", self.producer_id);
            io.field("producerEpoch", self.producer_epoch);
            io.field("lastSequence", self.last_sequence);
            io.field("lastTimestamp", self.last_timestamp);
            io.field("coordinatorEpoch", self.coordinator_epoch);
            io.field("currentTxnStartOffset", self.current_txn_start_offset);
        }
        bool operator==(const Producer&) const = default;
    };

    struct Partition {
        PartitionId partition_index;
        ErrorCode error_code = ErrorCode::kNone;
        std::optional<std::string> error_message;
        std::vector<Producer> active_producers;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("errorCode", self.error_code);
            io.field("errorMessage", self.error_message, {.nullable_since = 0});
            io.field("activeProducers", self.active_producers);
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
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("topics", self.topics);
    }
    bool operator==(const DescribeProducersResponse&) const = default;
};

}  // namespace brokerlab

// Records of __transaction_state: where each transactional id stands.
//
// [transaction-coordinator/src/main/resources/common/message/*.json; TransactionLog.scala]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/base/outcome.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"
#include "sim/model/versioned_message.h"

namespace brokerlab {

/// The state of a transactional id, by Kafka's numbers [TransactionState.java].
enum class TransactionState : int8_t {
    kEmpty = 0,
    kOngoing = 1,
    kPrepareCommit = 2,
    kPrepareAbort = 3,
    kCompleteCommit = 4,
    kCompleteAbort = 5,
    kDead = 6,
    kPrepareEpochFence = 7,  ///< never written
};

struct TransactionLogKey {
    static constexpr std::string_view kName = "TransactionLogKey";
    static constexpr VersionRange kVersions{0, 0};

    std::string transactional_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("transactionalId", self.transactional_id);
    }
    bool operator==(const TransactionLogKey&) const = default;
};

struct TransactionLogValue {
    static constexpr std::string_view kName = "TransactionLogValue";
    static constexpr VersionRange kVersions{0, 1, 1};
    /// With transaction.version 2; below that 0 [TransactionVersion.transactionLogValueVersion].
    static constexpr ApiVersion kWrittenVersion = 1;

    struct PartitionsSchema {
        std::string topic;
        std::vector<PartitionId> partition_ids;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topic", self.topic);
            io.field("partitionIds", self.partition_ids);
        }
        bool operator==(const PartitionsSchema&) const = default;
    };

    ProducerId producer_id;
    ProducerId previous_producer_id = kNoProducerId;
    ProducerId next_producer_id = kNoProducerId;
    ProducerEpoch producer_epoch;
    int32_t transaction_timeout_ms = 0;
    TransactionState transaction_status = TransactionState::kEmpty;
    std::optional<std::vector<PartitionsSchema>> transaction_partitions =
        std::vector<PartitionsSchema>();  ///< none while Empty
    Timestamp transaction_last_update_timestamp;
    Timestamp transaction_start_timestamp;
    int16_t client_transaction_version = 0;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("producerId", self.producer_id);
        io.field("previousProducerId", self.previous_producer_id, {.since = 1, .tag = 0});
        io.field("nextProducerId", self.next_producer_id, {.since = 1, .tag = 1});
        io.field("producerEpoch", self.producer_epoch);
        io.field("transactionTimeoutMs", self.transaction_timeout_ms);
        io.field("transactionStatus", self.transaction_status);
        io.field("transactionPartitions", self.transaction_partitions, {.nullable_since = 0});
        io.field("transactionLastUpdateTimestampMs", self.transaction_last_update_timestamp);
        io.field("transactionStartTimestampMs", self.transaction_start_timestamp);
        io.field("clientTransactionVersion", self.client_transaction_version,
                 {.since = 1, .tag = 2});
    }
    bool operator==(const TransactionLogValue&) const = default;
};

struct TransactionLogRecord {
    TransactionLogKey key;
    std::optional<TransactionLogValue> value;  ///< none: the id is forgotten

    bool operator==(const TransactionLogRecord&) const = default;
};

/// At the versions that a 4.0 broker with transaction.version 2 writes.
[[nodiscard]] EncodedRecord encode_transaction_record(const TransactionLogRecord& record);

/// Fails on an unknown version and on a key or value that is cut or too long.
[[nodiscard]] Outcome<TransactionLogRecord> decode_transaction_record(
    ByteSpan key, std::optional<ByteSpan> value);

/// Which partition of __transaction_state holds a transactional id, given as UTF-8.
/// `partition_count` (transaction.state.log.num.partitions) is at least 1
/// [TransactionStateManager.partitionFor].
[[nodiscard]] PartitionId transaction_partition(std::string_view transactional_id,
                                                int32_t partition_count);

}  // namespace brokerlab

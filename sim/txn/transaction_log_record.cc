#include "sim/txn/transaction_log_record.h"

#include <utility>

#include "sim/base/check.h"
#include "sim/base/java_hash.h"

namespace brokerlab {
namespace {

Failure failure_in(std::string_view name, const Failure& failure) {
    return Failure{"record of __transaction_state: " + std::string(name) + ": " + failure.what};
}

}  // namespace

EncodedRecord encode_transaction_record(const TransactionLogRecord& record) {
    EncodedRecord encoded{encode_versioned(record.key, TransactionLogKey::kVersions.latest),
                          std::nullopt};
    if (record.value) {
        encoded.value = encode_versioned(*record.value, TransactionLogValue::kWrittenVersion);
    }
    return encoded;
}

Outcome<TransactionLogRecord> decode_transaction_record(ByteSpan key,
                                                        std::optional<ByteSpan> value) {
    Outcome<TransactionLogKey> id = decode_versioned<TransactionLogKey>(key);
    if (!id) {
        return failure_in(TransactionLogKey::kName, id.failure());
    }
    TransactionLogRecord record{std::move(*id), std::nullopt};
    if (value) {
        Outcome<TransactionLogValue> held = decode_versioned<TransactionLogValue>(*value);
        if (!held) {
            return failure_in(TransactionLogValue::kName, held.failure());
        }
        record.value = std::move(*held);
    }
    return record;
}

PartitionId transaction_partition(std::string_view transactional_id, int32_t partition_count) {
    BL_CHECK(partition_count >= 1);
    return PartitionId(java_abs(java_string_hash(transactional_id)) % partition_count);
}

}  // namespace brokerlab

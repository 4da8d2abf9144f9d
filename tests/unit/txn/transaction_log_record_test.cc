#include "sim/txn/transaction_log_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/cut_bytes.h"

namespace brokerlab {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TransactionLogRecord ongoing() {
    TransactionLogValue value;
    value.producer_id = ProducerId(4000);
    value.previous_producer_id = ProducerId(3999);
    value.producer_epoch = ProducerEpoch(2);
    value.transaction_timeout_ms = 60'000;
    value.transaction_status = TransactionState::kOngoing;
    value.transaction_partitions = {{"orders", {PartitionId(0), PartitionId(2)}}};
    value.transaction_last_update_timestamp = Timestamp(1'700'000'000'500);
    value.transaction_start_timestamp = Timestamp(1'700'000'000'000);
    value.client_transaction_version = 2;
    return {{"tx-1"}, value};
}

TEST(TransactionLogRecord, ComesBackAsItWasWritten) {
    const EncodedRecord encoded = encode_transaction_record(ongoing());
    EXPECT_EQ(encoded.key, (Bytes{0, 0, 0, 4, 't', 'x', '-', '1'}));
    const auto decoded = decode_transaction_record(encoded.key, encoded.value);
    ASSERT_TRUE(decoded.ok()) << decoded.failure().what;
    EXPECT_EQ(*decoded, ongoing());
}

TEST(TransactionLogRecord, AnOlderBrokersValueLacksWhatCameWithTransactionVersion2) {
    const EncodedRecord encoded = encode_transaction_record(ongoing());
    const Bytes old_value = encode_versioned(*ongoing().value, 0);
    const auto decoded = decode_transaction_record(encoded.key, ByteSpan(old_value));
    ASSERT_TRUE(decoded.ok()) << decoded.failure().what;
    TransactionLogRecord expected = ongoing();
    expected.value->previous_producer_id = kNoProducerId;
    expected.value->client_transaction_version = 0;
    EXPECT_EQ(*decoded, expected);
}

TEST(TransactionLogRecord, WithoutAValueTheIdIsForgotten) {
    const TransactionLogRecord forgotten{{"tx-1"}, std::nullopt};
    const EncodedRecord encoded = encode_transaction_record(forgotten);
    EXPECT_FALSE(encoded.value.has_value());
    const auto decoded = decode_transaction_record(encoded.key, std::nullopt);
    ASSERT_TRUE(decoded.ok()) << decoded.failure().what;
    EXPECT_EQ(*decoded, forgotten);
}

TEST(TransactionLogRecord, BadInputIsRefusedWithItsReason) {
    const EncodedRecord encoded = encode_transaction_record(ongoing());
    const ByteSpan value(*encoded.value);
    EXPECT_THAT(
        accepted_prefixes(encoded.key,
                          [&](ByteSpan key) { return decode_transaction_record(key, value); }),
        IsEmpty());
    EXPECT_THAT(
        accepted_prefixes(
            value, [&](ByteSpan cut) { return decode_transaction_record(encoded.key, cut); }),
        IsEmpty());
    Bytes newer = encoded.key;
    newer[1] = 1;
    EXPECT_THAT(decode_transaction_record(newer, value).failure().what,
                HasSubstr("TransactionLogKey: version 1 is not one of 0 to 0"));
}

TEST(TransactionPartition, IsThatOfARealBroker) {
    EXPECT_EQ(transaction_partition("tx-1", 50), PartitionId(20));
    EXPECT_EQ(transaction_partition("txn-orders", 50), PartitionId(34));
}

}  // namespace
}  // namespace brokerlab

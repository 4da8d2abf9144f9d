// Control records: their types, and the markers that end a transaction.
#include "sim/log/control_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/log/batch_bytes.h"
#include "tests/unit/log/log_fixture.h"

namespace brokerlab {
namespace {

using ::testing::HasSubstr;

using brokerlab::testing::batch_of;
using brokerlab::testing::from_hex;
using brokerlab::testing::with_field;
namespace field = brokerlab::testing::field;

TEST(ControlRecordType, IsCalledAndWrittenAsInKafka) {
    struct Known {
        ControlRecordType type;
        const char* name;
        const char* key;
    };
    for (const Known& known :
         {Known{ControlRecordType::kAbort, "ABORT", "00000000"},
          Known{ControlRecordType::kCommit, "COMMIT", "00000001"},
          Known{ControlRecordType::kLeaderChange, "LEADER_CHANGE", "00000002"},
          Known{ControlRecordType::kSnapshotHeader, "SNAPSHOT_HEADER", "00000003"},
          Known{ControlRecordType::kSnapshotFooter, "SNAPSHOT_FOOTER", "00000004"},
          Known{ControlRecordType::kKRaftVersion, "KRAFT_VERSION", "00000005"},
          Known{ControlRecordType::kKRaftVoters, "KRAFT_VOTERS", "00000006"}}) {
        EXPECT_EQ(control_record_type_name(known.type), known.name);
        EXPECT_EQ(control_record_key(known.type), from_hex(known.key)) << known.name;
        EXPECT_EQ(parse_control_record_key(from_hex(known.key)).value(), known.type);
    }
    EXPECT_EQ(control_record_type_name(static_cast<ControlRecordType>(7)), "UNKNOWN");
    EXPECT_EQ(control_record_type_name(static_cast<ControlRecordType>(-1)), "UNKNOWN");
}

TEST(ControlRecordKey, MayBeOfALaterVersionOrType) {
    EXPECT_EQ(parse_control_record_key(from_hex("00050001")).value(), ControlRecordType::kCommit)
        << "a later version is read as version 0";
    EXPECT_EQ(parse_control_record_key(from_hex("0000000100ff")).value(),
              ControlRecordType::kCommit)
        << "a later version may add fields";
    const Outcome<ControlRecordType> unknown = parse_control_record_key(from_hex("00000063"));
    ASSERT_TRUE(unknown.ok()) << "readers skip the types that they don't know";
    EXPECT_EQ(control_record_type_name(*unknown), "UNKNOWN");
}

TEST(ControlRecordKey, IsRefusedWhenCutOrOfANegativeVersion) {
    for (const char* key : {"", "00", "000000"}) {
        const Outcome<ControlRecordType> type = parse_control_record_key(from_hex(key));
        ASSERT_FALSE(type.ok()) << key;
        EXPECT_THAT(type.failure().what, HasSubstr("bytes")) << key;
    }
    const Outcome<ControlRecordType> type = parse_control_record_key(from_hex("ffff0001"));
    ASSERT_FALSE(type.ok());
    EXPECT_THAT(type.failure().what, HasSubstr("version -1"));
}

TEST(TransactionMarker, IsABatchOfOneControlRecord) {
    const BatchBytes batch =
        end_transaction_batch({ControlRecordType::kCommit, CoordinatorEpoch(5)}, ProducerId(4000),
                              ProducerEpoch(2), Timestamp(1'700'000'000'000), Offset(31));
    const BatchHeader header = read_batch_header(batch.bytes);
    EXPECT_TRUE(header.is_control());
    EXPECT_TRUE(header.is_transactional());
    EXPECT_EQ(header.base_offset, Offset(31));
    EXPECT_EQ(header.last_offset_delta, 0);
    EXPECT_EQ(header.records_count, 1);
    EXPECT_EQ(header.producer_id, ProducerId(4000));
    EXPECT_EQ(header.producer_epoch, ProducerEpoch(2));
    EXPECT_EQ(header.base_sequence, kNoSequence) << "markers take no sequence";
    EXPECT_EQ(header.max_timestamp, Timestamp(1'700'000'000'000));
    // length, attributes, two deltas, key of 4: version 0, type 1, value of 6: version 0, epoch 5.
    const ByteSpan records = ByteSpan(batch.bytes).subspan(field::kRecords);
    EXPECT_EQ(Bytes(records.begin(), records.end()), from_hex("20000000"
                                                              "0800000001"
                                                              "0c000000000005"
                                                              "00"));
    EXPECT_TRUE(next_batch(batch.bytes).ok());
}

TEST(TransactionMarker, ComesBackAsItWasWritten) {
    for (const ControlRecordType type : {ControlRecordType::kCommit, ControlRecordType::kAbort}) {
        for (const int32_t epoch : {-1, 0, 7, 2'147'483'647}) {
            const EndTransactionMarker marker{type, CoordinatorEpoch(epoch)};
            const BatchBytes batch =
                end_transaction_batch(marker, ProducerId(1), ProducerEpoch(0), Timestamp(0));
            EXPECT_EQ(marker_of(batch.bytes), marker);
            const Outcome<DecodedRecords> records = decode_records(batch.bytes);
            EXPECT_EQ(parse_end_transaction_marker(records->records[0].content).value(), marker);
        }
    }
}

TEST(TransactionMarker, IsNotFoundWhereThereIsNone) {
    EXPECT_EQ(marker_of(batch_of({{"a", "1"}}).bytes), std::nullopt) << "a data batch";

    const BatchBytes marker =
        end_transaction_batch({ControlRecordType::kAbort, CoordinatorEpoch(0)}, ProducerId(1),
                              ProducerEpoch(0), Timestamp(0));
    EXPECT_EQ(marker_of(empty_batch(read_batch_header(marker.bytes)).bytes), std::nullopt)
        << "what the cleaner leaves of a marker";

    BatchBuilder leader_change({.control = true});
    const Bytes key = control_record_key(ControlRecordType::kLeaderChange);
    leader_change.append({.timestamp = Timestamp(0), .key = key, .value = as_bytes("body")});
    EXPECT_EQ(marker_of(leader_change.build().bytes), std::nullopt) << "another control record";
}

TEST(TransactionMarker, IsRefusedWhenItsTypeOrBodyIsWrong) {
    const auto refusal = [](const char* key, const char* value) {
        const Bytes key_bytes = from_hex(key);
        const Bytes value_bytes = from_hex(value);
        const Outcome<EndTransactionMarker> marker =
            parse_end_transaction_marker({.key = key_bytes, .value = value_bytes});
        return marker.ok() ? "" : marker.failure().what;
    };
    EXPECT_EQ(refusal("00000001", "000000000005"), "");
    EXPECT_EQ(refusal("00000001", "000100000005ff"), "") << "a later version, with more in it";
    EXPECT_THAT(refusal("00000002", "000000000005"), HasSubstr("LEADER_CHANGE"));
    EXPECT_THAT(refusal("000000", "000000000005"), HasSubstr("bytes"));
    EXPECT_THAT(refusal("00000001", "0000000000"), HasSubstr("bytes"));
    EXPECT_THAT(refusal("00000001", ""), HasSubstr("bytes"));
    EXPECT_THAT(refusal("00000001", "ffff00000005"), HasSubstr("version -1"));
    EXPECT_FALSE(parse_end_transaction_marker({}).ok()) << "neither key nor value";
}

}  // namespace
}  // namespace brokerlab

// Control records: the broker's own words in a log.
//
// The key is version 0 and a type, the value a body per type. Transaction markers end a
// transaction in a data partition; the other kinds live in the metadata log and are read by
// sim/raft. [common/record/ControlRecordType.java, EndTransactionMarker.java]
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/log/record.h"

namespace brokerlab {

enum class ControlRecordType : int16_t {
    kAbort = 0,
    kCommit = 1,
    kLeaderChange = 2,
    kSnapshotHeader = 3,
    kSnapshotFooter = 4,
    kKRaftVersion = 5,
    kKRaftVoters = 6,
};
/// "COMMIT", "LEADER_CHANGE" ...; "UNKNOWN" for a number that Kafka does not use.
[[nodiscard]] std::string control_record_type_name(ControlRecordType type);

/// The key of a control record of `type`.
[[nodiscard]] Bytes control_record_key(ControlRecordType type);
/// The type in a control record's key; fails on a key that is cut or of a negative version.
[[nodiscard]] Outcome<ControlRecordType> parse_control_record_key(ByteSpan key);

/// How a transaction ended, as its marker says.
struct EndTransactionMarker {
    ControlRecordType type = ControlRecordType::kCommit;  ///< kCommit or kAbort
    CoordinatorEpoch coordinator_epoch = kNoCoordinatorEpoch;

    bool operator==(const EndTransactionMarker&) const = default;
};
/// A control batch with one marker [MemoryRecords.withEndTransactionMarker].
[[nodiscard]] BatchBytes end_transaction_batch(const EndTransactionMarker& marker,
                                               ProducerId producer_id, ProducerEpoch producer_epoch,
                                               Timestamp timestamp, Offset base_offset = Offset(0));
/// The marker in `record`; fails when it is of another type or malformed.
[[nodiscard]] Outcome<EndTransactionMarker> parse_end_transaction_marker(
    const RecordContent& record);

/// The marker in a batch of a log: nothing for data batches, empty batches and other control types.
[[nodiscard]] std::optional<EndTransactionMarker> marker_of(ByteSpan batch);

}  // namespace brokerlab

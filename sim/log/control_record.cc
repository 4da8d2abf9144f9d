#include "sim/log/control_record.h"

#include <fmt/format.h>

namespace brokerlab {
namespace {

constexpr int16_t kKeyVersion = 0;
constexpr int16_t kMarkerVersion = 0;

}  // namespace

std::string control_record_type_name(ControlRecordType type) {
    switch (type) {
        case ControlRecordType::kAbort:
            return "ABORT";
        case ControlRecordType::kCommit:
            return "COMMIT";
        case ControlRecordType::kLeaderChange:
            return "LEADER_CHANGE";
        case ControlRecordType::kSnapshotHeader:
            return "SNAPSHOT_HEADER";
        case ControlRecordType::kSnapshotFooter:
            return "SNAPSHOT_FOOTER";
        case ControlRecordType::kKRaftVersion:
            return "KRAFT_VERSION";
        case ControlRecordType::kKRaftVoters:
            return "KRAFT_VOTERS";
    }
    return "UNKNOWN";
}

Bytes control_record_key(ControlRecordType type) {
    ByteWriter out;
    out.be(kKeyVersion);
    out.be(static_cast<int16_t>(type));
    return out.take();
}

Outcome<ControlRecordType> parse_control_record_key(ByteSpan key) {
    ByteReader in(key);
    const auto version = in.be<int16_t>();
    const auto type = in.be<int16_t>();
    if (!in.ok()) {
        return Failure{fmt::format("a control record's key of {} bytes has no type", key.size())};
    }
    if (version < kKeyVersion) {
        return Failure{fmt::format("version {} of a control record's key can't be", version)};
    }
    return static_cast<ControlRecordType>(type);
}

BatchBytes end_transaction_batch(const EndTransactionMarker& marker, ProducerId producer_id,
                                 ProducerEpoch producer_epoch, Timestamp timestamp,
                                 Offset base_offset) {
    const Bytes key = control_record_key(marker.type);
    ByteWriter value;
    value.be(kMarkerVersion);
    value.be(marker.coordinator_epoch.value);

    BatchBuilder builder({.base_offset = base_offset,
                          .producer_id = producer_id,
                          .producer_epoch = producer_epoch,
                          .transactional = true,
                          .control = true});
    builder.append({.timestamp = timestamp, .key = key, .value = value.written()});
    return builder.build();
}

Outcome<EndTransactionMarker> parse_end_transaction_marker(const RecordContent& record) {
    if (!record.key || !record.value) {
        return Failure{"a control record has no key or no value"};
    }
    const Outcome<ControlRecordType> type = parse_control_record_key(*record.key);
    if (!type) {
        return type.failure();
    }
    if (*type != ControlRecordType::kCommit && *type != ControlRecordType::kAbort) {
        return Failure{"a control record of type " + control_record_type_name(*type) +
                       " is not a transaction marker"};
    }
    ByteReader in(*record.value);
    const auto version = in.be<int16_t>();
    const CoordinatorEpoch epoch(in.be<int32_t>());
    if (!in.ok()) {
        return Failure{fmt::format("a transaction marker of {} bytes has no coordinator epoch",
                                   record.value->size())};
    }
    if (version < kMarkerVersion) {
        return Failure{fmt::format("version {} of a transaction marker can't be", version)};
    }
    return EndTransactionMarker{*type, epoch};
}

std::optional<EndTransactionMarker> marker_of(ByteSpan batch) {
    if (!read_batch_header(batch).is_control()) {
        return std::nullopt;
    }
    const Outcome<DecodedRecords> decoded = decode_records(batch);
    if (!decoded || decoded->records.empty()) {
        return std::nullopt;
    }
    const Outcome<EndTransactionMarker> marker =
        parse_end_transaction_marker(decoded->records.front().content);
    return marker ? std::optional(*marker) : std::nullopt;
}

}  // namespace brokerlab

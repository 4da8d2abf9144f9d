#include "sim/raft/metadata_log.h"

#include <algorithm>

#include "sim/base/check.h"
#include "sim/log/control_record.h"
#include "sim/log/read.h"
#include "sim/log/record.h"
#include "sim/model/message_codec.h"

namespace brokerlab {

LogPosition end_position(const PartitionLog& log) {
    return {log.leader_epochs.latest_epoch().value_or(LeaderEpoch(0)), log.log_end_offset};
}

const LogConfig& metadata_log_config() {
    static const LogConfig config;
    return config;
}

EpochEndOffset metadata_epoch_end(const PartitionLog& log, LeaderEpoch epoch) {
    const LogPosition end = end_position(log);
    return end_offset_for_epoch(log, epoch).value_or(EpochEndOffset{end.epoch, end.offset});
}

std::optional<EpochEndOffset> divergence(const PartitionLog& log, Offset offset,
                                         LeaderEpoch last_epoch) {
    const bool starts_from_nothing =
        log.log_start_offset == Offset(0) && offset == Offset(0) && last_epoch == LeaderEpoch(0);
    if (starts_from_nothing) {
        return std::nullopt;
    }
    const EpochEndOffset end = metadata_epoch_end(log, last_epoch);
    if (end.epoch == last_epoch && offset <= end.end_offset) {
        return std::nullopt;
    }
    return end;
}

Offset truncation_offset(const PartitionLog& log, EpochEndOffset diverging) {
    if (diverging.epoch == LeaderEpoch(0)) {
        return std::min(diverging.end_offset, log.log_end_offset);
    }
    const EpochEndOffset own = metadata_epoch_end(log, diverging.epoch);
    return own.epoch == diverging.epoch ? std::min(own.end_offset, diverging.end_offset)
                                        : own.end_offset;
}

BatchBytes leader_change_batch(const LeaderChangeMessage& message, LogPosition at,
                               Timestamp timestamp) {
    BatchSpec spec;
    spec.base_offset = at.offset;
    spec.partition_leader_epoch = at.epoch;
    spec.control = true;
    const Bytes key = control_record_key(ControlRecordType::kLeaderChange);
    const Bytes value = encode_message(message, LeaderChangeMessage::kWrittenVersion);
    BatchBuilder builder(spec);
    builder.append({.timestamp = timestamp, .key = key, .value = value});
    return builder.build();
}

BatchBytes metadata_batch(const std::vector<Bytes>& values, LogPosition at, Timestamp timestamp) {
    BL_CHECK(!values.empty());
    BatchSpec spec;
    spec.base_offset = at.offset;
    spec.partition_leader_epoch = at.epoch;
    BatchBuilder builder(spec);
    for (const Bytes& value : values) {
        builder.append({.timestamp = timestamp, .value = value});
    }
    return builder.build();
}

}  // namespace brokerlab

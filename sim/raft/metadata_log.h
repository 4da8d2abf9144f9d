// The metadata log as Raft sees it: the position of its end, comparing two logs by epochs, and the
// batches that a leader writes.
//
// Where a log has no record, its last epoch counts as 0, the epoch before any election.
// [core raft/KafkaMetadataLog.scala, raft ReplicatedLog.java]
#pragma once

#include <compare>
#include <optional>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/log/leader_epoch_cache.h"
#include "sim/log/log_config.h"
#include "sim/log/partition_log.h"
#include "sim/model/ids.h"
#include "sim/model/records.h"
#include "sim/raft/raft_records.h"

namespace brokerlab {

/// The end of a log: whose is further decides who may be elected, the epoch before the offset
/// [OffsetAndEpoch.java].
struct LogPosition {
    LeaderEpoch epoch;
    Offset offset;

    friend constexpr auto operator<=>(LogPosition, LogPosition) = default;
};
[[nodiscard]] LogPosition end_position(const PartitionLog& log);

/// Settings of __cluster_metadata-0.
[[nodiscard]] const LogConfig& metadata_log_config();

/// Where `epoch` ends in `log`; the log's own end for an epoch it can't place.
[[nodiscard]] EpochEndOffset metadata_epoch_end(const PartitionLog& log, LeaderEpoch epoch);

/// Whether a reader that got as far as `offset`, the record before of `last_epoch`, has a prefix of
/// `log`; otherwise where its history leaves the log's [ReplicatedLog.validateOffsetAndEpoch].
[[nodiscard]] std::optional<EpochEndOffset> divergence(const PartitionLog& log, Offset offset,
                                                       LeaderEpoch last_epoch);

/// The offset to which a follower with `log` cuts when its leader's log says `diverging`
/// [ReplicatedLog.truncateToEndOffset].
[[nodiscard]] Offset truncation_offset(const PartitionLog& log, EpochEndOffset diverging);

/// The control batch that opens an epoch.
[[nodiscard]] BatchBytes leader_change_batch(const LeaderChangeMessage& message, LogPosition at,
                                             Timestamp timestamp);
/// A batch of encoded metadata records without keys; `values` is not empty.
[[nodiscard]] BatchBytes metadata_batch(const std::vector<Bytes>& values, LogPosition at,
                                        Timestamp timestamp);

}  // namespace brokerlab

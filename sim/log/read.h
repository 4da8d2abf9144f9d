// Reading a log: a slice of one segment, up to a bound, and look-ups by time and epoch.
//
// A read copies no bytes: it shares the buffers of the batches. Kafka returns a byte slice that may
// end within a batch, which the client then ignores; here only the whole batches are returned, and
// the slice's size is told beside them. [storage LocalLog.java read(), LogSegment.java read()]
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/log/partition_log.h"
#include "sim/model/error_code.h"
#include "sim/model/records.h"

namespace brokerlab {

/// How far a reader may see [FetchIsolation.java].
enum class FetchIsolation : uint8_t {
    kLogEnd,         ///< followers: up to the LEO
    kHighWatermark,  ///< consumers, read_uncommitted
    kTxnCommitted,   ///< consumers, read_committed: up to the last stable offset
};

/// The offset that `isolation` ends at (exclusive).
[[nodiscard]] Offset fetch_bound(const PartitionLog& log, FetchIsolation isolation);

struct ReadLimits {
    int64_t max_bytes = 0;
    /// The first batch comes even when it is larger than max_bytes (KIP-74).
    bool min_one_message = true;
};

struct ReadResult {
    ErrorCode error = ErrorCode::kNone;  ///< kNone or kOffsetOutOfRange
    /// Whole batches from the one that holds the offset: earlier records in it are to be skipped.
    Records records;
    /// Bytes of Kafka's slice, a cut last batch included.
    int64_t size_in_bytes = 0;
    /// For kTxnCommitted: the aborted transactions that touch what was read, by segment and marker.
    std::vector<AbortedTxn> aborted_txns;
};

/// Reads from `offset`, which may lie between the log start and the LEO; between bound and LEO the
/// result is empty without an error.
[[nodiscard]] ReadResult read_log(const PartitionLog& log, Offset offset, FetchIsolation isolation,
                                  const ReadLimits& limits);

/// The first record with at least `timestamp`, from the log start on (ListOffsets, timestamp >= 0).
/// The caller checks that it lies below the bound of its reader.
[[nodiscard]] std::optional<TimestampAndOffset> find_offset_by_timestamp(const PartitionLog& log,
                                                                         Timestamp timestamp);
/// The record with the largest timestamp (ListOffsets, -3, KIP-734): the earliest in its batch.
[[nodiscard]] std::optional<TimestampAndOffset> find_max_timestamp(const PartitionLog& log);

/// Where a leader's log ends for an epoch that a follower asks for (OffsetForLeaderEpoch, and the
/// check of a fetch): see LeaderEpochCache::end_offset_for.
[[nodiscard]] std::optional<EpochEndOffset> end_offset_for_epoch(const PartitionLog& log,
                                                                 LeaderEpoch epoch);

/// The aborted transactions with records in [start, upper_bound).
[[nodiscard]] std::vector<AbortedTxn> collect_aborted_txns(const PartitionLog& log, Offset start,
                                                           Offset upper_bound);

}  // namespace brokerlab

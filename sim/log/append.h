// Appending to a log: as the leader, who numbers and stamps, and as a follower, who copies.
// [core log/UnifiedLog.scala append(), storage LogValidator.java]
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/log/partition_log.h"
#include "sim/log/producer_state.h"
#include "sim/model/error_code.h"
#include "sim/model/records.h"

namespace brokerlab {

/// Why one record of a refused batch is to blame (KIP-467).
struct RecordError {
    int32_t batch_index = 0;  ///< the record's place in its batch
    std::string message;

    bool operator==(const RecordError&) const = default;
};

/// What came of an append.
struct AppendResult {
    ErrorCode error = ErrorCode::kNone;
    std::string message;  ///< why it was refused; empty on success
    std::vector<RecordError> record_errors;
    /// First and last offset that the records got, or those of the first try of a duplicate.
    Offset first_offset = kNoOffset;
    Offset last_offset = kNoOffset;
    Timestamp log_append_time = kNoTimestamp;  ///< set with LogAppendTime, and for a duplicate
    bool duplicate = false;  ///< already in the log: nothing was written, and that is a success
    bool rolled = false;     ///< a new segment was started; the old one is due for a flush

    [[nodiscard]] bool ok() const { return error == ErrorCode::kNone; }
};

struct AppendContext {
    const LogConfig& config;
    SimTime now;
    /// The draw in [0, segment.jitter.ms) for a segment that this append may start.
    int64_t roll_jitter_ms = 0;
};

/// Appends as the leader of `leader_epoch`. `records` holds exactly one batch (a client's with base
/// offset 0), which gets the offsets from the LEO on, the leader epoch and, where the topic says
/// so, the log append time; a topic with a compression.type of its own has it compressed anew. The
/// Raft leader's batches come numbered and stamped, any number of them. No record is written when
/// the batch is refused, though Kafka's order may have noted the leader epoch and rolled a segment
/// by then: CORRUPT_MESSAGE, INVALID_RECORD, MESSAGE_TOO_LARGE, INVALID_TIMESTAMP,
/// RECORD_LIST_TOO_LARGE, OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_PRODUCER_EPOCH, INVALID_TXN_STATE,
/// TRANSACTION_COORDINATOR_FENCED.
[[nodiscard]] AppendResult append_as_leader(PartitionLog& log, const Records& records,
                                            LeaderEpoch leader_epoch, AppendOrigin origin,
                                            const AppendContext& context);

/// Appends what a leader sent, offsets and bytes unchanged. The buffers are shared with the
/// leader's log, which checked them. Offsets below the LEO or out of order are refused with
/// UNKNOWN_SERVER_ERROR, as Kafka's exceptions for it are none of the protocol's; gaps are allowed,
/// as compaction leaves them.
[[nodiscard]] AppendResult append_as_follower(PartitionLog& log, const Records& records,
                                              const AppendContext& context);

}  // namespace brokerlab

// A log as the files of a Kafka log directory, and back.
//
// The files are bytes in memory: reading and writing a disk is the business of the front ends. What
// is written is what a broker leaves after a clean stop: `.log`, `.index`, `.timeindex`,
// `.txnindex` where there were aborted transactions, `.snapshot`, `leader-epoch-checkpoint` and
// `partition.metadata`. What is read may be anything. [LogFileUtils.java, checkpoint/*.java]
#pragma once

#include <string>
#include <vector>

#include "sim/base/outcome.h"
#include "sim/kernel/sim_time.h"
#include "sim/log/partition_log.h"
#include "sim/model/ids.h"

namespace brokerlab {

struct LogFile {
    std::string name;  ///< without folder
    Bytes bytes;

    bool operator==(const LogFile&) const = default;
};

/// "00000000000000000042.log" for offset 42 and ".log".
[[nodiscard]] std::string segment_file_name(Offset base_offset, std::string_view suffix);
/// The base offset in such a name; fails when it is none.
[[nodiscard]] Outcome<Offset> base_offset_of_file(std::string_view name);

/// The files of `log`, sorted by name.
[[nodiscard]] std::vector<LogFile> to_log_files(const PartitionLog& log, Uuid topic_id);

/// What could be read of a log directory.
struct LoadedLog {
    PartitionLog log;
    Uuid topic_id;  ///< zero when partition.metadata is missing or bad
    /// What was wrong, each with file and position. What was readable before it is in `log`.
    std::vector<Failure> problems;
};

/// Reads a log directory. Offset and time indexes and producer states are rebuilt from the batches;
/// index files that do not fit the log are named as problems, as are files that no log directory
/// holds. At the first bad batch the log is cut, and later segments are left out, as Kafka's
/// recovery does. Fails only when there is no `.log` file at all.
[[nodiscard]] Outcome<LoadedLog> from_log_files(const std::vector<LogFile>& files,
                                                const LogConfig& config, SimTime now);

// The single formats, for tools that show them.

[[nodiscard]] Bytes encode_offset_index(const Segment& segment);
[[nodiscard]] Bytes encode_time_index(const Segment& segment);
[[nodiscard]] Bytes encode_txn_index(const TxnIndex& index);
/// Each fails when the size is not a whole number of entries, a txn index also on another version.
[[nodiscard]] Outcome<std::vector<OffsetIndexEntry>> decode_offset_index(ByteSpan bytes,
                                                                         Offset base_offset);
[[nodiscard]] Outcome<std::vector<TimeIndexEntry>> decode_time_index(ByteSpan bytes,
                                                                     Offset base_offset);
[[nodiscard]] Outcome<TxnIndex> decode_txn_index(ByteSpan bytes);

[[nodiscard]] std::string encode_leader_epoch_checkpoint(const LeaderEpochCache& cache);
[[nodiscard]] Outcome<LeaderEpochCache> decode_leader_epoch_checkpoint(std::string_view text);
[[nodiscard]] std::string encode_partition_metadata(Uuid topic_id);
[[nodiscard]] Outcome<Uuid> decode_partition_metadata(std::string_view text);

}  // namespace brokerlab

// How often the members of each group have processed the records of their partitions: never, once,
// twice.
//
// A record counts as processed when the application has done its work on it. Skipped are records
// that nobody has processed though they lie below the group's committed offset, so that nobody will
// read them again: between and behind processed ones always, before the first of them only in a
// group that begins at the log's start (auto.offset.reset=earliest). What is not committed may
// still be processed, and is not told; nor is anything skipped while no coordinator can say what is
// committed. Records that retention removed unread are skipped, too; offsets that compaction left
// empty are no records.
//
// Partitions of a topic whose name was deleted in this run are counted as processed and not judged:
// their offsets began anew. After an unclean election two records may have had one offset, and the
// second counts as the first once more.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/model/ids.h"
#include "sim/world/world.h"

namespace brokerlab {

/// Neighbouring records that were all processed so many times, and not once.
struct OddlyProcessed {
    TopicPartition partition;
    Offset first;
    Offset last;
    uint64_t count = 0;                ///< of records
    uint32_t times = 0;                ///< 0: skipped
    SimTime at;                        ///< when they were processed last; of skipped ones 0
    std::vector<std::string> members;  ///< that processed them, in that order, each once
    bool in_turn = false;  ///< several did, and none of them twice without another in between

    bool operator==(const OddlyProcessed&) const = default;
};

struct ProcessingReport {
    std::string group;
    uint64_t processed = 0;  ///< different records
    uint64_t repeated = 0;   ///< of them, those processed more than once
    uint64_t skipped = 0;
    /// By partition and offset, the first 20 that were repeated and the first 20 that were skipped.
    std::vector<OddlyProcessed> examples;
    uint32_t most_times = 0;  ///< the greatest number of times that one record was processed

    bool operator==(const ProcessingReport&) const = default;
};

/// Of one group; all zero when it has processed nothing. Costs n log n in the runs of the ledger,
/// which are as many as there were crashes, rebalances and gaps; reads the log only where records
/// were skipped.
[[nodiscard]] ProcessingReport judge_processing(const World& world, const std::string& group);

}  // namespace brokerlab

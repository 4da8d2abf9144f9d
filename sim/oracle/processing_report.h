// How often the members of each group have processed the records of their partitions.
//
// A record counts as processed when the application has done its work on it. Skipped are records
// that lie between others that were processed, and below the group's committed offset, so that
// nobody will read them again. What is not yet committed may still be processed, and is not told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/model/ids.h"
#include "sim/world/world.h"

namespace brokerlab {

/// A record that was not processed exactly once.
struct OddlyProcessed {
    TopicPartition partition;
    Offset offset;
    uint32_t times = 0;  ///< 0: skipped
    SimTime at;          ///< when it was processed last; of a skipped one 0

    bool operator==(const OddlyProcessed&) const = default;
};

struct ProcessingReport {
    std::string group;
    uint64_t processed = 0;  ///< different records
    uint64_t repeated = 0;   ///< of them, those processed more than once
    uint64_t skipped = 0;
    std::vector<OddlyProcessed> examples;  ///< the first of each partition, at most 20

    bool operator==(const ProcessingReport&) const = default;
};

/// Of one group; all zero when it has processed nothing.
[[nodiscard]] ProcessingReport judge_processing(const World& world, const std::string& group);

}  // namespace brokerlab

// Lag history: how far a consumer group was behind, over time.
//
// Commits are facts, with their moments. How long a partition was is no fact; but its leader's log
// says when each batch was written, so what was there at a moment is what was written until then.
// That costs nothing while a run is played and holds for moments that nobody visited. It is the
// log end that counts, not the high watermark: under acks=all a few milliseconds more. Two things
// can't be told from a log: what retention has deleted, and what was truncated; and a leader that
// was a follower then has its batches a replica's fetch later.
// A partition counts from its first commit on, as for kafka-consumer-groups.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/view/explain.h"

namespace brokerlab {

struct LagPoint {
    Duration at;  ///< after time 0
    int64_t lag = 0;

    bool operator==(const LagPoint&) const = default;
};
struct PartitionLag {
    TopicPartition partition;
    std::vector<LagPoint> points;  ///< from its first commit on
};
struct LagHistory {
    std::vector<LagPoint> total;           ///< from the first commit of any on
    std::vector<PartitionLag> partitions;  ///< sorted
};

/// Of the moments from `from` to `to`, evenly spaced: `samples` of them, at least 2. `world` is at
/// or after `to`; `facts` up to its moment, from the beginning of the run.
struct LagWindow {
    Duration from;
    Duration to;
    std::size_t samples = 240;
};
[[nodiscard]] LagHistory make_lag_history(const World& world, const FactList& facts,
                                          std::string_view group, const LagWindow& window);

}  // namespace brokerlab

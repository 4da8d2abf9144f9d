// Which partitions the sticky assignor moved while it balanced, so that it can undo a move instead
// of making an opposite one [AbstractStickyAssignor.java, PartitionMovements].
//
// When a partition is to go from A to B and another one of its topic went from B to A before, that
// other one goes back in its place: of several the one with the lowest number, where Kafka takes
// the first of a hash set.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "sim/assign/numbered_group.h"
#include "sim/base/flat_map.h"

namespace brokerlab {

class PartitionMovements {
public:
    explicit PartitionMovements(const NumberedGroup& group);

    /// Which partition to move in place of `partition`, itself or another of its topic.
    [[nodiscard]] uint32_t actual_partition(uint32_t partition, uint32_t from, uint32_t to) const;
    void note_move(uint32_t partition, uint32_t from, uint32_t to);

private:
    /// Topic, from, to.
    using Path = std::tuple<uint32_t, uint32_t, uint32_t>;

    const NumberedGroup& group_;
    std::vector<uint32_t> origin_;  ///< of each moved partition, else kNobody
    std::vector<uint32_t> holder_;  ///< to whom it went
    FlatMap<Path, FlatSet<uint32_t>> moved_;
};

}  // namespace brokerlab

#include "sim/assign/partition_movements.h"

namespace brokerlab {

PartitionMovements::PartitionMovements(const NumberedGroup& group)
    : group_(group),
      origin_(group.partition_count(), kNobody),
      holder_(group.partition_count(), kNobody) {}

uint32_t PartitionMovements::actual_partition(uint32_t partition, uint32_t from,
                                              uint32_t to) const {
    const uint32_t origin = origin_[partition] == kNobody ? from : origin_[partition];
    const FlatSet<uint32_t>* opposite = moved_.find(Path{group_.topic_of[partition], to, origin});
    return opposite == nullptr ? partition : *opposite->begin();
}

void PartitionMovements::note_move(uint32_t partition, uint32_t from, uint32_t to) {
    const uint32_t topic = group_.topic_of[partition];
    uint32_t origin = from;
    if (origin_[partition] != kNobody) {
        origin = origin_[partition];
        const Path path{topic, origin, holder_[partition]};
        FlatSet<uint32_t>& moved = moved_.at(path);
        moved.erase(partition);
        if (moved.empty()) {
            moved_.erase(path);
        }
        if (origin == to) {  // It is back where it was.
            origin_[partition] = kNobody;
            holder_[partition] = kNobody;
            return;
        }
    }
    origin_[partition] = origin;
    holder_[partition] = to;
    moved_[Path{topic, origin, to}].insert(partition);
}

}  // namespace brokerlab

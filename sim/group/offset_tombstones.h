// Tombstones of committed offsets, as deleting and expiring write them.
//
// Internal to the offsets (offsets.h).
#pragma once

#include <string>
#include <utility>

#include "sim/group/coordinator.h"

namespace brokerlab {

inline void write_offset_tombstone(const std::string& group, const TopicPartition& tp,
                                   GroupTurn& turn) {
    turn.records.emplace_back(
        GroupRecordOf<OffsetCommitKey>{{group, tp.topic, tp.partition}, std::nullopt});
}

/// Writes them for `partitions` and states the fact; nothing to do when there are none.
inline void remove_offsets(const std::string& group, std::vector<TopicPartition> partitions,
                           OffsetsRemoved::Why why, GroupTurn& turn) {
    if (partitions.empty()) {
        return;
    }
    for (const TopicPartition& tp : partitions) {
        write_offset_tombstone(group, tp, turn);
    }
    turn.facts.emplace_back(OffsetsRemoved{group, why, std::move(partitions)});
}

}  // namespace brokerlab

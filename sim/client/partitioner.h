// StickyPartitioner: where records without a key go: KIP-794's built-in partitioner.
//
// It stays with one partition of a topic until enough bytes went there, then draws another one,
// uniformly or, when the queues of the partitions differ, in favour of the shorter ones.
// [clients/producer/internals/BuiltInPartitioner.java, RecordAccumulator.partitionChanged]
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/client/client_metadata.h"
#include "sim/model/env.h"

namespace brokerlab {

/// What a partition had waiting when the sender last looked; those with nothing are left out.
struct PartitionLoad {
    PartitionId partition;
    uint32_t batches = 0;
    bool excluded = false;  ///< its broker takes nothing (partitioner.availability.timeout.ms)

    bool operator==(const PartitionLoad&) const = default;
};

struct StickyPartitioner {
    uint64_t incarnation = 1;  ///< of the producer, which begins elsewhere after a restart
    std::optional<PartitionId> current;
    int64_t produced = 0;   ///< bytes since `current` was drawn
    uint32_t switches = 0;  ///< partitions drawn so far: keys the next draw
    /// Whether `load` counts: adaptive partitioning is on, every partition has been used before.
    bool adapts = false;
    std::vector<PartitionLoad> load;

    bool operator==(const StickyPartitioner&) const = default;
};

/// The partition for the next record; draws the first one. `info` must have partitions.
[[nodiscard]] PartitionId sticky_partition(StickyPartitioner& sticky, std::string_view topic,
                                           const TopicInfo& info, const Env& env);

/// Counts `bytes` that were appended to the current partition, and leaves it when that makes
/// `batch_size` and its last batch is full (`at_batch_end`), or twice as much in any case. True
/// when it was left.
bool count_sticky_bytes(StickyPartitioner& sticky, int64_t bytes, int64_t batch_size,
                        bool at_batch_end, std::string_view topic, const TopicInfo& info,
                        const Env& env);

}  // namespace brokerlab

// Where the logs of a World are: of running processes and of disks without one.
#pragma once

#include <vector>

#include "sim/log/partition_log.h"
#include "sim/model/ids.h"
#include "sim/world/world.h"

namespace brokerlab {

/// The log of a broker's replica, running or not; nullptr when it has none.
[[nodiscard]] const PartitionLog* replica_log(const World& world, BrokerId broker,
                                              const TopicPartition& tp);
/// The replica in a running broker; nullptr when there is none.
[[nodiscard]] const Partition* running_replica(const World& world, BrokerId broker,
                                               const TopicPartition& tp);

/// Up to where a replica's records are committed, as it says: a running process as it knows, one
/// that is down as its disk has it, which is the line that replication-offset-checkpoint got every
/// 5 s, within the log that is left. kNoOffset when there is no such replica.
[[nodiscard]] Offset replica_high_watermark(const World& world, BrokerId broker,
                                            const TopicPartition& tp);
/// The partition's high watermark: its leader's while that runs, otherwise the furthest that a
/// replica of the ISR says. kNoOffset when none of them has a log.
[[nodiscard]] Offset partition_high_watermark(const World& world, const TopicPartition& tp);

/// The logs by which a partition's records are judged: its leader's, or without a leader those of
/// its ISR.
[[nodiscard]] std::vector<const PartitionLog*> authoritative_logs(const World& world,
                                                                  const TopicPartition& tp);

/// Every partition of the committed metadata, in order.
[[nodiscard]] std::vector<TopicPartition> all_partitions(const MetadataImage& image);

}  // namespace brokerlab

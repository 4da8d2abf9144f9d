// BrokerDisk: what of a broker outlives its process.
//
// One log directory: the replicas' logs, Kafka's checkpoint files, the metadata log. The logs of a
// running broker are in its Partitions; they come back here when the process ends.
// [storage LogManager.scala, OffsetCheckpointFile.java]
#pragma once

#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/log/partition_log.h"
#include "sim/log/recovery.h"
#include "sim/model/ids.h"
#include "sim/raft/raft_node.h"

namespace brokerlab {

/// The directory of one replica.
struct ReplicaOnDisk {
    Uuid topic_id;  ///< partition.metadata
    Cow<PartitionLog> log;
    LogCheckpoints checkpoints;  ///< its lines in the checkpoint files

    bool operator==(const ReplicaOnDisk&) const = default;
};

struct BrokerDisk {
    Uuid directory_id;  ///< of meta.properties; a new one for each formatted disk
    FlatMap<TopicPartition, ReplicaOnDisk> replicas;
    RaftDisk metadata;
    bool clean_shutdown = true;  ///< the marker of an orderly end; a new disk needs no recovery
    BrokerEpoch clean_shutdown_epoch = kNoBrokerEpoch;
    bool failed = false;  ///< offline: every access fails

    bool operator==(const BrokerDisk&) const = default;
};
/// A disk as kafka-storage format leaves it.
[[nodiscard]] BrokerDisk format_disk(const Uuid& directory_id, SimTime now);

/// What a loss of power at `now` takes from the disk's page cache. Returns the partitions that lost
/// records: where they were cut, and where they ended.
struct LostTail {
    TopicPartition partition;
    Offset first_lost;
    Offset log_end;

    bool operator==(const LostTail&) const = default;
};
std::vector<LostTail> lose_power(BrokerDisk& disk, SimTime now);

}  // namespace brokerlab

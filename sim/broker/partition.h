// Partition: a broker's replica of a partition, as leader or follower, with what a leader knows of
// the others.
//
// The state that Kafka keeps in Partition, Replica and PartitionState; the functions that change it
// stand beside: produce.h, fetch.h, isr.h, follower.h. What survives the process is the log itself
// and what the checkpoints say (disk.h). [core cluster/Partition.scala, cluster/Replica.scala]
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/log/log_config.h"
#include "sim/log/partition_log.h"
#include "sim/model/ids.h"
#include "sim/model/protocol_enums.h"

namespace brokerlab {

/// The topic's configuration as far as the replica manager acts on it.
struct TopicSettings {
    LogConfig log;
    int32_t min_insync_replicas = 1;
    bool unclean_leader_election = false;

    bool operator==(const TopicSettings&) const = default;
};

/// What a leader knows of a follower [Replica.scala, ReplicaState].
struct FollowerState {
    Offset log_start_offset = kNoOffset;
    Offset log_end_offset = kNoOffset;  ///< -1: it has not fetched in this epoch
    SimTime last_fetch_at{detail::kLowest};
    Offset last_fetch_leader_log_end{0};  ///< the leader's LEO at that fetch
    SimTime last_caught_up_at{detail::kLowest};
    BrokerEpoch broker_epoch = kNoBrokerEpoch;  ///< -1: unknown

    bool operator==(const FollowerState&) const = default;
};

/// A change of the ISR that the controller has not confirmed [PendingPartitionChange].
struct PendingIsr {
    enum class Kind : uint8_t { kExpand, kShrink };
    Kind kind = Kind::kExpand;
    std::vector<BrokerId> changed;  ///< who comes or goes
    bool sent = false;              ///< the AlterPartition request is on its way
    SimTime since;

    bool operator==(const PendingIsr&) const = default;
};

struct Partition {
    TopicPartition id;
    Uuid topic_id;
    TopicSettings settings;
    Cow<PartitionLog> log;

    // As of the last metadata applied [Partition.scala makeLeader, makeFollower].
    std::vector<BrokerId> replicas;
    std::vector<BrokerId> adding_replicas;
    std::vector<BrokerId> removing_replicas;
    BrokerId leader = kNoBroker;
    LeaderEpoch leader_epoch = kNoLeaderEpoch;
    PartitionEpoch partition_epoch{-1};
    LeaderRecoveryState leader_recovery_state = LeaderRecoveryState::kRecovered;
    bool is_leader = false;  ///< this broker leads

    // Of a leader only.
    Offset leader_epoch_start_offset = kNoOffset;
    std::vector<BrokerId> isr;  ///< committed, in the order of the metadata
    std::optional<PendingIsr> pending_isr;
    FlatMap<BrokerId, FollowerState> followers;  ///< every other replica

    /// The committed ISR, and those who may join it: they hold back the high watermark.
    [[nodiscard]] std::vector<BrokerId> maximal_isr() const;
    [[nodiscard]] int32_t maximal_isr_size() const;
    [[nodiscard]] bool is_in_sync(BrokerId broker) const;
    /// min(min.insync.replicas, number of replicas).
    [[nodiscard]] int32_t effective_min_isr() const;

    bool operator==(const Partition&) const = default;
};
void digest_into(Digest& d, const Partition& p);

}  // namespace brokerlab

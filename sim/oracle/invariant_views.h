// Views: what the invariants look at, taken out of a World and put side by side.
//
// A view points into the World that it was taken from and lives no longer than it is unchanged. The
// predicates know views only, so that a test can write one down.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/log/partition_log.h"
#include "sim/metadata/metadata_image.h"
#include "sim/model/facts.h"
#include "sim/model/ids.h"
#include "sim/world/world.h"

namespace brokerlab {

/// A member of a leader's maximal ISR that has fetched from it in this leader epoch. One that has
/// restarted since the leader learned of its registration is left out: it may have lost records,
/// and the leader is about to hear that it is out of the ISR.
struct FollowerView {
    BrokerId broker;
    BrokerEpoch epoch;
    Offset log_end;
    bool proposed = false;  ///< to join; not in the committed ISR
};

struct ReplicaView {
    BrokerId broker;
    uint64_t starts = 0;  ///< which process of the broker it is
    const PartitionLog* log = nullptr;
    bool leads = false;  ///< of a running broker that takes itself for the leader
    // Of a leader only.
    LeaderEpoch leader_epoch = kNoLeaderEpoch;
    Offset epoch_start = kNoOffset;
    std::vector<FollowerView> in_sync;
};

/// One partition of the committed metadata, with every replica of it that there is, on running
/// brokers and on disks. Replicas of a deleted topic of the same name are left out.
struct PartitionView {
    TopicPartition id;
    Uuid topic_id;
    const PartitionRegistration* committed = nullptr;
    Offset metadata_offset = kNoOffset;  ///< of the last committed record of metadata
    std::vector<ReplicaView> replicas;   ///< by broker
};
/// Nothing when the partition isn't in `committed`.
[[nodiscard]] std::optional<PartitionView> view_partition(const World& world,
                                                          const MetadataImage& committed,
                                                          const TopicPartition& tp);

/// A node of the metadata quorum: a controller, or a broker, which observes.
struct MemberView {
    NodeId node;
    const PartitionLog* log = nullptr;
    std::optional<LeaderEpoch> leads_in;   ///< the epoch that it leads now
    std::optional<LeaderEpoch> active_in;  ///< the epoch in which it is the active controller
    std::optional<Offset> applied_end;     ///< behind the last record that its image holds
};
/// `node` came to lead, or to be active, in `epoch`.
struct EpochClaim {
    LeaderEpoch epoch;
    NodeId node;
};
struct QuorumView {
    std::vector<MemberView> members;
    std::vector<EpochClaim> elected;    ///< according to the facts of an event
    std::vector<EpochClaim> activated;  ///< likewise
};
[[nodiscard]] QuorumView view_quorum(const World& world, const std::vector<Fact>& facts);

/// Where a consumer without a group stands, or stood before it had to reset its position.
struct ConsumerView {
    std::string name;
    Offset next;
};

}  // namespace brokerlab

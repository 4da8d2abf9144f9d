// PartitionChangeBuilder: from what a partition shall become to the one record that gets it there.
//
// Every change of a partition goes through here, so that each also elects a leader where the change
// makes that necessary and completes a reassignment that has become complete. The record holds only
// what changes. It sets the leader, and with it raises the leader epoch, when the leader changes or
// a replica is dropped; a smaller ISR alone does not raise it (metadata.version 3.6 and later).
// [metadata controller/PartitionChangeBuilder.java, PartitionReassignmentReplicas.java]
#pragma once

#include <optional>
#include <vector>

#include "sim/controller/leader_election.h"
#include "sim/metadata/metadata_image.h"

namespace brokerlab {

/// What a partition shall become; starts as what it is.
struct PartitionGoal {
    std::vector<BrokerId> replicas;
    std::vector<BrokerId> isr;
    std::vector<BrokerId> removing_replicas;
    std::vector<BrokerId> adding_replicas;
    LeaderRecoveryState leader_recovery_state = LeaderRecoveryState::kRecovered;
    Election election = Election::kOnline;
    /// A broker whose replica moves to the broker's present default directory.
    BrokerId moved_directory_of = kNoBroker;

    explicit PartitionGoal(const PartitionRegistration& now)
        : replicas(now.replicas),
          isr(now.isr),
          removing_replicas(now.removing_replicas),
          adding_replicas(now.adding_replicas),
          leader_recovery_state(now.leader_recovery_state) {}
};

/// Nothing when the partition already is what it shall become, or can't get nearer to it.
[[nodiscard]] std::optional<PartitionChangeRecord> build_partition_change(
    const PartitionRegistration& now, const Uuid& topic, PartitionId partition, PartitionGoal goal,
    const LeaderCandidates& candidates);

/// The partition after the record [PartitionRegistration.merge].
[[nodiscard]] PartitionRegistration after_change(const PartitionRegistration& now,
                                                 const PartitionChangeRecord& change);

}  // namespace brokerlab

#include "sim/controller/partition_change_builder.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace brokerlab {
namespace {

bool contains(const std::vector<BrokerId>& brokers, BrokerId broker) {
    return std::find(brokers.begin(), brokers.end(), broker) != brokers.end();
}

bool contains_all(const std::vector<BrokerId>& brokers, const std::vector<BrokerId>& others) {
    return std::all_of(others.begin(), others.end(),
                       [&](BrokerId other) { return contains(brokers, other); });
}

std::vector<BrokerId> without(const std::vector<BrokerId>& brokers,
                              const std::vector<BrokerId>& removed) {
    std::vector<BrokerId> rest;
    rest.reserve(brokers.size());
    for (const BrokerId broker : brokers) {
        if (!contains(removed, broker)) {
            rest.push_back(broker);
        }
    }
    return rest;
}

/// A reassignment is complete when the ISR holds every replica that is to stay
/// [PartitionReassignmentReplicas.maybeCompleteReassignment].
void complete_reassignment(PartitionGoal& goal) {
    if (goal.removing_replicas.empty() && goal.adding_replicas.empty()) {
        return;
    }
    std::vector<BrokerId> isr = without(goal.isr, goal.removing_replicas);
    std::vector<BrokerId> replicas = without(goal.replicas, goal.removing_replicas);
    if (isr.empty() || replicas.empty() || !contains_all(isr, replicas)) {
        return;
    }
    goal.isr = std::move(isr);
    goal.replicas = std::move(replicas);
    goal.removing_replicas.clear();
    goal.adding_replicas.clear();
}

std::vector<Uuid> directories_of(const std::vector<BrokerId>& replicas,
                                 const PartitionRegistration& now, BrokerId moved,
                                 const MetadataImage& image) {
    std::vector<Uuid> directories;
    directories.reserve(replicas.size());
    for (const BrokerId replica : replicas) {
        const auto at = std::find(now.replicas.begin(), now.replicas.end(), replica);
        const auto index = static_cast<std::size_t>(at - now.replicas.begin());
        directories.push_back(index < now.directories.size() && replica != moved
                                  ? now.directories[index]
                                  : default_directory(image, replica));
    }
    return directories;
}

PartitionChangeRecord no_change(const Uuid& topic, PartitionId partition) {
    PartitionChangeRecord record;
    record.topic_id = topic;
    record.partition_id = partition;
    return record;
}

template <class T>
void set_if_changed(std::optional<std::vector<T>>& field, std::vector<T>& goal,
                    const std::vector<T>& now) {
    if (goal != now) {
        field = std::move(goal);
    }
}

}  // namespace

std::optional<PartitionChangeRecord> build_partition_change(const PartitionRegistration& now,
                                                            const Uuid& topic,
                                                            PartitionId partition,
                                                            PartitionGoal goal,
                                                            const LeaderCandidates& candidates) {
    PartitionChangeRecord record = no_change(topic, partition);
    complete_reassignment(goal);
    std::vector<Uuid> directories =
        directories_of(goal.replicas, now, goal.moved_directory_of, candidates.image);

    const Elected elected =
        elect_leader({now.leader, goal.replicas, goal.isr, directories}, goal.election, candidates);
    if (elected.leader != now.leader) {
        record.leader = elected.leader;
    } else if (!contains_all(goal.replicas, now.replicas)) {
        // A dropped replica must hear that its time is over, also where the leader stays.
        record.leader = now.leader;
    }
    // Someone from outside has the only log that counts now: the others' may hold other records.
    const bool from_outside = elected.leader != kNoBroker && !contains(goal.isr, elected.leader);
    if (from_outside) {
        goal.isr = {elected.leader};
    }
    if (elected.unclean) {
        goal.leader_recovery_state = LeaderRecoveryState::kRecovering;
    }
    // The last member of an ISR stays in it: it alone is known to have every committed record.
    if (!goal.isr.empty()) {
        set_if_changed(record.isr, goal.isr, now.isr);
    }
    set_if_changed(record.directories, directories, now.directories);
    set_if_changed(record.replicas, goal.replicas, now.replicas);
    set_if_changed(record.removing_replicas, goal.removing_replicas, now.removing_replicas);
    set_if_changed(record.adding_replicas, goal.adding_replicas, now.adding_replicas);
    if (goal.leader_recovery_state != now.leader_recovery_state) {
        record.leader_recovery_state = goal.leader_recovery_state;
    }
    if (record == no_change(topic, partition)) {
        return std::nullopt;
    }
    return record;
}

PartitionRegistration after_change(const PartitionRegistration& now,
                                   const PartitionChangeRecord& change) {
    PartitionRegistration after = now;
    ++after.partition_epoch;
    if (change.leader != kNoLeaderChange) {
        after.leader = change.leader;
        ++after.leader_epoch;
    }
    if (change.leader_recovery_state != kNoLeaderRecoveryChange) {
        after.leader_recovery_state = change.leader_recovery_state;
    }
    const auto take = [](auto& field, const auto& changed) {
        if (changed) {
            field = *changed;
        }
    };
    take(after.isr, change.isr);
    take(after.replicas, change.replicas);
    take(after.removing_replicas, change.removing_replicas);
    take(after.adding_replicas, change.adding_replicas);
    take(after.directories, change.directories);
    return after;
}

}  // namespace brokerlab

#include "sim/controller/partition_changes.h"

#include <cstddef>

#include "sim/base/check.h"

namespace brokerlab {
namespace {

/// Whether someone leads who was not in sync. A member that its leader has just proposed is: it
/// only was not in the ISR before this very change.
bool leads_from_outside(const PartitionRegistration& before, const PartitionRegistration& after,
                        const ChangeReason& reason) {
    const bool proposed =
        reason.by_leader && after.leader_recovery_state == LeaderRecoveryState::kRecovered;
    return after.leader != kNoBroker && !before.is_in_sync(after.leader) && !proposed;
}

}  // namespace

PartitionRegistration add_partition_change(Decision& decision, const std::string& topic,
                                           const PartitionRegistration& now,
                                           PartitionChangeRecord change,
                                           const ChangeReason& reason) {
    PartitionRegistration after = after_change(now, change);
    const TopicPartition partition{topic, change.partition_id};
    if (after.leader_epoch != now.leader_epoch) {
        decision.facts.emplace_back(LeaderChanged{partition, now.leader, after.leader,
                                                  after.leader_epoch, reason.leader,
                                                  leads_from_outside(now, after, reason)});
    }
    if (after.isr != now.isr) {
        decision.facts.emplace_back(IsrChanged{partition, now.isr, after.isr, reason.by_leader});
    }
    if (now.is_reassigning() && !after.is_reassigning()) {
        const ReassignmentChanged::Step step = reason.cancels
                                                   ? ReassignmentChanged::Step::kCancelled
                                                   : ReassignmentChanged::Step::kCompleted;
        decision.facts.emplace_back(ReassignmentChanged{partition, step, after.replicas});
    }
    decision.records.emplace_back(std::move(change));
    return after;
}

const PartitionRegistration* PartitionChanges::find(const TopicImage& topic,
                                                    PartitionId partition) const {
    if (partition.value < 0 || partition.value >= topic.partition_count()) {
        return nullptr;
    }
    const PartitionRegistration* changed = changed_.find(std::pair(topic.id, partition));
    return changed != nullptr ? changed
                              : &*topic.partitions[static_cast<std::size_t>(partition.value)];
}

const PartitionRegistration* PartitionChanges::change(const TopicImage& topic,
                                                      PartitionId partition, PartitionGoal goal,
                                                      const ChangeReason& reason) {
    const PartitionRegistration* now = find(topic, partition);
    BL_CHECK(now != nullptr);
    std::optional<PartitionChangeRecord> record =
        build_partition_change(*now, topic.id, partition, std::move(goal), candidates_);
    if (!record) {
        return nullptr;
    }
    PartitionRegistration& after = changed_[std::pair(topic.id, partition)];
    after = add_partition_change(decision_, topic.name, *now, std::move(*record), reason);
    return &after;
}

}  // namespace brokerlab

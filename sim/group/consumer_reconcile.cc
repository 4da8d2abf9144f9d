#include "sim/group/consumer_reconcile.h"

#include <algorithm>
#include <utility>

namespace brokerlab {
namespace {

using Owned = std::optional<std::vector<TopicIdPartitions>>;

bool contains(const TopicIdAssignment& assignment, const Uuid& topic, PartitionId partition) {
    const FlatSet<PartitionId>* partitions = assignment.find(topic);
    return partitions != nullptr && partitions->contains(partition);
}

/// Who did not say what it owns is taken to own them still.
bool still_owns(const Owned& owned, const TopicIdAssignment& revoking) {
    return !owned || std::any_of(owned->begin(), owned->end(), [&](const TopicIdPartitions& list) {
        return std::any_of(
            list.partitions.begin(), list.partitions.end(),
            [&](PartitionId partition) { return contains(revoking, list.topic_id, partition); });
    });
}

bool has_owner(const ConsumerGroup& group, const Uuid& topic, PartitionId partition) {
    const FlatMap<PartitionId, MemberEpoch>* owners = group.owners.find(topic);
    return owners != nullptr && owners->contains(partition);
}

/// How what a member has lies to what it shall have.
struct Difference {
    TopicIdAssignment kept;
    TopicIdAssignment revoking;
    TopicIdAssignment added;  ///< with nobody holding them
    bool unreleased = false;  ///< others hold some of the target
};

Difference difference_of(const ConsumerGroup& group, const TopicIdAssignment& assigned,
                         const TopicIdAssignment& target) {
    Difference difference;
    for (const auto& [topic, partitions] : assigned) {
        for (const PartitionId partition : partitions) {
            TopicIdAssignment& side =
                contains(target, topic, partition) ? difference.kept : difference.revoking;
            side[topic].insert(partition);
        }
    }
    for (const auto& [topic, partitions] : target) {
        for (const PartitionId partition : partitions) {
            if (contains(assigned, topic, partition)) {
                continue;
            }
            if (has_owner(group, topic, partition)) {
                difference.unreleased = true;
            } else {
                difference.added[topic].insert(partition);
            }
        }
    }
    return difference;
}

/// `epoch` is the one at which the member stays while it has to give something up.
ConsumerMember next_assignment(const ConsumerGroup& group, const ConsumerMember& member,
                               MemberEpoch epoch, const Owned& owned) {
    Difference difference = difference_of(group, member.assigned, target_of(group, member.id));
    ConsumerMember next = member;
    next.previous_epoch = member.epoch;
    next.assigned = std::move(difference.kept);
    if (!difference.revoking.empty() && still_owns(owned, difference.revoking)) {
        next.state = ConsumerGroupMemberState::kUnrevokedPartitions;
        next.epoch = epoch;
        next.revoking = std::move(difference.revoking);
        return next;
    }
    for (const auto& [topic, partitions] : difference.added) {
        for (const PartitionId partition : partitions) {
            next.assigned[topic].insert(partition);
        }
    }
    next.state = difference.unreleased ? ConsumerGroupMemberState::kUnreleasedPartitions
                                       : ConsumerGroupMemberState::kStable;
    next.epoch = group.target_epoch;
    next.revoking.clear();
    return next;
}

}  // namespace

bool is_reconciled(const ConsumerMember& member, MemberEpoch target_epoch) {
    return member.state == ConsumerGroupMemberState::kStable && member.epoch == target_epoch;
}

ConsumerMember reconcile(const ConsumerGroup& group, const ConsumerMember& member,
                         const Owned& owned) {
    switch (member.state) {
        case ConsumerGroupMemberState::kStable:
            return member.epoch == group.target_epoch
                       ? member
                       : next_assignment(group, member, member.epoch, owned);
        case ConsumerGroupMemberState::kUnrevokedPartitions:
            return still_owns(owned, member.revoking)
                       ? member
                       : next_assignment(group, member, member.epoch + 1, owned);
        case ConsumerGroupMemberState::kUnreleasedPartitions:
            return next_assignment(group, member, member.epoch, owned);
        case ConsumerGroupMemberState::kUnknown:
            break;
    }
    return next_assignment(group, member, group.target_epoch, owned);
}

TopicIdAssignment target_of(const ConsumerGroup& group, const std::string& member_id) {
    const Cow<TopicIdAssignment>* target = group.target.find(member_id);
    return target == nullptr ? TopicIdAssignment() : **target;
}

}  // namespace brokerlab

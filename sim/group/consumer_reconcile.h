// One member's next step towards its target assignment.
//
// Each member moves by itself: it first gives up what it shall not have, then takes over the
// group's epoch together with those of its new partitions that nobody else holds. So a partition
// changes hands only after its owner has said that it is gone, and no member waits for all others.
// [modern/consumer/CurrentAssignmentBuilder.java]
#pragma once

#include <optional>
#include <vector>

#include "sim/group/groups.h"
#include "sim/model/messages/consumer_group.h"

namespace brokerlab {

/// Nothing is left to do for it: stable at the target's epoch.
[[nodiscard]] bool is_reconciled(const ConsumerMember& member, MemberEpoch target_epoch);

/// The member after its step, from the group's target, owners and target epoch; equal to `member`
/// when it can't move. `owned` is what the member says that it owns; none when it did not say.
[[nodiscard]] ConsumerMember reconcile(const ConsumerGroup& group, const ConsumerMember& member,
                                       const std::optional<std::vector<TopicIdPartitions>>& owned);

/// What a member shall have; nothing before it has a target.
[[nodiscard]] TopicIdAssignment target_of(const ConsumerGroup& group, const std::string& member_id);

}  // namespace brokerlab

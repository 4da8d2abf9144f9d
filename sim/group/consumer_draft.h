// ConsumerGroupDraft: a group as it will be when the records that a handler has written so far are
// replayed, with those records and the facts that they mean.
//
// A handler decides on the draft, so that later steps see earlier ones, and hands records and facts
// over at the end; when it refuses the request instead, the draft is dropped and nothing happened.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/group/coordinator.h"
#include "sim/group/group_coordinator_record.h"
#include "sim/group/groups.h"

namespace brokerlab {

class ConsumerGroupDraft {
public:
    /// Of the consumer group `id` in the shard, or of a new one; an empty classic group there gets
    /// its tombstone. `turn` must outlive the draft.
    ConsumerGroupDraft(const GroupShard& shard, std::string id, const GroupTurn& turn);

    [[nodiscard]] const std::string& id() const { return id_; }
    [[nodiscard]] const ConsumerGroup& group() const;
    [[nodiscard]] const ConsumerMember* find_member(const std::string& member_id) const;

    void write(GroupCoordinatorRecord record);
    void state(FactBody fact) { facts_.push_back(std::move(fact)); }

    /// Writes the subscribed topics when they are not as the group last saw them; tells whether.
    bool refresh_topics();
    /// Raises the group epoch; `member` is the client that it is about.
    void raise_epoch(GroupRebalanceBegan::Why why, const std::string& member);
    /// Computes the target assignment of the group epoch.
    void make_target();
    /// Brings the member a step nearer to the target, if it can move; tells whether it has.
    bool reconcile_member(const std::string& member_id,
                          const std::optional<std::vector<TopicIdPartitions>>& owned);
    /// Writes the tombstones of a member.
    void remove_member(const ConsumerMember& member, GroupMemberLeft::Why why,
                       Duration timeout = Duration());
    /// Removes a member from the group, which then has to find a new target
    /// [consumerGroupFenceMember].
    void fence_member(const std::string& member_id, GroupMemberLeft::Why why,
                      Duration timeout = Duration());
    /// Where a member is now.
    void state_member(const ConsumerMember& member);

    /// Hands records and facts over, and lets go of the group, which the handler may edit then
    /// without a copy. `turn` is the one that the draft was made with.
    void finish(GroupTurn& turn) &&;

private:
    [[nodiscard]] std::vector<TopicPartition> named(const TopicIdAssignment& assignment) const;

    std::string id_;
    const GroupTurn& turn_;
    Cow<std::variant<ClassicGroup, ConsumerGroup>> state_;
    GroupPhase phase_before_ = GroupPhase::kEmpty;
    std::vector<GroupCoordinatorRecord> records_;
    std::vector<FactBody> facts_;
};

}  // namespace brokerlab

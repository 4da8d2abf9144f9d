#include "sim/group/consumer_draft.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sim/group/consumer_group.h"
#include "sim/group/consumer_reconcile.h"
#include "sim/group/consumer_records.h"
#include "sim/group/consumer_replay.h"
#include "sim/group/consumer_target.h"

namespace brokerlab {
namespace {

GroupMemberReconciled::State fact_state(ConsumerGroupMemberState state) {
    switch (state) {
        case ConsumerGroupMemberState::kUnrevokedPartitions:
            return GroupMemberReconciled::State::kUnrevoked;
        case ConsumerGroupMemberState::kUnreleasedPartitions:
            return GroupMemberReconciled::State::kUnreleased;
        case ConsumerGroupMemberState::kStable:
        case ConsumerGroupMemberState::kUnknown:
            break;
    }
    return GroupMemberReconciled::State::kStable;
}

GroupRebalanceBegan::Why cause_of(GroupMemberLeft::Why why) {
    switch (why) {
        case GroupMemberLeft::Why::kLeft:
            return GroupRebalanceBegan::Why::kMemberLeft;
        case GroupMemberLeft::Why::kDidNotRevoke:
            return GroupRebalanceBegan::Why::kMemberPutOut;
        default:
            return GroupRebalanceBegan::Why::kMemberExpired;
    }
}

}  // namespace

ConsumerGroupDraft::ConsumerGroupDraft(const GroupShard& shard, std::string id,
                                       const GroupTurn& turn)
    : id_(std::move(id)), turn_(turn), state_(ConsumerGroup()) {
    const auto* there = shard.groups.find(id_);
    if (there == nullptr) {
        return;
    }
    if (std::holds_alternative<ClassicGroup>(**there)) {
        records_.push_back(tombstone(GroupMetadataKey{id_}));
        return;
    }
    state_ = *there;
    phase_before_ = consumer_group_phase(group());
}

const ConsumerGroup& ConsumerGroupDraft::group() const {
    return std::get<ConsumerGroup>(*state_);
}

const ConsumerMember* ConsumerGroupDraft::find_member(const std::string& member_id) const {
    const Cow<ConsumerMember>* member = group().members.find(member_id);
    return member == nullptr ? nullptr : &**member;
}

void ConsumerGroupDraft::write(GroupCoordinatorRecord record) {
    apply_to_consumer_group(std::get<ConsumerGroup>(state_.edit()), record);
    records_.push_back(std::move(record));
}

bool ConsumerGroupDraft::refresh_topics() {
    auto topics = subscribed_topics(group(), turn_.image);
    if (topics == group().topics) {
        return false;
    }
    write(topics_record(id_, std::move(topics)));
    return true;
}

void ConsumerGroupDraft::raise_epoch(GroupRebalanceBegan::Why why, const std::string& member) {
    state(GroupRebalanceBegan{id_, why, member, group().epoch.value, ""});
    write(group_epoch_record(id_, group().epoch + 1));
}

void ConsumerGroupDraft::make_target() {
    const std::string assignor = preferred_assignor(group(), default_assignor(turn_.config));
    GroupAssignmentMade made{id_, assignor, group().epoch.value, {}};
    for (const auto& [member_id, target] : compute_target(group(), assignor)) {
        made.members.push_back({find_member(member_id)->client_id, named(target), member_id});
        const Cow<TopicIdAssignment>* before = group().target.find(member_id);
        if (before == nullptr || **before != target) {
            write(target_record(id_, member_id, target));
        }
    }
    write(target_epoch_record(id_, group().epoch));
    state(std::move(made));
}

bool ConsumerGroupDraft::reconcile_member(
    const std::string& member_id, const std::optional<std::vector<TopicIdPartitions>>& owned) {
    const ConsumerMember before = *find_member(member_id);
    ConsumerMember next = reconcile(group(), before, owned);
    if (next == before) {
        return false;
    }
    write(current_assignment_record(id_, next));
    // That only the previous epoch is another one is nothing to tell.
    next.previous_epoch = before.previous_epoch;
    if (next != before) {
        state_member(next);
    }
    return true;
}

void ConsumerGroupDraft::remove_member(const ConsumerMember& member, GroupMemberLeft::Why why,
                                       Duration timeout) {
    const std::string member_id = member.id;
    state(GroupMemberLeft{id_, member.client_id, member_id, why, timeout});
    write(tombstone(ConsumerGroupCurrentMemberAssignmentKey{id_, member_id}));
    write(tombstone(ConsumerGroupTargetAssignmentMemberKey{id_, member_id}));
    write(tombstone(ConsumerGroupMemberMetadataKey{id_, member_id}));
}

void ConsumerGroupDraft::fence_member(const std::string& member_id, GroupMemberLeft::Why why,
                                      Duration timeout) {
    const ConsumerMember member = *find_member(member_id);
    remove_member(member, why, timeout);
    refresh_topics();
    raise_epoch(cause_of(why), member.client_id);
}

void ConsumerGroupDraft::state_member(const ConsumerMember& member) {
    state(GroupMemberReconciled{id_, member.client_id, member.epoch, fact_state(member.state),
                                named(member.assigned), named(member.revoking)});
}

void ConsumerGroupDraft::finish(GroupTurn& turn) && {
    const GroupPhase phase = consumer_group_phase(group());
    if (phase != phase_before_) {
        state(GroupPhaseChanged{id_, phase_before_, phase, group().epoch.value});
    }
    std::move(records_.begin(), records_.end(), std::back_inserter(turn.records));
    std::move(facts_.begin(), facts_.end(), std::back_inserter(turn.facts));
    state_ = Cow<std::variant<ClassicGroup, ConsumerGroup>>();
}

std::vector<TopicPartition> ConsumerGroupDraft::named(const TopicIdAssignment& assignment) const {
    std::vector<TopicPartition> partitions;
    for (const auto& [topic, numbers] : assignment) {
        const std::string* name = turn_.image.topic_names->find(topic);
        for (const PartitionId number : numbers) {
            // A topic that is deleted has no name any more.
            partitions.push_back({name == nullptr ? topic.to_string() : *name, number});
        }
    }
    std::sort(partitions.begin(), partitions.end());
    return partitions;
}

}  // namespace brokerlab

#include <algorithm>
#include <utility>

#include "sim/group/consumer_group.h"
#include "sim/group/consumer_reconcile.h"
#include "sim/group/consumer_records.h"
#include "sim/group/consumer_target.h"

namespace brokerlab {
namespace {

using Described = ConsumerGroupDescribeResponse;

constexpr int8_t kConsumerMember = 1;  // of Described::Member::member_type

/// Partitions of topics that are gone are left out.
Described::Assignment describe_assignment(const TopicIdAssignment& assignment,
                                          const MetadataImage& image) {
    Described::Assignment described;
    for (const auto& [topic, partitions] : assignment) {
        if (const TopicImage* known = image.find_topic(topic)) {
            described.topic_partitions.push_back(
                {topic, known->name, {partitions.begin(), partitions.end()}});
        }
    }
    return described;
}

Described::Member describe_member(const ConsumerGroup& group, const ConsumerMember& member,
                                  const MetadataImage& image) {
    Described::Member described;
    described.member_id = member.id;
    described.instance_id = member.instance_id;
    described.rack_id = member.rack_id;
    described.member_epoch = member.epoch;
    described.client_id = member.client_id;
    described.client_host = member.client_host;
    described.subscribed_topic_names = member.subscribed_topics;
    described.subscribed_topic_regex = member.subscribed_regex;
    described.assignment = describe_assignment(member.assigned, image);
    described.target_assignment = describe_assignment(target_of(group, member.id), image);
    described.member_type = kConsumerMember;
    return described;
}

ErrorCode check_member(const ConsumerGroup& group, const std::string& member_id,
                       MemberEpoch epoch) {
    const Cow<ConsumerMember>* member = group.members.find(member_id);
    if (member == nullptr) {
        return ErrorCode::kUnknownMemberId;
    }
    return (*member)->epoch == epoch ? ErrorCode::kNone : ErrorCode::kStaleMemberEpoch;
}

}  // namespace

ErrorCode check_consumer_commit(const ConsumerGroup& group, const OffsetCommitRequest& request) {
    const MemberEpoch epoch(request.generation_id_or_member_epoch.value);
    if (epoch < MemberEpoch(0) && group.members.empty()) {
        return ErrorCode::kNone;
    }
    return check_member(group, request.member_id, epoch);
}

ErrorCode check_consumer_offset_fetch(const ConsumerGroup& group,
                                      const OffsetFetchRequest::Group& request) {
    if (!request.member_id && request.member_epoch < MemberEpoch(0)) {
        return ErrorCode::kNone;
    }
    return check_member(group, request.member_id.value_or(""), request.member_epoch);
}

GroupPhase consumer_group_phase(const ConsumerGroup& group) {
    if (group.members.empty()) {
        return GroupPhase::kEmpty;
    }
    if (group.epoch > group.target_epoch) {
        return GroupPhase::kAssigning;
    }
    const bool reconciled = std::all_of(
        group.members.begin(), group.members.end(),
        [&group](const auto& member) { return is_reconciled(*member.second, group.target_epoch); });
    return reconciled ? GroupPhase::kStable : GroupPhase::kReconciling;
}

std::string_view consumer_group_state_name(const ConsumerGroup& group) {
    switch (consumer_group_phase(group)) {
        case GroupPhase::kAssigning:
            return "Assigning";
        case GroupPhase::kReconciling:
            return "Reconciling";
        case GroupPhase::kStable:
            return "Stable";
        case GroupPhase::kEmpty:
        case GroupPhase::kPreparingRebalance:
        case GroupPhase::kCompletingRebalance:
        case GroupPhase::kDead:
            break;
    }
    return "Empty";
}

Described::Group describe_consumer_group(const std::string& id, const ConsumerGroup& group,
                                         const MetadataImage& image,
                                         std::string_view default_assignor) {
    Described::Group described;
    described.group_id = id;
    described.group_state = consumer_group_state_name(group);
    described.group_epoch = group.epoch;
    described.assignment_epoch = group.target_epoch;
    described.assignor_name = preferred_assignor(group, default_assignor);
    for (const auto& [member_id, member] : group.members) {
        described.members.push_back(describe_member(group, *member, image));
    }
    return described;
}

void delete_consumer_group(const std::string& id, const ConsumerGroup& group, GroupTurn& turn) {
    std::vector<GroupCoordinatorRecord>& records = turn.records;
    for (const auto& [member_id, member] : group.members) {
        records.push_back(tombstone(ConsumerGroupCurrentMemberAssignmentKey{id, member_id}));
    }
    for (const auto& [member_id, member] : group.members) {
        records.push_back(tombstone(ConsumerGroupTargetAssignmentMemberKey{id, member_id}));
    }
    records.push_back(tombstone(ConsumerGroupTargetAssignmentMetadataKey{id}));
    for (const auto& [member_id, member] : group.members) {
        records.push_back(tombstone(ConsumerGroupMemberMetadataKey{id, member_id}));
    }
    records.push_back(tombstone(ConsumerGroupPartitionMetadataKey{id}));
    records.push_back(tombstone(ConsumerGroupMetadataKey{id}));
}

}  // namespace brokerlab

#include "sim/group/classic_records.h"

#include <algorithm>
#include <utility>

#include "sim/group/classic_members.h"

namespace brokerlab {
namespace {

GroupMetadataValue value_of(const ClassicGroup& group) {
    GroupMetadataValue value;
    value.protocol_type = group.protocol_type.value_or("");
    value.generation = group.generation;
    value.protocol = group.protocol;
    value.leader = group.leader;
    value.current_state_timestamp = group.state_since;
    for (const ClassicMember& member : group.members) {
        value.members.push_back(
            {member.id, member.instance_id, member.client_id, member.client_host,
             member.rebalance_timeout_ms, member.session_timeout_ms,
             metadata_of(member, group.protocol.value_or("")), member.assignment});
    }
    return value;
}

GroupCoordinatorRecord record_of(const std::string& id, std::optional<GroupMetadataValue> value) {
    return GroupRecordOf<GroupMetadataKey>{{id}, std::move(value)};
}

}  // namespace

GroupCoordinatorRecord classic_group_record(const std::string& id, const ClassicGroup& group) {
    return record_of(id, value_of(group));
}

GroupCoordinatorRecord classic_group_record(
    const std::string& id, const ClassicGroup& group,
    const std::vector<SyncGroupRequest::Assignment>& assignments) {
    GroupMetadataValue value = value_of(group);
    for (GroupMetadataValue::MemberMetadata& member : value.members) {
        const Bytes* assigned = assignment_of(assignments, member.member_id);
        member.assignment = assigned == nullptr ? Bytes() : *assigned;
    }
    return record_of(id, std::move(value));
}

GroupCoordinatorRecord classic_group_tombstone(const std::string& id) {
    return record_of(id, std::nullopt);
}

const Bytes* assignment_of(const std::vector<SyncGroupRequest::Assignment>& assignments,
                           const std::string& member_id) {
    // Of two for one member the last counts, as in the map that Kafka makes of them.
    const auto at = std::find_if(
        assignments.rbegin(), assignments.rend(),
        [&](const SyncGroupRequest::Assignment& a) { return a.member_id == member_id; });
    return at == assignments.rend() ? nullptr : &at->assignment;
}

void replay_classic_group(GroupShard& shard, const GroupRecordOf<GroupMetadataKey>& record) {
    const std::string& id = record.key.group;
    if (!record.value) {
        if (shard.find_classic(id) != nullptr) {
            shard.groups.erase(id);
        }
        return;
    }
    const GroupMetadataValue& value = *record.value;
    ClassicGroup group;
    group.state = value.members.empty() ? ClassicGroupState::kEmpty : ClassicGroupState::kStable;
    group.state_since = value.current_state_timestamp;
    group.generation = value.generation;
    if (!value.protocol_type.empty()) {
        group.protocol_type = value.protocol_type;
    }
    group.protocol = value.protocol;
    group.leader = value.leader;
    for (const GroupMetadataValue::MemberMetadata& loaded : value.members) {
        ClassicMember member;
        member.id = loaded.member_id;
        member.instance_id = loaded.group_instance_id;
        member.client_id = loaded.client_id;
        member.client_host = loaded.client_host;
        member.rebalance_timeout_ms = loaded.rebalance_timeout_ms == -1
                                          ? loaded.session_timeout_ms
                                          : loaded.rebalance_timeout_ms;
        member.session_timeout_ms = loaded.session_timeout_ms;
        member.protocols.push_back({value.protocol.value_or(""), loaded.subscription});
        member.assignment = loaded.assignment;
        group.members.push_back(std::move(member));
    }
    if (!group.leader && !group.members.empty()) {
        group.leader = group.members.front().id;
    }
    group.subscribed_topics = subscriptions_of(group);
    shard.groups.insert_or_assign(id,
                                  Cow(std::variant<ClassicGroup, ConsumerGroup>(std::move(group))));
}

}  // namespace brokerlab

#include "sim/group/consumer_replay.h"

#include <type_traits>
#include <utility>
#include <variant>

#include "sim/base/check.h"
#include "sim/group/consumer_group.h"
#include "sim/group/consumer_records.h"

namespace brokerlab {
namespace {

using Owners = FlatMap<Uuid, FlatMap<PartitionId, MemberEpoch>>;

void release(Owners& owners, const TopicIdAssignment& held, MemberEpoch epoch) {
    for (const auto& [topic, partitions] : held) {
        FlatMap<PartitionId, MemberEpoch>* epochs = owners.find(topic);
        if (epochs == nullptr) {
            continue;
        }
        for (const PartitionId partition : partitions) {
            const MemberEpoch* owner = epochs->find(partition);
            if (owner != nullptr && *owner == epoch) {
                epochs->erase(partition);
            }
        }
        if (epochs->empty()) {
            owners.erase(topic);
        }
    }
}

void hold(Owners& owners, const TopicIdAssignment& held, MemberEpoch epoch) {
    for (const auto& [topic, partitions] : held) {
        for (const PartitionId partition : partitions) {
            owners[topic].insert_or_assign(partition, epoch);
        }
    }
}

/// What the record says about a member that may be new.
template <class Edit>
void edit_member(ConsumerGroup& group, const std::string& id, Edit edit) {
    ConsumerMember& member = group.members[id].edit();
    release(group.owners, member.assigned, member.epoch);
    release(group.owners, member.revoking, member.epoch);
    member.id = id;
    edit(member);
    hold(group.owners, member.assigned, member.epoch);
    hold(group.owners, member.revoking, member.epoch);
    if (member.instance_id) {
        group.static_members.insert_or_assign(*member.instance_id, id);
    }
}

void remove_member(ConsumerGroup& group, const std::string& id) {
    const Cow<ConsumerMember>* member = group.members.find(id);
    if (member == nullptr) {
        return;
    }
    release(group.owners, (*member)->assigned, (*member)->epoch);
    release(group.owners, (*member)->revoking, (*member)->epoch);
    const std::optional<std::string> instance = (*member)->instance_id;
    const std::string* holder = instance ? group.static_members.find(*instance) : nullptr;
    if (holder != nullptr && *holder == id) {
        group.static_members.erase(*instance);
    }
    group.members.erase(id);
}

void apply(ConsumerGroup& group, const GroupRecordOf<ConsumerGroupMetadataKey>& record) {
    group.epoch = record.value ? record.value->epoch : MemberEpoch(0);
}

void apply(ConsumerGroup& group, const GroupRecordOf<ConsumerGroupPartitionMetadataKey>& record) {
    group.topics = record.value ? record.value->topics
                                : std::vector<ConsumerGroupPartitionMetadataValue::TopicMetadata>();
}

void apply(ConsumerGroup& group, const GroupRecordOf<ConsumerGroupMemberMetadataKey>& record) {
    if (!record.value) {
        remove_member(group, record.key.member_id);
        return;
    }
    const ConsumerGroupMemberMetadataValue& said = *record.value;
    edit_member(group, record.key.member_id, [&said](ConsumerMember& member) {
        member.instance_id = said.instance_id;
        member.rack_id = said.rack_id;
        member.client_id = said.client_id;
        member.client_host = said.client_host;
        member.subscribed_topics = said.subscribed_topic_names;
        member.subscribed_regex = said.subscribed_topic_regex;
        member.rebalance_timeout_ms = said.rebalance_timeout_ms;
        member.server_assignor = said.server_assignor;
    });
}

void apply(ConsumerGroup& group,
           const GroupRecordOf<ConsumerGroupTargetAssignmentMetadataKey>& record) {
    group.target_epoch = record.value ? record.value->assignment_epoch : kNoMemberEpoch;
}

void apply(ConsumerGroup& group,
           const GroupRecordOf<ConsumerGroupTargetAssignmentMemberKey>& record) {
    if (record.value) {
        group.target.insert_or_assign(
            record.key.member_id,
            Cow<TopicIdAssignment>(to_assignment(record.value->topic_partitions)));
    } else {
        group.target.erase(record.key.member_id);
    }
}

/// A tombstone leaves the member without partitions until its last record is gone too.
void apply(ConsumerGroup& group,
           const GroupRecordOf<ConsumerGroupCurrentMemberAssignmentKey>& record) {
    if (!record.value && !group.members.contains(record.key.member_id)) {
        return;
    }
    edit_member(group, record.key.member_id, [&record](ConsumerMember& member) {
        if (!record.value) {
            member.epoch = kNoMemberEpoch;
            member.previous_epoch = kNoMemberEpoch;
            member.assigned.clear();
            member.revoking.clear();
            return;
        }
        member.epoch = record.value->member_epoch;
        member.previous_epoch = record.value->previous_member_epoch;
        member.state = record.value->state;
        member.assigned = to_assignment(record.value->assigned_partitions);
        member.revoking = to_assignment(record.value->partitions_pending_revocation);
    });
}

template <class Record>
constexpr bool kIsOfConsumerGroup = !std::is_same_v<Record, GroupRecordOf<OffsetCommitKey>> &&
                                    !std::is_same_v<Record, GroupRecordOf<GroupMetadataKey>>;

}  // namespace

void apply_to_consumer_group(ConsumerGroup& group, const GroupCoordinatorRecord& record) {
    std::visit(
        [&group](const auto& held) {
            if constexpr (kIsOfConsumerGroup<std::decay_t<decltype(held)>>) {
                apply(group, held);
            } else {
                BL_CHECK(false);
            }
        },
        record);
}

void replay_consumer_group(GroupShard& shard, const GroupCoordinatorRecord& record,
                           const MetadataImage&) {
    const auto [id, is_tombstone] = std::visit(
        [](const auto& held) -> std::pair<std::string, bool> {
            if constexpr (kIsOfConsumerGroup<std::decay_t<decltype(held)>>) {
                return {held.key.group_id, !held.value.has_value()};
            } else {
                BL_CHECK(false);
                return {};
            }
        },
        record);
    const bool known = shard.find_consumer(id) != nullptr;
    if (!known && is_tombstone) {
        return;
    }
    if (is_tombstone && std::holds_alternative<GroupRecordOf<ConsumerGroupMetadataKey>>(record)) {
        shard.groups.erase(id);
        return;
    }
    if (!known) {
        // Not there, or a classic group that only holds offsets and has no record of its own.
        shard.groups.insert_or_assign(
            id, Cow<std::variant<ClassicGroup, ConsumerGroup>>(ConsumerGroup()));
    }
    apply_to_consumer_group(std::get<ConsumerGroup>(shard.groups.at(id).edit()), record);
}

}  // namespace brokerlab

// How committed offsets, and groups that have none left, go away: by request, with their topic, or
// because nobody uses them any more.
// [OffsetMetadataManager.deleteOffsets, cleanupExpiredOffsets, onPartitionsDeleted;
// GroupCoordinatorShard.deleteGroups]
#include <algorithm>
#include <utility>

#include "sim/group/classic_group.h"
#include "sim/group/classic_members.h"
#include "sim/group/consumer_group.h"
#include "sim/group/offset_tombstones.h"
#include "sim/group/offsets.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

using Group = std::variant<ClassicGroup, ConsumerGroup>;

const Group* find_group(const GroupShard& shard, const std::string& id) {
    const Cow<Group>* held = shard.groups.find(id);
    return held == nullptr ? nullptr : &**held;
}

const GroupOffsets& offsets_of(const GroupShard& shard, const std::string& id) {
    static const GroupOffsets kNothing;
    const Cow<GroupOffsets>* held = shard.offsets.find(id);
    return held == nullptr ? kNothing : **held;
}

bool is_empty(const Group& group) {
    if (const auto* classic = std::get_if<ClassicGroup>(&group); classic != nullptr) {
        return classic->state == ClassicGroupState::kEmpty;
    }
    return std::get<ConsumerGroup>(group).members.empty();
}

bool reads(const ConsumerGroup& group, const std::string& topic) {
    const auto is_it = [&](const auto& seen) { return seen.topic_name == topic; };
    return std::any_of(group.topics.begin(), group.topics.end(), is_it) ||
           std::any_of(group.members.begin(), group.members.end(), [&](const auto& member) {
               const std::vector<std::string>& topics = member.second->subscribed_topics;
               return std::find(topics.begin(), topics.end(), topic) != topics.end();
           });
}

bool reads(const Group& group, const std::string& topic) {
    if (const auto* classic = std::get_if<ClassicGroup>(&group); classic != nullptr) {
        return is_subscribed(*classic, topic);
    }
    return reads(std::get<ConsumerGroup>(group), topic);
}

/// [the groups' validateOffsetDelete]
ErrorCode check_offset_delete(const Group* group) {
    if (group == nullptr) {
        return ErrorCode::kGroupIdNotFound;
    }
    const auto* classic = std::get_if<ClassicGroup>(group);
    if (classic == nullptr || classic->state == ClassicGroupState::kEmpty) {
        return ErrorCode::kNone;
    }
    if (classic->state == ClassicGroupState::kDead) {
        return ErrorCode::kGroupIdNotFound;
    }
    return classic->protocol_type == "consumer" ? ErrorCode::kNone : ErrorCode::kNonEmptyGroup;
}

/// [the groups' validateDeleteGroup]
ErrorCode check_delete(const Group* group) {
    const auto* classic = group == nullptr ? nullptr : std::get_if<ClassicGroup>(group);
    if (group == nullptr || (classic != nullptr && classic->state == ClassicGroupState::kDead)) {
        return ErrorCode::kGroupIdNotFound;
    }
    return is_empty(*group) ? ErrorCode::kNone : ErrorCode::kNonEmptyGroup;
}

/// From when the retention of an offset counts [offsetExpirationCondition].
enum class Since : uint8_t { kNever, kCommit, kEmpty };

Since retention_since(const Group& group) {
    const auto* classic = std::get_if<ClassicGroup>(&group);
    if (classic == nullptr || !classic->protocol_type) {
        return Since::kCommit;
    }
    if (classic->state == ClassicGroupState::kEmpty) {
        return classic->state_since == kNoTimestamp ? Since::kCommit : Since::kEmpty;
    }
    return classic->state == ClassicGroupState::kStable && classic->subscribed_topics
               ? Since::kCommit
               : Since::kNever;
}

bool is_expired(const Group& group, const CommittedOffset& offset, const GroupTurn& turn) {
    const Since since = retention_since(group);
    if (since == Since::kNever) {
        return false;
    }
    const Timestamp now = turn.timestamp();
    if (offset.expire_timestamp) {
        return now >= *offset.expire_timestamp;
    }
    const Timestamp base = since == Since::kCommit ? offset.commit_timestamp
                                                   : std::get<ClassicGroup>(group).state_since;
    return ms_between(base, now) >= turn.config.offsets_retention.to_ms();
}

}  // namespace

void on_offset_delete(const GroupShard& shard, const Request& request, GroupTurn& turn) {
    const auto& body = std::get<OffsetDeleteRequest>(request.body);
    const Group* group = find_group(shard, body.group_id);
    const ErrorCode refused =
        body.group_id.empty() ? ErrorCode::kInvalidGroupId : check_offset_delete(group);
    OffsetDeleteResponse answer;
    if (refused != ErrorCode::kNone) {
        answer.error_code = refused;
        turn.answers_now.push_back(make_response(request, std::move(answer)));
        return;
    }
    const GroupOffsets& offsets = offsets_of(shard, body.group_id);
    for (const OffsetDeleteRequest::Topic& topic : body.topics) {
        OffsetDeleteResponse::Topic& deleted = answer.topics.emplace_back();
        deleted.name = topic.name;
        const bool in_use = reads(*group, topic.name);
        for (const OffsetDeleteRequest::Partition& partition : topic.partitions) {
            const TopicPartition tp{topic.name, partition.partition_index};
            ErrorCode error = ErrorCode::kNone;
            if (in_use) {
                error = ErrorCode::kGroupSubscribedToTopic;
            } else if (offsets.contains(tp)) {
                write_offset_tombstone(body.group_id, tp, turn);
            }
            deleted.partitions.push_back({partition.partition_index, error});
        }
    }
    turn.answers.push_back(make_response(request, std::move(answer)));
}

void on_delete_groups(const GroupShard& shard, const Request& request, GroupTurn& turn) {
    DeleteGroupsResponse answer;
    for (const std::string& id : std::get<DeleteGroupsRequest>(request.body).groups_names) {
        const Group* group = find_group(shard, id);
        const ErrorCode error = check_delete(group);
        answer.results.push_back({id, error});
        if (error != ErrorCode::kNone) {
            continue;
        }
        std::vector<TopicPartition> partitions;
        for (const auto& [tp, committed] : offsets_of(shard, id)) {
            partitions.push_back(tp);
        }
        remove_offsets(id, std::move(partitions), OffsetsRemoved::Why::kGroupDeleted, turn);
        delete_group(id, *group, turn);
    }
    turn.answers.push_back(make_response(request, std::move(answer)));
}

void delete_group(const std::string& id, const Group& group, GroupTurn& turn) {
    if (const auto* classic = std::get_if<ClassicGroup>(&group); classic != nullptr) {
        turn.records.push_back(classic_group_tombstone(id));
        turn.facts.emplace_back(GroupPhaseChanged{id, GroupPhase::kEmpty, GroupPhase::kDead,
                                                  classic->generation.value});
    } else {
        const auto& consumer = std::get<ConsumerGroup>(group);
        delete_consumer_group(id, consumer, turn);
        turn.facts.emplace_back(
            GroupPhaseChanged{id, GroupPhase::kEmpty, GroupPhase::kDead, consumer.epoch.value});
    }
}

void expire_offsets(Cow<GroupShard>& shard, GroupTurn& turn) {
    for (const auto& [id, held] : shard->groups) {
        const Group& group = *held;
        std::vector<TopicPartition> expired;
        bool all = true;
        for (const auto& [tp, committed] : offsets_of(*shard, id)) {
            if (!reads(group, tp.topic) && is_expired(group, committed, turn)) {
                expired.push_back(tp);
            } else {
                all = false;
            }
        }
        remove_offsets(id, std::move(expired), OffsetsRemoved::Why::kExpired, turn);
        if (all && is_empty(group)) {
            delete_group(id, group, turn);
        }
    }
    shard.edit().next_offset_expiry =
        turn.env.now + std::max(turn.config.offsets_retention_check, 1_ms);
}

void remove_offsets_of(const GroupShard& shard, const FlatMap<Uuid, TopicImage>& deleted_topics,
                       GroupTurn& turn) {
    FlatSet<std::string> topics;
    for (const auto& [topic_id, topic] : deleted_topics) {
        topics.insert(topic.name);
    }
    for (const auto& [id, offsets] : shard.offsets) {
        std::vector<TopicPartition> gone;
        for (const auto& [tp, committed] : *offsets) {
            if (topics.contains(tp.topic)) {
                gone.push_back(tp);
            }
        }
        remove_offsets(id, std::move(gone), OffsetsRemoved::Why::kTopicDeleted, turn);
    }
}

}  // namespace brokerlab

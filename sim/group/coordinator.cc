#include "sim/group/coordinator.h"

#include <algorithm>
#include <utility>

#include "sim/base/check.h"
#include "sim/group/classic_group.h"
#include "sim/group/consumer_group.h"
#include "sim/group/group_errors.h"
#include "sim/group/offsets.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

using Group = std::variant<ClassicGroup, ConsumerGroup>;

SimTime next_deadline_of(const Group& group) {
    if (const auto* classic = std::get_if<ClassicGroup>(&group); classic != nullptr) {
        return next_classic_group_deadline(*classic);
    }
    return next_consumer_group_deadline(std::get<ConsumerGroup>(group));
}

/// The group that a request is about; of DeleteGroups the first.
std::string group_of(const RequestBody& body) {
    return std::visit(
        [](const auto& held) -> std::string {
            if constexpr (requires { held.groups_names; }) {
                return held.groups_names.empty() ? "" : held.groups_names.front();
            } else if constexpr (requires {
                                     held.group_id;
                                     held.groups;
                                 }) {
                return held.groups.empty() ? held.group_id : held.groups.front().group_id;
            } else if constexpr (requires { std::string(held.group_id); }) {
                return held.group_id;
            } else {
                return "";
            }
        },
        body);
}

void dispatch(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn) {
    switch (request.header.request_api_key) {
        case ApiKey::kJoinGroup:
            on_join_group(shard, request, turn);
            return;
        case ApiKey::kSyncGroup:
            on_sync_group(shard, request, turn);
            return;
        case ApiKey::kHeartbeat:
            on_heartbeat(shard, request, turn);
            return;
        case ApiKey::kLeaveGroup:
            on_leave_group(shard, request, turn);
            return;
        case ApiKey::kConsumerGroupHeartbeat:
            on_consumer_group_heartbeat(shard, request, turn);
            return;
        case ApiKey::kOffsetCommit:
            on_offset_commit(shard, request, turn);
            return;
        case ApiKey::kOffsetFetch:
            turn.answers.push_back(make_response(request, fetch_offsets(*shard, request)));
            return;
        case ApiKey::kOffsetDelete:
            on_offset_delete(*shard, request, turn);
            return;
        case ApiKey::kDeleteGroups:
            on_delete_groups(*shard, request, turn);
            return;
        default:
            break;
    }
    BL_CHECK(false);
}

}  // namespace

Timestamp GroupTurn::timestamp() const {
    return wall_clock(env.now);
}

void on_group_request(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn) {
    dispatch(shard, request, turn);
    state_refusals(group_of(request.body), turn);
}

SimTime next_group_deadline(const GroupShard& shard) {
    SimTime next = shard.next_offset_expiry;
    for (const auto& [id, group] : shard.groups) {
        next = std::min(next, next_deadline_of(*group));
    }
    return next;
}

void on_group_timer(Cow<GroupShard>& shard, GroupTurn& turn) {
    SimTime first = shard->next_offset_expiry;
    const std::pair<std::string, Cow<Group>>* due = nullptr;
    for (const auto& item : shard->groups) {
        const SimTime at = next_deadline_of(*item.second);
        if (at < first) {
            first = at;
            due = &item;
        }
    }
    if (first > turn.env.now) {
        return;
    }
    if (due == nullptr) {
        expire_offsets(shard, turn);
        return;
    }
    const std::string id = due->first;
    if (std::holds_alternative<ClassicGroup>(*due->second)) {
        on_classic_group_timer(shard, id, turn);
    } else {
        on_consumer_group_timer(shard, id, turn);
    }
    state_refusals(id, turn);
}

void replay(GroupShard& shard, const GroupCoordinatorRecord& record, const MetadataImage& image) {
    if (const auto* offset = std::get_if<GroupRecordOf<OffsetCommitKey>>(&record);
        offset != nullptr) {
        replay_offset(shard, *offset);
    } else if (const auto* group = std::get_if<GroupRecordOf<GroupMetadataKey>>(&record);
               group != nullptr) {
        replay_classic_group(shard, *group);
    } else {
        replay_consumer_group(shard, record, image);
    }
}

void on_groups_loaded(Cow<GroupShard>& shard, GroupTurn& turn) {
    GroupShard& loaded = shard.edit();
    for (auto& [id, held] : loaded.groups) {
        Group& group = held.edit();
        if (auto* classic = std::get_if<ClassicGroup>(&group); classic != nullptr) {
            on_classic_group_loaded(id, *classic, turn);
        } else {
            on_consumer_group_loaded(std::get<ConsumerGroup>(group), turn);
        }
    }
    loaded.next_offset_expiry = turn.env.now + turn.config.offsets_retention_check;
}

void on_group_metadata(Cow<GroupShard>& shard, const MetadataDelta& delta, GroupTurn& turn) {
    on_consumer_group_metadata(shard, delta, turn);
    remove_offsets_of(*shard, delta.deleted_topics, turn);
}

void on_group_write_end(Cow<GroupShard>& shard, const GroupWriteEnd& end, ErrorCode error,
                        GroupTurn& turn) {
    std::visit(
        [&]<class End>(const End& held) {
            if constexpr (std::is_same_v<End, OffsetsWritten>) {
                if (error == ErrorCode::kNone) {
                    turn.facts.emplace_back(
                        OffsetsCommitted{held.group, held.member, held.positions});
                }
            } else if constexpr (!std::is_same_v<End, std::monostate>) {
                on_write_end(shard, held, error, turn);
                state_refusals(held.group, turn);
            }
        },
        end);
}

void revert_groups(Cow<GroupShard>& shard, const GroupShard& before, ErrorCode error,
                   GroupTurn& turn) {
    GroupShard reverted = before;
    reverted.next_offset_expiry = shard->next_offset_expiry;
    for (const auto& [id, held] : shard->groups) {
        const auto* classic = std::get_if<ClassicGroup>(&*held);
        if (classic == nullptr) {
            continue;
        }
        if (before.find_classic(id) != nullptr) {
            reverted.groups.insert_or_assign(id, held);
        } else {
            refuse_parked(*classic, write_error(ApiKey::kJoinGroup, error), turn.answers_now);
            state_refusals(id, turn);
        }
    }
    shard = Cow(std::move(reverted));
}

std::vector<Response> on_groups_unloaded(const GroupShard& shard) {
    std::vector<Response> answers;
    for (const auto& [id, held] : shard.groups) {
        if (const auto* classic = std::get_if<ClassicGroup>(&*held); classic != nullptr) {
            refuse_parked(*classic, ErrorCode::kNotCoordinator, answers);
        }
    }
    return answers;
}

std::string member_name(std::string_view member_id) {
    // A dash and a UUID: 36 characters of java.util.UUID, or 22 of Kafka's.
    for (const std::size_t length : {std::size_t{37}, std::size_t{23}}) {
        if (member_id.size() <= length || member_id[member_id.size() - length] != '-') {
            continue;
        }
        const std::string_view id = member_id.substr(member_id.size() - length + 1);
        if (length == 23 || (id[8] == '-' && id[13] == '-' && id[18] == '-' && id[23] == '-')) {
            return std::string(member_id.substr(0, member_id.size() - length));
        }
    }
    return std::string(member_id);
}

}  // namespace brokerlab

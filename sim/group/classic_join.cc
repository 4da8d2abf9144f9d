// JoinGroup. [GroupMetadataManager.classicGroupJoinToClassicGroup, classicGroupJoinNewMember,
// classicGroupJoinExistingMember, GroupCoordinatorService.joinGroup]
#include <algorithm>
#include <array>
#include <utility>

#include "sim/group/classic_group.h"
#include "sim/group/classic_members.h"
#include "sim/group/classic_rebalance.h"
#include "sim/group/classic_static.h"
#include "sim/group/consumer_group.h"
#include "sim/kernel/draw.h"

namespace brokerlab {
namespace {

using Why = GroupRebalanceBegan::Why;

/// The first version of JoinGroup whose members join a second time, with an id (KIP-394).
constexpr ApiVersion kMemberIdRequired = 4;

void refuse(const Request& request, ErrorCode error, std::string member_id, GroupTurn& turn) {
    turn.answers_now.push_back(join_answer({request.connection, request.header},
                                           join_refusal(error, std::move(member_id))));
}

/// Eight, four, four, four and twelve hexadecimal digits [java.util.UUID.toString].
std::string uuid_text(UuidWords words) {
    constexpr std::array<char, 17> kDigits{"0123456789abcdef"};
    std::string text;
    for (int i = 0; i < 32; ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20) {
            text += '-';
        }
        const uint64_t word = i < 16 ? words.high : words.low;
        text += kDigits[(word >> (60U - 4U * static_cast<unsigned>(i % 16))) & 0xFU];
    }
    return text;
}

/// [ClassicGroup.generateMemberId]
std::string new_member_id(const std::string& group, const Request& request,
                          const JoinGroupRequest& body, const Env& env) {
    const std::string owner =
        body.group_instance_id.value_or(request.header.client_id.value_or(""));
    return owner + "-" +
           uuid_text(draw_uuid(
               env.seed, draw_key(env.self),
               draw_key(group, owner, env.now, request.connection, request.header.correlation_id)));
}

int32_t rebalance_timeout_of(const JoinGroupRequest& body) {
    // Version 0 has none [JoinGroupRequest.maybeOverrideRebalanceTimeout].
    return body.rebalance_timeout_ms == -1 ? body.session_timeout_ms : body.rebalance_timeout_ms;
}

/// Whether group.max.size leaves room. While members join, those that wait already are counted, so
/// that a group which is too large loses the last ones to come back.
bool has_room(const ClassicGroup& group, const std::string& member_id, int32_t max_size) {
    const auto limit = static_cast<std::ptrdiff_t>(max_size);
    const ClassicMember* member = group.find(member_id);
    switch (group.state) {
        case ClassicGroupState::kPreparingRebalance:
            return (member != nullptr && member->join) ||
                   std::count_if(group.members.begin(), group.members.end(),
                                 [](const ClassicMember& m) { return m.join.has_value(); }) < limit;
        case ClassicGroupState::kCompletingRebalance:
        case ClassicGroupState::kStable:
            return member != nullptr || std::ssize(group.members) < limit;
        case ClassicGroupState::kEmpty:
        case ClassicGroupState::kDead:
            break;
    }
    return true;
}

void add_member(const ClassicTurn& at, const Request& request, const JoinGroupRequest& body,
                const std::string& member_id) {
    ClassicGroup& group = at.group;
    ClassicMember member;
    member.id = member_id;
    member.instance_id = body.group_instance_id;
    member.client_id = request.header.client_id.value_or("");
    member.client_host = "/" + member.client_id;
    member.rebalance_timeout_ms = rebalance_timeout_of(body);
    member.session_timeout_ms = body.session_timeout_ms;
    member.protocols = body.protocols;
    member.is_new = true;
    member.join = {request.connection, request.header};
    member.session_ends = at.turn.env.now + kNewMemberJoinTimeout;
    at.turn.facts.emplace_back(
        GroupMemberJoined{at.id, member.client_id, member.id, member.instance_id});
    if (group.delay_left) {
        group.member_added = true;
    }
    if (group.members.empty()) {
        group.protocol_type = body.protocol_type;
    }
    if (!group.leader) {
        group.leader = member_id;
    }
    group.reserved_ids.erase(member_id);
    std::string name = member.client_id;
    group.members.push_back(std::move(member));
    rebalance_or_complete_join(at, Why::kMemberJoined, std::move(name), body.reason.value_or(""));
}

void join_new(const ClassicTurn& at, const Request& request, const JoinGroupRequest& body) {
    if (at.group.state == ClassicGroupState::kDead) {
        refuse(request, ErrorCode::kCoordinatorNotAvailable, "", at.turn);
        return;
    }
    if (!supports_protocols(at.group, body.protocol_type, body.protocols)) {
        refuse(request, ErrorCode::kInconsistentGroupProtocol, "", at.turn);
        return;
    }
    const std::string id = new_member_id(at.id, request, body, at.turn.env);
    if (body.group_instance_id) {
        const ClassicMember* present = find_static(at.group, *body.group_instance_id);
        if (present == nullptr) {
            add_member(at, request, body, id);
        } else {
            replace_static_member(at, request, body, std::string(present->id), id);
        }
    } else if (request.header.request_api_version >= kMemberIdRequired) {
        const Duration timeout = Duration::from_ms(body.session_timeout_ms);
        at.group.reserved_ids.insert_or_assign(id, {at.turn.env.now + timeout, timeout});
        refuse(request, ErrorCode::kMemberIdRequired, id, at.turn);
    } else {
        add_member(at, request, body, id);
    }
}

void rejoin(const ClassicTurn& at, const Request& request, const JoinGroupRequest& body,
            ClassicMember& member) {
    member.protocols = body.protocols;
    member.rebalance_timeout_ms = rebalance_timeout_of(body);
    member.session_timeout_ms = body.session_timeout_ms;
    member.join = {request.connection, request.header};
    if (!member.is_new) {
        member.session_ends = kNever;
    }
    rebalance_or_complete_join(at, Why::kMemberRejoined, std::string(member.client_id),
                               body.reason.value_or(""));
}

/// A member that asks again in a generation that it is part of: only news make a rebalance, or the
/// leader, who may know of topics that changed.
void join_in_generation(const ClassicTurn& at, const Request& request, const JoinGroupRequest& body,
                        ClassicMember& member) {
    const bool leads = at.group.leader == member.id;
    const bool completing = at.group.state == ClassicGroupState::kCompletingRebalance;
    if (body.protocols != member.protocols || (leads && !completing)) {
        rejoin(at, request, body, member);
        return;
    }
    JoinGroupResponse answer = generation_for(at.group, member);
    if (leads) {
        answer.members = members_for_leader(at.group);
    }
    at.turn.answers_now.push_back(
        join_answer({request.connection, request.header}, std::move(answer)));
}

void join_existing(const ClassicTurn& at, const Request& request, const JoinGroupRequest& body) {
    ClassicGroup& group = at.group;
    const std::string& id = body.member_id;
    if (group.state == ClassicGroupState::kDead) {
        refuse(request, ErrorCode::kCoordinatorNotAvailable, id, at.turn);
        return;
    }
    if (!supports_protocols(group, body.protocol_type, body.protocols)) {
        refuse(request, ErrorCode::kInconsistentGroupProtocol, id, at.turn);
        return;
    }
    if (group.reserved_ids.contains(id)) {
        if (body.group_instance_id) {
            // No id is reserved for a static member; Kafka fails on an exception.
            refuse(request, ErrorCode::kUnknownServerError, "", at.turn);
        } else {
            add_member(at, request, body, id);
        }
        return;
    }
    const ErrorCode error = check_member(group, id, body.group_instance_id);
    if (error != ErrorCode::kNone) {
        refuse(request, error, id, at.turn);
        return;
    }
    ClassicMember& member = *group.find(id);
    switch (group.state) {
        case ClassicGroupState::kPreparingRebalance:
            rejoin(at, request, body, member);
            return;
        case ClassicGroupState::kCompletingRebalance:
        case ClassicGroupState::kStable:
            join_in_generation(at, request, body, member);
            return;
        case ClassicGroupState::kEmpty:
        case ClassicGroupState::kDead:
            refuse(request, ErrorCode::kUnknownMemberId, id, at.turn);
            return;
    }
}

void join_group(const ClassicTurn& at, const Request& request, const JoinGroupRequest& body) {
    if (!has_room(at.group, body.member_id, at.turn.config.max_size)) {
        if (at.group.find(body.member_id) != nullptr ||
            at.group.reserved_ids.contains(body.member_id)) {
            remove_member(at, body.member_id, GroupMemberLeft::Why::kDidNotRejoin, Duration());
        }
        refuse(request, ErrorCode::kGroupMaxSizeReached, "", at.turn);
    } else if (body.member_id.empty()) {
        join_new(at, request, body);
    } else {
        join_existing(at, request, body);
    }
}

/// Nobody has used this group, or it was of the other protocol and is empty. Written at once, so
/// that it is in the log as soon as anyone knows of it.
void join_new_group(Cow<GroupShard>& shard, const Request& request, const JoinGroupRequest& body,
                    GroupTurn& turn) {
    const std::string& id = body.group_id;
    if (const ConsumerGroup* empty = shard->find_consumer(id); empty != nullptr) {
        delete_consumer_group(id, *empty, turn);
    }
    ClassicGroup created;
    created.state_since = turn.timestamp();
    turn.records.push_back(classic_group_record(id, created));
    turn.replay = false;
    shard.edit().groups.insert_or_assign(
        id, Cow(std::variant<ClassicGroup, ConsumerGroup>(std::move(created))));
    ClassicGroup& group = *edit_classic(shard, id);
    join_group({id, group, turn}, request, body);
    turn.end =
        ClassicGroupWritten{id, group.members.empty() ? std::nullopt : group.members.front().join};
}

ErrorCode check_request(const GroupShard& shard, const JoinGroupRequest& body,
                        const GroupConfig& config) {
    if (body.group_id.empty()) {
        return ErrorCode::kInvalidGroupId;
    }
    if (body.session_timeout_ms < config.min_session_timeout_ms ||
        body.session_timeout_ms > config.max_session_timeout_ms) {
        return ErrorCode::kInvalidSessionTimeout;
    }
    const ConsumerGroup* other = shard.find_consumer(body.group_id);
    if (other != nullptr && !other->members.empty()) {
        return ErrorCode::kInconsistentGroupProtocol;
    }
    if (!body.member_id.empty() && shard.find_classic(body.group_id) == nullptr) {
        return ErrorCode::kUnknownMemberId;
    }
    return ErrorCode::kNone;
}

}  // namespace

void on_join_group(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn) {
    const auto& body = std::get<JoinGroupRequest>(request.body);
    const ErrorCode error = check_request(*shard, body, turn.config);
    if (error != ErrorCode::kNone) {
        refuse(request, error, body.member_id, turn);
        return;
    }
    ClassicGroup* group = edit_classic(shard, body.group_id);
    if (group == nullptr) {
        join_new_group(shard, request, body, turn);
    } else {
        join_group({body.group_id, *group, turn}, request, body);
    }
}

}  // namespace brokerlab

#include "sim/group/classic_members.h"

#include <algorithm>
#include <utility>

#include "sim/assign/consumer_protocol.h"
#include "sim/base/check.h"

namespace brokerlab {
namespace {

constexpr std::string_view kConsumerProtocolType = "consumer";

bool has_protocol(const ClassicMember& member, std::string_view name) {
    return std::any_of(member.protocols.begin(), member.protocols.end(),
                       [&](const JoinGroupRequest::Protocol& p) { return p.name == name; });
}

bool all_support(const ClassicGroup& group, std::string_view protocol) {
    return std::all_of(group.members.begin(), group.members.end(),
                       [&](const ClassicMember& m) { return has_protocol(m, protocol); });
}

GroupPhase phase_of(ClassicGroupState state) {
    switch (state) {
        case ClassicGroupState::kEmpty:
            return GroupPhase::kEmpty;
        case ClassicGroupState::kPreparingRebalance:
            return GroupPhase::kPreparingRebalance;
        case ClassicGroupState::kCompletingRebalance:
            return GroupPhase::kCompletingRebalance;
        case ClassicGroupState::kStable:
            return GroupPhase::kStable;
        case ClassicGroupState::kDead:
            break;
    }
    return GroupPhase::kDead;
}

}  // namespace

bool all_joined(const ClassicGroup& group) {
    return group.reserved_ids.empty() &&
           std::all_of(group.members.begin(), group.members.end(),
                       [](const ClassicMember& m) { return m.join.has_value(); });
}

Duration rebalance_timeout(const ClassicGroup& group) {
    int32_t longest = 0;
    for (const ClassicMember& member : group.members) {
        longest = std::max(longest, member.rebalance_timeout_ms);
    }
    return Duration::from_ms(longest);
}

const ClassicMember* find_static(const ClassicGroup& group, std::string_view instance_id) {
    const auto at =
        std::find_if(group.members.begin(), group.members.end(),
                     [&](const ClassicMember& m) { return m.instance_id == instance_id; });
    return at == group.members.end() ? nullptr : &*at;
}

ErrorCode check_member(const ClassicGroup& group, std::string_view member_id,
                       const std::optional<std::string>& instance_id) {
    if (instance_id) {
        const ClassicMember* present = find_static(group, *instance_id);
        if (present == nullptr) {
            return ErrorCode::kUnknownMemberId;
        }
        if (present->id != member_id) {
            return ErrorCode::kFencedInstanceId;
        }
    }
    return group.find(member_id) == nullptr ? ErrorCode::kUnknownMemberId : ErrorCode::kNone;
}

bool supports_protocols(const ClassicGroup& group, std::string_view protocol_type,
                        const std::vector<JoinGroupRequest::Protocol>& protocols) {
    if (group.state == ClassicGroupState::kEmpty) {
        return !protocol_type.empty() && !protocols.empty();
    }
    return group.protocol_type == protocol_type &&
           std::any_of(
               protocols.begin(), protocols.end(),
               [&](const JoinGroupRequest::Protocol& p) { return all_support(group, p.name); });
}

std::string select_protocol(const ClassicGroup& group) {
    BL_CHECK(!group.members.empty());
    std::vector<std::pair<std::string, uint32_t>> votes;
    for (const ClassicMember& member : group.members) {
        const auto choice = std::find_if(
            member.protocols.begin(), member.protocols.end(),
            [&](const JoinGroupRequest::Protocol& p) { return all_support(group, p.name); });
        BL_CHECK(choice != member.protocols.end());
        const auto at = std::find_if(votes.begin(), votes.end(),
                                     [&](const auto& v) { return v.first == choice->name; });
        if (at == votes.end()) {
            votes.emplace_back(choice->name, 1);
        } else {
            ++at->second;
        }
    }
    const auto most = [](const auto& a, const auto& b) { return a.second < b.second; };
    return std::max_element(votes.begin(), votes.end(), most)->first;
}

std::optional<FlatSet<std::string>> subscriptions_of(const ClassicGroup& group) {
    if (group.protocol_type != kConsumerProtocolType) {
        return std::nullopt;
    }
    FlatSet<std::string> topics;
    for (const ClassicMember& member : group.members) {
        if (!group.protocol) {
            return std::nullopt;
        }
        const Outcome<ConsumerProtocolSubscription> subscription =
            decode_subscription(metadata_of(member, *group.protocol));
        if (!subscription) {
            return std::nullopt;
        }
        for (const std::string& topic : subscription->topics) {
            topics.insert(topic);
        }
    }
    return topics;
}

bool is_subscribed(const ClassicGroup& group, const std::string& topic) {
    return group.subscribed_topics ? group.subscribed_topics->contains(topic)
                                   : group.protocol_type == kConsumerProtocolType;
}

std::vector<JoinGroupResponse::Member> members_for_leader(const ClassicGroup& group) {
    std::vector<JoinGroupResponse::Member> members;
    members.reserve(group.members.size());
    for (const ClassicMember& member : group.members) {
        members.push_back(
            {member.id, member.instance_id, metadata_of(member, group.protocol.value_or(""))});
    }
    return members;
}

Bytes metadata_of(const ClassicMember& member, std::string_view protocol) {
    const auto at =
        std::find_if(member.protocols.begin(), member.protocols.end(),
                     [&](const JoinGroupRequest::Protocol& p) { return p.name == protocol; });
    return at == member.protocols.end() ? Bytes() : at->metadata;
}

void restart_session(ClassicMember& member, SimTime now) {
    if (member.is_new || !member.is_parked()) {
        member.session_ends = now + Duration::from_ms(member.session_timeout_ms);
    }
}

void change_state(const ClassicTurn& at, ClassicGroupState to) {
    at.turn.facts.emplace_back(GroupPhaseChanged{at.id, phase_of(at.group.state), phase_of(to),
                                                 at.group.generation.value});
    at.group.state = to;
    at.group.state_since = at.turn.timestamp();
}

// By value: what is removed may hold the id that it is named by.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void remove_member(const ClassicTurn& at, std::string member_id, GroupMemberLeft::Why why,
                   Duration timeout) {
    ClassicGroup& group = at.group;
    ClassicMember* member = group.find(member_id);
    // Who has only been given an id was no member; that it never came is worth telling.
    if (member != nullptr || why == GroupMemberLeft::Why::kNeverCame) {
        at.turn.facts.emplace_back(
            GroupMemberLeft{at.id, member == nullptr ? member_name(member_id) : member->client_id,
                            member_id, why, timeout});
    }
    group.reserved_ids.erase(member_id);
    group.to_sync.erase(member_id);
    if (member == nullptr) {
        return;
    }
    release_join(at, *member, join_refusal(ErrorCode::kUnknownMemberId, ""));
    SyncGroupResponse refusal;
    refusal.error_code = ErrorCode::kUnknownMemberId;
    release_sync(at, *member, std::move(refusal));
    const bool was_leader = group.leader == member_id;
    group.members.erase(group.members.begin() + (member - group.members.data()));
    if (was_leader) {
        group.leader.reset();
        if (!group.members.empty()) {
            group.leader = group.members.front().id;
        }
    }
}

Response join_answer(const WaitingRequest& join, JoinGroupResponse body) {
    constexpr ApiVersion kNullableProtocol = 7;
    if (join.header.request_api_version >= kNullableProtocol) {
        if (body.protocol_name && body.protocol_name->empty()) {
            body.protocol_name.reset();
        }
    } else if (!body.protocol_name) {
        body.protocol_name = "";
    }
    return {join.connection, join.header, std::move(body)};
}

JoinGroupResponse join_refusal(ErrorCode error, std::string member_id) {
    JoinGroupResponse body;
    body.error_code = error;
    body.member_id = std::move(member_id);
    return body;
}

JoinGroupResponse generation_for(const ClassicGroup& group, const ClassicMember& member) {
    JoinGroupResponse body;
    body.generation_id = group.generation;
    body.protocol_type = group.protocol_type;
    body.protocol_name = group.protocol;
    body.leader = group.leader.value_or("");
    body.member_id = member.id;
    return body;
}

void release_join(const ClassicTurn& at, ClassicMember& member, JoinGroupResponse body) {
    if (member.join) {
        at.turn.answers_now.push_back(join_answer(*member.join, std::move(body)));
        member.join.reset();
    }
}

void release_sync(const ClassicTurn& at, ClassicMember& member, SyncGroupResponse body) {
    if (member.sync) {
        at.turn.answers_now.push_back(
            {member.sync->connection, member.sync->header, std::move(body)});
        member.sync.reset();
    }
}

std::string_view state_name(ClassicGroupState state) {
    switch (state) {
        case ClassicGroupState::kEmpty:
            return "Empty";
        case ClassicGroupState::kPreparingRebalance:
            return "PreparingRebalance";
        case ClassicGroupState::kCompletingRebalance:
            return "CompletingRebalance";
        case ClassicGroupState::kStable:
            return "Stable";
        case ClassicGroupState::kDead:
            break;
    }
    return "Dead";
}

}  // namespace brokerlab

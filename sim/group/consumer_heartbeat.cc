#include <algorithm>
#include <utility>
#include <variant>

#include "sim/group/consumer_checks.h"
#include "sim/group/consumer_draft.h"
#include "sim/group/consumer_group.h"
#include "sim/group/consumer_records.h"
#include "sim/kernel/draw.h"

namespace brokerlab {
namespace {

struct Heartbeat {
    const Request& request;
    const ConsumerGroupHeartbeatRequest& body;
    std::string client_id;
    std::string member_id;

    [[nodiscard]] bool joins() const { return body.member_epoch == kJoinEpoch; }
    /// The client says all there is to say: when it joins, and after an error.
    [[nodiscard]] bool is_full() const {
        return joins() || (body.rebalance_timeout_ms != -1 && body.subscribed_topic_names &&
                           body.topic_partitions);
    }
};

void refuse(const Heartbeat& heartbeat, const HeartbeatRefusal& refusal, GroupTurn& turn) {
    ConsumerGroupHeartbeatResponse response;
    response.error_code = refusal.error;
    response.error_message = refusal.message;
    turn.answers_now.push_back(make_response(heartbeat.request, std::move(response)));
}

std::string new_member_id(const GroupTurn& turn, const Request& request) {
    const UuidWords words =
        draw_uuid(turn.env.seed, draw_key(turn.env.self),
                  draw_key(turn.env.now, request.connection, request.header.correlation_id));
    return Uuid{words.high, words.low}.to_string();
}

/// The consumer group in the shard, made for one that is about to come.
ConsumerGroup& edit_group(Cow<GroupShard>& shard, const std::string& id) {
    auto& slot = shard.edit().groups[id];
    if (!std::holds_alternative<ConsumerGroup>(*slot)) {
        slot = Cow<std::variant<ClassicGroup, ConsumerGroup>>(ConsumerGroup());
    }
    return std::get<ConsumerGroup>(slot.edit());
}

// ---- Leaving

/// The member stays, with its partitions, until it is back or its session ends
/// [consumerGroupStaticMemberGroupLeave].
void leave_for_a_while(Cow<GroupShard>& shard, ConsumerGroupDraft& draft,
                       const std::string& member_id) {
    ConsumerMember member = *draft.find_member(member_id);
    member.epoch = kStaticLeaveEpoch;
    member.revoking.clear();
    draft.write(current_assignment_record(draft.id(), member));
    draft.state_member(member);
    edit_group(shard, draft.id()).members.at(member_id).edit().revocation_ends = kNever;
}

MaybeRefusal leave(Cow<GroupShard>& shard, const Heartbeat& heartbeat, GroupTurn& turn) {
    const ConsumerGroupHeartbeatRequest& body = heartbeat.body;
    if (auto refusal = check_group(*shard, body.group_id, false)) {
        return refusal;
    }
    ConsumerGroupDraft draft(*shard, body.group_id, turn);
    if (auto refusal = check_identity(draft.group(), body)) {
        return refusal;
    }
    if (body.member_epoch == kStaticLeaveEpoch) {
        leave_for_a_while(shard, draft, body.member_id);
    } else {
        draft.fence_member(body.member_id, GroupMemberLeft::Why::kLeft);
    }
    std::move(draft).finish(turn);
    ConsumerGroupHeartbeatResponse response;
    response.member_id = body.member_id;
    response.member_epoch = body.member_epoch;
    turn.answers.push_back(make_response(heartbeat.request, std::move(response)));
    return std::nullopt;
}

// ---- Joining and going on

ConsumerMember new_member(const std::string& id) {
    ConsumerMember member;
    member.id = id;
    member.subscribed_regex = "";
    return member;
}

/// A static member is back, as a rule with another member id: it takes over all that the old one
/// had, so that nobody else need move [replaceMember].
ConsumerMember replace_member(ConsumerGroupDraft& draft, const std::string& old_id,
                              const std::string& new_id) {
    const ConsumerMember old = *draft.find_member(old_id);
    const Cow<TopicIdAssignment>* target = draft.group().target.find(old_id);
    const TopicIdAssignment inherited = target == nullptr ? TopicIdAssignment() : **target;
    ConsumerMember member = old;
    member.id = new_id;
    member.epoch = kJoinEpoch;
    member.previous_epoch = kJoinEpoch;
    member.session_ends = kNever;
    member.revocation_ends = kNever;
    if (new_id != old_id) {
        draft.remove_member(old, GroupMemberLeft::Why::kReplaced);
    }
    draft.write(member_record(draft.id(), member));
    draft.write(target_record(draft.id(), new_id, inherited));
    draft.write(current_assignment_record(draft.id(), member));
    return member;
}

/// Finds who sends the heartbeat, or lets it in; `member` is as it was before its news.
MaybeRefusal admit(ConsumerGroupDraft& draft, const Heartbeat& heartbeat, ConsumerMember& member) {
    const ConsumerGroupHeartbeatRequest& body = heartbeat.body;
    const bool is_static = body.instance_id.has_value();
    if (heartbeat.joins() && is_static) {
        if (auto refusal = check_instance_is_free(draft.group(), body)) {
            return refusal;
        }
    } else if (!heartbeat.joins()) {
        if (auto refusal = check_identity(draft.group(), body)) {
            return refusal;
        }
    }
    const ConsumerMember* known = draft.find_member(heartbeat.member_id);
    if (known != nullptr && !(heartbeat.joins() && is_static)) {
        member = *known;
        return check_epoch(member, body);
    }
    const std::string* holder =
        is_static ? draft.group().static_members.find(*body.instance_id) : nullptr;
    if (holder != nullptr) {
        member = replace_member(draft, std::string(*holder), heartbeat.member_id);
    } else {
        member = known != nullptr ? *known : new_member(heartbeat.member_id);
    }
    draft.state(GroupMemberJoined{draft.id(), heartbeat.client_id, member.id, body.instance_id});
    return std::nullopt;
}

/// The member with what the heartbeat says that is new; what it leaves out has not changed.
ConsumerMember updated(const ConsumerMember& before, const Heartbeat& heartbeat) {
    const ConsumerGroupHeartbeatRequest& body = heartbeat.body;
    ConsumerMember member = before;
    member.client_id = heartbeat.client_id;
    member.client_host = "/" + heartbeat.client_id;
    if (body.instance_id) {
        member.instance_id = body.instance_id;
    }
    if (body.rack_id) {
        member.rack_id = body.rack_id;
    }
    if (body.rebalance_timeout_ms != -1) {
        member.rebalance_timeout_ms = body.rebalance_timeout_ms;
    }
    if (body.server_assignor) {
        member.server_assignor = body.server_assignor;
    }
    if (body.subscribed_topic_names) {
        std::vector<std::string>& topics = member.subscribed_topics;
        topics = *body.subscribed_topic_names;
        std::sort(topics.begin(), topics.end());
        topics.erase(std::unique(topics.begin(), topics.end()), topics.end());
    }
    return member;
}

/// Takes in the member's news and raises the group epoch when they, or the topics, call for it.
/// Returns whether the topics were looked at.
bool take_news(ConsumerGroupDraft& draft, const ConsumerMember& before,
               const Heartbeat& heartbeat) {
    const bool is_new = draft.find_member(before.id) == nullptr;
    const ConsumerMember member = updated(before, heartbeat);
    if (is_new || member != before) {
        draft.write(member_record(draft.id(), member));
    }
    const bool resubscribed = member.subscribed_topics != before.subscribed_topics;
    const bool look = resubscribed || draft.group().refresh_topics;
    const bool topics_changed = look && draft.refresh_topics();
    using Why = GroupRebalanceBegan::Why;
    if (resubscribed) {
        draft.raise_epoch(is_new ? Why::kMemberJoined : Why::kSubscriptionChanged,
                          member.client_id);
    } else if (topics_changed) {
        draft.raise_epoch(Why::kTopicsChanged, "");
    }
    return look;
}

/// What stands in no record: the session begins anew, and the time to give partitions up begins
/// and ends with the state that asks for it. `next` is the member as the records will have it.
void set_deadlines(ConsumerGroup& group, const ConsumerMember& next, bool moved,
                   const GroupTurn& turn) {
    ConsumerMember& member = group.members[next.id].edit();
    member.id = next.id;
    member.session_ends = turn.env.now + turn.config.consumer_session_timeout;
    if (moved) {
        member.revocation_ends = next.state == ConsumerGroupMemberState::kUnrevokedPartitions
                                     ? turn.env.now + Duration::from_ms(next.rebalance_timeout_ms)
                                     : kNever;
    }
}

MaybeRefusal go_on(Cow<GroupShard>& shard, Heartbeat& heartbeat, GroupTurn& turn) {
    const ConsumerGroupHeartbeatRequest& body = heartbeat.body;
    if (auto refusal = check_group(*shard, body.group_id, heartbeat.joins())) {
        return refusal;
    }
    ConsumerGroupDraft draft(*shard, body.group_id, turn);
    if (auto refusal = check_size(draft.group(), body.member_id, turn.config)) {
        return refusal;
    }
    if (heartbeat.member_id.empty()) {
        heartbeat.member_id = new_member_id(turn, heartbeat.request);
    }
    ConsumerMember before;
    if (auto refusal = admit(draft, heartbeat, before)) {
        return refusal;
    }
    const bool looked = take_news(draft, before, heartbeat);
    if (draft.group().epoch > draft.group().target_epoch) {
        draft.make_target();
    }
    const bool moved = draft.reconcile_member(heartbeat.member_id, body.topic_partitions);
    const ConsumerMember member = *draft.find_member(heartbeat.member_id);
    std::move(draft).finish(turn);

    ConsumerGroup& group = edit_group(shard, body.group_id);
    group.refresh_topics = group.refresh_topics && !looked;
    set_deadlines(group, member, moved, turn);

    ConsumerGroupHeartbeatResponse response;
    response.member_id = member.id;
    response.member_epoch = member.epoch;
    response.heartbeat_interval_ms = turn.config.consumer_heartbeat_ms;
    if (heartbeat.is_full() || member.assigned != before.assigned) {
        response.assignment = {to_topic_lists<TopicIdPartitions>(member.assigned)};
    }
    turn.answers.push_back(make_response(heartbeat.request, std::move(response)));
    return std::nullopt;
}

}  // namespace

void on_consumer_group_heartbeat(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn) {
    const auto& body = std::get<ConsumerGroupHeartbeatRequest>(request.body);
    Heartbeat heartbeat{request, body, request.header.client_id.value_or(""), body.member_id};
    MaybeRefusal refusal = check_heartbeat(body, request.header.request_api_version, turn.config);
    if (!refusal) {
        const bool leaves =
            body.member_epoch == kLeaveEpoch || body.member_epoch == kStaticLeaveEpoch;
        refusal = leaves ? leave(shard, heartbeat, turn) : go_on(shard, heartbeat, turn);
    }
    if (refusal) {
        refuse(heartbeat, *refusal, turn);
    }
}

}  // namespace brokerlab

#include "sim/group/classic_static.h"

#include <utility>

#include "sim/group/classic_group.h"
#include "sim/group/classic_rebalance.h"
#include "sim/group/classic_records.h"

namespace brokerlab {
namespace {

/// The first version of JoinGroup that can tell a leader not to assign (KIP-814).
constexpr ApiVersion kSkipsAssignment = 9;

void release_fenced(const ClassicTurn& at, ClassicMember& member) {
    release_join(at, member, join_refusal(ErrorCode::kFencedInstanceId, member.id));
    SyncGroupResponse fenced;
    fenced.error_code = ErrorCode::kFencedInstanceId;
    release_sync(at, member, std::move(fenced));
}

/// Writes the group with the member's new id; the member waits for that.
void write_group(const ClassicTurn& at, const ClassicMember& member, ClassicMember replaced,
                 std::optional<std::string> leader) {
    at.turn.records.push_back(classic_group_record(at.id, at.group));
    at.turn.replay = false;
    at.turn.end =
        StaticMemberWritten{at.id, member.id, std::move(replaced), std::move(leader), *member.join};
}

void give_back_id(const ClassicTurn& at, ClassicMember& member, const StaticMemberWritten& end) {
    at.turn.facts.emplace_back(GroupMemberLeft{
        at.id, member.client_id, member.id, GroupMemberLeft::Why::kGroupUnavailable, {}});
    if (at.group.leader == member.id) {
        at.group.leader = end.replaced.id;
    }
    member.id = end.replaced.id;
    member.client_id = end.replaced.client_id;
    member.protocols = end.replaced.protocols;
    member.rebalance_timeout_ms = end.replaced.rebalance_timeout_ms;
    member.session_timeout_ms = end.replaced.session_timeout_ms;
    restart_session(member, at.turn.env.now);
    at.turn.facts.emplace_back(
        GroupMemberJoined{at.id, member.client_id, member.id, member.instance_id});
}

}  // namespace

void replace_static_member(const ClassicTurn& at, const Request& request,
                           const JoinGroupRequest& body, const std::string& old_id,
                           const std::string& new_id) {
    ClassicGroup& group = at.group;
    ClassicMember& member = *group.find(old_id);
    release_fenced(at, member);
    at.turn.facts.emplace_back(
        GroupMemberLeft{at.id, member.client_id, old_id, GroupMemberLeft::Why::kReplaced, {}});

    std::optional<std::string> leader_before = group.leader;
    ClassicMember replaced = member;
    member.id = new_id;
    // Kafka keeps the client.id of the process before; here it names the process that is meant.
    member.client_id = request.header.client_id.value_or("");
    at.turn.facts.emplace_back(
        GroupMemberJoined{at.id, member.client_id, new_id, member.instance_id});
    member.is_new = false;
    if (group.leader == old_id) {
        group.leader = new_id;
    }
    // Still with the session time-out that the old process asked for, as in Kafka.
    restart_session(member, at.turn.env.now);
    member.protocols = body.protocols;
    member.rebalance_timeout_ms =
        body.rebalance_timeout_ms == -1 ? body.session_timeout_ms : body.rebalance_timeout_ms;
    member.session_timeout_ms = body.session_timeout_ms;
    member.join = {request.connection, request.header};

    if (group.state == ClassicGroupState::kStable && group.protocol == select_protocol(group)) {
        write_group(at, member, std::move(replaced), std::move(leader_before));
        return;
    }
    member.session_ends = kNever;
    rebalance_or_complete_join(at, GroupRebalanceBegan::Why::kMemberRejoined,
                               std::string(member.client_id), body.reason.value_or(""));
}

void on_write_end(Cow<GroupShard>& shard, const StaticMemberWritten& end, ErrorCode error,
                  GroupTurn& turn) {
    ClassicGroup* group = edit_classic(shard, end.group);
    ClassicMember* member = group == nullptr ? nullptr : group->find(end.member_id);
    if (member == nullptr || member->join != end.join) {
        return;
    }
    const ClassicTurn at{end.group, *group, turn};
    JoinGroupResponse answer = generation_for(*group, *member);
    if (error != ErrorCode::kNone) {
        answer.member_id.clear();
        answer.leader = end.leader.value_or("");
        answer.error_code = write_error(ApiKey::kJoinGroup, error);
        release_join(at, *member, std::move(answer));
        give_back_id(at, *member, end);
        return;
    }
    if (end.join.header.request_api_version < kSkipsAssignment) {
        // An old client that heard that it leads would assign; so it hears of its former id.
        answer.leader = end.leader.value_or("");
    } else if (group->leader == member->id) {
        answer.skip_assignment = true;
        answer.members = members_for_leader(*group);
    }
    release_join(at, *member, std::move(answer));
    if (member->session_ends == kNever) {
        restart_session(*member, turn.env.now);
    }
}

}  // namespace brokerlab

// Heartbeat and LeaveGroup. [GroupMetadataManager.classicGroupHeartbeatToClassicGroup,
// classicGroupLeaveToClassicGroup]
#include <algorithm>
#include <utility>

#include "sim/group/classic_group.h"
#include "sim/group/classic_members.h"
#include "sim/group/classic_rebalance.h"

namespace brokerlab {
namespace {

/// The first version of LeaveGroup that names several members (KIP-345).
constexpr ApiVersion kSeveralMembers = 3;

HeartbeatResponse heartbeat_answer(ErrorCode error) {
    HeartbeatResponse body;
    body.error_code = error;
    return body;
}

ErrorCode check_heartbeat(const ClassicGroup& group, const HeartbeatRequest& body) {
    if (group.state == ClassicGroupState::kDead) {
        return ErrorCode::kCoordinatorNotAvailable;
    }
    const ErrorCode error = check_member(group, body.member_id, body.group_instance_id);
    if (error != ErrorCode::kNone) {
        return error;
    }
    return body.generation_id == group.generation ? ErrorCode::kNone
                                                  : ErrorCode::kIllegalGeneration;
}

/// Removes one member of the request, if it is there. `first` becomes the name of the first.
ErrorCode leave(const ClassicTurn& at, const LeaveGroupRequest::Member& leaving,
                std::optional<std::string>& first) {
    std::string id = leaving.member_id;
    if (id.empty()) {
        const ClassicMember* present =
            leaving.group_instance_id ? find_static(at.group, *leaving.group_instance_id) : nullptr;
        if (present == nullptr) {
            return ErrorCode::kUnknownMemberId;
        }
        id = present->id;
    } else if (!at.group.reserved_ids.contains(id)) {
        const ErrorCode error = check_member(at.group, id, leaving.group_instance_id);
        if (error != ErrorCode::kNone) {
            return error;
        }
    }
    if (!first) {
        const ClassicMember* member = at.group.find(id);
        first = member == nullptr ? member_name(id) : member->client_id;
    }
    remove_member(at, id, GroupMemberLeft::Why::kLeft, {});
    return ErrorCode::kNone;
}

std::vector<LeaveGroupRequest::Member> members_of(const Request& request,
                                                  const LeaveGroupRequest& body) {
    if (request.header.request_api_version >= kSeveralMembers) {
        return body.members;
    }
    return {{body.member_id, std::nullopt, std::nullopt}};
}

/// Before version 3 the error of the one member stands for the whole [LeaveGroupResponse.java].
LeaveGroupResponse leave_answer(const Request& request,
                                std::vector<LeaveGroupResponse::Member> members) {
    LeaveGroupResponse body;
    if (request.header.request_api_version >= kSeveralMembers) {
        body.members = std::move(members);
    } else {
        body.error_code = members.front().error_code;
    }
    return body;
}

LeaveGroupResponse leave_refusal(ErrorCode error) {
    LeaveGroupResponse body;
    body.error_code = error;
    return body;
}

/// The group is not there, or of the other protocol.
LeaveGroupResponse nobody_known(const Request& request, const LeaveGroupRequest& body) {
    std::vector<LeaveGroupResponse::Member> answers;
    for (const LeaveGroupRequest::Member& member : members_of(request, body)) {
        answers.push_back(
            {member.member_id, member.group_instance_id, ErrorCode::kUnknownMemberId});
    }
    return leave_answer(request, std::move(answers));
}

}  // namespace

void on_heartbeat(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn) {
    const auto& body = std::get<HeartbeatRequest>(request.body);
    const ClassicGroup* present = shard->find_classic(body.group_id);
    ErrorCode error = ErrorCode::kUnknownMemberId;
    if (body.group_id.empty()) {
        error = ErrorCode::kInvalidGroupId;
    } else if (present != nullptr) {
        error = check_heartbeat(*present, body);
    }
    if (error != ErrorCode::kNone) {
        turn.answers_now.push_back(make_response(request, heartbeat_answer(error)));
        return;
    }
    ClassicGroup& group = *edit_classic(shard, body.group_id);
    restart_session(*group.find(body.member_id), turn.env.now);
    turn.answers.push_back(make_response(
        request, heartbeat_answer(group.state == ClassicGroupState::kPreparingRebalance
                                      ? ErrorCode::kRebalanceInProgress
                                      : ErrorCode::kNone)));
}

void on_leave_group(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn) {
    const auto& body = std::get<LeaveGroupRequest>(request.body);
    if (body.group_id.empty()) {
        turn.answers_now.push_back(
            make_response(request, leave_refusal(ErrorCode::kInvalidGroupId)));
        return;
    }
    ClassicGroup* group = edit_classic(shard, body.group_id);
    if (group == nullptr) {
        turn.answers_now.push_back(make_response(request, nobody_known(request, body)));
        return;
    }
    if (group->state == ClassicGroupState::kDead) {
        turn.answers.push_back(
            make_response(request, leave_refusal(ErrorCode::kCoordinatorNotAvailable)));
        return;
    }
    const ClassicTurn at{body.group_id, *group, turn};
    std::optional<std::string> first;
    std::vector<LeaveGroupResponse::Member> answers;
    for (const LeaveGroupRequest::Member& member : members_of(request, body)) {
        const ErrorCode error = leave(at, member, first);
        answers.push_back({member.member_id, member.group_instance_id, error});
    }
    if (first && group->state != ClassicGroupState::kEmpty) {
        rebalance_or_complete_join(at, GroupRebalanceBegan::Why::kMemberLeft, *first);
    }
    turn.answers.push_back(make_response(request, leave_answer(request, std::move(answers))));
}

}  // namespace brokerlab

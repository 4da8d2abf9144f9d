// SyncGroup, and what becomes of the leader's assignment.
// [GroupMetadataManager.classicGroupSyncToClassicGroup, validateSyncGroup]
#include <utility>

#include "sim/assign/consumer_protocol.h"
#include "sim/group/classic_group.h"
#include "sim/group/classic_members.h"
#include "sim/group/classic_rebalance.h"

namespace brokerlab {
namespace {

void refuse(const Request& request, ErrorCode error, GroupTurn& turn) {
    SyncGroupResponse body;
    body.error_code = error;
    turn.answers_now.push_back(make_response(request, std::move(body)));
}

bool differs(const std::optional<std::string>& asked, const std::optional<std::string>& group) {
    return asked && group && *asked != *group;
}

ErrorCode check_sync(const ClassicGroup& group, const SyncGroupRequest& body) {
    if (group.state == ClassicGroupState::kDead) {
        return ErrorCode::kCoordinatorNotAvailable;
    }
    const ErrorCode error = check_member(group, body.member_id, body.group_instance_id);
    if (error != ErrorCode::kNone) {
        return error;
    }
    if (body.generation_id != group.generation) {
        return ErrorCode::kIllegalGeneration;
    }
    if (differs(body.protocol_type, group.protocol_type) ||
        differs(body.protocol_name, group.protocol)) {
        return ErrorCode::kInconsistentGroupProtocol;
    }
    return group.state == ClassicGroupState::kPreparingRebalance ? ErrorCode::kRebalanceInProgress
                                                                 : ErrorCode::kNone;
}

void park_sync(const ClassicTurn& at, const Request& request, const SyncGroupRequest& body,
               ClassicMember& member) {
    member.sync = {request.connection, request.header};
    member.session_ends = kNever;
    if (at.group.leader == member.id) {
        at.turn.records.push_back(classic_group_record(at.id, at.group, body.assignments));
        at.turn.replay = false;
        at.turn.end = ClassicAssignmentWritten{at.id, at.group.generation, body.assignments};
    }
}

}  // namespace

void on_sync_group(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn) {
    const auto& body = std::get<SyncGroupRequest>(request.body);
    if (body.group_id.empty()) {
        refuse(request, ErrorCode::kInvalidGroupId, turn);
        return;
    }
    ClassicGroup* group = edit_classic(shard, body.group_id);
    if (group == nullptr || group->state == ClassicGroupState::kEmpty) {
        refuse(request, ErrorCode::kUnknownMemberId, turn);
        return;
    }
    const ErrorCode error = check_sync(*group, body);
    if (error != ErrorCode::kNone) {
        refuse(request, error, turn);
        return;
    }
    ClassicMember& member = *group->find(body.member_id);
    group->to_sync.erase(body.member_id);
    if (group->to_sync.empty()) {
        group->sync_ends = kNever;
    }
    if (group->state == ClassicGroupState::kCompletingRebalance) {
        park_sync({body.group_id, *group, turn}, request, body, member);
        return;
    }
    SyncGroupResponse answer;
    answer.protocol_type = group->protocol_type;
    answer.protocol_name = group->protocol;
    answer.assignment = member.assignment;
    turn.answers_now.push_back(make_response(request, std::move(answer)));
}

void on_write_end(Cow<GroupShard>& shard, const ClassicAssignmentWritten& end, ErrorCode error,
                  GroupTurn& turn) {
    ClassicGroup* group = edit_classic(shard, end.group);
    // A rebalance may have begun meanwhile, or even ended: then the assignment is of the past.
    if (group == nullptr || group->state != ClassicGroupState::kCompletingRebalance ||
        group->generation != end.generation) {
        return;
    }
    const ClassicTurn at{end.group, *group, turn};
    for (ClassicMember& member : group->members) {
        const Bytes* assigned = assignment_of(end.assignments, member.id);
        member.assignment = error == ErrorCode::kNone && assigned != nullptr ? *assigned : Bytes();
    }
    if (error != ErrorCode::kNone) {
        release_syncs(at, write_error(ApiKey::kSyncGroup, error));
        const ClassicMember* leader = group->leader ? group->find(*group->leader) : nullptr;
        prepare_rebalance(at, GroupRebalanceBegan::Why::kAssignmentLost,
                          leader == nullptr ? "" : leader->client_id);
        return;
    }
    release_syncs(at, ErrorCode::kNone);
    change_state(at, ClassicGroupState::kStable);
}

}  // namespace brokerlab

#include "sim/group/classic_group.h"

#include <utility>

#include "sim/group/classic_members.h"

namespace brokerlab {

ClassicGroup* edit_classic(Cow<GroupShard>& shard, const std::string& id) {
    if (shard->find_classic(id) == nullptr) {
        return nullptr;
    }
    return std::get_if<ClassicGroup>(&shard.edit().groups.at(id).edit());
}

ErrorCode check_classic_commit(const ClassicGroup& group, const OffsetCommitRequest& request,
                               const RuleSet& rules) {
    const GenerationId generation = request.generation_id_or_member_epoch;
    if (group.state == ClassicGroupState::kDead) {
        return ErrorCode::kCoordinatorNotAvailable;
    }
    const bool empty = group.state == ClassicGroupState::kEmpty;
    if (generation.value < 0 && empty) {
        return ErrorCode::kNone;
    }
    const bool names_member =
        generation.value >= 0 || !request.member_id.empty() || request.group_instance_id;
    if (names_member && rules.on(Rule::kCommitGenerationCheck)) {
        const ErrorCode error = check_member(group, request.member_id, request.group_instance_id);
        if (error != ErrorCode::kNone) {
            return error;
        }
        if (generation != group.generation) {
            return ErrorCode::kIllegalGeneration;
        }
    } else if (!names_member && !empty) {
        return ErrorCode::kUnknownMemberId;
    }
    // A member that knows the new generation but has no assignment yet shall join first.
    return group.state == ClassicGroupState::kCompletingRebalance && generation == group.generation
               ? ErrorCode::kRebalanceInProgress
               : ErrorCode::kNone;
}

void note_classic_commit(ClassicGroup& group, const std::string& member_id, SimTime now) {
    ClassicMember* member = group.find(member_id);
    if (member != nullptr && (group.state == ClassicGroupState::kStable ||
                              group.state == ClassicGroupState::kPreparingRebalance)) {
        restart_session(*member, now);
    }
}

DescribeGroupsResponse::Group describe_classic_group(const std::string& id,
                                                     const ClassicGroup& group) {
    DescribeGroupsResponse::Group described;
    described.group_id = id;
    described.group_state = state_name(group.state);
    described.protocol_type = group.protocol_type.value_or("");
    const bool stable = group.state == ClassicGroupState::kStable;
    if (stable) {
        described.protocol_data = group.protocol.value_or("");
    }
    for (const ClassicMember& member : group.members) {
        described.members.push_back(
            {member.id, member.instance_id, member.client_id, member.client_host,
             stable ? metadata_of(member, described.protocol_data) : Bytes(), member.assignment});
    }
    return described;
}

void refuse_parked(const ClassicGroup& group, ErrorCode error, std::vector<Response>& answers) {
    for (const ClassicMember& member : group.members) {
        if (member.join) {
            answers.push_back(join_answer(*member.join, join_refusal(error, member.id)));
        }
        if (member.sync) {
            SyncGroupResponse body;
            body.error_code = error;
            answers.push_back({member.sync->connection, member.sync->header, std::move(body)});
        }
    }
}

void on_write_end(Cow<GroupShard>& shard, const ClassicGroupWritten& end, ErrorCode error,
                  GroupTurn& turn) {
    if (error == ErrorCode::kNone || !end.join) {
        // An empty generation that is not in the log does no harm: the one before it comes back,
        // with members that will not be heard of.
        return;
    }
    ClassicGroup* group = edit_classic(shard, end.group);
    if (group == nullptr) {
        return;
    }
    for (ClassicMember& member : group->members) {
        if (member.join == end.join) {
            const ClassicTurn at{end.group, *group, turn};
            release_join(at, member, join_refusal(write_error(ApiKey::kJoinGroup, error), ""));
            remove_member(at, member.id, GroupMemberLeft::Why::kGroupUnavailable, {});
            return;
        }
    }
}

}  // namespace brokerlab

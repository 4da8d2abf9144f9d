// What a member makes of the answers to JoinGroup and SyncGroup.
// [AbstractCoordinator.JoinGroupResponseHandler, SyncGroupResponseHandler]
#include <utility>

#include "sim/client/member_turn.h"

namespace brokerlab {
namespace {

using Unsent = ClassicMembership::Unsent;

/// The attempt is over; the next begins at once, or after a back-off.
void end_attempt(MemberTurn& at, bool at_once) {
    ClassicMembership& m = at.classic();
    m.join_pending = false;
    m.unsent = Unsent::kNothing;
    m.task.reset();
    m.assignment.reset();
    m.join_retry_at = at_once ? at.now() : at.now() + at.group.settings.retry_backoff;
}

/// The coordinator's error ended the attempt.
void refuse(MemberTurn& at, ErrorCode error) {
    ClassicMembership& m = at.classic();
    request_rejoin(m, "rebalance failed due to " + std::string(error_name(error)));
    switch (error) {
        case ErrorCode::kUnknownMemberId:
        case ErrorCode::kIllegalGeneration:
        case ErrorCode::kRebalanceInProgress:
            end_attempt(at, true);
            break;
        case ErrorCode::kFencedInstanceId:
            end_attempt(at, false);
            fail_member(at, error, "another process uses its group.instance.id");
            break;
        case ErrorCode::kGroupMaxSizeReached:
            end_attempt(at, false);
            fail_member(at, error, "the group has group.max.size members already");
            break;
        default:
            end_attempt(at, false);
            if (!is_retriable(error)) {
                fail_member(at, error, "");
            }
            break;
    }
}

void take_generation(MemberTurn& at, const JoinGroupResponse& response) {
    ClassicMembership& m = at.classic();
    m.state = MemberState::kSyncing;
    m.generation = response.generation_id;
    m.member_id = response.member_id;
    m.assignor = response.protocol_name.value_or("");
    ++m.identity;
    const SimTime now = at.now();
    m.timers.session_ends = now + at.group.settings.session_timeout;
    m.timers.poll_deadline = now + at.group.settings.max_poll_interval;
    m.timers.due = now + at.group.settings.heartbeat_interval;
    m.unsent = Unsent::kSync;
    if (response.leader == response.member_id) {
        begin_leading(at, response);
    }
}

}  // namespace

void on_join_group(MemberTurn& at, uint32_t sent_identity, const JoinGroupResponse& response) {
    ClassicMembership& m = at.classic();
    const ErrorCode error = response.error_code;
    switch (error) {
        case ErrorCode::kNone:
            if (m.state == MemberState::kJoining) {
                take_generation(at, response);
            } else {
                request_rejoin(m, "rebalance failed due to UnjoinedGroupException");
                end_attempt(at, false);
            }
            return;
        case ErrorCode::kMemberIdRequired:
            m.generation = kNoGeneration;
            m.member_id = response.member_id;
            m.assignor.clear();
            ++m.identity;
            request_rejoin(m, "need to re-join with the given member-id: " + response.member_id);
            end_attempt(at, true);
            return;
        case ErrorCode::kUnknownMemberId:
            if (m.identity == sent_identity) {
                reset_generation(m, false,
                                 "encountered UNKNOWN_MEMBER_ID from JOIN_GROUP response");
            }
            break;
        case ErrorCode::kCoordinatorNotAvailable:
        case ErrorCode::kNotCoordinator:
            forget_coordinator(at, error);
            break;
        default:
            break;
    }
    refuse(at, error);
}

void on_sync_group(MemberTurn& at, uint32_t sent_identity, const SyncGroupResponse& response) {
    ClassicMembership& m = at.classic();
    const ErrorCode error = response.error_code;
    switch (error) {
        case ErrorCode::kNone:
            if (m.generation == kNoGeneration || m.state != MemberState::kSyncing) {
                refuse(at, ErrorCode::kIllegalGeneration);  // It was reset meanwhile.
            } else if (response.protocol_name && *response.protocol_name != m.assignor) {
                refuse(at, ErrorCode::kInconsistentGroupProtocol);
            } else {
                m.state = MemberState::kStable;
                m.rejoin_needed = false;
                m.rejoin_reason.clear();
                m.assignment = response.assignment;
            }
            return;
        case ErrorCode::kUnknownMemberId:
        case ErrorCode::kIllegalGeneration:
            if (m.identity == sent_identity) {
                reset_generation(
                    m, error == ErrorCode::kIllegalGeneration,
                    "encountered " + std::string(error_name(error)) + " from SYNC_GROUP response");
            }
            break;
        case ErrorCode::kCoordinatorNotAvailable:
        case ErrorCode::kNotCoordinator:
            forget_coordinator(at, error);
            break;
        case ErrorCode::kRebalanceInProgress:
        case ErrorCode::kFencedInstanceId:
            break;
        default:  // Even COORDINATOR_LOAD_IN_PROGRESS is unexpected here.
            request_rejoin(m, "rebalance failed");
            end_attempt(at, false);
            fail_member(at, error, "unexpected error from SyncGroup");
            return;
    }
    refuse(at, error);
}

void on_join_failed(MemberTurn& at, ErrorCode error) {
    refuse(at, error);
}

}  // namespace brokerlab

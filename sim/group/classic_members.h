// Members of a classic group: who is there, what they support, and the answers that they wait for.
//
// Internal to the classic protocol (classic_group.h). Nothing here begins or ends a rebalance.
// [group-coordinator group/classic/ClassicGroup.java, ClassicGroupMember.java]
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/group/coordinator.h"
#include "sim/group/groups.h"
#include "sim/model/group_facts.h"

namespace brokerlab {

/// A classic group in the hands of one turn.
struct ClassicTurn {
    const std::string& id;
    ClassicGroup& group;
    GroupTurn& turn;
};

/// How long a new member may wait in its first join [classicGroupNewMemberJoinTimeoutMs].
inline constexpr Duration kNewMemberJoinTimeout = 5_min;

/// All members wait in their joins, and no id is reserved for another.
[[nodiscard]] bool all_joined(const ClassicGroup& group);
/// The longest of its members, not negative.
[[nodiscard]] Duration rebalance_timeout(const ClassicGroup& group);
[[nodiscard]] const ClassicMember* find_static(const ClassicGroup& group,
                                               std::string_view instance_id);
/// UNKNOWN_MEMBER_ID, or FENCED_INSTANCE_ID when another member has that group.instance.id now.
[[nodiscard]] ErrorCode check_member(const ClassicGroup& group, std::string_view member_id,
                                     const std::optional<std::string>& instance_id);
/// Whether a member with these protocols could be in the group: one of them is known to all who are
/// in it.
[[nodiscard]] bool supports_protocols(const ClassicGroup& group, std::string_view protocol_type,
                                      const std::vector<JoinGroupRequest::Protocol>& protocols);
/// The vote: of the protocols that all members support each names the one it likes best; the one
/// named most often wins, of equals the one named first. There must be a member.
[[nodiscard]] std::string select_protocol(const ClassicGroup& group);
/// What the members of the present generation subscribe to; none when it can't be told.
[[nodiscard]] std::optional<FlatSet<std::string>> subscriptions_of(const ClassicGroup& group);
/// Whether a topic's offsets are in use; a group that can't tell says yes
/// [ClassicGroup.isSubscribedToTopic].
[[nodiscard]] bool is_subscribed(const ClassicGroup& group, const std::string& topic);
/// All members with their metadata for the chosen protocol, as the leader gets them.
[[nodiscard]] std::vector<JoinGroupResponse::Member> members_for_leader(const ClassicGroup& group);
/// The metadata of a member for `protocol`; empty when it does not support it.
[[nodiscard]] Bytes metadata_of(const ClassicMember& member, std::string_view protocol);

/// The member's session begins anew, unless it is parked: then its request keeps it alive. A new
/// member's own request does not.
void restart_session(ClassicMember& member, SimTime now);
/// A change of state, with its fact.
void change_state(const ClassicTurn& at, ClassicGroupState to);
/// Removes a member, or a reserved id, that is there; its parked requests are answered with
/// UNKNOWN_MEMBER_ID, and the next member leads if it was the leader.
void remove_member(const ClassicTurn& at, std::string member_id, GroupMemberLeft::Why why,
                   Duration timeout);

/// The answer in the form that its version asks for: no protocol is null, or empty before version 7
/// [JoinGroupResponse.java].
[[nodiscard]] Response join_answer(const WaitingRequest& join, JoinGroupResponse body);
[[nodiscard]] JoinGroupResponse join_refusal(ErrorCode error, std::string member_id);
/// The present generation for `member`, without the members.
[[nodiscard]] JoinGroupResponse generation_for(const ClassicGroup& group,
                                               const ClassicMember& member);
// Answer a parked request; nothing to do when there is none.
void release_join(const ClassicTurn& at, ClassicMember& member, JoinGroupResponse body);
void release_sync(const ClassicTurn& at, ClassicMember& member, SyncGroupResponse body);

/// "Empty", "PreparingRebalance", ... [ClassicGroupState.java].
[[nodiscard]] std::string_view state_name(ClassicGroupState state);

}  // namespace brokerlab

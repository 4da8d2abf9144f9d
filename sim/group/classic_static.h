// A static member that comes back with its group.instance.id and without a member id takes the
// place of the member that it was (KIP-345).
//
// Internal to the classic protocol (classic_group.h).
// [GroupMetadataManager.updateStaticMemberThenRebalanceOrCompleteJoin,
// ClassicGroup.replaceStaticMember]
#pragma once

#include <string>

#include "sim/group/classic_members.h"

namespace brokerlab {

/// The member `old_id` gets the id `new_id` and what the request says. While Stable the assignment
/// stays, when the vote for a protocol would: only the group is written. Else it rebalances.
void replace_static_member(const ClassicTurn& at, const Request& request,
                           const JoinGroupRequest& body, const std::string& old_id,
                           const std::string& new_id);

}  // namespace brokerlab

// The one record of a classic group: written after a rebalance, read when a coordinator takes over.
//
// [GroupCoordinatorRecordHelpers.newGroupMetadataRecord, newEmptyGroupMetadataRecord,
// newGroupMetadataTombstoneRecord]
#pragma once

#include <string>
#include <vector>

#include "sim/group/group_coordinator_record.h"
#include "sim/group/groups.h"
#include "sim/model/envelope.h"

namespace brokerlab {

/// The group as it is, with each member's metadata for the chosen protocol.
[[nodiscard]] GroupCoordinatorRecord classic_group_record(const std::string& id,
                                                          const ClassicGroup& group);
/// The same with what the leader assigned in place of what the members have; who is not named gets
/// nothing.
[[nodiscard]] GroupCoordinatorRecord classic_group_record(
    const std::string& id, const ClassicGroup& group,
    const std::vector<SyncGroupRequest::Assignment>& assignments);
[[nodiscard]] GroupCoordinatorRecord classic_group_tombstone(const std::string& id);

/// What the leader assigned to a member; nothing when it is not named.
[[nodiscard]] const Bytes* assignment_of(
    const std::vector<SyncGroupRequest::Assignment>& assignments, const std::string& member_id);

/// A tombstone removes a classic group and leaves one of the consumer protocol alone, which may
/// have taken its place already.
void replay_classic_group(GroupShard& shard, const GroupRecordOf<GroupMetadataKey>& record);

}  // namespace brokerlab

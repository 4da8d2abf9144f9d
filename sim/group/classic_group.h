// Groups of the classic protocol, on the coordinator's side: members join, one of them leads and
// assigns, all sync, and heartbeats keep them in. Plain functions over the groups of one partition
// of __consumer_offsets.
//
// A classic group changes at once and not by its records: these say what a new coordinator shall
// find. JoinGroup and SyncGroup wait with their member and are released without waiting for writes.
// [group-coordinator GroupMetadataManager.java classicGroup*, group/classic/ClassicGroup.java]
// Not modelled: classic members in a group of the consumer protocol (KIP-848's online migration):
// INCONSISTENT_GROUP_PROTOCOL or UNKNOWN_MEMBER_ID.
#pragma once

#include <string>

#include "sim/base/cow.h"
#include "sim/group/classic_records.h"
#include "sim/group/coordinator.h"
#include "sim/group/groups.h"
#include "sim/model/envelope.h"
#include "sim/model/rules.h"

namespace brokerlab {

/// A member that joins is given an id first (KIP-394), or waits until the rebalance ends, or is
/// told the present generation when it changes nothing.
void on_join_group(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn);
/// Waits for the leader's assignment while the rebalance completes; the leader's is written.
void on_sync_group(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn);
void on_heartbeat(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn);
/// Members leave at once; who is named by its group.instance.id alone is removed by an admin.
void on_leave_group(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn);

/// Does the one thing of the group that is due first, if env.now has come to it.
void on_classic_group_timer(Cow<GroupShard>& shard, const std::string& group, GroupTurn& turn);
[[nodiscard]] SimTime next_classic_group_deadline(const ClassicGroup& group);
/// Sessions begin; a group above group.max.size, which may have been lowered, rebalances.
void on_classic_group_loaded(const std::string& id, ClassicGroup& group, GroupTurn& turn);

// The end of a write. Nothing to do when the group, or who waits in it, is gone.
void on_write_end(Cow<GroupShard>& shard, const ClassicAssignmentWritten& end, ErrorCode error,
                  GroupTurn& turn);
void on_write_end(Cow<GroupShard>& shard, const ClassicGroupWritten& end, ErrorCode error,
                  GroupTurn& turn);
void on_write_end(Cow<GroupShard>& shard, const StaticMemberWritten& end, ErrorCode error,
                  GroupTurn& turn);

/// Whether a commit may be taken [ClassicGroup.validateOffsetCommit]. With commit-generation-check
/// off a commit of an old generation, or of a member that the group has removed, is taken too.
[[nodiscard]] ErrorCode check_classic_commit(const ClassicGroup& group,
                                             const OffsetCommitRequest& request,
                                             const RuleSet& rules);
/// A commit keeps a member's session alive while no assignment is awaited
/// [OffsetMetadataManager.commitOffset].
void note_classic_commit(ClassicGroup& group, const std::string& member_id, SimTime now);

[[nodiscard]] DescribeGroupsResponse::Group describe_classic_group(const std::string& id,
                                                                   const ClassicGroup& group);
/// What waits in the group, answered with `error`.
void refuse_parked(const ClassicGroup& group, ErrorCode error, std::vector<Response>& answers);

/// The group for writing; none when there is none of the classic protocol.
[[nodiscard]] ClassicGroup* edit_classic(Cow<GroupShard>& shard, const std::string& id);

}  // namespace brokerlab

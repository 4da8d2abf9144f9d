// Committed offsets of groups: committing, reading, deleting, expiring. They change by their
// records alone, when these are replayed.
//
// [group-coordinator OffsetMetadataManager.java, OffsetExpirationConditionImpl.java,
// GroupCoordinatorShard.java cleanupGroupMetadata, deleteGroups]
// Not modelled: offsets that are part of a transaction, so every committed offset is stable.
#pragma once

#include <string>
#include <vector>

#include "sim/base/cow.h"
#include "sim/group/coordinator.h"
#include "sim/group/groups.h"
#include "sim/metadata/metadata_image.h"
#include "sim/model/envelope.h"

namespace brokerlab {

/// Answered when the offsets are in the log; with a group that does not exist, or is empty, anyone
/// may commit who claims no membership.
void on_offset_commit(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn);
/// Offsets of topics that the group reads are refused with GROUP_SUBSCRIBED_TO_TOPIC.
void on_offset_delete(const GroupShard& shard, const Request& request, GroupTurn& turn);
/// Empty groups alone, with their offsets.
void on_delete_groups(const GroupShard& shard, const Request& request, GroupTurn& turn);

/// What the groups of the request have committed; -1 where they have not.
[[nodiscard]] OffsetFetchResponse fetch_offsets(const GroupShard& shard, const Request& request);

/// Removes offsets that nobody has used for offsets.retention.minutes, and empty groups without any
/// [GroupCoordinatorShard.cleanupGroupMetadata].
void expire_offsets(Cow<GroupShard>& shard, GroupTurn& turn);
/// Removes the offsets of topics that are gone.
void remove_offsets_of(const GroupShard& shard, const FlatMap<Uuid, TopicImage>& deleted_topics,
                       GroupTurn& turn);

/// The first commit of a group that is not there makes it: an empty classic one without a type.
void replay_offset(GroupShard& shard, const GroupRecordOf<OffsetCommitKey>& record);

/// Writes the tombstones of the group, and states that it is dead. It must be empty.
void delete_group(const std::string& id, const std::variant<ClassicGroup, ConsumerGroup>& group,
                  GroupTurn& turn);

}  // namespace brokerlab

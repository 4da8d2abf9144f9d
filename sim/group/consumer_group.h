// Groups of the consumer protocol (KIP-848), on the coordinator's side: plain functions over the
// groups of one partition of __consumer_offsets.
//
// What is decided goes out as records in the turn and changes a group when they are replayed; a
// handler itself sets only what is not in the log: when sessions and revocations end, and whether
// the topics are to be looked at again. For that it may put an empty group, or an empty member, in
// its place ahead of the records; a tombstone of a classic group must leave it there. Requests are
// refused without waiting for earlier writes.
// [group-coordinator GroupMetadataManager.java, modern/consumer/ConsumerGroup.java]
// Not modelled: subscriptions by regular expression on the server (INVALID_REQUEST), migration
// between the protocols, members of the classic protocol in such a group, racks, and settings of a
// single group (GroupConfig.java).
#pragma once

#include <string>
#include <string_view>

#include "sim/base/cow.h"
#include "sim/group/coordinator.h"
#include "sim/group/group_coordinator_record.h"
#include "sim/group/groups.h"
#include "sim/metadata/metadata_image.h"
#include "sim/model/envelope.h"
#include "sim/model/group_facts.h"

namespace brokerlab {

/// A ConsumerGroupHeartbeat: joins, goes on, or leaves (-1; -2 for a static member that will be
/// back). An empty classic group of that id is replaced; one with members is GROUP_ID_NOT_FOUND.
void on_consumer_group_heartbeat(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn);

/// Removes the members of the group whose session or revocation ends at env.now or has ended.
void on_consumer_group_timer(Cow<GroupShard>& shard, const std::string& group, GroupTurn& turn);
/// The earliest end of a session or revocation; kNever without members.
[[nodiscard]] SimTime next_consumer_group_deadline(const ConsumerGroup& group);

/// Takes over a record of one of the six kinds; others are a programmer's error. A tombstone of
/// what is not there changes nothing.
void replay_consumer_group(GroupShard& shard, const GroupCoordinatorRecord& record,
                           const MetadataImage& image);
/// All records are replayed: sessions and revocations begin [onLoaded].
void on_consumer_group_loaded(ConsumerGroup& group, GroupTurn& turn);
/// Marks the groups that subscribe to a topic that was created, changed or deleted: the next
/// heartbeat compares the topics with what the group last saw [onNewMetadataImage].
void on_consumer_group_metadata(Cow<GroupShard>& shard, const MetadataDelta& delta,
                                GroupTurn& turn);

/// Whether a commit comes from a member at its current epoch, or from outside an empty group; else
/// UNKNOWN_MEMBER_ID or STALE_MEMBER_EPOCH [ConsumerGroup.validateOffsetCommit].
[[nodiscard]] ErrorCode check_consumer_commit(const ConsumerGroup& group,
                                              const OffsetCommitRequest& request);
/// The same for reading committed offsets; who names no member may always
/// [ConsumerGroup.validateOffsetFetch].
[[nodiscard]] ErrorCode check_consumer_offset_fetch(const ConsumerGroup& group,
                                                    const OffsetFetchRequest::Group& request);

/// [ConsumerGroup.maybeUpdateGroupState]
[[nodiscard]] GroupPhase consumer_group_phase(const ConsumerGroup& group);
/// As ListGroups and ConsumerGroupDescribe name it: "Empty", "Assigning", "Reconciling", "Stable".
[[nodiscard]] std::string_view consumer_group_state_name(const ConsumerGroup& group);
/// `default_assignor` is named where no member asks for one: the first of group.consumer.assignors.
[[nodiscard]] ConsumerGroupDescribeResponse::Group describe_consumer_group(
    const std::string& id, const ConsumerGroup& group, const MetadataImage& image,
    std::string_view default_assignor = "uniform");

/// Writes the tombstones of all that the group has in the log, for DeleteGroups and for a classic
/// group that takes the place of an empty one [ConsumerGroup.createGroupTombstoneRecords].
void delete_consumer_group(const std::string& id, const ConsumerGroup& group, GroupTurn& turn);

}  // namespace brokerlab

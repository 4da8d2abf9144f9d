// The group coordinator of one partition of __consumer_offsets, as plain functions: a request, or a
// deadline, and the groups before it -> records, answers, and the groups after it.
//
// The broker that hosts it appends the records of a turn as one batch, applies them at once, and
// sends the turn's answers when the batch is committed: below the high watermark. A turn without
// records is answered after the writes before it, as what it says may rest on them. When the append
// fails, the broker puts the groups back to what they were and answers with the error.
// [group-coordinator GroupCoordinatorShard.java, GroupMetadataManager.java,
// runtime/CoordinatorRuntime.java, CoordinatorResult.java]
// Not modelled: share groups, and members of one group that speak different protocols (KIP-848's
// online migration): a group is of the protocol of its first member until it is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/group/group_config.h"
#include "sim/group/group_coordinator_record.h"
#include "sim/group/groups.h"
#include "sim/metadata/metadata_image.h"
#include "sim/model/env.h"
#include "sim/model/group_facts.h"

namespace brokerlab {

/// What the coordinator does when the records of a turn are committed, or could not be written. For
/// requests that only want an answer there is none.
struct ClassicAssignmentWritten {  ///< the leader's SyncGroup: then the group is Stable
    std::string group;
    GenerationId generation;
    std::vector<SyncGroupRequest::Assignment> assignments;

    bool operator==(const ClassicAssignmentWritten&) const = default;
};
struct ClassicGroupWritten {  ///< a new group, or an empty generation
    std::string group;
    std::optional<WaitingRequest> join;  ///< parked in a new group

    bool operator==(const ClassicGroupWritten&) const = default;
};
struct StaticMemberWritten {  ///< a static member's new id, without a rebalance
    std::string group;
    std::string member_id;
    ClassicMember replaced;             ///< the member as it was, without what it had parked
    std::optional<std::string> leader;  ///< before it
    WaitingRequest join;

    bool operator==(const StaticMemberWritten&) const = default;
};
struct OffsetsWritten {  ///< states the fact
    std::string group;
    std::string member;
    std::vector<CommittedPosition> positions;

    bool operator==(const OffsetsWritten&) const = default;
};
using GroupWriteEnd = std::variant<std::monostate, ClassicAssignmentWritten, ClassicGroupWritten,
                                   StaticMemberWritten, OffsetsWritten>;

/// One call of the coordinator: what it may look at, and what it wants done.
struct GroupTurn {
    const GroupConfig& config;
    const MetadataImage& image;  ///< as the broker has published it
    const Env& env;

    std::vector<GroupCoordinatorRecord> records;
    /// Whether the records are to be replayed when they are appended. Those of a classic group are
    /// not: it has changed already [CoordinatorResult.replayRecords].
    bool replay = true;
    /// When the records are committed; in their place the error, when they are not. A JoinGroup or
    /// SyncGroup is never here: what becomes of it is said below, or by on_group_write_end.
    std::vector<Response> answers;
    /// Without waiting: parked requests that are released, and refusals.
    std::vector<Response> answers_now;
    GroupWriteEnd end;
    std::vector<FactBody> facts;

    /// The clock of the coordinator's machine, for the timestamps in records.
    [[nodiscard]] Timestamp timestamp() const;
};

/// JoinGroup, SyncGroup, Heartbeat, LeaveGroup, ConsumerGroupHeartbeat, OffsetCommit, OffsetDelete,
/// DeleteGroups, and OffsetFetch of who wants stable offsets: that answer waits for earlier writes.
/// Every request is answered, in this turn or in a later one. The broker has taken out partitions
/// that it does not know, as KafkaApis does.
void on_group_request(Cow<GroupShard>& shard, const Request& request, GroupTurn& turn);
/// Answers what only reads, from groups without writes that are not committed: OffsetFetch (of one
/// group), DescribeGroups, ConsumerGroupDescribe and ListGroups, each of what this partition holds.
[[nodiscard]] ResponseBody read_groups(const GroupShard& committed, const Request& request,
                                       const GroupConfig& config, const MetadataImage& image);

/// Does what is due at env.now for the one group (or the offsets' expiry) that is due first; to be
/// called again while next_group_deadline() has come.
void on_group_timer(Cow<GroupShard>& shard, GroupTurn& turn);
[[nodiscard]] SimTime next_group_deadline(const GroupShard& shard);

/// Takes over a record: from the log while loading, or as it is appended.
void replay(GroupShard& shard, const GroupCoordinatorRecord& record, const MetadataImage& image);
/// All records are replayed: sessions begin [GroupMetadataManager.onLoaded].
void on_groups_loaded(Cow<GroupShard>& shard, GroupTurn& turn);
/// New metadata: groups of changed topics are marked, offsets of deleted topics removed.
void on_group_metadata(Cow<GroupShard>& shard, const MetadataDelta& delta, GroupTurn& turn);
/// A write that asked for it has ended: committed (kNone), or failed; then the groups are already
/// what they were before it, but for classic groups, which put themselves right here.
void on_group_write_end(Cow<GroupShard>& shard, const GroupWriteEnd& end, ErrorCode error,
                        GroupTurn& turn);
/// Puts the groups back to what they were `before` a write that could not be appended; to be called
/// ahead of on_group_write_end. Classic groups stay as they are: they have changed already and put
/// themselves right. One that is not in `before` is dropped, and what waits in it answered.
void revert_groups(Cow<GroupShard>& shard, const GroupShard& before, ErrorCode error,
                   GroupTurn& turn);
/// The broker coordinates these groups no more: what waits is answered with NOT_COORDINATOR. No end
/// of a write is to be told afterwards.
[[nodiscard]] std::vector<Response> on_groups_unloaded(const GroupShard& shard);

/// The answer to a request that failed as a whole: the error in each place where Kafka puts it
/// [the requests' getErrorResponse].
[[nodiscard]] ResponseBody group_error(const Request& request, ErrorCode error);
/// The error that a client sees when the records of its request could not be written
/// [GroupCoordinatorService.handleOperationException]; depends on the request.
[[nodiscard]] ErrorCode write_error(ApiKey api, ErrorCode error);

/// The lab's name of a member: its client.id.
[[nodiscard]] std::string member_name(std::string_view member_id);

}  // namespace brokerlab

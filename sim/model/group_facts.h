// Facts about consumer groups: what their coordinator decides, and what their members do.
//
// Members are named by the lab's name, which is their client.id; a member id is that name and a
// UUID. An epoch is the generation of a classic group and the group epoch of one of the consumer
// protocol (KIP-848).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"

namespace brokerlab {

// ---- The coordinator

/// States of a group: of the classic protocol [ClassicGroupState.java], of the consumer protocol
/// [ConsumerGroup.ConsumerGroupState], or of both.
enum class GroupPhase : uint8_t {
    kEmpty,
    kPreparingRebalance,   ///< classic: waits for its members to join
    kCompletingRebalance,  ///< classic: waits for the leader's assignment
    kAssigning,            ///< consumer: a new target assignment is to be computed
    kReconciling,          ///< consumer: members are on their way to the target
    kStable,
    kDead,
};
struct GroupPhaseChanged {
    std::string group;
    GroupPhase from = GroupPhase::kEmpty;
    GroupPhase to = GroupPhase::kEmpty;
    int32_t epoch = 0;

    bool operator==(const GroupPhaseChanged&) const = default;
};
/// A rebalance of a classic group begins, or the epoch of a consumer group is raised.
struct GroupRebalanceBegan {
    enum class Why : uint8_t {
        kMemberJoined,
        kMemberLeft,           ///< it said so
        kMemberExpired,        ///< no heartbeat for the session time-out
        kMemberPutOut,         ///< it did not join, sync or give up partitions in time
        kMemberRejoined,       ///< the leader, or a member with another subscription
        kSubscriptionChanged,  ///< consumer protocol: of a member
        kTopicsChanged,        ///< consumer protocol: partitions were added, topics came or went
        kAssignmentLost,       ///< the leader's assignment could not be written
    };
    std::string group;
    Why why = Why::kMemberJoined;
    std::string member;  ///< the one that it is about; empty for kTopicsChanged
    int32_t epoch = 0;   ///< before it
    /// Classic protocol: what the member said of it when it asked to join
    /// [JoinGroupRequest.reason].
    std::string reason;

    bool operator==(const GroupRebalanceBegan&) const = default;
};
struct GroupMemberJoined {
    std::string group;
    std::string member;
    std::string member_id;
    std::optional<std::string> instance_id;  ///< group.instance.id of a static member

    bool operator==(const GroupMemberJoined&) const = default;
};
struct GroupMemberLeft {
    enum class Why : uint8_t {
        kLeft,              ///< LeaveGroup, or a heartbeat that says so
        kSessionExpired,    ///< no heartbeat for the session time-out
        kDidNotRejoin,      ///< within the rebalance time-out
        kDidNotSync,        ///< within the rebalance time-out
        kDidNotRevoke,      ///< consumer protocol: within the rebalance time-out
        kReplaced,          ///< another process with its group.instance.id took its place
        kNeverCame,         ///< it was given a member id and did not join with it
        kGroupUnavailable,  ///< the group's record could not be written
    };
    std::string group;
    std::string member;
    std::string member_id;
    Why why = Why::kLeft;
    Duration timeout;  ///< that ran out; 0 where none did

    bool operator==(const GroupMemberLeft&) const = default;
};
/// The partitions of one member.
struct MemberPartitions {
    std::string member;
    std::vector<TopicPartition> partitions;  ///< sorted
    std::string member_id;

    bool operator==(const MemberPartitions&) const = default;
};
/// Who shall own what: computed by the leading member (classic) or the coordinator (consumer
/// protocol).
struct GroupAssignmentMade {
    std::string group;
    std::string assignor;
    int32_t epoch = 0;
    std::vector<MemberPartitions> members;

    bool operator==(const GroupAssignmentMade&) const = default;
};
/// Consumer protocol: how far a member is towards the target.
struct GroupMemberReconciled {
    enum class State : uint8_t {
        kStable,
        kUnrevoked,   ///< must give partitions up first
        kUnreleased,  ///< waits for partitions that others still hold
    };
    std::string group;
    std::string member;
    MemberEpoch epoch;
    State state = State::kStable;
    std::vector<TopicPartition> assigned;  ///< sorted
    std::vector<TopicPartition> revoking;  ///< sorted

    bool operator==(const GroupMemberReconciled&) const = default;
};
/// A broker has read a partition of __consumer_offsets and coordinates its groups from now on.
struct GroupCoordinatorLoaded {
    PartitionId partition;
    uint32_t groups = 0;
    uint32_t offsets = 0;  ///< committed, of all its groups

    bool operator==(const GroupCoordinatorLoaded&) const = default;
};
/// It coordinates them no more: it lost the lead.
struct GroupCoordinatorUnloaded {
    PartitionId partition;

    bool operator==(const GroupCoordinatorUnloaded&) const = default;
};
struct CommittedPosition {
    TopicPartition partition;
    Offset offset;

    bool operator==(const CommittedPosition&) const = default;
};
/// A commit is in the log, up to the high watermark.
struct OffsetsCommitted {
    std::string group;
    std::string member;  ///< empty: from outside the group
    std::vector<CommittedPosition> positions;

    bool operator==(const OffsetsCommitted&) const = default;
};
/// Committed offsets are gone.
struct OffsetsRemoved {
    enum class Why : uint8_t { kExpired, kTopicDeleted, kGroupDeleted };
    std::string group;
    Why why = Why::kExpired;
    std::vector<TopicPartition> partitions;

    bool operator==(const OffsetsRemoved&) const = default;
};
/// The coordinator, or a broker that is none, answered a request of a group with an error.
struct GroupRequestRefused {
    std::string group;
    std::string member;  ///< by its client.id
    ApiKey api = ApiKey::kHeartbeat;
    ErrorCode error = ErrorCode::kNone;

    bool operator==(const GroupRequestRefused&) const = default;
};

// ---- Members; the fact's node is the consumer

struct CoordinatorFound {
    std::string group;
    BrokerId coordinator;

    bool operator==(const CoordinatorFound&) const = default;
};
/// The consumer forgets its coordinator and looks for it again.
struct CoordinatorLost {
    std::string group;
    BrokerId coordinator;
    ErrorCode error = ErrorCode::kNone;  ///< what it answered; kNone: the connection or the session

    bool operator==(const CoordinatorLost&) const = default;
};
/// The callbacks of a rebalance listener [ConsumerRebalanceListener.java].
struct PartitionsAssigned {
    std::string group;
    int32_t epoch = 0;
    std::vector<TopicPartition> partitions;  ///< that it did not have before

    bool operator==(const PartitionsAssigned&) const = default;
};
struct PartitionsRevoked {
    std::string group;
    std::vector<TopicPartition> partitions;

    bool operator==(const PartitionsRevoked&) const = default;
};
/// They may have another owner already: nothing can be committed for them.
struct PartitionsLost {
    std::string group;
    std::vector<TopicPartition> partitions;

    bool operator==(const PartitionsLost&) const = default;
};
/// poll() was not called for max.poll.interval.ms: the consumer leaves its group.
struct PollTimedOut {
    std::string group;
    Duration interval;  ///< max.poll.interval.ms

    bool operator==(const PollTimedOut&) const = default;
};
/// A commit was not accepted; the positions stay uncommitted.
struct CommitFailed {
    std::string group;
    ErrorCode error = ErrorCode::kNone;
    bool retried = false;  ///< the consumer will try again by itself

    bool operator==(const CommitFailed&) const = default;
};
/// The consumer can't go on [its poll() throws].
struct ConsumerFailed {
    std::string group;
    ErrorCode error = ErrorCode::kNone;
    std::string message;

    bool operator==(const ConsumerFailed&) const = default;
};
/// The application has done its work on records: of one partition, one after the other.
struct RecordsProcessed {
    std::string group;
    TopicPartition partition;
    Offset first;
    Offset last;  ///< offsets between may be missing from the log
    uint32_t count = 1;

    bool operator==(const RecordsProcessed&) const = default;
};

}  // namespace brokerlab

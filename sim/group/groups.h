// The groups that one partition of __consumer_offsets holds, as its coordinator knows them: plain
// data. What may be done to them stands in classic_group.h, consumer_group.h and offsets.h.
//
// Requests that wait are kept with the member that sent them. Deadlines are fields; a group says
// when it wants to be looked at next. Members stand in the order in which they joined: where
// Kafka's result depends on the order of a hash map, this order takes its place (FIDELITY.md).
// [group-coordinator group/classic/ClassicGroup.java, modern/consumer/ConsumerGroup.java,
// OffsetMetadataManager.java]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/group/consumer_group_records.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/envelope.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// A request that waits for its answer.
struct WaitingRequest {
    ConnectionId connection;
    RequestHeader header;

    bool operator==(const WaitingRequest&) const = default;
};

// ---- Classic protocol

struct ClassicMember {
    std::string id;
    std::optional<std::string> instance_id;
    std::string client_id;
    std::string client_host;
    int32_t rebalance_timeout_ms = 0;
    int32_t session_timeout_ms = 0;
    std::vector<JoinGroupRequest::Protocol> protocols;  ///< the preferred first
    Bytes assignment;
    bool is_new = false;                 ///< joined in this rebalance: may wait 5 min for its end
    std::optional<WaitingRequest> join;  ///< parked until the rebalance ends
    std::optional<WaitingRequest> sync;  ///< parked until the leader's assignment is there
    SimTime session_ends = kNever;       ///< kNever: not while it is parked

    [[nodiscard]] bool is_parked() const { return join || sync; }

    bool operator==(const ClassicMember&) const = default;
};

/// States as in GroupPhase; of a classic group only.
enum class ClassicGroupState : uint8_t {
    kEmpty,
    kPreparingRebalance,
    kCompletingRebalance,
    kStable,
    kDead,
};

/// A member id that was given out and not used yet (KIP-394).
struct ReservedId {
    SimTime lapses;
    Duration timeout;  ///< the session time-out of who asked for it

    bool operator==(const ReservedId&) const = default;
};

struct ClassicGroup {
    ClassicGroupState state = ClassicGroupState::kEmpty;
    Timestamp state_since = kNoTimestamp;
    GenerationId generation{0};
    std::optional<std::string> protocol_type;
    std::optional<std::string> protocol;  ///< the assignor that was voted for
    std::optional<std::string> leader;    ///< member id
    std::vector<ClassicMember> members;   ///< in the order of joining
    /// Of all members of the present generation; none: they can't be told.
    std::optional<FlatSet<std::string>> subscribed_topics;
    FlatMap<std::string, ReservedId> reserved_ids;
    /// Those that have not sent SyncGroup since the rebalance ended.
    FlatSet<std::string> to_sync;
    bool member_added = false;  ///< since the initial rebalance was last put off
    /// Of the initial rebalance: how much longer it may be put off. None: not an initial one.
    std::optional<Duration> delay_left;
    SimTime join_ends = kNever;  ///< the rebalance ends, or its delay is over
    SimTime sync_ends = kNever;  ///< who has not sent SyncGroup is removed

    [[nodiscard]] const ClassicMember* find(std::string_view member_id) const;
    [[nodiscard]] ClassicMember* find(std::string_view member_id);

    bool operator==(const ClassicGroup&) const = default;
};
void digest_into(Digest& d, const ClassicGroup& group);

// ---- Consumer protocol (KIP-848)

/// Partitions by topic id.
using TopicIdAssignment = FlatMap<Uuid, FlatSet<PartitionId>>;

struct ConsumerMember {
    std::string id;
    std::optional<std::string> instance_id;
    std::optional<std::string> rack_id;
    std::string client_id;
    std::string client_host;
    std::vector<std::string> subscribed_topics;  ///< sorted
    std::optional<std::string> subscribed_regex;
    int32_t rebalance_timeout_ms = -1;
    std::optional<std::string> server_assignor;
    MemberEpoch epoch{0};
    MemberEpoch previous_epoch{-1};
    ConsumerGroupMemberState state = ConsumerGroupMemberState::kStable;
    TopicIdAssignment assigned;
    TopicIdAssignment revoking;
    SimTime session_ends = kNever;
    SimTime revocation_ends = kNever;  ///< fenced then, when it has not given up `revoking`

    bool operator==(const ConsumerMember&) const = default;
};

struct ConsumerGroup {
    MemberEpoch epoch{0};
    FlatMap<std::string, Cow<ConsumerMember>> members;  ///< by id
    MemberEpoch target_epoch{0};
    FlatMap<std::string, Cow<TopicIdAssignment>> target;  ///< by member id
    /// The partition counts of the subscribed topics, as the group last saw them.
    std::vector<ConsumerGroupPartitionMetadataValue::TopicMetadata> topics;
    FlatMap<std::string, std::string> static_members;  ///< instance id -> member id
    /// Which member epoch holds a partition; not in it: nobody.
    FlatMap<Uuid, FlatMap<PartitionId, MemberEpoch>> owners;
    bool refresh_topics = false;  ///< the metadata of a subscribed topic changed

    bool operator==(const ConsumerGroup&) const = default;
};
void digest_into(Digest& d, const ConsumerGroup& group);

// ---- Offsets

struct CommittedOffset {
    Offset offset;
    LeaderEpoch leader_epoch = kNoLeaderEpoch;
    std::string metadata;
    Timestamp commit_timestamp = kNoTimestamp;
    std::optional<Timestamp> expire_timestamp;  ///< only of the oldest clients' commits

    bool operator==(const CommittedOffset&) const = default;
};
using GroupOffsets = FlatMap<TopicPartition, CommittedOffset>;

/// Everything that one partition of __consumer_offsets holds. A group that has only offsets is an
/// empty classic group (created when they are committed or loaded).
struct GroupShard {
    FlatMap<std::string, Cow<std::variant<ClassicGroup, ConsumerGroup>>> groups;
    FlatMap<std::string, Cow<GroupOffsets>> offsets;
    SimTime next_offset_expiry = kNever;  ///< the scan of offsets.retention.check.interval.ms

    [[nodiscard]] const ClassicGroup* find_classic(std::string_view group) const;
    [[nodiscard]] const ConsumerGroup* find_consumer(std::string_view group) const;

    bool operator==(const GroupShard&) const = default;
};
void digest_into(Digest& d, const GroupShard& shard);

}  // namespace brokerlab

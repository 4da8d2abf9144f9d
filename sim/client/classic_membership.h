// ClassicMembership: a consumer as a member of a group of the classic protocol.
//
// It joins, waits for its partitions, heartbeats, and joins again when it is told to. What Kafka's
// heartbeat thread does goes on while the application works (tick_membership); what only poll()
// does (joining, taking over an assignment, the callbacks) waits for it (poll_membership). The
// heartbeat thread acts exactly on time here, where Kafka's looks around every retry.backoff.ms.
// [AbstractCoordinator.java, ConsumerCoordinator.java, Heartbeat.java]
//
// Not modelled: assignors that look at racks, enforceRebalance(), custom assignors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/assign/client_assignor.h"
#include "sim/base/bytes.h"
#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/messages/classic_group.h"

namespace brokerlab {

struct CoordinatorLink;
struct MemberTurn;

/// [AbstractCoordinator.MemberState]
enum class MemberState : uint8_t {
    kUnjoined,
    kJoining,  ///< JoinGroup is under way
    kSyncing,  ///< it has a generation and waits for its partitions
    kStable,
};

/// [Heartbeat.java]
struct HeartbeatTimers {
    SimTime due;            ///< the next heartbeat
    SimTime session_ends;   ///< without an answer until then the coordinator is looked for anew
    SimTime poll_deadline;  ///< without a poll() until then the member leaves
    uint32_t failures = 0;  ///< of heartbeats

    bool operator==(const HeartbeatTimers&) const = default;
};

/// What a member that leads the group has to do before its SyncGroup.
struct LeaderTask {
    std::vector<MemberSubscription> members;  ///< by member id
    bool skip_assignment = false;             ///< it keeps what the coordinator has (KIP-814)

    bool operator==(const LeaderTask&) const = default;
};

using PartitionCounts = FlatMap<std::string, int32_t>;

struct ClassicMembership {
    enum class Unsent : uint8_t { kNothing, kJoin, kSync };

    MemberState state = MemberState::kUnjoined;
    GenerationId generation = kNoGeneration;
    std::string member_id;  ///< empty: not given yet
    std::string assignor;   ///< of the generation; empty without one
    uint32_t identity = 0;  ///< counts the changes of these three

    bool rejoin_needed = true;
    std::string rejoin_reason;
    bool prepare_needed = true;        ///< to commit and to give up partitions, before JoinGroup
    bool join_pending = false;         ///< from JoinGroup until the assignment is taken over
    Unsent unsent = Unsent::kNothing;  ///< waits for the connection, or for metadata
    std::optional<Bytes> assignment;   ///< came with SyncGroup: the next poll() takes it over
    SimTime join_retry_at;
    std::optional<SimTime> prepare_deadline;  ///< no commit is waited for any longer
    std::optional<SimTime> fresh_since;       ///< a pattern needs metadata at least so new

    bool leads = false;
    std::optional<LeaderTask> task;
    std::vector<AssignorMemory> memories;  ///< one for each assignor
    std::optional<FlatSet<std::string>> joined_subscription;
    uint32_t metadata_seen = 0;
    FlatSet<std::string> group_topics;               ///< that all members want: known to the leader
    PartitionCounts counts;                          ///< of the topics that it watches
    std::optional<PartitionCounts> counts_assigned;  ///< when it, the leader, assigned

    HeartbeatTimers timers;

    bool operator==(const ClassicMembership&) const = default;
};

// As membership.h says. In its group it is when nothing of a rebalance is left to be done; its
// heartbeat thread sleeps while it joins. A static member never leaves.
[[nodiscard]] bool poll_membership(MemberTurn& at, ClassicMembership& m);
void note_poll(MemberTurn& at, ClassicMembership& m);
void tick_membership(MemberTurn& at, ClassicMembership& m);
[[nodiscard]] bool is_heartbeating(const ClassicMembership& membership);
[[nodiscard]] SimTime next_deadline(const ClassicMembership& membership,
                                    const CoordinatorLink& link, SimTime now);
void close_membership(MemberTurn& at, ClassicMembership& m);

void on_join_group(MemberTurn& at, uint32_t sent_identity, const JoinGroupResponse& response);
void on_sync_group(MemberTurn& at, uint32_t sent_identity, const SyncGroupResponse& response);
void on_heartbeat(MemberTurn& at, uint32_t sent_identity, const HeartbeatResponse& response);
/// JoinGroup or SyncGroup has no answer, or can't be sent.
void on_join_failed(MemberTurn& at, ErrorCode error);
void on_heartbeat_failed(MemberTurn& at);

/// Joins again at the next poll().
void request_rejoin(ClassicMembership& membership, std::string reason);
/// It is no member any more, as far as it knows; with `keep_id` it asks to be that one again.
void reset_generation(ClassicMembership& membership, bool keep_id, std::string reason);

/// Of the topics that the member, and its group if it leads, wants.
[[nodiscard]] PartitionCounts count_partitions(const MemberTurn& at);

/// The leader's assignment, and its SyncGroup [ConsumerCoordinator.onLeaderElected].
void begin_leading(MemberTurn& at, const JoinGroupResponse& response);
/// Assigns when the metadata of all topics is there; nothing if it has to wait.
[[nodiscard]] std::optional<std::vector<SyncGroupRequest::Assignment>> lead(MemberTurn& at);

}  // namespace brokerlab

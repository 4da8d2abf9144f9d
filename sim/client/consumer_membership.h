// ConsumerMembership: a consumer as a member of a group of the consumer protocol (KIP-848).
//
// One kind of request does everything: its heartbeats tell who it is, what it wants and what it
// owns, and bring what it may own now. They go out beside the application (tick_membership), and
// no member waits for the others. Taking over an assignment needs the application's thread, as the
// callbacks of a rebalance listener do: it goes on inside poll() (poll_membership).
// [AbstractMembershipManager.java, ConsumerMembershipManager.java,
// ConsumerHeartbeatRequestManager.java]
//
// Not modelled: the states in which it prepares to leave and leaves, which last no time here;
// unsubscribing and subscribing anew; the client's rack, which 4.0 does not send.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/messages/consumer_group.h"

namespace brokerlab {

struct CoordinatorLink;
struct MemberTurn;

/// [MemberState.java]
enum class ConsumerMemberState : uint8_t {
    kUnsubscribed,   ///< its first poll() is to come, its pattern matches nothing, or it has left
    kJoining,        ///< it asks with epoch 0 to be let in
    kReconciling,    ///< an assignment came that is not its own yet
    kAcknowledging,  ///< it is: the next heartbeat says so, at once
    kStable,
    kFenced,  ///< the coordinator knows it no more: the next poll() drops all and joins again
    kFatal,   ///< an error that no retry cures
    kStale,   ///< it has left as poll() was not called; the next poll() drops all and joins again
};

/// What the coordinator said that it may own, or what it owns of that. Topics go by their ids.
struct LocalAssignment {
    int64_t epoch = -1;  ///< counts the assignments that differed; -1: there was none
    FlatMap<Uuid, FlatSet<PartitionId>> partitions;

    bool operator==(const LocalAssignment&) const = default;
};

/// An assignment on its way to be its own: what it loses waits for a commit.
struct Reconciliation {
    LocalAssignment to;  ///< the part of the target whose topics have names
    FlatSet<TopicPartition> partitions;
    SimTime deadline;  ///< no commit is waited for any longer
    uint32_t failed_commits = 0;

    bool operator==(const Reconciliation&) const = default;
};

/// What the coordinator knows: a field that has not changed since is left out of a heartbeat.
struct SentFields {
    bool rebalance_timeout = false;
    bool assignor = false;
    std::optional<FlatSet<std::string>> topics;
    std::optional<LocalAssignment> owned;

    bool operator==(const SentFields&) const = default;
};

struct ConsumerMembership {
    ConsumerMemberState state = ConsumerMemberState::kUnsubscribed;
    MemberEpoch epoch{0};   ///< 0: no member (yet); -1, -2: it has left
    std::string member_id;  ///< NAME-UUID: for all the consumer's life
    uint32_t identity = 0;  ///< counts how often it became, and stopped to be, a member
    std::optional<std::string> assignor;  ///< group.remote.assignor: of the coordinator

    LocalAssignment target;
    LocalAssignment owned;
    FlatMap<Uuid, std::string> names;  ///< of the topics in both
    std::optional<Reconciliation> reconciling;
    uint32_t metadata_seen = 0;

    SentFields sent;
    uint64_t heartbeat = 0;  ///< the tag of the one in flight; 0: none
    Duration interval;       ///< of heartbeats, as the coordinator said last
    SimTime due;             ///< the next heartbeat
    SimTime retry_at;        ///< none before, after a failed one
    uint32_t failures = 0;   ///< of heartbeats, in a row
    SimTime poll_deadline;   ///< without a poll() until then the member leaves

    bool operator==(const ConsumerMembership&) const = default;
};

// As membership.h says. With its note of a poll() goes the automatic commit if it is due: ahead of
// the heartbeat, whose answer may bring another epoch [RequestManagers.java].
[[nodiscard]] bool poll_membership(MemberTurn& at, ConsumerMembership& m);
void note_poll(MemberTurn& at, ConsumerMembership& m);
void tick_membership(MemberTurn& at, ConsumerMembership& m);
/// A thread of the consumer's own sends and reads whatever the application does.
[[nodiscard]] inline bool is_heartbeating(const ConsumerMembership&) {
    return true;
}
[[nodiscard]] SimTime next_deadline(const ConsumerMembership& m, const CoordinatorLink& link,
                                    SimTime now);
void close_membership(MemberTurn& at, ConsumerMembership& m);

void on_consumer_heartbeat(MemberTurn& at, uint64_t tag,
                           const ConsumerGroupHeartbeatResponse& response);
/// The heartbeat has no answer, or one that says to try again.
void on_consumer_heartbeat_failed(MemberTurn& at, uint64_t tag);

/// It is a member, or asks to be.
[[nodiscard]] bool is_active(const ConsumerMembership& m);

// ---- Between the parts of the membership.

/// From now on it is a member of that epoch, or none.
void set_epoch(ConsumerMembership& m, MemberEpoch epoch);
/// Sends a heartbeat if one is due and can be sent.
void drive_heartbeat(MemberTurn& at, ConsumerMembership& m);
/// Tells the coordinator that it leaves; the answer is not waited for. A static member will be
/// back: it leaves for a while.
void send_leave(MemberTurn& at, ConsumerMembership& m);
/// Makes as much of the target its own as it can now.
void reconcile(MemberTurn& at, ConsumerMembership& m);
/// The assignment that it was about to take over does not matter any more.
void abort_reconciliation(MemberTurn& at, ConsumerMembership& m);
/// The coordinator has forgotten it.
void fence(MemberTurn& at, ConsumerMembership& m);

}  // namespace brokerlab

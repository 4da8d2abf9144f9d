// Facts: what happened, in plain data.
//
// Facts are the only output of the simulation beside the World itself: the story, the timeline's
// marks, the ledger of outcomes and the invariants' void marks are all made from them. A handler
// states a body; step adds where, when and in which event. Small and append-only; what a fact says
// never changes. A new kind is a struct here and in the variant; the compiler then asks for its
// sentence (view/) and its weight.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/base/compiled_variant.h"
#include "sim/kernel/event.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/group_facts.h"
#include "sim/model/ids.h"
#include "sim/model/records.h"
#include "sim/model/rules.h"
#include "sim/model/service_facts.h"

namespace brokerlab {

// ---- The lab: what came from outside

/// A command was carried out. For administration that means: the request was handed to `admin`.
struct CommandDone {
    std::string command;  ///< its canonical text

    bool operator==(const CommandDone&) const = default;
};
struct CommandRefused {
    std::string command;
    std::string reason;

    bool operator==(const CommandRefused&) const = default;
};
/// A process or machine changed; the fact's node is the one concerned.
struct NodeChanged {
    enum class Change : uint8_t {
        kStarted,
        kKilled,      ///< the process is gone, the page cache stays
        kPoweredOff,  ///< the machine is gone, and its page cache
        kStopped,     ///< ended in order (controlled shutdown over)
        kHalted,      ///< ended by itself because it can't go on; `why` says why
        kPaused,
        kResumed,
        kIsolated,
        kRejoined,
        kDiskFailed,
        kDiskRepaired,  ///< an empty disk was put in
    };
    Change change = Change::kStarted;
    std::string why;  ///< for kHalted

    bool operator==(const NodeChanged&) const = default;
};
/// A replica's records left with the power or the disk: from `first_lost` up to `log_end`.
struct RecordsLostOnDisk {
    enum class By : uint8_t { kPowerLoss, kDiskFailure };
    TopicPartition partition;
    By by = By::kPowerLoss;
    Offset first_lost;
    Offset log_end;
    bool last_in_sync = false;  ///< this replica was the only one left in the ISR

    bool operator==(const RecordsLostOnDisk&) const = default;
};

// ---- The metadata quorum

/// A voter asks for votes.
struct QuorumElectionStarted {
    LeaderEpoch epoch;
    bool pre_vote = false;  ///< only asks whether it could win (KIP-996)

    bool operator==(const QuorumElectionStarted&) const = default;
};
struct QuorumVoteGranted {
    LeaderEpoch epoch;
    BrokerId candidate;
    bool pre_vote = false;

    bool operator==(const QuorumVoteGranted&) const = default;
};
/// This node won the election of the epoch.
struct QuorumLeaderElected {
    LeaderEpoch epoch;

    bool operator==(const QuorumLeaderElected&) const = default;
};
/// This node gave up leading.
struct QuorumLeaderResigned {
    enum class Why : uint8_t { kLostMajority, kShutdown, kHigherEpoch };
    LeaderEpoch epoch;
    Why why = Why::kLostMajority;

    bool operator==(const QuorumLeaderResigned&) const = default;
};
/// This controller took over: its log is caught up and it takes requests now.
struct ControllerActivated {
    LeaderEpoch epoch;

    bool operator==(const ControllerActivated&) const = default;
};
/// A node of the quorum cut its metadata log to match its leader's.
struct MetadataLogTruncated {
    Offset from;
    Offset to;

    bool operator==(const MetadataLogTruncated&) const = default;
};

// ---- The controller: stated when the records are committed

struct BrokerRegistered {
    BrokerId broker;
    BrokerEpoch epoch;

    bool operator==(const BrokerRegistered&) const = default;
};
struct BrokerFenced {
    BrokerId broker;
    /// The broker was not heard of for this long; none when it asked for it or registered anew.
    std::optional<Duration> silent_for;

    bool operator==(const BrokerFenced&) const = default;
};
struct BrokerUnfenced {
    BrokerId broker;

    bool operator==(const BrokerUnfenced&) const = default;
};
struct ControlledShutdownBegan {
    BrokerId broker;

    bool operator==(const ControlledShutdownBegan&) const = default;
};
struct TopicCreated {
    std::string topic;
    int32_t partitions = 0;
    int32_t replication_factor = 0;

    bool operator==(const TopicCreated&) const = default;
};
struct PartitionsAdded {
    std::string topic;
    int32_t from = 0;
    int32_t to = 0;

    bool operator==(const PartitionsAdded&) const = default;
};
struct TopicDeleted {
    std::string topic;

    bool operator==(const TopicDeleted&) const = default;
};
/// A dynamic configuration changed; no value means that it was taken away.
struct ConfigChanged {
    std::string resource;  ///< "topic orders", "broker 2"
    std::string key;
    std::optional<std::string> value;

    bool operator==(const ConfigChanged&) const = default;
};
/// A partition has another leader or none, or the same one in a new epoch.
struct LeaderChanged {
    enum class Why : uint8_t {
        kBrokerFenced,
        kControlledShutdown,
        kPreferred,
        kUnclean,
        kBrokerUnfenced,
        kReassignment,
        kOther,
    };
    TopicPartition partition;
    BrokerId from = kNoBroker;
    BrokerId to = kNoBroker;  ///< -1: none
    LeaderEpoch epoch;
    Why why = Why::kOther;
    bool unclean = false;  ///< elected outside the ISR

    bool operator==(const LeaderChanged&) const = default;
};
struct IsrChanged {
    TopicPartition partition;
    std::vector<BrokerId> from;
    std::vector<BrokerId> to;
    bool by_leader = false;  ///< AlterPartition; else the controller itself

    bool operator==(const IsrChanged&) const = default;
};
struct ReassignmentChanged {
    enum class Step : uint8_t { kStarted, kCompleted, kCancelled };
    TopicPartition partition;
    Step step = Step::kStarted;
    std::vector<BrokerId> replicas;

    bool operator==(const ReassignmentChanged&) const = default;
};

// ---- Brokers

/// States of a broker's life [server/BrokerState.java].
enum class BrokerState : uint8_t {
    kNotRunning,
    kStarting,
    kRecovery,
    kRunning,
    kPendingControlledShutdown,
    kShuttingDown,
};
struct BrokerStateChanged {
    BrokerState from = BrokerState::kNotRunning;
    BrokerState to = BrokerState::kNotRunning;

    bool operator==(const BrokerStateChanged&) const = default;
};
/// This broker leads the partition from now on.
struct ReplicaLeads {
    TopicPartition partition;
    LeaderEpoch epoch;
    Offset start_offset;  ///< its LEO when the epoch began
    Offset high_watermark;

    bool operator==(const ReplicaLeads&) const = default;
};
/// This broker follows from now on.
struct ReplicaFollows {
    TopicPartition partition;
    BrokerId leader = kNoBroker;
    LeaderEpoch epoch;

    bool operator==(const ReplicaFollows&) const = default;
};
struct ReplicaTruncated {
    TopicPartition partition;
    Offset from;  ///< the LEO before
    Offset to;

    bool operator==(const ReplicaTruncated&) const = default;
};
/// The leader asks the controller for another ISR.
struct IsrChangeProposed {
    TopicPartition partition;
    std::vector<BrokerId> from;
    std::vector<BrokerId> to;
    /// Shrinking: how long the slowest of those that leave was not caught up.
    std::optional<Duration> behind_for;

    bool operator==(const IsrChangeProposed&) const = default;
};
struct IsrChangeRefused {
    TopicPartition partition;
    ErrorCode error = ErrorCode::kNone;

    bool operator==(const IsrChangeRefused&) const = default;
};
/// A broker answered part of a client's request with an error.
struct RequestRefused {
    ApiKey api = ApiKey::kProduce;
    TopicPartition partition;
    NodeId client;
    ErrorCode error = ErrorCode::kNone;

    bool operator==(const RequestRefused&) const = default;
};
/// A log was loaded after an unclean stop.
struct LogRecovered {
    TopicPartition partition;
    Offset log_end;
    Offset high_watermark;

    bool operator==(const LogRecovered&) const = default;
};
/// Records were removed by intent: retention, compaction, DeleteRecords.
struct RecordsRemoved {
    enum class By : uint8_t { kRetention, kCompaction, kDeleteRecords };
    TopicPartition partition;
    By by = By::kRetention;
    Offset log_start;  ///< afterwards

    bool operator==(const RecordsRemoved&) const = default;
};

// ---- Clients

struct ProducerIdAssigned {
    ProducerId id;
    ProducerEpoch epoch;

    bool operator==(const ProducerIdAssigned&) const = default;
};
/// An idempotent producer starts its sequences anew: what broke them can make a duplicate.
struct ProducerEpochBumped {
    ProducerId id;
    ProducerEpoch epoch;
    TopicPartition partition;  ///< where it began
    ErrorCode because = ErrorCode::kNone;

    bool operator==(const ProducerEpochBumped&) const = default;
};
/// The callback of a batch came without error.
struct BatchAcked {
    TopicPartition partition;
    Offset base_offset = kNoOffset;  ///< -1 when unknown: acks=0, a duplicate
    int16_t acks = 0;
    uint32_t producer = 0;     ///< the lab's number of the producer
    std::vector<uint64_t> ns;  ///< which of its records, in the order of the batch
    uint32_t attempts = 1;

    bool operator==(const BatchAcked&) const = default;
};
/// The callback of a batch came with an error.
struct BatchFailed {
    TopicPartition partition;
    ErrorCode error = ErrorCode::kNone;
    std::string message;
    uint32_t producer = 0;
    std::vector<uint64_t> ns;
    bool maybe_appended = false;  ///< an attempt had no final answer: the outcome is unknown

    bool operator==(const BatchFailed&) const = default;
};
/// An attempt failed and will be repeated.
struct BatchRetried {
    TopicPartition partition;
    ErrorCode error = ErrorCode::kNone;
    uint32_t attempt = 1;  ///< that failed, from 1
    uint32_t records = 0;

    bool operator==(const BatchRetried&) const = default;
};
/// send() gave up before there was a batch: no metadata or no memory within max.block.ms.
struct SendFailed {
    uint32_t producer = 0;
    uint64_t n = 0;
    std::string topic;
    std::string message;

    bool operator==(const SendFailed&) const = default;
};
/// A consumer's position was set by something other than reading on.
struct PositionReset {
    TopicPartition partition;
    Offset from = kNoOffset;  ///< -1: it had none
    Offset to;
    std::string why;

    bool operator==(const PositionReset&) const = default;
};
/// A client lost a connection that it was using.
struct ConnectionLost {
    NodeId peer;
    bool timed_out = false;  ///< a request was not answered in time; else closed by the peer

    bool operator==(const ConnectionLost&) const = default;
};
/// What Kafka said to an administrative request.
struct AdminAnswered {
    std::string request;  ///< the command, or "create topic orders"
    ErrorCode error = ErrorCode::kNone;
    std::string message;

    bool operator==(const AdminAnswered&) const = default;
};

using FactBodies = std::variant<
    CommandDone, CommandRefused, NodeChanged, RecordsLostOnDisk, QuorumElectionStarted,
    QuorumVoteGranted, QuorumLeaderElected, QuorumLeaderResigned, ControllerActivated,
    MetadataLogTruncated, BrokerRegistered, BrokerFenced, BrokerUnfenced, ControlledShutdownBegan,
    TopicCreated, PartitionsAdded, TopicDeleted, ConfigChanged, LeaderChanged, IsrChanged,
    ReassignmentChanged, BrokerStateChanged, ReplicaLeads, ReplicaFollows, ReplicaTruncated,
    IsrChangeProposed, IsrChangeRefused, RequestRefused, LogRecovered, RecordsRemoved,
    ProducerIdAssigned, ProducerEpochBumped, BatchAcked, BatchFailed, BatchRetried, SendFailed,
    PositionReset, ConnectionLost, AdminAnswered, GroupPhaseChanged, GroupRebalanceBegan,
    GroupMemberJoined, GroupMemberLeft, GroupAssignmentMade, GroupMemberReconciled,
    GroupCoordinatorLoaded, GroupCoordinatorUnloaded, OffsetsCommitted, OffsetsRemoved,
    GroupRequestRefused, CoordinatorFound, CoordinatorLost, PartitionsAssigned, PartitionsRevoked,
    PartitionsLost, PollTimedOut, CommitFailed, ConsumerFailed, RecordsProcessed, ServiceActed,
    ServiceFailed, HttpAnswered, HttpUnanswered>;
extern template class CompiledVariant<FactBodies>;
using FactBody = CompiledVariant<FactBodies>;

/// The name of a fact: the event that it happened in, and which of that event's facts it is. A
/// replay names the same facts alike.
struct FactId {
    EventSequence event;
    uint32_t ordinal = 0;

    friend constexpr bool operator==(FactId, FactId) = default;
    friend constexpr auto operator<=>(FactId, FactId) = default;
};

struct Fact {
    FactId id;
    SimTime at;
    NodeId node;          ///< where it happened
    EventSequence cause;  ///< the event that scheduled the fact's event, or kNoEvent
    FactBody body;

    bool operator==(const Fact&) const = default;
};
/// Mixes what happened where and when: part of the running hash of a run.
void digest_into(Digest& d, const Fact& fact);

}  // namespace brokerlab

// ControllerNode: a KRaft controller: a voter of the metadata quorum, and, when it leads, the one
// that decides about brokers, topics and leaders.
//
// The active controller decides on its image, writes records, replays them into that image at once,
// and answers when they are committed; a deposed one fails what waits with NOT_CONTROLLER and goes
// back to the committed image. Standbys replay what is committed. One entry for each thing that can
// reach a process; behind the entries: registration and heartbeats (cluster_control.h,
// broker_heartbeats.h), topics, leaders, ISRs and reassignment (replication_control.h), dynamic
// configurations (config_control.h). [metadata controller/QuorumController.java]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/controller/broker_heartbeats.h"
#include "sim/controller/controller_config.h"
#include "sim/controller/replication_control.h"
#include "sim/metadata/metadata_image.h"
#include "sim/model/env.h"
#include "sim/network/network_client.h"
#include "sim/raft/raft_node.h"

namespace brokerlab {

/// What a controller process is started with.
struct ControllerStart {
    int32_t number = 1;            ///< the lab's; its node.id is 3000 + number
    ConfigMap config;              ///< of ConfigScope::kBroker
    std::vector<BrokerId> voters;  ///< node.ids, sorted
    std::string cluster_id;
    uint64_t incarnation = 1;  ///< counts the starts of this controller: keys its draws

    bool operator==(const ControllerStart&) const = default;
};

/// An answer that waits until the records up to `offset` are committed [ControllerPurgatory.java].
struct DeferredResponse {
    Offset offset;
    Response response;
    Response not_controller;  ///< what it is when this controller is deposed first

    bool operator==(const DeferredResponse&) const = default;
};

/// Facts that are stated once the records up to `offset` are committed.
struct PendingFacts {
    Offset offset;
    std::vector<FactBody> facts;

    bool operator==(const PendingFacts&) const = default;
};

/// A request of the raft member that waits for its connection.
struct WaitingRaftRequest {
    BrokerId to;
    std::variant<VoteRequest, BeginQuorumEpochRequest, EndQuorumEpochRequest, FetchRequest> body;

    bool operator==(const WaitingRaftRequest&) const = default;
};

/// Where an answer goes: to the sender, or through the broker that forwarded the request.
struct ReturnAddress {
    ConnectionId connection;
    RequestHeader header;
    std::optional<RequestHeader> forwarded;  ///< of the request inside the envelope
};

class ControllerNode {
public:
    ControllerNode(const ControllerStart& start, RaftDisk disk, const Env& env, Effects& fx);

    void on_request(const Request& request, const Env& env, Effects& fx);
    void on_response(const Response& response, const Env& env, Effects& fx);
    void on_connected(const ConnectionId& connection, const Env& env, Effects& fx);
    void on_connection_lost(const ConnectionId& connection, const Env& env, Effects& fx);
    void on_timer(const Env& env, Effects& fx);
    [[nodiscard]] SimTime next_deadline() const;
    [[nodiscard]] const RaftDisk& disk() const { return raft_->disk(); }
    /// Why Kafka's process would have ended by itself; see RaftOutput.
    [[nodiscard]] const std::optional<std::string>& fatal() const { return fatal_; }

    // For expressions, views and the oracle.
    [[nodiscard]] const ControllerStart& start() const { return start_; }
    /// Whether it acts as the controller: it leads and its committed log was caught up.
    [[nodiscard]] bool is_active() const { return active_epoch_.has_value(); }
    [[nodiscard]] std::optional<LeaderEpoch> active_epoch() const { return active_epoch_; }
    [[nodiscard]] const RaftNode& raft() const { return *raft_; }
    /// What is committed, as far as this controller knows.
    [[nodiscard]] const MetadataImage& committed() const { return committed_; }
    /// What an active controller decides on: with what it wrote and is not yet committed.
    [[nodiscard]] const MetadataImage& latest() const { return is_active() ? image_ : committed_; }
    [[nodiscard]] const BrokerHeartbeats& heartbeats() const { return *heartbeats_; }
    [[nodiscard]] const ControllerConfig& config() const { return config_; }
    /// When leaders go back to their preferred brokers; kNever while they are balanced.
    [[nodiscard]] SimTime next_balance() const { return next_balance_; }
    /// When partitions without a leader are looked at; kNever while all have one.
    [[nodiscard]] SimTime next_unclean_election() const { return next_unclean_election_; }
    /// When an idle controller writes a NoOpRecord.
    [[nodiscard]] SimTime next_no_op() const { return next_no_op_; }

    bool operator==(const ControllerNode&) const = default;
    friend void digest_into(Digest& d, const ControllerNode& controller);

private:
    /// What came of a request.
    struct Served {
        ResponseBody response;
        Decision decision;
        /// Refused as a whole, or a read of what is committed: the answer waits for nothing.
        bool at_once = false;
        /// A broker whose controlled shutdown goes as far as the records of this decision.
        std::optional<BrokerId> shutting_down = std::nullopt;
    };

    // The quorum (controller_quorum.cc).
    /// Does what raft asks for, and what follows from its new state, until it is quiet.
    void absorb(RaftOutput out, const Env& env, Effects& fx);
    void send_waiting(const Env& env, Effects& fx, RaftOutput& out);
    void report_failed(const std::vector<FailedRequest>& failed, const Env& env, Effects& fx);
    void follow_raft(const Env& env, Effects& fx, RaftOutput& out);
    void advance_committed();
    void replay_committed(const BatchRef& batch);
    void activate(const Env& env, Effects& fx, RaftOutput& out);
    void deactivate(Effects& fx);

    // Requests (controller_requests.cc).
    void serve(const RequestBody& body, const ReturnAddress& address, const Env& env, Effects& fx);
    [[nodiscard]] Served decide(const RequestBody& body, const Env& env);
    [[nodiscard]] Served decide_for_broker(const RequestBody& body, const DecisionContext& context);
    [[nodiscard]] Served decide_for_admin(const RequestBody& body, const DecisionContext& context);

    // Writing, and what is done unasked (controller_writes.cc).
    [[nodiscard]] DecisionContext context(const Env& env) const;
    /// Writes the records, replays them into the image, and keeps the facts until the commit.
    /// Returns the offset of the last record written so far.
    Offset write(Decision decision, const Env& env, RaftOutput& out);
    void write_and_absorb(Decision decision, const Env& env, Effects& fx);
    void complete_committed(Effects& fx);
    void schedule_elections(const Env& env);
    void do_periodic_work(const Env& env, Effects& fx);
    void balance(const Env& env, Effects& fx);
    void elect_unclean(const Env& env, Effects& fx);

    ControllerStart start_;
    ControllerConfig config_;
    Cow<RaftNode> raft_;
    NetworkClient raft_channel_;
    std::vector<WaitingRaftRequest> raft_outbox_;
    std::optional<std::string> fatal_;
    MetadataImage committed_;
    bool holds_records_ = false;  ///< the committed log has more than raft's own records
    MetadataImage image_;         ///< of an active controller: with what it wrote; else empty
    std::optional<LeaderEpoch> active_epoch_;
    Cow<BrokerHeartbeats> heartbeats_;
    std::vector<DeferredResponse> deferred_;   ///< by offset
    std::vector<PendingFacts> pending_facts_;  ///< by offset
    SimTime next_no_op_ = kNever;
    SimTime next_balance_ = kNever;           ///< kNever while the leaders are balanced
    SimTime next_unclean_election_ = kNever;  ///< kNever while all partitions have leaders
};

}  // namespace brokerlab

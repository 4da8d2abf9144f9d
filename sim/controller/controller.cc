#include "sim/controller/controller.h"

#include <algorithm>
#include <utility>

#include "sim/base/aggregate_digest.h"
#include "sim/controller/forwarded_request.h"

namespace brokerlab {
namespace {

/// How raft's own channel connects, whatever the node's settings say [core
/// raft/KafkaRaftManager.scala buildNetworkClient].
NetworkClientConfig raft_channel_config(const ControllerConfig& config) {
    NetworkClientConfig channel;
    channel.client_id = "raft-client-" + std::to_string(config.raft.id.value);
    channel.request_timeout = config.raft.request_timeout;
    channel.reconnect_backoff = 50_ms;
    channel.reconnect_backoff_max = 50_ms;
    channel.connection_setup_timeout = config.values.ms("socket.connection.setup.timeout.ms");
    channel.connection_setup_timeout_max =
        config.values.ms("socket.connection.setup.timeout.max.ms");
    channel.max_in_flight = 1;
    return channel;
}

bool is_for_raft(const RequestBody& body) {
    return std::holds_alternative<FetchRequest>(body) ||
           std::holds_alternative<VoteRequest>(body) ||
           std::holds_alternative<BeginQuorumEpochRequest>(body) ||
           std::holds_alternative<EndQuorumEpochRequest>(body) ||
           std::holds_alternative<DescribeQuorumRequest>(body);
}

}  // namespace

ControllerNode::ControllerNode(const ControllerStart& start, RaftDisk disk, const Env& env,
                               Effects& fx)
    : start_(start),
      config_(make_controller_config(
          start.config, node_id_of({NodeKind::kController, start.number}), start.voters)),
      raft_channel_(raft_channel_config(config_)) {
    RaftOutput out;
    raft_ = Cow(RaftNode(config_.raft, std::move(disk), env, out));
    absorb(std::move(out), env, fx);
}

void ControllerNode::on_request(const Request& request, const Env& env, Effects& fx) {
    if (is_for_raft(request.body)) {
        RaftOutput out;
        raft_.edit().on_request(request, env, out);
        absorb(std::move(out), env, fx);
        return;
    }
    const auto* envelope = std::get_if<EnvelopeRequest>(&request.body);
    if (envelope == nullptr) {
        serve(request.body, {request.connection, request.header, std::nullopt}, env, fx);
        return;
    }
    const Outcome<ForwardedInner> inner = decode_forwarded(envelope->request_data);
    if (!inner) {
        // The connection is shared by all that the broker forwards, so it stays open; the broker
        // closes the one of its client [EnvelopeUtils.parseForwardedRequest, ForwardingManager].
        fx.respond(
            make_response(request, EnvelopeResponse{std::nullopt, ErrorCode::kUnsupportedVersion}));
        return;
    }
    serve(inner->body, {request.connection, request.header, inner->header}, env, fx);
}

void ControllerNode::on_response(const Response& response, const Env& env, Effects& fx) {
    if (!raft_channel_.on_response(response)) {
        return;
    }
    RaftOutput out;
    raft_.edit().on_response(node_id_of(response.connection.peer), response.body, env, out);
    absorb(std::move(out), env, fx);
}

void ControllerNode::on_connected(const ConnectionId& connection, const Env& env, Effects& fx) {
    raft_channel_.on_connected(connection);
    absorb({}, env, fx);
}

void ControllerNode::on_connection_lost(const ConnectionId& connection, const Env& env,
                                        Effects& fx) {
    if (raft_channel_.owns(connection)) {
        report_failed(raft_channel_.on_connection_lost(connection, env), env, fx);
        return;
    }
    raft_.edit().on_connection_lost(connection);
    std::erase_if(deferred_, [&](const DeferredResponse& deferred) {
        return deferred.response.connection == connection;
    });
}

void ControllerNode::on_timer(const Env& env, Effects& fx) {
    if (raft_->next_deadline() <= env.now) {
        RaftOutput out;
        raft_.edit().on_timer(env, out);
        absorb(std::move(out), env, fx);
    }
    if (raft_channel_.next_timeout() <= env.now) {
        report_failed(raft_channel_.expire(env, fx), env, fx);
    }
    if (is_active()) {
        do_periodic_work(env, fx);
    }
}

SimTime ControllerNode::next_deadline() const {
    const SimTime quorum = std::min(raft_->next_deadline(), raft_channel_.next_timeout());
    if (!is_active()) {
        return quorum;
    }
    return std::min({quorum, heartbeats_->next_expiry(config_.session_timeout), next_no_op_,
                     next_balance_, next_unclean_election_});
}

void digest_into(Digest& d, const ControllerNode& controller) {
    digest_fields(d, controller.start_, controller.config_, controller.raft_,
                  controller.raft_channel_, controller.raft_outbox_, controller.fatal_,
                  controller.committed_, controller.holds_records_, controller.image_,
                  controller.active_epoch_, controller.heartbeats_, controller.deferred_,
                  controller.pending_facts_, controller.next_no_op_, controller.next_balance_,
                  controller.next_unclean_election_);
}

}  // namespace brokerlab

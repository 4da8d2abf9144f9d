// NetworkClient: connecting, back-off, requests in flight, time-outs.
//
// Follows clients/NetworkClient.java with ClusterConnectionStates.java and InFlightRequests.java.
// A connection that was ready and is lost backs off like one that never came up. A time-out is due
// when its whole time has passed, where Kafka waits one millisecond more; so one of 0 ms takes a
// millisecond here too, or a client that is told to try again at once would do so for ever within
// one instant. Not modelled: ApiVersions before the first request, throttling, several addresses of
// a node, idle connections that are closed, authentication.
#include "sim/network/network_client.h"

#include <algorithm>
#include <limits>

#include "sim/base/aggregate_digest.h"
#include "sim/base/check.h"

namespace brokerlab {
namespace {

using State = NodeConnection::State;

constexpr Duration kShortestTimeout = 1_ms;

/// What was in flight, oldest first [NetworkClient.cancelInFlightRequests].
std::vector<FailedRequest> give_up(NodeId node, std::vector<InFlightRequest>& in_flight,
                                   bool timed_out) {
    std::vector<FailedRequest> failed;
    failed.reserve(in_flight.size());
    for (const InFlightRequest& request : in_flight) {
        failed.push_back({node, request.api, request.tag, timed_out});
    }
    in_flight.clear();
    return failed;
}

/// The connection is gone: when may the next be opened
/// [ClusterConnectionStates.disconnected, updateReconnectBackoff].
void back_off(NodeId node, NodeConnection& c, const NetworkClientConfig& config, const Env& env) {
    const Backoff backoff{config.reconnect_backoff, config.reconnect_backoff_max};
    const RandomBits bits =
        env.draw(DrawPurpose::kReconnectBackoff, draw_key(node, c.failed_attempts, env.now));
    c.retry_at = env.now + backoff.after(c.failed_attempts, bits);
    ++c.failed_attempts;
    c.failed_setups = c.state == State::kConnecting ? c.failed_setups + 1 : 0;
    c.state = State::kDisconnected;
    c.connection = ConnectionId{};
}

bool is_overdue(const NodeConnection& c, SimTime now) {
    if (c.state == State::kConnecting) {
        return c.setup_deadline <= now;
    }
    return std::any_of(c.in_flight.begin(), c.in_flight.end(),
                       [now](const InFlightRequest& r) { return r.deadline <= now; });
}

}  // namespace

bool NetworkClient::can_send(NodeId node) const {
    const NodeConnection* c = connections_.find(node);
    return c != nullptr && c->state == State::kReady && c->in_flight.size() < config_.max_in_flight;
}

bool NetworkClient::ready(NodeId node, const Env& env, Effects& fx) {
    NodeConnection& c = connections_[node];
    if (c.state == State::kReady) {
        return c.in_flight.size() < config_.max_in_flight;
    }
    if (c.state == State::kDisconnected && c.retry_at <= env.now) {
        const Backoff setup{config_.connection_setup_timeout, config_.connection_setup_timeout_max};
        const RandomBits bits =
            env.draw(DrawPurpose::kConnectionSetup, draw_key(node, c.failed_setups, env.now));
        c.state = State::kConnecting;
        c.connection = fx.open(node);
        c.retry_at = SimTime();
        c.setup_deadline = env.now + std::max(setup.after(c.failed_setups, bits), kShortestTimeout);
    }
    return false;
}

bool NetworkClient::is_backing_off(NodeId node, SimTime now) const {
    const NodeConnection* c = connections_.find(node);
    return c != nullptr && c->state == State::kDisconnected && now < c->retry_at;
}

std::size_t NetworkClient::in_flight(NodeId node) const {
    const NodeConnection* c = connections_.find(node);
    return c == nullptr ? 0 : c->in_flight.size();
}

CorrelationId NetworkClient::start_request(NodeId node, ApiKey api, uint64_t tag, const Env& env,
                                           bool expects_response, std::optional<Duration> timeout) {
    BL_CHECK(can_send(node));
    const CorrelationId id = next_correlation_id_;
    const bool last = id.value == std::numeric_limits<CorrelationId::Rep>::max();
    next_correlation_id_ = last ? CorrelationId(0) : id + 1;
    if (expects_response) {
        const Duration given = timeout.value_or(config_.request_timeout);
        const SimTime deadline = env.now + std::max(given, kShortestTimeout);
        connections_.at(node).in_flight.push_back({id, api, env.now, deadline, tag});
    }
    return id;
}

bool NetworkClient::owns(const ConnectionId& connection) const {
    const NodeConnection* c = connections_.find(connection.peer);
    return c != nullptr && c->state != State::kDisconnected && c->connection == connection;
}

void NetworkClient::on_connected(const ConnectionId& connection) {
    if (!owns(connection)) {
        return;
    }
    NodeConnection& c = connections_.at(connection.peer);
    c.state = State::kReady;
    c.failed_attempts = 0;
    c.failed_setups = 0;
    c.setup_deadline = SimTime();
}

std::vector<FailedRequest> NetworkClient::on_connection_lost(const ConnectionId& connection,
                                                             const Env& env) {
    if (!owns(connection)) {
        return {};
    }
    NodeConnection& c = connections_.at(connection.peer);
    back_off(connection.peer, c, config_, env);
    return give_up(connection.peer, c.in_flight, false);
}

std::optional<InFlightRequest> NetworkClient::on_response(const Response& response) {
    if (!owns(response.connection)) {
        return std::nullopt;
    }
    // Answers come in the order of the requests, unless the learner took one from the wire.
    auto& in_flight = connections_.at(response.connection.peer).in_flight;
    const auto answered = std::find_if(
        in_flight.begin(), in_flight.end(), [&response](const InFlightRequest& request) {
            return request.correlation_id == response.request_header.correlation_id;
        });
    if (answered == in_flight.end()) {
        return std::nullopt;
    }
    const InFlightRequest request = *answered;
    in_flight.erase(answered);
    return request;
}

std::vector<FailedRequest> NetworkClient::expire(const Env& env, Effects& fx) {
    std::vector<FailedRequest> failed;
    for (auto& [node, c] : connections_) {
        if (c.state == State::kDisconnected) {
            if (c.retry_at <= env.now) {
                c.retry_at = SimTime();  // the back-off is over: next_retry() forgets it
            }
        } else if (is_overdue(c, env.now)) {
            fx.close(c.connection);
            back_off(node, c, config_, env);
            const std::vector<FailedRequest> of_node = give_up(node, c.in_flight, true);
            failed.insert(failed.end(), of_node.begin(), of_node.end());
        }
    }
    return failed;
}

std::vector<FailedRequest> NetworkClient::disconnect(NodeId node, const Env& env, Effects& fx) {
    NodeConnection* c = connections_.find(node);
    if (c == nullptr || c->state == State::kDisconnected) {
        return {};
    }
    fx.close(c->connection);
    back_off(node, *c, config_, env);
    return give_up(node, c->in_flight, false);
}

void NetworkClient::close_all(Effects& fx) {
    for (const auto& [node, c] : connections_) {
        if (c.state != State::kDisconnected) {
            fx.close(c.connection);
        }
    }
    connections_.clear();
}

SimTime NetworkClient::next_timeout() const {
    SimTime earliest = kNever;
    for (const auto& [node, c] : connections_) {
        if (c.state == State::kConnecting) {
            earliest = std::min(earliest, c.setup_deadline);
        }
        for (const InFlightRequest& request : c.in_flight) {
            earliest = std::min(earliest, request.deadline);
        }
    }
    return earliest;
}

SimTime NetworkClient::next_retry(NodeId node) const {
    const NodeConnection* c = connections_.find(node);
    const bool waits = c != nullptr && c->state == State::kDisconnected && c->retry_at != SimTime();
    return waits ? c->retry_at : kNever;
}

void digest_into(Digest& d, const NetworkClient& client) {
    digest_fields(d, client.config_, client.connections_, client.next_correlation_id_);
}

}  // namespace brokerlab

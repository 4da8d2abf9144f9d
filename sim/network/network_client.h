// NetworkClient: how a process talks to other nodes: one connection a node, requests in flight,
// time-outs and back-off.
//
// Used by producers, consumers, the admin client, a broker's replica fetchers and its channel to
// the controller, and the raft members. A process may have several. A request that is not answered
// in time breaks its connection and fails all that is in flight on it; a node that can't be reached
// is left alone for a back-off. [clients/NetworkClient.java, ClusterConnectionStates.java,
// InFlightRequests.java]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/env.h"
#include "sim/model/ids.h"

namespace brokerlab {

struct NetworkClientConfig {
    std::string client_id;
    Duration request_timeout = 30_s;               ///< request.timeout.ms
    Duration reconnect_backoff = 50_ms;            ///< reconnect.backoff.ms
    Duration reconnect_backoff_max = 1_s;          ///< reconnect.backoff.max.ms
    Duration connection_setup_timeout = 10_s;      ///< socket.connection.setup.timeout.ms
    Duration connection_setup_timeout_max = 30_s;  ///< socket.connection.setup.timeout.max.ms
    uint32_t max_in_flight = 5;                    ///< max.in.flight.requests.per.connection

    bool operator==(const NetworkClientConfig&) const = default;
};

/// A request that awaits its answer. `tag` is the owner's: it finds its own state by it.
struct InFlightRequest {
    CorrelationId correlation_id;
    ApiKey api = ApiKey::kProduce;
    SimTime sent_at;
    SimTime deadline;
    uint64_t tag = 0;

    bool operator==(const InFlightRequest&) const = default;
};

/// Why a request has no answer.
struct FailedRequest {
    NodeId node;
    ApiKey api = ApiKey::kProduce;
    uint64_t tag = 0;
    /// A request of its connection was not answered in time, this one or another: all that was in
    /// flight counts as timed out [NetworkClient.processTimeoutDisconnection].
    bool timed_out = false;

    bool operator==(const FailedRequest&) const = default;
};

struct NodeConnection {
    enum class State : uint8_t { kDisconnected, kConnecting, kReady };
    State state = State::kDisconnected;
    ConnectionId connection;       ///< unless disconnected
    uint32_t failed_attempts = 0;  ///< since it was last ready
    uint32_t failed_setups = 0;    ///< attempts to connect that failed in a row
    SimTime retry_at;              ///< when disconnected: not before; 0 without a back-off
    SimTime setup_deadline;        ///< when connecting
    std::vector<InFlightRequest> in_flight;  ///< oldest first

    bool operator==(const NodeConnection&) const = default;
};

class NetworkClient {
public:
    NetworkClient() = default;
    explicit NetworkClient(NetworkClientConfig config) : config_(std::move(config)) {}

    [[nodiscard]] const NetworkClientConfig& config() const { return config_; }
    [[nodiscard]] const FlatMap<NodeId, NodeConnection>& connections() const {
        return connections_;
    }

    /// Whether a request can be sent to `node` now: connected, and less than max_in_flight waiting.
    [[nodiscard]] bool can_send(NodeId node) const;
    /// can_send, and when there is no connection and no back-off, opens one.
    bool ready(NodeId node, const Env& env, Effects& fx);
    /// Whether a connection failed and its back-off is not over.
    [[nodiscard]] bool is_backing_off(NodeId node, SimTime now) const;
    [[nodiscard]] std::size_t in_flight(NodeId node) const;

    /// Sends; can_send(node) must hold. Without `expects_response` (acks=0) nothing stays in
    /// flight. `timeout` overrides the request time-out.
    template <class Body>
    CorrelationId send(NodeId node, Body body, ApiVersion version, uint64_t tag, const Env& env,
                       Effects& fx, bool expects_response = true,
                       std::optional<Duration> timeout = std::nullopt) {
        const CorrelationId id =
            start_request(node, Body::kApiKey, tag, env, expects_response, timeout);
        fx.send(make_request(connections_.at(node).connection, version, id, config_.client_id,
                             std::move(body)));
        return id;
    }

    /// Whether the connection is one of this client's, and the current one to its node.
    [[nodiscard]] bool owns(const ConnectionId& connection) const;
    /// The peer accepted.
    void on_connected(const ConnectionId& connection);
    /// The peer refused, reset or closed. Returns what was in flight, oldest first.
    std::vector<FailedRequest> on_connection_lost(const ConnectionId& connection, const Env& env);
    /// The request that the response answers, removed from those in flight; nothing when it is of a
    /// connection given up meanwhile.
    std::optional<InFlightRequest> on_response(const Response& response);
    /// Gives up what is overdue at env.now: requests (and with them their connections) and
    /// connection attempts.
    std::vector<FailedRequest> expire(const Env& env, Effects& fx);
    /// Closes the connection to `node`, if any; what was in flight comes back.
    std::vector<FailedRequest> disconnect(NodeId node, const Env& env, Effects& fx);
    /// Closes all connections: an orderly end of the process.
    void close_all(Effects& fx);

    /// The earliest time-out; kNever when nothing waits. Ends of back-offs are not among them: see
    /// next_retry().
    [[nodiscard]] SimTime next_timeout() const;
    /// When the back-off of `node` ends; kNever when it is not backing off. One that has ended
    /// counts until expire() was called at its end or later.
    [[nodiscard]] SimTime next_retry(NodeId node) const;

    bool operator==(const NetworkClient&) const = default;
    friend void digest_into(Digest& d, const NetworkClient& client);

private:
    CorrelationId start_request(NodeId node, ApiKey api, uint64_t tag, const Env& env,
                                bool expects_response, std::optional<Duration> timeout);

    NetworkClientConfig config_;
    FlatMap<NodeId, NodeConnection> connections_;
    CorrelationId next_correlation_id_{0};
};

}  // namespace brokerlab

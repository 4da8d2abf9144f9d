// ControllerChannel: a broker's way to the active controller, one request at a time.
//
// A broker has several: for heartbeats, for what it forwards, for AlterPartition. Requests wait in
// a queue while no controller is known or reachable. One that meets a controller that is no longer
// active, or a connection that breaks, goes back to the front and the controller is looked up
// again; one that waits longer than the retry time-out is given up. A controller once found is used
// until it refuses or can't be reached, whatever the quorum says meanwhile. [core
// server/NodeToControllerChannelManager.scala, server-common InterBrokerSendThread.java] A
// controller that becomes known is used at once; Kafka looks every 100 ms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/model/env.h"
#include "sim/model/ids.h"
#include "sim/network/network_client.h"

namespace brokerlab {

using ControllerRequest =
    std::variant<BrokerRegistrationRequest, BrokerHeartbeatRequest, AlterPartitionRequest,
                 EnvelopeRequest, AllocateProducerIdsRequest>;

struct ControllerQueueItem {
    ControllerRequest body;
    uint64_t tag = 0;  ///< the owner's
    SimTime since;     ///< when it was queued: the retry time-out counts from here

    bool operator==(const ControllerQueueItem&) const = default;
};

/// What became of a request: the controller's answer, or none within the retry time-out.
struct ControllerAnswer {
    ApiKey api = ApiKey::kBrokerHeartbeat;
    uint64_t tag = 0;
    std::optional<Response> response;
};

class ControllerChannel {
public:
    ControllerChannel() = default;
    /// `request_timeout` is of one attempt, `retry_timeout` of all of them together.
    ControllerChannel(std::string client_id, Duration request_timeout, Duration retry_timeout);

    void enqueue(ControllerRequest body, uint64_t tag, SimTime now);
    /// Sends what can be sent. `leader` is the controller as the quorum has it now, if known. To be
    /// called after anything that may have changed that, or the channel itself.
    void pump(std::optional<BrokerId> leader, const Env& env, Effects& fx);

    [[nodiscard]] bool owns(const ConnectionId& connection) const;
    void on_connected(const ConnectionId& connection);
    void on_connection_lost(const ConnectionId& connection, const Env& env);
    /// Nothing when the request goes back to the queue or was given up meanwhile.
    std::optional<ControllerAnswer> on_response(Response response, const Env& env, Effects& fx);
    /// Time-outs of requests and connections; returns what was given up. pump() it afterwards.
    std::vector<ControllerAnswer> on_timer(const Env& env, Effects& fx);
    [[nodiscard]] SimTime next_deadline() const;
    void close(Effects& fx) { client_.close_all(fx); }

    [[nodiscard]] const NetworkClient& client() const { return client_; }
    [[nodiscard]] std::size_t waiting() const { return queue_.size(); }

    bool operator==(const ControllerChannel&) const = default;
    friend void digest_into(Digest& d, const ControllerChannel& channel);

private:
    /// The request in flight goes back to the front, and the controller is to be found anew.
    void take_back();

    NetworkClient client_;
    Duration retry_timeout_;
    std::optional<BrokerId> controller_;  ///< the one in use
    std::vector<ControllerQueueItem> queue_;
    std::optional<ControllerQueueItem> in_flight_;
};

}  // namespace brokerlab

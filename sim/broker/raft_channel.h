// RaftChannel: carries an observer's requests to the members of the metadata quorum.
//
// One request in flight a member; one that waits for a connection is held back, and given up when
// the connection fails or the request time-out passes. [raft KafkaNetworkChannel.java,
// core raft/RaftManager.scala]. An observer of a quorum with static voters sends nothing but Fetch.
#pragma once

#include <string>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/model/env.h"
#include "sim/model/ids.h"
#include "sim/network/network_client.h"
#include "sim/raft/raft_node.h"

namespace brokerlab {

/// A fetch that waits for a connection.
struct WaitingRaftFetch {
    BrokerId to;
    FetchRequest body;
    SimTime since;

    bool operator==(const WaitingRaftFetch&) const = default;
};

/// A member that did not answer.
struct RaftFailure {
    BrokerId to;
    ApiKey api = ApiKey::kFetch;
};

class RaftChannel {
public:
    RaftChannel() = default;
    RaftChannel(BrokerId self, Duration request_timeout);

    /// Takes what a RaftNode wants sent, and sends what can be sent.
    void send(std::vector<RaftRequest> requests, const Env& env, Effects& fx);

    [[nodiscard]] bool owns(const ConnectionId& connection) const {
        return client_.owns(connection);
    }
    void on_connected(const ConnectionId& connection, const Env& env, Effects& fx);
    /// False when the answer is of a request that was given up.
    bool on_response(const Response& response);
    [[nodiscard]] std::vector<RaftFailure> on_connection_lost(const ConnectionId& connection,
                                                              const Env& env);
    /// Time-outs, and new attempts after a back-off.
    [[nodiscard]] std::vector<RaftFailure> on_timer(const Env& env, Effects& fx);
    [[nodiscard]] SimTime next_deadline() const;
    void close(Effects& fx) { client_.close_all(fx); }

    bool operator==(const RaftChannel&) const = default;
    friend void digest_into(Digest& d, const RaftChannel& channel);

private:
    void pump(const Env& env, Effects& fx);

    NetworkClient client_;
    std::vector<WaitingRaftFetch> waiting_;  ///< at most one a member
};

}  // namespace brokerlab

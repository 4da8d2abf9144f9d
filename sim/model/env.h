// Env and Effects: all that a handler sees of the world besides its own state, and all that it may
// want done.
//
// A handler is a plain function over its own state, an Env and Effects: it draws only through Env,
// and only `step` carries out what Effects says: it sends, schedules and records. What a handler
// waits for is a deadline in its own state; `next_deadline()` of each node tells the earliest, and
// step arms one timer for it.
#pragma once

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "sim/kernel/draw.h"
#include "sim/kernel/event.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/envelope.h"
#include "sim/model/facts.h"
#include "sim/model/ids.h"
#include "sim/model/rules.h"

namespace brokerlab {

struct Env {
    SimTime now;  ///< since the start of the boot
    Seed seed;
    NodeId self;
    RuleSet rules;

    /// A draw of this node. `key` tells its draws of one purpose apart: see draw_key(); it must not
    /// be a running count of everything that ever happened, so that branches stay comparable.
    [[nodiscard]] RandomBits draw(DrawPurpose purpose, uint64_t key) const {
        return brokerlab::draw(seed, purpose, draw_key(self), key);
    }
};

/// Opens a connection; the peer's answer, or none, comes later.
struct OpenConnection {
    ConnectionId connection;

    bool operator==(const OpenConnection&) const = default;
};
/// Frees a connection for its next request without a response: a Produce with acks=0.
struct FinishRequest {
    ConnectionId connection;

    bool operator==(const FinishRequest&) const = default;
};
/// Closes a connection from either side; the other side hears of it one latency later.
struct CloseConnection {
    ConnectionId connection;

    bool operator==(const CloseConnection&) const = default;
};
using NetworkAction =
    std::variant<OpenConnection, Request, Response, FinishRequest, CloseConnection>;

class Effects {
public:
    /// `connections_opened` is how many connections the node has opened so far.
    Effects(NodeId self, uint32_t connections_opened)
        : self_(self), connections_opened_(connections_opened) {}

    /// Opens a new connection to `peer`.
    ConnectionId open(NodeId peer) {
        const ConnectionId connection{self_, peer, ++connections_opened_};
        actions_.emplace_back(OpenConnection{connection});
        return connection;
    }
    void send(Request&& request) { actions_.emplace_back(std::move(request)); }
    void respond(Response&& response) { actions_.emplace_back(std::move(response)); }
    void finish(const ConnectionId& connection) {
        actions_.emplace_back(FinishRequest{connection});
    }
    void close(const ConnectionId& connection) {
        actions_.emplace_back(CloseConnection{connection});
    }
    /// States that something happened here and now.
    void state(FactBody fact) { facts_.push_back(std::move(fact)); }

    [[nodiscard]] uint32_t connections_opened() const { return connections_opened_; }
    /// In the order in which they were asked for.
    [[nodiscard]] std::vector<NetworkAction>& actions() { return actions_; }
    [[nodiscard]] const std::vector<NetworkAction>& actions() const { return actions_; }
    [[nodiscard]] std::vector<FactBody>& facts() { return facts_; }
    [[nodiscard]] const std::vector<FactBody>& facts() const { return facts_; }

private:
    NodeId self_;
    uint32_t connections_opened_;
    std::vector<NetworkAction> actions_;
    std::vector<FactBody> facts_;
};

}  // namespace brokerlab

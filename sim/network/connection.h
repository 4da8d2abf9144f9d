// Connection: what the network knows of one TCP connection, from both ends.
//
// Each end has what it has sent and is still on the wire, in order, and what it has received and
// its process has not read. Slots name messages (message_slots.h). A connection is forgotten when
// both ends are closed and nothing of it is on the wire.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/model/ids.h"

namespace brokerlab {

struct ConnectionEnd {
    bool open = false;  ///< the node knows the connection; the opener from its first packet on
    bool busy = false;  ///< the server's process has read a request and not answered
    bool lost = false;  ///< a reset waits to be read: what is sent goes nowhere
    std::vector<uint32_t> unread;  ///< received, oldest first
    /// Sent and not received, oldest first: some that fly, by arrival, then perhaps one that is
    /// stalled or held and what waits behind it.
    std::vector<uint32_t> wire;
    Duration retry_after;   ///< what the last retransmission waited; 0 since one got through
    SimTime sending_until;  ///< with a bandwidth: its last byte is out

    bool operator==(const ConnectionEnd&) const = default;
};

struct Connection {
    ConnectionEnd opener;
    ConnectionEnd peer;

    [[nodiscard]] bool over() const {
        return !opener.open && !peer.open && opener.wire.empty() && peer.wire.empty();
    }
    bool operator==(const Connection&) const = default;
};

/// A directed link.
struct LinkId {
    NodeId from;
    NodeId to;

    friend constexpr bool operator==(const LinkId&, const LinkId&) = default;
    friend constexpr auto operator<=>(const LinkId&, const LinkId&) = default;
};

/// How many messages a link took at the latest instant: tells their draws apart.
struct LinkTies {
    SimTime at;
    uint32_t sent = 0;

    bool operator==(const LinkTies&) const = default;
};

}  // namespace brokerlab

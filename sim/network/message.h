// Message: what travels between two nodes, and what the network notes about it on the way.
//
// A message is a protocol request or response, or one of the three things that the kernels of the
// two ends say to each other about a connection. A MessageSlot is where the network keeps one, from
// its sending until a process has read it.
#pragma once

#include <cstdint>
#include <variant>

#include "sim/kernel/event.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/envelope.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// What the other end's kernel says: it takes the connection, or it refuses or breaks it.
struct ConnectionAccepted {
    bool operator==(const ConnectionAccepted&) const = default;
};
struct ConnectionReset {
    bool operator==(const ConnectionReset&) const = default;
};
struct ConnectionRequested {
    bool operator==(const ConnectionRequested&) const = default;
};
using Packet =
    std::variant<ConnectionRequested, ConnectionAccepted, ConnectionReset, Request, Response>;

/// A message on its way.
struct Message {
    uint64_t number = 0;  ///< counts all messages of the run from 1: what `drop message N` names
    ConnectionId connection;
    NodeId from;
    NodeId to;
    SimTime sent_at;
    SimTime arrives_at;   ///< as planned now; kNever when held, or behind one that is
    EventSequence cause;  ///< the event in which it was sent
    Packet packet;

    bool operator==(const Message&) const = default;
};

/// How far a message has come.
enum class MessageStage : uint8_t {
    kNone,      ///< there is no message: it was read or dropped
    kFlying,    ///< arrives at arrives_at
    kStalled,   ///< was lost in a cut or at a silent machine; is sent again at wake_at
    kHeld,      ///< waits for its release
    kBehind,    ///< follows a stalled or held one of its direction
    kReceived,  ///< is in the socket's buffer; its process has not read it yet
};

struct MessageSlot {
    Message message;
    MessageStage stage = MessageStage::kNone;
    bool from_opener = false;  ///< of its connection; a node may have one with itself
    SimTime due;               ///< does not arrive before, whatever it is behind
    SimTime wake_at = kNever;  ///< the one arrival that counts; others in the queue are stale
    uint32_t scheduled = 0;    ///< arrivals in the event queue, stale ones too

    bool operator==(const MessageSlot&) const = default;
};

}  // namespace brokerlab

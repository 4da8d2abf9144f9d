// Network: links, connections and the messages between nodes, as a value.
//
// Models TCP as far as Kafka can feel it: connections that are set up, keep the order of each
// direction, break with a reset, or fall silent; a lost or cut-off packet is sent again after
// 200 ms, doubling, and holds up what is behind it. Latency is one way and per message, jitter and
// loss are drawn by link, kind, send time and a tie number. A server reads one request of a
// connection at a time: the next is handed over when the response is written. Step schedules the
// arrivals that these functions return and hands back each message when its time has come.
// Not modelled: full socket buffers, segments and windows, congestion; bandwidth is of each
// connection and direction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/kernel/draw.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/env.h"
#include "sim/model/ids.h"
#include "sim/model/setup.h"
#include "sim/network/connection.h"
#include "sim/network/message.h"
#include "sim/network/message_slots.h"

namespace brokerlab {

/// How a node answers the network.
enum class NodePresence : uint8_t {
    kUp,
    kPaused,    ///< its kernel takes connections and data, its process reads nothing
    kRefusing,  ///< the process is gone: connections are refused and reset
    kSilent,    ///< the machine is off: nothing comes back
};

/// One direction between two nodes, where it differs from the default.
struct LinkState {
    bool cut = false;
    Duration extra_latency;
    uint32_t loss_ppm = 0;

    bool operator==(const LinkState&) const = default;
};

/// A message to schedule: at `at` it is to be handed to deliver().
struct Arrival {
    SimTime at;
    uint32_t slot = 0;
    NodeId to;

    bool operator==(const Arrival&) const = default;
};

/// What reaches a process. A request is one that the process may read now.
struct Delivery {
    enum class Kind : uint8_t { kRequest, kResponse, kConnected, kConnectionLost };
    Kind kind = Kind::kRequest;
    NodeId to;
    ConnectionId connection;
    std::variant<std::monostate, Request, Response> body;
};

class Network {
public:
    Network() = default;
    Network(NetworkSetup setup, Seed seed) : setup_(setup), seed_(seed) {}

    /// Carries out what a node's handler asked for at `now`, in order. `cause` is the event in
    /// which it asked. What is asked for on a connection that this end knows to be over is ignored.
    /// A response or FinishRequest lets the server read the next request of the connection: those
    /// that already arrived come back as arrivals for `now`.
    void carry_out(std::vector<NetworkAction>& actions, NodeId from, SimTime now,
                   EventSequence cause, std::vector<Arrival>& arrivals);

    /// The time of the message in `slot` has come. Returns what its receiver's process gets now;
    /// nothing when it was dropped, is held, meets a cut (then it is sent again), waits for the
    /// connection's turn, or for the process to be resumed.
    std::optional<Delivery> deliver(uint32_t slot, SimTime now, EventSequence cause,
                                    std::vector<Arrival>& arrivals);

    // ---- Nodes and links

    [[nodiscard]] NodePresence presence(NodeId node) const;
    /// From kUp or kPaused to kRefusing: all its connections are reset, one latency later for the
    /// peers. To kSilent: they vanish, and peers learn nothing. From kPaused to kUp: what arrived
    /// meanwhile comes back as arrivals for `now`, in order.
    void set_presence(NodeId node, NodePresence presence, SimTime now, EventSequence cause,
                      std::vector<Arrival>& arrivals);
    /// Cuts a node off from everyone, both ways, or ends that. Sockets stay open.
    void set_isolated(NodeId node, bool isolated);
    [[nodiscard]] bool is_isolated(NodeId node) const;
    /// The directed link from `from` to `to`.
    [[nodiscard]] LinkState link(NodeId from, NodeId to) const;
    void set_link(NodeId from, NodeId to, const LinkState& state);
    /// Every link is as at the start; isolated nodes stay so.
    void heal_all();
    /// Whether a message sent now would get through.
    [[nodiscard]] bool passes(NodeId from, NodeId to) const;

    // ---- Single messages

    /// The message of that number that is still on its way; nullptr when there is none.
    [[nodiscard]] const Message* find(uint64_t number) const;
    /// Whether that message itself is held; one that waits behind a held one is not.
    [[nodiscard]] bool is_held(uint64_t number) const;
    /// How far the message of that number has come; kNone when there is none.
    [[nodiscard]] MessageStage stage(uint64_t number) const;
    /// The message is lost for good, as if an application had never sent it. When it was held,
    /// what it held up goes on.
    void drop(uint64_t number, SimTime now, std::vector<Arrival>& arrivals);
    /// It waits, and with it all behind it on the connection, until released.
    void hold(uint64_t number);
    void release(uint64_t number, SimTime now, std::vector<Arrival>& arrivals);
    void delay(uint64_t number, Duration by, std::vector<Arrival>& arrivals);
    /// All messages on their way, by number: for views.
    [[nodiscard]] std::vector<const Message*> in_flight() const;
    [[nodiscard]] uint64_t messages_sent() const { return messages_sent_; }

    /// How many connections `node` has opened: what Effects counts on from.
    [[nodiscard]] uint32_t connections_opened(NodeId node) const;
    void set_connections_opened(NodeId node, uint32_t opened);

    bool operator==(const Network&) const = default;
    friend void digest_into(Digest& d, const Network& network);

private:
    struct NodeState {
        NodePresence presence = NodePresence::kUp;
        bool isolated = false;
        uint32_t connections_opened = 0;
        /// Slots of what came while the process was paused, in order.
        std::vector<uint32_t> while_paused;

        bool operator==(const NodeState&) const = default;
    };
    /// A connection that is being worked on, and the time and cause of what is done.
    struct Work {
        ConnectionId id;
        Connection& connection;
        SimTime now;
        EventSequence cause;
        std::vector<Arrival>& arrivals;
    };
    /// One end of a connection: the opener's or the peer's.
    enum class Whose : uint8_t { kOpener, kPeer };
    static Whose other(Whose end) { return end == Whose::kOpener ? Whose::kPeer : Whose::kOpener; }
    static ConnectionEnd& end_of(const Work& work, Whose end) {
        return end == Whose::kOpener ? work.connection.opener : work.connection.peer;
    }
    static NodeId node_at(const ConnectionId& id, Whose end) {
        return end == Whose::kOpener ? id.opener : id.peer;
    }
    [[nodiscard]] bool is_reset(uint32_t slot) const;
    [[nodiscard]] bool is_request(uint32_t slot) const;

    // What processes ask for (network.cc).
    void act(OpenConnection& action, NodeId from, SimTime now, EventSequence cause,
             std::vector<Arrival>& arrivals);
    void act(Request& request, NodeId from, SimTime now, EventSequence cause,
             std::vector<Arrival>& arrivals);
    void act(Response& response, NodeId from, SimTime now, EventSequence cause,
             std::vector<Arrival>& arrivals);
    void act(FinishRequest& action, NodeId from, SimTime now, EventSequence cause,
             std::vector<Arrival>& arrivals);
    void act(CloseConnection& action, NodeId from, SimTime now, EventSequence cause,
             std::vector<Arrival>& arrivals);
    void close(Work& work, Whose end);
    void forget_if_over(const ConnectionId& id);
    std::optional<Delivery> arrive(Work& work, Whose from, uint32_t slot);

    // What reaches a node (network_receive.cc).
    std::optional<Delivery> receive(Work& work, uint32_t slot);
    std::optional<Delivery> read_or_keep(Work& work, Whose end, uint32_t slot, bool paused);
    std::optional<Delivery> read_kept(Work& work, Whose end, uint32_t slot);
    std::optional<Delivery> hand_over(Work& work, Whose end, uint32_t slot);
    void wake_next(Work& work, Whose end);
    void answer_with_reset(Work& work, Whose end);
    void let_go(ConnectionEnd& end);

    // What is on the wire (network_wire.cc).
    void send(Work& work, Whose from, uint32_t slot);
    [[nodiscard]] Duration flight_time(const LinkId& link, const Packet& packet, SimTime now);
    [[nodiscard]] SimTime last_byte_out(ConnectionEnd& end, const Packet& packet,
                                        SimTime now) const;
    [[nodiscard]] Duration latency(const LinkId& link) const;
    [[nodiscard]] bool reaches(NodeId from, NodeId to) const;
    void schedule(uint32_t slot, SimTime at, std::vector<Arrival>& arrivals);
    void stall(ConnectionEnd& end, std::size_t from, SimTime now, std::vector<Arrival>& arrivals);
    void retry(Work& work, Whose from, uint32_t slot);
    void launch(ConnectionEnd& end, std::size_t from, SimTime not_before,
                std::vector<Arrival>& arrivals);
    void keep_order_behind(ConnectionEnd& end, std::size_t at, std::vector<Arrival>& arrivals);
    [[nodiscard]] bool is_abandoned(const ConnectionEnd& sender, NodeId from, NodeId to) const;
    void replan(ConnectionEnd& end, std::size_t from);
    void drop_unsent(ConnectionEnd& end);
    void drop_from(ConnectionEnd& end, std::size_t from);

    // Single messages (network_messages.cc).
    /// A message on the wire: the end that sent it, and which in its order it is.
    struct OnWire {
        ConnectionEnd& end;
        std::size_t place;
    };
    [[nodiscard]] std::optional<uint32_t> slot_of(uint64_t number) const;
    [[nodiscard]] OnWire on_wire(uint32_t slot);
    /// Returns whether it was held and others now wait for nothing.
    bool remove(uint32_t slot);

    NetworkSetup setup_;
    Seed seed_;
    uint64_t messages_sent_ = 0;
    FlatMap<NodeId, NodeState> nodes_;  ///< where they differ from the default
    FlatMap<LinkId, LinkState> links_;  ///< where they differ from the default
    FlatMap<LinkId, LinkTies> ties_;    ///< of links with jitter or loss
    FlatMap<ConnectionId, Cow<Connection>> connections_;
    MessageSlots slots_;
};

}  // namespace brokerlab

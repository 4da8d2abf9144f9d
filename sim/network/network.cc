// What processes ask of the network: to open, send, answer, finish and close; and the hand-over of
// what arrives.
//
// An action on a connection that its node knows to be over does nothing. What is on the wire is in
// network_wire.cc, what happens at the receiving end in network_receive.cc.
#include "sim/network/network.h"

#include <algorithm>
#include <utility>

#include "sim/base/aggregate_digest.h"
#include "sim/base/check.h"

namespace brokerlab {

void Network::carry_out(std::vector<NetworkAction>& actions, NodeId from, SimTime now,
                        EventSequence cause, std::vector<Arrival>& arrivals) {
    for (NetworkAction& action : actions) {
        std::visit([&](auto& asked) { act(asked, from, now, cause, arrivals); }, action);
    }
    actions.clear();
}

void Network::act(OpenConnection& action, NodeId from, SimTime now, EventSequence cause,
                  std::vector<Arrival>& arrivals) {
    const ConnectionId id = action.connection;
    BL_CHECK(id.opener == from);
    BL_CHECK(!connections_.contains(id));
    uint32_t& opened = nodes_[from].connections_opened;
    opened = std::max(opened, id.ordinal);
    Work work{id, connections_[id].edit(), now, cause, arrivals};
    work.connection.opener.open = true;
    send(work, Whose::kOpener, slots_.take(ConnectionRequested{}));
}

void Network::act(Request& request, NodeId from, SimTime now, EventSequence cause,
                  std::vector<Arrival>& arrivals) {
    BL_CHECK(request.connection.opener == from);
    Cow<Connection>* found = connections_.find(request.connection);
    if (found == nullptr || !(*found)->opener.open || (*found)->opener.lost) {
        return;
    }
    Work work{request.connection, found->edit(), now, cause, arrivals};
    send(work, Whose::kOpener, slots_.take(std::move(request)));
}

void Network::act(Response& response, NodeId from, SimTime now, EventSequence cause,
                  std::vector<Arrival>& arrivals) {
    BL_CHECK(response.connection.peer == from);
    Cow<Connection>* found = connections_.find(response.connection);
    if (found == nullptr || !(*found)->peer.open) {
        return;
    }
    Work work{response.connection, found->edit(), now, cause, arrivals};
    BL_CHECK(work.connection.peer.busy);
    work.connection.peer.busy = false;
    if (work.connection.peer.lost) {
        // The server reads one more, before it hears that the other end is closed; then a send
        // fails, and the rest is never read [network/Selector.java CloseMode.NOTIFY_ONLY].
        std::vector<uint32_t>& unread = work.connection.peer.unread;
        bool first = true;
        std::erase_if(unread, [&](uint32_t slot) {
            const bool unheard = is_request(slot) && !std::exchange(first, false);
            if (unheard) {
                slots_.clear(slot);
            }
            return unheard;
        });
    } else {
        send(work, Whose::kPeer, slots_.take(std::move(response)));
    }
    wake_next(work, Whose::kPeer);
}

void Network::act(FinishRequest& action, NodeId from, SimTime now, EventSequence cause,
                  std::vector<Arrival>& arrivals) {
    BL_CHECK(action.connection.peer == from);
    Cow<Connection>* found = connections_.find(action.connection);
    if (found == nullptr || !(*found)->peer.open) {
        return;
    }
    Work work{action.connection, found->edit(), now, cause, arrivals};
    BL_CHECK(work.connection.peer.busy);
    work.connection.peer.busy = false;
    wake_next(work, Whose::kPeer);
}

void Network::act(CloseConnection& action, NodeId from, SimTime now, EventSequence cause,
                  std::vector<Arrival>& arrivals) {
    const ConnectionId id = action.connection;
    BL_CHECK(id.opener == from || id.peer == from);
    Cow<Connection>* found = connections_.find(id);
    if (found == nullptr) {
        return;
    }
    const bool as_opener = id.opener == from && ((*found)->opener.open || id.peer != from);
    const Whose end = as_opener ? Whose::kOpener : Whose::kPeer;
    Work work{id, found->edit(), now, cause, arrivals};
    if (end_of(work, end).open) {
        close(work, end);
        forget_if_over(id);
    }
}

/// The node forgets its end, and the other learns of it behind all that was sent before.
void Network::close(Work& work, Whose end) {
    ConnectionEnd& own = end_of(work, end);
    const bool lost = own.lost;
    let_go(own);
    const bool asking = !own.wire.empty() && std::holds_alternative<ConnectionRequested>(
                                                 slots_[own.wire.front()].message.packet);
    if (asking && slots_[own.wire.front()].stage == MessageStage::kStalled) {
        drop_from(own, 0);  // a request that got nowhere is not sent again
    } else if ((end_of(work, other(end)).open || asking) && !lost) {
        send(work, end, slots_.take(ConnectionReset{}));
    }
}

void Network::forget_if_over(const ConnectionId& id) {
    const Cow<Connection>* found = connections_.find(id);
    if (found != nullptr && (*found)->over()) {
        connections_.erase(id);
    }
}

/// The time of a message that `from` sent has come.
std::optional<Delivery> Network::arrive(Work& work, Whose from, uint32_t slot) {
    const MessageStage stage = slots_[slot].stage;
    if (stage == MessageStage::kReceived) {
        return read_kept(work, other(from), slot);
    }
    if (stage == MessageStage::kStalled) {
        retry(work, from, slot);
        return std::nullopt;
    }
    return end_of(work, from).wire.front() == slot ? receive(work, slot) : std::nullopt;
}

std::optional<Delivery> Network::deliver(uint32_t slot, SimTime now, EventSequence cause,
                                         std::vector<Arrival>& arrivals) {
    slots_.count_arrived(slot);
    const MessageSlot& arrived = slots_[slot];
    if (arrived.stage == MessageStage::kNone || arrived.wake_at != now) {
        return std::nullopt;
    }
    const Whose from = arrived.from_opener ? Whose::kOpener : Whose::kPeer;
    const ConnectionId id = arrived.message.connection;
    Work work{id, connections_.at(id).edit(), now, cause, arrivals};
    std::optional<Delivery> delivery = arrive(work, from, slot);
    if (work.connection.over()) {
        connections_.erase(id);
    }
    return delivery;
}

uint32_t Network::connections_opened(NodeId node) const {
    const NodeState* state = nodes_.find(node);
    return state == nullptr ? 0 : state->connections_opened;
}

void Network::set_connections_opened(NodeId node, uint32_t opened) {
    nodes_[node].connections_opened = opened;
}

void digest_into(Digest& d, const Network& network) {
    digest_fields(d, network.setup_, network.seed_, network.messages_sent_, network.nodes_,
                  network.links_, network.ties_, network.connections_, network.slots_);
}

}  // namespace brokerlab

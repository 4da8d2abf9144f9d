// Nodes and links: who answers, who is cut off, and what a death does to connections.
//
// A node or link that was never set is up and as the set-up says. A change of presence looks at all
// connections; that is rare enough.
#include "sim/network/network.h"

namespace brokerlab {

NodePresence Network::presence(NodeId node) const {
    const NodeState* state = nodes_.find(node);
    return state == nullptr ? NodePresence::kUp : state->presence;
}

void Network::set_presence(NodeId node, NodePresence presence, SimTime now, EventSequence cause,
                           std::vector<Arrival>& arrivals) {
    NodeState& state = nodes_[node];
    if (state.presence == presence) {
        return;
    }
    state.presence = presence;
    if (presence == NodePresence::kPaused) {
        return;
    }
    const std::vector<uint32_t> unread = std::exchange(state.while_paused, {});
    if (presence == NodePresence::kUp) {
        for (const uint32_t slot : unread) {
            schedule(slot, now, arrivals);
        }
        return;
    }
    for (auto& [id, connection] : connections_) {
        for (const Whose end : {Whose::kOpener, Whose::kPeer}) {
            if (node_at(id, end) != node) {
                continue;
            }
            Work work{id, connection.edit(), now, cause, arrivals};
            ConnectionEnd& own = end_of(work, end);
            if (presence == NodePresence::kSilent) {
                let_go(own);
                drop_unsent(own);
            } else if (own.open) {
                close(work, end);
            }
        }
    }
    connections_.erase_if([](const auto& item) { return item.second->over(); });
}

void Network::set_isolated(NodeId node, bool isolated) {
    nodes_[node].isolated = isolated;
}

bool Network::is_isolated(NodeId node) const {
    const NodeState* state = nodes_.find(node);
    return state != nullptr && state->isolated;
}

LinkState Network::link(NodeId from, NodeId to) const {
    const LinkState* state = links_.find(LinkId{from, to});
    return state == nullptr ? LinkState{} : *state;
}

void Network::set_link(NodeId from, NodeId to, const LinkState& state) {
    const LinkId link{from, to};
    if (state == LinkState{}) {
        links_.erase(link);
    } else {
        links_.insert_or_assign(link, state);
    }
}

void Network::heal_all() {
    links_.clear();
}

bool Network::passes(NodeId from, NodeId to) const {
    const LinkState* state = links_.find(LinkId{from, to});
    if (state != nullptr && (state->cut || state->loss_ppm >= kMillion)) {
        return false;
    }
    return from == to || (!is_isolated(from) && !is_isolated(to));
}

}  // namespace brokerlab

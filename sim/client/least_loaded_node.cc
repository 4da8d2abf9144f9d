#include "sim/client/least_loaded_node.h"

#include <algorithm>

namespace brokerlab {

std::optional<NodeId> least_loaded_node(const FlatSet<BrokerId>& nodes, const NetworkClient& client,
                                        const Env& env) {
    using State = NodeConnection::State;
    if (nodes.empty()) {
        return std::nullopt;
    }
    std::optional<NodeId> ready;
    std::optional<NodeId> connecting;
    std::optional<NodeId> to_connect;
    std::size_t fewest = 0;
    uint32_t failures = 0;
    const RandomBits bits = env.draw(DrawPurpose::kLeastLoadedNode, draw_key(env.now));
    const auto start = static_cast<std::size_t>(uniform_below(bits, nodes.size()));
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const std::size_t place = (start + i) % nodes.size();
        const NodeId node = node_of(*(nodes.begin() + static_cast<std::ptrdiff_t>(place)));
        const NodeConnection* connection = client.connections().find(node);
        const State state = connection == nullptr ? State::kDisconnected : connection->state;
        if (client.can_send(node)) {
            const std::size_t in_flight = client.in_flight(node);
            if (!ready || in_flight < fewest) {
                ready = node;
                fewest = in_flight;
            }
        } else if (state == State::kConnecting) {
            connecting = node;
        } else if (state == State::kDisconnected && !client.is_backing_off(node, env.now)) {
            const uint32_t failed = connection == nullptr ? 0 : connection->failed_attempts;
            if (!to_connect || failed < failures) {
                to_connect = node;
                failures = failed;
            }
        }
    }
    if (ready) {
        return ready;
    }
    return connecting ? connecting : to_connect;
}

bool any_node_connected(const FlatSet<BrokerId>& nodes, const NetworkClient& client) {
    return std::any_of(nodes.begin(), nodes.end(), [&client](BrokerId id) {
        const NodeConnection* connection = client.connections().find(node_of(id));
        return connection != nullptr && connection->state == NodeConnection::State::kReady;
    });
}

}  // namespace brokerlab

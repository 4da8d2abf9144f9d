#include "sim/client/lost_connections.h"

namespace brokerlab {

std::vector<FailedRequest> lose_connection(NetworkClient& client, ClientMetadata& metadata,
                                           const ConnectionId& connection, const Env& env,
                                           Effects& fx) {
    if (!client.owns(connection)) {
        return {};
    }
    metadata.request_update();
    if (client.can_send(connection.peer) && client.in_flight(connection.peer) == 0) {
        fx.state(ConnectionLost{connection.peer, false});
    }
    return client.on_connection_lost(connection, env);
}

void state_lost_connection(const std::vector<FailedRequest>& failed, std::size_t i, Effects& fx) {
    if (i == 0 || failed[i - 1].node != failed[i].node) {
        fx.state(ConnectionLost{failed[i].node, failed[i].timed_out});
    }
}

}  // namespace brokerlab

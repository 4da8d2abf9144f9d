// What a producer and a consumer do alike when a connection is lost: they want new metadata, and
// say so once for each connection.
// [clients/NetworkClient.java processDisconnection, DefaultMetadataUpdater.handleServerDisconnect]
#pragma once

#include <cstddef>
#include <vector>

#include "sim/client/client_metadata.h"
#include "sim/model/env.h"
#include "sim/network/network_client.h"

namespace brokerlab {

/// The peer closed or reset `connection`. Returns what was in flight on it; the loss is stated here
/// only where that is nothing and the connection had been up. One that `client` has given up
/// already changes nothing.
[[nodiscard]] std::vector<FailedRequest> lose_connection(NetworkClient& client,
                                                         ClientMetadata& metadata,
                                                         const ConnectionId& connection,
                                                         const Env& env, Effects& fx);

/// States the loss of the connection of failed[i], with the first of its requests.
void state_lost_connection(const std::vector<FailedRequest>& failed, std::size_t i, Effects& fx);

}  // namespace brokerlab

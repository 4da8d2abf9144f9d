// Which broker to ask when any will do: metadata, producer ids.
#pragma once

#include <optional>

#include "sim/base/flat_map.h"
#include "sim/model/env.h"
#include "sim/network/network_client.h"

namespace brokerlab {

/// The connected node with the fewest requests in flight; else one that is being connected; else
/// of those that may be tried the one that failed least often in a row. Nothing when all
/// are backing off or busy. The search begins at a drawn place. [NetworkClient.leastLoadedNode]
[[nodiscard]] std::optional<NodeId> least_loaded_node(const FlatSet<BrokerId>& nodes,
                                                      const NetworkClient& client, const Env& env);

/// Whether any of the nodes has a connection, busy or not.
[[nodiscard]] bool any_node_connected(const FlatSet<BrokerId>& nodes, const NetworkClient& client);

}  // namespace brokerlab

// Names: which nodes a command's words mean in a World.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sim/model/commands.h"
#include "sim/world/world.h"

namespace brokerlab {

/// The client of that name; `console`, the producer of the command `produce`, has no node before
/// its first use.
[[nodiscard]] std::optional<NodeId> client_node(const World& world, std::string_view name);

/// The members of a consumer group, by number, also those that have stopped; empty when there is no
/// group of that name.
[[nodiscard]] std::vector<NodeId> members_of(const World& world, std::string_view group);

/// The instances of a service, by number; empty when there is no service of that name.
[[nodiscard]] std::vector<NodeId> instances_of(const World& world, std::string_view service);
/// The instances that `kill|start service NAME` means: all of a service, or the one of that name.
[[nodiscard]] std::vector<NodeId> named_instances(const World& world, std::string_view name);
/// The instance that gets the next call of the service's HTTP entry: calls go round those that run;
/// nothing when none does.
[[nodiscard]] std::optional<NodeId> instance_to_call(const World& world, std::string_view service);

/// The nodes at an end of a link; empty when there is none of that number or name.
[[nodiscard]] std::vector<NodeId> nodes_of(const World& world, const LinkEnd& end);

}  // namespace brokerlab

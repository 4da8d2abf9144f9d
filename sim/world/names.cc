#include "sim/world/names.h"

#include "sim/base/check.h"

namespace brokerlab {
namespace {

NodeId nth(NodeKind kind, std::size_t index) {
    return {kind, static_cast<int32_t>(index) + 1};
}

std::vector<NodeId> all_of(NodeKind kind, std::size_t count) {
    std::vector<NodeId> nodes;
    for (std::size_t i = 0; i < count; ++i) {
        nodes.push_back(nth(kind, i));
    }
    return nodes;
}

bool exists(const World& world, NodeId node) {
    return node.kind == NodeKind::kBroker ? world.find_broker(BrokerId(node.number)) != nullptr
                                          : world.find_controller(node.number) != nullptr;
}

}  // namespace

std::optional<NodeId> client_node(const World& world, std::string_view name) {
    for (std::size_t i = 0; i < world.clients.size(); ++i) {
        if (world.clients[i]->name == name) {
            return nth(NodeKind::kClient, i);
        }
    }
    return std::nullopt;
}

std::vector<NodeId> members_of(const World& world, std::string_view group) {
    std::vector<NodeId> members;
    for (std::size_t i = 0; i < world.clients.size(); ++i) {
        const auto* consumer = std::get_if<ConsumerSetup>(&world.clients[i]->setup);
        if (consumer != nullptr && consumer->group == group) {
            members.push_back(nth(NodeKind::kClient, i));
        }
    }
    return members;
}

std::vector<NodeId> nodes_of(const World& world, const LinkEnd& end) {
    switch (end.kind) {
        case LinkEnd::Kind::kNode:
            return exists(world, end.node) ? std::vector<NodeId>{end.node} : std::vector<NodeId>{};
        case LinkEnd::Kind::kNamed: {
            const std::optional<NodeId> client = client_node(world, end.name);
            return client ? std::vector<NodeId>{*client} : std::vector<NodeId>{};
        }
        case LinkEnd::Kind::kBrokers:
            return all_of(NodeKind::kBroker, world.brokers.size());
        case LinkEnd::Kind::kControllers:
            return all_of(NodeKind::kController, world.controllers.size());
        case LinkEnd::Kind::kClients:
            return all_of(NodeKind::kClient, world.clients.size());
    }
    BL_CHECK(false);
}

}  // namespace brokerlab

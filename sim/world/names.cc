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

std::vector<NodeId> instances_of(const World& world, std::string_view service) {
    std::vector<NodeId> instances;
    for (std::size_t i = 0; i < world.clients.size(); ++i) {
        const ServiceSetup* setup = world.clients[i]->service();
        if (setup != nullptr && setup->name == service) {
            instances.push_back(nth(NodeKind::kClient, i));
        }
    }
    return instances;
}

std::vector<NodeId> named_instances(const World& world, std::string_view name) {
    const ClientHost* one = world.find_client(name);
    return one != nullptr && one->service() != nullptr
               ? std::vector<NodeId>{*client_node(world, name)}
               : instances_of(world, name);
}

std::optional<NodeId> instance_to_call(const World& world, std::string_view service) {
    std::vector<NodeId> running;
    uint64_t calls = 0;  // Of the service, which tells whose turn it is.
    for (const NodeId node : instances_of(world, service)) {
        const ClientHost& host = *world.clients[static_cast<std::size_t>(node.number) - 1];
        calls += host.calls;
        if (host.state == ClientState::kRunning) {
            running.push_back(node);
        }
    }
    return running.empty() ? std::nullopt : std::optional(running[calls % running.size()]);
}

std::vector<NodeId> nodes_of(const World& world, const LinkEnd& end) {
    switch (end.kind) {
        case LinkEnd::Kind::kNode:
            return exists(world, end.node) ? std::vector<NodeId>{end.node} : std::vector<NodeId>{};
        case LinkEnd::Kind::kNamed: {
            const std::optional<NodeId> client = client_node(world, end.name);
            return client ? std::vector<NodeId>{*client} : instances_of(world, end.name);
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

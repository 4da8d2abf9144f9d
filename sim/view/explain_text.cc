#include "sim/view/explain_text.h"

#include <fmt/format.h>

#include "sim/view/thing.h"

namespace brokerlab {
namespace {

struct Kind {
    std::string operator()(const ConnectionRequested&) const { return "connection request"; }
    std::string operator()(const ConnectionAccepted&) const { return "connection acceptance"; }
    std::string operator()(const ConnectionReset&) const { return "connection reset"; }
    std::string operator()(const Request& request) const {
        return fmt::format("{} request", api_name(request.header.request_api_key));
    }
    std::string operator()(const Response& response) const {
        return fmt::format("{} response", api_name(response.request_header.request_api_key));
    }
};

}  // namespace

std::string packet_text(const World& world, const Message& message) {
    return fmt::format("{} from {} to {}", std::visit(Kind{}, message.packet),
                       who_text(world, message.from), who_text(world, message.to));
}

std::string message_text(const World& world, const Message& message) {
    return fmt::format("message {}, {}", message.number, packet_text(world, message));
}

std::string who_text(const World& world, NodeId node) {
    const auto index = static_cast<std::size_t>(node.number) - 1;
    return node.kind == NodeKind::kClient && index >= world.clients.size()
               ? fmt::format("client {}", node.number)
               : node_name(world, node);
}

}  // namespace brokerlab

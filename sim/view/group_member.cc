#include "sim/view/group_member.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

namespace brokerlab {
namespace {

/// It has given up its id, and the coordinator has not answered yet.
bool is_leaving(const GroupPart& part) {
    const NodeConnection* connection =
        part.link.is_known() ? part.link.client.connections().find(node_of(part.link.coordinator))
                             : nullptr;
    return connection != nullptr &&
           std::any_of(connection->in_flight.begin(), connection->in_flight.end(),
                       [](const InFlightRequest& sent) { return sent.api == ApiKey::kLeaveGroup; });
}

}  // namespace

bool is_of_earlier_process(const World& world, std::string_view client, std::string_view member_id,
                           const std::optional<std::string>& instance_id) {
    const ClientHost* host = world.find_client(client);
    const ConsumerClient* process = host == nullptr ? nullptr : host->consumer();
    if (instance_id || process == nullptr || !process->group()) {
        return false;
    }
    const GroupPart& part = *process->group();
    const std::string& own = std::visit(
        [](const auto& m) -> const std::string& { return m.member_id; }, part.membership);
    return own.empty() ? host->state == ClientState::kRunning && !is_leaving(part)
                       : own != member_id;
}

std::string member_text(const World& world, std::string_view client, std::string_view member_id,
                        const std::optional<std::string>& instance_id) {
    return is_of_earlier_process(world, client, member_id, instance_id)
               ? fmt::format("the earlier process of {}", client)
               : std::string(client);
}

}  // namespace brokerlab

#include "sim/view/group_member.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "sim/group/coordinator.h"
#include "sim/oracle/group_view.h"

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

/// Its client.id; empty where the coordinator knows no such member.
std::string client_at_coordinator(const GroupPlace& place, std::string_view group,
                                  std::string_view member_id) {
    if (place.held == nullptr) {
        return {};
    }
    const GroupShard& groups = *place.held->shard;
    if (const ClassicGroup* classic = groups.find_classic(group)) {
        const ClassicMember* member = classic->find(member_id);
        return member == nullptr ? std::string() : member->client_id;
    }
    const ConsumerGroup* modern = groups.find_consumer(group);
    const Cow<ConsumerMember>* member =
        modern == nullptr ? nullptr : modern->members.find(member_id);
    return member == nullptr ? std::string() : (*member)->client_id;
}

/// group.instance.id with the client's number; empty of a dynamic member.
std::string instance_id_of(const ClientHost& host) {
    const auto* consumer = std::get_if<ConsumerSetup>(&host.setup);
    const ConfigMap& config =
        consumer != nullptr ? consumer->config : host.service()->consumer_config;
    const std::string_view instance = config.text("group.instance.id");
    const std::size_t dash = host.name.rfind('-');
    return instance.empty() || dash == std::string::npos
               ? std::string()
               : fmt::format("{}{}", instance, host.name.substr(dash));
}

}  // namespace

bool is_of_earlier_process(const World& world, std::string_view client, std::string_view member_id,
                           const std::optional<std::string>& instance_id) {
    const ClientHost* host = world.find_client(client);
    const ConsumerClient* process = host == nullptr ? nullptr : host->consumer();
    if (instance_id || process == nullptr || !process->group() || host->starts < 2) {
        return false;
    }
    const GroupPart& part = *process->group();
    const std::string& own = std::visit(
        [](const auto& m) -> const std::string& { return m.member_id; }, part.membership);
    return own.empty() ? host->state == ClientState::kRunning && !is_leaving(part)
                       : own != member_id;
}

std::string client_of_member(const World& world, std::string_view group, std::string_view member_id,
                             std::string otherwise) {
    std::string name = client_at_coordinator(place_of_group(world, group), group, member_id);
    if (!name.empty()) {
        return name;
    }
    // The id is made of the group.instance.id and a UUID.
    const std::string instance = member_name(member_id);
    for (const NodeId node : clients_of_group(world, group)) {
        const ClientHost& host = *world.clients[static_cast<std::size_t>(node.number) - 1];
        if (!instance.empty() && instance_id_of(host) == instance) {
            return host.name;
        }
    }
    return otherwise;
}

std::string member_text(const World& world, std::string_view client, std::string_view member_id,
                        const std::optional<std::string>& instance_id) {
    return is_of_earlier_process(world, client, member_id, instance_id)
               ? fmt::format("the earlier process of {}", client)
               : std::string(client);
}

}  // namespace brokerlab

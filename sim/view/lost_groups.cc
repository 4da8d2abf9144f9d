#include "sim/view/lost_groups.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "sim/model/internal_topics.h"
#include "sim/oracle/group_view.h"
#include "sim/view/warnings.h"

namespace brokerlab {
namespace {

/// Whether the client runs, is to be in a group and was not told who coordinates it.
bool asks_in_vain(const ClientHost& host) {
    const ConsumerClient* consumer = host.consumer();
    if (host.state != ClientState::kRunning || consumer == nullptr || !consumer->group()) {
        return false;
    }
    const CoordinatorLink& link = consumer->group()->link;
    return !link.is_known() && link.attempts > 0;
}

bool is_any_broker_there(const World& world) {
    return std::any_of(world.brokers.begin(), world.brokers.end(),
                       [](const auto& host) { return host->state == HostState::kRunning; });
}

/// Nothing when the coordinator is there.
std::optional<std::string> lost_text(const World& world, const std::string& group) {
    const GroupPlace place = place_of_group(world, group);
    if (place.partition.value >= 0) {
        if (place.leader != kNoBroker) {
            return std::nullopt;
        }
        return fmt::format("group {} has no coordinator: {}-{} has no leader, and {}", group,
                           kOffsetsTopic, place.partition.value,
                           is_any_broker_there(world)
                               ? "brokers answer COORDINATOR_NOT_AVAILABLE to whoever asks for one"
                               : "no broker is there to ask");
    }
    if (!is_any_broker_there(world)) {
        return fmt::format(
            "group {} does not form: topic {} does not exist, and no broker is there to ask", group,
            kOffsetsTopic);
    }
    const std::optional<std::string> why = why_not_on_demand(world, std::string(kOffsetsTopic));
    return fmt::format(
        "group {} does not form: asked who coordinates it, brokers answer "
        "COORDINATOR_NOT_AVAILABLE, because topic {} does not exist{}; its members ask again and "
        "again, and read nothing",
        group, kOffsetsTopic, why ? " and " + *why : std::string(" yet"));
}

}  // namespace

std::vector<LostGroup> find_lost_groups(const World& world) {
    std::vector<std::string> groups;
    for (const Cow<ClientHost>& host : world.clients) {
        if (asks_in_vain(*host)) {
            groups.push_back(*group_of(*host));
        }
    }
    std::sort(groups.begin(), groups.end());
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    std::vector<LostGroup> lost;
    for (std::string& group : groups) {
        if (std::optional<std::string> text = lost_text(world, group)) {
            lost.push_back({std::move(group), *std::move(text)});
        }
    }
    return lost;
}

}  // namespace brokerlab

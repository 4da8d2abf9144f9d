#include "sim/view/warnings.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sim/controller/topic_names.h"
#include "sim/model/internal_topics.h"

namespace brokerlab {
namespace {

/// A topic that clients need, and who they are.
struct Need {
    std::string topic;
    std::vector<std::string> clients;
};

void add_need(std::vector<Need>& needs, const std::string& topic, const std::string& client) {
    auto need = std::find_if(needs.begin(), needs.end(),
                             [&](const Need& other) { return other.topic == topic; });
    if (need == needs.end()) {
        need = needs.insert(needs.end(), {topic, {}});
    }
    if (std::find(need->clients.begin(), need->clients.end(), client) == need->clients.end()) {
        need->clients.push_back(client);
    }
}

std::vector<Need> needs_of(const World& world) {
    std::vector<Need> needs;
    for (const Cow<ClientHost>& host : world.clients) {
        if (const auto* producer = std::get_if<ProducerSetup>(&host->setup)) {
            if (!producer->topic.empty()) {  // That of one that sends what it is told to.
                add_need(needs, producer->topic, producer->name);
            }
        } else if (const auto* consumer = std::get_if<ConsumerSetup>(&host->setup)) {
            for (const std::string& topic : consumer->topics) {
                add_need(needs, topic, consumer->group.value_or(consumer->name));
            }
            if (consumer->group) {
                add_need(needs, std::string(kOffsetsTopic), *consumer->group);
            }
        }
    }
    return needs;
}

/// The key that says how many replicas a topic gets when it is created on demand.
std::string_view factor_key(std::string_view topic) {
    return topic == kOffsetsTopic        ? "offsets.topic.replication.factor"
           : topic == kTransactionsTopic ? "transaction.state.log.replication.factor"
                                         : "default.replication.factor";
}

std::string counted(int64_t n, std::string_view what) {
    return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

/// Why a topic of this name can't be created at all; nothing when it can.
std::optional<std::string> impossible(const World& world, const std::string& topic) {
    if (std::optional<std::string> wrong = invalid_topic_name(topic)) {
        return fmt::format("can't be created: {}", *wrong);
    }
    for (const auto& [other, image] : *world.committed_metadata().topics) {
        if (topic_names_collide(topic, other)) {
            return fmt::format("can't be created: its name collides with that of topic '{}'",
                               other);
        }
    }
    return std::nullopt;
}

/// Why no broker creates the topic on demand; nothing when one does.
std::optional<std::string> not_on_demand(const World& world, const std::string& topic) {
    const auto brokers = static_cast<int64_t>(world.brokers.size());
    // The offsets topic is created for the first group, whatever the brokers do for other topics.
    bool allowed = topic == kOffsetsTopic;
    int64_t fewest = 0;  // Replicas, of those brokers that may create it.
    for (const Cow<BrokerHost>& host : world.brokers) {
        if (topic == kOffsetsTopic || host->config.boolean("auto.create.topics.enable")) {
            const int64_t factor = host->config.integer(factor_key(topic));
            fewest = fewest == 0 ? factor : std::min(fewest, factor);
            allowed = true;
        }
    }
    if (!allowed) {
        return "is not created on demand: auto.create.topics.enable is false";
    }
    if (fewest > brokers) {
        return fmt::format("can't be created on demand: it would get {} ({}), and there {} {}",
                           counted(fewest, "replica"), factor_key(topic),
                           brokers == 1 ? "is only" : "are only", counted(brokers, "broker"));
    }
    return std::nullopt;
}

}  // namespace

std::vector<std::string> hopeless_clients(const World& world) {
    std::vector<std::string> warnings;
    for (const Need& need : needs_of(world)) {
        if (world.committed_metadata().find_topic(need.topic) != nullptr) {
            continue;
        }
        const std::string clients = fmt::format("{}", fmt::join(need.clients, ", "));
        if (const std::optional<std::string> why = impossible(world, need.topic)) {
            warnings.push_back(fmt::format(
                "{} can't succeed, however long {}: topic '{}' does not exist and {}", clients,
                need.clients.size() == 1 ? "it waits" : "they wait", need.topic, *why));
        } else if (const std::optional<std::string> on_demand = not_on_demand(world, need.topic)) {
            // A command to come may create it: that nobody will can't be known.
            warnings.push_back(
                fmt::format("{} can't succeed as long as nobody creates topic '{}': it does not "
                            "exist and {}",
                            clients, need.topic, *on_demand));
        }
    }
    return warnings;
}

bool may_change_hope(const Fact& fact) {
    const bool client_started =
        fact.node.kind == NodeKind::kClient && std::holds_alternative<NodeChanged>(fact.body);
    return client_started || std::holds_alternative<TopicCreated>(fact.body) ||
           std::holds_alternative<TopicDeleted>(fact.body) ||
           std::holds_alternative<ConfigChanged>(fact.body);
}

}  // namespace brokerlab

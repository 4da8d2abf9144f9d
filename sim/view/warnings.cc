#include "sim/view/warnings.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sim/controller/topic_names.h"
#include "sim/model/internal_topics.h"
#include "sim/oracle/group_view.h"
#include "sim/view/inspect_parts.h"

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

void add_service_needs(std::vector<Need>& needs, const ServiceSetup& service) {
    if (service.produces) {
        add_need(needs, *service.produces, service.name);
    }
    for (const std::string_view topic : find_handler(service.handler)->writes) {
        if (!topic.empty()) {
            add_need(needs, std::string(topic), service.name);
        }
    }
    for (const std::string& topic : service.topics) {
        add_need(needs, topic, service.name);
    }
    if (service.group) {
        add_need(needs, std::string(kOffsetsTopic), *service.group);
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
        } else if (const ServiceSetup* service = host->service()) {
            add_service_needs(needs, *service);
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

/// The least segment.bytes that a topic may be created with [LogConfig.java].
constexpr int64_t kLeastSegmentBytes = int64_t{1} << 20U;

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

/// Why the offsets topic would not be accepted; nothing where a broker's would.
std::optional<std::string> bad_offsets_topic(const World& world) {
    int64_t segment = 0;
    for (const Cow<BrokerHost>& host : world.brokers) {
        segment = std::max(segment, host->config.integer("offsets.topic.segment.bytes"));
    }
    if (segment >= kLeastSegmentBytes) {
        return std::nullopt;
    }
    return fmt::format(
        "can't be created on demand: its segment.bytes would be {} "
        "(offsets.topic.segment.bytes), and the least is {}",
        segment, kLeastSegmentBytes);
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
                           counted(static_cast<std::size_t>(fewest), "replica", "replicas"),
                           factor_key(topic), brokers == 1 ? "is only" : "are only",
                           counted(world.brokers.size(), "broker", "brokers"));
    }
    return topic == kOffsetsTopic ? bad_offsets_topic(world) : std::nullopt;
}

// ---- Members of one group ----------------------------------------------------------------------

/// Of the consumer that the client is or, as an instance of a service, has.
const ConfigMap& consumer_config(const ClientHost& host) {
    const ServiceSetup* service = host.service();
    return service != nullptr ? service->consumer_config
                              : std::get<ConsumerSetup>(host.setup).config;
}

/// Its consumers and instances of services that have or may have a process.
std::vector<const ClientHost*> members_of_group(const World& world, const std::string& group) {
    std::vector<const ClientHost*> members;
    for (const NodeId node : clients_of_group(world, group)) {
        const ClientHost& host = *world.clients[static_cast<std::size_t>(node.number) - 1];
        if (host.state != ClientState::kStopped && host.state != ClientState::kCrashed) {
            members.push_back(&host);
        }
    }
    return members;
}

std::string names_text(const std::vector<const ClientHost*>& hosts, std::size_t count) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < count; ++i) {
        names.push_back(hosts[i]->name);
    }
    return fmt::format("{}", fmt::join(names, ", "));
}

/// The first member that has nothing in common with those before it.
std::optional<std::string> excluded_member(const World& world, const std::string& group) {
    const std::vector<const ClientHost*> members = members_of_group(world, group);
    std::vector<std::string> common;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const ConfigMap& config = consumer_config(*members[i]);
        const ConfigMap& first = consumer_config(*members[0]);
        const auto exclude = [&](const std::string& why) {
            return fmt::format(
                "{} and {} can't be in group {} together: {}; whoever comes later is refused with "
                "INCONSISTENT_GROUP_PROTOCOL",
                names_text(members, i), members[i]->name, group, why);
        };
        if (config.text("group.protocol") != first.text("group.protocol")) {
            return exclude(fmt::format("group.protocol is {} and {}", first.text("group.protocol"),
                                       config.text("group.protocol")));
        }
        if (config.text("group.protocol") != "classic") {
            continue;  // The coordinator assigns.
        }
        const std::vector<std::string> own = config.list("partition.assignment.strategy");
        const std::string of_others = fmt::format("{}", fmt::join(common, ","));
        if (i == 0) {
            common = own;
        }
        std::erase_if(common, [&](const std::string& assignor) {
            return std::find(own.begin(), own.end(), assignor) == own.end();
        });
        if (common.empty()) {
            return exclude(
                fmt::format("they share no assignor, with partition.assignment.strategy {} and {}",
                            of_others, fmt::join(own, ",")));
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> why_not_on_demand(const World& world, const std::string& topic) {
    std::optional<std::string> why = impossible(world, topic);
    return why ? why : not_on_demand(world, topic);
}

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
    for (const std::string& group : group_names(world)) {
        if (std::optional<std::string> excluded = excluded_member(world, group)) {
            warnings.push_back(*std::move(excluded));
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

#include "sim/view/causes.h"

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/script/command_text.h"
#include "sim/view/sentences.h"
#include "sim/world/names.h"

namespace brokerlab {
namespace {

using Change = NodeChanged::Change;

bool is_trouble(Change change) {
    switch (change) {
        case Change::kKilled:
        case Change::kPoweredOff:
        case Change::kStopped:
        case Change::kHalted:
        case Change::kPaused:
        case Change::kIsolated:
        case Change::kDiskFailed:
            return true;
        case Change::kStarted:
        case Change::kResumed:
        case Change::kRejoined:
        case Change::kDiskRepaired:
            return false;
    }
    BL_CHECK(false);
}

bool is_relief(Change change) {
    return change == Change::kStarted || change == Change::kResumed || change == Change::kRejoined;
}

bool contains(const std::vector<NodeId>& nodes, NodeId node) {
    return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

/// Which nodes a search is about: two, one, or all.
struct Between {
    const World& world;
    std::optional<NodeId> a;
    std::optional<NodeId> b;

    [[nodiscard]] bool has(NodeId node) const { return !a || node == *a || (b && node == *b); }
    /// Whether a link between these ends is one of those looked at.
    [[nodiscard]] bool joins(const LinkEnd& one, const LinkEnd& other) const {
        if (!a) {
            return true;
        }
        const std::vector<NodeId> ones = nodes_of(world, one);
        const std::vector<NodeId> others = nodes_of(world, other);
        if (!b) {
            return contains(ones, *a) || contains(others, *a);
        }
        return (contains(ones, *a) && contains(others, *b)) ||
               (contains(ones, *b) && contains(others, *a));
    }
};

/// Whether a command disturbs what is looked at. Commands on whole nodes are facts of their own.
struct Disturbs {
    const Between& between;

    bool operator()(const CutLink& c) const { return between.joins(c.a, c.b); }
    bool operator()(const SlowLink& c) const {
        return c.delay > Duration() && between.joins(c.a, c.b);
    }
    bool operator()(const LoseLink& c) const {
        return c.parts_per_million > 0 && between.joins(c.a, c.b);
    }
    bool operator()(const SlowDisk& c) const {
        return c.delay > Duration() && between.has(node_of(c.broker));
    }
    /// Whose message it was is not known any more.
    bool operator()(const MessageCommand& c) const {
        return !between.a && c.verb != MessageCommand::Verb::kRelease;
    }
    template <class Other>
    bool operator()(const Other&) const {
        return false;
    }
};

/// Whether a command ends such a disturbance.
struct Heals {
    const Between& between;

    bool operator()(const HealLink& c) const { return !c.a || between.joins(*c.a, *c.b); }
    bool operator()(const SlowLink& c) const {
        return c.delay == Duration() && between.joins(c.a, c.b);
    }
    bool operator()(const LoseLink& c) const {
        return c.parts_per_million == 0 && between.joins(c.a, c.b);
    }
    bool operator()(const SlowDisk& c) const { return between.has(node_of(c.broker)); }
    template <class Other>
    bool operator()(const Other&) const {
        return false;
    }
};

std::optional<FactIndex> trouble(const Asked& asked, const Between& between) {
    return latest({asked.last<NodeChanged>([&](const Fact& fact, const NodeChanged& body) {
                       return is_trouble(body.change) && between.has(fact.node);
                   }),
                   asked.last_command([&](const Command& command) {
                       return std::visit(Disturbs{between}, command);
                   })});
}

/// The facts of one event stand together; a command is the first of its own.
std::optional<FactIndex> command_in_event(const Past& past, FactIndex at) {
    const FactList& facts = past.facts();
    for (FactIndex i = at; i > 0 && facts[i - 1].id.event == facts[at].id.event; --i) {
        if (std::holds_alternative<CommandDone>(facts[i - 1].body)) {
            return i - 1;
        }
    }
    return std::nullopt;
}

/// How far back the event that scheduled a fact's event is looked for.
constexpr FactIndex kNearFacts = 2000;

std::optional<FactIndex> scheduled_by(const Past& past, FactIndex at) {
    const FactList& facts = past.facts();
    const EventSequence cause = facts[at].cause;
    const FactIndex first = at > kNearFacts ? at - kNearFacts : 0;
    for (FactIndex i = at; i > first && cause != kNoEvent; --i) {
        if (facts[i - 1].id.event == cause) {
            return i - 1;
        }
    }
    return std::nullopt;
}

}  // namespace

Past::Past(const World& world, const FactList& facts) : world_(world), facts_(facts) {
    for (FactIndex i = 0; i < facts.size(); ++i) {
        by_kind_[facts[i].body.index()].push_back(i);
        if (const auto* done = std::get_if<CommandDone>(&facts[i].body)) {
            std::variant<Command, TextError> command = parse_command(done->command);
            if (auto* read = std::get_if<Command>(&command)) {
                commands_.emplace_back(i, *std::move(read));
            }
        }
    }
}

Reason Asked::between(std::string text, Thing about) const {
    return {std::move(text), std::nullopt, std::nullopt, std::move(about)};
}

std::optional<FactIndex> latest(std::initializer_list<std::optional<FactIndex>> found) {
    // Nothing is less than any index.
    return std::max(found);
}

Found found(std::optional<FactIndex> fact, std::optional<Reason> between) {
    return fact ? Found(Cause{fact, std::move(between), {}}) : std::nullopt;
}

std::optional<FactIndex> trouble_between(const Asked& asked, NodeId a, NodeId b) {
    return trouble(asked, {asked.world(), a, b});
}

std::optional<FactIndex> trouble_of(const Asked& asked, NodeId node) {
    return trouble(asked, {asked.world(), node, std::nullopt});
}

std::optional<FactIndex> any_trouble(const Asked& asked) {
    return trouble(asked, {asked.world(), std::nullopt, std::nullopt});
}

std::optional<FactIndex> relief_between(const Asked& asked, NodeId a, NodeId b) {
    const Between between{asked.world(), a, b};
    return latest({asked.last<NodeChanged>([&](const Fact& fact, const NodeChanged& body) {
                       return is_relief(body.change) && between.has(fact.node);
                   }),
                   asked.last_command([&](const Command& command) {
                       return std::visit(Heals{between}, command);
                   })});
}

bool names(const std::vector<BrokerId>& brokers, BrokerId broker) {
    return std::find(brokers.begin(), brokers.end(), broker) != brokers.end();
}

std::vector<BrokerId> those_without(const std::vector<BrokerId>& from,
                                    const std::vector<BrokerId>& to) {
    std::vector<BrokerId> left;
    for (const BrokerId broker : from) {
        if (!names(to, broker)) {
            left.push_back(broker);
        }
    }
    return left;
}

Duration broker_ms(const World& world, BrokerId broker, std::string_view key) {
    const BrokerHost* host = world.find_broker(broker);
    if (host == nullptr) {
        return world.setup->cluster_config.ms(key);
    }
    return host->has_process() ? (**host->process).replicas().config->values.ms(key)
                               : host->config.ms(key);
}

Duration client_ms(const World& world, NodeId client, std::string_view key) {
    const auto index = static_cast<std::size_t>(client.number) - 1;
    if (client.kind == NodeKind::kClient && index < world.clients.size()) {
        const auto& setup = world.clients[index]->setup;
        if (const auto* producer = std::get_if<ProducerSetup>(&setup)) {
            return producer->config.ms(key);
        }
        if (const auto* consumer = std::get_if<ConsumerSetup>(&setup)) {
            return consumer->config.ms(key);
        }
        if (const ServiceSetup* service = world.clients[index]->service()) {
            const bool reads =
                find_config(ConfigScope::kConsumer, key) != nullptr && service->group.has_value();
            return (reads ? service->consumer_config : service->producer_config).ms(key);
        }
    }
    return ConfigMap(ConfigScope::kAdmin).ms(key);
}

Cause cause_of(const Past& past, FactIndex at) {
    const Fact& fact = past.facts()[at];
    const Asked asked{past, at, fact};
    if (Found cause = std::visit([&](const auto& body) { return rule(asked, body); }, fact.body)) {
        BL_CHECK(!cause->fact || *cause->fact < at);
        return *std::move(cause);
    }
    if (const std::optional<FactIndex> command = command_in_event(past, at)) {
        return {command};
    }
    const SimTime zero = past.world().time_zero.value_or(kNever);
    if (fact.at <= zero) {
        return {.end =
                    "the cluster boots: controllers elect a leader, brokers register, topics "
                    "are created, and at time 0 the clients start"};
    }
    if (const std::optional<FactIndex> before = scheduled_by(past, at)) {
        return {before};
    }
    return {.end = "Kafka's own clockwork: a timer or a request that comes as a matter of course"};
}

Reason reason_of(const World& world, const Fact& fact) {
    const auto* command = std::get_if<CommandDone>(&fact.body);
    return {command != nullptr ? "command: " + command->command : sentence(world, fact),
            world.shown(fact.at), fact.id, thing_of(world, fact)};
}

}  // namespace brokerlab

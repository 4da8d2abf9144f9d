#include "sim/world/admit.h"

#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/client/consumer_config.h"
#include "sim/client/producer_config.h"
#include "sim/model/rate.h"
#include "sim/world/names.h"

namespace brokerlab {
namespace {

using Verdict = std::optional<Refusal>;

template <class... Parts>
Refusal refuse(fmt::format_string<Parts...> text, Parts&&... parts) {
    return Refusal{fmt::format(text, std::forward<Parts>(parts)...)};
}

/// How a host stands, for one sentence about brokers and controllers alike.
struct Standing {
    std::string name;
    HostState state = HostState::kDown;
    bool isolated = false;
    bool stopping = false;
    bool disk_failed = false;
};

std::optional<Standing> standing(const World& world, NodeId node) {
    if (node.kind == NodeKind::kBroker) {
        const BrokerHost* host = world.find_broker(BrokerId(node.number));
        if (host == nullptr) {
            return std::nullopt;
        }
        bool stopping = false;
        if (host->has_process()) {
            const BrokerState state = (**host->process).lifecycle().state;
            stopping = state == BrokerState::kPendingControlledShutdown ||
                       state == BrokerState::kShuttingDown;
        }
        return Standing{fmt::format("broker {}", node.number), host->state, host->isolated,
                        stopping, !host->has_process() && host->disk->failed};
    }
    const ControllerHost* host = world.find_controller(node.number);
    if (host == nullptr) {
        return std::nullopt;
    }
    return Standing{fmt::format("controller {}", node.number), host->state, host->isolated, false,
                    false};
}

Refusal no_such_node(NodeId node) {
    return refuse("there is no {} {}", node.kind == NodeKind::kBroker ? "broker" : "controller",
                  node.number);
}
Refusal no_such_broker(BrokerId id) {
    return no_such_node({NodeKind::kBroker, id.value});
}

Verdict needs_process(const Standing& s) {
    if (s.state == HostState::kDown || s.state == HostState::kOff) {
        return refuse("{} is not running", s.name);
    }
    return std::nullopt;
}

struct Judge {
    const World& world;

    Verdict operator()(const NodeCommand& command) const {
        const std::optional<Standing> s = standing(world, command.node);
        return s ? judge(*s, command) : Verdict(no_such_node(command.node));
    }

    static Verdict judge(const Standing& s, const NodeCommand& command) {
        switch (command.verb) {
            case NodeCommand::Verb::kKill:
                return needs_process(s);
            case NodeCommand::Verb::kStart:
                if (s.state == HostState::kRunning || s.state == HostState::kPaused) {
                    return refuse("{} is already running", s.name);
                }
                if (s.disk_failed) {
                    return refuse("the disk of {} has failed; repair disk {} first", s.name,
                                  command.node.number);
                }
                return std::nullopt;
            case NodeCommand::Verb::kStop:
                return judge_stop(s);
            case NodeCommand::Verb::kPowerOff:
                return s.state == HostState::kOff ? Verdict(refuse("{} is already off", s.name))
                                                  : std::nullopt;
            case NodeCommand::Verb::kPause:
                if (s.state == HostState::kPaused) {
                    return refuse("{} is already paused", s.name);
                }
                return needs_process(s);
            case NodeCommand::Verb::kResume:
                return s.state != HostState::kPaused ? Verdict(refuse("{} is not paused", s.name))
                                                     : std::nullopt;
            case NodeCommand::Verb::kIsolate:
                return s.isolated ? Verdict(refuse("{} is already isolated", s.name))
                                  : std::nullopt;
            case NodeCommand::Verb::kRejoin:
                return s.isolated ? std::nullopt : Verdict(refuse("{} is not isolated", s.name));
        }
        BL_CHECK(false);
    }

    static Verdict judge_stop(const Standing& s) {
        if (s.state == HostState::kPaused) {
            return refuse("{} is paused and takes no signal; resume it first", s.name);
        }
        if (s.stopping) {
            return refuse("{} is already stopping", s.name);
        }
        return needs_process(s);
    }

    Verdict operator()(const SlowDisk& command) const {
        return world.find_broker(command.broker) == nullptr
                   ? Verdict(no_such_broker(command.broker))
                   : std::nullopt;
    }
    Verdict operator()(const FailDisk& command) const {
        const std::optional<Standing> s =
            standing(world, {NodeKind::kBroker, command.broker.value});
        if (!s) {
            return no_such_broker(command.broker);
        }
        if (s->disk_failed) {
            return refuse("the disk of {} has already failed", s->name);
        }
        return std::nullopt;
    }
    Verdict operator()(const RepairDisk& command) const {
        const std::optional<Standing> s =
            standing(world, {NodeKind::kBroker, command.broker.value});
        if (!s) {
            return no_such_broker(command.broker);
        }
        if (s->state == HostState::kRunning || s->state == HostState::kPaused) {
            return refuse("{} is running; a disk is changed only while the broker is down",
                          s->name);
        }
        return std::nullopt;
    }
    Verdict operator()(const SetBroker& command) const {
        return world.find_broker(command.broker) == nullptr
                   ? Verdict(no_such_broker(command.broker))
                   : std::nullopt;
    }

    Verdict ends_exist(const LinkEnd& a, const LinkEnd& b) const {
        const bool one = a.kind == LinkEnd::Kind::kNode || a.kind == LinkEnd::Kind::kNamed;
        if (one && a == b) {
            return refuse("a link has two ends, and '{}' stands at both", end_text(a));
        }
        for (const LinkEnd* end : {&a, &b}) {
            if (nodes_of(world, *end).empty()) {
                return end->kind == LinkEnd::Kind::kNode
                           ? no_such_node(end->node)
                           : refuse("there is no client or service named {}", end_text(*end));
            }
        }
        return std::nullopt;
    }
    Verdict operator()(const CutLink& command) const { return ends_exist(command.a, command.b); }
    Verdict operator()(const SlowLink& command) const { return ends_exist(command.a, command.b); }
    Verdict operator()(const LoseLink& command) const { return ends_exist(command.a, command.b); }
    Verdict operator()(const HealLink& command) const {
        return command.a ? ends_exist(*command.a, *command.b) : std::nullopt;
    }
    Verdict operator()(const MessageCommand& command) const {
        const Message* message = world.network->find(command.message);
        if (message == nullptr) {
            return refuse("message {} is not on its way", command.message);
        }
        const bool held = world.network->is_held(command.message);
        if (command.verb == MessageCommand::Verb::kRelease && !held) {
            return message->arrives_at == kNever
                       ? refuse("message {} is not held itself; it waits behind one that is",
                                command.message)
                       : refuse("message {} is not held", command.message);
        }
        if (command.verb != MessageCommand::Verb::kRelease &&
            command.verb != MessageCommand::Verb::kDrop && held) {
            return refuse("message {} is held; release it first", command.message);
        }
        return std::nullopt;
    }

    // What Kafka makes of these is Kafka's answer.
    Verdict operator()(const CreateTopic&) const { return std::nullopt; }
    Verdict operator()(const AlterTopic&) const { return std::nullopt; }
    Verdict operator()(const DeleteTopic&) const { return std::nullopt; }
    Verdict operator()(const SetTopic&) const { return std::nullopt; }
    Verdict operator()(const ElectLeader&) const { return std::nullopt; }
    Verdict operator()(const ReassignPartition&) const { return std::nullopt; }
    Verdict operator()(const SetRule&) const { return std::nullopt; }

    /// The console is made at its first use; after that it may stand like any other producer.
    Verdict operator()(const ProduceOne&) const {
        const ClientHost* console = world.find_client("console");
        return console == nullptr || console->state == ClientState::kRunning
                   ? std::nullopt
                   : Verdict(refuse("console is not running"));
    }

    Verdict operator()(const ClientCommand& command) const {
        if (command.verb == ClientCommand::Verb::kAdd) {
            return add_member(command);
        }
        if (command.kind == ClientCommand::Kind::kService) {
            return service(command);
        }
        const ClientHost* host = find(command.kind, command.name);
        if (host == nullptr) {
            return no_such_client(command.kind, command.name);
        }
        const bool runs = host->state == ClientState::kRunning;
        const bool ended = host->has_ended();
        switch (command.verb) {
            case ClientCommand::Verb::kStart:
                return ended ? std::nullopt
                             : Verdict(refuse("{} is already running", command.name));
            case ClientCommand::Verb::kStop:
            case ClientCommand::Verb::kRemove:
            case ClientCommand::Verb::kPause:
                return runs ? std::nullopt : Verdict(refuse("{} is not running", command.name));
            case ClientCommand::Verb::kCrash:
            case ClientCommand::Verb::kKill:
                return ended || host->state == ClientState::kWaiting
                           ? Verdict(refuse("{} is not running", command.name))
                           : std::nullopt;
            case ClientCommand::Verb::kResume:
                return host->state == ClientState::kPaused
                           ? std::nullopt
                           : Verdict(refuse("{} is not paused", command.name));
            case ClientCommand::Verb::kAdd:
                break;  // Judged above.
        }
        BL_CHECK(false);
    }
    /// Of a service with several instances one that can be started or killed is enough.
    Verdict service(const ClientCommand& command) const {
        const std::vector<NodeId> instances = named_instances(world, command.name);
        if (instances.empty()) {
            return no_such_client(command.kind, command.name);
        }
        std::size_t ended = 0;
        for (const NodeId instance : instances) {
            ended += client(instance).has_ended() ? 1U : 0U;
        }
        if (command.verb == ClientCommand::Verb::kStart) {
            return ended > 0 ? std::nullopt
                             : Verdict(refuse("{} is already running", command.name));
        }
        return ended < instances.size() ? std::nullopt
                                        : Verdict(refuse("{} is not running", command.name));
    }
    Verdict add_member(const ClientCommand& command) const {
        if (!members_of(world, command.name).empty()) {
            return std::nullopt;
        }
        if (find(ClientCommand::Kind::kConsumer, command.name) != nullptr) {
            return refuse("{} reads without a group, and a group is what members are added to",
                          command.name);
        }
        for (const Cow<ClientHost>& host : world.clients) {
            if (host->service() != nullptr && host->service()->group == command.name) {
                return refuse(
                    "the members of group {} are instances of {}; their number stands "
                    "in the scenario",
                    command.name, host->service()->name);
            }
        }
        return refuse("there is no group named {}", command.name);
    }

    Verdict operator()(const SetClient& command) const {
        const std::vector<NodeId> members = command.kind == ClientCommand::Kind::kConsumer
                                                ? members_of(world, command.name)
                                                : std::vector<NodeId>();
        for (const NodeId member : members) {
            if (Verdict refused = set_client(client(member), command)) {
                return refused;
            }
        }
        if (!members.empty()) {
            return std::nullopt;
        }
        const ClientHost* host = find(command.kind, command.name);
        return host == nullptr ? no_such_client(command.kind, command.name)
                               : set_client(*host, command);
    }
    [[nodiscard]] const ClientHost& client(NodeId node) const {
        return *world.clients[static_cast<std::size_t>(node.number) - 1];
    }
    static Verdict set_client(const ClientHost& of, const SetClient& command) {
        const ClientHost* host = &of;
        if (host->state == ClientState::kPaused || host->state == ClientState::kClosing) {
            return refuse("{} is {}; its settings change when it runs again", host->name,
                          host->state == ClientState::kPaused ? "paused" : "stopping");
        }
        if (command.kind == ClientCommand::Kind::kProducer && command.key == "rate") {
            if (std::get<ProducerSetup>(host->setup).topic.empty()) {
                return refuse("{} sends only what it is told to send", command.name);
            }
            const Outcome<Rate> rate = parse_rate(command.value);
            return rate.ok() ? std::nullopt : Verdict(Refusal{rate.failure().what});
        }
        if (const auto* producer = std::get_if<ProducerSetup>(&host->setup)) {
            ConfigMap config = producer->config;
            if (std::optional<Failure> failure = config.set(command.key, command.value)) {
                return Refusal{failure->what};
            }
            return refusal_of(check_producer_config(config));
        }
        ConsumerSetup consumer = std::get<ConsumerSetup>(host->setup);
        if (std::optional<Failure> failure = consumer.config.set(command.key, command.value)) {
            return Refusal{failure->what};
        }
        return refusal_of(check_consumer_config(consumer));
    }

    Verdict operator()(const PostService& command) const {
        const std::vector<NodeId> instances = instances_of(world, command.service);
        if (instances.empty()) {
            return no_such_client(ClientCommand::Kind::kService, command.service);
        }
        if (!client(instances.front()).service()->http) {
            return refuse("{} has no HTTP entry", command.service);
        }
        return instance_to_call(world, command.service)
                   ? std::nullopt
                   : Verdict(refuse("no instance of {} is running", command.service));
    }

    static Verdict refusal_of(const std::optional<Failure>& failure) {
        return failure ? Verdict(Refusal{failure->what}) : std::nullopt;
    }
    const ClientHost* find(ClientCommand::Kind kind, const std::string& name) const {
        const ClientHost* host = world.find_client(name);
        if (host == nullptr) {
            return nullptr;
        }
        const bool is_producer = std::holds_alternative<ProducerSetup>(host->setup);
        const bool is_consumer = std::holds_alternative<ConsumerSetup>(host->setup);
        return (kind == ClientCommand::Kind::kProducer && is_producer) ||
                       (kind == ClientCommand::Kind::kConsumer && is_consumer)
                   ? host
                   : nullptr;
    }
    static Refusal no_such_client(ClientCommand::Kind kind, const std::string& name) {
        switch (kind) {
            case ClientCommand::Kind::kProducer:
                return refuse("there is no producer named {}", name);
            case ClientCommand::Kind::kConsumer:
                return refuse("there is no consumer named {}", name);
            case ClientCommand::Kind::kService:
                return refuse("there is no service named {}", name);
        }
        BL_CHECK(false);
    }
};

}  // namespace

std::optional<Refusal> admit(const World& world, const Command& command) {
    if (world.boot != BootPhase::kDone) {
        return Refusal{"the cluster is still booting"};
    }
    return std::visit(Judge{world}, command);
}

}  // namespace brokerlab

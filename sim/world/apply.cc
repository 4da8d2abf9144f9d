#include "sim/world/apply.h"

#include <utility>
#include <variant>
#include <vector>

#include "sim/base/check.h"
#include "sim/model/rate.h"
#include "sim/world/admin_requests.h"
#include "sim/world/lifecycle.h"
#include "sim/world/names.h"
#include "sim/world/step.h"

namespace brokerlab {
namespace {

constexpr NodeId kAdmin{NodeKind::kClient, 1};
constexpr std::string_view kConsole = "console";

std::size_t index_of(NodeId node) {
    return static_cast<std::size_t>(node.number) - 1;
}

struct Carry {
    World& world;
    StepResult& result;
    const std::string& text;

    void operator()(const NodeCommand& command) const {
        const BrokerId broker(command.node.number);
        switch (command.verb) {
            case NodeCommand::Verb::kKill:
                return kill_node(world, result, command.node);
            case NodeCommand::Verb::kStart:
                return command.node.kind == NodeKind::kBroker
                           ? start_broker(world, result, broker)
                           : start_controller(world, result, command.node.number);
            case NodeCommand::Verb::kStop:
                return stop_broker(world, result, broker);
            case NodeCommand::Verb::kPowerOff:
                return power_off(world, result, broker);
            case NodeCommand::Verb::kPause:
                return pause_node(world, result, command.node);
            case NodeCommand::Verb::kResume:
                return resume_node(world, result, command.node);
            case NodeCommand::Verb::kIsolate:
                return isolate_node(world, result, command.node, true);
            case NodeCommand::Verb::kRejoin:
                return isolate_node(world, result, command.node, false);
        }
        BL_CHECK(false);
    }
    void operator()(const SlowDisk& command) const {
        const NodeId node{NodeKind::kBroker, command.broker.value};
        BrokerHost& host = world.brokers[index_of(node)].edit();
        host.disk_delay = command.delay;
        if (host.has_process()) {
            host.process.edit()->set_disk_delay(command.delay);
        }
    }
    void operator()(const FailDisk& command) const { fail_disk(world, result, command.broker); }
    void operator()(const RepairDisk& command) const { repair_disk(world, result, command.broker); }

    /// Calls `change` for the link of each node of a to each of b, and back unless `one_way`.
    template <class Change>
    void change_links(const LinkEnd& a, const LinkEnd& b, bool one_way, Change change) const {
        Network& network = world.network.edit();
        const auto change_one = [&](NodeId from, NodeId to) {
            if (from != to) {
                LinkState link = network.link(from, to);
                change(link);
                network.set_link(from, to, link);
            }
        };
        for (const NodeId from : nodes_of(world, a)) {
            for (const NodeId to : nodes_of(world, b)) {
                change_one(from, to);
                if (!one_way) {
                    change_one(to, from);
                }
            }
        }
    }
    void operator()(const CutLink& command) const {
        change_links(command.a, command.b, command.one_way,
                     [](LinkState& link) { link.cut = true; });
    }
    void operator()(const SlowLink& command) const {
        change_links(command.a, command.b, false,
                     [&](LinkState& link) { link.extra_latency = command.delay; });
    }
    void operator()(const LoseLink& command) const {
        change_links(command.a, command.b, false,
                     [&](LinkState& link) { link.loss_ppm = command.parts_per_million; });
    }
    void operator()(const HealLink& command) const {
        if (!command.a) {
            world.network.edit().heal_all();
            return;
        }
        change_links(*command.a, *command.b, false, [](LinkState& link) { link = LinkState(); });
    }
    void operator()(const MessageCommand& command) const {
        Network& network = world.network.edit();
        std::vector<Arrival> arrivals;
        switch (command.verb) {
            case MessageCommand::Verb::kDrop:
                network.drop(command.message, world.now, arrivals);
                break;
            case MessageCommand::Verb::kHold:
                network.hold(command.message);
                break;
            case MessageCommand::Verb::kRelease:
                network.release(command.message, world.now, arrivals);
                break;
            case MessageCommand::Verb::kDelay:
                network.delay(command.message, command.delay, arrivals);
                break;
        }
        schedule(world, arrivals, result.event.sequence);
    }

    void operator()(const CreateTopic& command) const { administer(command); }
    void operator()(const AlterTopic& command) const { administer(command); }
    void operator()(const DeleteTopic& command) const { administer(command); }
    void operator()(const SetTopic& command) const { administer(command); }
    void operator()(const SetBroker& command) const { administer(command); }
    void operator()(const ElectLeader& command) const { administer(command); }
    void operator()(const ReassignPartition& command) const { administer(command); }
    void administer(const Command& command) const {
        std::optional<RequestBody> body = admin_request(command);
        BL_CHECK(body.has_value());
        Turn turn(world, result, kAdmin);
        ClientHost& host = world.clients.front().edit();
        std::get<AdminClient>(host.process.edit())
            .submit(text, *std::move(body), turn.env(), turn.effects());
    }

    void operator()(const ClientCommand& command) const {
        if (command.verb == ClientCommand::Verb::kAdd) {
            return add_member(command.name);
        }
        if (command.kind == ClientCommand::Kind::kService) {
            return start_or_kill_service(command);
        }
        const std::optional<NodeId> client = client_node(world, command.name);
        BL_CHECK(client.has_value());
        switch (command.verb) {
            case ClientCommand::Verb::kStart:
                return start_client(world, result, *client);
            case ClientCommand::Verb::kStop:
            case ClientCommand::Verb::kRemove:
                return stop_client(world, result, *client);
            case ClientCommand::Verb::kCrash:
            case ClientCommand::Verb::kKill:
                return crash_client(world, result, *client);
            case ClientCommand::Verb::kPause:
                return pause_node(world, result, *client);
            case ClientCommand::Verb::kResume:
                return resume_node(world, result, *client);
            case ClientCommand::Verb::kAdd:
                break;  // Carried out above.
        }
        BL_CHECK(false);
    }
    /// Of a service all that are not so yet, or the one instance of that name.
    void start_or_kill_service(const ClientCommand& command) const {
        const bool start = command.verb == ClientCommand::Verb::kStart;
        for (const NodeId instance : named_instances(world, command.name)) {
            const bool ended = world.clients[index_of(instance)]->has_ended();
            if (start && ended) {
                start_client(world, result, instance);
            } else if (!start && !ended) {
                crash_client(world, result, instance);
            }
        }
    }
    /// One more, set up like the group's latest member.
    void add_member(const std::string& group) const {
        const std::vector<NodeId> members = members_of(world, group);
        BL_CHECK(!members.empty());
        const auto& like = std::get<ConsumerSetup>(world.clients[index_of(members.back())]->setup);
        world.clients.emplace_back(consumer_host(like, static_cast<int32_t>(members.size()) + 1));
        start_client(world, result, members_of(world, group).back());
    }
    void operator()(const SetClient& command) const {
        std::vector<NodeId> clients = command.kind == ClientCommand::Kind::kConsumer
                                          ? members_of(world, command.name)
                                          : std::vector<NodeId>();
        if (clients.empty()) {
            const std::optional<NodeId> client = client_node(world, command.name);
            BL_CHECK(client.has_value());
            clients.push_back(*client);
        }
        for (const NodeId client : clients) {
            set_client(client, command);
        }
    }
    void set_client(NodeId client, const SetClient& command) const {
        ClientHost& host = world.clients[index_of(client)].edit();
        auto* producer = std::get_if<ProducerSetup>(&host.setup);
        if (producer != nullptr && command.key == "rate") {
            producer->rate = *parse_rate(command.value);
            if (host.producer() != nullptr) {
                Turn turn(world, result, client);
                std::get<ProducerClient>(host.process.edit()).set_rate(producer->rate, turn.env());
            }
            return;
        }
        ConfigMap& config =
            producer != nullptr ? producer->config : std::get<ConsumerSetup>(host.setup).config;
        const std::optional<Failure> failure = config.set(command.key, command.value);
        BL_CHECK(!failure.has_value());
        if (host.state == ClientState::kRunning) {
            host.restart = true;  // A client reads its configuration only when it starts.
            stop_client(world, result, client);
        }
    }
    void operator()(const ProduceOne& command) const {
        std::optional<NodeId> console = client_node(world, kConsole);
        if (!console) {
            ClientHost host;
            host.name = kConsole;
            ProducerSetup setup;
            setup.name = kConsole;
            setup.config = ConfigMap(ConfigScope::kProducer);
            host.setup = std::move(setup);
            world.clients.emplace_back(std::move(host));
            console = client_node(world, kConsole);
            start_client(world, result, *console);
        }
        Turn turn(world, result, *console);
        ClientHost& host = world.clients[index_of(*console)].edit();
        std::get<ProducerClient>(host.process.edit())
            .produce(command.topic, command.key, command.value, turn.env(), turn.effects());
    }
    void operator()(const PostService& command) const {
        const std::optional<NodeId> instance = instance_to_call(world, command.service);
        BL_CHECK(instance.has_value());
        post_call(world, result, *instance, command.path, command.body);
    }
    void operator()(const SetRule& command) const { world.rules.set(command.rule, command.on); }
};

}  // namespace

std::optional<Refusal> apply(World& world, const Command& command, const std::string& text,
                             SimTime at, StepResult& result) {
    result.event = Event{at, world.queue.take_sequence(at), kNoEvent, 0, 0, 0};
    result.facts.clear();
    world.now = at;
    std::optional<Refusal> refusal = admit(world, command);
    {
        Turn turn(world, result, kAdmin);
        if (refusal) {
            turn.state(CommandRefused{text, refusal->reason});
            ++world.commands_refused;
        } else {
            turn.state(CommandDone{text});
        }
    }
    if (!refusal) {
        std::visit(Carry{world, result, text}, command);
    }
    close_event(world, result);
    return refusal;
}

}  // namespace brokerlab

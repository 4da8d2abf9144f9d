// What can be done to each kind of thing: one function a kind, one line an action. Whether it can
// be given now is always admit()'s word.
#include "sim/view/actions.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sim/model/internal_topics.h"
#include "sim/oracle/group_view.h"
#include "sim/script/command_text.h"
#include "sim/world/admit.h"
#include "sim/world/names.h"

namespace brokerlab {
namespace {

/// How an action looks beside its words.
enum class Kind : uint8_t { kPlain, kForm, kDestructive };

class Menu {
public:
    explicit Menu(const World& world) : world_(world) {}

    /// What follows stands apart from what was before.
    void next_group() { group_ += actions_.empty() ? 0 : 1; }
    void add(std::string label, const Command& command, std::string explains,
             Kind kind = Kind::kPlain) {
        Action action;
        action.label = std::move(label);
        action.command = command_text(command);
        action.explains = std::move(explains);
        action.form = kind == Kind::kForm;
        action.destructive = kind == Kind::kDestructive;
        if (std::optional<Refusal> refusal = admit(world_, command)) {
            action.refused = std::move(refusal->reason);
        }
        action.group = group_;
        actions_.push_back(std::move(action));
    }
    [[nodiscard]] std::vector<Action> take() && { return std::move(actions_); }

private:
    const World& world_;
    std::vector<Action> actions_;
    int32_t group_ = 0;
};

LinkEnd end_of(const World& world, NodeId node) {
    if (node.kind == NodeKind::kClient) {
        return {LinkEnd::Kind::kNamed, {}, node_name(world, node)};
    }
    return {LinkEnd::Kind::kNode, node, {}};
}
LinkEnd all_brokers() {
    return {LinkEnd::Kind::kBrokers, {}, {}};
}

// ---- Brokers and controllers

/// The verbs of a node's process, and why each is no other.
struct NodeAction {
    NodeCommand::Verb verb;
    const char* label;
    const char* explains;
    bool destructive = false;
    bool brokers_only = false;
    bool new_group = false;
};
constexpr NodeAction kNodeActions[] = {
    {NodeCommand::Verb::kKill, "Kill",
     "As kill -9: the process is gone at once and its connections are reset; what it wrote is "
     "still "
     "in the page cache.",
     true},
    {NodeCommand::Verb::kPowerOff, "Power off",
     "The machine goes dark: nobody is told, and what was not yet written to the disk is lost.",
     true, true},
    {NodeCommand::Verb::kStop, "Stop",
     "A controlled shutdown: it asks the controller to move its leaderships away first.", false,
     true},
    {NodeCommand::Verb::kStart, "Start",
     "Starts the process: it recovers its logs, registers and catches up."},
    {NodeCommand::Verb::kPause, "Pause",
     "The process stands still, as in a long garbage collection; its sockets stay open.", false,
     false, true},
    {NodeCommand::Verb::kResume, "Resume",
     "The process goes on: what is overdue runs first, then what arrived meanwhile."},
    {NodeCommand::Verb::kIsolate, "Isolate",
     "Its network cable is pulled: nothing gets in or out, and nobody is told.", true},
    {NodeCommand::Verb::kRejoin, "Rejoin", "Its network cable is plugged in again."},
};

void add_node_actions(Menu& menu, NodeId node, const std::string& name) {
    for (const NodeAction& action : kNodeActions) {
        if (action.brokers_only && node.kind != NodeKind::kBroker) {
            continue;
        }
        if (action.new_group) {
            menu.next_group();
        }
        menu.add(fmt::format("{} {}", action.label, name), NodeCommand{action.verb, node},
                 action.explains, action.destructive ? Kind::kDestructive : Kind::kPlain);
    }
}

void add_broker(Menu& menu, const World& world, BrokerId broker) {
    const int32_t n = broker.value;
    menu.next_group();
    add_node_actions(menu, {NodeKind::kBroker, n}, fmt::format("broker {}", n));
    menu.next_group();
    menu.add(fmt::format("Slow the disk of broker {} …", n), SlowDisk{broker, 500_ms},
             "Each append and read holds one of its I/O threads for that long.", Kind::kForm);
    const BrokerHost* host = world.find_broker(broker);
    if (host != nullptr && host->disk_delay > Duration()) {
        menu.add(fmt::format("Make the disk of broker {} fast again", n),
                 SlowDisk{broker, Duration()}, "Appends and reads take no time of their own.");
    }
    menu.add(fmt::format("Fail the disk of broker {}", n), FailDisk{broker},
             "Its only log directory goes offline, and the broker halts, as Kafka does.",
             Kind::kDestructive);
    menu.add(fmt::format("Repair the disk of broker {}", n), RepairDisk{broker},
             "Puts in an empty disk: its replicas begin at offset 0 when it starts.",
             Kind::kDestructive);
    menu.next_group();
    menu.add(fmt::format("Set a configuration of broker {} …", n),
             SetBroker{broker, "num.replica.fetchers", "2"},
             "A dynamic broker configuration, as kafka-configs --alter sets it.", Kind::kForm);
}

void add_controller(Menu& menu, int32_t number) {
    menu.next_group();
    add_node_actions(menu, {NodeKind::kController, number}, fmt::format("controller {}", number));
}

void add_quorum(Menu& menu, const World& world) {
    if (const ControllerNode* active = world.active_controller()) {
        const int32_t number = active->start().number;
        menu.next_group();
        menu.add(fmt::format("Kill the active controller, {}", number),
                 NodeCommand{NodeCommand::Verb::kKill, {NodeKind::kController, number}},
                 "The other controllers elect a new one; until then no leader can change.",
                 Kind::kDestructive);
    }
}

// ---- Links and messages

void add_link(Menu& menu, const World& world, const LinkThing& link) {
    const LinkEnd a = end_of(world, link.a);
    const LinkEnd b = end_of(world, link.b);
    const std::string name_a = node_name(world, link.a);
    const std::string name_b = node_name(world, link.b);
    menu.next_group();
    menu.add(fmt::format("Cut {} from {}", name_a, name_b), CutLink{a, b, false},
             "Nothing gets through, either way; connections stay open and TCP sends again.",
             Kind::kDestructive);
    menu.add(fmt::format("Cut {} → {} only", name_a, name_b), CutLink{a, b, true},
             "Nothing gets through this way; the other way all is well.", Kind::kDestructive);
    menu.add(fmt::format("Cut {} → {} only", name_b, name_a), CutLink{b, a, true},
             "Nothing gets through this way; the other way all is well.", Kind::kDestructive);
    menu.next_group();
    menu.add("Slow this link …", SlowLink{a, b, 200_ms},
             "Every message takes that much longer, each way.", Kind::kForm);
    menu.add("Lose packets on this link …", LoseLink{a, b, 50'000},
             "A lost packet is sent again by TCP after 200 ms, then 400 ms, and so on.",
             Kind::kForm);
    menu.next_group();
    menu.add("Heal this link", HealLink{a, b}, "Undoes cut, slow and lose.");
}

void add_message(Menu& menu, uint64_t number) {
    using Verb = MessageCommand::Verb;
    menu.next_group();
    menu.add("Drop this message", MessageCommand{Verb::kDrop, number, {}},
             "It never arrives, as if the application had never sent it; who waits for an answer "
             "waits for its time-out.",
             Kind::kDestructive);
    menu.add("Hold this message", MessageCommand{Verb::kHold, number, {}},
             "It waits until it is released, and everything behind it on its connection, too.");
    menu.add("Release this message", MessageCommand{Verb::kRelease, number, {}},
             "It goes on, with all that waits behind it.");
    menu.add("Delay this message …", MessageCommand{Verb::kDelay, number, 200_ms},
             "It arrives that much later.", Kind::kForm);
}

// ---- Topics and partitions

void add_topic(Menu& menu, const World& world, const std::string& topic) {
    const TopicImage* image = world.committed_metadata().find_topic(topic);
    const int32_t partitions = image == nullptr ? 1 : image->partition_count();
    menu.next_group();
    menu.add(fmt::format("Produce a record to {} …", topic), ProduceOne{topic, "key", "value"},
             "Sends one record with the producer console.", Kind::kForm);
    menu.add(fmt::format("Add partitions to {} …", topic), AlterTopic{topic, partitions + 1},
             "New partitions are empty, and keys move: the same key may land elsewhere from now "
             "on.",
             Kind::kForm);
    menu.add(fmt::format("Set a configuration of {} …", topic),
             SetTopic{topic, "min.insync.replicas", "2"},
             "A topic configuration, as kafka-configs --alter sets it.", Kind::kForm);
    menu.add(fmt::format("Delete {}", topic), DeleteTopic{topic},
             "The topic and all of its records are gone for good.", Kind::kDestructive);
}

/// A broker that could take the place of one that is gone; else the same replicas in another
/// order, so that another one is preferred.
std::vector<BrokerId> proposed_replicas(const World& world, const PartitionRegistration& now) {
    std::vector<BrokerId> replicas = now.replicas;
    const auto gone = std::find_if(replicas.begin(), replicas.end(), [&](BrokerId id) {
        const BrokerHost* host = world.find_broker(id);
        return host == nullptr || !host->has_process();
    });
    const auto spare =
        std::find_if(world.brokers.begin(), world.brokers.end(), [&](const Cow<BrokerHost>& host) {
            return host->has_process() && !now.is_replica(host->setup.id);
        });
    if (spare != world.brokers.end()) {
        (gone != replicas.end() ? *gone : replicas.back()) = (*spare)->setup.id;
    } else {
        std::rotate(replicas.begin(), replicas.begin() + 1, replicas.end());
    }
    return replicas;
}

void add_partition(Menu& menu, const World& world, const TopicPartition& partition) {
    const std::string name = partition.to_string();
    menu.next_group();
    menu.add(fmt::format("Elect the preferred leader of {}", name),
             ElectLeader{ElectionType::kPreferred, partition},
             "The first of its replicas leads again, if it is in the ISR.");
    menu.add(fmt::format("Elect an unclean leader of {}", name),
             ElectLeader{ElectionType::kUnclean, partition},
             "Without a leader, a replica outside the ISR may lead: what it has not got is lost.",
             Kind::kDestructive);
    if (const PartitionRegistration* now = world.committed_metadata().find_partition(partition)) {
        menu.add(fmt::format("Reassign {} …", name),
                 ReassignPartition{partition, proposed_replicas(world, *now)},
                 "Moves its replicas to these brokers; the first becomes the preferred leader.",
                 Kind::kForm);
    }
}

// ---- Clients

using ClientVerb = ClientCommand::Verb;
using ClientKind = ClientCommand::Kind;

void add_settings(Menu& menu, ClientKind kind, const std::string& name, const char* key,
                  std::string value, const char* explains) {
    menu.add(fmt::format("Set {} of {} …", key, name), SetClient{kind, name, key, std::move(value)},
             explains, Kind::kForm);
}

void add_network_of_client(Menu& menu, const std::string& name) {
    const LinkEnd client{LinkEnd::Kind::kNamed, {}, name};
    menu.next_group();
    menu.add(fmt::format("Cut {} from all brokers", name), CutLink{client, all_brokers(), false},
             "Nothing gets through, either way, and nobody is told.", Kind::kDestructive);
    menu.add(fmt::format("Heal the links of {}", name), HealLink{client, all_brokers()},
             "Undoes cut, slow and lose between it and every broker.");
}

void add_producer(Menu& menu, const std::string& name, const ProducerSetup& setup) {
    const auto command = [&](ClientVerb verb) {
        return ClientCommand{verb, ClientKind::kProducer, name};
    };
    menu.next_group();
    menu.add("Start " + name, command(ClientVerb::kStart),
             "A new process with the same settings; its records are numbered on.");
    menu.add("Stop " + name, command(ClientVerb::kStop),
             "close(): nothing new is produced, what it holds is sent first.");
    menu.add("Crash " + name, command(ClientVerb::kCrash),
             "The process is gone at once, with every record that it had not sent.",
             Kind::kDestructive);
    menu.next_group();
    const bool all = setup.config.text("acks") == "all" || setup.config.text("acks") == "-1";
    add_settings(menu, ClientKind::kProducer, name, "acks", all ? "1" : "all",
                 "Who must have a record before it counts as sent: 0 nobody, 1 the leader, all the "
                 "in-sync replicas. Restarts the producer.");
    if (!setup.topic.empty()) {
        add_settings(menu, ClientKind::kProducer, name, "rate", "200/s",
                     "Records that its application sends in a second; holds at once.");
    }
    add_settings(menu, ClientKind::kProducer, name, "linger.ms", "100",
                 "How long a batch waits for more records. Restarts the producer.");
    add_settings(menu, ClientKind::kProducer, name, "enable.idempotence", "false",
                 "Any producer configuration: change the key as well. Restarts the producer.");
}

void add_consumer(Menu& menu, const std::string& name, const ConsumerSetup& setup) {
    const auto command = [&](ClientVerb verb) {
        return ClientCommand{verb, ClientKind::kConsumer, name};
    };
    menu.next_group();
    menu.add("Start " + name, command(ClientVerb::kStart), "A new process with the same settings.");
    menu.add("Remove " + name, command(ClientVerb::kRemove), "close(): it ends in order.");
    menu.add("Crash " + name, command(ClientVerb::kCrash),
             "The process is gone at once; nobody is told.", Kind::kDestructive);
    menu.next_group();
    menu.add("Pause " + name, command(ClientVerb::kPause),
             "Its whole process stands still, heartbeats too.");
    menu.add("Resume " + name, command(ClientVerb::kResume), "The process goes on.");
    menu.next_group();
    const std::string& who = setup.group.value_or(name);
    if (setup.group) {
        menu.add(fmt::format("Add a consumer to {}", who),
                 ClientCommand{ClientVerb::kAdd, ClientKind::kConsumer, who},
                 "One more member: the group's partitions are shared anew.");
    }
    add_settings(menu, ClientKind::kConsumer, who, "max.poll.records", "100",
                 "Any consumer configuration: change the key as well. Restarts the consumer.");
}

/// What can be done to each instance: a service has as many as its scenario says.
void add_group_of_service(Menu& menu, const World& world, const std::string& group) {
    for (const NodeId node : clients_of_group(world, group)) {
        const std::string name = node_name(world, node);
        const auto command = [&](ClientVerb verb) {
            return ClientCommand{verb, ClientKind::kService, name};
        };
        const ClientHost& host = *world.find_client(name);
        if (host.has_ended() || host.state == ClientState::kWaiting) {
            menu.add("Start " + name, command(ClientVerb::kStart),
                     "A new process; what the service keeps in its database is still there.");
        } else {
            menu.add("Kill " + name, command(ClientVerb::kKill),
                     "The process is gone at once; the group waits for its session to end.",
                     Kind::kDestructive);
        }
    }
}

/// One more member, and what can be done to each that there is.
void add_group(Menu& menu, const World& world, const std::string& group) {
    if (members_of(world, group).empty()) {
        add_group_of_service(menu, world, group);
        return;
    }
    menu.next_group();
    menu.add(fmt::format("Add a consumer to {}", group),
             ClientCommand{ClientVerb::kAdd, ClientKind::kConsumer, group},
             "One more member: the group's partitions are shared anew.");
    for (const NodeId node : members_of(world, group)) {
        const std::string name = node_name(world, node);
        const auto command = [&](ClientVerb verb) {
            return ClientCommand{verb, ClientKind::kConsumer, name};
        };
        const ClientHost& host = *world.find_client(name);
        const ClientState state = host.state;
        menu.next_group();
        if (host.has_ended() || state == ClientState::kWaiting) {
            menu.add("Start " + name, command(ClientVerb::kStart),
                     "A new process with the same settings.");
            continue;
        }
        menu.add("Remove " + name, command(ClientVerb::kRemove),
                 "close(): it commits, leaves the group, and the others share at once.");
        menu.add("Crash " + name, command(ClientVerb::kCrash),
                 "The process is gone at once; the group waits for its session to end.",
                 Kind::kDestructive);
        if (state == ClientState::kPaused) {
            menu.add("Resume " + name, command(ClientVerb::kResume), "The process goes on.");
        } else {
            menu.add("Pause " + name, command(ClientVerb::kPause),
                     "Its whole process stands still, heartbeats too.");
        }
    }
    menu.next_group();
    add_settings(menu, ClientKind::kConsumer, group, "max.poll.records", "100",
                 "Any consumer configuration: change the key as well. Restarts the members.");
}

void add_service(Menu& menu, const std::string& name, const ServiceSetup& setup) {
    const auto command = [](ClientVerb verb, const std::string& whom) {
        return ClientCommand{verb, ClientKind::kService, whom};
    };
    menu.next_group();
    menu.add("Start " + name, command(ClientVerb::kStart, name),
             "A new process; what the service keeps in its database is still there.");
    menu.add("Kill " + name, command(ClientVerb::kKill, name),
             "The process is gone at once; what it had not committed is worked on again.",
             Kind::kDestructive);
    if (setup.instances > 1) {
        menu.add(fmt::format("Start all of {}", setup.name),
                 command(ClientVerb::kStart, setup.name), "Those that don't run.");
        menu.add(fmt::format("Kill all of {}", setup.name), command(ClientVerb::kKill, setup.name),
                 "Every instance is gone at once.", Kind::kDestructive);
    }
    if (setup.http) {
        const Handler* handler = find_handler(setup.handler);
        menu.next_group();
        menu.add(fmt::format("Call {} …", setup.name),
                 PostService{setup.name, std::string(handler->sample_path),
                             std::string(handler->sample_body)},
                 "A call of its HTTP entry; the instances take turns.", Kind::kForm);
    }
}

void add_client(Menu& menu, const World& world, const std::string& name) {
    const ClientHost* host = world.find_client(name);
    if (host == nullptr) {
        return;
    }
    if (const auto* producer = std::get_if<ProducerSetup>(&host->setup)) {
        add_producer(menu, name, *producer);
    } else if (const auto* consumer = std::get_if<ConsumerSetup>(&host->setup)) {
        add_consumer(menu, name, *consumer);
    } else if (const ServiceSetup* service = host->service()) {
        add_service(menu, name, *service);
    }
    add_network_of_client(menu, name);
}

// ---- The lab

const char* what_for(Rule rule) {
    switch (rule) {
        case Rule::kLeaderEpochCheck:
            return "A leader refuses requests of another leader epoch (KIP-320).";
        case Rule::kTruncateByEpoch:
            return "A follower truncates by leader epoch; without, to its high watermark, as "
                   "before KIP-101.";
        case Rule::kTruncateKip279:
            return "Truncation goes on until a common epoch is found (KIP-279).";
        case Rule::kFetchEpochKip320:
            return "A fetch says the epoch of the last record that was read (KIP-320).";
        case Rule::kMinIsrCheck:
            return "acks=all needs min.insync.replicas members of the ISR.";
        case Rule::kElectFromIsr:
            return "Only a member of the ISR is elected leader.";
        case Rule::kSequenceCheck:
            return "A leader checks the epochs and sequences of idempotent producers.";
        case Rule::kCommitGenerationCheck:
            return "Commits of old generations of a group are refused.";
        case Rule::kReadBelowHw:
            return "Consumers read up to the high watermark only.";
        case Rule::kRaftVoteDurable:
            return "A voter of the quorum remembers its vote when it restarts.";
    }
    return "";
}

void add_lab(Menu& menu, const World& world) {
    menu.next_group();
    menu.add("Create a topic …", CreateTopic{"payments", 3, 3},
             "Asks the controller, as kafka-topics --create does.", Kind::kForm);
    menu.add("Heal all links", HealLink{std::nullopt, std::nullopt},
             "Undoes every cut, slow and lose.");
    menu.next_group();
    for (std::size_t i = 0; i < kRuleCount; ++i) {
        const auto rule = static_cast<Rule>(i);
        const bool on = world.rules.on(rule);
        menu.add(fmt::format("Switch {} {}", rule_name(rule), on ? "off" : "on"),
                 SetRule{rule, !on}, what_for(rule), on ? Kind::kDestructive : Kind::kPlain);
    }
}

struct Visit {
    const World& world;
    Menu& menu;

    void operator()(std::monostate) const { add_lab(menu, world); }
    void operator()(const BrokerThing& t) const {
        if (world.find_broker(t.broker) != nullptr) {
            add_broker(menu, world, t.broker);
        }
    }
    void operator()(const ControllerThing& t) const {
        if (world.find_controller(t.number) != nullptr) {
            add_controller(menu, t.number);
        }
    }
    void operator()(const QuorumThing&) const { add_quorum(menu, world); }
    void operator()(const TopicThing& t) const { add_topic(menu, world, t.topic); }
    void operator()(const PartitionThing& t) const {
        add_partition(menu, world, t.partition);
        add_topic(menu, world, t.partition.topic);
    }
    void operator()(const ReplicaThing& t) const { (*this)(PartitionThing{t.partition}); }
    void operator()(const BatchThing& t) const { (*this)(PartitionThing{t.partition}); }
    void operator()(const ClientThing& t) const { add_client(menu, world, t.name); }
    void operator()(const LinkThing& t) const { add_link(menu, world, t); }
    void operator()(const MessageThing& t) const { add_message(menu, t.number); }
    void operator()(const FactThing&) const {}
    void operator()(const GroupThing& t) const {
        if (exists(world, Thing(t))) {
            add_group(menu, world, t.group);
        }
    }
};

}  // namespace

std::vector<Action> actions_for(const World& world, const Thing& thing) {
    Menu menu(world);
    std::visit(Visit{world, menu}, thing);
    return std::move(menu).take();
}

std::vector<Action> all_actions(const World& world) {
    Menu menu(world);
    for (const Cow<BrokerHost>& host : world.brokers) {
        add_broker(menu, world, host->setup.id);
    }
    for (const Cow<ControllerHost>& host : world.controllers) {
        add_controller(menu, host->number);
    }
    for (const Cow<ClientHost>& host : world.clients) {
        add_client(menu, world, host->name);
    }
    for (const auto& [name, topic] : *world.committed_metadata().topics) {
        add_topic(menu, world, name);
        for (int32_t p = 0; p < topic->partition_count() && !is_internal_topic(name); ++p) {
            add_partition(menu, world, {name, PartitionId(p)});
        }
    }
    add_lab(menu, world);
    return std::move(menu).take();
}

}  // namespace brokerlab

// Why a fact happened, and why a thing is as it is.
//
// For a thing: what it is now in a sentence, made from the World, then the chain of the latest fact
// that made it so.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/model/internal_topics.h"
#include "sim/oracle/group_view.h"
#include "sim/query/evaluate.h"
#include "sim/view/causes.h"
#include "sim/view/explain_text.h"
#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

using Change = NodeChanged::Change;

void add_chain(std::vector<Reason>& reasons, const Past& past, FactIndex at) {
    const World& world = past.world();
    while (true) {
        reasons.push_back(reason_of(world, past.facts()[at]));
        Cause cause = cause_of(past, at);
        if (cause.between) {
            reasons.push_back(*std::move(cause.between));
        }
        if (!cause.fact) {
            if (!cause.end.empty()) {
                reasons.push_back({std::move(cause.end), std::nullopt, std::nullopt, {}});
            }
            return;
        }
        at = *cause.fact;
    }
}

/// A thing as it is, and the fact that made it so.
struct State {
    std::string text;
    std::optional<FactIndex> made_by;
};

/// Looks for what made a thing what it is.
struct StateOf {
    const Past& past;

    [[nodiscard]] const World& world() const { return past.world(); }
    [[nodiscard]] const MetadataImage& metadata() const { return world().committed_metadata(); }

    template <class Body, class Accept>
    [[nodiscard]] std::optional<FactIndex> last(Accept accept) const {
        return past.last<Body>(past.facts().size(), accept);
    }
    /// The latest change of the node that `accept(change)` takes.
    template <class Accept>
    [[nodiscard]] std::optional<FactIndex> changed(NodeId node, Accept accept) const {
        return last<NodeChanged>([&](const Fact& fact, const NodeChanged& body) {
            return fact.node == node && accept(body.change);
        });
    }
    [[nodiscard]] std::optional<FactIndex> changed(NodeId node) const {
        return changed(node, [](Change) { return true; });
    }
    template <class Body>
    [[nodiscard]] std::optional<FactIndex> of_broker(BrokerId broker) const {
        return last<Body>([&](const Fact&, const Body& f) { return f.broker == broker; });
    }
    template <class Body>
    [[nodiscard]] std::optional<FactIndex> of_partition(const TopicPartition& partition) const {
        return last<Body>([&](const Fact&, const Body& f) { return f.partition == partition; });
    }
    template <class Body>
    [[nodiscard]] std::optional<FactIndex> at_node(NodeId node) const {
        return last<Body>([&](const Fact& fact, const Body&) { return fact.node == node; });
    }
    /// The latest command that has to do with the two ends of a link.
    [[nodiscard]] std::optional<FactIndex> link_command(NodeId a, NodeId b) const {
        const Fact now{{}, world().now, a, kNoEvent, CommandDone{}};
        const Asked asked{past, past.facts().size(), now};
        return latest({trouble_between(asked, a, b), relief_between(asked, a, b)});
    }

    State operator()(std::monostate) const { return {}; }
    State operator()(const BrokerThing& thing) const;
    State operator()(const ControllerThing& thing) const;
    State operator()(const QuorumThing&) const;
    State operator()(const TopicThing& thing) const;
    State operator()(const PartitionThing& thing) const;
    State operator()(const ReplicaThing& thing) const;
    State operator()(const BatchThing& thing) const;
    State operator()(const ClientThing& thing) const;
    State operator()(const LinkThing& thing) const;
    State operator()(const MessageThing& thing) const;
    State operator()(const FactThing&) const { return {}; }
    State operator()(const GroupThing& thing) const;
};

State StateOf::operator()(const BrokerThing& thing) const {
    const BrokerHost* host = world().find_broker(thing.broker);
    if (host == nullptr) {
        return {fmt::format("there is no broker {}", thing.broker.value), std::nullopt};
    }
    const NodeId node = node_of(thing.broker);
    const std::string name = node_name(world(), node);
    if (host->state == HostState::kDown || host->state == HostState::kOff) {
        return {name + (host->state == HostState::kOff ? " has no power" : " is down: no process"),
                changed(node)};
    }
    if (host->state == HostState::kPaused) {
        return {name + " stands still",
                changed(node, [](Change c) { return c == Change::kPaused; })};
    }
    if (host->isolated) {
        return {name + " is cut off from everyone",
                changed(node, [](Change c) { return c == Change::kIsolated; })};
    }
    const std::string state = broker_state(world(), thing.broker);
    if (state == "fenced") {
        return {name + " is fenced: it may not lead or be in sync until its heartbeats arrive",
                latest({of_broker<BrokerFenced>(thing.broker),
                        of_broker<BrokerRegistered>(thing.broker)})};
    }
    if (state == "running") {
        return {name + (host->disk_delay > Duration() ? " runs, with a slow disk" : " runs"),
                latest({of_broker<BrokerUnfenced>(thing.broker), changed(node)})};
    }
    return {fmt::format("{} is {}", name, state),
            latest({at_node<BrokerStateChanged>(node), changed(node)})};
}

State StateOf::operator()(const ControllerThing& thing) const {
    const ControllerHost* host = world().find_controller(thing.number);
    if (host == nullptr) {
        return {fmt::format("there is no controller {}", thing.number), std::nullopt};
    }
    const NodeId node{NodeKind::kController, thing.number};
    const std::string name = node_name(world(), node);
    if (host->state != HostState::kRunning) {
        return {name + (host->state == HostState::kPaused ? " stands still" : " is down"),
                changed(node)};
    }
    if (host->isolated) {
        return {name + " is cut off from everyone", changed(node)};
    }
    const ControllerNode& controller = **host->process;
    if (controller.is_active()) {
        return {fmt::format("{} is the active controller, in epoch {}", name,
                            controller.active_epoch()->value),
                at_node<ControllerActivated>(node)};
    }
    const std::optional<BrokerId> leader = controller.raft().leader();
    if (leader) {
        return {fmt::format("{} stands by: it follows {}, which leads the quorum in epoch {}", name,
                            node_name(world(), node_of(*leader)), controller.raft().epoch().value),
                at_node<QuorumLeaderElected>(node_of(*leader))};
    }
    return {fmt::format("{} knows no leader of the quorum", name),
            latest({at_node<QuorumElectionStarted>(node), at_node<QuorumLeaderResigned>(node)})};
}

State StateOf::operator()(const QuorumThing&) const {
    const ControllerNode* active = world().active_controller();
    if (active == nullptr) {
        return {"nobody leads the metadata quorum: no decision can be made until somebody does",
                latest({last<QuorumElectionStarted>([](const Fact&, const auto&) { return true; }),
                        last<QuorumLeaderResigned>([](const Fact&, const auto&) { return true; }),
                        last<NodeChanged>([](const Fact& fact, const auto&) {
                            return fact.node.kind == NodeKind::kController;
                        })})};
    }
    const NodeId node{NodeKind::kController, active->start().number};
    return {fmt::format("{} leads the metadata quorum", node_name(world(), node)),
            at_node<ControllerActivated>(node)};
}

State StateOf::operator()(const TopicThing& thing) const {
    const TopicImage* topic = metadata().find_topic(thing.topic);
    if (topic == nullptr) {
        return {
            fmt::format("there is no topic {}", thing.topic),
            last<TopicDeleted>([&](const Fact&, const auto& f) { return f.topic == thing.topic; })};
    }
    std::optional<PartitionThing> worst;
    int32_t offline = 0;
    int32_t short_of = 0;
    for (int32_t i = 0; i < topic->partition_count(); ++i) {
        const PartitionRegistration& partition = *topic->partitions[static_cast<std::size_t>(i)];
        const bool leaderless = partition.leader == kNoBroker;
        const bool shrunk = partition.isr.size() < partition.replicas.size();
        if (leaderless ? offline == 0 : shrunk && !worst) {
            worst = PartitionThing{{thing.topic, PartitionId(i)}};
        }
        offline += leaderless ? 1 : 0;
        short_of += shrunk ? 1 : 0;
    }
    std::string text = fmt::format(
        "{} has {}", thing.topic,
        counted(static_cast<std::size_t>(topic->partition_count()), "partition", "partitions"));
    if (!worst) {
        return {
            text + ", all of them with a leader and a full ISR",
            last<TopicCreated>([&](const Fact&, const auto& f) { return f.topic == thing.topic; })};
    }
    return {fmt::format("{}: {} under-replicated, {} without a leader", text, short_of, offline),
            (*this)(*worst).made_by};
}

State StateOf::operator()(const PartitionThing& thing) const {
    const TopicPartition& tp = thing.partition;
    const PartitionRegistration* partition = metadata().find_partition(tp);
    if (partition == nullptr) {
        return {
            fmt::format("there is no partition {}", tp.to_string()),
            last<TopicDeleted>([&](const Fact&, const auto& f) { return f.topic == tp.topic; })};
    }
    const std::optional<FactIndex> leader = of_partition<LeaderChanged>(tp);
    const std::optional<FactIndex> isr = of_partition<IsrChanged>(tp);
    const std::optional<FactIndex> created =
        last<TopicCreated>([&](const Fact&, const auto& f) { return f.topic == tp.topic; });
    if (partition->leader == kNoBroker) {
        return {fmt::format("{} has no leader: nobody of its ISR {} is there", tp.to_string(),
                            set_text(partition->isr)),
                leader};
    }
    return {fmt::format("{} is led by broker {}; in sync are {} of {}", tp.to_string(),
                        partition->leader.value, set_text(partition->isr),
                        set_text(partition->replicas)),
            partition->isr.size() < partition->replicas.size() ? latest({isr, leader, created})
            : leader                                           ? latest({leader, isr})
                                                               : latest({isr, created})};
}

State StateOf::operator()(const ReplicaThing& thing) const {
    const PartitionRegistration* partition = metadata().find_partition(thing.partition);
    const std::string name = fmt::format("the replica of {} on broker {}",
                                         thing.partition.to_string(), thing.broker.value);
    if (partition == nullptr || !partition->is_replica(thing.broker)) {
        return {name + " is not there", of_partition<ReassignmentChanged>(thing.partition)};
    }
    const auto here = [&](const Fact& fact, const auto& f) {
        return fact.node == node_of(thing.broker) && f.partition == thing.partition;
    };
    if (partition->leader == thing.broker) {
        return {fmt::format("{} leads in epoch {}", name, partition->leader_epoch.value),
                last<LeaderChanged>([&](const Fact&, const auto& f) {
                    return f.partition == thing.partition && f.to == thing.broker;
                })
                    ? of_partition<LeaderChanged>(thing.partition)
                    : last<ReplicaLeads>(here)};
    }
    const BrokerHost* host = world().find_broker(thing.broker);
    if (host == nullptr || !host->has_process()) {
        return {name + " is offline: its broker is not there", changed(node_of(thing.broker))};
    }
    if (!partition->is_in_sync(thing.broker)) {
        return {name + " is not in sync: it is not in the ISR",
                last<IsrChanged>([&](const Fact&, const IsrChanged& f) {
                    return f.partition == thing.partition && names(f.from, thing.broker) &&
                           !names(f.to, thing.broker);
                })};
    }
    return {fmt::format("{} follows broker {} and is in sync", name, partition->leader.value),
            latest({last<IsrChanged>([&](const Fact&, const IsrChanged& f) {
                        return f.partition == thing.partition && names(f.to, thing.broker) &&
                               !names(f.from, thing.broker);
                    }),
                    last<ReplicaFollows>(here)})};
}

State StateOf::operator()(const BatchThing& thing) const {
    const auto holds_it = [&](const BatchAcked& f) {
        const int64_t from = f.base_offset.value;
        return f.partition == thing.partition && from <= thing.base_offset.value &&
               thing.base_offset.value < from + static_cast<int64_t>(f.ns.size());
    };
    const std::optional<FactIndex> acked =
        last<BatchAcked>([&](const Fact&, const BatchAcked& f) { return holds_it(f); });
    const std::string name = fmt::format("the batch at offset {} of {}", thing.base_offset.value,
                                         thing.partition.to_string());
    return {name + (acked ? " was acknowledged to its producer"
                          : " is in the log; no acknowledgement of it is in the list of facts"),
            acked};
}

State StateOf::operator()(const ClientThing& thing) const {
    const ClientHost* host = world().find_client(thing.name);
    if (host == nullptr) {
        return {fmt::format("there is no client {}", thing.name), std::nullopt};
    }
    const auto number = static_cast<int32_t>(
        std::find_if(world().clients.begin(), world().clients.end(),
                     [&](const Cow<ClientHost>& other) { return other->name == thing.name; }) -
        world().clients.begin());
    const NodeId node{NodeKind::kClient, number + 1};
    switch (host->state) {
        case ClientState::kWaiting:
            return {thing.name + " waits for time 0", std::nullopt};
        case ClientState::kPaused:
            return {thing.name + " stands still", changed(node)};
        case ClientState::kClosing:
            return {thing.name + " is closing: it still sends what it holds", changed(node)};
        case ClientState::kStopped:
            return {thing.name + " has stopped", changed(node)};
        case ClientState::kCrashed:
            return {thing.name + " has crashed", changed(node)};
        case ClientState::kRunning:
            break;
    }
    const std::optional<FactIndex> trouble = latest(
        {at_node<BatchRetried>(node), at_node<BatchFailed>(node), at_node<SendFailed>(node),
         at_node<ConnectionLost>(node), at_node<ProducerEpochBumped>(node),
         at_node<PositionReset>(node), at_node<AdminAnswered>(node),
         at_node<PartitionsAssigned>(node), at_node<PartitionsLost>(node),
         at_node<PollTimedOut>(node), at_node<CommitFailed>(node), at_node<CoordinatorLost>(node),
         at_node<ConsumerFailed>(node), at_node<ServiceActed>(node), at_node<ServiceFailed>(node),
         at_node<HttpAnswered>(node), at_node<HttpUnanswered>(node)});
    return {thing.name + (trouble ? " runs; this happened to it last" : " runs"),
            trouble ? trouble : changed(node)};
}

State StateOf::operator()(const LinkThing& thing) const {
    const std::string name = fmt::format("the link between {} and {}", node_name(world(), thing.a),
                                         node_name(world(), thing.b));
    const LinkState there = world().network->link(thing.a, thing.b);
    const LinkState back = world().network->link(thing.b, thing.a);
    const bool passes =
        world().network->passes(thing.a, thing.b) && world().network->passes(thing.b, thing.a);
    std::string how = passes ? " is open" : " lets nothing through";
    if (there.cut != back.cut) {
        how = " is cut in one direction";
    } else if (passes && there.extra_latency > Duration()) {
        how = fmt::format(" is slower by {}", span_text(there.extra_latency));
    } else if (passes && there.loss_ppm > 0) {
        how = " loses packets";
    }
    return {name + how, link_command(thing.a, thing.b)};
}

State StateOf::operator()(const MessageThing& thing) const {
    const Message* message = world().network->find(thing.number);
    if (message == nullptr) {
        return {fmt::format("message {} is not on its way any more: it has arrived or was dropped",
                            thing.number),
                std::nullopt};
    }
    std::string text = fmt::format("{}, sent at {}", message_text(world(), *message),
                                   instant_text(world(), message->sent_at));
    const FactList& facts = past.facts();
    switch (world().network->stage(thing.number)) {
        case MessageStage::kHeld:
            return {text + ", is held", past.last_command(facts.size(), [&](const Command& c) {
                        const auto* held = std::get_if<MessageCommand>(&c);
                        return held != nullptr && held->message == thing.number;
                    })};
        case MessageStage::kStalled:
        case MessageStage::kBehind:
            return {text + ", does not get through: TCP sends it again and again",
                    link_command(message->from, message->to)};
        default:
            break;
    }
    for (FactIndex at = facts.size(); at > 0; --at) {
        if (facts[at - 1].id.event == message->cause) {
            return {text + "; it was sent in the event in which this happened", at - 1};
        }
    }
    return {text + fmt::format("; it was sent in event {}, in which nothing else happened",
                               message->cause.value),
            std::nullopt};
}

State StateOf::operator()(const GroupThing& thing) const {
    const std::optional<GroupView> view = view_group(world(), thing.group);
    if (!view) {
        return {fmt::format("there is no group {}", thing.group), std::nullopt};
    }
    const auto of_group = [&](const Fact&, const auto& f) { return f.group == thing.group; };
    if (view->coordinator == kNoBroker) {
        return {fmt::format("no broker coordinates group {} now", thing.group),
                latest({last<CoordinatorLost>(of_group),
                        of_partition<LeaderChanged>(
                            {std::string(kOffsetsTopic),
                             place_of_group(world(), thing.group).partition})})};
    }
    const std::optional<FactIndex> changed = last<GroupPhaseChanged>(of_group);
    const std::optional<FactIndex> began = last<GroupRebalanceBegan>(of_group);
    // How it came to share its partitions as it does matters more than that it is stable.
    return {fmt::format("group {} is {}, {} {}", thing.group, view->state,
                        view->protocol == "consumer" ? "epoch" : "generation", view->epoch),
            view->state == "Stable" && began ? last<GroupAssignmentMade>(of_group) : changed};
}

}  // namespace

std::vector<Reason> why(const World& world, const FactList& facts, FactId fact) {
    const auto found = std::find_if(facts.rbegin(), facts.rend(),
                                    [&](const Fact& other) { return other.id == fact; });
    std::vector<Reason> reasons;
    if (found != facts.rend()) {
        const auto at = static_cast<FactIndex>(facts.rend() - found) - 1;
        add_chain(reasons, Past(world, facts), at);
    }
    return reasons;
}

std::vector<Reason> why(const World& world, const FactList& facts, const Thing& thing) {
    if (const auto* fact = std::get_if<FactThing>(&thing)) {
        return why(world, facts, fact->fact);
    }
    const Past past(world, facts);
    const State state = std::visit(StateOf{past}, thing);
    std::vector<Reason> reasons;
    if (!state.text.empty()) {
        reasons.push_back({state.text, world.shown(world.now), std::nullopt, thing});
    }
    if (state.made_by) {
        add_chain(reasons, past, *state.made_by);
    }
    return reasons;
}

}  // namespace brokerlab

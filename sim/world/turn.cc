#include "sim/world/turn.h"

#include <algorithm>
#include <utility>

#include "sim/base/check.h"

namespace brokerlab {
namespace {

template <class Node>
SimTime deadline_of(const Cow<std::optional<Node>>& process) {
    return process->has_value() ? (**process).next_deadline() : kNever;
}

SimTime client_deadline(const ClientHost& host) {
    if (host.state != ClientState::kRunning && host.state != ClientState::kClosing) {
        return kNever;
    }
    struct Deadline {
        SimTime operator()(std::monostate) const { return kNever; }
        SimTime operator()(const ProducerClient& p) const { return p.next_deadline(); }
        SimTime operator()(const ConsumerClient& c) const { return c.next_deadline(); }
        SimTime operator()(const AdminClient& a) const { return a.next_deadline(); }
    };
    return std::visit(Deadline{}, *host.process);
}

SimTime deadline_of(const World& world, NodeId node) {
    const auto index = static_cast<std::size_t>(node.number) - 1;
    switch (node.kind) {
        case NodeKind::kBroker: {
            const BrokerHost& host = *world.brokers[index];
            return host.state == HostState::kRunning ? deadline_of(host.process) : kNever;
        }
        case NodeKind::kController: {
            const ControllerHost& host = *world.controllers[index];
            return host.state == HostState::kRunning ? deadline_of(host.process) : kNever;
        }
        case NodeKind::kClient:
            return client_deadline(*world.clients[index]);
    }
    BL_CHECK(false);
}

}  // namespace

NodeTimers& edit_timers(World& world, NodeId node) {
    const auto index = static_cast<std::size_t>(node.number) - 1;
    switch (node.kind) {
        case NodeKind::kBroker:
            return world.brokers[index].edit().timers;
        case NodeKind::kController:
            return world.controllers[index].edit().timers;
        case NodeKind::kClient:
            return world.clients[index].edit().timers;
    }
    BL_CHECK(false);
}

void arm_timer(World& world, NodeId node, EventSequence cause) {
    const SimTime deadline = deadline_of(world, node);
    if (deadline == kNever) {
        return;
    }
    NodeTimers& timers = edit_timers(world, node);
    const SimTime at = std::max(deadline, world.now);
    if (!timers.armed.empty() && timers.armed.back() <= at) {
        return;
    }
    timers.armed.push_back(at);
    world.queue.push(at, static_cast<uint16_t>(EventKind::kTimer), node_code(node), 0, cause);
}

void schedule(World& world, const std::vector<Arrival>& arrivals, EventSequence cause) {
    for (const Arrival& arrival : arrivals) {
        world.queue.push(arrival.at, static_cast<uint16_t>(EventKind::kDeliver),
                         node_code(arrival.to), arrival.slot, cause);
    }
}

Turn::Turn(World& world, StepResult& result, NodeId node)
    : world_(world),
      result_(result),
      node_(node),
      env_{world.now, world.setup->seed, node, world.rules},
      effects_(node, world.network->connections_opened(node)) {
    effects_.actions().swap(result.spare_actions);
    effects_.facts().swap(result.spare_facts);
}

void Turn::state(FactBody body) {
    Fact fact{{result_.event.sequence, static_cast<uint32_t>(result_.facts.size())},
              world_.now,
              node_,
              result_.event.cause,
              std::move(body)};
    if (OutcomeLedger::concerns(fact.body)) {
        world_.outcomes.edit().note(fact);
    }
    result_.facts.push_back(std::move(fact));
}

Turn::~Turn() {
    for (FactBody& body : effects_.facts()) {
        state(std::move(body));
    }
    effects_.facts().clear();
    if (!effects_.actions().empty()) {
        std::vector<Arrival> arrivals;
        arrivals.swap(result_.spare_arrivals);
        Network& network = world_.network.edit();
        if (network.connections_opened(node_) != effects_.connections_opened()) {
            network.set_connections_opened(node_, effects_.connections_opened());
        }
        network.carry_out(effects_.actions(), node_, world_.now, result_.event.sequence, arrivals);
        schedule(world_, arrivals, result_.event.sequence);
        arrivals.clear();
        arrivals.swap(result_.spare_arrivals);
    }
    arm_timer(world_, node_, result_.event.sequence);
    effects_.actions().swap(result_.spare_actions);
    effects_.facts().swap(result_.spare_facts);
}

}  // namespace brokerlab

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
        SimTime operator()(const ServiceInstance& s) const { return s.next_deadline(); }
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

/// Whether a replica of this broker, running or on its disk, is of the topic and reaches beyond the
/// offset; -1 is before every record.
bool reaches(const BrokerHost& host, const TopicPartition& tp, Uuid topic_id, Offset offset) {
    const auto is_it = [&](Uuid id, const PartitionLog& log) {
        return id == topic_id && offset < log.log_end_offset;
    };
    if (host.has_process()) {
        const ReplicaManager& replicas = (**host.process).replicas();
        if (const Partition* partition = replicas.find(tp)) {
            return is_it(partition->topic_id, *partition->log);
        }
        const ReplicaOnDisk* unhosted = replicas.unhosted.find(tp);
        return unhosted != nullptr && is_it(unhosted->topic_id, *unhosted->log);
    }
    const ReplicaOnDisk* replica = host.disk->replicas.find(tp);
    return replica != nullptr && is_it(replica->topic_id, *replica->log);
}

/// Whether the records are in a topic that was deleted. Answers name topics, not their ids, and one
/// from before may come when the name has been used again: then no replica of the new topic has
/// records there.
bool went_with_its_topic(const World& world, const BatchAcked& acked) {
    if (!world.outcomes->deleted.contains(acked.partition.topic)) {
        return false;
    }
    const TopicImage* topic = world.committed_metadata().find_topic(acked.partition.topic);
    return topic == nullptr ||
           std::none_of(world.brokers.begin(), world.brokers.end(),
                        [&](const Cow<BrokerHost>& host) {
                            return reaches(*host, acked.partition, topic->id, acked.base_offset);
                        });
}

/// Whether the ledger of outcomes takes note of the fact.
bool is_to_be_judged(const World& world, const FactBody& fact) {
    const auto* acked = std::get_if<BatchAcked>(&fact);
    return OutcomeLedger::concerns(fact) &&
           (acked == nullptr || !went_with_its_topic(world, *acked));
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
      opened_before_(world.network->connections_opened(node)),
      effects_(node, opened_before_) {
    effects_.actions().swap(result.spare_actions);
    effects_.facts().swap(result.spare_facts);
}

void Turn::state(FactBody body) {
    Fact fact{{result_.event.sequence, static_cast<uint32_t>(result_.facts.size())},
              world_.now,
              node_,
              result_.event.cause,
              std::move(body)};
    if (is_to_be_judged(world_, fact.body)) {
        world_.outcomes.edit().note(fact);
    }
    if (std::holds_alternative<RecordsProcessed>(fact.body)) {
        world_.processing.edit().note(fact);
    }
    if (std::holds_alternative<ServiceActed>(fact.body) ||
        std::holds_alternative<ServiceFailed>(fact.body) ||
        std::holds_alternative<HttpUnanswered>(fact.body)) {
        world_.business.edit().note(fact);
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
        if (effects_.connections_opened() != opened_before_) {
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

#include "sim/world/lifecycle.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sim/base/check.h"
#include "sim/log/page_cache.h"

namespace brokerlab {
namespace {

std::size_t index_of(NodeId node) {
    return static_cast<std::size_t>(node.number) - 1;
}
NodeId broker_node(BrokerId id) {
    return {NodeKind::kBroker, id.value};
}

std::vector<BrokerId> voters_of(const World& world) {
    std::vector<BrokerId> voters;
    for (const Cow<ControllerHost>& host : world.controllers) {
        voters.push_back(node_id_of({NodeKind::kController, host->number}));
    }
    return voters;
}

std::vector<BrokerId> bootstrap_of(const World& world) {
    std::vector<BrokerId> ids;
    for (const Cow<BrokerHost>& host : world.brokers) {
        ids.push_back(host->setup.id);
    }
    return ids;
}

void set_presence(World& world, StepResult& result, NodeId node, NodePresence presence) {
    std::vector<Arrival> arrivals;
    world.network.edit().set_presence(node, presence, world.now, result.event.sequence, arrivals);
    schedule(world, arrivals, result.event.sequence);
}

/// States that a node changed, as a fact of that node.
void state_change(World& world, StepResult& result, NodeId node, NodeChanged::Change change) {
    Turn turn(world, result, node);
    turn.state(NodeChanged{change, {}});
}

/// Whether `broker` is the only member that is left in the partition's ISR.
bool last_in_sync(const World& world, const TopicPartition& tp, BrokerId broker) {
    const PartitionRegistration* registration = world.committed_metadata().find_partition(tp);
    return registration != nullptr && registration->isr == std::vector<BrokerId>{broker};
}

/// The broker's process ends here and now; its disk stays.
void end_broker(BrokerHost& host, HostState state) {
    if (host.has_process()) {
        host.disk = Cow<BrokerDisk>(std::move(*host.process.edit()).take_disk());
        host.process = Cow<std::optional<BrokerNode>>();
    }
    host.state = state;
}

void end_controller(ControllerHost& host) {
    host.disk = Cow<RaftDisk>((**host.process).disk());
    host.process = Cow<std::optional<ControllerNode>>();
    host.state = HostState::kDown;
}

/// A controller that saw what can't be, a second leader of its epoch say, ends itself. It happens
/// only with a rule off.
void end_halted_controller(World& world, StepResult& result, NodeId node) {
    const Cow<ControllerHost>& host = world.controllers[index_of(node)];
    if (!host->has_process() || !(**host->process).fatal().has_value()) {
        return;
    }
    {
        Turn turn(world, result, node);
        turn.state(NodeChanged{NodeChanged::Change::kHalted, *(**host->process).fatal()});
    }
    end_controller(world.controllers[index_of(node)].edit());
    set_presence(world, result, node, NodePresence::kRefusing);
}

/// States of each call that the instance of a service has not answered that it never will be.
void state_unanswered(World& world, StepResult& result, NodeId client) {
    const ServiceInstance* instance = world.clients[index_of(client)]->instance();
    if (instance == nullptr) {
        return;
    }
    Turn turn(world, result, client);
    for (const OpenCall& open : instance->open_calls()) {
        turn.state(HttpUnanswered{instance->start().setup.name, open.call.path, open.handled});
    }
}

void end_client(ClientHost& host, ClientState state) {
    if (const ProducerClient* producer = host.producer()) {
        host.counts_before = host.counts();
        host.next_n = producer->next_n();
    }
    host.process = decltype(host.process)();
    host.state = state;
}

}  // namespace

std::string cluster_id() {
    return "brokerlab-cluster-0000";
}

BrokerDisk formatted_broker_disk(Seed seed, BrokerId broker, SimTime now) {
    const UuidWords id = draw_uuid(seed, draw_key(broker_node(broker)), draw_key(now));
    BrokerDisk disk = format_disk(Uuid{id.high, id.low}, now);
    disk.metadata.quorum_state.cluster_id = cluster_id();
    return disk;
}

RaftDisk formatted_controller_disk(SimTime now) {
    RaftDisk disk = new_raft_disk(now);
    disk.quorum_state.cluster_id = cluster_id();
    return disk;
}

void start_controller(World& world, StepResult& result, int32_t number) {
    const NodeId node{NodeKind::kController, number};
    ControllerHost& host = world.controllers[index_of(node)].edit();
    ++host.starts;
    host.state = HostState::kRunning;
    set_presence(world, result, node, NodePresence::kUp);
    Turn turn(world, result, node);
    turn.state(NodeChanged{NodeChanged::Change::kStarted, {}});
    ControllerStart start{number, world.setup->cluster_config, voters_of(world), cluster_id(),
                          host.starts};
    host.process.edit().emplace(start, *host.disk, turn.env(), turn.effects());
    host.disk = Cow<RaftDisk>();
}

void start_broker(World& world, StepResult& result, BrokerId id) {
    const NodeId node = broker_node(id);
    BrokerHost& host = world.brokers[index_of(node)].edit();
    ++host.starts;
    host.state = HostState::kRunning;
    set_presence(world, result, node, NodePresence::kUp);
    Turn turn(world, result, node);
    turn.state(NodeChanged{NodeChanged::Change::kStarted, {}});
    BrokerStart start{id,           host.setup.rack, host.config, voters_of(world),
                      cluster_id(), host.starts};
    host.process.edit().emplace(start, *host.disk, turn.env(), turn.effects());
    host.process.edit()->set_disk_delay(host.disk_delay);
    host.disk = Cow<BrokerDisk>();
}

void start_client(World& world, StepResult& result, NodeId client) {
    ClientHost& host = world.clients[index_of(client)].edit();
    ++host.starts;
    host.state = ClientState::kRunning;
    host.restart = false;
    set_presence(world, result, client, NodePresence::kUp);
    Turn turn(world, result, client);
    turn.state(NodeChanged{NodeChanged::Change::kStarted, {}});
    if (const auto* producer = std::get_if<ProducerSetup>(&host.setup)) {
        ProducerStart start{*producer,           static_cast<uint32_t>(client.number),
                            bootstrap_of(world), world.time_zero.value_or(world.now),
                            host.next_n,         host.starts};
        host.process.edit().emplace<ProducerClient>(start, turn.env(), turn.effects());
    } else if (const auto* consumer = std::get_if<ConsumerSetup>(&host.setup)) {
        ConsumerStart start{*consumer, host.name, bootstrap_of(world), host.starts};
        host.process.edit().emplace<ConsumerClient>(start, turn.env(), turn.effects());
    } else if (const ServiceSetup* service = host.service()) {
        ServiceStart start{*service,
                           host.name,
                           static_cast<uint32_t>(client.number),
                           bootstrap_of(world),
                           world.time_zero.value_or(world.now),
                           host.next_n,
                           host.starts};
        host.process.edit().emplace<ServiceInstance>(start, turn.env(), turn.effects());
    } else {
        host.process.edit().emplace<AdminClient>(bootstrap_of(world), turn.env(), turn.effects());
    }
}

void kill_node(World& world, StepResult& result, NodeId node) {
    state_change(world, result, node, NodeChanged::Change::kKilled);
    if (node.kind == NodeKind::kBroker) {
        end_broker(world.brokers[index_of(node)].edit(), HostState::kDown);
    } else {
        end_controller(world.controllers[index_of(node)].edit());
    }
    set_presence(world, result, node, NodePresence::kRefusing);
}

void power_off(World& world, StepResult& result, BrokerId id) {
    const NodeId node = broker_node(id);
    Turn turn(world, result, node);
    turn.state(NodeChanged{NodeChanged::Change::kPoweredOff, {}});
    BrokerHost& host = world.brokers[index_of(node)].edit();
    end_broker(host, HostState::kOff);
    for (const LostTail& tail : lose_power(host.disk.edit(), world.now)) {
        turn.state(RecordsLostOnDisk{tail.partition, RecordsLostOnDisk::By::kPowerLoss,
                                     tail.first_lost, tail.log_end,
                                     last_in_sync(world, tail.partition, id)});
    }
    set_presence(world, result, node, NodePresence::kSilent);
}

void stop_broker(World& world, StepResult& result, BrokerId id) {
    const NodeId node = broker_node(id);
    {
        Turn turn(world, result, node);
        world.brokers[index_of(node)].edit().process.edit()->begin_shutdown(turn.env(),
                                                                            turn.effects());
    }
    end_finished_process(world, result, node);
}

void pause_node(World& world, StepResult& result, NodeId node) {
    state_change(world, result, node, NodeChanged::Change::kPaused);
    switch (node.kind) {
        case NodeKind::kBroker:
            world.brokers[index_of(node)].edit().state = HostState::kPaused;
            break;
        case NodeKind::kController:
            world.controllers[index_of(node)].edit().state = HostState::kPaused;
            break;
        case NodeKind::kClient:
            world.clients[index_of(node)].edit().state = ClientState::kPaused;
            break;
    }
    set_presence(world, result, node, NodePresence::kPaused);
}

void resume_node(World& world, StepResult& result, NodeId node) {
    switch (node.kind) {
        case NodeKind::kBroker:
            world.brokers[index_of(node)].edit().state = HostState::kRunning;
            break;
        case NodeKind::kController:
            world.controllers[index_of(node)].edit().state = HostState::kRunning;
            break;
        case NodeKind::kClient:
            world.clients[index_of(node)].edit().state = ClientState::kRunning;
            break;
    }
    // Overdue timers come first, then what arrived meanwhile.
    state_change(world, result, node, NodeChanged::Change::kResumed);
    set_presence(world, result, node, NodePresence::kUp);
}

void isolate_node(World& world, StepResult& result, NodeId node, bool isolated) {
    world.network.edit().set_isolated(node, isolated);
    if (node.kind == NodeKind::kBroker) {
        world.brokers[index_of(node)].edit().isolated = isolated;
    } else if (node.kind == NodeKind::kController) {
        world.controllers[index_of(node)].edit().isolated = isolated;
    }
    state_change(world, result, node,
                 isolated ? NodeChanged::Change::kIsolated : NodeChanged::Change::kRejoined);
}

void fail_disk(World& world, StepResult& result, BrokerId id) {
    const NodeId node = broker_node(id);
    state_change(world, result, node, NodeChanged::Change::kDiskFailed);
    {
        BrokerHost& host = world.brokers[index_of(node)].edit();
        if (host.has_process()) {
            Turn turn(world, result, node);
            host.process.edit()->on_disk_failed(turn.env(), turn.effects());
        }
    }
    end_finished_process(world, result, node);
    world.brokers[index_of(node)].edit().disk.edit().failed = true;
}

void repair_disk(World& world, StepResult& result, BrokerId id) {
    const NodeId node = broker_node(id);
    Turn turn(world, result, node);
    BrokerHost& host = world.brokers[index_of(node)].edit();
    for (const auto& [partition, replica] : host.disk->replicas) {
        if (replica.log->log_end_offset > replica.log->log_start_offset) {
            turn.state(RecordsLostOnDisk{partition, RecordsLostOnDisk::By::kDiskFailure,
                                         replica.log->log_start_offset, replica.log->log_end_offset,
                                         last_in_sync(world, partition, id)});
        }
    }
    host.disk = Cow<BrokerDisk>(formatted_broker_disk(world.setup->seed, id, world.now));
    turn.state(NodeChanged{NodeChanged::Change::kDiskRepaired, {}});
}

ServiceDesk desk_of(World& world, const std::string& service) {
    Business& business = world.business.edit();
    return {business.databases.at(service).edit(), business.counts.at(service)};
}

void post_call(World& world, StepResult& result, NodeId instance, const std::string& path,
               const std::string& body) {
    Turn turn(world, result, instance);
    ClientHost& host = world.clients[index_of(instance)].edit();
    ++host.calls;
    auto& process = std::get<ServiceInstance>(host.process.edit());
    process.post({host.calls, path, body}, desk_of(world, process.start().setup.name), turn.env(),
                 turn.effects());
}

void stop_client(World& world, StepResult& result, NodeId client) {
    {
        Turn turn(world, result, client);
        ClientHost& host = world.clients[index_of(client)].edit();
        host.state = ClientState::kClosing;
        auto& process = host.process.edit();
        if (auto* producer = std::get_if<ProducerClient>(&process)) {
            producer->close(turn.env(), turn.effects());
        } else if (auto* consumer = std::get_if<ConsumerClient>(&process)) {
            consumer->close(turn.env(), turn.effects());
        } else if (auto* instance = std::get_if<ServiceInstance>(&process)) {
            instance->close(desk_of(world, instance->start().setup.name), turn.env(),
                            turn.effects());
        }
    }
    end_finished_process(world, result, client);
}

void crash_client(World& world, StepResult& result, NodeId client) {
    state_change(world, result, client, NodeChanged::Change::kKilled);
    state_unanswered(world, result, client);
    end_client(world.clients[index_of(client)].edit(), ClientState::kCrashed);
    set_presence(world, result, client, NodePresence::kRefusing);
}

void end_finished_process(World& world, StepResult& result, NodeId node) {
    bool restart = false;  // A client's, with a changed config.
    if (node.kind == NodeKind::kBroker) {
        const Cow<BrokerHost>& host = world.brokers[index_of(node)];
        if (!host->has_process() || !(**host->process).has_exited()) {
            return;
        }
        const bool halted =
            std::any_of(result.facts.begin(), result.facts.end(), [&](const Fact& fact) {
                const auto* change = std::get_if<NodeChanged>(&fact.body);
                return change != nullptr && fact.node == node &&
                       change->change == NodeChanged::Change::kHalted;
            });
        end_broker(world.brokers[index_of(node)].edit(), HostState::kDown);
        if (halted) {  // It has said so itself.
            set_presence(world, result, node, NodePresence::kRefusing);
            return;
        }
    } else if (node.kind == NodeKind::kClient) {
        const Cow<ClientHost>& host = world.clients[index_of(node)];
        const auto* reader = std::get_if<ConsumerClient>(&*host->process);
        const bool gave_up =
            host->state == ClientState::kRunning && reader != nullptr && reader->has_closed();
        if (host->state != ClientState::kClosing && !gave_up) {
            return;
        }
        const ProducerClient* producer = host->producer();
        if (producer != nullptr && !producer->has_closed()) {
            return;
        }
        const ConsumerClient* consumer = host->consumer();
        if (consumer != nullptr && !consumer->has_closed()) {
            return;
        }
        const ServiceInstance* instance = host->instance();
        if (instance != nullptr && !instance->has_closed()) {
            return;
        }
        restart = host->restart;
        end_client(world.clients[index_of(node)].edit(), ClientState::kStopped);
    } else {
        end_halted_controller(world, result, node);
        return;
    }
    state_change(world, result, node, NodeChanged::Change::kStopped);
    set_presence(world, result, node, NodePresence::kRefusing);
    if (restart) {
        start_client(world, result, node);
    }
}

}  // namespace brokerlab

#include "sim/world/step.h"

#include <utility>
#include <variant>

#include "sim/base/check.h"
#include "sim/world/boot.h"
#include "sim/world/lifecycle.h"

namespace brokerlab {
namespace {

std::size_t index_of(NodeId node) {
    return static_cast<std::size_t>(node.number) - 1;
}

/// Hands a delivery to a node; all answer to the same calls, and clients take no requests.
template <class Node>
void hand_over(Node& node, Delivery& delivery, Turn& turn) {
    switch (delivery.kind) {
        case Delivery::Kind::kRequest:
            if constexpr (requires { &Node::on_request; }) {
                node.on_request(std::get<Request>(std::move(delivery.body)), turn.env(),
                                turn.effects());
            } else {
                BL_CHECK(delivery.kind != Delivery::Kind::kRequest);
            }
            return;
        case Delivery::Kind::kResponse:
            node.on_response(std::get<Response>(std::move(delivery.body)), turn.env(),
                             turn.effects());
            return;
        case Delivery::Kind::kConnected:
            node.on_connected(delivery.connection, turn.env(), turn.effects());
            return;
        case Delivery::Kind::kConnectionLost:
            node.on_connection_lost(delivery.connection, turn.env(), turn.effects());
            return;
    }
    BL_CHECK(false);
}

/// An instance of a service, with what its service shares, as one that answers to the same calls.
struct InstanceAtDesk {
    ServiceInstance& instance;
    ServiceDesk desk;

    void on_response(const Response& response, const Env& env, Effects& fx) {
        instance.on_response(response, desk, env, fx);
    }
    void on_connected(const ConnectionId& connection, const Env& env, Effects& fx) {
        instance.on_connected(connection, desk, env, fx);
    }
    void on_connection_lost(const ConnectionId& connection, const Env& env, Effects& fx) {
        instance.on_connection_lost(connection, desk, env, fx);
    }
    void on_timer(const Env& env, Effects& fx) { instance.on_timer(desk, env, fx); }
    [[nodiscard]] SimTime next_deadline() const { return instance.next_deadline(); }
};

/// Calls `use` with the client of a host that has a process.
template <class Use>
void with_client(World& world, ClientHost& host, Use use) {
    struct Visitor {
        World& world;
        Use& use;
        void operator()(std::monostate) const { BL_CHECK(false); }
        void operator()(ProducerClient& client) const { use(client); }
        void operator()(ConsumerClient& client) const { use(client); }
        void operator()(AdminClient& client) const { use(client); }
        void operator()(ServiceInstance& instance) const {
            InstanceAtDesk at{instance, desk_of(world, instance.start().setup.name)};
            use(at);
        }
    };
    std::visit(Visitor{world, use}, host.process.edit());
}

void deliver(World& world, StepResult& result) {
    std::vector<Arrival> arrivals;
    std::optional<Delivery> delivery =
        world.network.edit().deliver(result.event.body, world.now, result.event.sequence, arrivals);
    schedule(world, arrivals, result.event.sequence);
    if (!delivery) {
        return;
    }
    const NodeId to = delivery->to;
    switch (to.kind) {
        case NodeKind::kBroker: {
            Turn turn(world, result, to);
            BrokerHost& host = world.brokers[index_of(to)].edit();
            BL_CHECK(host.has_process());
            hand_over(*host.process.edit(), *delivery, turn);
            break;
        }
        case NodeKind::kController: {
            Turn turn(world, result, to);
            ControllerHost& host = world.controllers[index_of(to)].edit();
            BL_CHECK(host.has_process());
            hand_over(*host.process.edit(), *delivery, turn);
            break;
        }
        case NodeKind::kClient: {
            Turn turn(world, result, to);
            with_client(world, world.clients[index_of(to)].edit(),
                        [&](auto& client) { hand_over(client, *delivery, turn); });
            break;
        }
    }
    end_finished_process(world, result, to);
}

void run_timer(World& world, StepResult& result) {
    const NodeId node = node_of_code(result.event.target);
    NodeTimers& timers = edit_timers(world, node);
    BL_CHECK(!timers.armed.empty());
    BL_CHECK(timers.armed.back() == result.event.at);
    timers.armed.pop_back();
    switch (node.kind) {
        case NodeKind::kBroker: {
            BrokerHost& host = world.brokers[index_of(node)].edit();
            if (host.state != HostState::kRunning) {
                return;
            }
            Turn turn(world, result, node);
            if ((**host.process).next_deadline() <= world.now) {
                host.process.edit()->on_timer(turn.env(), turn.effects());
            }
            break;
        }
        case NodeKind::kController: {
            ControllerHost& host = world.controllers[index_of(node)].edit();
            if (host.state != HostState::kRunning) {
                return;
            }
            Turn turn(world, result, node);
            if ((**host.process).next_deadline() <= world.now) {
                host.process.edit()->on_timer(turn.env(), turn.effects());
            }
            break;
        }
        case NodeKind::kClient: {
            ClientHost& host = world.clients[index_of(node)].edit();
            if (host.state != ClientState::kRunning && host.state != ClientState::kClosing) {
                return;
            }
            Turn turn(world, result, node);
            with_client(world, host, [&](auto& client) {
                if (client.next_deadline() <= world.now) {
                    client.on_timer(turn.env(), turn.effects());
                }
            });
            break;
        }
    }
    end_finished_process(world, result, node);
}

}  // namespace

void close_event(World& world, const StepResult& result) {
    Digest d(world.history);
    digest_fields(d, result.event.at, result.event.sequence, result.event.kind,
                  result.event.target);
    for (const Fact& fact : result.facts) {
        digest_into(d, fact);
    }
    world.history = d.value();
    ++world.events_run;
}

void step(World& world, StepResult& result) {
    BL_CHECK(!world.queue.empty());
    result.event = world.queue.pop();
    result.facts.clear();
    world.now = result.event.at;
    switch (static_cast<EventKind>(result.event.kind)) {
        case EventKind::kDeliver:
            deliver(world, result);
            break;
        case EventKind::kTimer:
            run_timer(world, result);
            break;
        case EventKind::kBoot:
            advance_boot(world, result);
            break;
    }
    close_event(world, result);
}

}  // namespace brokerlab

// What waits for the controllers, and what they wait for: silent brokers, brokers that start or
// stop, elections of a controller; and why nobody can decide anything.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/view/explain_text.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/quorum_standing.h"
#include "sim/view/waits.h"

namespace brokerlab {
namespace {

/// What the metadata says of a broker.
struct Roles {
    std::size_t leads = 0;
    std::size_t in_sync = 0;
    std::vector<Thing> things;  ///< partitions and topics where it is one of those
};
Roles roles_of(const World& world, BrokerId broker) {
    Roles roles;
    for (const auto& [name, topic] : *world.committed_metadata().topics) {
        bool any = false;
        for (int32_t i = 0; i < topic->partition_count(); ++i) {
            const PartitionRegistration& partition =
                *topic->partitions[static_cast<std::size_t>(i)];
            if (!partition.is_in_sync(broker)) {
                continue;
            }
            any = true;
            ++roles.in_sync;
            roles.leads += partition.leader == broker ? 1U : 0U;
            const TopicPartition tp{name, PartitionId(i)};
            roles.things.push_back(PartitionThing{tp});
            roles.things.push_back(ReplicaThing{tp, broker});
        }
        if (any) {
            roles.things.push_back(TopicThing{name});
        }
    }
    return roles;
}

void add_silent(const World& world, BrokerId broker, std::vector<Waiting>& waits) {
    const std::optional<Session> session = session_of(world, broker);
    const std::string absent = absence_of(world, broker);
    if (!session || (!session->silent && absent.empty())) {
        return;
    }
    Roles roles = roles_of(world, broker);
    Waiting waiting;
    waiting.wait.who = BrokerThing{broker};
    waiting.wait.what =
        fmt::format("{}, and the controller still takes it for alive",
                    absent.empty() ? fmt::format("broker {} is silent", broker.value) : absent);
    waiting.wait.holds_it = fmt::format(
        "its last heartbeat came {}; it counts as leader of {} and is in {}",
        ago_text(world, session->last_heartbeat), counted(roles.leads, "partition", "partitions"),
        counted(roles.in_sync, "ISR", "ISRs"));
    waiting.wait.ends = fmt::format(
        "it is fenced {} unless a heartbeat comes (broker.session.timeout.ms), and "
        "others lead then",
        by_text(world, session->ends));
    waiting.wait.deadline = shown_deadline(world, session->ends);
    waiting.involves = std::move(roles.things);
    waits.push_back(std::move(waiting));
}

/// Nobody notices that it is gone.
void add_unfenced(const World& world, BrokerId broker, std::vector<Waiting>& waits) {
    const BrokerRegistration* registration = world.committed_metadata().find_broker(broker);
    const std::string nobody = no_controller(world);
    const std::string absent = absence_of(world, broker);
    if (registration == nullptr || registration->fenced || nobody.empty() || absent.empty()) {
        return;
    }
    Roles roles = roles_of(world, broker);
    Waiting waiting;
    waiting.wait.who = BrokerThing{broker};
    waiting.wait.what = fmt::format("{}, and nobody can fence it", absent);
    waiting.wait.holds_it = fmt::format("{}; it counts as leader of {} and is in {}", nobody,
                                        counted(roles.leads, "partition", "partitions"),
                                        counted(roles.in_sync, "ISR", "ISRs"));
    waiting.wait.ends =
        "a new active controller gives every broker a whole broker.session.timeout.ms to show "
        "itself, then fences it, and others lead";
    waiting.involves = std::move(roles.things);
    waits.push_back(std::move(waiting));
}

/// What keeps the controller from letting a broker go that has asked for it, and when it may end
/// [BrokerHeartbeatManager.calculateNextBrokerState].
void tell_shutdown(const World& world, BrokerId id, const Lifecycle& life, Wait& wait) {
    const std::string hindered = controller_hindrance(world, id);
    const ControllerNode* active = deciding_controller(world);
    const BrokerHeartbeatState* known =
        active == nullptr ? nullptr : active->heartbeats().brokers.find(id);
    const std::size_t leads = roles_of(world, id).leads;
    std::vector<BrokerId> unaware;
    if (known != nullptr && known->controlled_shutdown_offset) {
        for (const auto& [other, state] : active->heartbeats().brokers) {
            if (!state.fenced && !state.controlled_shutdown_offset &&
                state.metadata_offset < *known->controlled_shutdown_offset) {
                unaware.push_back(other);
            }
        }
    }
    wait.what = fmt::format("broker {} waits to be let go", id.value);
    wait.holds_it =
        !hindered.empty() ? hindered
        : leads > 0 ? fmt::format("it still leads {}", counted(leads, "partition", "partitions"))
        : known == nullptr || !known->controlled_shutdown_offset
            ? "the controller has not heard yet that it wants to stop"
        : unaware.empty() ? "nothing any more: the controller tells it so when it asks again"
                          : fmt::format(
                                "{} {} not told the controller yet that {} the metadata "
                                "in which others lead; their heartbeats do",
                                brokers_text(unaware), unaware.size() == 1 ? "has" : "have",
                                unaware.size() == 1 ? "it knows" : "they know");
    const std::string anyway =
        fmt::format("it ends anyway {}", by_text(world, life.shutdown_deadline));
    const bool asks = hindered.empty() && life.next_communication != kNever;
    wait.ends = !hindered.empty() ? fmt::format("when a controller answers it; {}", anyway)
                : asks            ? fmt::format("with the answer to its next heartbeat, {}; {}",
                                                by_text(world, life.next_communication), anyway)
                       : fmt::format("with the answer to its heartbeat, which is out; {}", anyway);
    wait.deadline =
        !hindered.empty() ? shown_deadline(world, life.shutdown_deadline)
        : asks ? shown_deadline(world, std::min(life.next_communication, life.shutdown_deadline))
               : std::nullopt;
}

void add_lifecycle(const World& world, const BrokerHost& host, std::vector<Waiting>& waits) {
    const BrokerNode& broker = **host.process;
    const Lifecycle& life = broker.lifecycle();
    const BrokerId id = host.setup.id;
    const BrokerRegistration* registration = world.committed_metadata().find_broker(id);
    const std::string hindered = controller_hindrance(world, id);
    Waiting waiting;
    waiting.wait.who = BrokerThing{id};
    SimTime deadline = kNever;
    if (life.state == BrokerState::kPendingControlledShutdown) {
        tell_shutdown(world, id, life, waiting.wait);
        waits.push_back(std::move(waiting));
        return;
    }
    if (!life.registered) {
        waiting.wait.what = fmt::format("broker {} waits for its registration", id.value);
        waiting.wait.holds_it = !hindered.empty() ? hindered
                                : life.failed_attempts > 0
                                    ? "the controller still knows an earlier process of it: its "
                                      "session has to end first"
                                    : "the controller has not answered yet";
        deadline = life.registration_deadline;
        waiting.wait.ends = fmt::format("it gives up {} (initial.broker.registration.timeout.ms)",
                                        by_text(world, deadline));
    } else if (registration != nullptr && registration->fenced) {
        waiting.wait.what = fmt::format("broker {} waits to be unfenced", id.value);
        waiting.wait.holds_it = !hindered.empty() ? hindered
                                : life.ready_to_unfence
                                    ? "a heartbeat has to show the controller that it has read the "
                                      "metadata up to its own registration"
                                    : "it still reads the metadata log";
        deadline = life.next_communication;
        waiting.wait.ends = deadline == kNever
                                ? "with the answer to its heartbeat"
                                : "with its next heartbeats, one " + by_text(world, deadline);
    } else {
        return;
    }
    waiting.wait.deadline = shown_deadline(world, deadline);
    waits.push_back(std::move(waiting));
}

// ---- The quorum

bool runs(const ControllerHost& host) {
    return host.state == HostState::kRunning && host.has_process();
}

/// What a controller does while nobody decides.
std::string role_text(const World& world, const ControllerNode& controller) {
    const RaftNode& raft = controller.raft();
    switch (raft.role()) {
        case RaftRole::kUnattached:
            return "knows no leader; it asks for votes";
        case RaftRole::kProspective:
            return "asks whether it could win (pre-vote)";
        case RaftRole::kCandidate:
            return "stands for election";
        case RaftRole::kFollower:
            return raft.leader() ? fmt::format("still follows {}; it asks for votes",
                                               node_name(world, node_of(*raft.leader())))
                                 : "follows";
        case RaftRole::kLeader:
            return controller.is_active() ? "is active but reaches no majority; it gives up leading"
                                          : "leads and commits the first record of its epoch";
        case RaftRole::kResigned:
            return "has given up leading";
    }
    return {};
}

void add_election(const World& world, std::vector<Waiting>& waits) {
    const QuorumStanding standing = quorum_standing(world);
    if (standing.decides()) {
        return;
    }
    Waiting waiting;
    waiting.wait.who = QuorumThing{};
    waiting.wait.what =
        standing.powerless
            ? fmt::format("controller {} is active but reaches no majority: nothing can be decided",
                          *standing.powerless)
            : "the cluster has no active controller: nothing can be decided";
    SimTime next = kNever;
    std::string roles;
    for (const Cow<ControllerHost>& host : world.controllers) {
        waiting.involves.push_back(ControllerThing{host->number});
        if (!runs(*host)) {
            continue;
        }
        const ControllerNode& controller = **host->process;
        const SimTime deadline = controller.raft().role_deadline();
        if (!controller.is_active()) {  // Its giving up brings no election nearer.
            next = std::min(next, deadline);
        }
        roles += fmt::format("{}controller {} {}{}", roles.empty() ? "" : "; ", host->number,
                             role_text(world, controller),
                             deadline == kNever ? std::string() : " " + by_text(world, deadline));
    }
    const bool possible = standing.has_majority();
    waiting.wait.holds_it = possible ? roles : no_majority_text(standing);
    waiting.wait.ends =
        possible ? "with the votes of a majority" : "when a majority of them runs and can talk";
    waiting.wait.deadline = possible ? shown_deadline(world, next) : std::nullopt;
    waits.push_back(std::move(waiting));
}

}  // namespace

void gather_controller_waits(const World& world, std::vector<Waiting>& waits) {
    add_election(world, waits);
    for (const Cow<BrokerHost>& host : world.brokers) {
        add_silent(world, host->setup.id, waits);
        add_unfenced(world, host->setup.id, waits);
        if (host->has_process() && host->state == HostState::kRunning) {
            add_lifecycle(world, *host, waits);
        }
    }
}

// ---- Whether anybody can decide

std::string no_controller(const World& world) {
    return no_decider_text(quorum_standing(world));
}

std::string controller_hindrance(const World& world, BrokerId broker) {
    const ControllerNode* active = deciding_controller(world);
    if (active == nullptr) {
        return no_controller(world);
    }
    const NodeId controller{NodeKind::kController, active->start().number};
    if (!world.network->passes(node_of(broker), controller) ||
        !world.network->passes(controller, node_of(broker))) {
        return fmt::format("nothing passes between it and {}", node_name(world, controller));
    }
    return {};
}

bool in_controlled_shutdown(const World& world, BrokerId broker) {
    const BrokerHost* host = world.find_broker(broker);
    return host != nullptr && host->has_process() &&
           (**host->process).lifecycle().state == BrokerState::kPendingControlledShutdown;
}

}  // namespace brokerlab

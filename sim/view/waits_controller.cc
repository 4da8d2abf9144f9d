// What waits for the controllers, and what they wait for: silent brokers, brokers that start or
// stop, elections, partitions without a leader.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/view/explain_text.h"
#include "sim/view/inspect_parts.h"
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

std::string controller_hindrance(const World& world, BrokerId broker) {
    const ControllerNode* active = world.active_controller();
    if (active == nullptr) {
        return "no controller is active";
    }
    const NodeId controller{NodeKind::kController, active->start().number};
    if (!world.network->passes(node_of(broker), controller) ||
        !world.network->passes(controller, node_of(broker))) {
        return fmt::format("nothing passes between it and {}", node_name(world, controller));
    }
    return {};
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
        const std::size_t leads = roles_of(world, id).leads;
        waiting.wait.what = fmt::format("broker {} waits to be let go", id.value);
        waiting.wait.holds_it =
            !hindered.empty() ? hindered
            : leads > 0
                ? fmt::format("it still leads {}", counted(leads, "partition", "partitions"))
                : "the other brokers have not all heard yet that it leads nothing";
        deadline = life.shutdown_deadline;
        waiting.wait.ends =
            fmt::format("with a heartbeat's answer; it ends anyway {}", by_text(world, deadline));
    } else if (!life.registered) {
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

/// What a controller does while nobody is active.
std::string role_text(const World& world, const RaftNode& raft) {
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
            return "leads and commits the first record of its epoch";
        case RaftRole::kResigned:
            return "has given up leading";
    }
    return {};
}

void add_election(const World& world, std::vector<Waiting>& waits) {
    if (world.active_controller() != nullptr) {
        return;
    }
    Waiting waiting;
    waiting.wait.who = QuorumThing{};
    waiting.wait.what = "the cluster has no active controller: nothing can be decided";
    std::size_t there = 0;
    SimTime next = kNever;
    std::string roles;
    for (const Cow<ControllerHost>& host : world.controllers) {
        waiting.involves.push_back(ControllerThing{host->number});
        if (host->state != HostState::kRunning || !host->has_process()) {
            continue;
        }
        ++there;
        const RaftNode& raft = (**host->process).raft();
        const SimTime deadline = raft.role_deadline();
        next = std::min(next, deadline);
        roles += fmt::format("{}controller {} {}{}", roles.empty() ? "" : "; ", host->number,
                             role_text(world, raft),
                             deadline == kNever ? std::string() : " " + by_text(world, deadline));
    }
    const std::size_t majority = world.controllers.size() / 2 + 1;
    waiting.wait.holds_it = there < majority
                                ? fmt::format("{} of {} controllers run, and a majority is {}",
                                              there, world.controllers.size(), majority)
                                : roles;
    waiting.wait.ends = there < majority ? "when a majority of them runs and can talk"
                                         : "with the votes of a majority";
    waiting.wait.deadline = there < majority ? std::nullopt : shown_deadline(world, next);
    waits.push_back(std::move(waiting));
}

/// "broker 1 is down, broker 2 is fenced".
std::string absences(const World& world, const std::vector<BrokerId>& brokers) {
    std::string text;
    for (const BrokerId broker : brokers) {
        std::string absent = absence_of(world, broker);
        if (absent.empty()) {
            absent = fmt::format("broker {} is fenced", broker.value);
        }
        text += (text.empty() ? "" : ", ") + absent;
    }
    return text;
}

void add_leaderless(const World& world, const TopicPartition& tp,
                    const PartitionRegistration& partition, std::vector<Waiting>& waits) {
    Waiting waiting;
    waiting.wait.who = PartitionThing{tp};
    waiting.wait.what = fmt::format("{} waits for a leader", tp.to_string());
    waiting.wait.holds_it = fmt::format("only a replica of its ISR {} may lead, and {}",
                                        set_text(partition.isr), absences(world, partition.isr));
    waiting.wait.ends =
        "when one of them is back, or with an unclean election, which may lose "
        "records";
    const ControllerNode* active = world.active_controller();
    if (active != nullptr && active->next_unclean_election() != kNever &&
        active->config().unclean_leader_election) {
        waiting.wait.deadline = shown_deadline(world, active->next_unclean_election());
    }
    waiting.involves.push_back(TopicThing{tp.topic});
    for (const BrokerId replica : partition.replicas) {
        waiting.involves.push_back(ReplicaThing{tp, replica});
        waiting.involves.push_back(BrokerThing{replica});
    }
    waits.push_back(std::move(waiting));
}

}  // namespace

void gather_controller_waits(const World& world, std::vector<Waiting>& waits) {
    add_election(world, waits);
    for (const Cow<BrokerHost>& host : world.brokers) {
        add_silent(world, host->setup.id, waits);
        if (host->has_process() && host->state == HostState::kRunning) {
            add_lifecycle(world, *host, waits);
        }
    }
    for (const auto& [name, topic] : *world.committed_metadata().topics) {
        for (int32_t i = 0; i < topic->partition_count(); ++i) {
            const PartitionRegistration& partition =
                *topic->partitions[static_cast<std::size_t>(i)];
            if (partition.leader == kNoBroker) {
                add_leaderless(world, {name, PartitionId(i)}, partition, waits);
            }
        }
    }
}

}  // namespace brokerlab

// What comes next: messages by name, timers by what they are for, and the deadlines that matter.
//
// Made from the deadlines that the nodes themselves wait for, not from the queue's timer events,
// which do not say what they are for. A node whose next deadline is none of those told here has a
// line of its own, so that nothing that will run is left out.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/view/explain_text.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/quorum_standing.h"
#include "sim/view/upcoming_group.h"
#include "sim/view/waits.h"

namespace brokerlab {
namespace {

struct Next {
    SimTime at;
    std::string text;
    Thing about;
    NodeId node;
    bool deadline = false;   ///< does not come when what it waits for comes first
    bool important = false;  ///< a deadline that is shown though much comes before it
};

struct Gather {
    const World& world;
    std::vector<Next>& list;

    void add(SimTime at, NodeId node, std::string text, Thing about) const {
        if (at != kNever && at >= world.now) {
            list.push_back({at, std::move(text), std::move(about), node, false, false});
        }
    }
    void add_event(SimTime at, NodeId node, std::string text) const {
        add(at, node, std::move(text), thing_of(world, node));
    }
    void add_deadline(SimTime at, NodeId node, std::string text, Thing about,
                      bool important = true) const {
        if (at != kNever && at >= world.now) {
            list.push_back({at, std::move(text), std::move(about), node, true, important});
        }
    }
};

/// Requests that a client or fetcher waits for.
void add_requests(const Gather& gather, NodeId node, const NetworkClient& client,
                  std::string_view key) {
    const std::string name = who_text(gather.world, node);
    for (const auto& [peer, connection] : client.connections()) {
        const std::string other = who_text(gather.world, peer);
        if (connection.state == NodeConnection::State::kConnecting) {
            gather.add_deadline(
                connection.setup_deadline, node,
                fmt::format("{} gives up connecting to {} unless it answers", name, other),
                thing_of(gather.world, node), false);
        } else if (connection.state == NodeConnection::State::kReady &&
                   !connection.in_flight.empty()) {
            const InFlightRequest& oldest = connection.in_flight.front();
            gather.add_deadline(oldest.deadline, node,
                                fmt::format("{} gives up its connection to {} unless its {} is "
                                            "answered ({})",
                                            name, other, api_name(oldest.api), key),
                                thing_of(gather.world, node),
                                gather.world.now - oldest.sent_at > kHeldUpAfter);
        }
    }
}

void add_lifecycle(const Gather& gather, NodeId node, const Lifecycle& life) {
    const std::string name = node_name(gather.world, node);
    gather.add_event(life.next_communication, node,
                     name + (life.registered ? " sends a heartbeat to the controller"
                                             : " asks the controller to register it"));
    if (!life.registered) {
        gather.add_deadline(life.registration_deadline, node,
                            name + " gives up starting unless it is registered",
                            thing_of(gather.world, node));
    }
    gather.add_deadline(life.shutdown_deadline, node,
                        name + " ends, whether the controller lets it go or not",
                        thing_of(gather.world, node));
}

void add_passes(const Gather& gather, NodeId node, const ReplicaManager& rm) {
    const std::string name = node_name(gather.world, node);
    gather.add_event(rm.next_isr_shrink, node,
                     name +
                         " looks for followers that are behind for too long (every half of "
                         "replica.lag.time.max.ms)");
    gather.add_event(rm.next_high_watermark_checkpoint, node,
                     name + " writes its high watermarks to the checkpoint file");
    gather.add_event(rm.next_recovery_point_checkpoint, node,
                     name + " writes its recovery points to the checkpoint file");
    gather.add_event(rm.next_log_start_checkpoint, node,
                     name + " writes its log start offsets to the checkpoint file");
    gather.add_event(rm.next_retention, node,
                     name + " looks for old segments to delete (log.retention.check.interval.ms)");
    gather.add_event(rm.next_cleaning, node,
                     name + " looks for logs to compact (log.cleaner.backoff.ms)");
    gather.add_event(rm.next_producer_expiry, node, name + " forgets producers that are long gone");
}

void add_followers(const Gather& gather, NodeId node, const ReplicaManager& rm) {
    for (const auto& [tp, partition] : rm.partitions) {
        if (!partition->is_leader) {
            continue;
        }
        for (const auto& [follower, state] : partition->followers) {
            if (partition->is_in_sync(follower) &&
                state.log_end_offset < partition->log->log_end_offset &&
                gather.world.now - state.last_caught_up_at > kHeldUpAfter) {
                gather.add_deadline(
                    leaves_isr_at(rm, state), node,
                    fmt::format("replica {} leaves the ISR of {} unless it catches up",
                                follower.value, tp.to_string()),
                    ReplicaThing{tp, follower});
            }
        }
    }
}

void add_purgatory(const Gather& gather, NodeId node, const Purgatory& purgatory) {
    const std::string name = node_name(gather.world, node);
    for (const auto& [number, delayed] : purgatory.produces) {
        const DelayedProduce& produce = *delayed.operation;
        const NodeId client = produce.request.connection.opener;
        gather.add_deadline(delayed.deadline, node,
                            fmt::format("{} gives up the Produce of {} unless the in-sync replicas "
                                        "get its records",
                                        name, who_text(gather.world, client)),
                            thing_of(gather.world, client),
                            gather.world.now - produce.since > kHeldUpAfter);
    }
    for (const auto& [number, delayed] : purgatory.fetches) {
        const NodeId reader = delayed.operation->connection.opener;
        gather.add_deadline(delayed.deadline, node,
                            fmt::format("{} answers the Fetch of {} without records unless some "
                                        "come",
                                        name, who_text(gather.world, reader)),
                            thing_of(gather.world, reader), false);
    }
}

void add_fetchers(const Gather& gather, NodeId node, const ReplicaManager& rm) {
    for (const auto& fetcher : rm.fetchers) {
        add_requests(gather, node, fetcher->client, "replica.socket.timeout.ms");
        if (fetcher->writing) {
            gather.add_event(fetcher->writing_until, node,
                             fmt::format("{} has written what it fetched from broker {} to its "
                                         "slow disk",
                                         node_name(gather.world, node), fetcher->leader.value));
        } else if (!fetcher->awaiting_response && fetcher->next_fetch_at > gather.world.now) {
            gather.add_event(fetcher->next_fetch_at, node,
                             fmt::format("{} tries again to fetch from broker {}",
                                         node_name(gather.world, node), fetcher->leader.value));
        }
    }
}

void gather_broker(const Gather& gather, const BrokerHost& host) {
    const NodeId node = node_of(host.setup.id);
    const BrokerNode& broker = **host.process;
    add_lifecycle(gather, node, broker.lifecycle());
    add_passes(gather, node, broker.replicas());
    add_followers(gather, node, broker.replicas());
    add_purgatory(gather, node, *broker.replicas().purgatory);
    add_fetchers(gather, node, broker.replicas());
    gather.add_deadline(broker.raft().role_deadline(), node,
                        node_name(gather.world, node) +
                            " asks other controllers for metadata unless the active one answers",
                        thing_of(gather.world, node), false);
}

std::string role_end(const World& world, const std::string& name, const RaftNode& raft) {
    switch (raft.role()) {
        case RaftRole::kUnattached:
            return name + " asks for votes unless it hears of a leader";
        case RaftRole::kProspective:
        case RaftRole::kCandidate:
            return name + " ends this attempt at an election unless it is decided";
        case RaftRole::kFollower:
            return fmt::format(
                "{} asks for votes unless {} answers its fetch "
                "(controller.quorum.fetch.timeout.ms)",
                name, node_name(world, node_of(*raft.leader())));
        case RaftRole::kLeader:
            return name + " gives up leading unless a majority has fetched from it";
        case RaftRole::kResigned:
            return name + " looks for a new leader";
    }
    return {};
}

void gather_controller(const Gather& gather, const ControllerHost& host) {
    const NodeId node{NodeKind::kController, host.number};
    const ControllerNode& controller = **host.process;
    const std::string name = node_name(gather.world, node);
    const bool calm = controller.raft().role() == RaftRole::kLeader ||
                      controller.raft().role() == RaftRole::kFollower;
    const ControllerNode* decides = deciding_controller(gather.world);
    gather.add_deadline(controller.raft().role_deadline(), node,
                        role_end(gather.world, name, controller.raft()),
                        thing_of(gather.world, node), !calm || decides == nullptr);
    if (!controller.is_active()) {
        return;
    }
    for (const auto& [broker, state] : controller.heartbeats().brokers) {
        if (!state.fenced && decides == &controller) {  // Another fences nobody.
            const std::optional<Session> session = session_of(gather.world, broker);
            gather.add_deadline(state.last_contact + controller.config().session_timeout, node,
                                fmt::format("broker {} is fenced unless a heartbeat arrives "
                                            "(broker.session.timeout.ms)",
                                            broker.value),
                                BrokerThing{broker}, session && session->silent);
        }
    }
    gather.add_event(controller.next_no_op(), node,
                     name +
                         " writes a NoOpRecord unless it has something to write "
                         "(metadata.max.idle.interval.ms)");
    gather.add_event(controller.next_balance(), node,
                     name +
                         " gives leaders back to their preferred brokers "
                         "(leader.imbalance.check.interval.seconds)");
    gather.add_event(controller.next_unclean_election(), node,
                     name +
                         " looks for partitions that may get a leader outside of the ISR "
                         "(unclean.leader.election.interval.ms)");
}

void add_batches(const Gather& gather, NodeId node, const ProducerCore& core,
                 const TopicPartition& tp, const PartitionQueue& queue) {
    const std::string name = who_text(gather.world, node);
    if (!queue.waiting.empty()) {
        const ProducerBatch& batch = queue.waiting.front();
        if (batch.is_backing_off(gather.world.now)) {
            gather.add(batch.retry_at, node,
                       fmt::format("{} sends a batch for {} again (retry.backoff.ms)", name,
                                   tp.to_string()),
                       PartitionThing{tp});
        } else if (batch.attempts == 0) {
            gather.add(batch.created + core.config.linger, node,
                       fmt::format("{} sends its batch for {}, full or not (linger.ms)", name,
                                   tp.to_string()),
                       PartitionThing{tp});
        }
    }
    const std::vector<ProducerBatch>& first =
        queue.in_flight.empty() ? queue.waiting : queue.in_flight;
    if (!first.empty()) {
        gather.add_deadline(first.front().created + core.config.delivery_timeout, node,
                            fmt::format("{} gives up a batch for {} unless it is acknowledged "
                                        "(delivery.timeout.ms)",
                                        name, tp.to_string()),
                            PartitionThing{tp},
                            gather.world.now - first.front().created > kHeldUpAfter);
    }
}

void gather_producer(const Gather& gather, NodeId node, const ProducerClient& producer) {
    const std::string name = who_text(gather.world, node);
    const ProducerCore& core = producer.core();
    if (producer.blocked()) {
        gather.add_deadline(producer.blocked()->deadline, node,
                            name + " gives up a record unless send() can go on (max.block.ms)",
                            thing_of(gather.world, node));
    } else {
        gather.add_event(producer.load().next_due(), node,
                         "the application of " + name + " has its next record");
    }
    for (const TopicQueues& topic : core.accumulator.topics) {
        for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
            add_batches(gather, node, core, {topic.name, PartitionId(static_cast<int32_t>(i))},
                        topic.partitions[i]);
        }
    }
    add_requests(gather, node, core.client, "request.timeout.ms");
}

void gather_consumer(const Gather& gather, NodeId node, const ConsumerClient& consumer) {
    const std::string name = who_text(gather.world, node);
    if (consumer.busy_until() > gather.world.now) {
        gather.add_event(consumer.busy_until(), node,
                         name + " has worked off its records and polls again");
    }
    gather.add_event(consumer.core().next_lookup, node,
                     name + " asks again for a position in a partition");
    add_requests(gather, node, consumer.core().client, "request.timeout.ms");
}

void gather_admin(const Gather& gather, NodeId node, const AdminClient& admin) {
    for (const AdminCall& call : admin.calls()) {
        gather.add_deadline(call.deadline, node,
                            fmt::format("admin gives up '{}' unless Kafka answers", call.text),
                            thing_of(gather.world, node));
        if (!call.in_flight) {
            gather.add_event(call.retry_at, node, fmt::format("admin sends '{}' again", call.text));
        }
    }
}

void gather_clients(const Gather& gather) {
    for (std::size_t i = 0; i < gather.world.clients.size(); ++i) {
        const ClientHost& host = *gather.world.clients[i];
        const NodeId node{NodeKind::kClient, static_cast<int32_t>(i) + 1};
        if (host.state != ClientState::kRunning && host.state != ClientState::kClosing) {
            continue;
        }
        if (const ProducerClient* producer = host.producer()) {
            gather_producer(gather, node, *producer);
        }
        if (const ConsumerClient* consumer = host.consumer()) {
            gather_consumer(gather, node, *consumer);
        }
        if (const AdminClient* admin = host.admin()) {
            gather_admin(gather, node, *admin);
        }
    }
}

/// The messages that arrive first.
void gather_messages(const Gather& gather, std::size_t most) {
    std::vector<const Message*> messages = gather.world.network->in_flight();
    std::erase_if(messages, [](const Message* message) { return message->arrives_at == kNever; });
    std::stable_sort(messages.begin(), messages.end(), [](const Message* a, const Message* b) {
        return a->arrives_at < b->arrives_at;
    });
    messages.resize(std::min(messages.size(), most));
    for (const Message* message : messages) {
        const bool passes = gather.world.network->passes(message->from, message->to);
        gather.add(message->arrives_at, message->to,
                   packet_text(gather.world, *message) +
                       (passes ? " arrives" : " is sent again, and meets the cut again"),
                   MessageThing{message->number});
    }
}

/// A node's own next deadline, when nothing that was told is it.
void add_untold(const Gather& gather, NodeId node, SimTime deadline) {
    const bool told = std::any_of(gather.list.begin(), gather.list.end(), [&](const Next& next) {
        return next.node == node && next.at == deadline;
    });
    if (!told) {
        gather.add_event(deadline, node,
                         who_text(gather.world, node) +
                             " looks at its timers: a retry, a time-out or a lookup is due");
    }
}

void gather_untold(const Gather& gather) {
    for (const Cow<BrokerHost>& host : gather.world.brokers) {
        if (host->has_process() && host->state == HostState::kRunning) {
            add_untold(gather, node_of(host->setup.id), (**host->process).next_deadline());
        }
    }
    for (const Cow<ControllerHost>& host : gather.world.controllers) {
        if (host->has_process() && host->state == HostState::kRunning) {
            add_untold(gather, {NodeKind::kController, host->number},
                       (**host->process).next_deadline());
        }
    }
}

}  // namespace

std::vector<Upcoming> upcoming(const World& world, std::size_t most) {
    std::vector<Next> all;
    const Gather gather{world, all};
    for (const Cow<BrokerHost>& host : world.brokers) {
        if (host->has_process() && host->state == HostState::kRunning) {
            gather_broker(gather, *host);
        }
    }
    for (const Cow<ControllerHost>& host : world.controllers) {
        if (host->has_process() && host->state == HostState::kRunning) {
            gather_controller(gather, *host);
        }
    }
    gather_clients(gather);
    for (GroupNext& next : next_of_groups(world)) {
        all.push_back({next.at, std::move(next.text), std::move(next.about), next.node,
                       next.deadline, next.important});
    }
    gather_untold(gather);
    gather_messages(gather, most);
    std::stable_sort(all.begin(), all.end(),
                     [](const Next& a, const Next& b) { return a.at < b.at; });
    // A third of the room is for deadlines that matter, however much comes before them.
    std::size_t reserved = 0;
    for (const Next& next : all) {
        reserved += next.important && reserved < most / 3 ? 1U : 0U;
    }
    std::size_t room = most - reserved;
    std::vector<Upcoming> chosen;
    for (Next& next : all) {
        std::size_t& from = next.important && reserved > 0 ? reserved : room;
        if (from > 0) {
            --from;
            chosen.push_back(
                {world.shown(next.at), std::move(next.text), std::move(next.about), next.deadline});
        }
    }
    return chosen;
}

}  // namespace brokerlab

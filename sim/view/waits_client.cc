// What clients wait for: metadata, memory, leaders, answers, the end of a back-off.
#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sim/client/idempotence.h"
#include "sim/view/explain_text.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/waits.h"

namespace brokerlab {
namespace {

struct AtProducer {
    const World& world;
    NodeId node;
    const ProducerClient& producer;
    std::vector<Waiting>& waits;

    [[nodiscard]] const ProducerCore& core() const { return producer.core(); }
    [[nodiscard]] std::string name() const { return who_text(world, node); }
};

std::vector<Thing> partition_things(const TopicPartition& tp, BrokerId leader) {
    std::vector<Thing> things{PartitionThing{tp}, TopicThing{tp.topic}};
    if (leader != kNoBroker) {
        things.push_back(BrokerThing{leader});
    }
    return things;
}

void add_blocked(const AtProducer& at, const BlockedSend& blocked) {
    Waiting waiting;
    waiting.wait.who = thing_of(at.world, at.node);
    waiting.wait.what = fmt::format(
        "send() of {} waits for {}", at.name(),
        blocked.for_memory ? "buffer memory" : "the metadata of topic " + blocked.record.topic);
    waiting.wait.holds_it = blocked.for_memory
                                ? fmt::format(
                                      "{} of {} are taken by batches that are not acknowledged "
                                      "(buffer.memory)",
                                      bytes_text(at.core().accumulator.memory_used),
                                      bytes_text(at.core().config.buffer_memory))
                                : "no broker has told it yet who leads the topic's partitions";
    waiting.wait.ends =
        fmt::format("the record fails {} (max.block.ms)", by_text(at.world, blocked.deadline));
    waiting.wait.deadline = shown_deadline(at.world, blocked.deadline);
    waiting.involves.push_back(TopicThing{blocked.record.topic});
    waiting.ordinary = blocked.deadline - at.core().config.max_block + kHeldUpAfter > at.world.now;
    at.waits.push_back(std::move(waiting));
}

/// What keeps the first waiting batch of a partition from being sent.
struct Hold {
    std::string text;
    std::string ends;
    SimTime until = kNever;
    bool ordinary = false;
};
Hold hold_of(const AtProducer& at, const TopicPartition& tp, const PartitionQueue& queue,
             BrokerId leader) {
    const ProducerBatch& batch = queue.waiting.front();
    if (leader == kNoBroker) {
        return {fmt::format("{} knows no leader of {}", at.name(), tp.to_string()),
                "it asks for metadata again and again", kNever, false};
    }
    if (batch.is_backing_off(at.world.now)) {
        return {"an attempt failed, and it backs off (retry.backoff.ms)",
                fmt::format("it is sent again {}", by_text(at.world, batch.retry_at)),
                batch.retry_at, false};
    }
    const NodeConnection* connection = at.core().client.connections().find(node_of(leader));
    if (connection == nullptr || connection->state == NodeConnection::State::kDisconnected) {
        const SimTime retry = connection == nullptr ? kNever : connection->retry_at;
        return {
            fmt::format("it has no connection to broker {}", leader.value),
            retry > at.world.now && retry != kNever
                ? fmt::format("it tries again {} (reconnect.backoff.ms)", by_text(at.world, retry))
                : std::string("it connects now"),
            retry, connection == nullptr};
    }
    if (connection->state == NodeConnection::State::kConnecting) {
        return {fmt::format("broker {} has not taken its connection yet", leader.value),
                fmt::format("the attempt ends {}", by_text(at.world, connection->setup_deadline)),
                connection->setup_deadline, false};
    }
    if (!at.core().client.can_send(node_of(leader)) || queue.muted) {
        return {
            fmt::format("{} on their way to broker {} are not answered yet "
                        "(max.in.flight.requests.per.connection)",
                        counted(connection->in_flight.size(), "request", "requests"), leader.value),
            "with the next answer", kNever, false};
    }
    if (must_hold_back(at.core().idempotence, queue)) {
        return {
            "what became of a batch before it has to be known first: sequences must not have "
            "gaps",
            "with the answer about that batch", kNever, false};
    }
    const SimTime lingered = batch.created + at.core().config.linger;
    return {"the batch is still being filled",
            fmt::format("when it is full, or {} (linger.ms)", by_text(at.world, lingered)),
            lingered, true};
}

int64_t records_in(const std::vector<ProducerBatch>& batches) {
    int64_t records = 0;
    for (const ProducerBatch& batch : batches) {
        records += batch.count;
    }
    return records;
}

void add_waiting_batches(const AtProducer& at, const TopicPartition& tp,
                         const PartitionQueue& queue, BrokerId leader) {
    const SimTime gives_up = queue.waiting.front().created + at.core().config.delivery_timeout;
    Hold hold = hold_of(at, tp, queue, leader);
    Waiting waiting;
    waiting.wait.who = thing_of(at.world, at.node);
    waiting.wait.what = fmt::format(
        "{} of {} for {} wait to be sent",
        counted(static_cast<std::size_t>(records_in(queue.waiting)), "record", "records"),
        at.name(), tp.to_string());
    waiting.wait.holds_it = std::move(hold.text);
    waiting.wait.ends = fmt::format("{}; given up {} (delivery.timeout.ms)", hold.ends,
                                    by_text(at.world, gives_up));
    waiting.wait.deadline = shown_deadline(at.world, std::min(hold.until, gives_up));
    waiting.involves = partition_things(tp, leader);
    waiting.ordinary = hold.ordinary || at.world.now - queue.waiting.front().created < kHeldUpAfter;
    at.waits.push_back(std::move(waiting));
}

/// Nothing passes, or its process does nothing.
bool is_out_of_reach(const World& world, NodeId client, BrokerId broker) {
    return broker != kNoBroker &&
           (!absence_of(world, broker).empty() || !world.network->passes(client, node_of(broker)) ||
            !world.network->passes(node_of(broker), client));
}

void add_in_flight(const AtProducer& at, const TopicPartition& tp, const PartitionQueue& queue,
                   BrokerId leader) {
    const SimTime sent = queue.in_flight.front().last_attempt;
    const SimTime gives_up = sent + at.core().config.request_timeout;
    const bool out_of_reach = is_out_of_reach(at.world, at.node, leader);
    Waiting waiting;
    waiting.wait.who = thing_of(at.world, at.node);
    waiting.wait.what = fmt::format(
        "{} of {} for {} wait for an answer",
        counted(static_cast<std::size_t>(records_in(queue.in_flight)), "record", "records"),
        at.name(), tp.to_string());
    waiting.wait.holds_it =
        fmt::format("sent to broker {} {}{}", leader.value, ago_text(at.world, sent),
                    out_of_reach ? "; it is out of reach, and no reset has come" : "");
    waiting.wait.ends =
        fmt::format("with the answer, or {} the connection is given up (request.timeout.ms)",
                    by_text(at.world, gives_up));
    waiting.wait.deadline = shown_deadline(at.world, gives_up);
    waiting.involves = partition_things(tp, leader);
    waiting.ordinary = !out_of_reach || at.world.now - sent < kHeldUpAfter;
    at.waits.push_back(std::move(waiting));
}

void gather_producer(const AtProducer& at) {
    if (at.producer.blocked()) {
        add_blocked(at, *at.producer.blocked());
    }
    for (const TopicQueues& topic : at.core().accumulator.topics) {
        for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
            const PartitionQueue& queue = topic.partitions[i];
            const TopicPartition tp{topic.name, PartitionId(static_cast<int32_t>(i))};
            const PartitionInfo* known = at.core().metadata.find(tp);
            const BrokerId leader = known == nullptr ? kNoBroker : known->leader;
            if (!queue.waiting.empty()) {
                add_waiting_batches(at, tp, queue, leader);
            }
            if (!queue.in_flight.empty()) {
                add_in_flight(at, tp, queue, leader);
            }
        }
    }
}

struct AtConsumer {
    const World& world;
    NodeId node;
    const ConsumerClient& consumer;
    std::vector<Waiting>& waits;

    [[nodiscard]] const ConsumerCore& core() const { return consumer.core(); }
    [[nodiscard]] std::string name() const { return who_text(world, node); }
};

Waiting of_consumer(const AtConsumer& at, std::string what, std::string holds, std::string ends) {
    return {{thing_of(at.world, at.node), std::move(what), std::move(holds), std::move(ends),
             std::nullopt},
            {},
            false};
}

/// The consumer's request to that broker that waits longest; nullptr without.
const InFlightRequest* oldest_request(const AtConsumer& at, BrokerId broker) {
    const NodeConnection* connection = at.core().client.connections().find(node_of(broker));
    return connection == nullptr || connection->in_flight.empty() ? nullptr
                                                                  : &connection->in_flight.front();
}

void add_fetches(const AtConsumer& at) {
    for (const auto& [broker, sent] : at.core().fetches) {
        const InFlightRequest* request = oldest_request(at, broker);
        if (request == nullptr || sent.empty()) {
            continue;
        }
        const Duration usual = Duration::from_ms(at.core().config.max_wait_ms) + kHeldUpAfter;
        const bool late = at.world.now - request->sent_at > usual;
        Waiting waiting = of_consumer(
            at, fmt::format("{} waits for records from broker {}", at.name(), broker.value),
            late ? fmt::format("its Fetch was sent {}, longer ago than a broker keeps one",
                               ago_text(at.world, request->sent_at))
                 : "there is nothing new to read: the broker keeps the Fetch for a while",
            fmt::format("with the answer, or {} the connection is given up (request.timeout.ms)",
                        by_text(at.world, request->deadline)));
        waiting.wait.deadline = shown_deadline(at.world, request->deadline);
        waiting.involves.push_back(BrokerThing{broker});
        for (const SentFetch& fetch : sent) {
            const std::size_t index = index_of(at.core(), fetch.place);
            if (index != kNotAssigned) {
                waiting.involves.push_back(PartitionThing{name_at(at.core(), index)});
            }
        }
        waiting.ordinary = !late;
        at.waits.push_back(std::move(waiting));
    }
}

/// Without a coordinator a member learns no committed offset, and one of the classic protocol asks
/// no leader about a position either [ClassicKafkaConsumer.updateAssignmentMetadataIfNeeded]; what
/// it asked before is answered.
bool needs_coordinator(const AtConsumer& at, const ReadPartition& read) {
    using Phase = ReadPartition::Phase;
    const std::optional<GroupPart>& group = at.consumer.group();
    if (!group || group->link.is_known()) {
        return false;
    }
    const bool asks_leader = read.phase == Phase::kReset || read.phase == Phase::kValidate;
    return read.phase == Phase::kInitializing ||
           (asks_leader && read.lookup == 0 &&
            std::holds_alternative<ClassicMembership>(group->membership));
}

void add_position(const AtConsumer& at, const TopicPartition& tp, const ReadPartition& read) {
    using Phase = ReadPartition::Phase;
    Waiting waiting;
    switch (read.phase) {
        case Phase::kStopped:
            waiting = of_consumer(
                at, fmt::format("{} does not read {} any more", at.name(), tp.to_string()),
                "its position is not in the log, and auto.offset.reset is none", "by hand only");
            break;
        case Phase::kReset:
        case Phase::kValidate:
            waiting = of_consumer(
                at,
                fmt::format("{} waits to {} in {}", at.name(),
                            read.phase == Phase::kReset ? "learn where to begin"
                                                        : "learn whether its position still holds",
                            tp.to_string()),
                read.leader == kNoBroker ? "it knows no leader"
                                         : fmt::format("broker {} has not said", read.leader.value),
                read.retry_at > at.world.now
                    ? fmt::format("it asks again {}", by_text(at.world, read.retry_at))
                    : std::string("with the leader's answer"));
            if (read.retry_at > at.world.now) {
                waiting.wait.deadline = shown_deadline(at.world, read.retry_at);
            }
            break;
        case Phase::kInitializing:
            waiting = of_consumer(
                at,
                fmt::format("{} waits to learn where to begin in {}", at.name(), tp.to_string()),
                "the coordinator has not told the committed offset",
                "with the coordinator's answer");
            break;
        case Phase::kFetch:
            if (read.leader != kNoBroker) {
                return;
            }
            waiting = of_consumer(at, fmt::format("{} can't read {}", at.name(), tp.to_string()),
                                  "it knows no leader of it", "when its metadata names one");
            break;
    }
    waiting.involves = partition_things(tp, read.leader);
    if (needs_coordinator(at, read)) {
        waiting.wait.holds_it = "it asks nobody before it knows its group's coordinator";
        waiting.wait.ends = "when the coordinator is found";
        waiting.wait.deadline = std::nullopt;
        waiting.involves.push_back(GroupThing{at.consumer.group()->settings.group});
    }
    at.waits.push_back(std::move(waiting));
}

void gather_consumer(const AtConsumer& at) {
    for (const ReadTopic& topic : at.core().topics) {
        if (!topic.known) {
            Waiting waiting = of_consumer(
                at, fmt::format("{} waits for topic {}", at.name(), topic.name),
                "no broker has told it about such a topic yet", "when its metadata has it");
            waiting.involves.push_back(TopicThing{topic.name});
            at.waits.push_back(std::move(waiting));
        }
    }
    for (std::size_t i = 0; i < at.core().partitions.size(); ++i) {
        add_position(at, name_at(at.core(), i), at.core().partitions[i]);
    }
    add_fetches(at);
    if (at.consumer.busy_until() > at.world.now) {
        Waiting waiting = of_consumer(
            at, fmt::format("{} does not poll", at.name()),
            "its application works on the records that it has",
            fmt::format("it polls again {}", by_text(at.world, at.consumer.busy_until())));
        waiting.wait.deadline = shown_deadline(at.world, at.consumer.busy_until());
        waiting.ordinary = true;
        at.waits.push_back(std::move(waiting));
    }
}

void gather_admin(const World& world, NodeId node, const AdminClient& admin,
                  std::vector<Waiting>& waits) {
    for (const AdminCall& call : admin.calls()) {
        const bool backs_off = !call.in_flight && call.retry_at > world.now;
        const std::string nobody = no_controller(world);
        Waiting waiting;
        waiting.wait = {thing_of(world, node),
                        fmt::format("'{}' waits for Kafka's answer", call.text),
                        !nobody.empty()  ? nobody
                        : call.in_flight ? "a broker has it, and asks the controller"
                        : backs_off      ? fmt::format("attempt {} failed; the next comes {}",
                                                       call.tries, by_text(world, call.retry_at))
                                         : "no broker that could be asked is connected yet",
                        fmt::format("admin gives up {} (default.api.timeout.ms)",
                                    by_text(world, call.deadline)),
                        shown_deadline(world, backs_off ? call.retry_at : call.deadline)};
        waits.push_back(std::move(waiting));
    }
}

}  // namespace

void gather_client_waits(const World& world, std::vector<Waiting>& waits) {
    for (std::size_t i = 0; i < world.clients.size(); ++i) {
        const ClientHost& host = *world.clients[i];
        const NodeId node{NodeKind::kClient, static_cast<int32_t>(i) + 1};
        if (const ProducerClient* producer = host.producer()) {
            gather_producer({world, node, *producer, waits});
        }
        if (const ConsumerClient* consumer = host.consumer()) {
            gather_consumer({world, node, *consumer, waits});
        }
        if (const AdminClient* admin = host.admin()) {
            gather_admin(world, node, *admin, waits);
        }
    }
}

}  // namespace brokerlab

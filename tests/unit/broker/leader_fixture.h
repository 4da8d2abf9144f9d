// A broker that leads partitions, by hand: broker 1 of 1, 2 and 3, with requests in few words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/check.h"
#include "sim/broker/fetch.h"
#include "sim/broker/isr.h"
#include "sim/broker/produce.h"
#include "tests/unit/log/log_fixture.h"

namespace brokerlab::testing {

inline const TopicPartition kOrders{"orders", PartitionId(0)};
inline constexpr Uuid kOrdersId{7, 70};
inline constexpr LeaderEpoch kEpoch{5};

/// How a produce is sent.
struct Sent {
    int16_t acks = -1;
    int32_t timeout_ms = 30'000;
    BatchSpec batch = {};
    int32_t client = 1;
    std::string topic = "orders";
    int32_t partition = 0;
    std::string client_id = "till";
};

/// How a fetch asks.
struct Asked {
    int32_t max_wait_ms = 500;
    int32_t min_bytes = 1;
    int32_t max_bytes = 1 << 20;
    int32_t partition_max_bytes = 1 << 20;
    LeaderEpoch current_epoch = kEpoch;
    LeaderEpoch last_fetched_epoch = kNoLeaderEpoch;
    BrokerEpoch broker_epoch = kNoBrokerEpoch;  ///< -1: the one that the follower has
    IsolationLevel isolation = IsolationLevel::kReadUncommitted;
    Uuid topic_id = kOrdersId;
    int32_t partition = 0;
    ApiVersion version = 17;
};

struct LeaderBroker {
    ReplicaManager rm;
    MetadataImage image;
    SimTime now = SimTime::from_ms(1000);
    RuleSet rules;
    /// What the last call wanted done.
    Effects fx{NodeId{NodeKind::kBroker, 1}, 0};

    explicit LeaderBroker(int32_t min_insync_replicas = 1) {
        rm.broker = BrokerId(1);
        rm.broker_epoch = BrokerEpoch(101);
        for (const int32_t id : {1, 2, 3}) {
            BrokerRegistration broker;
            broker.id = BrokerId(id);
            broker.epoch = BrokerEpoch(100 + id);
            broker.fenced = false;
            image.brokers.edit().insert_or_assign(broker.id, broker);
        }
        add_topic("orders", kOrdersId);
        add_partition(min_insync_replicas);
    }

    void add_topic(const std::string& name, const Uuid& id) {
        TopicImage topic;
        topic.name = name;
        topic.id = id;
        PartitionRegistration registration;
        registration.replicas = {BrokerId(1), BrokerId(2), BrokerId(3)};
        registration.isr = registration.replicas;
        registration.leader = BrokerId(1);
        registration.leader_epoch = kEpoch;
        topic.partitions.emplace_back(std::move(registration));
        image.topics.edit().insert_or_assign(name, Cow<TopicImage>(std::move(topic)));
        image.topic_names.edit().insert_or_assign(id, name);
    }
    /// Deletes the topic: what new metadata would do.
    void remove_topic(const std::string& name) {
        image.topic_names.edit().erase(Uuid(image.find_topic(name)->id));
        image.topics.edit().erase(name);
        rm.partitions.erase(TopicPartition{name, PartitionId(0)});
    }
    /// Partition 0 of orders: replicas and ISR 1, 2, 3, all caught up, led from offset 0 on.
    void add_partition(int32_t min_insync_replicas, const std::string& topic = "orders",
                       const Uuid& topic_id = kOrdersId) {
        Partition partition;
        partition.id = {topic, PartitionId(0)};
        partition.topic_id = topic_id;
        partition.settings.min_insync_replicas = min_insync_replicas;
        partition.log.edit() = new_log(now);
        partition.log.edit().leader_epochs.assign(kEpoch, Offset(0));
        partition.replicas = {BrokerId(1), BrokerId(2), BrokerId(3)};
        partition.isr = partition.replicas;
        partition.leader = BrokerId(1);
        partition.leader_epoch = kEpoch;
        partition.partition_epoch = PartitionEpoch(20);
        partition.is_leader = true;
        partition.leader_epoch_start_offset = Offset(0);
        for (const int32_t id : {2, 3}) {
            FollowerState follower;
            follower.last_caught_up_at = now;
            partition.followers.insert_or_assign(BrokerId(id), follower);
        }
        rm.partitions.insert_or_assign(partition.id, Cow<Partition>(partition));
    }

    [[nodiscard]] Env env() const { return {now, Seed(1), NodeId{NodeKind::kBroker, 1}, rules}; }
    void pass(Duration time) { now += time; }
    void clear() { fx = Effects(NodeId{NodeKind::kBroker, 1}, 0); }
    [[nodiscard]] const Partition& orders() const { return *rm.find(kOrders); }
    [[nodiscard]] Partition& edit_orders() { return rm.edit(kOrders); }
    [[nodiscard]] int64_t high_watermark() const { return orders().log->high_watermark.value; }
    [[nodiscard]] int64_t log_end() const { return orders().log->log_end_offset.value; }
    void set_isr(const std::vector<int32_t>& ids) {
        edit_orders().isr.clear();
        for (const int32_t id : ids) {
            edit_orders().isr.emplace_back(id);
        }
    }
    /// Another broker leads from now on: what new metadata would do to the replica.
    void lose_leadership(int32_t to = 2) {
        Partition& partition = edit_orders();
        partition.is_leader = false;
        partition.leader = BrokerId(to);
        partition.leader_epoch = kEpoch + 1;
        partition.followers.clear();
        partition.pending_isr.reset();
    }

    // Requests. Each forgets what the one before wanted done.

    static ConnectionId connection(NodeKind kind, int32_t number) {
        return {{kind, number}, {NodeKind::kBroker, 1}, 1};
    }
    static Request produce_request(std::optional<Records> records, const Sent& sent) {
        ProduceRequest produce;
        produce.acks = sent.acks;
        produce.timeout_ms = sent.timeout_ms;
        produce.topic_data = {{sent.topic, {{PartitionId(sent.partition), std::move(records)}}}};
        return make_request(connection(NodeKind::kClient, sent.client), 12, CorrelationId(1),
                            sent.client_id, std::move(produce));
    }
    void send(const Request& request) {
        clear();
        if (std::holds_alternative<ProduceRequest>(request.body)) {
            on_produce(rm, image, request, env(), fx);
        } else if (std::holds_alternative<FetchRequest>(request.body)) {
            on_fetch(rm, image, Request(request), env(), fx);
        } else if (std::holds_alternative<ListOffsetsRequest>(request.body)) {
            on_list_offsets(rm, request, env(), fx, &image);
        } else {
            on_offset_for_leader_epoch(rm, request, env(), fx, &image);
        }
    }
    /// One batch of these values; the answer for the partition, when there is one already.
    std::optional<ProduceResponse::Partition> produce(const std::vector<std::string>& values,
                                                      const Sent& sent = {}) {
        std::vector<Text> texts;
        for (const std::string& value : values) {
            texts.push_back({std::nullopt, value, wall_clock(now)});
        }
        send(produce_request(records_of(batch_of(texts, sent.batch)), sent));
        return produced();
    }
    static Request fetch_request(const ConnectionId& from, Offset offset, const Asked& asked,
                                 BrokerId replica = kNoBroker) {
        FetchRequest fetch;
        if (asked.version >= 15) {
            fetch.replica_state = {replica, asked.broker_epoch};
        } else {
            fetch.replica_id = replica;
        }
        if (replica != kNoBroker && asked.broker_epoch == kNoBrokerEpoch) {
            fetch.replica_state.replica_epoch = BrokerEpoch(100 + replica.value);
        }
        fetch.max_wait_ms = asked.max_wait_ms;
        fetch.min_bytes = asked.min_bytes;
        fetch.max_bytes = asked.max_bytes;
        fetch.isolation_level = asked.isolation;
        FetchRequest::Partition partition;
        partition.partition = PartitionId(asked.partition);
        partition.current_leader_epoch = asked.current_epoch;
        partition.fetch_offset = offset;
        partition.last_fetched_epoch = asked.last_fetched_epoch;
        partition.log_start_offset = Offset(0);
        partition.partition_max_bytes = asked.partition_max_bytes;
        fetch.topics = {{asked.version < 13 ? "orders" : "", asked.topic_id, {partition}}};
        return make_request(from, asked.version, CorrelationId(2), "reader", std::move(fetch));
    }
    std::optional<FetchResponse::Partition> fetch_as(int32_t follower, int64_t offset,
                                                     const Asked& asked = {}) {
        send(fetch_request(connection(NodeKind::kBroker, follower), Offset(offset), asked,
                           BrokerId(follower)));
        return fetched();
    }
    std::optional<FetchResponse::Partition> consume(int64_t offset, const Asked& asked = {}) {
        send(fetch_request(connection(NodeKind::kClient, 9), Offset(offset), asked));
        return fetched();
    }
    /// Both followers fetch from `offset`, without waiting.
    void replicate_to(int64_t offset) {
        fetch_as(2, offset, {.max_wait_ms = 0});
        fetch_as(3, offset, {.max_wait_ms = 0});
    }

    // What the last call wanted done.

    template <class Body>
    [[nodiscard]] std::vector<Body> answers() const {
        std::vector<Body> found;
        for (const NetworkAction& action : fx.actions()) {
            const auto* response = std::get_if<Response>(&action);
            if (response != nullptr && std::holds_alternative<Body>(response->body)) {
                found.push_back(std::get<Body>(response->body));
            }
        }
        return found;
    }
    [[nodiscard]] std::optional<ProduceResponse::Partition> produced() const {
        const auto found = answers<ProduceResponse>();
        return found.empty()
                   ? std::nullopt
                   : std::optional(found.front().responses.at(0).partition_responses.at(0));
    }
    [[nodiscard]] std::optional<FetchResponse::Partition> fetched() const {
        const auto found = answers<FetchResponse>();
        return found.empty() ? std::nullopt
                             : std::optional(found.front().responses.at(0).partitions.at(0));
    }
    template <class Action>
    [[nodiscard]] bool wants() const {
        for (const NetworkAction& action : fx.actions()) {
            if (std::holds_alternative<Action>(action)) {
                return true;
            }
        }
        return false;
    }
    template <class Body>
    [[nodiscard]] std::vector<Body> facts() const {
        std::vector<Body> found;
        for (const FactBody& fact : fx.facts()) {
            if (const auto* body = std::get_if<Body>(&fact)) {
                found.push_back(*body);
            }
        }
        return found;
    }
};

inline std::vector<BrokerId> ids(const std::vector<int32_t>& numbers) {
    std::vector<BrokerId> made;
    for (const int32_t number : numbers) {
        made.emplace_back(number);
    }
    return made;
}

}  // namespace brokerlab::testing

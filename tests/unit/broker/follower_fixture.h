// Brokers that replicate one partition, orders-0, without controllers: the test elects, and
// messages arrive as soon as they are sent. The leader's side is the real one.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/check.h"
#include "sim/broker/apply_metadata.h"
#include "sim/broker/fetch.h"
#include "sim/broker/follower.h"
#include "sim/broker/schedule.h"
#include "tests/unit/log/log_fixture.h"

namespace brokerlab::testing {

inline const TopicPartition kOrders{"orders", PartitionId(0)};

struct TestBroker {
    NodeId self;
    ReplicaManager rm;
    MetadataImage image;
    bool up = true;
    uint32_t opened = 0;
    std::vector<FactBody> facts;

    [[nodiscard]] const PartitionLog& log() const { return *rm.find(kOrders)->log; }
    template <class Fact>
    [[nodiscard]] std::vector<Fact> facts_of() const {
        std::vector<Fact> found;
        for (const FactBody& fact : facts) {
            if (const Fact* one = std::get_if<Fact>(&fact)) {
                found.push_back(*one);
            }
        }
        return found;
    }
};

class ReplicaCluster {
public:
    SimTime now = SimTime::from_ms(1'000);
    RuleSet rules;
    PartitionRegistration registration;
    Uuid topic_id{7, 7};
    ConfigMap config;
    std::map<int32_t, TestBroker> brokers;
    std::vector<Request> requests;  ///< all that were delivered

    explicit ReplicaCluster(int32_t count, RuleSet with = {}) : rules(with) {
        registration.partition_epoch = PartitionEpoch(-1);
        registration.leader_epoch = LeaderEpoch(-1);
        for (int32_t id = 1; id <= count; ++id) {
            registration.replicas.push_back(BrokerId(id));
            start(id);
        }
        registration.isr = registration.replicas;
    }

    [[nodiscard]] TestBroker& broker(int32_t id) { return brokers.at(id); }
    [[nodiscard]] const PartitionLog& log(int32_t id) { return broker(id).log(); }
    [[nodiscard]] std::vector<std::string> read_all(int32_t id) {
        TestLog view;
        view.log = log(id);
        return view.read_all();
    }
    [[nodiscard]] Env env(int32_t id) const {
        return {now, Seed(1), {NodeKind::kBroker, id}, rules};
    }

    /// A process on an empty disk, or on `disk`.
    void start(int32_t id, const BrokerDisk* disk = nullptr) {
        TestBroker& b = brokers[id];
        const uint32_t opened = b.opened;
        b = TestBroker();
        b.opened = opened;
        b.self = {NodeKind::kBroker, id};
        b.rm.broker = BrokerId(id);
        b.rm.broker_epoch = BrokerEpoch(100 + id);
        b.rm.config = Cow<BrokerConfig>(make_broker_config(config));
        start_schedule(b.rm, now);
        act(id, [&](const Env& e, Effects& fx) {
            if (disk != nullptr) {
                load_logs(b.rm, *disk, e, fx);
            }
        });
    }
    /// Ends the process; what is on its disk comes back.
    BrokerDisk stop(int32_t id, bool clean) {
        TestBroker& b = broker(id);
        b.up = false;
        BrokerDisk disk;
        disk.clean_shutdown = clean;
        disk.replicas = replicas_on_disk(b.rm, clean, now);
        for (auto& [other, peer] : brokers) {
            std::vector<ConnectionId> broken;
            for (const auto& f : peer.rm.fetchers) {
                const auto& connections = f->client.connections();
                if (const NodeConnection* c = connections.find(b.self)) {
                    broken.push_back(c->connection);
                }
            }
            for (const ConnectionId& connection : broken) {
                act(other, [&, at = &peer](const Env& e, Effects& fx) {
                    on_fetcher_connection_lost(at->rm, connection, e, fx);
                });
            }
        }
        return disk;
    }

    /// The controller's word: a new leader epoch.
    void elect(int32_t leader, std::vector<BrokerId> isr = {}) {
        registration.leader = BrokerId(leader);
        ++registration.leader_epoch;
        ++registration.partition_epoch;
        if (!isr.empty()) {
            registration.isr = std::move(isr);
        }
        for (auto& [id, b] : brokers) {
            if (b.up) {
                publish(id);
            }
        }
    }
    /// Tells one broker the state of orders-0 as it is now.
    void publish(int32_t id) {
        MetadataDelta delta;
        delta.partitions.insert(kOrders);
        publish(id, make_image(), delta);
    }
    void publish(int32_t id, MetadataImage image, const MetadataDelta& delta) {
        TestBroker& b = broker(id);
        b.image = std::move(image);
        act(id, [&](const Env& e, Effects& fx) { apply_metadata(b.rm, b.image, delta, e, fx); });
    }
    [[nodiscard]] MetadataImage make_image() const {
        MetadataImage image;
        for (const auto& [id, b] : brokers) {
            BrokerRegistration r;
            r.id = BrokerId(id);
            r.epoch = BrokerEpoch(100 + id);
            r.fenced = false;
            image.brokers.edit().insert_or_assign(r.id, r);
        }
        TopicImage topic;
        topic.name = kOrders.topic;
        topic.id = topic_id;
        topic.partitions.emplace_back(registration);
        image.topics.edit().insert_or_assign(topic.name, Cow<TopicImage>(topic));
        image.topic_names.edit().insert_or_assign(topic.id, topic.name);
        return image;
    }

    /// Appends one record as the leader, for itself alone until settle() is called.
    void write(int32_t id, const std::string& value,
               std::optional<std::string> key = std::nullopt) {
        TestBroker& b = broker(id);
        Partition& partition = b.rm.edit(kOrders);
        const AppendContext context{partition.settings.log, now};
        const AppendResult result =
            append_as_leader(partition.log.edit(), records_of(batch_of({{std::move(key), value}})),
                             partition.leader_epoch, AppendOrigin::kClient, context);
        BL_CHECK(result.ok());
        act(id, [&](const Env& e, Effects& fx) {
            try_complete_fetches(b.rm, b.image, kOrders, e, fx);
        });
    }
    /// Delivers all that is on its way, and what comes of it.
    void settle() {
        for (int delivered = 0; !on_the_way_.empty(); ++delivered) {
            BL_CHECK(delivered < 10'000);
            const auto [from, action] = std::move(on_the_way_.front());
            on_the_way_.pop_front();
            deliver(from, action);
        }
    }
    /// Time passes in steps of 100 ms; timers run and messages arrive.
    void pass(Duration time) {
        for (const SimTime end = now + time; now < end;) {
            now = std::min(end, now + 100_ms);
            for (auto& [id, b] : brokers) {
                if (b.up) {
                    act(id, [&, at = &b](const Env& e, Effects& fx) {
                        on_fetcher_timer(at->rm, at->image, e, fx);
                        expire_fetches(at->rm, at->image, e, fx);
                    });
                }
            }
            settle();
        }
    }
    [[nodiscard]] std::size_t in_flight() const { return on_the_way_.size(); }
    /// How many requests of a kind were delivered.
    template <class Body>
    [[nodiscard]] int count() const {
        int n = 0;
        for (const Request& request : requests) {
            n += std::holds_alternative<Body>(request.body) ? 1 : 0;
        }
        return n;
    }
    template <class Act>
    void act(int32_t id, Act what) {
        TestBroker& b = broker(id);
        Effects fx(b.self, b.opened);
        what(env(id), fx);
        b.opened = fx.connections_opened();
        for (NetworkAction& action : fx.actions()) {
            on_the_way_.emplace_back(id, std::move(action));
        }
        b.facts.insert(b.facts.end(), fx.facts().begin(), fx.facts().end());
    }

private:
    void deliver(int32_t from, const NetworkAction& action) {
        if (const auto* open = std::get_if<OpenConnection>(&action)) {
            const bool accepted = broker(open->connection.peer.number).up;
            act(from, [&](const Env& e, Effects& fx) {
                ReplicaManager& rm = broker(from).rm;
                if (accepted) {
                    on_fetcher_connected(rm, open->connection, e, fx);
                } else {
                    on_fetcher_connection_lost(rm, open->connection, e, fx);
                }
            });
        } else if (const auto* request = std::get_if<Request>(&action)) {
            answer(*request);
        } else if (const auto* response = std::get_if<Response>(&action)) {
            const int32_t to = response->connection.opener.number;
            act(to, [&](const Env& e, Effects& fx) {
                on_fetcher_response(broker(to).rm, broker(to).image, *response, e, fx);
            });
        }
    }
    void answer(const Request& request) {
        const int32_t to = request.connection.peer.number;
        TestBroker& b = broker(to);
        if (!b.up) {
            return;
        }
        requests.push_back(request);
        act(to, [&](const Env& e, Effects& fx) {
            if (std::holds_alternative<FetchRequest>(request.body)) {
                on_fetch(b.rm, b.image, Request(request), e, fx);
            } else if (std::holds_alternative<ListOffsetsRequest>(request.body)) {
                on_list_offsets(b.rm, request, e, fx);
            } else {
                on_offset_for_leader_epoch(b.rm, request, e, fx);
            }
        });
    }

    std::deque<std::pair<int32_t, NetworkAction>> on_the_way_;
};

}  // namespace brokerlab::testing

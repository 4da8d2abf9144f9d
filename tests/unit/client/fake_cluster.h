// FakeCluster: brokers as a producer sees them, for tests: they accept connections, answer
// Metadata, InitProducerId and Produce, check sequences as a leader does, and fail on demand.
//
// Messages take 1 ms each way. A test decides about each batch with `judge`. Every record that was
// appended is in `log`, in the order of its partition.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sim/client/producer.h"
#include "sim/log/record.h"
#include "sim/log/record_batch.h"

namespace brokerlab {

/// What a broker does with a batch.
struct Judgement {
    enum class Then { kAnswer, kDisconnect, kSilence };
    ErrorCode error = ErrorCode::kNone;  ///< kNone: the batch is checked and appended
    Then then = Then::kAnswer;
    /// With an error: what it says of where the batch was written before it came to that.
    Offset base_offset = kNoOffset;
};

class FakeCluster {
public:
    struct Partition {
        BrokerId leader{1};
        LeaderEpoch epoch{0};
        std::vector<uint64_t> ns;              ///< the log: records by their n
        std::vector<std::string> values;       ///< beside them
        std::vector<std::size_t> batch_sizes;  ///< records in each batch
        struct Appended {
            Sequence first;
            Sequence last;
            Offset base;
        };
        ProducerEpoch producer_epoch = kNoProducerEpoch;
        std::vector<Appended> recent;  ///< at most 5
    };

    explicit FakeCluster(ProducerSetup setup, int32_t partitions = 1, int32_t brokers = 1) {
        for (int32_t p = 0; p < partitions; ++p) {
            log.emplace_back();
            log.back().leader = BrokerId(1 + p % brokers);
        }
        for (int32_t b = 1; b <= brokers; ++b) {
            start.bootstrap.emplace_back(b);
        }
        start.setup = std::move(setup);
        start.number = 7;
    }

    static ProducerSetup setup(std::vector<std::pair<std::string, std::string>> config = {}) {
        ProducerSetup made;
        made.name = "till";
        made.topic = "orders";
        made.value = "{n}";
        made.config = ConfigMap(ConfigScope::kProducer);
        for (const auto& [key, value] : config) {
            EXPECT_FALSE(made.config.set(key, value).has_value()) << key;
        }
        return made;
    }

    /// The producer starts now, unless it has.
    ProducerClient& producer() {
        if (!client_) {
            with_client([this](const Env& env, Effects& fx) {
                client_ = std::make_unique<ProducerClient>(start, env, fx);
            });
        }
        return *client_;
    }

    void produce(const std::optional<std::string>& key, const std::string& value) {
        producer();
        with_client(
            [&](const Env& env, Effects& fx) { client_->produce("orders", key, value, env, fx); });
    }
    void close() {
        with_client([&](const Env& env, Effects& fx) { client_->close(env, fx); });
    }
    void run_for(Duration d) { run_until(now + d); }
    void run_until(SimTime end) {
        producer();
        while (true) {
            const SimTime message = events_.empty() ? kNever : events_.begin()->first;
            const SimTime timer = client_->next_deadline();
            if (std::min(message, timer) > end) {
                break;
            }
            ASSERT_GE(timer, now);
            ASSERT_LT(++steps, 2'000'000U) << "the producer spins";
            if (message <= timer) {
                now = message;
                const auto what = std::move(events_.begin()->second);
                events_.erase(events_.begin());
                what();
            } else {
                now = timer;
                with_client([this](const Env& env, Effects& fx) { client_->on_timer(env, fx); });
                ASSERT_GT(client_->next_deadline(), now);
            }
        }
        now = end;
    }

    /// All facts of a kind, in order.
    template <class Body>
    [[nodiscard]] std::vector<Body> facts() const {
        std::vector<Body> found;
        for (const FactBody& fact : all_facts) {
            if (const Body* body = std::get_if<Body>(&fact)) {
                found.push_back(*body);
            }
        }
        return found;
    }

    void stop_broker(int32_t id) {
        stopped_.insert(id);
        break_connections(id);
    }
    void start_broker(int32_t id) { stopped_.erase(id); }
    void break_connections(int32_t id) {
        for (const ConnectionId& connection : std::set<ConnectionId>(open_)) {
            if (connection.peer.number == id) {
                lose(connection);
            }
        }
    }

    ProducerStart start;
    std::vector<Partition> log;
    SimTime now;
    /// Called for each batch that arrives: the partition, its header and its records.
    std::function<Judgement(std::size_t, const BatchHeader&)> judge =
        [](std::size_t, const BatchHeader&) { return Judgement{}; };
    bool topic_exists = true;
    bool names_new_leader = false;  ///< KIP-951
    Duration think;                 ///< a broker answers a Produce so much later
    std::vector<FactBody> all_facts;
    uint64_t produce_requests = 0;
    uint64_t metadata_requests = 0;
    uint64_t steps = 0;

private:
    static constexpr NodeId kSelf{NodeKind::kClient, 1};

    void after(Duration d, std::function<void()> what) {
        events_.emplace(now + d, std::move(what));
    }

    template <class Action>
    void with_client(Action action) {
        const Env env{now, Seed(4), kSelf, RuleSet()};
        Effects fx(kSelf, opened_);
        action(env, fx);
        opened_ = fx.connections_opened();
        for (FactBody& fact : fx.facts()) {
            all_facts.push_back(std::move(fact));
        }
        for (NetworkAction& act : fx.actions()) {
            if (const auto* open = std::get_if<OpenConnection>(&act)) {
                accept(open->connection);
            } else if (const auto* close = std::get_if<CloseConnection>(&act)) {
                open_.erase(close->connection);
            } else if (auto* request = std::get_if<Request>(&act)) {
                after(1_ms, [this, r = std::move(*request)] { serve(r); });
            }
        }
    }

    void accept(const ConnectionId& connection) {
        open_.insert(connection);
        after(2_ms, [this, connection] {
            if (stopped_.contains(connection.peer.number)) {
                lose(connection);
            } else if (open_.contains(connection)) {
                with_client([&](const Env& env, Effects& fx) {
                    client_->on_connected(connection, env, fx);
                });
            }
        });
    }
    void lose(const ConnectionId& connection) {
        if (open_.erase(connection) > 0) {
            with_client([&](const Env& env, Effects& fx) {
                client_->on_connection_lost(connection, env, fx);
            });
        }
    }
    template <class Body>
    void answer(const Request& request, Body body, Duration later = Duration()) {
        after(later + 1_ms, [this, response = make_response(request, std::move(body))] {
            if (open_.contains(response.connection)) {
                with_client(
                    [&](const Env& env, Effects& fx) { client_->on_response(response, env, fx); });
            }
        });
    }

    void serve(const Request& request) {
        if (stopped_.contains(request.connection.peer.number) ||
            silent_.contains(request.connection)) {
            return;
        }
        if (std::holds_alternative<MetadataRequest>(request.body)) {
            ++metadata_requests;
            answer(request, describe(std::get<MetadataRequest>(request.body)));
        } else if (std::holds_alternative<InitProducerIdRequest>(request.body)) {
            InitProducerIdResponse response;
            response.producer_id = ProducerId(1000);
            response.producer_epoch = ProducerEpoch(0);
            answer(request, response);
        } else {
            serve_produce(request, std::get<ProduceRequest>(request.body));
        }
    }

    MetadataResponse describe(const MetadataRequest& request) const {
        MetadataResponse response;
        for (const BrokerId broker : start.bootstrap) {
            response.brokers.push_back({broker, "host", 9092, std::nullopt});
        }
        for (const MetadataRequest::Topic& asked : *request.topics) {
            MetadataResponse::Topic& topic = response.topics.emplace_back();
            topic.name = asked.name;
            if (!topic_exists) {
                topic.error_code = ErrorCode::kUnknownTopicOrPartition;
                continue;
            }
            topic.topic_id = Uuid{1, 2};
            for (std::size_t p = 0; p < log.size(); ++p) {
                MetadataResponse::Partition& partition = topic.partitions.emplace_back();
                partition.partition_index = PartitionId(static_cast<int32_t>(p));
                partition.leader_id = log[p].leader;
                partition.leader_epoch = log[p].epoch;
            }
        }
        return response;
    }

    void serve_produce(const Request& request, const ProduceRequest& produce) {
        ++produce_requests;
        ProduceResponse response;
        Judgement::Then then = Judgement::Then::kAnswer;
        for (const ProduceRequest::Topic& topic : produce.topic_data) {
            ProduceResponse::Topic& answered = response.responses.emplace_back();
            answered.name = topic.name;
            for (const ProduceRequest::Partition& partition : topic.partition_data) {
                const auto place = static_cast<std::size_t>(partition.index.value);
                ProduceResponse::Partition& result = answered.partition_responses.emplace_back();
                result.index = partition.index;
                result.log_start_offset = Offset(0);
                ASSERT_EQ(partition.records->batches.size(), 1U);
                const BatchBytes& batch = *partition.records->batches.front();
                ASSERT_TRUE(next_batch(batch.bytes).ok());
                const Judgement judgement = judge(place, read_batch_header(batch.bytes));
                if (judgement.then != Judgement::Then::kAnswer) {
                    then = judgement.then;
                }
                result.error_code = judgement.error;
                result.base_offset = judgement.base_offset;
                if (log[place].leader.value != request.connection.peer.number) {
                    result.error_code = ErrorCode::kNotLeaderOrFollower;
                    if (names_new_leader) {
                        result.current_leader = {log[place].leader, log[place].epoch};
                        response.node_endpoints.push_back({log[place].leader, "host", 9092, {}});
                    }
                } else if (judgement.error == ErrorCode::kNone) {
                    append(log[place], batch, result);
                }
            }
        }
        if (then == Judgement::Then::kDisconnect) {
            after(1_ms, [this, connection = request.connection] { lose(connection); });
        } else if (then == Judgement::Then::kSilence) {
            silent_.insert(request.connection);
        } else if (then == Judgement::Then::kAnswer && produce.acks != 0) {
            answer(request, std::move(response), think);
        }
    }

    /// The leader's checks of 2.5 in the fact sheet.
    static void append(Partition& partition, const BatchBytes& batch,
                       ProduceResponse::Partition& result) {
        const BatchHeader header = read_batch_header(batch.bytes);
        if (header.has_producer_id()) {
            const Sequence last = header.last_sequence();
            if (header.producer_epoch == partition.producer_epoch) {
                for (const Partition::Appended& before : partition.recent) {
                    if (before.first == header.base_sequence && before.last == last) {
                        result.base_offset = before.base;
                        return;
                    }
                }
            }
            if (header.producer_epoch < partition.producer_epoch) {
                result.error_code = ErrorCode::kInvalidProducerEpoch;
                return;
            }
            const bool new_epoch = header.producer_epoch != partition.producer_epoch;
            const Sequence expected = new_epoch || partition.recent.empty()
                                          ? Sequence(0)
                                          : increment_sequence(partition.recent.back().last, 1);
            if (header.base_sequence != expected) {
                result.error_code = ErrorCode::kOutOfOrderSequenceNumber;
                return;
            }
            if (new_epoch) {
                partition.recent.clear();
            }
            partition.producer_epoch = header.producer_epoch;
            partition.recent.push_back(
                {header.base_sequence, last, Offset(static_cast<int64_t>(partition.ns.size()))});
            if (partition.recent.size() > 5) {
                partition.recent.erase(partition.recent.begin());
            }
        }
        result.base_offset = Offset(static_cast<int64_t>(partition.ns.size()));
        for (const RecordIdentity& identity : batch.identities) {
            EXPECT_EQ(identity.producer, 7U);
            partition.ns.push_back(identity.n);
        }
        const Outcome<DecodedRecords> decoded = decode_records(batch.bytes);
        for (const RecordView& record : decoded->records) {
            partition.values.emplace_back(as_text(*record.content.value));
        }
        partition.batch_sizes.push_back(batch.identities.size());
    }

    std::unique_ptr<ProducerClient> client_;
    std::multimap<SimTime, std::function<void()>> events_;
    std::set<ConnectionId> open_;
    std::set<int32_t> stopped_;
    std::set<ConnectionId> silent_;  ///< no request on them is served any more
    uint32_t opened_ = 0;
};

}  // namespace brokerlab

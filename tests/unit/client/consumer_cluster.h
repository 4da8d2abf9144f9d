// ConsumerCluster: brokers as a consumer sees them, for tests: topic `orders` with real batches,
// leaders that move, logs that are truncated, and a long poll.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/client/consumer.h"
#include "sim/log/control_record.h"
#include "sim/log/record.h"
#include "sim/log/record_batch.h"
#include "tests/unit/client/client_harness.h"

namespace brokerlab {

class ConsumerCluster : public ClientHarness<ConsumerClient> {
public:
    struct Partition {
        BrokerId leader{1};
        LeaderEpoch epoch{0};
        Offset log_start{0};
        std::vector<BatchRef> batches;
        std::vector<FetchResponse::AbortedTransaction> aborted;
        std::map<LeaderEpoch, Offset> epoch_ends;  ///< of epochs before the current one

        [[nodiscard]] Offset end() const {
            return batches.empty() ? log_start : header_of(batches.back()).next_offset();
        }
    };

    explicit ConsumerCluster(std::size_t partitions = 1) : log(partitions) {
        start_.setup.name = "reader";
        start_.setup.topics = {"orders"};
        start_.setup.from = StartFrom::kEarliest;
        start_.setup.config = ConfigMap(ConfigScope::kConsumer);
        start_.name = "reader";
        start_.bootstrap = {BrokerId(1), BrokerId(2)};
        serve = [this](const Request& request) { serve_request(request); };
    }

    ConsumerSetup& setup() { return start_.setup; }
    void set(const std::string& key, const std::string& value) {
        ASSERT_FALSE(start_.setup.config.set(key, value).has_value()) << key;
    }
    void set_name(const std::string& name) { start_.name = name; }
    /// Its application is a service's: the test says when a record is done.
    void hand_over() { start_.hands_over = true; }
    void start_consumer() {
        start([this](const Env& env, Effects& fx) {
            return std::make_unique<ConsumerClient>(start_, env, fx);
        });
    }
    /// Runs a consumer, which starts with the first call.
    void run(Duration d) {
        if (!started_) {
            started_ = true;
            start_consumer();
        }
        run_for(d);
    }

    void append(std::size_t partition, int records, BatchSpec spec = {}) {
        spec.base_offset = log[partition].end();
        spec.partition_leader_epoch = log[partition].epoch;
        BatchBuilder builder(spec);
        for (int i = 0; i < records; ++i) {
            builder.append({Timestamp(1), std::nullopt, std::nullopt, {}});
        }
        log[partition].batches.emplace_back(builder.build());
        wake();
    }
    void append_batch(std::size_t partition, BatchBytes batch) {
        log[partition].batches.emplace_back(std::move(batch));
        wake();
    }
    /// Another broker leads from now on, after cutting the log to `to`.
    void move_leader(std::size_t partition, BrokerId to_broker, std::optional<Offset> to = {}) {
        Partition& p = log[partition];
        while (to && !p.batches.empty() && header_of(p.batches.back()).base_offset >= *to) {
            p.batches.pop_back();
        }
        p.epoch_ends[p.epoch] = p.end();
        p.leader = to_broker;
        ++p.epoch;
        wake();
    }

    [[nodiscard]] const ConsumerPosition& position(int32_t partition = 0) {
        return client().positions().at(TopicPartition{"orders", PartitionId(partition)});
    }
    [[nodiscard]] std::vector<PositionReset> resets() const { return facts<PositionReset>(); }

    std::vector<Partition> log;
    bool names_new_leader = false;  ///< KIP-951
    bool metadata_is_old = false;   ///< broker 1 leads in epoch 0, says the metadata
    bool topic_exists = true;
    std::optional<ErrorCode> fetch_error;
    std::map<std::string, int> more_topics;  ///< and their partitions, all empty

private:
    void serve_request(const Request& request) {
        if (std::holds_alternative<MetadataRequest>(request.body)) {
            answer(request, describe());
        } else if (const auto* list = std::get_if<ListOffsetsRequest>(&request.body)) {
            answer(request, offsets(*list));
        } else if (const auto* ends = std::get_if<OffsetForLeaderEpochRequest>(&request.body)) {
            answer(request, epoch_ends(*ends));
        } else {
            fetch(request,
                  now + Duration::from_ms(std::get<FetchRequest>(request.body).max_wait_ms));
        }
    }

    MetadataResponse describe() const {
        MetadataResponse response;
        for (const BrokerId broker : start_.bootstrap) {
            response.brokers.push_back({broker, "host", 9092, std::nullopt});
        }
        response.topics.emplace_back().name = "orders";
        for (const auto& [name, partitions] : more_topics) {
            add_topic(response, name, partitions);
        }
        return describe_orders(std::move(response));
    }
    static void add_topic(MetadataResponse& response, const std::string& name, int partitions) {
        MetadataResponse::Topic& topic = response.topics.emplace_back();
        topic.name = name;
        topic.topic_id = Uuid{7, name.size()};
        for (int p = 0; p < partitions; ++p) {
            MetadataResponse::Partition& partition = topic.partitions.emplace_back();
            partition.partition_index = PartitionId(p);
            partition.leader_id = BrokerId(1);
            partition.leader_epoch = LeaderEpoch(0);
        }
    }
    MetadataResponse describe_orders(MetadataResponse response) const {
        MetadataResponse::Topic& topic = response.topics.front();
        if (!topic_exists) {
            topic.error_code = ErrorCode::kUnknownTopicOrPartition;
            return response;
        }
        topic.topic_id = Uuid{1, 2};
        for (std::size_t p = 0; p < log.size(); ++p) {
            MetadataResponse::Partition& partition = topic.partitions.emplace_back();
            partition.partition_index = PartitionId(static_cast<int32_t>(p));
            partition.leader_id = metadata_is_old ? BrokerId(1) : log[p].leader;
            partition.leader_epoch = metadata_is_old ? LeaderEpoch(0) : log[p].epoch;
        }
        return response;
    }

    ListOffsetsResponse offsets(const ListOffsetsRequest& request) const {
        ListOffsetsResponse response;
        EXPECT_EQ(request.replica_id, kNoBroker);
        for (const ListOffsetsRequest::Topic& topic : request.topics) {
            ListOffsetsResponse::Topic& answered = response.topics.emplace_back();
            answered.name = topic.name;
            for (const ListOffsetsRequest::Partition& asked : topic.partitions) {
                const Partition& p = log[static_cast<std::size_t>(asked.partition_index.value)];
                ListOffsetsResponse::Partition& result = answered.partitions.emplace_back();
                result.partition_index = asked.partition_index;
                result.error_code = check(p, asked.current_leader_epoch, p.leader);
                if (result.error_code == ErrorCode::kNone) {
                    result.offset = asked.timestamp == kListEarliest ? p.log_start : p.end();
                    result.leader_epoch = p.epoch;
                }
            }
        }
        return response;
    }

    OffsetForLeaderEpochResponse epoch_ends(const OffsetForLeaderEpochRequest& request) const {
        OffsetForLeaderEpochResponse response;
        for (const OffsetForLeaderEpochRequest::Topic& topic : request.topics) {
            OffsetForLeaderEpochResponse::Topic& answered = response.topics.emplace_back();
            answered.topic = topic.topic;
            for (const OffsetForLeaderEpochRequest::Partition& asked : topic.partitions) {
                const Partition& p = log[static_cast<std::size_t>(asked.partition.value)];
                OffsetForLeaderEpochResponse::Partition& result =
                    answered.partitions.emplace_back();
                result.partition = asked.partition;
                result.leader_epoch = asked.leader_epoch;
                const auto end = p.epoch_ends.find(asked.leader_epoch);
                result.end_offset = end == p.epoch_ends.end() ? p.end() : end->second;
            }
        }
        return response;
    }

    static ErrorCode check(const Partition& p, LeaderEpoch epoch, BrokerId asked) {
        if (asked != p.leader) {
            return ErrorCode::kNotLeaderOrFollower;
        }
        if (epoch != p.epoch) {
            return epoch < p.epoch ? ErrorCode::kFencedLeaderEpoch : ErrorCode::kUnknownLeaderEpoch;
        }
        return ErrorCode::kNone;
    }

    struct Parked {
        Request request;
        SimTime until;
    };

    void fetch(const Request& request, SimTime until) {
        FetchResponse response;
        bool news = false;
        const auto& asked = std::get<FetchRequest>(request.body);
        for (const FetchRequest::Topic& topic : asked.topics) {
            FetchResponse::Topic& answered = response.responses.emplace_back();
            answered.topic_id = topic.topic_id;
            for (const FetchRequest::Partition& partition : topic.partitions) {
                news = read(node_id_of(request.connection.peer), partition,
                            answered.partitions.emplace_back()) ||
                       news;
            }
        }
        if (news || until <= now) {
            answer(request, std::move(response));
        } else {
            parked_.push_back({request, until});
            answer_parked_at(until);
        }
    }
    bool read(BrokerId broker, const FetchRequest::Partition& asked,
              FetchResponse::Partition& result) const {
        const Partition& p = log[static_cast<std::size_t>(asked.partition.value)];
        result.partition_index = asked.partition;
        result.error_code = fetch_error.value_or(check(p, asked.current_leader_epoch, broker));
        if (result.error_code != ErrorCode::kNone) {
            if (names_new_leader) {
                result.current_leader = {p.leader, p.epoch};
            }
            return true;
        }
        result.high_watermark = p.end();
        result.aborted_transactions = p.aborted;
        if (asked.fetch_offset < p.log_start || asked.fetch_offset > p.end()) {
            result.error_code = ErrorCode::kOffsetOutOfRange;
            return true;
        }
        result.records.emplace();
        for (const BatchRef& batch : p.batches) {
            if (header_of(batch).last_offset() >= asked.fetch_offset) {
                result.records->batches.push_back(batch);
            }
        }
        return !result.records->batches.empty();
    }
    void wake() {
        for (const Parked& parked : std::exchange(parked_, {})) {
            fetch(parked.request, parked.until);
        }
    }
    void answer_parked_at(SimTime until) {
        after(until - now, [this] { wake(); });
    }

    ConsumerStart start_;
    bool started_ = false;
    std::vector<Parked> parked_;
};

}  // namespace brokerlab

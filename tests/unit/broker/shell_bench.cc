#include "tests/unit/broker/shell_bench.h"

#include <gtest/gtest.h>

#include "sim/log/control_record.h"
#include "sim/raft/raft_messages.h"

namespace brokerlab {
namespace {

constexpr LeaderEpoch kEpoch{1};
constexpr BrokerId kControllerId{3001};

}  // namespace

ShellBench::ShellBench(ConfigMap config, std::optional<BrokerDisk> disk) {
    BatchSpec first;
    first.partition_leader_epoch = kEpoch;
    first.control = true;
    BatchBuilder leader_change(first);
    const Bytes key = control_record_key(ControlRecordType::kLeaderChange);
    const Bytes value{0};
    leader_change.append({.timestamp = Timestamp(0), .key = key, .value = value});
    append(std::move(leader_change));

    BrokerStart start;
    start.id = BrokerId(1);
    start.rack = "left";
    start.config = std::move(config);
    start.voters = {kControllerId};
    start.cluster_id = "lab";
    with_broker([&](const Env& env, Effects& fx) {
        broker_.emplace(start, disk.has_value() ? *std::move(disk) : format_disk(Uuid{7, 7}, now_),
                        env, fx);
    });
}

void ShellBench::with_broker(const std::function<void(Env, Effects&)>& call) {
    Effects fx(kBroker1, opened_);
    call(Env{now_, Seed(1), kBroker1, RuleSet()}, fx);
    opened_ = fx.connections_opened();
    for (FactBody& fact : fx.facts()) {
        facts.push_back(std::move(fact));
    }
    for (NetworkAction& action : fx.actions()) {
        outbox_.push_back(std::move(action));
    }
}

void ShellBench::run_until(SimTime until) {
    for (;;) {
        carry_out();
        SimTime next = broker_->next_deadline();
        for (const Seen& fetch : fetches_) {
            next = std::min(next, fetch.at + Duration::from_ms(kRaftFetchMaxWaitMs));
        }
        if (next > until) {
            now_ = until;
            return;
        }
        now_ = std::max(now_, next);
        answer_fetches(true);
        with_broker([&](const Env& env, Effects& fx) { broker_->on_timer(env, fx); });
        ASSERT_GT(broker_->next_deadline(), now_) << "the broker leaves a deadline behind";
    }
}

void ShellBench::start() {
    for (int i = 0; i < 100 && state() != BrokerState::kRunning; ++i) {
        run_for(100_ms);
    }
    ASSERT_EQ(state(), BrokerState::kRunning);
}

void ShellBench::begin_shutdown() {
    with_broker([&](const Env& env, Effects& fx) { broker_->begin_shutdown(env, fx); });
    carry_out();
}

void ShellBench::fail_disk() {
    with_broker([&](const Env& env, Effects& fx) { broker_->on_disk_failed(env, fx); });
}

void ShellBench::deliver_request(Request request) {
    with_broker(
        [&](const Env& env, Effects& fx) { broker_->on_request(std::move(request), env, fx); });
    carry_out();
}

bool ShellBench::closed(uint32_t ordinal) const {
    const ConnectionId connection{kClient1, kBroker1, ordinal};
    return std::find(closed_connections.begin(), closed_connections.end(), connection) !=
           closed_connections.end();
}

void ShellBench::reset_connections() {
    for (const ConnectionId& connection : std::exchange(open_, {})) {
        std::erase_if(fetches_, [&](const Seen& s) { return s.request.connection == connection; });
        with_broker(
            [&](const Env& env, Effects& fx) { broker_->on_connection_lost(connection, env, fx); });
    }
    carry_out();
}

void ShellBench::carry_out() {
    while (!outbox_.empty()) {
        NetworkAction action = std::move(outbox_.front());
        outbox_.erase(outbox_.begin());
        if (const auto* open = std::get_if<OpenConnection>(&action)) {
            const ConnectionId connection = open->connection;
            const bool taken = listens && connection.peer == kController1;
            if (taken) {
                open_.push_back(connection);
            }
            with_broker([&](const Env& env, Effects& fx) {
                taken ? broker_->on_connected(connection, env, fx)
                      : broker_->on_connection_lost(connection, env, fx);
            });
        } else if (auto* request = std::get_if<Request>(&action)) {
            if (request->connection.peer == kController1) {
                on_controller_request(std::move(*request));
            }
        } else if (auto* response = std::get_if<Response>(&action)) {
            responses.push_back(std::move(*response));
        } else if (const auto* close = std::get_if<CloseConnection>(&action)) {
            std::erase(open_, close->connection);
            closed_connections.push_back(close->connection);
        }
    }
}

void ShellBench::on_controller_request(Request request) {
    if (std::holds_alternative<FetchRequest>(request.body)) {
        fetches_.push_back({now_, std::move(request)});
        answer_fetches(false);
        return;
    }
    requests.push_back({now_, request});
    if (std::optional<ResponseBody> body = answer_of(request)) {
        with_broker([&](const Env& env, Effects& fx) {
            broker_->on_response(Response(request.connection, request.header, *std::move(body)),
                                 env, fx);
        });
    }
}

std::optional<ResponseBody> ShellBench::answer_of(const Request& request) {
    if (const auto* registration = std::get_if<BrokerRegistrationRequest>(&request.body)) {
        BrokerRegistrationResponse response;
        if (!leads) {
            response.error_code = ErrorCode::kNotController;
        } else if (duplicate_refusals > 0) {
            --duplicate_refusals;
            response.error_code = ErrorCode::kDuplicateBrokerRegistration;
        } else {
            RegisterBrokerRecord record;
            record.broker_id = registration->broker_id;
            record.incarnation_id = registration->incarnation_id;
            record.broker_epoch = BrokerEpoch(log_end_.value);
            record.rack = registration->rack;
            record.log_dirs = registration->log_dirs;
            response.broker_epoch = BrokerEpoch(commit(record).value);
        }
        return response;
    }
    if (const auto* beat = std::get_if<BrokerHeartbeatRequest>(&request.body)) {
        BrokerHeartbeatResponse response;
        if (!leads) {
            response.error_code = ErrorCode::kNotController;
            return response;
        }
        response.is_caught_up = beat->current_metadata_offset.value >= beat->broker_epoch.value;
        if (!beat->want_fence && !unfenced_) {
            unfenced_ = true;
            BrokerRegistrationChangeRecord record;
            record.broker_id = beat->broker_id;
            record.broker_epoch = beat->broker_epoch;
            record.fenced = BrokerRegistrationChangeRecord::Fencing::kUnfence;
            commit(record);
        }
        response.is_fenced = !unfenced_;
        response.should_shut_down = beat->want_shut_down && lets_go;
        return response;
    }
    if (std::holds_alternative<AllocateProducerIdsRequest>(request.body)) {
        AllocateProducerIdsResponse response;
        response.producer_id_start =
            ProducerId(std::exchange(next_producer_id_, next_producer_id_ + 1000));
        response.producer_id_len = 1000;
        return response;
    }
    if (const auto* envelope = std::get_if<EnvelopeRequest>(&request.body)) {
        if (!leads) {
            EnvelopeResponse refusal;
            refusal.error_code = ErrorCode::kNotController;
            return refusal;
        }
        if (on_envelope) {
            return on_envelope(*envelope);
        }
    }
    return std::nullopt;
}

/// Answers the fetches for which there is something new, or all that waited long enough.
void ShellBench::answer_fetches(bool overdue) {
    std::vector<Seen> waiting = std::exchange(fetches_, {});
    for (Seen& fetch : waiting) {
        const auto& body = std::get<FetchRequest>(fetch.request.body);
        const FetchRequest::Partition& asked = body.topics.at(0).partitions.at(0);
        FetchResponse::Partition partition;
        partition.high_watermark = log_end_;
        partition.log_start_offset = Offset(0);
        partition.current_leader = {kControllerId, kEpoch};
        const bool knows_leader = asked.current_leader_epoch == kEpoch;
        if (!knows_leader) {
            partition.error_code = ErrorCode::kFencedLeaderEpoch;
        } else {
            partition.records = Records();
            for (const auto& [base, batch] : log_) {
                if (base >= asked.fetch_offset) {
                    partition.records->batches.push_back(batch);
                }
            }
            const bool late = overdue && fetch.at + Duration::from_ms(kRaftFetchMaxWaitMs) <= now_;
            if (partition.records->batches.empty() && !late) {
                fetches_.push_back(std::move(fetch));
                continue;
            }
        }
        with_broker([&](const Env& env, Effects& fx) {
            broker_->on_response(
                make_response(fetch.request, raft_fetch_response(std::move(partition))), env, fx);
        });
    }
}

void ShellBench::append(BatchBuilder builder) {
    const Offset base = log_end_;
    log_end_ = builder.next_offset();
    log_.emplace_back(base, BatchRef(builder.build()));
}

Offset ShellBench::commit(const MetadataRecord& record) {
    BatchSpec spec;
    spec.base_offset = log_end_;
    spec.partition_leader_epoch = kEpoch;
    BatchBuilder builder(spec);
    const Bytes value = encode_metadata_record(record);
    builder.append({.timestamp = Timestamp(0), .value = value});
    const Offset at = log_end_;
    append(std::move(builder));
    if (broker_.has_value()) {
        answer_fetches(false);
        carry_out();
    }
    return at;
}

}  // namespace brokerlab

// AdminClient: calls, their tries and their end.
//
// One request at a time goes to a broker, the next call to another one, so calls run in parallel.
// Kafka sends all but config changes to the broker that the metadata names as controller, in KRaft
// a random one, and changes of a broker's config to that broker; here the least loaded one gets
// them. Errors of single topics and partitions end a call, but for NOT_CONTROLLER where Kafka looks
// for it; so does REQUEST_TIMED_OUT from the broker. Metadata is asked for while there are calls,
// not every five minutes. Not modelled: quotas (THROTTLING_QUOTA_EXCEEDED), close().
#include "sim/client/admin.h"

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "sim/base/aggregate_digest.h"
#include "sim/base/check.h"
#include "sim/client/least_loaded_node.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

constexpr uint64_t kMetadataCall = 0;  // The tags of calls are their numbers, from 1.
constexpr Duration kApiTimeout = 60_s;
constexpr Duration kRequestTimeout = 30_s;
constexpr Backoff kRetry{100_ms, 1_s};

NetworkClientConfig network_config() {
    NetworkClientConfig config;
    config.client_id = "admin";
    config.request_timeout = kRequestTimeout;
    config.max_in_flight = 1;
    return config;
}

/// What an answer comes to: the first error in it.
struct Verdict {
    ErrorCode error = ErrorCode::kNone;
    std::string message;
    bool try_again = false;

    void add(ErrorCode found, const std::optional<std::string>& why) {
        if (error == ErrorCode::kNone && found != ErrorCode::kNone) {
            error = found;
            message = why.value_or("");
        }
    }
};

template <class Results>
Verdict judge_topics(const Results& results) {
    Verdict verdict;
    for (const auto& result : results) {
        verdict.add(result.error_code, result.error_message);
        verdict.try_again = verdict.try_again || result.error_code == ErrorCode::kNotController;
    }
    return verdict;
}

struct Judge {
    template <class Other>
    Verdict operator()(const Other&) const {
        BL_CHECK(false);
    }
    Verdict operator()(const CreateTopicsResponse& answer) const {
        return judge_topics(answer.topics);
    }
    Verdict operator()(const DeleteTopicsResponse& answer) const {
        return judge_topics(answer.responses);
    }
    Verdict operator()(const CreatePartitionsResponse& answer) const {
        return judge_topics(answer.results);
    }
    Verdict operator()(const IncrementalAlterConfigsResponse& answer) const {
        Verdict verdict = judge_topics(answer.responses);
        verdict.try_again = false;
        return verdict;
    }
    Verdict operator()(const ElectLeadersResponse& answer) const {
        Verdict verdict;
        verdict.add(answer.error_code, std::nullopt);
        for (const ElectLeadersResponse::Topic& topic : answer.replica_election_results) {
            for (const ElectLeadersResponse::Partition& partition : topic.partition_result) {
                verdict.add(partition.error_code, partition.error_message);
            }
        }
        return verdict;
    }
    Verdict operator()(const AlterPartitionReassignmentsResponse& answer) const {
        Verdict verdict;
        verdict.add(answer.error_code, answer.error_message);
        verdict.try_again = answer.error_code == ErrorCode::kNotController;
        for (const AlterPartitionReassignmentsResponse::Topic& topic : answer.responses) {
            for (const AlterPartitionReassignmentsResponse::Partition& p : topic.partitions) {
                verdict.add(p.error_code, p.error_message);
            }
        }
        return verdict;
    }
};

template <class Body>
constexpr std::string_view kCallName = "";
template <>
constexpr std::string_view kCallName<CreateTopicsRequest> = "createTopics";
template <>
constexpr std::string_view kCallName<DeleteTopicsRequest> = "deleteTopics";
template <>
constexpr std::string_view kCallName<CreatePartitionsRequest> = "createPartitions";
template <>
constexpr std::string_view kCallName<IncrementalAlterConfigsRequest> = "incrementalAlterConfigs";
template <>
constexpr std::string_view kCallName<ElectLeadersRequest> = "electLeaders";
template <>
constexpr std::string_view kCallName<AlterPartitionReassignmentsRequest> =
    "alterPartitionReassignments";

/// Kafka's name of the call; empty for a request that `admin` does not send.
std::string_view call_name(const RequestBody& body) {
    return std::visit(
        [](const auto& request) { return kCallName<std::remove_cvref_t<decltype(request)>>; },
        body);
}

/// Sends the request once; the broker is told how long it may take.
void send_call(const AdminCall& call, NodeId node, NetworkClient& client, const Env& env,
               Effects& fx) {
    const Duration timeout = std::min(kRequestTimeout, call.deadline - env.now);
    const auto send = [&]<class Body>(const Body& body) {
        if constexpr (kCallName<Body>.empty()) {
            BL_CHECK(false);
        } else {
            Body request = body;
            if constexpr (requires { request.timeout_ms; }) {
                request.timeout_ms = static_cast<int32_t>(timeout.to_ms());
            }
            client.send(node, std::move(request), Body::kVersions.latest, call.number, env, fx,
                        true, timeout);
        }
    };
    std::visit(send, call.body);
}

}  // namespace

AdminClient::AdminClient(std::vector<BrokerId> bootstrap, const Env& /*env*/, Effects& /*fx*/)
    : client_(network_config()), metadata_(MetadataConfig(), std::move(bootstrap)) {}

void AdminClient::submit(std::string text, RequestBody body, const Env& env, Effects& fx) {
    BL_CHECK(!call_name(body).empty());
    AdminCall call;
    call.number = next_number_++;
    call.text = std::move(text);
    call.body = std::move(body);
    call.deadline = env.now + kApiTimeout;
    call.retry_at = env.now;
    calls_.push_back(std::move(call));
    advance(env, fx);
}

std::optional<std::size_t> AdminClient::place_of(uint64_t number) const {
    const auto at = std::find_if(calls_.begin(), calls_.end(),
                                 [number](const AdminCall& call) { return call.number == number; });
    if (at == calls_.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(at - calls_.begin());
}

void AdminClient::finish(std::size_t place, ErrorCode error, std::string message, Effects& fx) {
    fx.state(AdminAnswered{std::move(calls_[place].text), error, std::move(message)});
    calls_.erase(calls_.begin() + static_cast<std::ptrdiff_t>(place));
}

/// A try failed in a way that another may not [KafkaAdminClient.Call.fail].
void AdminClient::retry_or_give_up(std::size_t place, const Env& env, Effects& fx) {
    AdminCall& call = calls_[place];
    const RandomBits bits =
        env.draw(DrawPurpose::kRetryBackoff, draw_key(call.number, call.tries, env.now));
    call.in_flight = false;
    call.retry_at = env.now + kRetry.after(call.tries, bits);
    ++call.tries;
    if (call.deadline <= env.now) {
        std::string message = fmt::format(
            "Call(callName={}, deadlineMs={}, tries={}, nextAllowedTryMs={}) timed out at {} after "
            "{} attempt(s)",
            call_name(call.body), wall_clock(call.deadline).value, call.tries,
            wall_clock(call.retry_at).value, wall_clock(env.now).value, call.tries);
        finish(place, ErrorCode::kRequestTimedOut, std::move(message), fx);
    }
}

bool AdminClient::waits_for_connection() const {
    return std::any_of(
        client_.connections().begin(), client_.connections().end(),
        [](const auto& node) { return node.second.state == NodeConnection::State::kConnecting; });
}

void AdminClient::time_out_waiting(const Env& env, Effects& fx) {
    const bool assigned = knows_cluster_ && waits_for_connection();
    for (std::size_t i = 0; i < calls_.size();) {
        const AdminCall& call = calls_[i];
        if (call.in_flight || call.deadline > env.now) {
            ++i;
            continue;
        }
        std::string message = fmt::format("Timed out waiting {} Call: {}",
                                          assigned ? "to send the call." : "for a node assignment.",
                                          call_name(call.body));
        finish(i, ErrorCode::kRequestTimedOut, std::move(message), fx);
    }
}

void AdminClient::send_waiting(const Env& env, Effects& fx) {
    for (AdminCall& call : calls_) {
        if (call.in_flight || call.retry_at > env.now) {
            continue;
        }
        const std::optional<NodeId> node = least_loaded_node(metadata_.brokers(), client_, env);
        if (!node || !client_.ready(*node, env, fx)) {
            return;
        }
        call.in_flight = true;
        send_call(call, *node, client_, env, fx);
    }
}

void AdminClient::advance(const Env& env, Effects& fx) {
    time_out_waiting(env, fx);
    if (!calls_.empty()) {
        metadata_.maybe_update(client_, kMetadataCall, false, env, fx);
        if (knows_cluster_) {
            send_waiting(env, fx);
        }
    }
    due_ = find_deadline(env.now);
}

SimTime AdminClient::find_deadline(SimTime now) const {
    SimTime earliest = client_.next_timeout();
    if (calls_.empty()) {
        return earliest;
    }
    earliest = std::min(earliest, metadata_.next_update(client_, now));
    for (const AdminCall& call : calls_) {
        if (call.in_flight) {
            continue;
        }
        earliest = std::min(earliest, call.deadline);
        if (call.retry_at > now) {
            earliest = std::min(earliest, call.retry_at);
        }
    }
    for (const BrokerId broker : metadata_.brokers()) {
        const SimTime retry = client_.next_retry(node_of(broker));
        if (retry > now) {
            earliest = std::min(earliest, retry);
        }
    }
    return earliest;
}

SimTime AdminClient::next_deadline() const {
    return due_;
}

void AdminClient::on_failed_requests(const std::vector<FailedRequest>& failed, const Env& env,
                                     Effects& fx) {
    for (const FailedRequest& request : failed) {
        fx.state(ConnectionLost{request.node, request.timed_out});
        if (request.tag == kMetadataCall) {
            metadata_.on_request_failed(env.now);
        } else if (const std::optional<std::size_t> place = place_of(request.tag)) {
            retry_or_give_up(*place, env, fx);
        }
    }
}

void AdminClient::on_response(const Response& response, const Env& env, Effects& fx) {
    const std::optional<InFlightRequest> answered = client_.on_response(response);
    if (!answered) {
        return;
    }
    if (answered->tag == kMetadataCall) {
        const auto& metadata = std::get<MetadataResponse>(response.body);
        knows_cluster_ = knows_cluster_ || !metadata.brokers.empty();
        metadata_.on_response(metadata, env.now);
    } else if (const std::optional<std::size_t> place = place_of(answered->tag)) {
        Verdict verdict = std::visit(Judge{}, response.body);
        if (verdict.try_again) {
            metadata_.request_update();
            retry_or_give_up(*place, env, fx);
        } else {
            finish(*place, verdict.error, std::move(verdict.message), fx);
        }
    }
    advance(env, fx);
}

void AdminClient::on_connected(const ConnectionId& connection, const Env& env, Effects& fx) {
    client_.on_connected(connection);
    advance(env, fx);
}

void AdminClient::on_connection_lost(const ConnectionId& connection, const Env& env, Effects& fx) {
    if (client_.owns(connection)) {
        metadata_.request_update();
        on_failed_requests(client_.on_connection_lost(connection, env), env, fx);
    }
    advance(env, fx);
}

void AdminClient::on_timer(const Env& env, Effects& fx) {
    on_failed_requests(client_.expire(env, fx), env, fx);
    advance(env, fx);
}

void digest_into(Digest& d, const AdminClient& admin) {
    digest_fields(d, admin.calls_, admin.client_, admin.metadata_, admin.knows_cluster_,
                  admin.next_number_, admin.due_);
}

}  // namespace brokerlab

// The outbox of a RaftChannel.
//
// A second request to a member that is still out of reach takes the place of the first: the quorum
// member has given that one up by its own time-out.
#include "sim/broker/raft_channel.h"

#include <algorithm>
#include <utility>

#include "sim/base/aggregate_digest.h"
#include "sim/base/check.h"

namespace brokerlab {
namespace {

NetworkClientConfig raft_client_config(BrokerId self, Duration request_timeout) {
    NetworkClientConfig config;
    config.client_id = "raft-client-" + std::to_string(self.value);
    config.request_timeout = request_timeout;
    config.reconnect_backoff = 50_ms;
    config.reconnect_backoff_max = 500_ms;
    config.max_in_flight = 1;
    return config;
}

}  // namespace

RaftChannel::RaftChannel(BrokerId self, Duration request_timeout)
    : client_(raft_client_config(self, request_timeout)) {}

void RaftChannel::send(std::vector<RaftRequest> requests, const Env& env, Effects& fx) {
    for (RaftRequest& request : requests) {
        FetchRequest* fetch = std::get_if<FetchRequest>(&request.body);
        BL_CHECK(fetch != nullptr);
        std::erase_if(waiting_,
                      [&](const WaitingRaftFetch& other) { return other.to == request.to; });
        waiting_.push_back({request.to, std::move(*fetch), env.now});
    }
    pump(env, fx);
}

void RaftChannel::pump(const Env& env, Effects& fx) {
    for (auto item = waiting_.begin(); item != waiting_.end();) {
        const NodeId node = node_of(item->to);
        if (!client_.ready(node, env, fx)) {
            ++item;
            continue;
        }
        client_.send(node, std::move(item->body), FetchRequest::kVersions.latest, 0, env, fx);
        item = waiting_.erase(item);
    }
}

void RaftChannel::on_connected(const ConnectionId& connection, const Env& env, Effects& fx) {
    client_.on_connected(connection);
    pump(env, fx);
}

bool RaftChannel::on_response(const Response& response) {
    return client_.on_response(response).has_value();
}

std::vector<RaftFailure> RaftChannel::on_connection_lost(const ConnectionId& connection,
                                                         const Env& env) {
    std::vector<RaftFailure> failures;
    for (const FailedRequest& failed : client_.on_connection_lost(connection, env)) {
        failures.push_back({node_id_of(failed.node), failed.api});
    }
    const BrokerId peer = node_id_of(connection.peer);
    if (std::erase_if(waiting_, [&](const WaitingRaftFetch& w) { return w.to == peer; }) > 0) {
        failures.push_back({peer, ApiKey::kFetch});
    }
    return failures;
}

std::vector<RaftFailure> RaftChannel::on_timer(const Env& env, Effects& fx) {
    std::vector<RaftFailure> failures;
    for (const FailedRequest& failed : client_.expire(env, fx)) {
        failures.push_back({node_id_of(failed.node), failed.api});
    }
    const SimTime overdue = env.now - client_.config().request_timeout;
    for (const WaitingRaftFetch& waiting : waiting_) {
        if (waiting.since <= overdue) {
            failures.push_back({waiting.to, ApiKey::kFetch});
        }
    }
    std::erase_if(waiting_, [&](const WaitingRaftFetch& w) { return w.since <= overdue; });
    pump(env, fx);
    return failures;
}

SimTime RaftChannel::next_deadline() const {
    SimTime next = client_.next_timeout();
    for (const WaitingRaftFetch& waiting : waiting_) {
        next = std::min(next, waiting.since + client_.config().request_timeout);
        next = std::min(next, client_.next_retry(node_of(waiting.to)));
    }
    return next;
}

void digest_into(Digest& d, const RaftChannel& channel) {
    digest_fields(d, channel.client_, channel.waiting_);
}

}  // namespace brokerlab

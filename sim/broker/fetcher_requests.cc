// What a fetcher asks its leader. [core server/RemoteLeaderEndPoint.scala]
#include <algorithm>
#include <utility>
#include <vector>

#include "sim/broker/fetchers.h"

namespace brokerlab {
namespace {

[[nodiscard]] LeaderEpoch epoch_to_send(const FetchState& state, RuleSet rules) {
    return rules.on(Rule::kLeaderEpochCheck) ? state.current_leader_epoch : kNoLeaderEpoch;
}

template <class Body>
void send(Fetcher& fetcher, Body body, const Env& env, Effects& fx) {
    fetcher.awaiting_response = true;
    fetcher.client.send(node_of(fetcher.leader), std::move(body), Body::kVersions.latest,
                        fetcher.requests, env, fx);
}

/// Asks where the latest epoch of each truncating partition ends; false when none truncates.
bool send_epoch_ends(const ReplicaManager& rm, Fetcher& fetcher, const Env& env, Effects& fx) {
    OffsetForLeaderEpochRequest request;
    request.replica_id = rm.broker;
    for (auto& [tp, state] : fetcher.partitions) {
        if (state.state != FetchState::State::kTruncating || is_paused(state, env.now)) {
            continue;
        }
        if (request.topics.empty() || request.topics.back().topic != tp.topic) {
            request.topics.push_back({tp.topic, {}});
        }
        request.topics.back().partitions.push_back(
            {tp.partition, epoch_to_send(state, env.rules), state.last_fetched_epoch});
        state.asked_in = fetcher.requests;
    }
    if (request.topics.empty()) {
        return false;
    }
    send(fetcher, std::move(request), env, fx);
    return true;
}

/// Asks for one end of the leader's log, for the first partition that was out of range.
bool send_offset(const ReplicaManager& rm, Fetcher& fetcher, const Env& env, Effects& fx) {
    for (auto& [tp, state] : fetcher.partitions) {
        if (state.reset == FetchState::Reset::kNone || is_paused(state, env.now)) {
            continue;
        }
        const Timestamp place =
            state.reset == FetchState::Reset::kLatest ? kListLatest : kListEarliest;
        state.asked_in = fetcher.requests;
        ListOffsetsRequest request;
        request.replica_id = rm.broker;
        request.topics.push_back(
            {tp.topic, {{tp.partition, epoch_to_send(state, env.rules), place}}});
        send(fetcher, std::move(request), env, fx);
        return true;
    }
    return false;
}

FetchRequest::Partition ask_for(const TopicPartition& tp, const FetchState& state,
                                int32_t max_bytes, RuleSet rules) {
    FetchRequest::Partition asked;
    asked.partition = tp.partition;
    asked.current_leader_epoch = epoch_to_send(state, rules);
    asked.fetch_offset = state.fetch_offset;
    asked.last_fetched_epoch =
        truncates_on_fetch(rules) ? state.last_fetched_epoch : kNoLeaderEpoch;
    asked.log_start_offset = state.log_start_offset;
    asked.partition_max_bytes = max_bytes;
    return asked;
}

/// Tells the leader what has changed since the last fetch of the session, which may be nothing.
void send_fetch(const ReplicaManager& rm, Fetcher& fetcher, const Env& env, Effects& fx) {
    const BrokerConfig& config = *rm.config;
    FetchRequest request;
    request.replica_state = {rm.broker, rm.broker_epoch};
    request.max_wait_ms = static_cast<int32_t>(config.replica_fetch_wait_max.to_ms());
    request.min_bytes = config.replica_fetch_min_bytes;
    request.max_bytes = config.replica_fetch_response_max_bytes;
    FetchSessionHandler::Builder next(fetcher.session, request);
    const std::size_t n = fetcher.partitions.size();
    for (std::size_t i = 0; i < n; ++i) {
        // The partitions take turns at the front, so that none starves where the response is full.
        auto& [tp, state] =
            *(fetcher.partitions.begin() + static_cast<std::ptrdiff_t>((fetcher.first + i) % n));
        if (is_paused(state, env.now)) {
            continue;
        }
        state.delayed_until.reset();
        next.add(state.topic_id, ask_for(tp, state, config.replica_fetch_max_bytes, env.rules));
        state.asked_in = fetcher.requests;
    }
    next.finish();
    send(fetcher, std::move(request), env, fx);
}

}  // namespace

void send_next_request(const ReplicaManager& rm, Fetcher& fetcher, const Env& env, Effects& fx) {
    ++fetcher.requests;
    if (!send_epoch_ends(rm, fetcher, env, fx) && !send_offset(rm, fetcher, env, fx)) {
        send_fetch(rm, fetcher, env, fx);
    }
}

}  // namespace brokerlab

// The loop of a fetcher: one request at a time, and what frees it for the next.
//
// A fetcher that has nothing to do is passed over by a look at plain fields: `awaiting_response`,
// `writing` and `next_fetch_at`. Whatever may free it sets next_fetch_at back. Throttling of
// replication and tiered storage are not modelled. A broker that reads of a lost connection while
// no request waits just connects again, as Kafka's blocking sender does.
#include "sim/broker/follower.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/base/check.h"
#include "sim/broker/fetchers.h"

namespace brokerlab {
namespace {

constexpr SimTime kAtOnce{detail::kLowest};

[[nodiscard]] NodeConnection::State connection_state(const Fetcher& fetcher) {
    const NodeConnection* c = fetcher.client.connections().find(node_of(fetcher.leader));
    return c == nullptr ? NodeConnection::State::kDisconnected : c->state;
}

/// When the first pause ends; kAtOnce when some partition is not paused, kNever without any.
[[nodiscard]] SimTime first_ready_at(const Fetcher& fetcher, SimTime now) {
    SimTime first = kNever;
    for (const auto& [tp, state] : fetcher.partitions) {
        if (!is_paused(state, now)) {
            return kAtOnce;
        }
        first = std::min(first, *state.delayed_until);
    }
    return first;
}

void run_idle_fetcher(const ReplicaManager& rm, Fetcher& fetcher, const Env& env, Effects& fx) {
    fetcher.next_fetch_at = first_ready_at(fetcher, env.now);
    // Kafka's fetcher takes paused partitions out of its session, even where no others are left.
    if (env.now < fetcher.next_fetch_at && !fetcher.session.has_partitions_to_forget()) {
        return;
    }
    if (fetcher.client.ready(node_of(fetcher.leader), env, fx)) {
        send_next_request(rm, fetcher, env, fx);
    } else if (connection_state(fetcher) == NodeConnection::State::kConnecting) {
        fetcher.next_fetch_at = kNever;  // on_connected, or the time-out of the attempt, frees it
    } else {
        handle_failure(rm, fetcher, ApiKey::kFetch, env.now);
        fetcher.next_fetch_at = first_ready_at(fetcher, env.now);
    }
}

void run_fetcher(const ReplicaManager& rm, FetcherSlot& slot, const Env& env, Effects& fx) {
    if (slot->awaiting_response || slot->writing || env.now < slot->next_fetch_at) {
        return;
    }
    run_idle_fetcher(rm, slot.edit(), env, fx);
    slot.note_due();
}

/// Applies the answer and is free for the next request.
void take_response(ReplicaManager& rm, Fetcher& fetcher, const Response& response, const Env& env,
                   Effects& fx) {
    fetcher.next_fetch_at = kAtOnce;
    if (const auto* fetched = std::get_if<FetchResponse>(&response.body)) {
        handle_fetch(rm, fetcher, *fetched, env, fx);
    } else if (const auto* ends = std::get_if<OffsetForLeaderEpochResponse>(&response.body)) {
        handle_epoch_ends(rm, fetcher, *ends, env, fx);
    } else if (const auto* offset = std::get_if<ListOffsetsResponse>(&response.body)) {
        handle_offset(rm, fetcher, *offset, env, fx);
    }
}

[[nodiscard]] bool has_records(const FetchResponse& response) {
    return std::any_of(response.responses.begin(), response.responses.end(), [](const auto& t) {
        return std::any_of(t.partitions.begin(), t.partitions.end(),
                           [](const auto& p) { return p.records && !p.records->batches.empty(); });
    });
}

void fail_requests(const ReplicaManager& rm, Fetcher& fetcher,
                   const std::vector<FailedRequest>& failed, bool was_connecting, SimTime now) {
    for (const FailedRequest& request : failed) {
        fetcher.awaiting_response = false;
        handle_failure(rm, fetcher, request.api, now);
    }
    if (failed.empty() && was_connecting) {
        handle_failure(rm, fetcher, ApiKey::kFetch, now);
    }
    fetcher.next_fetch_at = kAtOnce;
}

/// The fetcher that opened the connection, and still uses it.
[[nodiscard]] FetcherSlot* owner_of(ReplicaManager& rm, const ConnectionId& connection) {
    const auto before = [](const FetcherSlot& slot, NodeId leader) {
        return node_of(slot->leader) < leader;
    };
    auto slot = std::lower_bound(rm.fetchers.begin(), rm.fetchers.end(), connection.peer, before);
    for (; slot != rm.fetchers.end() && node_of((*slot)->leader) == connection.peer; ++slot) {
        if ((*slot)->client.owns(connection)) {
            return &*slot;
        }
    }
    return nullptr;
}

void expire_fetcher(const ReplicaManager& rm, FetcherSlot& slot, const Env& env, Effects& fx) {
    if (slot->client.next_timeout() > env.now) {
        return;
    }
    Fetcher& fetcher = slot.edit();
    const bool was_connecting = connection_state(fetcher) == NodeConnection::State::kConnecting;
    const std::vector<FailedRequest> failed = fetcher.client.expire(env, fx);
    fail_requests(rm, fetcher, failed, was_connecting, env.now);
}

}  // namespace

void pause_partition(FetchState& state, const ReplicaManager& rm, SimTime now) {
    if (!is_paused(state, now)) {
        state.delayed_until = now + rm.config->replica_fetch_backoff;
    }
}

void continue_at_log_end(FetchState& state, const PartitionLog& log) {
    state.state = FetchState::State::kFetching;
    state.reset = FetchState::Reset::kNone;
    state.fetch_offset = log.log_end_offset;
    state.last_fetched_epoch = log.leader_epochs.latest_epoch().value_or(kNoLeaderEpoch);
    state.log_start_offset = log.log_start_offset;
    state.leader_high_watermark = kNoOffset;
    state.leader_log_start_offset = kNoOffset;
}

void give_up_partition(Fetcher& fetcher, const TopicPartition& tp) {
    fetcher.partitions.erase(tp);
}

void run_fetchers(ReplicaManager& rm, const Env& env, Effects& fx) {
    for (FetcherSlot& slot : rm.fetchers) {
        run_fetcher(rm, slot, env, fx);
    }
}

bool on_fetcher_response(ReplicaManager& rm, const MetadataImage&, const Response& response,
                         const Env& env, Effects& fx) {
    FetcherSlot* slot = owner_of(rm, response.connection);
    if (slot == nullptr) {
        return false;
    }
    Fetcher& fetcher = slot->edit();
    if (!fetcher.client.on_response(response)) {
        return true;
    }
    fetcher.awaiting_response = false;
    const auto* fetched = std::get_if<FetchResponse>(&response.body);
    if (rm.disk_delay > Duration() && fetched != nullptr && has_records(*fetched)) {
        fetcher.writing = response;
        fetcher.writing_until = env.now + rm.disk_delay;
        slot->note_due();
        return true;
    }
    take_response(rm, fetcher, response, env, fx);
    slot->note_due();
    run_fetcher(rm, *slot, env, fx);
    return true;
}

bool on_fetcher_connected(ReplicaManager& rm, const ConnectionId& connection, const Env& env,
                          Effects& fx) {
    FetcherSlot* slot = owner_of(rm, connection);
    if (slot == nullptr) {
        return false;
    }
    Fetcher& fetcher = slot->edit();
    fetcher.client.on_connected(connection);
    fetcher.next_fetch_at = kAtOnce;
    slot->note_due();
    run_fetcher(rm, *slot, env, fx);
    return true;
}

bool on_fetcher_connection_lost(ReplicaManager& rm, const ConnectionId& connection, const Env& env,
                                Effects& fx) {
    FetcherSlot* slot = owner_of(rm, connection);
    if (slot == nullptr) {
        return false;
    }
    Fetcher& fetcher = slot->edit();
    const bool was_connecting = connection_state(fetcher) == NodeConnection::State::kConnecting;
    const std::vector<FailedRequest> failed = fetcher.client.on_connection_lost(connection, env);
    fail_requests(rm, fetcher, failed, was_connecting, env.now);
    slot->note_due();
    run_fetcher(rm, *slot, env, fx);
    return true;
}

void on_fetcher_timer(ReplicaManager& rm, const MetadataImage&, const Env& env, Effects& fx) {
    for (FetcherSlot& slot : rm.fetchers) {
        if (env.now < slot.due) {
            continue;
        }
        expire_fetcher(rm, slot, env, fx);
        if (slot->writing && slot->writing_until <= env.now) {
            Fetcher& fetcher = slot.edit();
            const Response written = std::move(*fetcher.writing);
            fetcher.writing.reset();
            take_response(rm, fetcher, written, env, fx);
        }
        slot.note_due();
        run_fetcher(rm, slot, env, fx);
    }
}

SimTime next_fetcher_deadline(const ReplicaManager& rm) {
    SimTime next = kNever;
    for (const FetcherSlot& slot : rm.fetchers) {
        next = std::min(next, slot.due);
    }
    return next;
}

}  // namespace brokerlab

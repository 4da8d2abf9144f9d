// Which fetcher follows what: starting, moving and ending. [core
// server/AbstractFetcherManager.scala]
#include <algorithm>
#include <string>
#include <utility>

#include "sim/base/check.h"
#include "sim/base/java_hash.h"
#include "sim/broker/fetchers.h"
#include "sim/broker/follower.h"
#include "sim/broker/truncation.h"

namespace brokerlab {
namespace {

std::size_t fetcher_place(const ReplicaManager& rm, BrokerId leader, int32_t id) {
    const auto at = std::find_if(rm.fetchers.begin(), rm.fetchers.end(), [&](const auto& f) {
        return f->leader > leader || (f->leader == leader && f->id >= id);
    });
    return static_cast<std::size_t>(at - rm.fetchers.begin());
}

NetworkClientConfig client_config(const ReplicaManager& rm, int32_t fetcher_id) {
    NetworkClientConfig config;
    config.client_id =
        "broker-" + std::to_string(rm.broker.value) + "-fetcher-" + std::to_string(fetcher_id);
    config.request_timeout = rm.config->replica_socket_timeout;
    // Connecting again at once is held back by replica.fetch.backoff.ms alone
    // [BrokerBlockingSender].
    config.reconnect_backoff = Duration();
    config.reconnect_backoff_max = Duration();
    config.connection_setup_timeout = rm.config->connection_setup_timeout;
    config.connection_setup_timeout_max = rm.config->connection_setup_timeout_max;
    config.max_in_flight = 1;
    return config;
}

FetcherSlot& fetcher_for(ReplicaManager& rm, BrokerId leader, int32_t id) {
    const std::size_t place = fetcher_place(rm, leader, id);
    const bool there = place < rm.fetchers.size() && rm.fetchers[place]->leader == leader &&
                       rm.fetchers[place]->id == id;
    if (!there) {
        Fetcher fetcher;
        fetcher.leader = leader;
        fetcher.id = id;
        fetcher.client = NetworkClient(client_config(rm, id));
        rm.fetchers.insert(rm.fetchers.begin() + static_cast<std::ptrdiff_t>(place),
                           FetcherSlot{Cow<Fetcher>(std::move(fetcher))});
    }
    return rm.fetchers[place];
}

/// How fetching begins [AbstractFetcherThread.partitionFetchState, ReplicaManager
/// initialFetchOffset].
FetchState initial_state(ReplicaManager& rm, const TopicPartition& tp, const Env& env,
                         Effects& fx) {
    const Partition& partition = *rm.find(tp);
    FetchState state;
    state.topic_id = partition.topic_id;
    state.current_leader_epoch = partition.leader_epoch;
    const bool has_epochs = partition.log->leader_epochs.latest_epoch().has_value();
    if (!has_epochs || !env.rules.on(Rule::kTruncateByEpoch)) {
        truncate_replica(rm, tp, partition.log->high_watermark, env, fx);
    }
    continue_at_log_end(state, *rm.find(tp)->log);
    if (state.last_fetched_epoch != kNoLeaderEpoch && env.rules.on(Rule::kTruncateByEpoch) &&
        !truncates_on_fetch(env.rules)) {
        state.state = FetchState::State::kTruncating;
        state.fetch_offset = rm.find(tp)->log->high_watermark;
    }
    return state;
}

}  // namespace

int32_t fetcher_id_of(const TopicPartition& tp, int32_t num_replica_fetchers) {
    // Java's integers wrap around.
    const uint32_t hash = uint32_t{31} * static_cast<uint32_t>(java_string_hash(tp.topic)) +
                          static_cast<uint32_t>(tp.partition.value);
    return java_abs(static_cast<int32_t>(hash)) % num_replica_fetchers;
}

void start_following(ReplicaManager& rm, const TopicPartition& tp, const Env& env, Effects& fx) {
    const Partition* partition = rm.find(tp);
    BL_CHECK(partition != nullptr);
    BL_CHECK(!partition->is_leader);
    BL_CHECK(partition->leader != kNoBroker);
    const BrokerId leader = partition->leader;
    const int32_t id = fetcher_id_of(tp, rm.config->num_replica_fetchers);
    FetcherSlot& slot = fetcher_for(rm, leader, id);
    Fetcher& fetcher = slot.edit();
    const FetchState* known = fetcher.partitions.find(tp);
    if (known != nullptr && known->current_leader_epoch == partition->leader_epoch) {
        return;
    }
    remove_from_fetchers(rm, tp);
    FetchState state = initial_state(rm, tp, env, fx);
    fetcher.partitions.insert_or_assign(tp, std::move(state));
    fetcher.next_fetch_at = SimTime(detail::kLowest);
    slot.note_due();
}

void remove_from_fetchers(ReplicaManager& rm, const TopicPartition& tp) {
    for (FetcherSlot& fetcher : rm.fetchers) {
        if (fetcher->partitions.contains(tp)) {
            fetcher.edit().partitions.erase(tp);
        }
    }
}

void resize_fetchers(ReplicaManager& rm) {
    struct Move {
        BrokerId leader;
        TopicPartition tp;
        FetchState state;
    };
    std::vector<Move> moves;
    for (FetcherSlot& shared : rm.fetchers) {
        Fetcher& fetcher = shared.edit();
        for (auto& [tp, state] : fetcher.partitions) {
            state.asked_in = 0;
            state.delayed_until.reset();
            moves.push_back({fetcher.leader, tp, std::move(state)});
        }
        fetcher.partitions.clear();
        fetcher.first = 0;
    }
    for (Move& move : moves) {
        const int32_t id = fetcher_id_of(move.tp, rm.config->num_replica_fetchers);
        FetcherSlot& slot = fetcher_for(rm, move.leader, id);
        Fetcher& fetcher = slot.edit();
        fetcher.partitions.insert_or_assign(std::move(move.tp), std::move(move.state));
        fetcher.next_fetch_at = SimTime(detail::kLowest);
        slot.note_due();
    }
}

void end_idle_fetchers(ReplicaManager& rm, Effects& fx) {
    std::erase_if(rm.fetchers, [&](FetcherSlot& fetcher) {
        if (!fetcher->partitions.empty()) {
            return false;
        }
        fetcher.edit().client.close_all(fx);
        return true;
    });
}

void stop_following(ReplicaManager& rm, const TopicPartition& tp, Effects& fx) {
    remove_from_fetchers(rm, tp);
    end_idle_fetchers(rm, fx);
}

void refresh_log_start(ReplicaManager& rm, const TopicPartition& tp) {
    const Partition* partition = rm.find(tp);
    for (FetcherSlot& fetcher : rm.fetchers) {
        if (partition != nullptr && fetcher->partitions.contains(tp)) {
            fetcher.edit().partitions.at(tp).log_start_offset = partition->log->log_start_offset;
        }
    }
}

}  // namespace brokerlab

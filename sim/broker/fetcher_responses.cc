// What a fetcher makes of its leader's answers: appending, the high watermark, truncation, errors.
//
// An answer counts for a partition only while its state is the one that asked: new metadata puts a
// new state there. [core server/AbstractFetcherThread.scala processFetchRequest,
// truncateToEpochEndOffsets, fetchOffsetAndTruncate; ReplicaFetcherThread.scala
// processPartitionData]
#include <algorithm>
#include <utility>

#include "sim/broker/append_context.h"
#include "sim/broker/fetchers.h"
#include "sim/broker/truncation.h"

namespace brokerlab {
namespace {

using FetcherItem = FlatMap<TopicPartition, FetchState>::Item;

/// Finds the partitions of an answer. It names them in the order in which they were asked for, so
/// that the next one is nearly always the next.
class PartitionCursor {
public:
    explicit PartitionCursor(Fetcher& fetcher) : fetcher_(fetcher), next_(fetcher.first) {}

    [[nodiscard]] FetcherItem* find(const Uuid& topic_id, PartitionId partition) {
        const std::size_t n = fetcher_.partitions.size();
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t place = (next_ + i) % n;
            FetcherItem& item = *(fetcher_.partitions.begin() + static_cast<std::ptrdiff_t>(place));
            if (item.first.partition == partition && item.second.topic_id == topic_id) {
                next_ = place + 1;
                return &item;
            }
        }
        return nullptr;
    }
    /// The place after the partition found last.
    [[nodiscard]] uint32_t next() const { return static_cast<uint32_t>(next_); }

private:
    Fetcher& fetcher_;
    std::size_t next_;
};

[[nodiscard]] bool has_records(const FetchResponse::Partition& data) {
    return data.records && !data.records->batches.empty();
}

/// Appends the leader's batches. Their segment is flushed when another one begins.
[[nodiscard]] ErrorCode append(Partition& partition, const Records& records, const Env& env) {
    const AppendContext context = append_context(partition, env);
    PartitionLog& log = partition.log.edit();
    const AppendResult result = append_as_follower(log, records, context);
    flush_after_roll(log, result);
    return result.error;
}

/// The high watermark and the log start follow the leader's, as far as the own log reaches.
void follow_offsets(Cow<Partition>& shared, const FetchResponse::Partition& data) {
    const PartitionLog& log = *shared->log;
    const Offset high_watermark =
        std::max(log.log_start_offset, std::min(data.high_watermark, log.log_end_offset));
    if (log.high_watermark != high_watermark) {
        set_high_watermark(shared.edit().log.edit(), high_watermark);
    }
    const PartitionLog& moved = *shared->log;
    if (data.log_start_offset > moved.log_start_offset &&
        data.log_start_offset <= moved.high_watermark) {
        increment_log_start(shared.edit().log.edit(), data.log_start_offset);
    }
}

void note_progress(FetchState& state, const PartitionLog& log, const FetchResponse::Partition& data,
                   SimTime now) {
    state.fetch_offset = log.log_end_offset;
    state.last_fetched_epoch = log.leader_epochs.latest_epoch().value_or(kNoLeaderEpoch);
    state.log_start_offset = log.log_start_offset;
    state.leader_high_watermark = data.high_watermark;
    state.leader_log_start_offset = data.log_start_offset;
    if (log.log_end_offset >= data.high_watermark) {
        state.lagging_since.reset();
    } else if (!state.lagging_since) {
        state.lagging_since = now;
    }
}

void take_data(ReplicaManager& rm, Fetcher& fetcher, FetcherItem& item,
               const FetchResponse::Partition& data, const Env& env) {
    FetchState& state = item.second;
    const bool records = has_records(data);
    if (!records && data.high_watermark == state.leader_high_watermark &&
        data.log_start_offset == state.leader_log_start_offset) {
        return;
    }
    Cow<Partition>& shared = rm.partitions.at(item.first);
    if (records) {
        const ErrorCode error = append(shared.edit(), *data.records, env);
        if (error == ErrorCode::kCorruptMessage || error == ErrorCode::kInvalidRecord) {
            pause_partition(state, rm, env.now);
            return;
        }
        if (error != ErrorCode::kNone) {
            give_up_partition(fetcher, TopicPartition(item.first));
            return;
        }
    }
    follow_offsets(shared, data);
    note_progress(state, *shared->log, data, env.now);
}

void truncate_to_divergence(ReplicaManager& rm, FetcherItem& item,
                            const FetchResponse::EpochEndOffset& leader, const Env& env,
                            Effects& fx) {
    const auto& [tp, state] = item;
    const Truncation truncation = truncation_for(
        *rm.find(tp)->log, {leader.epoch, leader.end_offset}, state.fetch_offset, true);
    truncate_replica(rm, tp, truncation.to, env, fx);
    // Complete or not, the next fetch tells.
    continue_at_log_end(item.second, *rm.find(tp)->log);
}

void take_partition(ReplicaManager& rm, Fetcher& fetcher, FetcherItem& item,
                    const FetchResponse::Partition& data, const Env& env, Effects& fx) {
    switch (data.error_code) {
        case ErrorCode::kNone:
            if (data.diverging_epoch.epoch != kNoLeaderEpoch && truncates_on_fetch(env.rules)) {
                truncate_to_divergence(rm, item, data.diverging_epoch, env, fx);
            } else {
                take_data(rm, fetcher, item, data, env);
            }
            return;
        case ErrorCode::kOffsetOutOfRange:
            item.second.reset = FetchState::Reset::kLatest;
            return;
        case ErrorCode::kFencedLeaderEpoch:
            give_up_partition(fetcher, TopicPartition(item.first));
            return;
        default:
            pause_partition(item.second, rm, env.now);
            return;
    }
}

void take_epoch_end(ReplicaManager& rm, FetchState& state, const TopicPartition& tp,
                    const OffsetForLeaderEpochResponse::Partition& answer, const Env& env,
                    Effects& fx) {
    const Truncation truncation =
        truncation_for(*rm.find(tp)->log, {answer.leader_epoch, answer.end_offset},
                       state.fetch_offset, env.rules.on(Rule::kTruncateKip279));
    truncate_replica(rm, tp, truncation.to, env, fx);
    const std::optional<LeaderEpoch> latest = rm.find(tp)->log->leader_epochs.latest_epoch();
    if (truncation.complete || !latest) {
        continue_at_log_end(state, *rm.find(tp)->log);
        return;
    }
    state.fetch_offset = truncation.to;
    state.last_fetched_epoch = *latest;
}

/// How a partition goes on from the leader's log end or log start
/// [AbstractFetcherThread.fetchOffsetAndTruncate].
void take_offset(ReplicaManager& rm, FetchState& state, const TopicPartition& tp, Offset offset,
                 const Env& env, Effects& fx) {
    const Offset own_end = rm.find(tp)->log->log_end_offset;
    if (state.reset == FetchState::Reset::kLatest && offset >= own_end) {
        state.reset = FetchState::Reset::kEarliest;
        return;
    }
    if (state.reset == FetchState::Reset::kLatest) {
        truncate_replica(rm, tp, offset, env, fx);
    } else if (offset > own_end) {
        restart_replica_at(rm, tp, offset, env, fx);
    }
    continue_at_log_end(state, *rm.find(tp)->log);
}

/// The state that waits for the fetcher's latest request; nullptr when new metadata replaced it.
[[nodiscard]] FetchState* find_asked(Fetcher& fetcher, const TopicPartition& tp) {
    FetchState* state = fetcher.partitions.find(tp);
    return state != nullptr && state->asked_in == fetcher.requests ? state : nullptr;
}

void pause_all(const ReplicaManager& rm, Fetcher& fetcher, SimTime now) {
    for (auto& [tp, state] : fetcher.partitions) {
        state.reset = FetchState::Reset::kNone;
        pause_partition(state, rm, now);
    }
}

}  // namespace

void handle_fetch(ReplicaManager& rm, Fetcher& fetcher, const FetchResponse& response,
                  const Env& env, Effects& fx) {
    if (!fetcher.session.on_response(response)) {
        // The next request, which is full, mends any other trouble with the session.
        if (response.error_code == ErrorCode::kFetchSessionTopicIdError) {
            pause_all(rm, fetcher, env.now);
        }
        return;
    }
    PartitionCursor cursor(fetcher);
    uint32_t next_first = fetcher.first;
    for (const FetchResponse::Topic& topic : response.responses) {
        for (const FetchResponse::Partition& data : topic.partitions) {
            FetcherItem* item = cursor.find(topic.topic_id, data.partition_index);
            if (item == nullptr || item->second.asked_in != fetcher.requests) {
                continue;
            }
            if (has_records(data)) {
                next_first = cursor.next();
            }
            take_partition(rm, fetcher, *item, data, env, fx);
        }
    }
    const auto n = static_cast<uint32_t>(fetcher.partitions.size());
    fetcher.first = n == 0 ? 0 : next_first % n;
}

void handle_epoch_ends(ReplicaManager& rm, Fetcher& fetcher,
                       const OffsetForLeaderEpochResponse& response, const Env& env, Effects& fx) {
    for (const OffsetForLeaderEpochResponse::Topic& topic : response.topics) {
        for (const OffsetForLeaderEpochResponse::Partition& answer : topic.partitions) {
            const TopicPartition tp{topic.topic, answer.partition};
            FetchState* state = find_asked(fetcher, tp);
            if (state == nullptr) {
                continue;
            }
            if (answer.error_code == ErrorCode::kNone) {
                take_epoch_end(rm, *state, tp, answer, env, fx);
            } else if (answer.error_code == ErrorCode::kFencedLeaderEpoch) {
                give_up_partition(fetcher, tp);
            } else {
                pause_partition(*state, rm, env.now);
            }
        }
    }
}

void handle_offset(ReplicaManager& rm, Fetcher& fetcher, const ListOffsetsResponse& response,
                   const Env& env, Effects& fx) {
    for (const ListOffsetsResponse::Topic& topic : response.topics) {
        for (const ListOffsetsResponse::Partition& answer : topic.partitions) {
            const TopicPartition tp{topic.name, answer.partition_index};
            FetchState* state = find_asked(fetcher, tp);
            if (state == nullptr || state->reset == FetchState::Reset::kNone) {
                continue;
            }
            if (answer.error_code == ErrorCode::kNone) {
                take_offset(rm, *state, tp, answer.offset, env, fx);
            } else if (answer.error_code == ErrorCode::kFencedLeaderEpoch) {
                give_up_partition(fetcher, tp);
            } else {
                state->reset = FetchState::Reset::kNone;
                pause_partition(*state, rm, env.now);
            }
        }
    }
}

void handle_failure(const ReplicaManager& rm, Fetcher& fetcher, ApiKey api, SimTime now) {
    if (api == ApiKey::kFetch) {
        fetcher.session.on_failure();
        pause_all(rm, fetcher, now);
        return;
    }
    for (auto& [tp, state] : fetcher.partitions) {
        if (state.asked_in == fetcher.requests) {
            state.reset = FetchState::Reset::kNone;
            pause_partition(state, rm, now);
        }
    }
}

}  // namespace brokerlab

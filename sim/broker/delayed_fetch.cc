// Fetches that wait for bytes: when one is let go, and what it is told then.
// [core server/DelayedFetch.scala, DelayedOperationPurgatory]
#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/check.h"
#include "sim/broker/fetch.h"
#include "sim/broker/fetch_read.h"
#include "sim/broker/partition_access.h"

namespace brokerlab {
namespace {

/// What one partition of a waiting fetch has to say.
struct WaitCheck {
    bool ends_wait = false;
    int64_t bytes = 0;  ///< that could be read now
};

/// Position of the batch that holds `offset`, or of the end, in a segment of the log.
int64_t position_of(const Segment& segment, Offset offset) {
    const std::size_t i = segment.find_batch(offset);
    return i == segment.batches().size() ? segment.size_in_bytes() : segment.batches()[i].position;
}

/// [DelayedFetch.tryComplete, cases A to H]
WaitCheck check_wait(const ReplicaManager& rm, const FetchParams& params,
                     const FetchedPartition& wait, RuleSet rules) {
    constexpr WaitCheck kEnds{.ends_wait = true};
    const FetchRequest::Partition& asked = wait.asked;
    const auto found = find_fetched(rm, wait);
    if (found == rm.partitions.end() ||
        check_readable(*found->second, asked.current_leader_epoch, params.leader_only, rules) !=
            ErrorCode::kNone) {
        return kEnds;
    }
    const PartitionLog& log = *found->second->log;
    const Offset bound = fetch_bound(log, params.isolation);
    // Also a consumer beyond the high watermark of a new leader: it is answered at once with nothing
    // and asks again, a round trip each, until the high watermark has come as far
    // [DelayedFetch.tryComplete, case F].
    if (asked.fetch_offset > bound) {
        return kEnds;
    }
    WaitCheck check;
    if (asked.fetch_offset < bound) {
        const Segment& segment = *log.segments[log.segment_index(bound)];
        if (wait.segment_base_offset < segment.base_offset()) {
            return kEnds;
        }
        if (wait.segment_base_offset == segment.base_offset()) {
            check.bytes = std::min<int64_t>(
                position_of(segment, bound) - position_of(segment, asked.fetch_offset),
                asked.partition_max_bytes);
        }
    }
    check.ends_wait = check_last_fetched_epoch(log, asked).verdict != EpochCheck::Verdict::kAgrees;
    return check;
}

/// A partition of a fetch is waited for unless there was nothing to wait for from the start: those
/// that this broker did not host.
bool is_waited_for(const FetchedPartition& partition) {
    return partition.segment_base_offset != kNoOffset;
}

/// Whether all partitions of the fetch together let it go.
bool is_complete(const ReplicaManager& rm, const DelayedFetch& fetch, RuleSet rules) {
    int64_t bytes = 0;
    for (const FetchedPartition& wait : *fetch.context.partitions) {
        if (!is_waited_for(wait)) {
            continue;
        }
        const WaitCheck check = check_wait(rm, fetch.params, wait, rules);
        if (check.ends_wait) {
            return true;
        }
        bytes += check.bytes;
    }
    return bytes >= fetch.params.min_bytes;
}

/// Whether news of `tp` let the fetch go. The other partitions were looked at when they had theirs,
/// so they only matter when this one adds to their bytes.
bool is_completed_by(const ReplicaManager& rm, const DelayedFetch& fetch, const TopicPartition& tp,
                     RuleSet rules) {
    const FetchedPartitions& partitions = *fetch.context.partitions;
    const auto wait =
        std::find_if(partitions.begin(), partitions.end(), [&](const FetchedPartition& p) {
            return p.asked.partition == tp.partition && p.topic == tp.topic && is_waited_for(p);
        });
    if (wait == partitions.end()) {
        return false;
    }
    const WaitCheck check = check_wait(rm, fetch.params, *wait, rules);
    if (check.ends_wait || check.bytes >= fetch.params.min_bytes) {
        return true;
    }
    return check.bytes > 0 && is_complete(rm, fetch, rules);
}

/// Reads once more and answers.
void complete(ReplicaManager& rm, const MetadataImage& image, DelayedFetch fetch, const Env& env,
              Effects& fx) {
    FetchRead read = read_fetch(rm, image, fetch, /*first=*/false, env, fx);
    answer_fetch(rm, std::move(fetch), std::move(read), env, fx);
}

DelayedFetch take(ReplicaManager& rm, uint64_t number) {
    Purgatory& purgatory = rm.purgatory.edit();
    DelayedFetch fetch = purgatory.fetches.at(number).take();
    purgatory.fetches.erase(number);
    return fetch;
}

/// Where a partition of a fetch is found, and where its reader stands, as it begins to wait.
struct WaitingPlace {
    uint32_t place = 0;
    Offset segment_base_offset = kNoOffset;
};
WaitingPlace waiting_place(const ReplicaManager& rm, const FetchedPartition& wanted) {
    const auto found = find_fetched(rm, wanted);
    if (found == rm.partitions.end()) {
        return {wanted.place, kNoOffset};
    }
    const PartitionLog& log = *found->second->log;
    return {static_cast<uint32_t>(found - rm.partitions.begin()),
            log.segments[log.segment_index(wanted.asked.fetch_offset)]->base_offset()};
}

/// Takes note of where the reader stands in each partition. A session remembers it: mostly nothing
/// changes from one fetch to the next.
void note_waiting_places(ReplicaManager& rm, FetchContext& context) {
    bool changed = false;
    for (std::size_t i = 0; i < context.partitions->size(); ++i) {
        const FetchedPartition& known = (*context.partitions)[i];
        const WaitingPlace now = waiting_place(rm, known);
        if (known.place != now.place || known.segment_base_offset != now.segment_base_offset) {
            FetchedPartition& partition = context.partitions.edit()[i];
            partition.place = now.place;
            partition.segment_base_offset = now.segment_base_offset;
            changed = true;
        }
    }
    if (changed && context.incremental()) {
        rm.fetch_sessions.edit().by_id.at(context.session_id).partitions = context.partitions;
    }
}

}  // namespace

void park_fetch(ReplicaManager& rm, const MetadataImage& image, DelayedFetch fetch,
                const FetchRead& read, Duration max_wait, const Env& env, Effects& fx) {
    note_waiting_places(rm, fetch.context);
    // With nothing below the end there is nothing that could let it go.
    if (!read.all_at_end && is_complete(rm, fetch, env.rules)) {
        complete(rm, image, std::move(fetch), env, fx);
        return;
    }
    Purgatory& purgatory = rm.purgatory.edit();
    purgatory.fetches.insert_or_assign(purgatory.next++,
                                       {env.now + max_wait, Cow(std::move(fetch))});
}

void try_complete_fetches(ReplicaManager& rm, const MetadataImage& image, const TopicPartition& tp,
                          const Env& env, Effects& fx) {
    for (std::size_t i = 0; i < rm.purgatory->fetches.size();) {
        const auto& waiting = *(rm.purgatory->fetches.begin() + static_cast<std::ptrdiff_t>(i));
        if (is_completed_by(rm, *waiting.second.operation, tp, env.rules)) {
            complete(rm, image, take(rm, waiting.first), env, fx);
        } else {
            ++i;
        }
    }
}

void expire_fetches(ReplicaManager& rm, const MetadataImage& image, const Env& env, Effects& fx) {
    std::vector<uint64_t> overdue;
    for (const auto& [number, fetch] : rm.purgatory->fetches) {
        if (fetch.deadline <= env.now) {
            overdue.push_back(number);
        }
    }
    for (const uint64_t number : overdue) {
        complete(rm, image, take(rm, number), env, fx);
    }
}

}  // namespace brokerlab

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
WaitCheck check_wait(const ReplicaManager& rm, const FetchParams& params, const FetchWait& wait,
                     RuleSet rules) {
    constexpr WaitCheck kEnds{.ends_wait = true};
    const FetchRequest::Partition& asked = wait.asked;
    const Partition* partition =
        find_partition(rm, {wait.partition.topic, wait.partition.partition});
    if (partition == nullptr || check_readable(*partition, asked.current_leader_epoch,
                                               params.leader_only, rules) != ErrorCode::kNone) {
        return kEnds;
    }
    const PartitionLog& log = *partition->log;
    const Offset bound = fetch_bound(log, params.isolation);
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

/// Whether all partitions of the fetch together let it go.
bool is_complete(const ReplicaManager& rm, const FetchParams& params, const DelayedFetch& fetch,
                 RuleSet rules) {
    int64_t bytes = 0;
    for (const FetchWait& wait : fetch.partitions) {
        const WaitCheck check = check_wait(rm, params, wait, rules);
        if (check.ends_wait) {
            return true;
        }
        bytes += check.bytes;
    }
    return bytes >= params.min_bytes;
}

const FetchRequest& body_of(const DelayedFetch& fetch) {
    const auto* body = std::get_if<FetchRequest>(&fetch.request.body);
    BL_CHECK(body != nullptr);
    return *body;
}

/// Whether news of `tp` let the fetch go. The other partitions were looked at when they had theirs,
/// so they only matter when this one adds to their bytes.
bool is_completed_by(const ReplicaManager& rm, const DelayedFetch& fetch, const TopicPartition& tp,
                     RuleSet rules) {
    const auto wait = std::find_if(fetch.partitions.begin(), fetch.partitions.end(),
                                   [&](const FetchWait& w) { return is_same(w.partition, tp); });
    if (wait == fetch.partitions.end()) {
        return false;
    }
    const FetchParams params = fetch_params(fetch.request, body_of(fetch), rm, rules);
    const WaitCheck check = check_wait(rm, params, *wait, rules);
    if (check.ends_wait || check.bytes >= params.min_bytes) {
        return true;
    }
    return check.bytes > 0 && is_complete(rm, params, fetch, rules);
}

/// Reads once more and answers.
void complete(ReplicaManager& rm, const MetadataImage& image, const DelayedFetch& fetch,
              const Env& env, Effects& fx) {
    const FetchParams params = fetch_params(fetch.request, body_of(fetch), rm, env.rules);
    answer_fetch(
        fetch.request,
        read_fetch(rm, image, fetch.request, body_of(fetch), params, /*first=*/false, env, fx), fx);
}

DelayedFetch take(ReplicaManager& rm, uint64_t number) {
    Purgatory& purgatory = rm.purgatory.edit();
    DelayedFetch fetch = std::move(purgatory.fetches.at(number));
    purgatory.fetches.erase(number);
    return fetch;
}

/// The partitions to watch: those that the metadata knows.
std::vector<FetchWait> waits_of(const ReplicaManager& rm, const MetadataImage& image,
                                const Request& request, const FetchRequest& fetch) {
    std::vector<FetchWait> waits;
    waits.reserve(fetch.topics.size());
    for (const FetchRequest::Topic& topic : fetch.topics) {
        const TopicImage* known = find_fetched_topic(image, request, topic);
        if (known == nullptr) {
            continue;
        }
        for (const FetchRequest::Partition& asked : topic.partitions) {
            if (const Partition* partition = find_partition(rm, {known->name, asked.partition})) {
                const PartitionLog& log = *partition->log;
                const std::size_t segment = log.segment_index(asked.fetch_offset);
                waits.push_back({partition->id, asked, log.segments[segment]->base_offset()});
            }
        }
    }
    return waits;
}

}  // namespace

void park_fetch(ReplicaManager& rm, const MetadataImage& image, Request request,
                const FetchParams& params, const Env& env, Effects& fx) {
    DelayedFetch waiting{std::move(request), env.now, env.now, params.follower, {}};
    const FetchRequest& fetch = body_of(waiting);
    waiting.deadline = env.now + Duration::from_ms(fetch.max_wait_ms);
    waiting.partitions = waits_of(rm, image, waiting.request, fetch);
    if (is_complete(rm, params, waiting, env.rules)) {
        complete(rm, image, waiting, env, fx);
        return;
    }
    Purgatory& purgatory = rm.purgatory.edit();
    purgatory.fetches.insert_or_assign(purgatory.next++, std::move(waiting));
}

void try_complete_fetches(ReplicaManager& rm, const MetadataImage& image, const TopicPartition& tp,
                          const Env& env, Effects& fx) {
    std::vector<uint64_t> completed;
    for (const auto& [number, fetch] : rm.purgatory->fetches) {
        if (is_completed_by(rm, fetch, tp, env.rules)) {
            completed.push_back(number);
        }
    }
    for (const uint64_t number : completed) {
        complete(rm, image, take(rm, number), env, fx);
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

void forget_waiting(ReplicaManager& rm, const ConnectionId& connection) {
    const auto is_of = [&](const auto& item) {
        return item.second.request.connection == connection;
    };
    const Purgatory& now = *rm.purgatory;
    if (std::none_of(now.produces.begin(), now.produces.end(), is_of) &&
        std::none_of(now.fetches.begin(), now.fetches.end(), is_of)) {
        return;
    }
    Purgatory& purgatory = rm.purgatory.edit();
    purgatory.produces.erase_if(is_of);
    purgatory.fetches.erase_if(is_of);
}

}  // namespace brokerlab

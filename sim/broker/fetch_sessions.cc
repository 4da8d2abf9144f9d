#include "sim/broker/fetch_sessions.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

#include "sim/base/check.h"
#include "sim/network/fetch_session_handler.h"

namespace brokerlab {
namespace {

constexpr int32_t kShards = 8;  // [KafkaBroker.NumFetchSessionCacheShards]
constexpr int32_t kIdsOfShard = std::numeric_limits<int32_t>::max() / kShards;
/// Unused for longer, a session gives its slot to any other.
constexpr Duration kStaleAfter = 120_s;

bool is_same(const FetchedPartition& a, const FetchedPartition& b) {
    return a.asked.partition == b.asked.partition && a.topic_id == b.topic_id &&
           (a.topic_id != Uuid{} || a.topic == b.topic);
}

FetchedPartitions::iterator find_same(FetchedPartitions& partitions, const FetchedPartition& one) {
    return std::find_if(partitions.begin(), partitions.end(),
                        [&](const FetchedPartition& p) { return is_same(p, one); });
}

/// The entry for a partition of the topic that a request names or gives the id of.
template <class Topic>
FetchedPartition entry_of(const MetadataImage& image, const Topic& topic, ApiVersion version) {
    FetchedPartition entry;
    if (version < kFetchesByTopicId) {
        entry.topic = topic.topic;
        return entry;
    }
    entry.topic_id = topic.topic_id;
    if (const TopicImage* known = image.find_topic(topic.topic_id)) {
        entry.topic = known->name;
    }
    return entry;
}

FetchedPartitions partitions_of(const FetchRequest& fetch, const MetadataImage& image,
                                ApiVersion version) {
    FetchedPartitions partitions;
    for (const FetchRequest::Topic& topic : fetch.topics) {
        const FetchedPartition entry = entry_of(image, topic, version);
        for (const FetchRequest::Partition& asked : topic.partitions) {
            partitions.push_back(entry);
            partitions.back().asked = asked;
        }
    }
    return partitions;
}

/// Takes what the request changes of its session [FetchSession.update].
void update_partitions(Cow<FetchedPartitions>& shared, const FetchRequest& fetch,
                       const MetadataImage& image, ApiVersion version) {
    if (fetch.topics.empty() && fetch.forgotten_topics_data.empty()) {
        return;
    }
    FetchedPartitions& partitions = shared.edit();
    for (const FetchRequest::Topic& topic : fetch.topics) {
        FetchedPartition wanted = entry_of(image, topic, version);
        for (const FetchRequest::Partition& asked : topic.partitions) {
            wanted.asked = asked;
            const auto known = find_same(partitions, wanted);
            if (known == partitions.end()) {
                partitions.push_back(wanted);
            } else {
                known->asked = asked;
            }
        }
    }
    for (const FetchRequest::ForgottenTopic& topic : fetch.forgotten_topics_data) {
        FetchedPartition forgotten = entry_of(image, topic, version);
        for (const PartitionId partition : topic.partitions) {
            forgotten.asked.partition = partition;
            std::erase_if(partitions,
                          [&](const FetchedPartition& p) { return is_same(p, forgotten); });
        }
    }
}

/// Topics that the metadata has learned of since they were asked for.
void resolve_names(Cow<FetchedPartitions>& shared, const MetadataImage& image) {
    for (std::size_t i = 0; i < shared->size(); ++i) {
        if ((*shared)[i].topic.empty()) {
            if (const TopicImage* known = image.find_topic((*shared)[i].topic_id)) {
                shared.edit()[i].topic = known->name;
            }
        }
    }
}

FetchContext refuse(ErrorCode error) {
    FetchContext context;
    context.kind = FetchContext::Kind::kRefused;
    context.error = error;
    return context;
}

FetchContext full_context(FetchContext::Kind kind, const MetadataImage& image,
                          const FetchRequest& fetch, ApiVersion version) {
    FetchContext context;
    context.kind = kind;
    context.uses_topic_ids = version >= kFetchesByTopicId;
    context.partitions.edit() = partitions_of(fetch, image, version);
    return context;
}

/// A full fetch ends the session that it names, if any.
FetchContext begin_anew(Cow<FetchSessions>& sessions, const MetadataImage& image,
                        const FetchRequest& fetch, ApiVersion version) {
    if (fetch.session_id != kNoFetchSession && sessions->by_id.contains(fetch.session_id)) {
        sessions.edit().by_id.erase(fetch.session_id);
    }
    return full_context(fetch.session_epoch == kFinalSessionEpoch ? FetchContext::Kind::kSessionless
                                                                  : FetchContext::Kind::kFull,
                        image, fetch, version);
}

int32_t shard_of(int32_t session_id) {
    return session_id / kIdsOfShard;
}

/// How much a session is worth: a follower's more than a consumer's, then the larger one
/// [EvictableKey].
using Worth = std::tuple<bool, std::size_t, int32_t>;

/// Frees a slot of a full shard for a session of `size` partitions, if one may go
/// [FetchSessionCacheShard.tryEvict].
bool evict(FetchSessions& sessions, int32_t shard, bool privileged, std::size_t size, SimTime now) {
    const FlatMap<int32_t, FetchSession>::Item* oldest = nullptr;
    std::optional<Worth> least;
    for (const auto& item : sessions.by_id) {
        const auto& [id, session] = item;
        if (shard_of(id) != shard) {
            continue;
        }
        if (oldest == nullptr || session.last_used_at < oldest->second.last_used_at) {
            oldest = &item;
        }
        const bool settled = session.last_used_at - session.created_at > kStaleAfter;
        if (settled || (privileged && !session.privileged)) {
            const Worth worth{session.privileged, session.partitions->size(), id};
            least = least ? std::min(*least, worth) : worth;
        }
    }
    if (oldest != nullptr && now - oldest->second.last_used_at > kStaleAfter) {
        sessions.by_id.erase(int32_t{oldest->first});
        return true;
    }
    if (!least || Worth{privileged, size, 0} < *least) {
        return false;
    }
    sessions.by_id.erase(std::get<int32_t>(*least));
    return true;
}

int32_t new_session_id(const FetchSessions& sessions, int32_t shard, const Env& env) {
    const int64_t first = std::max(1, shard * kIdsOfShard);
    const int64_t last = int64_t{shard + 1} * kIdsOfShard - 1;
    for (uint32_t attempt = 0;; ++attempt) {
        const RandomBits bits =
            env.draw(DrawPurpose::kFetchSessionId, draw_key(sessions.offered, attempt));
        const auto id = static_cast<int32_t>(uniform_between(bits, first, last));
        if (!sessions.by_id.contains(id)) {
            return id;
        }
    }
}

/// Opens a session for the reader of a full fetch; 0 when there is no slot for it.
int32_t open_session(FetchSessions& sessions, FetchSession session, int32_t slots, const Env& env) {
    const auto shard = static_cast<int32_t>(sessions.offered++ % uint32_t{kShards});
    const auto taken = std::count_if(sessions.by_id.begin(), sessions.by_id.end(),
                                     [&](const auto& s) { return shard_of(s.first) == shard; });
    if (taken >= slots / kShards &&
        !evict(sessions, shard, session.privileged, session.partitions->size(), env.now)) {
        return kNoFetchSession;
    }
    const int32_t id = new_session_id(sessions, shard, env);
    sessions.by_id.insert_or_assign(id, std::move(session));
    return id;
}

/// Calls `visit(place, answer)` for the answers, each with the place of its partition. They stand
/// in the order of the partitions, so that the next one is nearly always further on.
template <class Visit>
void for_each_answer(const FetchedPartitions& partitions, const FetchResponse& response,
                     Visit visit) {
    std::size_t at = 0;
    for (const FetchResponse::Topic& topic : response.responses) {
        for (const FetchResponse::Partition& answer : topic.partitions) {
            const auto is_of = [&](const FetchedPartition& p) {
                return p.asked.partition == answer.partition_index &&
                       p.topic_id == topic.topic_id &&
                       (topic.topic.empty() || p.topic == topic.topic);
            };
            while (at < partitions.size() && !is_of(partitions[at])) {
                ++at;
            }
            BL_CHECK(at < partitions.size());
            visit(at++, answer);
        }
    }
}

/// What the reader was told now.
void note_told(FetchedPartitions& partitions, const FetchResponse& response) {
    std::vector<std::size_t> gave_records;
    for_each_answer(partitions, response,
                    [&](std::size_t at, const FetchResponse::Partition& answer) {
                        FetchedPartition& told = partitions[at];
                        const bool failed = answer.error_code != ErrorCode::kNone;
                        told.high_watermark = failed ? kNoOffset : answer.high_watermark;
                        told.log_start_offset = answer.log_start_offset;
                        if (answer.records && !answer.records->batches.empty()) {
                            gave_records.push_back(at);
                        }
                    });
    if (gave_records.empty() || gave_records.size() == partitions.size()) {
        return;
    }
    // The others come first at the next fetch, so that none starves where the answer is full.
    std::size_t moved = 0;
    for (const std::size_t at : gave_records) {
        const auto from = partitions.begin() + static_cast<std::ptrdiff_t>(at - moved++);
        std::rotate(from, from + 1, partitions.end());
    }
}

void answer_full(Cow<FetchSessions>& sessions, FetchContext& context, bool follower, int32_t slots,
                 const Env& env, FetchResponse& response) {
    FetchSession session;
    session.privileged = follower;
    session.uses_topic_ids = context.uses_topic_ids;
    session.created_at = env.now;
    session.last_used_at = env.now;
    session.partitions = std::move(context.partitions);
    for_each_answer(*session.partitions, response,
                    [&](std::size_t at, const FetchResponse::Partition& answer) {
                        FetchedPartition& told = session.partitions.edit()[at];
                        told.high_watermark = answer.high_watermark;
                        told.log_start_offset = answer.log_start_offset;
                    });
    response.session_id = open_session(sessions.edit(), std::move(session), slots, env);
}

void answer_incremental(Cow<FetchSessions>& sessions, FetchContext& context,
                        FetchResponse& response) {
    response.session_id = context.session_id;
    const FetchSession* session = sessions->by_id.find(context.session_id);
    if (session == nullptr) {
        return;  // It was closed or evicted meanwhile; the answer still belongs to it.
    }
    if (session->epoch != context.session_epoch) {
        response.error_code = ErrorCode::kInvalidFetchSessionEpoch;
        response.responses.clear();
        response.node_endpoints.clear();
        return;
    }
    if (!response.responses.empty()) {
        // The other holder of the list goes first, so that nothing is cloned.
        static_cast<void>(Cow<FetchedPartitions>(std::move(context.partitions)));
        note_told(sessions.edit().by_id.at(context.session_id).partitions.edit(), response);
    }
}

}  // namespace

FetchContext open_fetch_context(Cow<FetchSessions>& sessions, const MetadataImage& image,
                                const FetchRequest& fetch, ApiVersion version, SimTime now) {
    if (is_full_fetch(fetch.session_epoch)) {
        return begin_anew(sessions, image, fetch, version);
    }
    const FetchSession* known = sessions->by_id.find(fetch.session_id);
    if (known == nullptr) {
        return refuse(ErrorCode::kFetchSessionIdNotFound);
    }
    if (known->epoch != fetch.session_epoch) {
        return refuse(ErrorCode::kInvalidFetchSessionEpoch);
    }
    if (known->uses_topic_ids != (version >= kFetchesByTopicId)) {
        return refuse(ErrorCode::kFetchSessionTopicIdError);
    }
    FetchSession& session = sessions.edit().by_id.at(fetch.session_id);
    update_partitions(session.partitions, fetch, image, version);
    if (session.partitions->empty()) {
        sessions.edit().by_id.erase(fetch.session_id);
        return full_context(FetchContext::Kind::kSessionless, image, fetch, version);
    }
    resolve_names(session.partitions, image);
    session.last_used_at = now;
    session.epoch = next_session_epoch(session.epoch);
    return {.kind = FetchContext::Kind::kIncremental,
            .session_id = fetch.session_id,
            .session_epoch = session.epoch,
            .uses_topic_ids = session.uses_topic_ids,
            .partitions = session.partitions};
}

bool is_news(const FetchedPartition& told, const FetchResponse::Partition& answer) {
    return answer.high_watermark != told.high_watermark ||
           answer.log_start_offset != told.log_start_offset ||
           answer.error_code != ErrorCode::kNone ||
           answer.diverging_epoch.epoch != kNoLeaderEpoch ||
           (answer.records && !answer.records->batches.empty());
}

void close_fetch_context(Cow<FetchSessions>& sessions, FetchContext context, bool follower,
                         int32_t slots, const Env& env, FetchResponse& response) {
    switch (context.kind) {
        case FetchContext::Kind::kRefused:
            response.error_code = context.error;
            return;
        case FetchContext::Kind::kSessionless:
            return;
        case FetchContext::Kind::kFull:
            answer_full(sessions, context, follower, slots, env, response);
            return;
        case FetchContext::Kind::kIncremental:
            answer_incremental(sessions, context, response);
            return;
    }
}

}  // namespace brokerlab

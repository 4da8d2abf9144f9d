// Fetch sessions: what a leader remembers of a reader from one fetch to the next (KIP-227).
//
// A session holds the partitions that its reader asked for last, and what it was told of each. An
// incremental fetch reads all of them and is answered with those that have news. The cache has a
// fixed number of slots in eight shards. In a full shard a new session takes the place of one that
// was not used for two minutes, else of a consumer's if it is a follower's, else of an old one with
// fewer partitions. [core server/FetchSession.scala, BrokerServer.scala]
// Not modelled: throttled answers, preferred read replicas.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/metadata/metadata_image.h"
#include "sim/model/env.h"
#include "sim/model/ids.h"
#include "sim/model/messages/fetch.h"

namespace brokerlab {

/// The version of Fetch from which on it names topics by id (KIP-516).
inline constexpr ApiVersion kFetchesByTopicId = 13;

/// A partition that a fetch reads, and in a session what its reader knows [CachedPartition].
struct FetchedPartition {
    std::string topic;  ///< empty until the metadata knows a topic of the id; then it stays
    Uuid topic_id;      ///< zero in requests that name topics
    FetchRequest::Partition asked;
    Offset high_watermark = kNoOffset;    ///< as last told; -1 after an error
    Offset log_start_offset = kNoOffset;  ///< as last told
    /// Base offset of the segment that the fetch would read from when it began to wait.
    Offset segment_base_offset = kNoOffset;
    /// Where among the broker's partitions it was found last: saves looking for it.
    uint32_t place = 0;

    bool operator==(const FetchedPartition&) const = default;
};
using FetchedPartitions = std::vector<FetchedPartition>;

struct FetchSession {
    bool privileged = false;  ///< a follower's
    bool uses_topic_ids = true;
    SimTime created_at;
    SimTime last_used_at;
    int32_t epoch = 1;  ///< of the request that is to come
    /// In the order in which they are read: those that gave records go to the end.
    Cow<FetchedPartitions> partitions;

    bool operator==(const FetchSession&) const = default;
};

struct FetchSessions {
    FlatMap<int32_t, FetchSession> by_id;
    uint32_t offered = 0;  ///< counts the sessions that were asked for: the shards take turns

    bool operator==(const FetchSessions&) const = default;
};

/// What one fetch reads, and how it is answered [FetchContext].
struct FetchContext {
    enum class Kind : uint8_t {
        kRefused,      ///< a session error: reads nothing
        kSessionless,  ///< a full fetch that wants no session, or the end of one
        kFull,         ///< a full fetch that may become a session
        kIncremental,
    };
    Kind kind = Kind::kSessionless;
    ErrorCode error = ErrorCode::kNone;  ///< kRefused: why
    int32_t session_id = 0;
    int32_t session_epoch = 0;  ///< kIncremental: the session's while this fetch is the latest
    bool uses_topic_ids = true;
    Cow<FetchedPartitions> partitions;

    [[nodiscard]] bool incremental() const { return kind == Kind::kIncremental; }
    bool operator==(const FetchContext&) const = default;
};

/// Takes a request's session and partitions. Errors: FETCH_SESSION_ID_NOT_FOUND,
/// INVALID_FETCH_SESSION_EPOCH, FETCH_SESSION_TOPIC_ID_ERROR [FetchManager.newContext].
[[nodiscard]] FetchContext open_fetch_context(Cow<FetchSessions>& sessions,
                                              const MetadataImage& image, const FetchRequest& fetch,
                                              ApiVersion version, SimTime now);

/// Whether the reader must be told: records, an error, another offset than it was told last
/// [CachedPartition.maybeUpdateResponseData].
[[nodiscard]] bool is_news(const FetchedPartition& told, const FetchResponse::Partition& answer);

/// Completes the answer to a follower or a consumer: its session, which it may open in one of
/// `slots`, and what its reader knows from now on. INVALID_FETCH_SESSION_EPOCH when another request
/// of the session came meanwhile [FetchContext.updateAndGenerateResponseData].
void close_fetch_context(Cow<FetchSessions>& sessions, FetchContext context, bool follower,
                         int32_t slots, const Env& env, FetchResponse& response);

}  // namespace brokerlab

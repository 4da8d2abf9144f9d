#include "sim/broker/fetch.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "sim/base/check.h"
#include "sim/broker/fetch_read.h"
#include "sim/broker/isr.h"
#include "sim/broker/isr_rules.h"
#include "sim/broker/partition_access.h"

namespace brokerlab {
namespace {

// Versions of Fetch from which on it ...
constexpr ApiVersion kReadsFollowers = 11;  // lets consumers read from followers (KIP-392)
constexpr ApiVersion kReplicaState = 15;    // has the follower in replica_state (KIP-903)
constexpr ApiVersion kNamesLeader = 16;     // tells who leads now (KIP-951)

FetchIsolation isolation_of(const FetchRequest& fetch, bool follower, RuleSet rules) {
    if (follower) {
        return FetchIsolation::kLogEnd;
    }
    if (fetch.isolation_level == IsolationLevel::kReadCommitted) {
        return FetchIsolation::kTxnCommitted;
    }
    return rules.on(Rule::kReadBelowHw) ? FetchIsolation::kHighWatermark : FetchIsolation::kLogEnd;
}

/// The limits that are left for the partitions to come.
struct Budget {
    int64_t bytes = 0;
    bool min_one_message = true;
};

/// A partition of the answer before anything is known of it: as Kafka answers with an error.
FetchResponse::Partition blank_answer(PartitionId partition, ErrorCode error) {
    FetchResponse::Partition answer;
    answer.partition_index = partition;
    answer.error_code = error;
    answer.high_watermark = kNoOffset;
    answer.aborted_transactions.reset();
    answer.records.emplace();
    return answer;
}

/// What a replica that is not among the assigned ones is told. With an epoch in the request it is
/// this leader that may not know the latest assignment yet.
ErrorCode unknown_replica_error(const FetchRequest::Partition& asked) {
    return asked.current_leader_epoch == kNoLeaderEpoch ? ErrorCode::kNotLeaderOrFollower
                                                        : ErrorCode::kUnknownLeaderEpoch;
}

/// Reads the log of a partition into `answer`; the size of what was read [Partition.readRecords].
int64_t read_records(const PartitionLog& log, const FetchRequest::Partition& asked,
                     const FetchParams& params, const Budget& budget,
                     FetchResponse::Partition& answer) {
    const EpochCheck epochs = check_last_fetched_epoch(log, asked);
    if (epochs.verdict == EpochCheck::Verdict::kUnknown) {
        answer.error_code = ErrorCode::kOffsetOutOfRange;
        return 0;
    }
    ReadResult read;
    if (epochs.verdict == EpochCheck::Verdict::kDiverges) {
        answer.diverging_epoch = {epochs.end.epoch, epochs.end.end_offset};
    } else {
        const int64_t max_bytes =
            std::max<int64_t>(0, std::min<int64_t>(asked.partition_max_bytes, budget.bytes));
        read = read_log(log, asked.fetch_offset, params.isolation,
                        {.max_bytes = max_bytes, .min_one_message = budget.min_one_message});
        answer.error_code = read.error;
        if (read.error != ErrorCode::kNone) {
            return 0;
        }
    }
    answer.high_watermark = log.high_watermark;
    answer.last_stable_offset = log.last_stable_offset();
    answer.log_start_offset = log.log_start_offset;
    if (params.isolation == FetchIsolation::kTxnCommitted) {
        auto& aborted = answer.aborted_transactions.emplace();
        for (const AbortedTxn& txn : read.aborted_txns) {
            aborted.push_back({txn.producer_id, txn.first_offset});
        }
    }
    // A slice that does not even hold its first batch is of no use: Kafka sends none then.
    const int64_t size = read.records.batches.empty() ? 0 : read.size_in_bytes;
    answer.records = std::move(read.records);
    return size;
}

/// One pass over the partitions of a fetch; lives as long as the call.
struct FetchPass {
    ReplicaManager& rm;
    const MetadataImage& image;
    const DelayedFetch& fetch;
    const bool first;
    const bool stale_epoch;  ///< of the follower
    const Env& env;
    Effects& fx;
    Budget budget;
    FetchRead result;

    [[nodiscard]] ApiVersion version() const { return fetch.header.request_api_version; }
    void read(const FetchedPartition& wanted);
    void read_unsure(const FetchedPartition& wanted, Cow<Partition>* hosted);
    void read_known(const FetchedPartition& wanted, Cow<Partition>* hosted,
                    FetchResponse::Partition& answer);
    int64_t read_hosted(Cow<Partition>& hosted, const FetchRequest::Partition& asked,
                        FetchResponse::Partition& answer);
    [[nodiscard]] bool has_no_news(const Partition& partition,
                                   const FetchedPartition& wanted) const;
    void note_follower(Cow<Partition>& hosted, const FetchRequest::Partition& asked);
    void name_leader(const FetchedPartition& wanted, FetchResponse::Partition& answer);
    void take_answer(const FetchedPartition& wanted, FetchResponse::Partition answer);
};

/// After the read: the high watermark that this very fetch moves comes with the next answer.
void FetchPass::note_follower(Cow<Partition>& hosted, const FetchRequest::Partition& asked) {
    if (fetch.params.follower && first) {
        update_follower(rm, image, hosted, fetch.params.replica, fetch.params.replica_epoch,
                        asked.fetch_offset, asked.log_start_offset, env, fx);
    }
}

/// Reads a replica of this broker; the size of what was read [Partition.fetchRecords].
int64_t FetchPass::read_hosted(Cow<Partition>& hosted, const FetchRequest::Partition& asked,
                               FetchResponse::Partition& answer) {
    const FetchParams& params = fetch.params;
    answer.error_code =
        check_readable(*hosted, asked.current_leader_epoch, params.leader_only, env.rules);
    if (answer.error_code != ErrorCode::kNone) {
        return 0;
    }
    if (params.follower && !hosted->followers.contains(params.replica)) {
        answer.error_code = unknown_replica_error(asked);
        return 0;
    }
    const int64_t size = read_records(*hosted->log, asked, params, budget, answer);
    if (answer.error_code != ErrorCode::kNone || answer.diverging_epoch.epoch != kNoLeaderEpoch) {
        return size;
    }
    if (params.follower && first && stale_epoch) {
        answer = blank_answer(asked.partition, ErrorCode::kNotLeaderOrFollower);
        return 0;
    }
    result.all_at_end =
        result.all_at_end && asked.fetch_offset == fetch_bound(*hosted->log, params.isolation);
    note_follower(hosted, asked);
    return size;
}

/// Reads a partition of a name that the metadata knows. The id may be that of a deleted topic whose
/// name another one has now.
void FetchPass::read_known(const FetchedPartition& wanted, Cow<Partition>* hosted,
                           FetchResponse::Partition& answer) {
    int64_t size = 0;
    if (hosted == nullptr) {
        answer.error_code = ErrorCode::kNotLeaderOrFollower;
    } else if (wanted.topic_id != Uuid{} && (*hosted)->topic_id != wanted.topic_id) {
        answer.error_code = ErrorCode::kInconsistentTopicId;
    } else {
        size = read_hosted(*hosted, wanted.asked, answer);
    }
    budget.bytes = std::max<int64_t>(0, budget.bytes - size);
    budget.min_one_message = budget.min_one_message && size == 0;
    result.bytes += size;
    result.has_readable = true;
    result.ends_wait = result.ends_wait || answer.error_code != ErrorCode::kNone ||
                       answer.diverging_epoch.epoch != kNoLeaderEpoch;
    name_leader(wanted, answer);
}

void FetchPass::name_leader(const FetchedPartition& wanted, FetchResponse::Partition& answer) {
    if (version() < kNamesLeader || (answer.error_code != ErrorCode::kNotLeaderOrFollower &&
                                     answer.error_code != ErrorCode::kFencedLeaderEpoch)) {
        return;
    }
    const KnownLeader leader = known_leader(rm, &image, {wanted.topic, answer.partition_index});
    answer.current_leader = {leader.id, leader.epoch};
    add_endpoint(result.response.node_endpoints, leader.id, &image);
}

/// Whether reading the partition would find nothing, and nothing that a session's reader was not
/// told: most fetches of a quiet cluster are such, and need no answer to be made.
bool FetchPass::has_no_news(const Partition& partition, const FetchedPartition& wanted) const {
    const FetchRequest::Partition& asked = wanted.asked;
    const FetchParams& params = fetch.params;
    const PartitionLog& log = *partition.log;
    return log.high_watermark == wanted.high_watermark &&
           log.log_start_offset == wanted.log_start_offset &&
           asked.fetch_offset == fetch_bound(log, params.isolation) &&
           (asked.last_fetched_epoch == kNoLeaderEpoch ||
            asked.last_fetched_epoch == log.leader_epochs.latest_epoch()) &&
           check_readable(partition, asked.current_leader_epoch, params.leader_only, env.rules) ==
               ErrorCode::kNone &&
           (!params.follower ||
            (!(first && stale_epoch) && partition.followers.contains(params.replica)));
}

void FetchPass::read(const FetchedPartition& wanted) {
    const auto found = find_fetched(rm, wanted);
    Cow<Partition>* hosted = nullptr;
    if (found != std::as_const(rm.partitions).end()) {
        const auto place = found - std::as_const(rm.partitions).begin();
        hosted = &(rm.partitions.begin() + place)->second;
        // A replica with that id is here, so the metadata knows the topic.
        if (fetch.context.incremental() && (*hosted)->topic_id == wanted.topic_id &&
            has_no_news(**hosted, wanted)) {
            result.has_readable = true;
            note_follower(*hosted, wanted.asked);
            return;
        }
    }
    read_unsure(wanted, hosted);
}

/// Reads a partition that may have something for its reader. A session keeps the name that it found
/// for an id, even of a topic that is deleted later [CachedPartition.maybeResolveUnknownName].
void FetchPass::read_unsure(const FetchedPartition& wanted, Cow<Partition>* hosted) {
    const PartitionId partition = wanted.asked.partition;
    const TopicImage* known = image.find_topic(wanted.topic);
    FetchResponse::Partition answer = blank_answer(partition, ErrorCode::kNone);
    // What the metadata does not know makes no fetch end early [KafkaApis.handleFetchRequest].
    if (wanted.topic.empty()) {
        answer.error_code = ErrorCode::kUnknownTopicId;
    } else if (known == nullptr || partition.value < 0 ||
               partition.value >= known->partition_count()) {
        answer.error_code = ErrorCode::kUnknownTopicOrPartition;
    } else {
        read_known(wanted, hosted, answer);
    }
    if (answer.error_code != ErrorCode::kNone) {
        result.refused.push_back(
            {ApiKey::kFetch,
             {wanted.topic.empty() ? wanted.topic_id.to_string() : wanted.topic, partition},
             fetch.connection.opener,
             answer.error_code});
    }
    take_answer(wanted, std::move(answer));
}

void FetchPass::take_answer(const FetchedPartition& wanted, FetchResponse::Partition answer) {
    if (fetch.context.incremental() && !is_news(wanted, answer)) {
        return;
    }
    const bool by_id = version() >= kFetchesByTopicId;
    std::vector<FetchResponse::Topic>& topics = result.response.responses;
    if (topics.empty() || topics.back().topic_id != wanted.topic_id ||
        (!by_id && topics.back().topic != wanted.topic)) {
        FetchResponse::Topic& topic = topics.emplace_back();
        topic.topic_id = wanted.topic_id;
        if (!by_id) {
            topic.topic = wanted.topic;
        }
    }
    topics.back().partitions.push_back(std::move(answer));
}

FetchParams fetch_params(ApiVersion version, const FetchRequest& fetch, const ReplicaManager& rm,
                         RuleSet rules) {
    FetchParams params;
    params.replica = version >= kReplicaState ? fetch.replica_state.replica_id : fetch.replica_id;
    params.replica_epoch = fetch.replica_state.replica_epoch;
    params.follower = params.replica >= BrokerId(0);
    params.leader_only = params.follower || version < kReadsFollowers;
    params.isolation = isolation_of(fetch, params.follower, rules);
    params.max_bytes = std::min(fetch.max_bytes, rm.config->fetch_max_bytes);
    params.min_bytes = std::min<int64_t>(fetch.min_bytes, params.max_bytes);
    return params;
}

}  // namespace

FlatMap<TopicPartition, Cow<Partition>>::const_iterator find_fetched(
    const ReplicaManager& rm, const FetchedPartition& wanted) {
    const PartitionKey key{wanted.topic, wanted.asked.partition};
    if (wanted.place < rm.partitions.size()) {
        const auto remembered = rm.partitions.begin() + wanted.place;
        if (remembered->first.partition == key.partition && remembered->first.topic == key.topic) {
            return remembered;
        }
    }
    const auto at = rm.partitions.lower_bound(key);
    return at != rm.partitions.end() && !(key < at->first) ? at : rm.partitions.end();
}

EpochCheck check_last_fetched_epoch(const PartitionLog& log, const FetchRequest::Partition& asked) {
    if (asked.last_fetched_epoch == kNoLeaderEpoch) {
        return {};
    }
    const std::optional<EpochEndOffset> end = end_offset_for_epoch(log, asked.last_fetched_epoch);
    if (!end || asked.fetch_offset < log.log_start_offset) {
        return {EpochCheck::Verdict::kUnknown, {}};
    }
    if (end->epoch < asked.last_fetched_epoch || end->end_offset < asked.fetch_offset) {
        return {EpochCheck::Verdict::kDiverges, *end};
    }
    return {};
}

FetchRead read_fetch(ReplicaManager& rm, const MetadataImage& image, const DelayedFetch& fetch,
                     bool first, const Env& env, Effects& fx) {
    const FetchParams& params = fetch.params;
    const bool stale_epoch =
        params.follower && is_stale_broker_epoch(params.replica, params.replica_epoch, image);
    FetchPass pass{rm, image, fetch, first, stale_epoch, env, fx, {params.max_bytes, true}, {}};
    for (const FetchedPartition& wanted : *fetch.context.partitions) {
        pass.read(wanted);
    }
    return std::move(pass.result);
}

void answer_fetch(ReplicaManager& rm, DelayedFetch fetch, FetchRead read, const Env& env,
                  Effects& fx) {
    // Followers are no clients: what their leader refuses them shows in what they do next.
    if (fetch.connection.opener.kind == NodeKind::kClient) {
        for (RequestRefused& refused : read.refused) {
            fx.state(std::move(refused));
        }
    }
    close_fetch_context(rm.fetch_sessions, std::move(fetch.context), fetch.params.follower,
                        rm.config->fetch_session_slots, env, read.response);
    fx.respond({fetch.connection, std::move(fetch.header), std::move(read.response)});
}

void on_fetch(ReplicaManager& rm, const MetadataImage& image, Request&& request, const Env& env,
              Effects& fx) {
    const auto* body = std::get_if<FetchRequest>(&request.body);
    BL_CHECK(body != nullptr);
    const ApiVersion version = request.header.request_api_version;
    const Duration max_wait = Duration::from_ms(body->max_wait_ms);
    DelayedFetch fetch{request.connection, std::move(request.header),
                       fetch_params(version, *body, rm, env.rules), env.now,
                       open_fetch_context(rm.fetch_sessions, image, *body, version, env.now)};
    FetchRead read = read_fetch(rm, image, fetch, true, env, fx);
    if (max_wait <= Duration() || !read.has_readable || read.bytes >= fetch.params.min_bytes ||
        read.ends_wait) {
        answer_fetch(rm, std::move(fetch), std::move(read), env, fx);
    } else {
        park_fetch(rm, image, std::move(fetch), read, max_wait, env, fx);
    }
}

}  // namespace brokerlab

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
constexpr ApiVersion kTopicIds = 13;        // names topics by id (KIP-516)
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
    const Request& request;
    const FetchParams& params;
    const bool first;
    const Env& env;
    Effects& fx;
    Budget budget;
    FetchRead result;

    [[nodiscard]] ApiVersion version() const { return request.header.request_api_version; }
    void read_topic(const FetchRequest::Topic& topic);
    void read_known(const TopicImage& topic, const FetchRequest::Partition& asked,
                    FetchResponse::Partition& answer);
    int64_t read_hosted(const Partition& partition, const FetchRequest::Partition& asked,
                        FetchResponse::Partition& answer);
    void name_leader(const TopicImage& topic, FetchResponse::Partition& answer);
};

/// Reads a replica of this broker; the size of what was read [Partition.fetchRecords].
int64_t FetchPass::read_hosted(const Partition& partition, const FetchRequest::Partition& asked,
                               FetchResponse::Partition& answer) {
    answer.error_code =
        check_readable(partition, asked.current_leader_epoch, params.leader_only, env.rules);
    if (answer.error_code != ErrorCode::kNone) {
        return 0;
    }
    if (params.follower && !partition.followers.contains(params.replica)) {
        answer.error_code = unknown_replica_error(asked);
        return 0;
    }
    const int64_t size = read_records(*partition.log, asked, params, budget, answer);
    if (!params.follower || !first || answer.error_code != ErrorCode::kNone ||
        answer.diverging_epoch.epoch != kNoLeaderEpoch) {
        return size;
    }
    if (is_stale_broker_epoch(params.replica, params.replica_epoch, image)) {
        answer = blank_answer(asked.partition, ErrorCode::kNotLeaderOrFollower);
        return 0;
    }
    // After the read: the high watermark that this very fetch moves comes with the next answer.
    update_follower(rm, image, TopicPartition(partition.id), params.replica, params.replica_epoch,
                    asked.fetch_offset, asked.log_start_offset, env, fx);
    return size;
}

/// Reads a partition that the metadata knows.
void FetchPass::read_known(const TopicImage& topic, const FetchRequest::Partition& asked,
                           FetchResponse::Partition& answer) {
    const Partition* partition = find_partition(rm, {topic.name, asked.partition});
    int64_t size = 0;
    if (partition == nullptr) {
        answer.error_code = ErrorCode::kNotLeaderOrFollower;
    } else if (partition->topic_id != topic.id) {
        answer.error_code = ErrorCode::kInconsistentTopicId;
    } else {
        size = read_hosted(*partition, asked, answer);
    }
    budget.bytes = std::max<int64_t>(0, budget.bytes - size);
    budget.min_one_message = budget.min_one_message && size == 0;
    result.bytes += size;
    result.has_readable = true;
    result.ends_wait = result.ends_wait || answer.error_code != ErrorCode::kNone ||
                       answer.diverging_epoch.epoch != kNoLeaderEpoch;
    name_leader(topic, answer);
}

void FetchPass::name_leader(const TopicImage& topic, FetchResponse::Partition& answer) {
    if (version() < kNamesLeader || (answer.error_code != ErrorCode::kNotLeaderOrFollower &&
                                     answer.error_code != ErrorCode::kFencedLeaderEpoch)) {
        return;
    }
    const KnownLeader leader = known_leader(rm, &image, {topic.name, answer.partition_index});
    answer.current_leader = {leader.id, leader.epoch};
    add_endpoint(result.response.node_endpoints, leader.id, &image);
}

void FetchPass::read_topic(const FetchRequest::Topic& topic) {
    const TopicImage* known = find_fetched_topic(image, request, topic);
    FetchResponse::Topic& out = result.response.responses.emplace_back();
    out.topic = topic.topic;
    out.topic_id = topic.topic_id;
    out.partitions.reserve(topic.partitions.size());
    for (const FetchRequest::Partition& asked : topic.partitions) {
        FetchResponse::Partition& answer =
            out.partitions.emplace_back(blank_answer(asked.partition, ErrorCode::kNone));
        // What the metadata does not know makes no fetch end early [KafkaApis.handleFetchRequest].
        if (known == nullptr && version() >= kTopicIds) {
            answer.error_code = ErrorCode::kUnknownTopicId;
        } else if (known == nullptr || asked.partition.value < 0 ||
                   asked.partition.value >= known->partition_count()) {
            answer.error_code = ErrorCode::kUnknownTopicOrPartition;
        } else {
            read_known(*known, asked, answer);
        }
        if (answer.error_code != ErrorCode::kNone) {
            result.refused.push_back(
                {ApiKey::kFetch,
                 {known == nullptr ? topic.topic_id.to_string() : known->name, asked.partition},
                 request.connection.opener,
                 answer.error_code});
        }
    }
}

}  // namespace

FetchParams fetch_params(const Request& request, const FetchRequest& fetch,
                         const ReplicaManager& rm, RuleSet rules) {
    const ApiVersion version = request.header.request_api_version;
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

const TopicImage* find_fetched_topic(const MetadataImage& image, const Request& request,
                                     const FetchRequest::Topic& topic) {
    return request.header.request_api_version >= kTopicIds ? image.find_topic(topic.topic_id)
                                                           : image.find_topic(topic.topic);
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

FetchRead read_fetch(ReplicaManager& rm, const MetadataImage& image, const Request& request,
                     const FetchRequest& fetch, const FetchParams& params, bool first,
                     const Env& env, Effects& fx) {
    FetchPass pass{rm, image, request, params, first, env, fx, {params.max_bytes, true}, {}};
    pass.result.response.responses.reserve(fetch.topics.size());
    for (const FetchRequest::Topic& topic : fetch.topics) {
        pass.read_topic(topic);
    }
    return std::move(pass.result);
}

void answer_fetch(const Request& request, FetchRead read, Effects& fx) {
    // Followers are no clients: what their leader refuses them shows in what they do next.
    if (request.connection.opener.kind == NodeKind::kClient) {
        for (RequestRefused& refused : read.refused) {
            fx.state(std::move(refused));
        }
    }
    fx.respond(make_response(request, std::move(read.response)));
}

void on_fetch(ReplicaManager& rm, const MetadataImage& image, Request request, const Env& env,
              Effects& fx) {
    const auto* fetch = std::get_if<FetchRequest>(&request.body);
    BL_CHECK(fetch != nullptr);
    const FetchParams params = fetch_params(request, *fetch, rm, env.rules);
    FetchRead read = read_fetch(rm, image, request, *fetch, params, true, env, fx);
    if (fetch->max_wait_ms <= 0 || !read.has_readable || read.bytes >= params.min_bytes ||
        read.ends_wait) {
        answer_fetch(request, std::move(read), fx);
    } else {
        park_fetch(rm, image, std::move(request), params, env, fx);
    }
}

}  // namespace brokerlab

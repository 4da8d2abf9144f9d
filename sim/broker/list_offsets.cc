#include <optional>
#include <utility>
#include <variant>

#include "sim/base/check.h"
#include "sim/broker/fetch.h"
#include "sim/broker/partition_access.h"
#include "sim/log/read.h"

namespace brokerlab {
namespace {

/// The replica id of a tool that may ask any replica [ListOffsetsRequest.DEBUGGING_REPLICA_ID].
constexpr BrokerId kDebuggingReplica{-2};

/// Since which version a timestamp below 0 is understood; none for one that never was.
std::optional<ApiVersion> known_since(Timestamp timestamp) {
    if (timestamp >= kListEarliest) {
        return ApiVersion{1};
    }
    if (timestamp == kListMaxTimestamp) {
        return ApiVersion{7};
    }
    if (timestamp == kListEarliestLocal) {
        return ApiVersion{8};
    }
    if (timestamp == kListLatestTiered) {
        return ApiVersion{9};
    }
    return std::nullopt;
}

/// Who asks, which decides how far it may see.
struct OffsetsReader {
    bool client = true;  ///< sees what is committed
    bool leader_only = true;
    FetchIsolation isolation = FetchIsolation::kHighWatermark;
};
OffsetsReader reader_of(const ListOffsetsRequest& request) {
    OffsetsReader reader;
    reader.client = request.replica_id == kNoBroker;
    reader.leader_only = request.replica_id != kDebuggingReplica;
    if (!reader.client) {
        reader.isolation = FetchIsolation::kLogEnd;
    } else if (request.isolation_level == IsolationLevel::kReadCommitted) {
        reader.isolation = FetchIsolation::kTxnCommitted;
    }
    return reader;
}

/// A new leader whose high watermark has not reached its own epoch can't tell a client where the
/// committed log ends: an earlier leader may have said more.
bool is_behind_its_epoch(const Partition& partition) {
    return partition.is_leader &&
           partition.leader_epoch_start_offset > partition.log->high_watermark;
}

TimestampAndOffset earliest_of(const PartitionLog& log) {
    TimestampAndOffset earliest{kNoTimestamp, log.log_start_offset};
    const std::vector<EpochEntry>& epochs = log.leader_epochs.entries();
    if (!epochs.empty() && epochs.front().start_offset <= log.log_start_offset) {
        earliest.leader_epoch = epochs.front().epoch;
    }
    return earliest;
}

/// The place that `timestamp` asks for; nothing when there is no such record.
std::optional<TimestampAndOffset> look_up(const PartitionLog& log, Timestamp timestamp) {
    if (timestamp == kListMaxTimestamp) {
        return find_max_timestamp(log);
    }
    if (timestamp == kListLatestTiered) {
        return TimestampAndOffset{kNoTimestamp, kNoOffset};
    }
    return find_offset_by_timestamp(log, timestamp);
}

void answer_with(ListOffsetsResponse::Partition& answer, const TimestampAndOffset& found) {
    answer.timestamp = found.timestamp;
    answer.offset = found.offset;
    answer.leader_epoch = found.leader_epoch;
}

/// [Partition.fetchOffsetForTimestamp, ReplicaManager.fetchOffset]
void find_offset(const Partition& partition, const ListOffsetsRequest::Partition& asked,
                 const OffsetsReader& reader, RuleSet rules,
                 ListOffsetsResponse::Partition& answer) {
    answer.error_code =
        check_readable(partition, asked.current_leader_epoch, reader.leader_only, rules);
    if (answer.error_code != ErrorCode::kNone) {
        return;
    }
    const PartitionLog& log = *partition.log;
    const Offset bound = fetch_bound(log, reader.isolation);
    const bool not_available = reader.client && is_behind_its_epoch(partition);
    if (asked.timestamp == kListEarliest || asked.timestamp == kListEarliestLocal) {
        answer_with(answer, earliest_of(log));
        return;
    }
    if (asked.timestamp == kListLatest && !not_available) {
        answer_with(answer, {kNoTimestamp, bound, partition.leader_epoch});
        return;
    }
    const std::optional<TimestampAndOffset> found =
        asked.timestamp == kListLatest ? std::nullopt : look_up(log, asked.timestamp);
    if (found && found->offset < bound) {
        answer_with(answer, *found);
    } else if (not_available) {
        answer.error_code = ErrorCode::kOffsetNotAvailable;
    }
}

ErrorCode error_for_version(ErrorCode error, ApiVersion version) {
    constexpr ApiVersion kKnowsOffsetNotAvailable = 5;
    return error == ErrorCode::kOffsetNotAvailable && version < kKnowsOffsetNotAvailable
               ? ErrorCode::kLeaderNotAvailable
               : error;
}

void state_refusal(const Request& request, const std::string& topic, PartitionId partition,
                   ErrorCode error, Effects& fx) {
    if (error != ErrorCode::kNone && request.connection.opener.kind == NodeKind::kClient) {
        fx.state(RequestRefused{
            request.header.request_api_key, {topic, partition}, request.connection.opener, error});
    }
}

/// [Partition.lastOffsetForLeaderEpoch]
OffsetForLeaderEpochResponse::Partition find_epoch_end(
    const ReplicaManager& rm, const MetadataImage* image, const std::string& topic,
    const OffsetForLeaderEpochRequest::Partition& asked, RuleSet rules) {
    OffsetForLeaderEpochResponse::Partition answer;
    answer.partition = asked.partition;
    const Partition* partition = find_partition(rm, {topic, asked.partition});
    answer.error_code =
        partition == nullptr
            ? not_hosted_error(image, {topic, asked.partition})
            : check_readable(*partition, asked.current_leader_epoch, /*leader_only=*/true, rules);
    if (answer.error_code != ErrorCode::kNone) {
        return answer;
    }
    if (const auto end = end_offset_for_epoch(*partition->log, asked.leader_epoch)) {
        answer.leader_epoch = end->epoch;
        answer.end_offset = end->end_offset;
    }
    return answer;
}

}  // namespace

void on_list_offsets(ReplicaManager& rm, const Request& request, const Env& env, Effects& fx,
                     const MetadataImage* image) {
    const auto* list = std::get_if<ListOffsetsRequest>(&request.body);
    BL_CHECK(list != nullptr);
    const OffsetsReader reader = reader_of(*list);
    const ApiVersion version = request.header.request_api_version;
    ListOffsetsResponse response;
    for (const ListOffsetsRequest::Topic& topic : list->topics) {
        ListOffsetsResponse::Topic& out = response.topics.emplace_back();
        out.name = topic.name;
        for (const ListOffsetsRequest::Partition& asked : topic.partitions) {
            ListOffsetsResponse::Partition& answer = out.partitions.emplace_back();
            answer.partition_index = asked.partition_index;
            const std::optional<ApiVersion> since = known_since(asked.timestamp);
            const Partition* partition = find_partition(rm, {topic.name, asked.partition_index});
            if (!since || version < *since) {
                answer.error_code = ErrorCode::kUnsupportedVersion;
            } else if (partition == nullptr) {
                answer.error_code = not_hosted_error(image, {topic.name, asked.partition_index});
            } else {
                find_offset(*partition, asked, reader, env.rules, answer);
                answer.error_code = error_for_version(answer.error_code, version);
            }
            state_refusal(request, topic.name, asked.partition_index, answer.error_code, fx);
        }
    }
    fx.respond(make_response(request, std::move(response)));
}

void on_offset_for_leader_epoch(ReplicaManager& rm, const Request& request, const Env& env,
                                Effects& fx, const MetadataImage* image) {
    const auto* epochs = std::get_if<OffsetForLeaderEpochRequest>(&request.body);
    BL_CHECK(epochs != nullptr);
    OffsetForLeaderEpochResponse response;
    for (const OffsetForLeaderEpochRequest::Topic& topic : epochs->topics) {
        OffsetForLeaderEpochResponse::Topic& out = response.topics.emplace_back();
        out.topic = topic.topic;
        for (const OffsetForLeaderEpochRequest::Partition& asked : topic.partitions) {
            out.partitions.push_back(find_epoch_end(rm, image, topic.topic, asked, env.rules));
            state_refusal(request, topic.topic, asked.partition, out.partitions.back().error_code,
                          fx);
        }
    }
    fx.respond(make_response(request, std::move(response)));
}

}  // namespace brokerlab

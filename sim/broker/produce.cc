#include "sim/broker/produce.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/check.h"
#include "sim/broker/append_context.h"
#include "sim/broker/fetch.h"
#include "sim/broker/isr.h"
#include "sim/broker/partition_access.h"
#include "sim/broker/produce_wait.h"
#include "sim/model/internal_topics.h"

namespace brokerlab {
namespace {

constexpr int16_t kAcksAll = -1;

/// The client.id that may write internal topics as well, beside the coordinators
/// [AdminUtils.ADMIN_CLIENT_ID].
constexpr std::string_view kInternalClient = "__admin_client";

/// What appending to one partition came to.
struct PartitionAppend {
    ProduceWait result;
    bool high_watermark_moved = false;

    [[nodiscard]] bool ok() const { return result.response.error_code == ErrorCode::kNone; }
};

PartitionAppend refused(TopicPartition tp, ErrorCode error) {
    PartitionAppend append;
    append.result.response.index = tp.partition;
    append.result.response.error_code = error;
    append.result.response.base_offset = kNoOffset;
    append.result.partition = std::move(tp);
    append.result.pending = false;
    return append;
}

/// Whether a refusal tells the log start. Kafka leaves it out with the errors that it counts as the
/// client's or the cluster's everyday life [ReplicaManager.appendToLocalLog].
bool tells_log_start(ErrorCode error) {
    switch (error) {
        case ErrorCode::kUnknownTopicOrPartition:
        case ErrorCode::kNotLeaderOrFollower:
        case ErrorCode::kMessageTooLarge:
        case ErrorCode::kRecordListTooLarge:
        case ErrorCode::kCorruptMessage:
            return false;
        default:
            return true;
    }
}

void take_append_result(ProduceResponse::Partition& response, AppendResult append,
                        Offset log_start_offset) {
    response.error_code = append.error;
    response.base_offset = append.ok() ? append.first_offset : kNoOffset;
    response.log_append_time_ms = append.log_append_time;
    if (append.ok() || tells_log_start(append.error)) {
        response.log_start_offset = log_start_offset;
    }
    // Without errors of single records the client puts its own sentence for the code.
    if (!append.record_errors.empty()) {
        response.error_message = std::move(append.message);
        for (RecordError& error : append.record_errors) {
            response.record_errors.push_back({error.batch_index, std::move(error.message)});
        }
    }
}

/// A log without a client's sequence checks takes the batch as one that is copied: the states of
/// the producers are still kept, so the rule may be switched on again.
AppendOrigin client_origin(const Env& env) {
    return env.rules.on(Rule::kSequenceCheck) ? AppendOrigin::kClient : AppendOrigin::kReplication;
}

AppendResult append_to_log(Partition& partition, const Records& records, AppendOrigin origin,
                           const Env& env) {
    const AppendContext context = append_context(partition, env);
    PartitionLog& log = partition.log.edit();
    AppendResult result = append_as_leader(log, records, partition.leader_epoch, origin, context);
    flush_after_roll(log, result);
    return result;
}

/// [Partition.appendRecordsToLeader]
PartitionAppend append_as_partition_leader(ReplicaManager& rm, const MetadataImage& image,
                                           TopicPartition tp, const Records& records, int16_t acks,
                                           AppendOrigin origin, const Env& env) {
    const Partition* hosted = find_partition(rm, {tp.topic, tp.partition});
    if (hosted == nullptr) {
        const ErrorCode error = not_hosted_error(&image, {tp.topic, tp.partition});
        return refused(std::move(tp), error);
    }
    if (!hosted->is_leader) {
        return refused(std::move(tp), ErrorCode::kNotLeaderOrFollower);
    }
    if (acks == kAcksAll && env.rules.on(Rule::kMinIsrCheck) &&
        static_cast<int32_t>(hosted->isr.size()) < hosted->effective_min_isr()) {
        PartitionAppend append = refused(std::move(tp), ErrorCode::kNotEnoughReplicas);
        append.result.response.log_start_offset = hosted->log->log_start_offset;
        return append;
    }
    Partition& partition = rm.edit(tp);
    AppendResult result = append_to_log(partition, records, origin, env);
    PartitionAppend append;
    append.result.response.index = tp.partition;
    append.result.partition = std::move(tp);
    append.result.required_offset = result.last_offset + 1;
    append.result.pending = acks == kAcksAll && result.ok();
    if (result.ok()) {
        append.high_watermark_moved = maybe_increment_high_watermark(partition, rm, image, env);
    }
    take_append_result(append.result.response, std::move(result), partition.log->log_start_offset);
    return append;
}

bool is_known(const MetadataImage& image, const ProduceRequest::Topic& topic,
              PartitionId partition) {
    const TopicImage* known = image.find_topic(topic.name);
    return known != nullptr && partition.value >= 0 && partition.value < known->partition_count();
}

PartitionAppend append_partition(ReplicaManager& rm, const MetadataImage& image,
                                 const Request& request, const ProduceRequest& produce,
                                 const ProduceRequest::Topic& topic,
                                 const ProduceRequest::Partition& data, const Env& env) {
    TopicPartition tp{topic.name, data.index};
    // What is hosted here is in the metadata as well, so the common case needs one look-up.
    if (find_partition(rm, {topic.name, data.index}) == nullptr &&
        !is_known(image, topic, data.index)) {
        return refused(std::move(tp), ErrorCode::kUnknownTopicOrPartition);
    }
    if (produce.acks < kAcksAll || produce.acks > 1) {
        return refused(std::move(tp), ErrorCode::kInvalidRequiredAcks);
    }
    if (is_internal_topic(topic.name) && request.header.client_id != kInternalClient) {
        return refused(std::move(tp), ErrorCode::kInvalidTopicException);
    }
    if (!data.records) {
        return refused(std::move(tp), ErrorCode::kInvalidRecord);
    }
    return append_as_partition_leader(rm, image, std::move(tp), *data.records, produce.acks,
                                      client_origin(env), env);
}

/// The request without its records: they are in the logs now.
Request without_records(const Request& request, const ProduceRequest& produce) {
    ProduceRequest bare;
    bare.transactional_id = produce.transactional_id;
    bare.acks = produce.acks;
    bare.timeout_ms = produce.timeout_ms;
    return {request.connection, request.header, std::move(bare)};
}

/// Answers a produce with acks=all, or lets it wait.
void answer_or_park(ReplicaManager& rm, const MetadataImage& image, const Request& request,
                    const ProduceRequest& produce, std::vector<ProduceWait> partitions,
                    const Env& env, Effects& fx) {
    bool waits = false;
    for (ProduceWait& wait : partitions) {
        if (!wait.pending) {
            continue;
        }
        if (const std::optional<ErrorCode> error = judge_wait(rm, image, wait, env.rules)) {
            settle_wait(wait, *error);
        } else if (produce.timeout_ms <= 0) {
            settle_wait(wait, ErrorCode::kRequestTimedOut);
        } else {
            waits = true;
        }
    }
    if (!waits) {
        answer_produce(request, std::move(partitions), rm, image, fx);
        return;
    }
    Purgatory& purgatory = rm.purgatory.edit();
    purgatory.produces.insert_or_assign(
        purgatory.next++,
        {env.now + Duration::from_ms(produce.timeout_ms),
         Cow(DelayedProduce{without_records(request, produce), env.now, std::move(partitions)})});
}

/// acks=0: nobody reads an answer. Closing the connection is all that a client can notice.
void finish_without_answer(const Request& request, const std::vector<ProduceWait>& partitions,
                           Effects& fx) {
    state_refusals(request, partitions, fx);
    const bool failed = std::any_of(
        partitions.begin(), partitions.end(),
        [](const ProduceWait& wait) { return wait.response.error_code != ErrorCode::kNone; });
    if (failed) {
        fx.close(request.connection);
    } else {
        fx.finish(request.connection);
    }
}

/// A partition that took records, for those who wait for them.
struct Appended {
    TopicPartition partition;
    bool high_watermark_moved = false;
};

void complete_waiting(ReplicaManager& rm, const MetadataImage& image, const Appended& to,
                      const Env& env, Effects& fx) {
    if (to.high_watermark_moved) {
        try_complete_produces(rm, image, to.partition, env, fx);
    }
    try_complete_fetches(rm, image, to.partition, env, fx);
}

}  // namespace

void on_produce(ReplicaManager& rm, const MetadataImage& image, const Request& request,
                const Env& env, Effects& fx) {
    const auto* produce = std::get_if<ProduceRequest>(&request.body);
    BL_CHECK(produce != nullptr);
    std::vector<ProduceWait> partitions;
    std::vector<Appended> appended;
    for (const ProduceRequest::Topic& topic : produce->topic_data) {
        for (const ProduceRequest::Partition& data : topic.partition_data) {
            PartitionAppend append =
                append_partition(rm, image, request, *produce, topic, data, env);
            if (append.ok()) {
                appended.push_back({append.result.partition, append.high_watermark_moved});
            }
            partitions.push_back(std::move(append.result));
        }
    }
    if (produce->acks == 0) {
        finish_without_answer(request, partitions, fx);
    } else {
        answer_or_park(rm, image, request, *produce, std::move(partitions), env, fx);
    }
    for (const Appended& to : appended) {
        complete_waiting(rm, image, to, env, fx);
    }
}

CoordinatorAppend append_for_coordinator(ReplicaManager& rm, const MetadataImage& image,
                                         const TopicPartition& tp, const Records& records,
                                         int16_t acks, const Env& env, Effects& fx) {
    const PartitionAppend append =
        append_as_partition_leader(rm, image, tp, records, acks, AppendOrigin::kCoordinator, env);
    if (!append.ok()) {
        return {append.result.response.error_code, kNoOffset};
    }
    complete_waiting(rm, image, {tp, append.high_watermark_moved}, env, fx);
    return {ErrorCode::kNone, append.result.required_offset};
}

}  // namespace brokerlab

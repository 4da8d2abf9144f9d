#include "sim/log/append.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "sim/base/check.h"
#include "sim/log/append_validation.h"
#include "sim/log/record.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

/// Batches with their final offsets, ready to be written as one set.
struct NumberedBatch {
    BatchHeader header;
    BatchRef batch;
};

AppendResult refusal(ErrorCode error, std::string message) {
    AppendResult result;
    result.error = error;
    result.message = std::move(message);
    return result;
}

/// Builds the batch again with the topic's own codec [LogValidator.buildRecordsAndAssignOffsets].
BatchRef recompress(const BatchBytes& batch, const BatchHeader& header, CompressionCodec codec,
                    const BatchStamp& stamp) {
    BatchSpec spec{.base_offset = stamp.base_offset,
                   .partition_leader_epoch = stamp.leader_epoch,
                   .codec = codec,
                   .producer_id = header.producer_id,
                   .producer_epoch = header.producer_epoch,
                   .base_sequence = header.base_sequence,
                   .transactional = header.is_transactional(),
                   .control = header.is_control()};
    if (stamp.timestamp_type == TimestampType::kLogAppendTime) {
        spec.log_append_time = stamp.max_timestamp;
    }
    const Outcome<DecodedRecords> decoded = decode_records(batch.bytes);
    BL_CHECK(decoded.ok());  // validate_batch() read them all.
    BatchBuilder builder(spec);
    for (std::size_t i = 0; i < decoded->records.size(); ++i) {
        builder.append(decoded->records[i].content);
        if (!batch.identities.empty()) {
            builder.identify(batch.identities[i]);
        }
    }
    return BatchRef(builder.build());
}

/// Numbers and stamps a batch that validate_batch() let through.
NumberedBatch number_batch(const BatchBytes& batch, const ValidatedBatch& validated, Offset base,
                           LeaderEpoch epoch, const AppendContext& context) {
    const LogConfig& config = context.config;
    const bool by_broker = config.message_timestamp_type == TimestampType::kLogAppendTime;
    const BatchStamp stamp{
        .base_offset = base,
        .leader_epoch = epoch,
        .timestamp_type = config.message_timestamp_type,
        .max_timestamp = by_broker ? wall_clock(context.now) : validated.max_timestamp};
    const CompressionCodec source = validated.header.codec();
    const CompressionCodec target = config.compression_type.value_or(source);
    BatchRef numbered = target == source || validated.header.is_control()
                            ? stamp_batch(batch, stamp)
                            : recompress(batch, validated.header, target, stamp);
    const BatchHeader header = header_of(numbered);
    return {header, std::move(numbered)};
}

/// The producers that a set of batches changes, and the transactions that it ends.
struct ProducerUpdates {
    std::vector<ProducerAppend> appends;
    std::vector<CompletedTxn> completed;
};

/// Checks every batch against its producer's state. On a duplicate fills `result` with the offsets
/// of the first try; on an error with the error.
void analyze_producers(const PartitionLog& log, std::span<const NumberedBatch> batches,
                       AppendOrigin origin, ProducerUpdates& updates, AppendResult& result) {
    for (const NumberedBatch& numbered : batches) {
        const BatchHeader& header = numbered.header;
        if (!header.has_producer_id()) {
            continue;
        }
        const ProducerStateEntry* entry = log.producers->producers.find(header.producer_id);
        if (origin == AppendOrigin::kClient && entry != nullptr) {
            if (const BatchMetadata* first_try = entry->find_duplicate(header)) {
                result.duplicate = true;
                result.first_offset = first_try->first_offset();
                result.last_offset = first_try->last_offset;
                result.log_append_time = first_try->timestamp;
                return;
            }
        }
        auto append = std::find_if(
            updates.appends.begin(), updates.appends.end(),
            [&](const ProducerAppend& a) { return a.producer_id() == header.producer_id; });
        if (append == updates.appends.end()) {
            updates.appends.push_back(log.producers->prepare(header.producer_id, origin));
            append = std::prev(updates.appends.end());
        }
        const auto marker = header.is_control() ? marker_of(numbered.batch->bytes) : std::nullopt;
        if (auto error = append->append(header, marker, updates.completed)) {
            result.error = error->error;
            result.message = std::move(error->message);
            return;
        }
    }
}

void apply_producers(PartitionLog& log, const ProducerUpdates& updates) {
    if (updates.appends.empty()) {
        return;
    }
    ProducerStates& producers = log.producers.edit();
    for (const ProducerAppend& append : updates.appends) {
        producers.update(append);
    }
    for (const CompletedTxn& txn : updates.completed) {
        if (txn.aborted) {
            log.edit_active_segment().append_aborted_txn({txn.producer_id, txn.first_offset,
                                                          txn.last_offset,
                                                          producers.last_stable_offset_after(txn)});
        }
        producers.complete(txn);
    }
}

/// Writes the set: epochs, roll, producer state, segment. All batches go to one segment.
void write_set(PartitionLog& log, std::span<NumberedBatch> batches, AppendOrigin origin,
               const AppendContext& context, AppendResult& result) {
    int64_t size = 0;
    Timestamp max_timestamp = kNoTimestamp;
    for (const NumberedBatch& numbered : batches) {
        size += numbered.header.size_in_bytes();
        max_timestamp = std::max(max_timestamp, numbered.header.max_timestamp);
        if (numbered.header.partition_leader_epoch >= LeaderEpoch(0)) {
            log.leader_epochs.assign(numbered.header.partition_leader_epoch,
                                     numbered.header.base_offset);
        }
    }
    if (size > context.config.segment_bytes) {
        result.error = ErrorCode::kRecordListTooLarge;
        result.message = fmt::format("{} bytes of batches are above segment.bytes ({})", size,
                                     context.config.segment_bytes);
        return;
    }
    const Offset first = batches.front().header.base_offset;
    const Offset last = batches.back().header.last_offset();
    if (log.active_segment().should_roll({size, max_timestamp, last, wall_clock(context.now)},
                                         context.config)) {
        result.rolled =
            roll(log, std::max(first, log.log_end_offset), context.now, context.roll_jitter_ms);
    }
    ProducerUpdates updates;
    analyze_producers(log, batches, origin, updates, result);
    if (result.duplicate || !result.ok()) {
        return;
    }
    Segment& active = log.edit_active_segment();
    for (NumberedBatch& numbered : batches) {
        active.append(std::move(numbered.batch), numbered.header, context.config, context.now);
    }
    apply_producers(log, updates);
    log.log_end_offset = last + 1;
    if (log.log_end_offset - log.recovery_point >= context.config.flush_messages) {
        flush_to(log, log.log_end_offset);
    }
    result.first_offset = first;
    result.last_offset = last;
}

/// Appends batches that have their offsets already.
AppendResult append_numbered(PartitionLog& log, const Records& records, AppendOrigin origin,
                             const AppendContext& context) {
    AppendResult result;
    std::vector<NumberedBatch> batches;
    Offset next = log.log_end_offset;
    for (const BatchRef& batch : records.batches) {
        const BatchHeader header = header_of(batch);
        if (header.base_offset < next) {
            return refusal(ErrorCode::kUnknownServerError,
                           fmt::format("the batch at offset {} does not lie at or after offset {}",
                                       header.base_offset.value, next.value));
        }
        next = header.next_offset();
        batches.push_back({header, batch});
    }
    if (!batches.empty()) {
        write_set(log, batches, origin, context, result);
    }
    return result;
}

}  // namespace

AppendResult append_as_leader(PartitionLog& log, const Records& records, LeaderEpoch leader_epoch,
                              AppendOrigin origin, const AppendContext& context) {
    if (origin == AppendOrigin::kRaftLeader) {
        for (const BatchRef& batch : records.batches) {
            BL_CHECK(header_of(batch).partition_leader_epoch == leader_epoch);
        }
        return append_numbered(log, records, origin, context);
    }
    if (records.batches.size() != 1) {
        return refusal(ErrorCode::kInvalidRecord,
                       fmt::format("a partition takes exactly one batch a request, not {}",
                                   records.batches.size()));
    }
    const BatchBytes& batch = *records.batches.front();
    AppendResult result;
    const std::optional<ValidatedBatch> validated =
        validate_batch(batch.bytes, origin, context.config, wall_clock(context.now), result);
    if (!validated) {
        return result;
    }
    NumberedBatch numbered =
        number_batch(batch, *validated, log.log_end_offset, leader_epoch, context);
    if (numbered.header.size_in_bytes() > context.config.max_message_bytes) {
        return refusal(ErrorCode::kMessageTooLarge,
                       "compressed with the topic's compression.type the batch is above "
                       "max.message.bytes");
    }
    write_set(log, {&numbered, 1}, origin, context, result);
    if (result.ok() && !result.duplicate &&
        context.config.message_timestamp_type == TimestampType::kLogAppendTime) {
        result.log_append_time = wall_clock(context.now);
    }
    return result;
}

AppendResult append_as_follower(PartitionLog& log, const Records& records,
                                const AppendContext& context) {
    return append_numbered(log, records, AppendOrigin::kReplication, context);
}

}  // namespace brokerlab

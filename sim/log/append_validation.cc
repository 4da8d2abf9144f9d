#include "sim/log/append_validation.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/log/record.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

std::optional<ValidatedBatch> refuse(AppendResult& refused, ErrorCode error, std::string message) {
    refused.error = error;
    refused.message = std::move(message);
    return std::nullopt;
}

/// Rules for what clients may put into a header. The sentence that is broken, or nothing.
std::optional<std::string> client_header_fault(const BatchHeader& header) {
    if (header.records_count <= 0) {
        return fmt::format("a produced batch counts {} records", header.records_count);
    }
    if (int64_t{header.last_offset_delta} + 1 != header.records_count) {
        return fmt::format("a produced batch counts {} records but spans {} offsets",
                           header.records_count, int64_t{header.last_offset_delta} + 1);
    }
    if (header.is_control()) {
        return "clients may not write control records";
    }
    if (header.has_producer_id() && header.base_sequence < Sequence(0)) {
        return fmt::format("a batch of producer {} has no sequence ({})", header.producer_id.value,
                           header.base_sequence.value);
    }
    return std::nullopt;
}

bool timestamp_out_of_range(Timestamp timestamp, Timestamp now, const LogConfig& config) {
    // A client may send any 64 bits as a timestamp.
    const int64_t age_ms = ms_between(timestamp, now);
    return age_ms > config.message_timestamp_before_max_ms ||
           detail::saturating_subtract(0, age_ms) > config.message_timestamp_after_max_ms;
}

/// The fault of one record: the error code and the sentence.
std::optional<std::pair<ErrorCode, std::string>> record_fault(const BatchHeader& header,
                                                              const RecordCursor::Brief& record,
                                                              const LogConfig& config,
                                                              Timestamp now) {
    if (config.cleanup_compact && !record.has_key && !header.is_control()) {
        return std::pair(ErrorCode::kInvalidRecord,
                         std::string("a compacted topic can't take a record without a key"));
    }
    if (config.message_timestamp_type == TimestampType::kCreateTime &&
        record.timestamp != kNoTimestamp) {
        if (timestamp_out_of_range(record.timestamp, now, config)) {
            return std::pair(
                ErrorCode::kInvalidTimestamp,
                fmt::format("timestamp {} lies outside of what the topic takes at {} "
                            "(message.timestamp.before.max.ms, message.timestamp.after.max.ms)",
                            record.timestamp.value, now.value));
        }
    } else if (header.timestamp_type() == TimestampType::kLogAppendTime) {
        return std::pair(ErrorCode::kInvalidTimestamp,
                         std::string("a producer may not set the timestamp type LogAppendTime"));
    }
    return std::nullopt;
}

/// Steps over all records; collects faults in `refused`. Nothing when the bytes are bad.
std::optional<Timestamp> check_records(const BatchHeader& header, ByteSpan section,
                                       const LogConfig& config, Timestamp now,
                                       AppendResult& refused) {
    RecordCursor cursor(header, section);
    Timestamp max_timestamp = kNoTimestamp;
    int32_t index = 0;
    while (const std::optional<RecordCursor::Brief> record = cursor.next()) {
        if (auto fault = record_fault(header, *record, config, now)) {
            // Kafka answers with one error for the batch: INVALID_TIMESTAMP where any record has
            // it.
            if (refused.ok() || (fault->first == ErrorCode::kInvalidTimestamp &&
                                 refused.error != ErrorCode::kInvalidTimestamp)) {
                refused.error = fault->first;
                refused.message = "one or more records were refused: " + fault->second;
            }
            refused.record_errors.push_back({index, std::move(fault->second)});
        }
        max_timestamp = std::max(max_timestamp, record->timestamp);
        ++index;
    }
    if (!cursor.complete()) {
        return std::nullopt;
    }
    return max_timestamp;
}

}  // namespace

std::optional<ValidatedBatch> validate_batch(const Bytes& bytes, AppendOrigin origin,
                                             const LogConfig& config, Timestamp now,
                                             AppendResult& refused) {
    const Outcome<ByteSpan> whole = next_batch_unchecked(bytes);
    if (!whole || whole->size() != bytes.size()) {
        return refuse(refused, ErrorCode::kCorruptMessage,
                      whole ? "bytes are left over after the batch" : whole.failure().what);
    }
    // Kafka's order: place, size, checksum, then what a client may not send.
    const BatchHeader header = read_batch_header(bytes);
    const bool from_client = origin == AppendOrigin::kClient;
    if (from_client && header.base_offset != Offset(0)) {
        return refuse(refused, ErrorCode::kInvalidRecord,
                      fmt::format("the base offset of a produced batch must be 0, but it is {}",
                                  header.base_offset.value));
    }
    if (header.size_in_bytes() > config.max_message_bytes) {
        return refuse(refused, ErrorCode::kMessageTooLarge,
                      fmt::format("a batch of {} bytes is above max.message.bytes ({})",
                                  header.size_in_bytes(), config.max_message_bytes));
    }
    if (const Outcome<ByteSpan> checked = next_batch(bytes); !checked) {
        return refuse(refused, ErrorCode::kCorruptMessage, checked.failure().what);
    }
    if (from_client) {
        if (const std::optional<std::string> fault = client_header_fault(header)) {
            return refuse(refused, ErrorCode::kInvalidRecord, *fault);
        }
    }
    ByteSpan section = ByteSpan(bytes).subspan(kBatchHeaderSize);
    Bytes inflated;
    if (header.codec() != CompressionCodec::kNone) {
        Outcome<Bytes> out = decompress(header.codec(), section, kMaxInflatedBytes);
        if (!out) {
            return refuse(refused, ErrorCode::kCorruptMessage, out.failure().what);
        }
        inflated = *std::move(out);
        section = inflated;
    }
    const std::optional<Timestamp> max_timestamp =
        check_records(header, section, config, now, refused);
    if (!max_timestamp) {
        refused.record_errors.clear();
        return refuse(refused, ErrorCode::kInvalidRecord,
                      "the records of the batch are cut, malformed, out of order or not as many as "
                      "the header counts");
    }
    if (!refused.ok()) {
        return std::nullopt;
    }
    return ValidatedBatch{header, *max_timestamp};
}

}  // namespace brokerlab

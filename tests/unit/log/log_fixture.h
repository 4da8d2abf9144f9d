// Short words for tests of the log: batches of text records, and a producer that numbers them.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/check.h"
#include "sim/log/append.h"
#include "sim/log/control_record.h"
#include "sim/log/read.h"
#include "sim/log/record.h"
#include "sim/model/wall_clock.h"

namespace brokerlab::testing {

/// A record of text; a value of nullopt is a tombstone.
struct Text {
    std::optional<std::string> key;
    std::optional<std::string> value;
    Timestamp timestamp = kBootTimestamp;
};

inline RecordContent content_of(const Text& text) {
    RecordContent content{.timestamp = text.timestamp};
    if (text.key) {
        content.key = as_bytes(*text.key);
    }
    if (text.value) {
        content.value = as_bytes(*text.value);
    }
    return content;
}

inline BatchBytes batch_of(const std::vector<Text>& texts, const BatchSpec& spec = {}) {
    BatchBuilder builder(spec);
    for (const Text& text : texts) {
        builder.append(content_of(text));
    }
    return builder.build();
}

inline Records records_of(BatchBytes batch) {
    Records records;
    records.batches.emplace_back(std::move(batch));
    return records;
}

/// Every record that a read gave, as "offset:key=value", "-" for null.
inline std::vector<std::string> texts_of(const Records& records) {
    std::vector<std::string> texts;
    for (const BatchRef& batch : records.batches) {
        const Outcome<DecodedRecords> decoded = decode_records(batch->bytes);
        BL_CHECK(decoded.ok());
        if (header_of(batch).is_control()) {
            continue;
        }
        for (const RecordView& record : decoded->records) {
            const auto text = [](const std::optional<ByteSpan>& bytes) {
                return bytes ? std::string(as_text(*bytes)) : std::string("-");
            };
            texts.push_back(std::to_string(record.offset.value) + ":" + text(record.content.key) +
                            "=" + text(record.content.value));
        }
    }
    return texts;
}

/// A log with its config and a clock that only moves when told to.
struct TestLog {
    LogConfig config;
    SimTime now = SimTime::from_ms(0);
    LeaderEpoch epoch{0};
    PartitionLog log = new_log(SimTime::from_ms(0));

    [[nodiscard]] AppendContext context() const { return {config, now}; }
    [[nodiscard]] Timestamp wall() const { return wall_clock(now); }

    /// A template so that a list in braces always means texts.
    template <std::same_as<BatchBytes> Batch>
    AppendResult append(Batch batch, AppendOrigin origin = AppendOrigin::kClient) {
        return append_as_leader(log, records_of(std::move(batch)), epoch, origin, context());
    }
    AppendResult append(const std::vector<Text>& texts, const BatchSpec& spec = {}) {
        return append(batch_of(texts, spec));
    }
    /// One record without key, stamped with the clock.
    AppendResult append_value(const std::string& value) {
        return append({{std::nullopt, value, wall()}});
    }
    AppendResult append_keyed(const std::string& key, std::optional<std::string> value) {
        return append({{key, std::move(value), wall()}});
    }
    /// Ends `producer`'s transaction.
    AppendResult end_txn(ProducerId producer, ProducerEpoch producer_epoch, ControlRecordType type,
                         CoordinatorEpoch coordinator_epoch = CoordinatorEpoch(0)) {
        return append(
            end_transaction_batch({type, coordinator_epoch}, producer, producer_epoch, wall()),
            AppendOrigin::kCoordinator);
    }
    void commit_all() { set_high_watermark(log, log.log_end_offset); }
    void pass(Duration time) { now += time; }

    [[nodiscard]] std::vector<std::string> read_all(
        FetchIsolation isolation = FetchIsolation::kLogEnd) const {
        std::vector<std::string> all;
        Offset offset = log.log_start_offset;
        while (offset < fetch_bound(log, isolation)) {
            const ReadResult read = read_log(log, offset, isolation, {.max_bytes = 1 << 20});
            if (read.records.batches.empty()) {
                break;
            }
            const std::vector<std::string> texts = texts_of(read.records);
            all.insert(all.end(), texts.begin(), texts.end());
            offset = header_of(read.records.batches.back()).next_offset();
        }
        return all;
    }
};

}  // namespace brokerlab::testing

// What a consumer makes of a log: it fetches from the log start on and skips what it must not see.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "sim/base/check.h"
#include "sim/log/control_record.h"
#include "sim/log/read.h"
#include "sim/log/record.h"

namespace brokerlab::testing {

/// Drops the records of aborted transactions from one fetch [CompletedFetch.java].
class AbortedFilter {
public:
    explicit AbortedFilter(std::vector<AbortedTxn> aborted) : waiting_(std::move(aborted)) {
        std::sort(waiting_.begin(), waiting_.end(), [](const AbortedTxn& a, const AbortedTxn& b) {
            return a.first_offset < b.first_offset;
        });
    }
    bool hides(const BatchHeader& header, ByteSpan bytes) {
        while (!waiting_.empty() && waiting_.front().first_offset <= header.last_offset()) {
            active_.push_back(waiting_.front().producer_id);
            waiting_.erase(waiting_.begin());
        }
        if (header.is_control()) {
            const std::optional<EndTransactionMarker> marker = marker_of(bytes);
            if (marker && marker->type == ControlRecordType::kAbort) {
                std::erase(active_, header.producer_id);
            }
            return true;
        }
        return header.is_transactional() &&
               std::find(active_.begin(), active_.end(), header.producer_id) != active_.end();
    }

private:
    std::vector<AbortedTxn> waiting_;
    std::vector<ProducerId> active_;
};

/// Every record that the consumer hands out, as "offset:key=value", "-" for null.
inline std::vector<std::string> read_as_consumer(const PartitionLog& log, FetchIsolation isolation,
                                                 int64_t max_bytes = 400) {
    std::vector<std::string> texts;
    Offset position = log.log_start_offset;
    while (true) {
        const ReadResult read = read_log(log, position, isolation, {.max_bytes = max_bytes});
        BL_CHECK(read.error == ErrorCode::kNone);
        if (read.records.batches.empty()) {
            return texts;
        }
        AbortedFilter filter(read.aborted_txns);
        for (const BatchRef& batch : read.records.batches) {
            const BatchHeader header = header_of(batch);
            const Outcome<DecodedRecords> decoded = decode_records(batch->bytes);
            BL_CHECK(decoded.ok());
            if (!filter.hides(header, batch->bytes)) {
                for (const RecordView& record : decoded->records) {
                    const auto text = [](const std::optional<ByteSpan>& bytes) {
                        return bytes ? std::string(as_text(*bytes)) : std::string("-");
                    };
                    if (record.offset >= position) {
                        texts.push_back(std::to_string(record.offset.value) + ":" +
                                        text(record.content.key) + "=" +
                                        text(record.content.value));
                    }
                }
            }
            position = std::max(position, header.next_offset());
        }
    }
}

}  // namespace brokerlab::testing

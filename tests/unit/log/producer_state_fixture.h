// A partition's producer states, and short words for what producers and coordinators append.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/log/producer_state.h"

namespace brokerlab::testing {

/// One batch of a producer, where the log will put it.
struct SentBatch {
    int64_t offset = 0;
    int32_t sequence = 0;
    int32_t count = 1;
    int16_t epoch = 0;
    bool transactional = false;
    int64_t producer = 1;
    int64_t timestamp = 1000;

    [[nodiscard]] BatchHeader header() const {
        BatchHeader h;
        h.base_offset = Offset(offset);
        h.last_offset_delta = count - 1;
        h.records_count = count;
        h.base_sequence = Sequence(sequence);
        h.producer_id = ProducerId(producer);
        h.producer_epoch = ProducerEpoch(epoch);
        h.base_timestamp = Timestamp(timestamp);
        h.max_timestamp = Timestamp(timestamp);
        h.attributes = transactional ? batch_attributes::kTransactional : int16_t{0};
        return h;
    }
};

struct SentMarker {
    int64_t offset = 0;
    ControlRecordType type = ControlRecordType::kCommit;
    int32_t coordinator_epoch = 0;
    int16_t epoch = 0;
    int64_t producer = 1;
    int64_t timestamp = 1000;

    [[nodiscard]] BatchHeader header() const {
        BatchHeader h = SentBatch{.offset = offset,
                                  .sequence = kNoSequence.value,
                                  .epoch = epoch,
                                  .transactional = true,
                                  .producer = producer,
                                  .timestamp = timestamp}
                            .header();
        h.attributes =
            static_cast<int16_t>(batch_attributes::kTransactional | batch_attributes::kControl);
        return h;
    }
};

struct TestProducerStates {
    ProducerStates states;
    std::vector<CompletedTxn> completed;  ///< by the last marker
    std::string refusal;                  ///< why the last append was refused

    /// Appends as the log does: worked out first, taken over only when it is not refused.
    ErrorCode append(const BatchHeader& header, const std::optional<EndTransactionMarker>& marker,
                     AppendOrigin origin) {
        completed.clear();
        ProducerAppend append = states.prepare(header.producer_id, origin);
        if (const std::optional<ProducerError> error = append.append(header, marker, completed)) {
            refusal = error->message;
            return error->error;
        }
        refusal.clear();
        states.update(append);
        for (const CompletedTxn& txn : completed) {
            states.complete(txn);
        }
        return ErrorCode::kNone;
    }
    ErrorCode send(const SentBatch& batch, AppendOrigin origin = AppendOrigin::kClient) {
        return append(batch.header(), std::nullopt, origin);
    }
    ErrorCode mark(const SentMarker& marker, AppendOrigin origin = AppendOrigin::kCoordinator) {
        return append(marker.header(),
                      EndTransactionMarker{marker.type, CoordinatorEpoch(marker.coordinator_epoch)},
                      origin);
    }
    [[nodiscard]] const ProducerStateEntry& entry(int64_t producer = 1) const {
        return states.producers.at(ProducerId(producer));
    }
};

}  // namespace brokerlab::testing

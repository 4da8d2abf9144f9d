#include "cli/log_generator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "sim/base/check.h"
#include "sim/kernel/draw.h"
#include "sim/log/append.h"
#include "sim/log/cleaner.h"
#include "sim/log/control_record.h"
#include "sim/log/record.h"
#include "sim/log/recovery.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

/// A producer of the made-up partition. The first is plain, the second idempotent, the third
/// transactional where that was asked for.
struct Producer {
    ProducerId id = kNoProducerId;
    ProducerEpoch epoch = kNoProducerEpoch;
    Sequence next_sequence = kNoSequence;
    bool transactional = false;
    int64_t batches_in_txn = 0;
};

class Generator {
public:
    explicit Generator(const GeneratedLogOptions& options)
        : options_(options),
          draws_(Seed(options.seed), DrawPurpose::kExploration, draw_key(options.records),
                 draw_key(options.keys)),
          log_(new_log(now_)) {
        producers_[1] = {ProducerId(1000), ProducerEpoch(0), Sequence(0)};
        producers_[2] = {ProducerId(1001), ProducerEpoch(0), Sequence(0), options.transactions};
    }

    GeneratedLog run() {
        while (produced_ < options_.records) {
            now_ += uniform(Duration::from_ms(options_.interval_ms));
            change_leader_when_due();
            Producer& producer = producers_[static_cast<std::size_t>(draws_.next(3))];
            produce(producer);
            if (producer.batches_in_txn > 0 && draws_.next(3) == 0) {
                end_txn(producer);
            }
            set_high_watermark(log_, log_.log_end_offset);
        }
        if (options_.compact) {
            roll(log_, log_.log_end_offset, now_);
            clean_log(log_, options_.config, cleanable_range(log_, options_.config, now_), now_);
        }
        close_cleanly(log_, now_);
        const UuidWords id = draw_uuid(Seed(options_.seed), 0, 0);
        return {std::move(log_), Uuid{id.high, id.low}};
    }

private:
    /// Uniform from 1 ns to twice the mean.
    Duration uniform(Duration mean) {
        return Duration(1 + static_cast<int64_t>(draws_.next(
                                static_cast<uint64_t>(std::max<int64_t>(1, 2 * mean.ns)))));
    }
    /// Uniform from 1 to about twice the mean.
    int64_t around(int64_t mean) {
        return 1 + static_cast<int64_t>(
                       draws_.next(static_cast<uint64_t>(std::max<int64_t>(1, 2 * mean - 1))));
    }

    /// The changes of leader are spread evenly over the records.
    void change_leader_when_due() {
        const int64_t reigns = options_.leader_changes + 1;
        const auto due = static_cast<int32_t>(produced_ * reigns / options_.records);
        epoch_ = std::max(epoch_, LeaderEpoch(due));
    }

    void produce(Producer& producer) {
        BatchBuilder builder({.codec = options_.compression,
                              .producer_id = producer.id,
                              .producer_epoch = producer.epoch,
                              .base_sequence = producer.next_sequence,
                              .transactional = producer.transactional});
        const int64_t count =
            std::min(around(options_.records_per_batch), options_.records - produced_);
        for (int64_t i = 0; i < count && has_room(builder); ++i) {
            append_record(builder);
        }
        const int32_t appended = builder.count();
        append(builder.build(), AppendOrigin::kClient);
        if (producer.next_sequence != kNoSequence) {
            producer.next_sequence = increment_sequence(producer.next_sequence, appended);
        }
        producer.batches_in_txn += producer.transactional ? 1 : 0;
    }

    /// A batch ends before one more record of the largest size would make it too large.
    [[nodiscard]] bool has_room(const BatchBuilder& builder) const {
        constexpr std::size_t kBesideValue = 200;  // Key, lengths and what surrounds the note.
        const auto largest = 2 * static_cast<std::size_t>(options_.value_bytes) + kBesideValue;
        const auto limit = static_cast<std::size_t>(
            std::min(options_.config.max_message_bytes, options_.config.segment_bytes));
        return builder.count() == 0 || builder.size_in_bytes() + largest <= limit;
    }

    void append_record(BatchBuilder& builder) {
        ++produced_;
        const std::string value = fmt::format(R"({{"order":{},"note":"{:.<{}}"}})", produced_, "",
                                              around(options_.value_bytes));
        RecordContent record{.timestamp = wall_clock(now_), .value = as_bytes(value)};
        std::string key;
        if (options_.keys > 0) {
            key = fmt::format("customer-{}", draws_.next(static_cast<uint64_t>(options_.keys)));
            record.key = as_bytes(key);
            // A tombstone now and then, which only means something on a compacted topic.
            if (options_.config.cleanup_compact && draws_.next(20) == 0) {
                record.value.reset();
            }
        }
        builder.append(record);
    }

    void end_txn(Producer& producer) {
        const ControlRecordType type =
            draws_.next(4) == 0 ? ControlRecordType::kAbort : ControlRecordType::kCommit;
        append(end_transaction_batch({type, CoordinatorEpoch(0)}, producer.id, producer.epoch,
                                     wall_clock(now_)),
               AppendOrigin::kCoordinator);
        producer.batches_in_txn = 0;
    }

    void append(BatchBytes batch, AppendOrigin origin) {
        Records records;
        records.batches.emplace_back(std::move(batch));
        const AppendResult result =
            append_as_leader(log_, records, epoch_, origin, {options_.config, now_});
        BL_CHECK(result.ok());
        if (result.rolled) {
            flush_to(log_, log_.active_segment().base_offset());
        }
    }

    const GeneratedLogOptions& options_;
    DrawSequence draws_;
    SimTime now_;
    PartitionLog log_;
    std::array<Producer, 3> producers_;
    LeaderEpoch epoch_{0};
    int64_t produced_ = 0;
};

}  // namespace

GeneratedLog generate_log(const GeneratedLogOptions& options) {
    return Generator(options).run();
}

}  // namespace brokerlab

// ProducerBatch: records for one partition on their way from send() to the broker's answer.
//
// While it is open, records are collected in one buffer; when it is drained its bytes are built
// once, and every attempt sends that same buffer. Only a new sequence or epoch makes a copy with
// another header. Sizes are those without compression, also for compressed batches, where Kafka
// estimates from the ratio it has seen. [clients/producer/internals/ProducerBatch.java,
// common/record/MemoryRecordsBuilder.java]
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/log/record.h"
#include "sim/model/env.h"
#include "sim/model/records.h"

namespace brokerlab {

/// A record as the application gives it to send().
struct OutgoingRecord {
    uint64_t n = 0;
    std::string topic;
    std::optional<std::string> key;
    std::string value;

    bool operator==(const OutgoingRecord&) const = default;
};

/// The most that a batch with only this record can take, as send() checks it
/// [AbstractRecords.estimateSizeInBytesUpperBound].
[[nodiscard]] int64_t upper_bound_size(const OutgoingRecord& record);

/// Whether `a` comes before `b` in a partition, also over the wrap of sequences to 0.
[[nodiscard]] constexpr bool sequence_before(Sequence a, Sequence b) {
    constexpr uint32_t kHalf = 1U << 30U;
    const uint32_t distance =
        (static_cast<uint32_t>(b.value) - static_cast<uint32_t>(a.value)) & 0x7fffffffU;
    return distance != 0 && distance < kHalf;
}

struct ProducerBatch {
    struct Record {
        uint64_t n = 0;
        Timestamp timestamp = kNoTimestamp;
        int32_t key_size = -1;  ///< -1 is null
        int32_t value_size = 0;

        bool operator==(const Record&) const = default;
    };

    uint64_t id = 0;  ///< counts the producer's batches
    SimTime created;  ///< delivery.timeout.ms counts from here
    SimTime last_attempt;
    SimTime retry_at;             ///< after a failed attempt: not before
    uint32_t attempts = 0;        ///< that failed
    bool retried = false;         ///< was put back in the queue at least once
    bool split = false;           ///< a part of a batch that was too large: holds no buffer memory
    bool closed = false;          ///< takes no more records
    bool unanswered = false;      ///< an attempt ended without a final answer
    bool sequence_reset = false;  ///< got new sequences since it was last sent
    LeaderEpoch leader_epoch = kNoLeaderEpoch;  ///< the newest seen
    int32_t attempts_at_leader_change = -1;
    int64_t capacity = 0;  ///< bytes of buffer memory, and how large it may grow
    int64_t size = static_cast<int64_t>(kBatchHeaderSize);
    int32_t count = 0;  ///< records
    ProducerId producer_id = kNoProducerId;
    ProducerEpoch producer_epoch = kNoProducerEpoch;
    Sequence base_sequence = kNoSequence;
    std::vector<Record> records;  ///< until it is built
    Bytes data;                   ///< their keys and values, one after the other
    Records built;                ///< the one batch to send, since it was first drained

    [[nodiscard]] bool is_built() const { return !built.batches.empty(); }
    [[nodiscard]] bool has_sequence() const { return base_sequence != kNoSequence; }
    [[nodiscard]] Sequence last_sequence() const {
        return increment_sequence(base_sequence, count - 1);
    }
    [[nodiscard]] bool is_full() const { return closed || (count > 0 && capacity <= size); }
    /// The leader is another one than when the last attempt failed: no need to wait (KIP-951).
    [[nodiscard]] bool leader_changed_for_retry() const {
        return attempts > 0 && attempts_at_leader_change == static_cast<int32_t>(attempts);
    }
    [[nodiscard]] bool is_backing_off(SimTime now) const {
        return attempts > 0 && now < retry_at && !leader_changed_for_retry();
    }
    void see_leader_epoch(LeaderEpoch epoch);
    /// False when there is no room left; the first record always fits.
    bool try_append(const OutgoingRecord& record, Timestamp timestamp);
    void set_sequence(ProducerId id_, ProducerEpoch epoch, Sequence base);

    bool operator==(const ProducerBatch&) const = default;
};

/// The bytes to send, built or with their header brought up to date. `producer` is the lab's number
/// for the records' identities.
[[nodiscard]] const Records& finish_batch(ProducerBatch& batch, uint32_t producer,
                                          CompressionCodec codec);
/// Which records are in the batch, in order.
[[nodiscard]] std::vector<uint64_t> record_numbers(const ProducerBatch& batch);

/// Cuts a batch that was sent into pieces of at most `batch_size` bytes or one record; they share
/// its age and its sequences, and get the ids from `next_id` on [ProducerBatch.split].
[[nodiscard]] std::vector<ProducerBatch> split_batch(const ProducerBatch& batch, int64_t batch_size,
                                                     uint64_t& next_id);

}  // namespace brokerlab

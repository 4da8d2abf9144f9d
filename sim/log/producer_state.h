// ProducerStates: what a partition remembers of each idempotent or transactional producer.
//
// By it a leader refuses gaps and old epochs, answers a retry with the offsets of the first try
// (a window of five batches), and knows which transactions are open, so how far read_committed may
// read. It lives in memory; snapshots on disk (one batch a producer) and a scan of the log rebuild
// it. [storage/internals/log/ProducerStateManager.java, ProducerStateEntry.java,
// ProducerAppendInfo.java]
//
// Not modelled here: the verification guard of KIP-890, which comes with the transaction
// coordinator.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/base/inline_vector.h"
#include "sim/kernel/sim_time.h"
#include "sim/log/control_record.h"
#include "sim/log/record_batch.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// Who appends, which decides what is checked [AppendOrigin.java].
enum class AppendOrigin : uint8_t {
    kReplication,  ///< a follower: nothing is refused
    kCoordinator,  ///< a group or transaction coordinator: epochs are checked
    kClient,       ///< a producer: epochs and sequences are checked
    kRaftLeader,   ///< the metadata log
};

/// One batch of a producer [BatchMetadata.java].
struct BatchMetadata {
    Sequence last_sequence = kNoSequence;
    Offset last_offset = kNoOffset;
    int32_t offset_delta = 0;
    Timestamp timestamp = kNoTimestamp;

    [[nodiscard]] Sequence first_sequence() const;
    [[nodiscard]] Offset first_offset() const { return last_offset - offset_delta; }

    bool operator==(const BatchMetadata&) const = default;
};
inline void digest_into(Digest& d, const BatchMetadata& b) {
    digest_fields(d, b.last_sequence, b.last_offset, b.offset_delta, b.timestamp);
}

/// State of one producer in one partition.
struct ProducerStateEntry {
    static constexpr std::size_t kBatchesRetained = 5;

    ProducerEpoch producer_epoch = kNoProducerEpoch;
    CoordinatorEpoch coordinator_epoch = kNoCoordinatorEpoch;
    Timestamp last_timestamp = kNoTimestamp;
    std::optional<Offset> current_txn_first_offset;
    InlineVector<BatchMetadata, kBatchesRetained> batches;  ///< the latest, oldest first

    [[nodiscard]] Sequence last_sequence() const;
    [[nodiscard]] Offset last_data_offset() const;
    /// Takes a batch into the window; a new epoch empties it first.
    void add_batch(ProducerEpoch epoch, const BatchMetadata& batch);
    /// The batch of the window that has exactly these sequences at this epoch: a retry's original.
    [[nodiscard]] const BatchMetadata* find_duplicate(const BatchHeader& batch) const;

    bool operator==(const ProducerStateEntry&) const = default;
};
inline void digest_into(Digest& d, const ProducerStateEntry& e) {
    digest_fields(d, e.producer_epoch, e.coordinator_epoch, e.last_timestamp,
                  e.current_txn_first_offset, e.batches);
}

/// A transaction that a marker ended.
struct CompletedTxn {
    ProducerId producer_id;
    Offset first_offset;
    Offset last_offset;  ///< offset of the marker
    bool aborted = false;
};

/// Why a batch is refused: Kafka's error and sentence.
struct ProducerError {
    ErrorCode error = ErrorCode::kNone;
    std::string message;
};

/// The change that appending some batches makes to one producer, worked out before anything is
/// written so that a refusal changes nothing [ProducerAppendInfo.java].
class ProducerAppend {
public:
    ProducerAppend(ProducerId id, const ProducerStateEntry& current, AppendOrigin origin);

    /// Takes the batch that will stand at header.base_offset; `marker` when it is a transaction
    /// marker. A completed transaction is added to `completed`.
    [[nodiscard]] std::optional<ProducerError> append(
        const BatchHeader& header, const std::optional<EndTransactionMarker>& marker,
        std::vector<CompletedTxn>& completed);

    [[nodiscard]] ProducerId producer_id() const { return id_; }
    [[nodiscard]] const ProducerStateEntry& entry() const { return updated_; }
    [[nodiscard]] const std::vector<Offset>& started_txns() const { return started_txns_; }

private:
    [[nodiscard]] std::optional<ProducerError> check_epoch(const BatchHeader& header) const;
    [[nodiscard]] std::optional<ProducerError> check_sequence(const BatchHeader& header) const;
    [[nodiscard]] std::optional<ProducerError> append_data(const BatchHeader& header);
    [[nodiscard]] std::optional<ProducerError> append_marker(const BatchHeader& header,
                                                             const EndTransactionMarker& marker,
                                                             std::vector<CompletedTxn>& completed);

    ProducerId id_;
    AppendOrigin origin_;
    ProducerStateEntry updated_;
    std::vector<Offset> started_txns_;
};

/// A snapshot file: every producer with its latest batch only, as of an offset.
struct ProducerSnapshot {
    FlatMap<ProducerId, ProducerStateEntry> producers;
    SimTime written_at;  ///< when it entered the page cache

    bool operator==(const ProducerSnapshot&) const = default;
};
inline void digest_into(Digest& d, const ProducerSnapshot& s) {
    digest_fields(d, s.producers, s.written_at);
}

struct ProducerStates {
    /// producer.id.expiration.ms: an entry without open transaction is forgotten after this.
    static constexpr int64_t kExpirationMs = 86'400'000;

    FlatMap<ProducerId, ProducerStateEntry> producers;
    FlatMap<Offset, ProducerId> ongoing_txns;  ///< first offset -> who, marker not yet seen
    /// First offset -> offset of the marker, until the high watermark passes the marker.
    FlatMap<Offset, Offset> unreplicated_txns;
    FlatMap<Offset, Cow<ProducerSnapshot>> snapshots;  ///< the `.snapshot` files by offset
    Offset last_snapshot_offset{0};

    [[nodiscard]] ProducerAppend prepare(ProducerId id, AppendOrigin origin) const;
    void update(const ProducerAppend& append);
    /// Moves a transaction from ongoing to unreplicated.
    void complete(const CompletedTxn& txn);
    /// The LSO that results once `txn` is complete and replicated.
    [[nodiscard]] Offset last_stable_offset_after(const CompletedTxn& txn) const;
    /// First offset of the earliest transaction that is open, or complete but not yet below the
    /// high watermark.
    [[nodiscard]] std::optional<Offset> first_unstable_offset() const;
    /// Forgets completed transactions whose marker is below `offset` (high watermark, log start).
    void forget_replicated_below(Offset offset);
    void on_log_start_incremented(Offset log_start_offset);
    void remove_expired(Timestamp now);

    /// Writes a snapshot of the state, which covers the log up to `end_offset`, unless the last one
    /// is at or above it. True when written.
    bool take_snapshot(Offset end_offset, SimTime now);
    /// Deletes the snapshots at offsets in [from, to).
    void delete_snapshots(Offset from, Offset to);
    /// Goes back to the latest snapshot in (log_start_offset, end_offset], or to nothing; deletes
    /// the snapshots outside. Returns the offset up to which the state then covers the log: the
    /// caller replays from there.
    [[nodiscard]] Offset reload(Offset log_start_offset, Offset end_offset, Timestamp now);
    /// Nothing that a replay of the log could have put here.
    [[nodiscard]] bool empty() const { return producers.empty() && unreplicated_txns.empty(); }

    bool operator==(const ProducerStates&) const = default;
};
inline void digest_into(Digest& d, const ProducerStates& s) {
    digest_fields(d, s.producers, s.ongoing_txns, s.unreplicated_txns, s.snapshots,
                  s.last_snapshot_offset);
}

/// The bytes of a `.snapshot` file, version 1 [ProducerSnapshot.json].
[[nodiscard]] Bytes encode_producer_snapshot(const ProducerSnapshot& snapshot);
/// Fails on another version, a wrong CRC, and entries that are cut.
[[nodiscard]] Outcome<ProducerSnapshot> decode_producer_snapshot(ByteSpan bytes);

}  // namespace brokerlab

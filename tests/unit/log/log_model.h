// The reference that the log is compared with: a vector of batches, and the rules in their plainest
// form. It knows no segments, indexes, snapshots or chunks.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/kernel/sim_time.h"

namespace brokerlab::testing {

struct ModelRecord {
    int64_t offset;
    std::string key;
    std::optional<std::string> value;

    [[nodiscard]] std::string text() const {
        return std::to_string(offset) + ":" + key + "=" + value.value_or("-");
    }
};

/// Whether a batch is part of a transaction, and how that ended.
enum class Fate : uint8_t { kPlain, kOpen, kCommitted, kAborted };

struct ModelBatch {
    int64_t base = 0;
    int64_t last = 0;
    std::vector<ModelRecord> records;
    int32_t epoch = 0;
    int64_t producer = -1;
    int16_t producer_epoch = -1;
    int32_t sequence = -1;  ///< of the first record
    int32_t count = 0;      ///< records when it was written
    bool marker = false;
    Fate fate = Fate::kPlain;
    int64_t ended_by = -1;  ///< offset of the marker
    SimTime written_at;
    bool deleted = false;  ///< by retention: only its transaction is remembered
    bool removed = false;  ///< by the cleaner: only snapshots may know of it
    std::optional<SimTime> delete_horizon;

    [[nodiscard]] int32_t last_sequence() const { return sequence + count - 1; }
};

struct LogModel {
    std::vector<ModelBatch> batches;
    int64_t start = 0;
    int64_t end = 0;
    int64_t high_watermark = 0;
    std::vector<std::pair<int32_t, int64_t>> epochs;  ///< epoch, start offset
    /// The states of producers were rebuilt: the log may have forgotten markers that wait for the
    /// high watermark, and open transactions that began below the log start.
    bool forgot_txns = false;

    void append(ModelBatch batch);
    void end_txn(int64_t producer, Fate fate, ModelBatch marker);
    void truncate(int64_t to);
    void start_anew(int64_t at);
    void raise_start(int64_t to);
    /// Retention took everything below `first_base`.
    void delete_below(int64_t first_base);
    /// A pass whose map ended at `map_end`, over the segments below `segment_end`.
    void clean(int64_t map_end, int64_t segment_end, SimTime now, Duration delete_retention);
    /// The broker starts again and finds that its last batch ends at `found_end`.
    void restart(int64_t found_end, int64_t checkpointed_high_watermark);
    void set_high_watermark(int64_t to);

    /// Range of the last stable offset: lowest, highest.
    [[nodiscard]] std::pair<int64_t, int64_t> last_stable_offset() const;
    /// All records from the log start on in batches that end below `bound`; for read_committed only
    /// those that no transaction aborted.
    [[nodiscard]] std::vector<std::string> read(int64_t bound, bool committed) const;
    [[nodiscard]] std::optional<int32_t> epoch_of(int64_t offset) const;
    /// The producer's latest batch at or above the log start. None once a marker of a higher epoch
    /// made its sequences void, nor when the cleaner took it while a later one was there.
    [[nodiscard]] const ModelBatch* latest_of(int64_t producer) const;
    /// The last copy of that very batch: there are two when the log forgot the first.
    [[nodiscard]] const ModelBatch* find(int64_t producer, int16_t producer_epoch, int32_t sequence,
                                         int32_t count) const;
};

}  // namespace brokerlab::testing

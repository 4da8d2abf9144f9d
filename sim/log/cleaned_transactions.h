// Which transactions a cleaning pass is amid of, and so which batches it may drop.
//
// The aborted transactions of the segments are fed in from their indexes; the pass shows every
// batch in offset order. [core log/LogCleaner.scala CleanedTransactionMetadata]
#pragma once

#include <optional>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/log/aborted_txn.h"
#include "sim/log/record_batch.h"

namespace brokerlab {

class CleanedTransactions {
public:
    void add_aborted(const std::vector<AbortedTxn>& txns);
    /// Aborted transactions of which data is still there go into `index`, the cleaned segment's.
    void set_cleaned_index(TxnIndex* index) { cleaned_index_ = index; }

    /// True when the batch's data was aborted, so that it can go.
    bool on_data_batch(const BatchHeader& header);
    /// True when the marker's transaction has no data left, so that it can go after its horizon.
    bool on_control_batch(const BatchHeader& header, ByteSpan bytes);

private:
    struct Aborted {
        AbortedTxn txn;
        bool data_seen = false;
    };

    void start_aborted_up_to(Offset offset);

    std::vector<AbortedTxn> waiting_;  ///< sorted by first offset, the earliest last
    FlatMap<ProducerId, Aborted> ongoing_aborted_;
    FlatSet<ProducerId> ongoing_committed_;
    TxnIndex* cleaned_index_ = nullptr;
};

}  // namespace brokerlab

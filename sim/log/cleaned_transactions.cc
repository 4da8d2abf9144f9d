#include "sim/log/cleaned_transactions.h"

#include <algorithm>

#include "sim/log/control_record.h"

namespace brokerlab {

void CleanedTransactions::add_aborted(const std::vector<AbortedTxn>& txns) {
    waiting_.insert(waiting_.end(), txns.begin(), txns.end());
    std::stable_sort(
        waiting_.begin(), waiting_.end(),
        [](const AbortedTxn& a, const AbortedTxn& b) { return a.first_offset > b.first_offset; });
}

void CleanedTransactions::start_aborted_up_to(Offset offset) {
    while (!waiting_.empty() && waiting_.back().first_offset <= offset) {
        const AbortedTxn txn = waiting_.back();
        waiting_.pop_back();
        if (!ongoing_aborted_.contains(txn.producer_id)) {
            ongoing_aborted_.insert_or_assign(txn.producer_id, {txn});
        }
    }
}

bool CleanedTransactions::on_data_batch(const BatchHeader& header) {
    start_aborted_up_to(header.last_offset());
    if (!header.is_transactional()) {
        return false;
    }
    if (Aborted* aborted = ongoing_aborted_.find(header.producer_id)) {
        aborted->data_seen = true;
        return true;
    }
    ongoing_committed_.insert(header.producer_id);
    return false;
}

bool CleanedTransactions::on_control_batch(const BatchHeader& header, ByteSpan bytes) {
    start_aborted_up_to(header.last_offset());
    if (header.records_count == 0) {
        return true;
    }
    const std::optional<EndTransactionMarker> marker = marker_of(bytes);
    if (!marker) {
        return false;  // Not a transaction's: a control record of Raft.
    }
    if (marker->type == ControlRecordType::kCommit) {
        return !ongoing_committed_.erase(header.producer_id);
    }
    const Aborted* aborted = ongoing_aborted_.find(header.producer_id);
    const bool has_data = aborted != nullptr && aborted->data_seen;
    if (has_data && cleaned_index_ != nullptr) {
        cleaned_index_->push_back(aborted->txn);
    }
    ongoing_aborted_.erase(header.producer_id);
    return !has_data;
}

}  // namespace brokerlab

#include "sim/log/producer_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "sim/base/check.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {

Sequence BatchMetadata::first_sequence() const {
    constexpr int64_t kMax = std::numeric_limits<int32_t>::max();
    if (last_sequence.value < offset_delta) {  // The batch went over the wrap.
        return Sequence(
            static_cast<int32_t>(kMax - (int64_t{offset_delta} - last_sequence.value) + 1));
    }
    return Sequence(last_sequence.value - offset_delta);
}

Sequence ProducerStateEntry::last_sequence() const {
    return batches.empty() ? kNoSequence : batches.back().last_sequence;
}

Offset ProducerStateEntry::last_data_offset() const {
    return batches.empty() ? kNoOffset : batches.back().last_offset;
}

void ProducerStateEntry::add_batch(ProducerEpoch epoch, const BatchMetadata& batch) {
    if (epoch != producer_epoch) {
        batches.clear();
        producer_epoch = epoch;
    }
    if (batches.size() == kBatchesRetained) {
        batches.drop_front(1);
    }
    batches.push_back(batch);
    last_timestamp = batch.timestamp;
}

const BatchMetadata* ProducerStateEntry::find_duplicate(const BatchHeader& batch) const {
    if (batch.producer_epoch != producer_epoch) {
        return nullptr;
    }
    const auto* found = std::find_if(batches.begin(), batches.end(), [&](const BatchMetadata& b) {
        return b.first_sequence() == batch.base_sequence &&
               b.last_sequence == batch.last_sequence();
    });
    return found == batches.end() ? nullptr : &*found;
}

ProducerAppend::ProducerAppend(ProducerId id, const ProducerStateEntry& current,
                               AppendOrigin origin)
    : id_(id), origin_(origin), updated_(current) {}

std::optional<ProducerError> ProducerAppend::check_epoch(const BatchHeader& header) const {
    if (header.producer_epoch >= updated_.producer_epoch || origin_ == AppendOrigin::kReplication) {
        return std::nullopt;
    }
    return ProducerError{
        ErrorCode::kInvalidProducerEpoch,
        fmt::format("epoch {} of producer {} is older than the last seen epoch {}",
                    header.producer_epoch.value, id_.value, updated_.producer_epoch.value)};
}

std::optional<ProducerError> ProducerAppend::check_sequence(const BatchHeader& header) const {
    if (header.producer_epoch != updated_.producer_epoch) {
        if (header.base_sequence == Sequence(0) || updated_.producer_epoch == kNoProducerEpoch) {
            return std::nullopt;
        }
        return ProducerError{
            ErrorCode::kOutOfOrderSequenceNumber,
            fmt::format("epoch {} of producer {} begins with sequence {} instead of 0",
                        header.producer_epoch.value, id_.value, header.base_sequence.value)};
    }
    const Sequence last = updated_.last_sequence();
    const bool in_order = int64_t{header.base_sequence.value} == int64_t{last.value} + 1 ||
                          (header.base_sequence == Sequence(0) &&
                           last == Sequence(std::numeric_limits<int32_t>::max()));
    if (in_order || updated_.producer_epoch == kNoProducerEpoch) {
        return std::nullopt;
    }
    return ProducerError{ErrorCode::kOutOfOrderSequenceNumber,
                         fmt::format("sequence {} of producer {} does not follow {}",
                                     header.base_sequence.value, id_.value, last.value)};
}

std::optional<ProducerError> ProducerAppend::append_data(const BatchHeader& header) {
    if (auto error = check_epoch(header)) {
        return error;
    }
    if (origin_ == AppendOrigin::kClient) {
        if (auto error = check_sequence(header)) {
            return error;
        }
    }
    updated_.add_batch(header.producer_epoch, {.last_sequence = header.last_sequence(),
                                               .last_offset = header.last_offset(),
                                               .offset_delta = header.last_offset_delta,
                                               .timestamp = header.max_timestamp});
    if (updated_.current_txn_first_offset && !header.is_transactional()) {
        return ProducerError{
            ErrorCode::kInvalidTxnState,
            fmt::format("producer {} has an open transaction, but the write at offset {} is not "
                        "part of one",
                        id_.value, header.base_offset.value)};
    }
    if (!updated_.current_txn_first_offset && header.is_transactional()) {
        updated_.current_txn_first_offset = header.base_offset;
        started_txns_.push_back(header.base_offset);
    }
    return std::nullopt;
}

std::optional<ProducerError> ProducerAppend::append_marker(const BatchHeader& header,
                                                           const EndTransactionMarker& marker,
                                                           std::vector<CompletedTxn>& completed) {
    if (auto error = check_epoch(header)) {
        return error;
    }
    if (updated_.coordinator_epoch > marker.coordinator_epoch &&
        origin_ != AppendOrigin::kReplication) {
        return ProducerError{
            ErrorCode::kTransactionCoordinatorFenced,
            fmt::format("a marker for producer {} comes from coordinator epoch {}, but {} was seen",
                        id_.value, marker.coordinator_epoch.value,
                        updated_.coordinator_epoch.value)};
    }
    if (updated_.current_txn_first_offset) {
        completed.push_back({id_, *updated_.current_txn_first_offset, header.base_offset,
                             marker.type == ControlRecordType::kAbort});
    }
    if (header.producer_epoch != updated_.producer_epoch) {
        updated_.batches.clear();
        updated_.producer_epoch = header.producer_epoch;
    }
    updated_.coordinator_epoch = marker.coordinator_epoch;
    updated_.current_txn_first_offset.reset();
    updated_.last_timestamp = header.max_timestamp;
    return std::nullopt;
}

std::optional<ProducerError> ProducerAppend::append(
    const BatchHeader& header, const std::optional<EndTransactionMarker>& marker,
    std::vector<CompletedTxn>& completed) {
    if (marker) {
        return append_marker(header, *marker, completed);
    }
    if (header.is_control()) {
        return std::nullopt;  // An emptied marker left by the cleaner, or a control record of Raft.
    }
    return append_data(header);
}

ProducerAppend ProducerStates::prepare(ProducerId id, AppendOrigin origin) const {
    const ProducerStateEntry* current = producers.find(id);
    return {id, current != nullptr ? *current : ProducerStateEntry(), origin};
}

void ProducerStates::update(const ProducerAppend& append) {
    producers.insert_or_assign(append.producer_id(), append.entry());
    for (const Offset first : append.started_txns()) {
        ongoing_txns.insert_or_assign(first, append.producer_id());
    }
}

void ProducerStates::complete(const CompletedTxn& txn) {
    BL_CHECK(ongoing_txns.erase(txn.first_offset));
    unreplicated_txns.insert_or_assign(txn.first_offset, txn.last_offset);
}

Offset ProducerStates::last_stable_offset_after(const CompletedTxn& txn) const {
    for (const auto& [first, producer] : ongoing_txns) {
        if (producer != txn.producer_id) {
            return first;
        }
    }
    return txn.last_offset + 1;
}

std::optional<Offset> ProducerStates::first_unstable_offset() const {
    std::optional<Offset> first;
    if (!ongoing_txns.empty()) {
        first = ongoing_txns.begin()->first;
    }
    if (!unreplicated_txns.empty()) {
        const Offset unreplicated = unreplicated_txns.begin()->first;
        first = first ? std::min(*first, unreplicated) : unreplicated;
    }
    return first;
}

void ProducerStates::forget_replicated_below(Offset offset) {
    unreplicated_txns.erase_if([&](const auto& txn) { return txn.second < offset; });
}

void ProducerStates::on_log_start_incremented(Offset log_start_offset) {
    forget_replicated_below(log_start_offset);
    last_snapshot_offset = snapshots.empty() ? log_start_offset : std::prev(snapshots.end())->first;
}

namespace {

bool expired(const ProducerStateEntry& entry, Timestamp now) {
    return !entry.current_txn_first_offset &&
           ms_between(entry.last_timestamp, now) >= ProducerStates::kExpirationMs;
}

}  // namespace

void ProducerStates::remove_expired(Timestamp now) {
    producers.erase_if([&](const auto& producer) { return expired(producer.second, now); });
}

bool ProducerStates::take_snapshot(Offset end_offset, SimTime now) {
    if (end_offset <= last_snapshot_offset) {
        return false;
    }
    ProducerSnapshot snapshot;
    snapshot.written_at = now;
    for (const auto& [id, entry] : producers) {
        ProducerStateEntry kept = entry;
        if (!kept.batches.empty()) {
            kept.batches.drop_front(kept.batches.size() - 1);
            // The file has one timestamp for the producer and its batch.
            kept.batches.back().timestamp = kept.last_timestamp;
        }
        snapshot.producers.insert_or_assign(id, std::move(kept));
    }
    snapshots.insert_or_assign(end_offset, Cow<ProducerSnapshot>(std::move(snapshot)));
    last_snapshot_offset = end_offset;
    return true;
}

void ProducerStates::delete_snapshots(Offset from, Offset to) {
    snapshots.erase(snapshots.lower_bound(from), snapshots.lower_bound(to));
}

Offset ProducerStates::reload(Offset log_start_offset, Offset end_offset, Timestamp now) {
    snapshots.erase_if([&](const auto& snapshot) {
        return snapshot.first > end_offset || snapshot.first <= log_start_offset;
    });
    producers.clear();
    ongoing_txns.clear();
    unreplicated_txns.clear();
    last_snapshot_offset = log_start_offset;
    if (snapshots.empty()) {
        return log_start_offset;
    }
    const auto& [offset, snapshot] = *std::prev(snapshots.end());
    for (const auto& [id, entry] : snapshot->producers) {
        if (expired(entry, now)) {
            continue;
        }
        producers.insert_or_assign(id, entry);
        if (entry.current_txn_first_offset) {
            ongoing_txns.insert_or_assign(*entry.current_txn_first_offset, id);
        }
    }
    last_snapshot_offset = offset;
    return offset;
}

}  // namespace brokerlab

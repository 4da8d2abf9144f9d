// The half of Play that compares the log with the model.
#include "sim/log/log_files.h"
#include "sim/log/recovery.h"
#include "tests/unit/log/agreement.h"
#include "tests/unit/log/consumer_view.h"
#include "tests/unit/log/log_invariants.h"
#include "tests/unit/log/log_play.h"

namespace brokerlab::testing {

void Play::compare() const {
    must_equal(broken_invariants(log()), std::vector<std::string>(), "broken invariants");
    must_equal(log().log_start_offset.value, model_.start, "log start");
    must_equal(log().log_end_offset.value, model_.end, "LEO");
    must_equal(log().high_watermark.value, model_.high_watermark, "high watermark");
    const int64_t stable = log().last_stable_offset().value;
    const auto [lowest, highest] = model_.last_stable_offset();
    must(lowest <= stable && stable <= highest,
         "the LSO is " + std::to_string(stable) + ", but should be from " + std::to_string(lowest) +
             " to " + std::to_string(highest));
    must_equal(read_as_consumer(log(), FetchIsolation::kLogEnd), model_.read(model_.end, false),
               "all records");
    must_equal(read_as_consumer(log(), FetchIsolation::kHighWatermark),
               model_.read(model_.high_watermark, false), "records below the high watermark");
    must_equal(read_as_consumer(log(), FetchIsolation::kTxnCommitted), model_.read(stable, true),
               "committed records");
    compare_epochs();
    compare_producers();
}

void Play::compare_epochs() const {
    for (int64_t offset = model_.start; offset < model_.end; ++offset) {
        must_equal(
            log().leader_epochs.epoch_for_offset(Offset(offset)).value_or(kNoLeaderEpoch).value,
            model_.epoch_of(offset).value_or(-1), "epoch of offset " + std::to_string(offset));
    }
    for (std::size_t i = 0; i < model_.epochs.size(); ++i) {
        const int32_t epoch = model_.epochs[i].first;
        const bool latest = i + 1 == model_.epochs.size();
        const std::optional<EpochEndOffset> answer =
            end_offset_for_epoch(log(), LeaderEpoch(epoch));
        must(answer.has_value(), "epoch " + std::to_string(epoch) + " has no end");
        must_equal(answer->epoch.value, epoch, "epoch of the answer");
        must_equal(answer->end_offset.value, latest ? model_.end : model_.epochs[i + 1].second,
                   "end of epoch " + std::to_string(epoch));
    }
}

void Play::compare_producers() const {
    for (const auto& [id, client] : clients_) {
        const ModelBatch* latest = model_.latest_of(id);
        if (latest == nullptr) {
            continue;
        }
        const std::string who = "producer " + std::to_string(id) + ": ";
        const ProducerStateEntry* entry = log().producers->producers.find(ProducerId(id));
        must(entry != nullptr, who + "the log does not know it");
        must_equal(entry->last_data_offset().value, latest->last, who + "last offset");
        must_equal(entry->last_sequence().value, latest->last_sequence(), who + "last sequence");
        must_equal(entry->producer_epoch.value, latest->producer_epoch, who + "epoch");
    }
}

void Play::compare_files() const {
    PartitionLog closed = log();
    close_cleanly(closed, test_.now);
    Outcome<LoadedLog> loaded =
        from_log_files(to_log_files(closed, Uuid{.high = 1, .low = 2}), test_.config, test_.now);
    must(loaded.ok(), "the files can't be loaded");
    // The log start is in a checkpoint of the broker, not in these files: where it lies inside a
    // segment, transactions come back that the log had forgotten, and its index lacks them.
    if (closed.segments.front()->base_offset() == closed.log_start_offset) {
        must_equal(loaded->problems.empty() ? "" : loaded->problems.front().what, std::string(),
                   "problem with the files");
    }
    PartitionLog& copy = loaded->log;
    if (model_.start <= copy.log_end_offset.value) {
        increment_log_start(copy, Offset(model_.start));
        must_equal(broken_invariants(copy), std::vector<std::string>(), "broken invariants");
        must_equal(read_as_consumer(copy, FetchIsolation::kLogEnd), model_.read(model_.end, false),
                   "records read from files");
    }
}

}  // namespace brokerlab::testing

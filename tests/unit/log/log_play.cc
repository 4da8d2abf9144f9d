#include "tests/unit/log/log_play.h"

#include <algorithm>
#include <array>
#include <ostream>

#include "sim/log/cleaner.h"
#include "sim/log/page_cache.h"
#include "sim/log/recovery.h"
#include "sim/log/retention.h"
#include "sim/log/truncate.h"
#include "tests/unit/log/agreement.h"

namespace brokerlab::testing {
namespace {

/// An offset in [from, to], chosen by `n` of 64.
Offset between(int n, int64_t from, int64_t to) {
    return Offset(from + (to - from) * n / 63);
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Step& step) {
    constexpr std::array<const char*, static_cast<std::size_t>(Do::kCount)> kNames = {
        "append", "produce", "retry",      "end txn",   "raise HW",       "new leader",
        "roll",   "flush",   "pass time",  "truncate",  "delete records", "retention",
        "clean",  "kill",    "power loss", "clean stop"};
    return out << kNames[static_cast<std::size_t>(step.what)] << " " << step.a << " " << step.b;
}

LogConfig small_log_config() {
    LogConfig config;
    config.segment_bytes = 500;
    config.index_interval_bytes = 150;
    config.delete_retention_ms = 20'000;
    config.retention_ms = -1;
    config.cleanup_compact = true;
    return config;
}

void Play::step(const Step& step) {
    switch (step.what) {
        case Do::kAppend:
            return append(1 + step.a % 3);
        case Do::kProduce:
            return produce(1 + step.a % 4, 1 + step.b % 3);
        case Do::kRetry:
            return retry(1 + step.a % 4, static_cast<std::size_t>(step.b) % 7);
        case Do::kEndTxn:
            return end_txn(3 + step.a % 2, step.b % 2 == 0);
        case Do::kRaiseHighWatermark:
            return raise_high_watermark(step.a);
        case Do::kNewLeader:
            test_.epoch = test_.epoch + 1;
            return;
        case Do::kRoll:
            return roll_segment(step.a % 2 == 0);
        case Do::kFlush:
            return flush_to(test_.log, between(step.a, 0, model_.end));
        case Do::kPassTime:
            return test_.pass(Duration::from_ms(step.a * 700));
        case Do::kTruncate:
            return truncate(step.a);
        case Do::kDeleteRecords:
            return delete_records(step.a);
        case Do::kRetention:
            return retention(step.a * 40);
        case Do::kClean:
            return clean(step.a);
        case Do::kPowerLoss:
            lose_power();
            return kill(step.a);
        case Do::kKill:
            return kill(step.a);
        case Do::kCleanStop:
            return clean_stop();
        case Do::kCount:
            return;
    }
}

// ---------------------------------------------------------------------------------- appending

/// Records for the next batch: few keys, now and then a tombstone.
std::vector<Text> Play::new_records(int count) {
    std::vector<Text> texts;
    for (int i = 0; i < count; ++i) {
        const int n = written_++;
        Text text{std::string(1, static_cast<char>('a' + n * 7 % 5)), std::to_string(n),
                  test_.wall()};
        if (n % 6 == 5) {
            text.value = std::nullopt;
        }
        texts.push_back(text);
    }
    return texts;
}

ModelBatch Play::model_batch(const std::vector<Text>& texts) const {
    ModelBatch batch;
    batch.base = model_.end;
    batch.last = model_.end + static_cast<int64_t>(texts.size()) - 1;
    batch.count = static_cast<int32_t>(texts.size());
    batch.epoch = test_.epoch.value;
    batch.written_at = test_.now;
    for (const Text& text : texts) {
        const auto n = static_cast<int64_t>(batch.records.size());
        batch.records.push_back({batch.base + n, *text.key, text.value});
    }
    return batch;
}

void Play::append(int count) {
    const std::vector<Text> texts = new_records(count);
    const AppendResult result = test_.append(texts);
    must(result.ok(), result.message);
    must_equal(result.first_offset.value, model_.end, "first offset of an append");
    model_.append(model_batch(texts));
}

AppendResult Play::send(int64_t id, int16_t epoch, int32_t sequence,
                        const std::vector<Text>& texts) {
    return test_.append(texts, {.producer_id = ProducerId(id),
                                .producer_epoch = ProducerEpoch(epoch),
                                .base_sequence = Sequence(sequence),
                                .transactional = id >= 3});
}

void Play::note_append(int64_t id, int16_t epoch, int32_t sequence,
                       const std::vector<Text>& texts) {
    ModelBatch batch = model_batch(texts);
    batch.producer = id;
    batch.producer_epoch = epoch;
    batch.sequence = sequence;
    batch.fate = id >= 3 ? Fate::kOpen : Fate::kPlain;
    Client& client = clients_[id];
    client.sent.push_back({epoch, sequence, batch.count, batch.base});
    client.epoch = epoch;
    client.next_sequence = sequence + batch.count;
    model_.append(batch);
}

/// The next batch of a producer. Where the log lost what came before, it starts a new epoch.
void Play::produce(int64_t id, int count) {
    const Client client = clients_[id];
    const std::vector<Text> texts = new_records(count);
    const ModelBatch* latest = model_.latest_of(id);
    const AppendResult result = send(id, client.epoch, client.next_sequence, texts);
    if (latest != nullptr && latest->producer_epoch == client.epoch) {
        must_equal(result.ok(), latest->last_sequence() + 1 == client.next_sequence,
                   "whether the next sequence is taken");
    }
    if (result.ok()) {
        must(!result.duplicate, "new records were taken for old ones");
        must_equal(result.first_offset.value, model_.end, "first offset of a produced batch");
        note_append(id, client.epoch, client.next_sequence, texts);
        return;
    }
    must(result.error == ErrorCode::kOutOfOrderSequenceNumber, result.message);
    const auto next_epoch = static_cast<int16_t>(client.epoch + 1);
    must(send(id, next_epoch, 0, texts).ok(), "a new epoch was refused");
    note_append(id, next_epoch, 0, texts);
}

/// Sends again what was sent `back` batches ago.
void Play::retry(int64_t id, std::size_t back) {
    const std::vector<Sent>& sent = clients_[id].sent;
    if (back >= sent.size()) {
        return;
    }
    const Sent again = sent[sent.size() - 1 - back];
    const std::vector<Text> texts = new_records(again.count);
    const ModelBatch* original = model_.find(id, again.epoch, again.sequence, again.count);
    const ModelBatch* latest = model_.latest_of(id);
    const AppendResult result = send(id, again.epoch, again.sequence, texts);
    if (original != nullptr && original == latest) {
        must(result.duplicate, "a retry of the latest batch was not known");
    }
    if (result.duplicate) {
        // A batch may have been sent twice, where a truncation took the first.
        const int64_t first = result.first_offset.value;
        const bool gone =
            first < model_.start && std::any_of(sent.begin(), sent.end(), [&](const Sent& other) {
                return other.epoch == again.epoch && other.sequence == again.sequence &&
                       other.count == again.count && other.first_offset == first;
            });
        must(gone || (original != nullptr && original->base == first),
             "a retry was answered with offset " + std::to_string(first));
    } else if (result.ok()) {
        must(original == nullptr || original->base < model_.start || original->removed,
             "a retry was written a second time");
        note_append(id, again.epoch, again.sequence, texts);
    } else if (latest != nullptr && again.epoch < latest->producer_epoch) {
        must(result.error == ErrorCode::kInvalidProducerEpoch, result.message);
    } else {
        must(result.error == ErrorCode::kOutOfOrderSequenceNumber ||
                 result.error == ErrorCode::kInvalidProducerEpoch,
             result.message);
    }
}

void Play::end_txn(int64_t id, bool commit) {
    ModelBatch marker = model_batch({});
    marker.last = marker.base;
    marker.marker = true;
    marker.producer = id;
    marker.producer_epoch = clients_[id].epoch;
    const AppendResult result =
        test_.end_txn(ProducerId(id), ProducerEpoch(marker.producer_epoch),
                      commit ? ControlRecordType::kCommit : ControlRecordType::kAbort);
    must(result.ok(), result.message);
    model_.end_txn(id, commit ? Fate::kCommitted : Fate::kAborted, marker);
}

// ------------------------------------------------------------------------- what a broker does

void Play::raise_high_watermark(int n) {
    const Offset to = between(n, model_.high_watermark, model_.end);
    set_high_watermark(test_.log, to);
    model_.set_high_watermark(to.value);
}

void Play::roll_segment(bool flush) {
    roll(test_.log, log().log_end_offset, test_.now);
    if (flush) {
        flush_to(test_.log, log().log_end_offset);
    }
}

void Play::truncate(int n) {
    const Offset to = between(n, model_.start, model_.end + 2);
    must_equal(truncate_to(test_.log, to, test_.now), to.value < model_.end,
               "whether records were removed");
    model_.truncate(to.value);
}

void Play::delete_records(int n) {
    const Offset to = between(n, model_.start, model_.high_watermark);
    must_equal(increment_log_start(test_.log, to), to.value > model_.start,
               "whether the log start moved");
    model_.raise_start(to.value);
}

void Play::retention(int64_t bytes) {
    LogConfig config = test_.config;
    config.retention_bytes = bytes;
    apply_retention(test_.log, config, test_.now);
    model_.delete_below(log().segments.front()->base_offset().value);
}

/// What is to be cleaned was rolled, so it is flushed long before.
void Play::clean(int n) {
    flush_to(test_.log, log().active_segment().base_offset());
    const CleanableRange range = cleanable_range(log(), test_.config, test_.now);
    if (!test_.config.cleanup_compact || range.cleanable_bytes == 0) {
        return;
    }
    std::vector<int64_t> bases;
    for (const Cow<Segment>& segment : log().segments) {
        bases.push_back(segment->base_offset().value);
    }
    const int64_t end = clean_log(test_.log, test_.config, range, test_.now,
                                  n < 32 ? 1 + n : kDefaultOffsetMapEntries)
                            .end_offset.value;
    must(end > range.first_dirty.value, "a pass got nowhere");
    model_.clean(end, *std::lower_bound(bases.begin(), bases.end(), end), test_.now,
                 Duration::from_ms(test_.config.delete_retention_ms));
}

void Play::lose_power() {
    const Offset flushed = log().recovery_point;
    std::size_t lost = 0;
    for (const ModelBatch& batch : model_.batches) {
        const bool safe = batch.deleted || batch.last < flushed.value ||
                          written_back(batch.written_at, test_.now);
        lost += !safe || lost > 0 ? 1 : 0;
    }
    lose_page_cache(test_.log, test_.now);
    if (lost > 0) {
        const ModelBatch& first = model_.batches[model_.batches.size() - lost];
        must(log().active_segment().next_offset().value <= first.base,
             "a batch survived that was neither flushed nor written back");
    }
    for (std::size_t i = 0; i + lost < model_.batches.size(); ++i) {
        must(model_.batches[i].last < log().active_segment().next_offset().value ||
                 model_.batches[i].removed || model_.batches[i].deleted,
             "a batch was lost that was on disk");
    }
}

void Play::kill(int n) {
    const LogCheckpoints checkpoints{
        .recovery_point = log().recovery_point,
        .log_start_offset = log().log_start_offset,
        .high_watermark = between(n, model_.start, model_.high_watermark)};
    const int64_t end = log().active_segment().next_offset().value;
    recover_log(test_.log, test_.config, checkpoints, Shutdown::kUnclean, test_.now);
    model_.restart(end, checkpoints.high_watermark.value);
}

void Play::clean_stop() {
    const LogCheckpoints checkpoints{.recovery_point = log().log_end_offset,
                                     .log_start_offset = log().log_start_offset,
                                     .high_watermark = log().high_watermark};
    const int64_t end = log().active_segment().next_offset().value;
    close_cleanly(test_.log, test_.now);
    recover_log(test_.log, test_.config, checkpoints, Shutdown::kClean, test_.now);
    model_.restart(end, model_.high_watermark);
}

}  // namespace brokerlab::testing

// The whole log against the reference model: anything a broker does to it, in any order.
//
// RC_PARAMS="seed=N max_success=5000" searches further than the default run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "sim/log/cleaner.h"
#include "sim/log/page_cache.h"
#include "sim/log/recovery.h"
#include "sim/log/retention.h"
#include "sim/log/truncate.h"
#include "tests/unit/log/consumer_view.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/log_invariants.h"
#include "tests/unit/log/log_model.h"

namespace brokerlab {
namespace {

using brokerlab::testing::batch_of;
using brokerlab::testing::broken_invariants;
using brokerlab::testing::Fate;
using brokerlab::testing::LogModel;
using brokerlab::testing::ModelBatch;
using brokerlab::testing::read_as_consumer;
using brokerlab::testing::TestLog;
using brokerlab::testing::Text;

enum class Do : uint8_t {
    kAppend,
    kProduce,  // idempotent, or in a transaction
    kRetry,
    kEndTxn,
    kRaiseHighWatermark,
    kNewLeader,
    kRoll,
    kFlush,
    kPassTime,
    kTruncate,
    kDeleteRecords,
    kRetention,
    kClean,
    kKill,
    kPowerLoss,
    kCleanStop,
    kCount,
};

/// One thing done to the log; `a` and `b` mean what the step makes of them.
struct Step {
    Do what = Do::kAppend;
    int a = 0;
    int b = 0;
};
std::ostream& operator<<(std::ostream& out, const Step& step) {
    return out << static_cast<int>(step.what) << "(" << step.a << "," << step.b << ")";
}

rc::Gen<Step> any_step() {
    const auto common = rc::gen::inRange(0, 8);
    const auto any = rc::gen::inRange(0, static_cast<int>(Do::kCount));
    return rc::gen::build<Step>(
        rc::gen::set(&Step::what, rc::gen::map(rc::gen::oneOf(common, common, common, any),
                                               [](int n) { return static_cast<Do>(n); })),
        rc::gen::set(&Step::a, rc::gen::inRange(0, 64)),
        rc::gen::set(&Step::b, rc::gen::inRange(0, 64)));
}

/// A producer of the test: 1 and 2 are idempotent, 3 and 4 transactional.
struct Client {
    int16_t epoch = 0;
    int32_t next_sequence = 0;
    struct Sent {
        int16_t epoch;
        int32_t sequence;
        int32_t count;
        int64_t first_offset;
    };
    std::vector<Sent> sent;
};

class Play {
public:
    Play() {
        test_.config.cleanup_compact = true;
        test_.config.segment_bytes = 500;
        test_.config.index_interval_bytes = 150;
        test_.config.delete_retention_ms = 20'000;
        test_.config.retention_ms = -1;
    }

    void step(const Step& step) {
        switch (step.what) {
            case Do::kAppend:
                return append(step);
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
                return flush_to(log(), between(step.a, 0, model_.end));
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
            case Do::kKill:
                return kill(step.a, false);
            case Do::kPowerLoss:
                return kill(step.a, true);
            case Do::kCleanStop:
                return clean_stop();
            case Do::kCount:
                return;
        }
    }

    void compare() {
        RC_ASSERT(broken_invariants(log()) == std::vector<std::string>());
        RC_ASSERT(log().log_start_offset.value == model_.start);
        RC_ASSERT(log().log_end_offset.value == model_.end);
        RC_ASSERT(log().high_watermark.value == model_.high_watermark);
        const int64_t stable = log().last_stable_offset().value;
        const auto [lowest, highest] = model_.last_stable_offset();
        RC_ASSERT(stable >= lowest);
        RC_ASSERT(stable <= highest);
        RC_ASSERT(read_as_consumer(log(), FetchIsolation::kLogEnd) ==
                  model_.read(model_.end, false));
        RC_ASSERT(read_as_consumer(log(), FetchIsolation::kHighWatermark) ==
                  model_.read(model_.high_watermark, false));
        RC_ASSERT(read_as_consumer(log(), FetchIsolation::kTxnCommitted) ==
                  model_.read(stable, true));
        compare_epochs();
        compare_producers();
    }

private:
    PartitionLog& log() { return test_.log; }
    /// An offset in [from, to], chosen by `n` of 64.
    static Offset between(int n, int64_t from, int64_t to) {
        return Offset(from + (to - from) * n / 63);
    }

    void compare_epochs() {
        for (int64_t offset = model_.start; offset < model_.end; ++offset) {
            const std::optional<LeaderEpoch> found =
                log().leader_epochs.epoch_for_offset(Offset(offset));
            RC_ASSERT(found.value_or(kNoLeaderEpoch).value == model_.epoch_of(offset).value_or(-1));
        }
        for (std::size_t i = 0; i < model_.epochs.size(); ++i) {
            const int32_t epoch = model_.epochs[i].first;
            const bool latest = i + 1 == model_.epochs.size();
            const int64_t end = latest ? model_.end : model_.epochs[i + 1].second;
            RC_ASSERT(end_offset_for_epoch(log(), LeaderEpoch(epoch)) ==
                      std::optional(EpochEndOffset{LeaderEpoch(epoch), Offset(end)}));
        }
    }
    void compare_producers() {
        for (const auto& [id, client] : clients_) {
            if (const ModelBatch* latest = model_.latest_of(id)) {
                const ProducerStateEntry* entry = log().producers->producers.find(ProducerId(id));
                RC_ASSERT(entry != nullptr);
                RC_ASSERT(entry->last_data_offset().value == latest->last);
                RC_ASSERT(entry->last_sequence().value == latest->last_sequence());
                RC_ASSERT(entry->producer_epoch.value == latest->producer_epoch);
            }
        }
    }

    // ------------------------------------------------------------------------------- appending

    /// Records for the next batch: few keys, now and then a tombstone.
    std::vector<Text> new_records(int count) {
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
    ModelBatch model_batch(const std::vector<Text>& texts) {
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

    void append(const Step& step) {
        const std::vector<Text> texts = new_records(1 + step.a % 3);
        const AppendResult result = test_.append(texts);
        RC_ASSERT(result.ok());
        RC_ASSERT(result.first_offset.value == model_.end);
        model_.append(model_batch(texts));
    }

    AppendResult send(int64_t id, int16_t epoch, int32_t sequence, const std::vector<Text>& texts) {
        return test_.append(texts, {.producer_id = ProducerId(id),
                                    .producer_epoch = ProducerEpoch(epoch),
                                    .base_sequence = Sequence(sequence),
                                    .transactional = id >= 3});
    }
    void note_append(int64_t id, int16_t epoch, int32_t sequence, const std::vector<Text>& texts) {
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
    void produce(int64_t id, int count) {
        const Client client = clients_[id];
        const std::vector<Text> texts = new_records(count);
        const ModelBatch* latest = model_.latest_of(id);
        const AppendResult result = send(id, client.epoch, client.next_sequence, texts);
        if (latest != nullptr && latest->producer_epoch == client.epoch) {
            RC_ASSERT(result.ok() == (latest->last_sequence() + 1 == client.next_sequence));
        }
        if (result.ok()) {
            RC_ASSERT(!result.duplicate);
            RC_ASSERT(result.first_offset.value == model_.end);
            note_append(id, client.epoch, client.next_sequence, texts);
            return;
        }
        RC_ASSERT(result.error == ErrorCode::kOutOfOrderSequenceNumber);
        const auto next_epoch = static_cast<int16_t>(client.epoch + 1);
        RC_ASSERT(send(id, next_epoch, 0, texts).ok());
        note_append(id, next_epoch, 0, texts);
    }

    /// Sends again what was sent `back` batches ago.
    void retry(int64_t id, std::size_t back) {
        const std::vector<Client::Sent>& sent = clients_[id].sent;
        if (back >= sent.size()) {
            return;
        }
        const Client::Sent again = sent[sent.size() - 1 - back];
        const std::vector<Text> texts = new_records(again.count);
        const ModelBatch* original = model_.find(id, again.epoch, again.sequence, again.count);
        const ModelBatch* latest = model_.latest_of(id);
        const AppendResult result = send(id, again.epoch, again.sequence, texts);
        if (original != nullptr && original == latest) {
            RC_ASSERT(result.duplicate);
        }
        if (result.duplicate) {
            const int64_t first = result.first_offset.value;
            const bool gone = first < model_.start && was_sent_to(sent, again, first);
            const bool found = original != nullptr && original->base == first;
            RC_ASSERT(found || gone);
        } else if (result.ok()) {
            const bool still_there =
                original != nullptr && original->base >= model_.start && !original->removed;
            RC_ASSERT(!still_there);
            note_append(id, again.epoch, again.sequence, texts);
        } else if (latest != nullptr && again.epoch < latest->producer_epoch) {
            RC_ASSERT(result.error == ErrorCode::kInvalidProducerEpoch);
        }
    }

    /// The same batch got these offsets once, at the first try or, after a truncation, at a later.
    static bool was_sent_to(const std::vector<Client::Sent>& sent, const Client::Sent& batch,
                            int64_t first_offset) {
        return std::any_of(sent.begin(), sent.end(), [&](const Client::Sent& other) {
            return other.epoch == batch.epoch && other.sequence == batch.sequence &&
                   other.count == batch.count && other.first_offset == first_offset;
        });
    }

    void end_txn(int64_t id, bool commit) {
        ModelBatch marker = model_batch({});
        marker.last = marker.base;
        marker.marker = true;
        marker.producer = id;
        marker.producer_epoch = clients_[id].epoch;
        const AppendResult result =
            test_.end_txn(ProducerId(id), ProducerEpoch(clients_[id].epoch),
                          commit ? ControlRecordType::kCommit : ControlRecordType::kAbort);
        RC_ASSERT(result.ok());
        model_.end_txn(id, commit ? Fate::kCommitted : Fate::kAborted, marker);
    }

    // ------------------------------------------------------------------------- what a broker does

    void raise_high_watermark(int n) {
        const Offset to = between(n, model_.high_watermark, model_.end);
        set_high_watermark(log(), to);
        model_.set_high_watermark(to.value);
    }
    void roll_segment(bool flush) {
        roll(log(), log().log_end_offset, test_.now);
        if (flush) {
            flush_to(log(), log().log_end_offset);
        }
    }
    void truncate(int n) {
        const Offset to = between(n, model_.start, model_.end + 2);
        RC_ASSERT(truncate_to(log(), to, test_.now) == (to.value < model_.end));
        model_.truncate(to.value);
    }
    void delete_records(int n) {
        const Offset to = between(n, model_.start, model_.high_watermark);
        RC_ASSERT(increment_log_start(log(), to) == (to.value > model_.start));
        model_.raise_start(to.value);
    }
    void retention(int64_t bytes) {
        test_.config.retention_bytes = bytes;
        apply_retention(log(), test_.config, test_.now);
        test_.config.retention_bytes = -1;
        model_.delete_below(log().segments.front()->base_offset().value);
    }
    void clean(int n) {
        flush_to(log(), log().active_segment().base_offset());
        const CleanableRange range = cleanable_range(log(), test_.config, test_.now);
        if (range.cleanable_bytes == 0) {
            return;
        }
        int64_t segment_end = 0;
        std::vector<int64_t> bases;
        for (const Cow<Segment>& segment : log().segments) {
            bases.push_back(segment->base_offset().value);
        }
        const CleanerStats stats = clean_log(log(), test_.config, range, test_.now,
                                             n < 32 ? 1 + n : kDefaultOffsetMapEntries);
        segment_end = *std::lower_bound(bases.begin(), bases.end(), stats.end_offset.value);
        model_.clean(stats.end_offset.value, segment_end, test_.now,
                     Duration::from_ms(test_.config.delete_retention_ms));
    }

    void lose_power() {
        const Offset flushed = log().recovery_point;
        std::size_t lost = 0;
        for (const ModelBatch& batch : model_.batches) {
            const bool safe = batch.deleted || batch.last < flushed.value ||
                              written_back(batch.written_at, test_.now);
            lost += !safe || lost > 0 ? 1 : 0;
        }
        RC_ASSERT(lose_page_cache(log(), test_.now) <= lost);
        if (lost > 0) {
            const ModelBatch& first = model_.batches[model_.batches.size() - lost];
            RC_ASSERT(log().active_segment().next_offset().value <= first.base);
        }
    }
    void kill(int n, bool power) {
        const Offset high_watermark = between(n, model_.start, model_.high_watermark);
        if (power) {
            lose_power();
        }
        const LogCheckpoints checkpoints{.recovery_point = log().recovery_point,
                                         .log_start_offset = log().log_start_offset,
                                         .high_watermark = high_watermark};
        const int64_t end = log().active_segment().next_offset().value;
        recover_log(log(), test_.config, checkpoints, Shutdown::kUnclean, test_.now);
        model_.restart(end, high_watermark.value);
    }
    void clean_stop() {
        const int64_t end = log().active_segment().next_offset().value;
        const LogCheckpoints checkpoints{.recovery_point = log().log_end_offset,
                                         .log_start_offset = log().log_start_offset,
                                         .high_watermark = log().high_watermark};
        close_cleanly(log(), test_.now);
        recover_log(log(), test_.config, checkpoints, Shutdown::kClean, test_.now);
        model_.restart(end, model_.high_watermark);
    }

    TestLog test_;
    LogModel model_;
    std::map<int64_t, Client> clients_;
    int written_ = 0;
};

TEST(LogModel, AgreesWhateverIsDoneToTheLog) {
    EXPECT_TRUE(rc::check([] {
        const auto steps = *rc::gen::resize(200, rc::gen::container<std::vector<Step>>(any_step()));
        Play play;
        for (const Step& step : steps) {
            play.step(step);
            play.compare();
        }
    }));
}

}  // namespace
}  // namespace brokerlab

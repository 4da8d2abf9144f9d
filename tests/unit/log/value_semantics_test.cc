// A log is a value: a copy shares everything and is disturbed by nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include "sim/log/log_files.h"
#include "tests/unit/log/log_play.h"
#include "tests/unit/log/step_gen.h"

namespace brokerlab {
namespace {

using brokerlab::testing::Play;
using brokerlab::testing::small_log_config;
using brokerlab::testing::some_steps;
using brokerlab::testing::Step;
using brokerlab::testing::TestLog;

constexpr Uuid kTopic{.high = 1, .low = 2};

/// All that a log holds, read out anew: no digest that is kept beside a value can hide a change.
struct Imprint {
    explicit Imprint(const PartitionLog& log)
        : digest(digest_of(log)),
          files(to_log_files(log, kTopic)),
          producers(*log.producers),
          offsets{log.log_start_offset,
                  log.log_end_offset,
                  log.high_watermark,
                  log.recovery_point,
                  log.cleaner_checkpoint.value_or(kNoOffset),
                  log.last_stable_offset()} {}

    bool operator==(const Imprint&) const = default;

    uint64_t digest;
    std::vector<LogFile> files;
    ProducerStates producers;
    std::vector<Offset> offsets;
};

void do_all(Play& play, const std::vector<Step>& steps) {
    for (const Step& step : steps) {
        play.step(step);
    }
}

TEST(ACopyOfALog, StaysAsItIsWhateverTheOriginalDoes) {
    EXPECT_TRUE(rc::check([] {
        Play play(small_log_config());
        do_all(play, *some_steps(60));
        const PartitionLog copy = play.log();
        const Imprint before(copy);
        RC_ASSERT(copy == play.log());
        for (const Step& step : *some_steps(40)) {
            play.step(step);
            RC_ASSERT(Imprint(copy) == before);
        }
    }));
}

TEST(ACopyOfALog, GoesTheSameWayUnderTheSameSteps) {
    EXPECT_TRUE(rc::check([] {
        Play play(small_log_config());
        do_all(play, *some_steps(60));
        Play twin = play;
        const std::vector<Step> others = *some_steps(20);
        const std::vector<Step> steps = *some_steps(40);
        Play stray = play;
        do_all(stray, others);  // A third branch that goes elsewhere meanwhile.
        for (const Step& step : steps) {
            play.step(step);
            twin.step(step);
            RC_ASSERT(play.log() == twin.log());
            RC_ASSERT(digest_of(play.log()) == digest_of(twin.log()));
        }
        twin.compare();
        stray.compare();
    }));
}

TEST(ACopyOfALog, IsEqualToOneMadeByTheSameStepsFromTheStart) {
    EXPECT_TRUE(rc::check([] {
        const std::vector<Step> steps = *some_steps(80);
        Play once(small_log_config());
        do_all(once, steps);
        Play again(small_log_config());
        std::vector<PartitionLog> kept;  // Copies on the way make everything shared.
        for (const Step& step : steps) {
            kept.push_back(again.log());
            again.step(step);
            (void)digest_of(again.log());  // And digests are kept from then on.
        }
        RC_ASSERT(once.log() == again.log());
        RC_ASSERT(digest_of(once.log()) == digest_of(again.log()));
        RC_ASSERT(Imprint(once.log()) == Imprint(again.log()));
    }));
}

TEST(ACopyOfALog, SharesItsSegmentsAndBatches) {
    TestLog test;
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(test.append_value("v").ok());
        roll(test.log, test.log.log_end_offset, test.now);
    }
    ASSERT_TRUE(test.append_value("last").ok());
    const PartitionLog copy = test.log;
    ASSERT_TRUE(test.append_value("one more").ok());
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_TRUE(copy.segments[i].same(test.log.segments[i])) << "sealed, so never cloned";
    }
    EXPECT_FALSE(copy.segments[3].same(test.log.segments[3]));
    EXPECT_TRUE(
        copy.segments[3]->batches()[0].batch.same(test.log.segments[3]->batches()[0].batch));
}

TEST(TheDigestOfALog, DoesNotTellHowTheBatchesCame) {
    TestLog leader;
    for (int i = 0; i < 20; ++i) {
        leader.epoch = LeaderEpoch(i / 8);
        ASSERT_TRUE(leader.append_value(std::to_string(i)).ok());
    }
    TestLog at_once;
    TestLog one_by_one;
    const ReadResult all =
        read_log(leader.log, Offset(0), FetchIsolation::kLogEnd, {.max_bytes = 1 << 20});
    ASSERT_TRUE(append_as_follower(at_once.log, all.records, at_once.context()).ok());
    while (one_by_one.log.log_end_offset < leader.log.log_end_offset) {
        const ReadResult one = read_log(leader.log, one_by_one.log.log_end_offset,
                                        FetchIsolation::kLogEnd, {.max_bytes = 1});
        Records own;  // The same bytes in buffers of its own.
        own.batches.emplace_back(BatchBytes(*one.records.batches[0]));
        ASSERT_TRUE(append_as_follower(one_by_one.log, own, one_by_one.context()).ok());
    }
    EXPECT_EQ(at_once.log, one_by_one.log);
    EXPECT_EQ(digest_of(at_once.log), digest_of(one_by_one.log));
    EXPECT_EQ(digest_of(at_once.log), digest_of(leader.log));
}

TEST(TheDigestOfALog, TellsEveryPartApart) {
    TestLog test;
    ASSERT_TRUE(test.append({{"a", "1"}, {"b", "2"}}).ok());
    const uint64_t digest = digest_of(test.log);
    const auto changed = [&](const auto& change) {
        PartitionLog log = test.log;
        change(log);
        EXPECT_NE(log, test.log);
        return digest_of(log) != digest;
    };
    EXPECT_TRUE(changed([](PartitionLog& log) { log.log_start_offset = Offset(1); }));
    EXPECT_TRUE(changed([](PartitionLog& log) { log.log_end_offset = Offset(3); }));
    EXPECT_TRUE(changed([](PartitionLog& log) { log.high_watermark = Offset(1); }));
    EXPECT_TRUE(changed([](PartitionLog& log) { log.recovery_point = Offset(1); }));
    EXPECT_TRUE(changed([](PartitionLog& log) { log.cleaner_checkpoint = Offset(0); }));
    EXPECT_TRUE(
        changed([](PartitionLog& log) { log.leader_epochs.assign(LeaderEpoch(1), Offset(2)); }));
    EXPECT_TRUE(
        changed([](PartitionLog& log) { log.producers.edit().last_snapshot_offset = Offset(1); }));
    EXPECT_TRUE(changed([](PartitionLog& log) {
        log.edit_active_segment().append_aborted_txn(
            {ProducerId(1), Offset(0), Offset(1), Offset(2)});
    }));
}

TEST(TheDigestOfALog, CountsTheIdentitiesBesideTheBytes) {
    const auto digest_with = [](uint64_t n) {
        TestLog test;
        BatchBytes batch = testing::batch_of({{"a", "1"}});
        batch.identities = {{.producer = 1, .n = n}};
        EXPECT_TRUE(test.append(batch).ok());
        return digest_of(test.log);
    };
    EXPECT_NE(digest_with(1), digest_with(2));
}

}  // namespace
}  // namespace brokerlab

// How often a group processed its records: once, when all goes well; again after a crash before the
// commit; never, where the commit came before the work.
#include "sim/oracle/processing_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/oracle/group_view.h"
#include "tests/unit/oracle/group_world.h"

namespace brokerlab {
namespace {

using testing::booted;
using ::testing::ElementsAre;
using testing::give;
using testing::group_setup;
using testing::group_world;
using ::testing::IsEmpty;
using testing::run_until;
using ::testing::SizeIs;

const TopicPartition kOrders0{"orders", PartitionId(0)};
const TopicPartition kOrders1{"orders", PartitionId(1)};

/// A ledger written down by hand, in a World in which `stock` has committed for real.
class Ledger {
public:
    Ledger() : world(group_world()) { world.processing.edit().runs.clear(); }

    /// The client of that number processed these offsets.
    void process(const TopicPartition& partition, int64_t first, int64_t last, int32_t client = 3) {
        const auto count = static_cast<uint32_t>(last - first + 1);
        world.processing.edit().note(
            {{},
             world.now,
             {NodeKind::kClient, client},
             kNoEvent,
             RecordsProcessed{"stock", partition, Offset(first), Offset(last), count}});
    }
    [[nodiscard]] int64_t committed(const TopicPartition& partition) const {
        return view_group(world, "stock")->offset_of(partition)->committed.value;
    }
    /// All that is committed of the partition, once.
    void process_committed(const TopicPartition& partition) {
        process(partition, 0, committed(partition) - 1);
    }
    [[nodiscard]] ProcessingReport judge() const { return judge_processing(world, "stock"); }

    World world;
};

TEST(Processing, OfAGroupThatDidNothingIsNothing) {
    const ProcessingReport report = judge_processing(group_world(), "nobody");
    EXPECT_EQ(report, (ProcessingReport{"nobody", 0, 0, 0, {}, 0}));
}

TEST(Processing, IsOnceWhereAllGoesWell) {
    const ProcessingReport report = judge_processing(group_world(), "stock");
    EXPECT_GT(report.processed, 80U);
    EXPECT_EQ(report.repeated, 0U);
    EXPECT_EQ(report.skipped, 0U);
    EXPECT_EQ(report.most_times, 1U);
    EXPECT_THAT(report.examples, IsEmpty());
}

TEST(Processing, AfterACrashBeforeTheCommitIsRepeated) {
    World world = booted(group_setup());
    run_until(world, *world.time_zero + 12_s);
    const auto command = [](ClientCommand::Verb verb) {
        return ClientCommand{verb, ClientCommand::Kind::kConsumer, "stock-1"};
    };
    EXPECT_EQ(give(world, command(ClientCommand::Verb::kCrash)), "");
    EXPECT_EQ(give(world, command(ClientCommand::Verb::kStart)), "");
    run_until(world, *world.time_zero + 35_s);
    const ProcessingReport report = judge_processing(world, "stock");
    EXPECT_GT(report.repeated, 0U);
    EXPECT_LT(report.repeated, 60U) << "no more than it did since its last commit";
    EXPECT_EQ(report.skipped, 0U);
    for (const OddlyProcessed& odd : report.examples) {
        EXPECT_EQ(odd.times, 2U);
        EXPECT_THAT(odd.members, ElementsAre("stock-1"));
    }
}

TEST(Processing, CountsARecordOnceHoweverOftenItIsRepeated) {
    Ledger ledger;
    ledger.process_committed(kOrders0);
    ledger.process_committed(kOrders1);
    const uint64_t all = ledger.judge().processed;
    ledger.process(kOrders0, 4, 6);
    ledger.process(kOrders0, 5, 8, 2);
    const ProcessingReport report = ledger.judge();
    EXPECT_EQ(report.processed, all);
    EXPECT_EQ(report.repeated, 5U);
    ASSERT_THAT(report.examples, SizeIs(3));
    EXPECT_EQ(report.examples[0].first, Offset(4));
    EXPECT_EQ(report.examples[0].last, Offset(4));
    EXPECT_EQ(report.examples[1].times, 3U);
    EXPECT_EQ(report.examples[1].count, 2U);
    EXPECT_EQ(report.most_times, 3U);
    EXPECT_THAT(report.examples[1].members, ElementsAre("stock-1", "till"));
    EXPECT_FALSE(report.examples[1].in_turn) << "stock-1 did it twice in a row";
}

TEST(Processing, KnowsOfMembersThatTookTurns) {
    Ledger ledger;
    ledger.process_committed(kOrders0);
    ledger.process_committed(kOrders1);
    ledger.process(kOrders0, 0, 9, 2);
    ledger.process(kOrders0, 0, 4);
    ledger.process(kOrders0, 20, 20, 2);
    ledger.process(kOrders0, 5, 9);  // It reads on: not the same records again.
    const ProcessingReport report = ledger.judge();
    ASSERT_THAT(report.examples, SizeIs(2));
    EXPECT_EQ(report.examples[0].times, 3U);
    EXPECT_EQ(report.examples[0].first, Offset(0));
    EXPECT_EQ(report.examples[0].last, Offset(9));
    EXPECT_TRUE(report.examples[0].in_turn);
}

TEST(Processing, SkipsWhatWasCommittedBeforeItWasProcessed) {
    Ledger ledger;
    const int64_t end = ledger.committed(kOrders0);
    ASSERT_GT(end, 20);
    ledger.process(kOrders0, 0, 9);
    ledger.process(kOrders0, 13, end - 4);
    ledger.process_committed(kOrders1);
    const ProcessingReport report = ledger.judge();
    EXPECT_EQ(report.skipped, 6U) << "10 to 12, and the last three";
    ASSERT_THAT(report.examples, SizeIs(2));
    EXPECT_EQ(report.examples[0].times, 0U);
    EXPECT_EQ(report.examples[0].first, Offset(10));
    EXPECT_EQ(report.examples[0].last, Offset(12));
    EXPECT_EQ(report.examples[1].last, Offset(end - 1));
}

TEST(Processing, SkipsTheFirstRecordsOfAGroupThatBeginsAtTheStart) {
    Ledger ledger;
    ledger.process(kOrders0, 5, ledger.committed(kOrders0) - 1);
    ledger.process_committed(kOrders1);
    EXPECT_EQ(ledger.judge().skipped, 5U);
    brokerlab::Setup& setup = ledger.world.setup.edit();
    ASSERT_FALSE(setup.consumers.front().config.set("auto.offset.reset", "latest").has_value());
    EXPECT_EQ(ledger.judge().skipped, 0U) << "it may have begun there";
}

TEST(Processing, SkipsAWholePartitionThatWasOnlyCommitted) {
    Ledger ledger;
    ledger.process_committed(kOrders1);
    EXPECT_EQ(ledger.judge().skipped, static_cast<uint64_t>(ledger.committed(kOrders0)));
}

TEST(Processing, DoesNotTellWhatMayStillComeOfUncommittedRecords) {
    Ledger ledger;
    ledger.process_committed(kOrders1);
    const int64_t end = ledger.committed(kOrders0);
    ledger.process(kOrders0, 0, end - 1);
    ledger.process(kOrders0, end + 5, end + 9);
    EXPECT_EQ(ledger.judge().skipped, 0U);
}

TEST(Processing, OfATopicThatWasDeletedIsNotJudged) {
    Ledger ledger;
    ledger.process(kOrders0, 0, 9);
    ledger.process(kOrders0, 0, 9);
    EXPECT_EQ(ledger.judge().repeated, 10U);
    ledger.world.outcomes.edit().deleted.insert("orders");
    const ProcessingReport report = ledger.judge();
    EXPECT_EQ(report.processed, 20U);
    EXPECT_EQ(report.repeated, 0U);
    EXPECT_EQ(report.skipped, 0U);
}

TEST(Processing, GivesFewExamplesOfMany) {
    Ledger ledger;
    for (int64_t offset = 0; offset < 100; offset += 2) {
        ledger.process(kOrders0, offset, offset);
        ledger.process(kOrders0, offset, offset, 2);
    }
    const ProcessingReport report = ledger.judge();
    EXPECT_EQ(report.repeated, 50U);
    EXPECT_GT(report.skipped, 20U) << "the committed ones between them";
    EXPECT_THAT(report.examples, SizeIs(40)) << "20 of each kind";
}

TEST(Processing, HasExamplesOfWhatWasSkippedBehindManyThatWereRepeated) {
    Ledger ledger;
    ledger.process(kOrders0, 0, 99);
    for (int64_t offset = 0; offset < 60; offset += 2) {
        ledger.process(kOrders0, offset, offset);
    }
    for (int i = 0; i < 2; ++i) {
        ledger.process(kOrders0, 60, 60);
    }
    ledger.process(kOrders1, 0, ledger.committed(kOrders1) - 4);
    const ProcessingReport report = ledger.judge();
    EXPECT_EQ(report.repeated, 31U);
    EXPECT_EQ(report.skipped, 3U);
    EXPECT_EQ(report.most_times, 3U) << "of one beyond the examples";
    ASSERT_THAT(report.examples, SizeIs(21));
    EXPECT_EQ(report.examples[19].times, 2U);
    EXPECT_EQ(report.examples[20].times, 0U);
    EXPECT_EQ(report.examples[20].partition, kOrders1);
}

}  // namespace
}  // namespace brokerlab

// Who reads which partition: what the coordinator counts, laid over what the members do.
#include "sim/view/group_matrix.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/oracle/group_view.h"
#include "tests/unit/view/group_world.h"

namespace brokerlab {
namespace {

using ::testing::Each;
using ::testing::Field;
using ::testing::IsEmpty;
using testing::kTillAndAudit;
using testing::play;
using ::testing::SizeIs;
using testing::stock;

std::size_t count(const GroupMatrix& matrix, GroupCellState state) {
    return static_cast<std::size_t>(
        std::count_if(matrix.cells.begin(), matrix.cells.end(),
                      [&](const GroupCell& cell) { return cell.state == state; }));
}
const GroupMemberRow& row(const GroupMatrix& matrix, std::string_view name) {
    const auto found = std::find_if(matrix.members.begin(), matrix.members.end(),
                                    [&](const GroupMemberRow& one) { return one.name == name; });
    EXPECT_NE(found, matrix.members.end()) << name;
    return *found;
}

TEST(GroupMatrix, OfAStableGroupEachPartitionHasOneReader) {
    const Timeline run = play(stock("range"), 12_s);
    const GroupMatrix matrix = make_group_matrix(run.world(), "stock");
    EXPECT_TRUE(matrix.is_stable());
    EXPECT_EQ(matrix.meaning, "each member has been given its partitions");
    EXPECT_EQ(matrix.epoch, 1);
    EXPECT_EQ(matrix.assignor, "range");
    EXPECT_EQ(epoch_text(matrix), "generation 1");
    EXPECT_NE(matrix.coordinator, kNoBroker);
    ASSERT_THAT(matrix.members, SizeIs(2));
    ASSERT_THAT(matrix.partitions, SizeIs(4));
    ASSERT_THAT(matrix.cells, SizeIs(8));
    EXPECT_EQ(count(matrix, GroupCellState::kReads), 4U);
    EXPECT_EQ(count(matrix, GroupCellState::kNone), 4U);
    EXPECT_THAT(matrix.partitions, Each(Field(&GroupPartitionColumn::read, true)));
    EXPECT_THAT(matrix.members, Each(Field(&GroupMemberRow::phase, MemberPhase::kAssigned)));
    EXPECT_THAT(matrix.members, Each(Field(&GroupMemberRow::counted, true)));
    EXPECT_NE(row(matrix, "stock-1").leads, row(matrix, "stock-2").leads);
}

TEST(GroupMatrix, CountsWhatIsNotCommitted) {
    const Timeline run = play(stock("range"), 12_s);
    const GroupMatrix matrix = make_group_matrix(run.world(), "stock");
    const GroupView view = *view_group(run.world(), "stock");
    int64_t lag = 0;
    for (const GroupPartitionColumn& column : matrix.partitions) {
        ASSERT_TRUE(column.lag());
        EXPECT_EQ(*column.lag(), view.offset_of(column.partition)->lag());
        EXPECT_EQ(column.log_end.value - column.committed.value, *column.lag());
        lag += *column.lag();
    }
    EXPECT_EQ(matrix.lag, lag);
    EXPECT_EQ(row(matrix, "stock-1").lag + row(matrix, "stock-2").lag, lag);
    // Automatic commits come every 5 s: something is always uncommitted.
    EXPECT_GT(lag, 0);
}

TEST(GroupMatrix, ACrashedMemberStillCountsAndNobodyReads) {
    const Timeline run = play(stock("range", "  - {at: 12s, do: crash consumer stock-1}\n"), 14_s);
    const GroupMatrix matrix = make_group_matrix(run.world(), "stock");
    EXPECT_TRUE(matrix.is_stable());
    EXPECT_EQ(row(matrix, "stock-1").phase, MemberPhase::kSilent);
    EXPECT_TRUE(row(matrix, "stock-1").counted);
    ASSERT_TRUE(row(matrix, "stock-1").session_ends);
    EXPECT_EQ(count(matrix, GroupCellState::kSilent), 2U);
    EXPECT_EQ(count(matrix, GroupCellState::kReads), 2U);
    for (std::size_t p = 0; p < matrix.partitions.size(); ++p) {
        EXPECT_EQ(matrix.partitions[p].read, matrix.cell(1, p).state == GroupCellState::kReads);
    }
    // Its session runs out, and the other one has all.
    Timeline later = run;
    later.seek(*row(matrix, "stock-1").session_ends + 8_s);
    const GroupMatrix after = make_group_matrix(later.world(), "stock");
    EXPECT_EQ(count(after, GroupCellState::kReads), 4U);
    EXPECT_EQ(row(after, "stock-1").phase, MemberPhase::kOut);
    EXPECT_FALSE(row(after, "stock-1").counted);
}

TEST(GroupMatrix, WhatASilentMemberOwnsIsStillItsOwn) {
    const Timeline run = play(stock("range", "  - {at: 12s, do: crash consumer stock-1}\n"), 14_s);
    const GroupMatrix matrix = make_group_matrix(run.world(), "stock");
    const GroupMemberRow& silent = row(matrix, "stock-1");
    EXPECT_EQ(silent.phase, MemberPhase::kSilent);
    EXPECT_EQ(silent.partitions, 2U);
    EXPECT_EQ(row(matrix, "stock-2").partitions, 2U);
    int64_t lag = 0;
    for (std::size_t p = 0; p < matrix.partitions.size(); ++p) {
        if (matrix.cell(0, p).state == GroupCellState::kSilent) {
            lag += *matrix.partitions[p].lag();
        }
    }
    EXPECT_GT(lag, 0);
    EXPECT_EQ(silent.lag, lag);
    EXPECT_EQ(silent.lag + row(matrix, "stock-2").lag, matrix.lag);
}

TEST(GroupMatrix, APausedMemberThatWasPutOutIsAZombie) {
    const Timeline run = play(stock("range",
                                    "  - {at: 12s, do: pause consumer stock-1}\n"
                                    "  - {at: 40s, do: resume consumer stock-1}\n"),
                              39_s);
    const GroupMatrix matrix = make_group_matrix(run.world(), "stock");
    EXPECT_FALSE(row(matrix, "stock-1").counted);
    EXPECT_EQ(count(matrix, GroupCellState::kZombie), 2U);
    EXPECT_EQ(row(matrix, "stock-1").phase, MemberPhase::kOut);
    EXPECT_EQ(row(matrix, "stock-1").zombies, 2U);
    EXPECT_EQ(row(matrix, "stock-1").partitions, 0U);
    EXPECT_EQ(row(matrix, "stock-1").lag, 0);
    EXPECT_EQ(row(matrix, "stock-2").partitions, 4U);
    // What it thinks it has, the other one has.
    for (std::size_t p = 0; p < matrix.partitions.size(); ++p) {
        EXPECT_EQ(matrix.cell(1, p).state, GroupCellState::kReads);
    }
}

TEST(GroupMatrix, AnEarlierProcessThatStillCountsHasARowOfItsOwn) {
    const Timeline run = play(stock("range",
                                    "  - {at: 12s, do: crash consumer stock-1}\n"
                                    "  - {at: 13s, do: start consumer stock-1}\n"),
                              16_s);
    const GroupMatrix matrix = make_group_matrix(run.world(), "stock");
    ASSERT_THAT(matrix.members, SizeIs(3));
    const GroupMemberRow& now = matrix.members[0];
    const GroupMemberRow& earlier = matrix.members[1];
    EXPECT_EQ(now.label(), "stock-1");
    EXPECT_EQ(now.phase, MemberPhase::kJoining);
    EXPECT_EQ(earlier.label(), "earlier stock-1");
    EXPECT_EQ(earlier.phase, MemberPhase::kSilent);
    EXPECT_TRUE(earlier.counted);
    EXPECT_NE(earlier.member_id, now.member_id);
    EXPECT_TRUE(earlier.session_ends);
    EXPECT_EQ(matrix.members[2].label(), "stock-2");
}

TEST(GroupMatrix, WithTheConsumerProtocolAnEarlierProcessHoldsItsPartitions) {
    std::string text = stock("range",
                             "  - {at: 12s, do: crash consumer stock-1}\n"
                             "  - {at: 13s, do: start consumer stock-1}\n");
    const std::string_view classic =
        "session.timeout.ms: 9000, partition.assignment.strategy: range";
    text.replace(text.find(classic), classic.size(), "group.protocol: consumer");
    const Timeline run = play(text, 16_s);
    const GroupMatrix matrix = make_group_matrix(run.world(), "stock");
    ASSERT_THAT(matrix.members, SizeIs(3));
    EXPECT_TRUE(matrix.members[1].earlier);
    std::size_t silent = 0;
    for (std::size_t p = 0; p < matrix.partitions.size(); ++p) {
        silent += matrix.cell(1, p).state == GroupCellState::kSilent ? 1U : 0U;
        EXPECT_NE(matrix.cell(0, p).state, GroupCellState::kSilent);
    }
    EXPECT_EQ(silent, 2U);
}

TEST(GroupMatrix, WithoutACoordinatorNothingIsKnownButWhatMembersDo) {
    const Timeline calm = play(stock("range"), 12_s);
    const BrokerId coordinator = make_group_matrix(calm.world(), "stock").coordinator;
    const Timeline run = play(
        stock("range", fmt::format("  - {{at: 12s, do: kill broker {}}}\n", coordinator.value)),
        13_s);
    const GroupMatrix matrix = make_group_matrix(run.world(), "stock");
    EXPECT_EQ(matrix.state, "Unknown");
    EXPECT_EQ(matrix.coordinator, kNoBroker);
    EXPECT_FALSE(matrix.is_known());
    EXPECT_EQ(epoch_text(matrix), "generation unknown");
    EXPECT_EQ(count(matrix, GroupCellState::kReads), 4U);
    EXPECT_THAT(matrix.members, Each(Field(&GroupMemberRow::counted, false)));
    for (const GroupPartitionColumn& column : matrix.partitions) {
        EXPECT_FALSE(column.lag());
    }
}

/// The offsets have one replica, and the broker with the group's is killed: the topic's partitions
/// have new leaders, but a member that can't find its coordinator asks them nothing.
constexpr std::string_view kLostCoordinator = R"(
name: A group whose coordinator is lost
seed: 23
cluster: {brokers: 3, controllers: 3, config: {offsets.topic.replication.factor: 1}}
network: {latency: 1ms, jitter: 400us}
topics:
  - {name: orders, partitions: 6, replication-factor: 3, config: {min.insync.replicas: 2}}
producers:
  - {name: till, topic: orders, rate: 20/s, key: "order-{n}", value: "{n}", config: {acks: all}}
consumers:
  - group: stock
    topics: [orders]
    members: 2
    process: 2ms
    config: {auto.offset.reset: earliest, auto.commit.interval.ms: 1000, session.timeout.ms: 10000}
until: 65s
)";

TEST(GroupMatrix, AMemberThatLooksForItsPositionWaitsAndReadsNothing) {
    Timeline run = play(kLostCoordinator, 20_s);
    const BrokerId coordinator = make_group_matrix(run.world(), "stock").coordinator;
    ASSERT_NE(coordinator, kNoBroker);
    run =
        play(std::string(kLostCoordinator) +
                 fmt::format("timeline:\n  - {{at: 20s, do: kill broker {}}}\n", coordinator.value),
             44_s);
    const GroupMatrix matrix = make_group_matrix(run.world(), "stock");
    ASSERT_FALSE(matrix.is_known());
    std::size_t waiting = 0;
    for (std::size_t m = 0; m < matrix.members.size(); ++m) {
        const ConsumerClient& consumer =
            *run.world().find_client(matrix.members[m].name)->consumer();
        for (std::size_t p = 0; p < matrix.partitions.size(); ++p) {
            const GroupCell& cell = matrix.cell(m, p);
            if (cell.state != GroupCellState::kWaits && cell.state != GroupCellState::kReads) {
                continue;
            }
            const auto index = static_cast<std::size_t>(
                consumer.positions().lower_bound(matrix.partitions[p].partition) -
                consumer.positions().begin());
            const bool fetches =
                consumer.core().partitions[index].phase == ReadPartition::Phase::kFetch;
            EXPECT_EQ(cell.state == GroupCellState::kReads, fetches);
            EXPECT_EQ(matrix.partitions[p].read, fetches);
            waiting += fetches ? 0U : 1U;
        }
    }
    EXPECT_GT(waiting, 0U);
    EXPECT_STREQ(cell_word(GroupCellState::kWaits), "waits");
}

TEST(GroupMatrix, ItsRowsAloneSayTheSame) {
    for (const char* commands : {"", "  - {at: 12s, do: crash consumer stock-1}\n",
                                 "  - {at: 12s, do: pause consumer stock-1}\n",
                                 "  - {at: 12s, do: add consumer stock}\n"}) {
        for (const Duration moment : {14_s, 15_s, 30_s}) {
            SCOPED_TRACE(fmt::format("{} {}", commands, moment.to_ms()));
            const Timeline run = play(stock("cooperative-sticky", commands), moment);
            const GroupMatrix whole = make_group_matrix(run.world(), "stock");
            const GroupMatrix rows = make_group_rows(run.world(), "stock");
            EXPECT_EQ(rows.state, whole.state);
            EXPECT_EQ(epoch_text(rows), epoch_text(whole));
            EXPECT_EQ(rows.lag, whole.lag);
            EXPECT_THAT(rows.cells, IsEmpty());
            ASSERT_EQ(rows.members.size(), whole.members.size());
            for (std::size_t m = 0; m < whole.members.size(); ++m) {
                EXPECT_EQ(rows.members[m].label(), whole.members[m].label());
                EXPECT_EQ(rows.members[m].phase, whole.members[m].phase);
                EXPECT_EQ(rows.members[m].partitions, whole.members[m].partitions);
                EXPECT_EQ(rows.members[m].zombies, whole.members[m].zombies);
                EXPECT_EQ(rows.members[m].lag, whole.members[m].lag);
            }
        }
    }
}

TEST(GroupMatrix, OfAGroupThatIsNotThereIsEmpty) {
    const Timeline run = play(kTillAndAudit, 5_s);
    const GroupMatrix matrix = make_group_matrix(run.world(), "stock");
    EXPECT_FALSE(matrix.there);
    EXPECT_THAT(matrix.members, IsEmpty());
    EXPECT_THAT(matrix.cells, IsEmpty());
}

}  // namespace
}  // namespace brokerlab

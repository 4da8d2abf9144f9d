// A broker that is down knows nothing: what counts of its replicas is what lies on its disk, and
// every view says the same of it.
#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "sim/oracle/log_agreement.h"
#include "sim/oracle/replica_logs.h"
#include "sim/query/evaluate.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/inspection.h"
#include "tests/unit/view/played_world.h"

namespace brokerlab {
namespace {

using testing::kTillAndAudit;
using testing::play;

const TopicPartition kOrders0{"orders", PartitionId(0)};

Timeline with(const std::string& commands, Duration at) {
    return play(fmt::format("{}timeline:\n{}", kTillAndAudit, commands), at);
}

int64_t asked(const World& world, const std::string& call) {
    const auto parsed = std::get<Expression>(parse_expression(fmt::format("{} >= 0", call)));
    const std::string text = explain_values(world, parsed);  // "hw(orders-0) is 12"
    return std::stoll(text.substr(text.rfind(' ') + 1));
}

const LogsSection* logs_of(const Inspection& inspection) {
    for (const InspectionSection& any : inspection.sections) {
        if (const auto* logs = std::get_if<LogsSection>(&any)) {
            return logs;
        }
    }
    return nullptr;
}

std::string value(const Inspection& inspection, std::string_view name) {
    for (const InspectionSection& any : inspection.sections) {
        if (const auto* rows = std::get_if<RowsSection>(&any)) {
            for (const Row& row : rows->rows) {
                if (row.name == name) {
                    return row.value;
                }
            }
        }
    }
    return "no such row";
}

TEST(PowerLoss, LeavesALogThatEndsWhereItsRecordsEnd) {
    const Timeline run = with("  - {at: 20s, do: power-off broker 2}\n", 21_s);
    const World& world = run.world();
    const PartitionLog& log = *replica_log(world, BrokerId(2), kOrders0);
    const int64_t left = log.active_segment().next_offset().value;
    const int64_t leader_end = asked(world, "leo(orders-0, 1)");
    ASSERT_LT(left, leader_end) << "the power took what was not written back";
    EXPECT_EQ(asked(world, "leo(orders-0, 2)"), left);
    EXPECT_LE(asked(world, "hw(orders-0, 2)"), left);
    const Inspection shown =
        inspect(world, run.facts(), Thing(ReplicaThing{kOrders0, BrokerId(2)}));
    EXPECT_EQ(value(shown, "Log end offset"), grouped(left));
    const Inspection partition = inspect(world, run.facts(), Thing(PartitionThing{kOrders0}));
    const LogsSection* logs = logs_of(partition);
    ASSERT_NE(logs, nullptr);
    for (const LogsSection::Log& beside : logs->logs) {
        if (beside.label == "B2") {
            EXPECT_EQ(beside.log_end, left);
            EXPECT_LE(beside.high_watermark, left);
        }
    }
}

TEST(AKilledBroker, HasTheHighWatermarkThatItsDiskHas) {
    const Timeline run = with("  - {at: 20s, do: kill broker 2}\n", 20500_ms);
    const World& world = run.world();
    const LogCheckpoints& written =
        world.find_broker(BrokerId(2))->disk->replicas.find(kOrders0)->checkpoints;
    EXPECT_EQ(asked(world, "hw(orders-0, 2)"), written.high_watermark.value);
    const Inspection shown =
        inspect(world, run.facts(), Thing(ReplicaThing{kOrders0, BrokerId(2)}));
    EXPECT_EQ(value(shown, "High watermark, as written to its disk"),
              grouped(written.high_watermark.value));
    EXPECT_EQ(value(shown, "Log end offset"), grouped(asked(world, "leo(orders-0, 2)")))
        << "a process that is killed loses nothing of its log";
}

TEST(AKilledBroker, HasBatchesThatItsPartitionCommittedAfterItsLastCheckpoint) {
    const Timeline run = with("  - {at: 18s, do: kill broker 2}\n", 18500_ms);
    const World& world = run.world();
    const Offset written = replica_high_watermark(world, BrokerId(2), kOrders0);
    const BatchCursor newer(*replica_log(world, BrokerId(2), kOrders0), written);
    ASSERT_NE(newer.batch(), nullptr);
    ASSERT_LT(newer.batch()->last_offset, partition_high_watermark(world, kOrders0));
    const Inspection shown = inspect(
        world, run.facts(), Thing(BatchThing{kOrders0, BrokerId(2), newer.batch()->base_offset}));
    EXPECT_EQ(shown.badge, "COMMITTED");
}

TEST(APartitionWithoutALeader, HasOneHighWatermarkInEveryView) {
    const Timeline run = with(
        "  - {at: 20s, do: kill broker 1}\n  - {at: 20s, do: kill broker 2}\n"
        "  - {at: 20s, do: kill broker 3}\n",
        35_s);
    const World& world = run.world();
    const int64_t known = asked(world, "hw(orders-0)");
    ASSERT_GT(known, 0);
    const Inspection shown = inspect(world, run.facts(), Thing(PartitionThing{kOrders0}));
    EXPECT_EQ(value(shown, "High watermark"), grouped(known));
    EXPECT_EQ(value(shown, "Log end offset"), grouped(asked(world, "leo(orders-0)")));
    const LogsSection* logs = logs_of(shown);
    ASSERT_NE(logs, nullptr);
    EXPECT_EQ(logs->high_watermark, known);
}

TEST(ADeadController, KnowsNoHighWatermark) {
    const Timeline run = with("  - {at: 10s, do: kill controller 1}\n", 11_s);
    const Inspection shown = inspect(run.world(), run.facts(), Thing(QuorumThing{}));
    const LogsSection* logs = logs_of(shown);
    ASSERT_NE(logs, nullptr);
    ASSERT_EQ(logs->logs.size(), 3U);
    EXPECT_EQ(logs->logs[0].high_watermark, -1);
    EXPECT_EQ(logs->high_watermark,
              std::max(logs->logs[1].high_watermark, logs->logs[2].high_watermark));
}

}  // namespace
}  // namespace brokerlab

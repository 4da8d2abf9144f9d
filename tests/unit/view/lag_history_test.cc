// The lag over time, made from commits and from what the logs say when it was written.
#include "sim/view/lag_history.h"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/oracle/group_view.h"
#include "sim/oracle/replica_logs.h"
#include "tests/unit/view/group_world.h"

namespace brokerlab {
namespace {

using ::testing::IsEmpty;
using testing::play;
using ::testing::SizeIs;
using testing::stock;

LagHistory history_of(const Timeline& run, Duration from, Duration to, std::size_t samples) {
    return make_lag_history(run.world(), run.facts(), "stock", {from, to, samples});
}

/// Of the World itself: log end of the leaders, less what is committed.
int64_t lag_now(const World& world) {
    int64_t lag = 0;
    const GroupView view = *view_group(world, "stock");
    for (const GroupOffsetView& offset : view.offsets) {
        const PartitionLog* log = authoritative_logs(world, offset.partition).front();
        lag += log->log_end_offset.value - offset.committed.value;
    }
    return lag;
}

TEST(LagHistory, SaysOfThePastWhatWasSoThen) {
    const Timeline head = play(stock("range"), 40_s);
    for (const Duration at : {13_s, 17_s, 26_s, 33_s}) {
        SCOPED_TRACE(at.to_ms());
        const Timeline then = play(stock("range"), at);
        const LagHistory now = history_of(then, 0_s, at, 9);
        ASSERT_FALSE(now.total.empty());
        EXPECT_EQ(now.total.back().at, at);
        EXPECT_EQ(now.total.back().lag, lag_now(then.world()));
        // Seen from later, from logs that have grown since, it is the same.
        const LagHistory later = history_of(head, 0_s, at, 9);
        EXPECT_EQ(later.total, now.total);
    }
}

TEST(LagHistory, BeginsWithTheFirstCommit) {
    const Timeline run = play(stock("range"), 20_s);
    const LagHistory history = history_of(run, 0_s, 20_s, 201);
    ASSERT_FALSE(history.total.empty());
    // The group is stable at 6 s, and commits from then on every 5 s.
    EXPECT_GT(history.total.front().at, 6_s);
    EXPECT_LT(history.total.front().at, 13_s);
    EXPECT_THAT(history.partitions, SizeIs(4));
    EXPECT_THAT(history_of(run, 0_s, 5_s, 11).total, IsEmpty());
}

TEST(LagHistory, TheTotalIsTheSumOfThePartitions) {
    const LagHistory history = history_of(play(stock("range"), 30_s), 20_s, 30_s, 21);
    ASSERT_THAT(history.total, SizeIs(21));
    for (std::size_t i = 0; i < history.total.size(); ++i) {
        int64_t sum = 0;
        for (const PartitionLag& partition : history.partitions) {
            ASSERT_THAT(partition.points, SizeIs(21));
            sum += partition.points[i].lag;
        }
        EXPECT_EQ(history.total[i].lag, sum);
    }
}

TEST(LagHistory, OfAGroupThatIsTooSlowItGrows) {
    std::string slow = stock("range");
    slow.replace(slow.find("process: 2ms"), 12, "process: 200ms");
    const LagHistory history = history_of(play(slow, 60_s), 20_s, 60_s, 5);
    ASSERT_THAT(history.total, SizeIs(5));
    // 40 records come in a second, and 10 are worked off.
    EXPECT_GT(history.total.back().lag, history.total.front().lag + 600);
}

TEST(LagHistory, GrowsWhileACrashedMemberStillCounts) {
    const Timeline run = play(stock("range", "  - {at: 20s, do: crash consumer stock-1}\n"), 50_s);
    const LagHistory history = history_of(run, 19_s, 50_s, 32);
    const auto at = [&](Duration when) {
        return std::find_if(history.total.begin(), history.total.end(),
                            [&](const LagPoint& point) { return point.at >= when; })
            ->lag;
    };
    EXPECT_GT(at(28_s), at(20_s) + 100);
    EXPECT_LT(at(49_s), at(28_s));
}

}  // namespace
}  // namespace brokerlab

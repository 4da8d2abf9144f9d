// What questions give when they are asked of a small cluster.
#include "sim/query/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/oracle/group_world.h"
#include "tests/unit/world/small_world.h"

namespace brokerlab {
namespace {

using testing::give;
using testing::run_for;
using testing::small_world;

bool asked(const World& world, const std::string& question) {
    const auto parsed = parse_expression(question);
    if (const auto* error = std::get_if<ExpressionError>(&parsed)) {
        ADD_FAILURE() << question << ": " << error->what;
        return false;
    }
    return holds(world, std::get<Expression>(parsed));
}

/// The small cluster after five seconds of records.
const World& running_world() {
    static const World kWorld = [] {
        World world = small_world();
        run_for(world, 5_s);
        return world;
    }();
    return kWorld;
}

class True : public ::testing::TestWithParam<const char*> {};

TEST_P(True, OfARunningCluster) {
    EXPECT_TRUE(asked(running_world(), GetParam()));
    EXPECT_FALSE(asked(running_world(), std::string("not (") + GetParam() + ")"));
}

INSTANTIATE_TEST_SUITE_P(
    EveryFunction, True,
    ::testing::Values("leader(orders-0) >= 1 and leader(orders-0) <= 3",
                      "leader(orders-0, 1) == leader(orders-0)", "isr(orders-0) == {3,2,1}",
                      "isr(orders-1, 3) == {1,2,3}", "replicas(orders-0) == {1,2,3}",
                      "epoch(orders-0) == 0", "hw(orders-1) > 0", "leo(orders-0) >= hw(orders-0)",
                      "leo(orders-1, 2) > 0", "broker(2) == running", "controller() == 1",
                      "under_replicated() == 0", "offline() == 0", "acked(till) > 40",
                      "failed(till) == 0", "sent(till) >= acked(till)", "unknown(till) < 5",
                      "unknown == unknown(till)", "lost_acked == 0", "duplicated == 0",
                      "reordered == 0", "refused == 0"));

INSTANTIATE_TEST_SUITE_P(WhatDoesNotExist, True,
                         ::testing::Values("leader(other-0) is none", "leader(orders-9) is none",
                                           "leader(orders-0, 9) is none", "isr(other-0) is none",
                                           "replicas(other-0) is none", "epoch(other-0) is none",
                                           "hw(other-0) is none", "leo(orders-0, 9) is none",
                                           "broker(9) is none", "acked(nobody) is none",
                                           "failed(audit) is none", "not (leader(other-0) == -1)",
                                           "not (leader(other-0) != -1)",
                                           "not (leader(other-0) < 5)", "not (isr(other-0) == {})",
                                           "not (controller() is none)"));

INSTANTIATE_TEST_SUITE_P(UnitsAndPrecedence, True,
                         ::testing::Values("5s == 5000", "1min == 60s", "1KiB == 1024B",
                                           "2h > 119min",
                                           // Were `or` to bind first, these would be false.
                                           "1 == 1 or 1 == 1 and 1 == 2", "not 1 == 2 or 1 == 1",
                                           "(1 == 2 or 1 == 1) and 1 == 1"));

TEST(BrokerState, IsTheFirstThatHolds) {
    World world = small_world();
    ASSERT_EQ(give(world, NodeCommand{NodeCommand::Verb::kPause, {NodeKind::kBroker, 1}}), "");
    ASSERT_EQ(give(world, NodeCommand{NodeCommand::Verb::kKill, {NodeKind::kBroker, 2}}), "");
    EXPECT_TRUE(asked(world, "broker(1) == paused and broker(2) == down"));
    run_for(world, 12_s);
    // Both are fenced by now.
    EXPECT_TRUE(asked(world, "broker(1) == paused and broker(2) == down"));
    EXPECT_TRUE(asked(world, "isr(orders-0) == {3} and under_replicated() == 2"));
    EXPECT_TRUE(asked(world, "leader(orders-0, 2) is none and leo(orders-0, 2) >= 0"));
    ASSERT_EQ(give(world, NodeCommand{NodeCommand::Verb::kStart, {NodeKind::kBroker, 2}}), "");
    EXPECT_TRUE(asked(world, "broker(2) == starting"));
}

TEST(NoLeader, IsMinusOneAndNotNone) {
    World world = small_world();
    for (int32_t id = 1; id <= 3; ++id) {
        ASSERT_EQ(give(world, NodeCommand{NodeCommand::Verb::kKill, {NodeKind::kBroker, id}}), "");
    }
    run_for(world, 15_s);
    EXPECT_TRUE(asked(world, "leader(orders-0) == -1 and not leader(orders-0) is none"));
    EXPECT_TRUE(asked(world, "offline() == 2 and hw(orders-0) >= 0"));
    ASSERT_EQ(give(world, NodeCommand{NodeCommand::Verb::kKill, {NodeKind::kController, 1}}), "");
    EXPECT_TRUE(asked(world, "controller() == -1 and not controller() is none"));
}

TEST(Lag, IsSummedOverThePartitionsWithACommit) {
    World world = testing::booted(testing::group_setup());
    testing::run_until(world, *world.time_zero + 5_s);
    EXPECT_TRUE(asked(world, "owner(stock, orders-0) == stock-1"));
    EXPECT_TRUE(asked(world, "committed(stock, orders-0) == -1"));
    EXPECT_TRUE(asked(world, "lag(stock, orders-0) == 0 and lag(stock) == 0"))
        << "of none: the partition exists, so that it is not none";
    EXPECT_TRUE(asked(world, "lag(stock, orders-9) is none and lag(nobody) is none"));
    testing::run_until(world, *world.time_zero + 12_s);
    EXPECT_TRUE(asked(world, "committed(stock, orders-0) > 0 and lag(stock, orders-0) > 0"));
}

TEST(Explanation, NamesTheCallsAndWhatTheyGive) {
    const auto parsed = std::get<Expression>(
        parse_expression("broker(2) == down or leo(other-0, 2) == 1 or lost_acked == 3"));
    EXPECT_EQ(explain_values(small_world(), parsed),
              "broker(2) is running; leo(other-0, 2) is none; lost_acked is 0");
}

}  // namespace
}  // namespace brokerlab

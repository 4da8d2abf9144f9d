// A run that can be moved through: every way to a moment leads to the same world.
#include "sim/timeline/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/world/small_world.h"

namespace brokerlab {
namespace {

using testing::small_setup;

const NodeCommand kKill{NodeCommand::Verb::kKill, {NodeKind::kBroker, 2}};
const NodeCommand kStart{NodeCommand::Verb::kStart, {NodeKind::kBroker, 2}};

Plan kill_and_start() {
    Plan plan;
    plan.add({20_s, std::nullopt, kStart, "start broker 2"});
    plan.add({3_s, std::nullopt, kKill, "kill broker 2"});
    return plan;
}

/// What straight play gives at a moment: boot, then every move up to it.
uint64_t straight(const Plan& plan, Duration at) {
    Outcome<Cursor> booted = boot(small_setup(), [](const Cursor&, const Move&) {});
    Cursor cursor = *std::move(booted);
    const SimTime zero = *cursor.world.time_zero;
    Move move;
    while (next_due(cursor, plan) <= zero + at) {
        move_on(cursor, plan, move);
    }
    return world_digest(cursor.world);
}

Timeline new_timeline(Plan plan) {
    Outcome<Timeline> created = Timeline::create(small_setup(), std::move(plan));
    EXPECT_TRUE(created.ok());
    return *std::move(created);
}

Expression parse(const char* text) {
    return std::get<Expression>(parse_expression(text));
}

TEST(Plan, KeepsTheOrderOfTimeAndOfGiving) {
    const Plan plan = kill_and_start();
    EXPECT_EQ(plan.commands[0].text, "kill broker 2");
    EXPECT_EQ(plan.commands[1].text, "start broker 2");
}

TEST(Seek, ForwardAndBackEqualsStraightPlay) {
    const Plan plan = kill_and_start();
    Timeline timeline = new_timeline(plan);
    EXPECT_EQ(timeline.now(), 0_s);
    EXPECT_TRUE(timeline.at_head());
    const uint64_t at_12s = straight(plan, 12_s);
    const uint64_t at_4s = straight(plan, 4_s);
    timeline.seek(12_s);
    EXPECT_EQ(world_digest(timeline.world()), at_12s);
    timeline.seek(4_s);
    EXPECT_FALSE(timeline.at_head());
    EXPECT_EQ(world_digest(timeline.world()), at_4s);
    timeline.seek(12_s);
    EXPECT_EQ(world_digest(timeline.world()), at_12s);
    EXPECT_TRUE(timeline.at_head());
    timeline.seek(25_s);
    EXPECT_EQ(world_digest(timeline.world()), straight(plan, 25_s));
    timeline.seek(0_s);
    EXPECT_EQ(world_digest(timeline.world()), straight(plan, 0_s));
}

TEST(StepBack, UndoesOneEventAndStopsAtTheBoot) {
    Timeline timeline = new_timeline(kill_and_start());
    timeline.seek(2_s);
    const uint64_t before = world_digest(timeline.world());
    const uint64_t events = timeline.world().events_run;
    Move move;
    timeline.step_event(move);
    EXPECT_EQ(timeline.world().events_run, events + 1);
    timeline.step_back();
    EXPECT_EQ(timeline.world().events_run, events);
    EXPECT_EQ(world_digest(timeline.world()), before);
    timeline.seek_event(0);
    const uint64_t first = world_digest(timeline.world());
    timeline.step_back();
    EXPECT_EQ(world_digest(timeline.world()), first);
}

TEST(SeekEvent, NeverGoesBeyondTheHead) {
    Timeline timeline = new_timeline(kill_and_start());
    timeline.seek(2_s);
    const uint64_t head = timeline.world().events_run;
    timeline.seek_event(head + 1000);
    EXPECT_EQ(timeline.world().events_run, head);
}

TEST(CommandInThePast, OpensABranchAndKeepsTheOldFuture) {
    const Plan plan = kill_and_start();
    Timeline timeline = new_timeline(plan);
    timeline.seek(8_s);
    const uint64_t old_future = world_digest(timeline.world());
    timeline.seek(2_s);
    EXPECT_EQ(timeline.give(NodeCommand{NodeCommand::Verb::kPause, {NodeKind::kBroker, 1}},
                            "pause broker 1"),
              std::nullopt);
    ASSERT_EQ(timeline.branches().size(), 2U);
    EXPECT_EQ(timeline.branch(), 1U);
    EXPECT_EQ(timeline.branches()[1].parent, 0U);
    EXPECT_TRUE(timeline.at_head());
    // The plan behind the command belongs to the old future.
    EXPECT_THAT(timeline.branches()[1].plan.commands, ::testing::SizeIs(1));
    timeline.seek(8_s);
    const uint64_t new_future = world_digest(timeline.world());
    EXPECT_NE(new_future, old_future);
    timeline.switch_to(0);
    EXPECT_EQ(world_digest(timeline.world()), old_future);
    EXPECT_EQ(timeline.branches()[0].plan, plan);
    timeline.switch_to(1);
    EXPECT_EQ(world_digest(timeline.world()), new_future);
    EXPECT_EQ(new_future, straight(timeline.branches()[1].plan, 8_s));
}

TEST(CommandAtTheHead, JoinsThePlanOfItsBranch) {
    Timeline timeline = new_timeline(kill_and_start());
    timeline.seek(1_s);
    EXPECT_EQ(timeline.give(SetRule{Rule::kMinIsrCheck, false}, "set rule min-isr-check off"),
              std::nullopt);
    EXPECT_EQ(timeline.branches().size(), 1U);
    timeline.seek(5_s);
    const uint64_t digest = world_digest(timeline.world());
    EXPECT_EQ(digest, straight(timeline.branches()[0].plan, 5_s));
    timeline.seek(0_s);
    timeline.seek(5_s);
    EXPECT_EQ(world_digest(timeline.world()), digest);
}

TEST(RefusedCommandInThePast, OpensNoBranch) {
    Timeline timeline = new_timeline(Plan());
    timeline.seek(3_s);
    timeline.seek(1_s);
    const std::optional<Refusal> refusal = timeline.give(kStart, "start broker 2");
    ASSERT_TRUE(refusal.has_value());
    EXPECT_EQ(refusal->reason, "broker 2 is already running");
    EXPECT_EQ(timeline.branches().size(), 1U);
}

TEST(SwitchTo, GoesToTheEndOfABranchThatIsShorter) {
    Timeline timeline = new_timeline(Plan());
    timeline.seek(4_s);
    timeline.seek(2_s);
    ASSERT_EQ(timeline.give(kKill, "kill broker 2"), std::nullopt);
    timeline.seek(9_s);
    timeline.switch_to(0);
    EXPECT_EQ(world_digest(timeline.world()), straight(Plan(), 4_s));
    EXPECT_TRUE(timeline.at_head());
    timeline.rename(1, "without broker 2");
    EXPECT_EQ(timeline.branches()[1].name, "without broker 2");
}

TEST(RunUntil, StopsWhenTheExpressionHoldsOrAtTheLimit) {
    Timeline timeline = new_timeline(kill_and_start());
    EXPECT_EQ(timeline.run_until(parse("broker(2) == down"), 60_s), StopReason::kHolds);
    EXPECT_EQ(timeline.now(), 3_s);
    EXPECT_EQ(timeline.run_until(parse("broker(2) == down"), 60_s), StopReason::kHolds);
    EXPECT_EQ(timeline.now(), 3_s);
    EXPECT_EQ(timeline.run_until(parse("broker(2) == paused"), 5_s), StopReason::kLimit);
    EXPECT_LE(timeline.now(), 5_s);
    EXPECT_EQ(timeline.run_until(parse("broker(2) == running"), 60_s), StopReason::kHolds);
    EXPECT_GT(timeline.now(), 20_s);
}

TEST(StepFact, StopsAtTheNextMark) {
    Timeline timeline = new_timeline(kill_and_start());
    timeline.seek(2900_ms);
    const std::size_t marks = timeline.branches()[0].marks.size();
    EXPECT_EQ(timeline.step_fact(4_s), StopReason::kBreakpoint);
    EXPECT_GT(timeline.branches()[0].marks.size(), marks);
    EXPECT_LE(timeline.now(), 3_s);
}

TEST(Timeline, OfAClusterThatCanNotBeHadSaysWhy) {
    brokerlab::Setup setup = small_setup();
    setup.topics[0].replication_factor = 9;
    const Outcome<Timeline> created = Timeline::create(setup, Plan());
    ASSERT_FALSE(created.ok());
    EXPECT_THAT(created.failure().what, ::testing::HasSubstr("INVALID_REPLICATION_FACTOR"));
}

}  // namespace
}  // namespace brokerlab

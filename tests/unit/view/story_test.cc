// What the story of a failover tells: who learns of the new leader, when it works again, and each
// change once.
#include "sim/view/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/timeline/play.h"
#include "tests/unit/world/small_world.h"

namespace brokerlab {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using testing::small_setup;
using ::testing::StartsWith;

/// The sentences of a run with these commands.
std::vector<std::string> told(const Setup& setup, const Plan& plan, Duration until) {
    Story story;
    Outcome<Cursor> booted = boot(setup, [&story](const Cursor& now, const Move& done) {
        if (now.world.boot == BootPhase::kDone) {
            story.take(now.world, done.result.facts);  // The clients start.
        }
    });
    Cursor cursor = *std::move(booted);
    const SimTime end = *cursor.world.time_zero + until;
    Move move;
    while (next_due(cursor, plan) <= end) {
        move_on(cursor, plan, move);
        story.take(cursor.world, move.result.facts);
    }
    story.finish();
    std::vector<std::string> sentences;
    for (const StoryLine& line : story.lines()) {
        sentences.push_back(line.text);
    }
    return sentences;
}

std::vector<std::string> of(const std::vector<std::string>& all, const std::string& part) {
    std::vector<std::string> some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some),
                 [&](const std::string& text) { return text.find(part) != std::string::npos; });
    return some;
}

/// Kills broker 2 and starts it again.
std::vector<std::string> failover() {
    Plan plan;
    plan.add({3_s, std::nullopt, NodeCommand{NodeCommand::Verb::kKill, {NodeKind::kBroker, 2}},
              "kill broker 2"});
    plan.add({20_s, std::nullopt, NodeCommand{NodeCommand::Verb::kStart, {NodeKind::kBroker, 2}},
              "start broker 2"});
    return told(small_setup(), plan, 30_s);
}

TEST(Failover, IsToldUntilTheClientsKnowAndRecordsFlowAgain) {
    const std::vector<std::string> story = failover();
    EXPECT_THAT(story, Contains(StartsWith("till learns that broker ")));
    EXPECT_THAT(story, Contains(StartsWith("audit learns that broker ")));
    const std::vector<std::string> again = of(story, " works again: till has ");
    ASSERT_THAT(again, Not(::testing::IsEmpty()));
    EXPECT_THAT(again.front(), HasSubstr("s without any (since "));
}

TEST(Failover, TellsAChangeOfTheIsrOnceWithItsLeader) {
    const std::vector<std::string> story = failover();
    EXPECT_THAT(of(story, "proposes"), SizeIs(0));
    EXPECT_THAT(of(story, "asked for by its leader"), Not(SizeIs(0)));
    for (const std::string& text : of(story, "asked for by its leader")) {
        EXPECT_THAT(text, HasSubstr("asked for by its leader, broker "));
    }
}

TEST(Failover, ExplainsLeaderEpochsOnce) {
    EXPECT_THAT(of(failover(), "the epoch counts a partition's leaders"), SizeIs(1));
}

TEST(Proposal, ThatNoControllerAnswersIsTold) {
    Plan plan;
    plan.add({1_s, std::nullopt, NodeCommand{NodeCommand::Verb::kKill, {NodeKind::kController, 1}},
              "kill controller 1"});
    plan.add({2_s, std::nullopt, NodeCommand{NodeCommand::Verb::kPause, {NodeKind::kBroker, 1}},
              "pause broker 1"});
    EXPECT_THAT(told(small_setup(), plan, 50_s),
                Contains(HasSubstr(" still asks the controller for in-sync replicas ")));
}

TEST(HopelessClients, AreWarnedOfOnce) {
    brokerlab::Setup setup = small_setup();
    setup.topics.clear();
    ASSERT_EQ(setup.cluster_config.set("default.replication.factor", "4"), std::nullopt);
    EXPECT_THAT(of(told(setup, Plan(), 3_s), "warning: "),
                ElementsAre(StartsWith("warning: till, audit can't succeed")));
}

}  // namespace
}  // namespace brokerlab

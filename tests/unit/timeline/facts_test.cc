// The facts of the current moment are those that a fresh play up to it states, whatever way led
// there: every mark, and every detail since the moment that the timeline names.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/timeline/timeline.h"
#include "tests/unit/world/small_world.h"

namespace brokerlab {
namespace {

using testing::small_setup;

const NodeCommand kKill{NodeCommand::Verb::kKill, {NodeKind::kBroker, 2}};
const NodeCommand kPause{NodeCommand::Verb::kPause, {NodeKind::kBroker, 1}};
const NodeCommand kResume{NodeCommand::Verb::kResume, {NodeKind::kBroker, 1}};

brokerlab::Setup busy_setup() {
    brokerlab::Setup setup = small_setup();
    setup.producers[0].rate = Rate::per_second(100);
    return setup;
}

/// A run of a minute in which a broker is killed at 3 s and comes back at 20 s: long enough for
/// several keyframes.
const Timeline& played() {
    static const Timeline kPlayed = [] {
        Plan plan;
        plan.add({3_s, std::nullopt, kKill, "kill broker 2"});
        plan.add({20_s, std::nullopt,
                  NodeCommand{NodeCommand::Verb::kStart, {NodeKind::kBroker, 2}},
                  "start broker 2"});
        Timeline timeline = *Timeline::create(busy_setup(), std::move(plan));
        timeline.seek(60_s);
        return timeline;
    }();
    return kPlayed;
}

/// What a fresh play of the current branch up to the current moment states and is to be held.
std::vector<Fact> fresh_facts(const Timeline& timeline) {
    struct Stated {
        Fact fact;
        uint64_t after;
    };
    // All of a plan, once: the property asks again and again for parts of the same ones.
    static std::vector<std::pair<Plan, std::vector<Stated>>> plays;
    const Plan& plan = timeline.branches()[timeline.branch()].plan;
    auto play = std::find_if(plays.begin(), plays.end(),
                             [&](const auto& other) { return other.first == plan; });
    if (play == plays.end()) {
        std::vector<Stated> stated;
        const auto note = [&](const Cursor& cursor, const Move& move) {
            for (const Fact& fact : move.result.facts) {
                stated.push_back({fact, cursor.world.events_run});
            }
        };
        Cursor cursor = *boot(busy_setup(), note);
        Move move;
        while (cursor.world.now < *cursor.world.time_zero + 75_s) {
            move_on(cursor, plan, move);
            note(cursor, move);
        }
        play = plays.insert(plays.end(), {plan, std::move(stated)});
    }
    const SimTime complete = *timeline.world().time_zero + timeline.complete_from();
    std::vector<Fact> facts;
    for (const Stated& stated : play->second) {
        if (stated.after <= timeline.world().events_run &&
            (is_mark(stated.fact.body) || stated.fact.at >= complete)) {
            facts.push_back(stated.fact);
        }
    }
    return facts;
}

std::size_t details(const Timeline& timeline) {
    return static_cast<std::size_t>(
        std::count_if(timeline.facts().begin(), timeline.facts().end(),
                      [](const Fact& fact) { return !is_mark(fact.body); }));
}

TEST(FactsOfATimeline, HoldTheBootAndEverythingWhileItPlaysOn) {
    Timeline timeline = *Timeline::create(busy_setup(), Plan());
    EXPECT_FALSE(timeline.facts().empty());
    EXPECT_LT(timeline.facts().front().at, *timeline.world().time_zero);
    timeline.seek(5_s);
    EXPECT_EQ(timeline.complete_from(), 0_s);
    EXPECT_GT(details(timeline), 10U);
    EXPECT_EQ(timeline.facts(), fresh_facts(timeline));
}

TEST(FactsOfATimeline, AreCutWhenItGoesBackAndLoseNoDetail) {
    Timeline timeline = played();
    EXPECT_EQ(timeline.facts(), fresh_facts(timeline));
    EXPECT_GT(timeline.branches()[0].keyframes.size(), 1U);
    timeline.seek(30_s);
    EXPECT_EQ(timeline.complete_from(), 0_s);
    EXPECT_LE(timeline.facts().back().at, timeline.world().now);
    EXPECT_EQ(timeline.facts(), fresh_facts(timeline));
}

TEST(FactsOfATimeline, BeginTheirDetailsAnewAfterAJumpForward) {
    Timeline timeline = played();
    timeline.seek(2_s);
    timeline.seek(60_s);
    EXPECT_GT(timeline.complete_from(), 50_s);
    EXPECT_EQ(timeline.facts(), fresh_facts(timeline));
    timeline.seek(63_s);
    EXPECT_GT(details(timeline), 5U);
    EXPECT_EQ(timeline.facts(), fresh_facts(timeline));
}

TEST(FactsOfATimeline, OfOneInstantAreToldApartByTheEvent) {
    Timeline timeline = *Timeline::create(busy_setup(), Plan());
    timeline.seek(2_s);
    ASSERT_EQ(timeline.give(kPause, "pause broker 1"), std::nullopt);
    ASSERT_EQ(timeline.give(kResume, "resume broker 1"), std::nullopt);
    const std::vector<Fact> both = timeline.facts();
    timeline.step_back();
    // The same instant, one command earlier.
    EXPECT_EQ(timeline.now(), timeline.world().shown(both.back().at));
    EXPECT_LT(timeline.facts().size(), both.size());
    EXPECT_EQ(timeline.facts(), fresh_facts(timeline));
    // A branch that leaves here knows the pause and not the other future's resumption.
    ASSERT_EQ(timeline.give(kKill, "kill broker 2"), std::nullopt);
    const std::vector<Fact>& marks = timeline.branches()[1].marks;
    const auto told = [&](const char* command) {
        return std::any_of(marks.begin(), marks.end(), [&](const Fact& fact) {
            const auto* done = std::get_if<CommandDone>(&fact.body);
            return done != nullptr && done->command == command;
        });
    };
    EXPECT_TRUE(told("pause broker 1"));
    EXPECT_TRUE(told("kill broker 2"));
    EXPECT_FALSE(told("resume broker 1"));
}

TEST(FactsOfATimeline, OfAnotherBranchKeepWhatIsCommon) {
    Timeline timeline = played();
    timeline.seek(40_s);
    ASSERT_EQ(timeline.give(kPause, "pause broker 1"), std::nullopt);
    timeline.seek(50_s);
    timeline.switch_to(0);
    EXPECT_EQ(timeline.now(), 50_s);
    EXPECT_EQ(timeline.facts(), fresh_facts(timeline));
    timeline.switch_to(1);
    EXPECT_EQ(timeline.facts(), fresh_facts(timeline));
}

TEST(FactsOfATimeline, HoldABoundedNumberOfDetails) {
    brokerlab::Setup busy = small_setup();
    busy.producers[0].rate = Rate::per_second(2500);
    Timeline timeline = *Timeline::create(busy, Plan());
    Duration at;
    while (timeline.complete_from() == 0_s && at < 120_s) {
        at = at + 1_s;
        timeline.seek(at);
        ASSERT_LE(details(timeline), kMostDetails);
    }
    EXPECT_LE(details(timeline), kMostDetails / 2 + 5000);
    EXPECT_GE(details(timeline), kMostDetails / 2);
    const auto first_detail = std::find_if(timeline.facts().begin(), timeline.facts().end(),
                                           [](const Fact& fact) { return !is_mark(fact.body); });
    EXPECT_GE(timeline.world().shown(first_detail->at), timeline.complete_from());
}

RC_GTEST_PROP(FactsOfATimeline, AreThoseOfAFreshPlayWhateverWayLedThere, ()) {
    Timeline timeline = played();
    const auto ways = *rc::gen::inRange<std::size_t>(1, 7);
    for (std::size_t i = 0; i < ways; ++i) {
        switch (*rc::gen::inRange(0, 6)) {
            case 0:
                timeline.seek(Duration::from_ms(*rc::gen::inRange<int64_t>(0, 70'000)));
                break;
            case 1:
                for (int n = *rc::gen::inRange(1, 5); n > 0; --n) {
                    timeline.step_back();
                }
                break;
            case 2:
                timeline.step_fact(timeline.now() + 1_s);
                break;
            case 3:
                timeline.switch_to(*rc::gen::inRange<std::size_t>(0, timeline.branches().size()));
                break;
            case 4:
                timeline.seek_event(*rc::gen::inRange<uint64_t>(0, 90'000));
                break;
            default:
                // Few moments, so that few plans have to be played afresh.
                timeline.seek(*rc::gen::element(15_s, 45_s));
                (void)timeline.give(kPause, "pause broker 1");
        }
        if (timeline.now() < 75_s) {
            RC_ASSERT(timeline.facts() == fresh_facts(timeline));
        }
    }
}

}  // namespace
}  // namespace brokerlab

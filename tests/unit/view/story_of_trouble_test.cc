// What the story says while something is out of order, and when it may say that it works again.
#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/script/scenario.h"
#include "sim/timeline/play.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/story.h"
#include "tests/unit/view/played_world.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr const char* kShop = R"(
name: A shop
seed: 7
cluster: {brokers: 3, controllers: 3}
topics:
  - {name: orders, partitions: 1, replication-factor: 3, config: {min.insync.replicas: MIN}}
producers:
  - {name: till, topic: orders, rate: 20/s, value: "{n}", config: {acks: all}}
  - {name: careless, topic: orders, rate: 20/s, value: "{n}", config: {acks: 1}}
consumers:
  - {name: audit, topics: [orders], from: earliest}
timeline:
)";

/// The story's sentences of the scenario.
std::vector<std::string> told_of(const std::string& yaml, Duration until) {
    const std::variant<Scenario, FileError> read = read_scenario(yaml);
    const auto* error = std::get_if<FileError>(&read);
    EXPECT_EQ(error, nullptr) << (error != nullptr ? error->what : "");
    const Scenario& scenario = std::get<Scenario>(read);
    Story story;
    Cursor cursor = *boot(scenario.setup, [](const Cursor&, const Move&) {});
    const SimTime end = *cursor.world.time_zero + until;
    Move move;
    while (next_due(cursor, scenario.plan) <= end) {
        move_on(cursor, scenario.plan, move);
        story.take(cursor.world, move.result.facts);
    }
    story.finish();
    std::vector<std::string> sentences;
    for (const StoryLine& line : story.lines()) {
        sentences.push_back(line.text);
    }
    return sentences;
}
/// Those of the shop with these commands.
std::vector<std::string> told(const std::string& min_isr, const std::string& commands,
                              Duration until) {
    std::string yaml = kShop + commands + "until: 90s\n";
    yaml.replace(yaml.find("MIN"), 3, min_isr);
    return told_of(yaml, until);
}

std::vector<std::string> of(const std::vector<std::string>& all, const std::string& part) {
    std::vector<std::string> some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some),
                 [&](const std::string& text) { return text.find(part) != std::string::npos; });
    return some;
}

constexpr const char* kTwoDie =
    "  - {at: 5s, do: kill broker 1}\n  - {at: 5s, do: kill broker 3}\n";

TEST(ASecondBestProducer, DoesNotMakeAPartitionWorkAgain) {
    const std::vector<std::string> story = told("2", kTwoDie, 30_s);
    EXPECT_THAT(of(story, "orders-0 stands still: its in-sync replicas {2} are fewer"), SizeIs(1));
    EXPECT_THAT(of(story, "works again"), IsEmpty()) << "acks=all and consumers still stand";
    EXPECT_THAT(of(story, "takes records again and commits none"),
                ElementsAre(AllOf(StartsWith("orders-0 "), HasSubstr("careless has "),
                                  EndsWith("acks=all and consumers still wait"))));
}

TEST(ASecondBestProducer, IsOnlyWhatThereWasUntilEnoughAreInSyncAgain) {
    const std::vector<std::string> story =
        told("2", std::string(kTwoDie) + "  - {at: 30s, do: start broker 1}\n", 60_s);
    EXPECT_THAT(of(story, "works again"), SizeIs(1));
    EXPECT_THAT(of(story, "works again"), Contains(HasSubstr(" but for acks=1, which only the ")));
}

/// A till that is silent from 5 s on until it starts again; the leader dies meanwhile, at 10 s.
std::string silent_till(const std::string& starts_again) {
    std::string yaml = R"(
name: A till that is silent for a while
seed: 7
cluster: {brokers: 3, controllers: 3}
topics:
  - {name: orders, partitions: 1, replication-factor: 3, config: {min.insync.replicas: 2}}
producers:
  - {name: till, topic: orders, rate: 10/s, value: "{n}", config: {acks: all}}
timeline:
  - {at: 5s, do: stop producer till}
  - {at: 10s, do: kill broker 1}
  - {at: START, do: start producer till}
until: 90s
)";
    yaml.replace(yaml.find("START"), 5, starts_again);
    const BrokerId leader = testing::play(yaml, 1_s)
                                .world()
                                .committed_metadata()
                                .find_partition({"orders", PartitionId(0)})
                                ->leader;
    const std::string kill = "kill broker ";
    yaml.replace(yaml.find(kill) + kill.size(), 1, std::to_string(leader.value));
    return yaml;
}

TEST(ASilentProducer, MissesNothingBeforeItHasARecord) {
    const std::vector<std::string> story = told_of(silent_till("12s"), 40_s);
    EXPECT_THAT(of(story, "works again"),
                ElementsAre(AllOf(StartsWith("orders-0 works again: till has "),
                                  HasSubstr("s without any (since 12."),
                                  HasSubstr(", when a record was to be sent)"))));
}

TEST(ASilentProducer, HasNothingToTellOfALeaderThatCameMeanwhile) {
    EXPECT_THAT(of(told_of(silent_till("40s"), 60_s), "works again"), IsEmpty());
}

TEST(MinIsr, IsNamedAsItWasSetAndAsItCounts) {
    EXPECT_THAT(of(told("9", "  - {at: 5s, do: kill broker 1}\n", 30_s), "min.insync.replicas, "),
                Contains(EndsWith("fewer than min.insync.replicas, 9, which counts as 3: it has no "
                                  "more replicas")));
}

TEST(ControllersWithoutAMajority, AreToldWithWhatThatMeansAndTillWhen) {
    const std::string commands =
        "  - {at: 5s, do: kill controller 1}\n  - {at: 5s, do: kill controller 2}\n"
        "  - {at: 10s, do: kill broker 1}\n  - {at: 10s, do: kill broker 2}\n"
        "  - {at: 30s, do: start controller 1}\n";
    const std::vector<std::string> story = told("2", commands, 29_s);
    const auto lost = of(
        story, "the metadata quorum has no majority: 1 of 3 controllers run, and a majority is 2");
    ASSERT_THAT(lost, SizeIs(1));
    EXPECT_THAT(lost[0], HasSubstr("no broker is fenced, no leader elected"));
    EXPECT_THAT(of(story, "the controller still takes it"), IsEmpty()) << "there is none";
    EXPECT_THAT(of(told("2", commands, 50_s), "the controllers decide again, after 25."),
                SizeIs(1));
}

TEST(TheActiveController, IsMissedFromItsDeathUntilThereIsAnother) {
    std::string commands;
    for (const char* number : {"1", "2", "3"}) {  // One of them is active.
        commands += std::string("  - {at: ") + number + "0s, do: kill controller " + number +
                    "}\n" + "  - {at: " + number + "5s, do: start controller " + number + "}\n";
    }
    const std::vector<std::string> story = told("2", commands, 40_s);
    EXPECT_THAT(of(story, "there is no active controller: until the other 2 elect one, "),
                Not(IsEmpty()));
    EXPECT_EQ(of(story, "there is no active controller").size(),
              of(story, "the controllers decide again, after ").size());
}

TEST(ATopicOfTheSameName, IsNotALogThatWasCut) {
    // The producers ask for it, so that it is created again at once.
    const std::vector<std::string> story =
        told("2", "  - {at: 5s, do: delete topic orders}\n", 20_s);
    EXPECT_THAT(of(story, ": the log ends there now, below offset "),
                ElementsAre(AllOf(StartsWith("audit reads orders-0 from offset "),
                                  HasSubstr("it is another topic of the same name"))));
    EXPECT_THAT(of(story, "was truncated"), IsEmpty());
}

TEST(ATopicOfTheSameName, HasNothingToDoWithARecordThatIsTriedAgain) {
    const Timeline run = testing::play(R"(
name: A second life
cluster: {brokers: 3}
topics:
  - {name: orders, replication-factor: 3}
services:
  - name: stock-service
    handler: stock
    group: stock
    topics: [orders]
    on-error: retry
    config: {auto.offset.reset: earliest}
timeline:
  - {at: 8s, do: delete topic orders}
  - {at: 10s, do: create topic orders partitions 1 replication-factor 3}
  - {at: 30s, do: produce orders value=nonsense}
until: 60s
)",
                                       40_s);
    Story story;
    story.take(run.world(), run.facts());
    story.finish();
    std::vector<std::string> sentences;
    for (const StoryLine& line : story.lines()) {
        sentences.push_back(line.text);
    }
    EXPECT_THAT(of(sentences, "its application goes back"), Not(IsEmpty()));
    EXPECT_THAT(of(sentences, "another topic of the same name"), IsEmpty());
}

TEST(ACommand, IsTheLabsAndNotTheAdminClients) {
    const Timeline run = testing::play(
        std::string(testing::kTillAndAudit) + "timeline:\n  - {at: 1s, do: kill broker 2}\n", 2_s);
    const auto kill = std::find_if(run.facts().begin(), run.facts().end(), [](const Fact& fact) {
        return std::holds_alternative<CommandDone>(fact.body);
    });
    ASSERT_NE(kill, run.facts().end());
    EXPECT_EQ(actor_of(run.world(), *kill), "the lab");
    EXPECT_EQ(actor_of(run.world(), *std::next(kill)), "broker 2");
}

}  // namespace
}  // namespace brokerlab

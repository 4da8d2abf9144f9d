// Why something happened: chains of causes from facts of real runs back to the command, and forward
// again.
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/view/explain.h"
#include "sim/view/sentences.h"
#include "tests/unit/view/group_world.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kTillAndAudit;
using ::testing::Not;
using testing::play;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::string with_timeline(std::string_view commands) {
    return std::string(kTillAndAudit) + "timeline:\n" + std::string(commands);
}

std::vector<std::string> texts(const std::vector<Reason>& reasons) {
    std::vector<std::string> texts;
    for (const Reason& reason : reasons) {
        texts.push_back(reason.text);
    }
    return texts;
}

/// The last fact of a kind that `accept(body)` takes.
template <class Body, class Accept>
const Fact& last_fact(const Timeline& run, Accept accept) {
    const auto found =
        std::find_if(run.facts().rbegin(), run.facts().rend(), [&](const Fact& fact) {
            const auto* body = std::get_if<Body>(&fact.body);
            return body != nullptr && accept(*body);
        });
    static const Fact kNone;
    EXPECT_NE(found, run.facts().rend());
    return found == run.facts().rend() ? kNone : *found;
}
template <class Body>
const Fact& last_fact(const Timeline& run) {
    return last_fact<Body>(run, [](const Body&) { return true; });
}

std::vector<std::string> why_texts(const Timeline& run, const Fact& fact) {
    return texts(why(run.world(), run.facts(), fact.id));
}
std::vector<std::string> why_texts(const Timeline& run, const Thing& thing) {
    return texts(why(run.world(), run.facts(), thing));
}

// Broker 2 leads orders-0.
const std::string kKill = with_timeline("  - {at: 5s, do: kill broker 2}\n");

TEST(Why, AChangeOfLeaderLeadsBackToTheKill) {
    const Timeline run = play(kKill, 20_s);
    const Fact& changed =
        last_fact<LeaderChanged>(run, [](const LeaderChanged& f) { return f.from == BrokerId(2); });
    EXPECT_THAT(why_texts(run, changed),
                ElementsAre(HasSubstr("instead of 2"), HasSubstr("fences broker 2"),
                            AllOf(HasSubstr("no heartbeat of broker 2"),
                                  HasSubstr("broker.session.timeout.ms is 9.0 s")),
                            StartsWith("broker 2 is killed"), "command: kill broker 2"));
}

TEST(Why, EveryStepThatIsAFactSaysWhenItWasAndStepsGoBackInTime) {
    const Timeline run = play(kKill, 20_s);
    const std::vector<Reason> chain =
        why(run.world(), run.facts(), last_fact<LeaderChanged>(run).id);
    Duration last = kForever;
    for (const Reason& reason : chain) {
        EXPECT_EQ(reason.fact.has_value(), reason.at.has_value()) << reason.text;
        if (reason.at) {
            EXPECT_LE(*reason.at, last) << reason.text;
            last = *reason.at;
        }
    }
    EXPECT_EQ(last, Duration(5_s));
}

TEST(Why, WhoeverLearnsThatItLeadsWasElectedBefore) {
    const Timeline run = play(kKill, 20_s);
    EXPECT_THAT(why_texts(run, last_fact<ReplicaLeads>(run)),
                AllOf(Contains(HasSubstr("instead of 2")), Contains("command: kill broker 2")));
}

TEST(Why, ALostConnectionAndTheRetriesComeFromThePeersEnd) {
    const Timeline run = play(kKill, 20_s);
    EXPECT_THAT(why_texts(run, last_fact<ConnectionLost>(run)),
                ElementsAre(HasSubstr("loses its connection to broker 2"),
                            StartsWith("broker 2 is killed"), "command: kill broker 2"));
}

TEST(Why, ACutLinkFencesABrokerThatRuns) {
    const Timeline run = play(with_timeline("  - {at: 5s, do: cut 2 controllers}\n"), 20_s);
    EXPECT_THAT(why_texts(run, last_fact<BrokerFenced>(run)),
                ElementsAre(HasSubstr("fences broker 2"), HasSubstr("no heartbeat"),
                            "command: cut 2 controllers"));
}

TEST(Why, ReturningToTheIsrLeadsBackToTheStart) {
    const Timeline run =
        play(with_timeline("  - {at: 5s, do: kill broker 2}\n  - {at: 20s, do: start broker 2}\n"),
             40_s);
    EXPECT_THAT(
        why_texts(run, last_fact<IsrChanged>(run)),
        AllOf(Contains(HasSubstr("proposes in-sync replicas")),
              Contains(HasSubstr("unfences broker 2")), Contains("broker 2 starts"),
              Contains("command: start broker 2"), Not(Contains("command: kill broker 2"))));
}

TEST(Why, AFollowerThatIsCutOffFromItsLeaderLeavesTheIsr) {
    const Timeline run =
        play(with_timeline("  - {at: 2s, do: cut 1 2}\n  - {at: 2s, do: cut 1 3}\n"), 50_s);
    const Fact& shrunk = last_fact<IsrChanged>(run);
    EXPECT_THAT(why_texts(run, shrunk),
                ElementsAre(HasSubstr("asked for by its leader"), HasSubstr("proposes"),
                            AllOf(HasSubstr("was not caught up with the leader for"),
                                  HasSubstr("30.0 s (replica.lag.time.max.ms)")),
                            StartsWith("command: cut 1 ")));
}

TEST(Why, ANewControllerIsThereBecauseTheOldOneFellSilent) {
    const Timeline before = play(kTillAndAudit, 1_s);
    const int32_t active = before.world().active_controller()->start().number;
    const std::string kill = "kill controller " + std::to_string(active);
    const Timeline run = play(with_timeline("  - {at: 5s, do: " + kill + "}\n"), 20_s);
    EXPECT_THAT(why_texts(run, last_fact<ControllerActivated>(run)),
                AllOf(Contains(HasSubstr("wins the election")),
                      Contains(HasSubstr("controller.quorum.fetch.timeout.ms")),
                      Contains(HasSubstr("is killed")), Contains("command: " + kill)));
}

TEST(Why, WhatTheBootDidEndsAtTheBoot) {
    const Timeline run = play(kTillAndAudit, 1_s);
    const std::vector<std::string> chain = why_texts(run, last_fact<TopicCreated>(run));
    EXPECT_THAT(chain, ElementsAre(HasSubstr("topic orders is created"), HasSubstr("boots")));
}

TEST(Why, ARecordThatIsReadAgainLeadsToItsFailure) {
    const Timeline run = play(R"(
name: Nonsense
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
  - {at: 8s, do: produce orders value=nonsense}
until: 60s
)",
                              12_s);
    const Fact& back =
        last_fact<PositionReset>(run, [](const PositionReset& f) { return f.to < f.from; });
    const std::vector<std::string> chain = why_texts(run, back);
    ASSERT_GE(chain.size(), 2U);
    EXPECT_THAT(chain[1], HasSubstr("can't work on the record orders-0 at 0"));
}

TEST(Why, AMemberThatSeesMorePartitionsJoinsAgainBecauseTheyWereAdded) {
    std::string yaml = testing::stock("range",
                                      "  - {at: 12s, do: alter topic orders partitions 6}\n"
                                      "  - {at: 13s, do: create topic other partitions 1 "
                                      "replication-factor 3}\n");
    const std::string_view key = "session.timeout.ms: 9000";
    yaml.replace(yaml.find(key), key.size(), "session.timeout.ms: 9000, metadata.max.age.ms: 5000");
    const Timeline run = play(yaml, 25_s);
    const std::vector<std::string> chain = why_texts(run, last_fact<GroupRebalanceBegan>(run));
    ASSERT_GE(chain.size(), 2U);
    EXPECT_THAT(chain[0], HasSubstr("joins again: its metadata shows other partitions"));
    EXPECT_EQ(chain[1], "topic orders grows from 4 to 6 partitions");
    EXPECT_EQ(chain.back(), "command: alter topic orders partitions 6");
}

TEST(Why, AMemberThatGavePartitionsUpJoinsAgainBecauseOfThat) {
    const Timeline run =
        play(testing::stock("cooperative-sticky", "  - {at: 15s, do: add consumer stock}\n"), 28_s);
    const Fact& again = last_fact<GroupRebalanceBegan>(run);
    const std::string member = std::get<GroupRebalanceBegan>(again.body).member;
    const std::vector<std::string> chain = why_texts(run, again);
    ASSERT_GE(chain.size(), 2U);
    EXPECT_THAT(chain[0], HasSubstr(member + " joins again: it has given up partitions"));
    EXPECT_THAT(chain[1], StartsWith(member + " gives up orders-"));
}

TEST(Why, AStaticMembersNewProcessIsNoSilence) {
    std::string yaml = testing::stock("range",
                                      "  - {at: 12s, do: crash consumer stock-1}\n"
                                      "  - {at: 14s, do: start consumer stock-1}\n");
    const std::string_view key = "session.timeout.ms: 9000";
    yaml.replace(yaml.find(key), key.size(), "session.timeout.ms: 9000, group.instance.id: shelf");
    const Timeline run = play(yaml, 18_s);
    const std::vector<std::string> chain = why_texts(run, last_fact<GroupMemberLeft>(run));
    ASSERT_GE(chain.size(), 2U);
    EXPECT_THAT(chain[0], StartsWith("a new process takes the place of stock-1 in group stock"));
    EXPECT_EQ(chain[1], "stock-1 starts");
}

TEST(Why, EveryFactOfARunHasAChainThatEnds) {
    const Timeline run = play(with_timeline("  - {at: 3s, do: pause broker 2}\n"
                                            "  - {at: 20s, do: resume broker 2}\n"
                                            "  - {at: 30s, do: power-off broker 3}\n"
                                            "  - {at: 45s, do: start broker 3}\n"),
                              60_s);
    for (const Fact& fact : run.facts()) {
        const std::vector<Reason> chain = why(run.world(), run.facts(), fact.id);
        ASSERT_FALSE(chain.empty());
        EXPECT_EQ(chain.front().fact, fact.id);
        const bool command = chain.back().text.starts_with("command: ");
        EXPECT_TRUE(command || !chain.back().fact) << chain.back().text;
    }
}

TEST(Why, ABrokerThatIsDownSaysWhatEndedIt) {
    const Timeline run = play(kKill, 20_s);
    EXPECT_THAT(why_texts(run, BrokerThing{BrokerId(2)}),
                ElementsAre("broker 2 is down: no process", StartsWith("broker 2 is killed"),
                            "command: kill broker 2"));
}

TEST(Why, AnUnderReplicatedPartitionSaysWhoIsMissingAndWhy) {
    const Timeline run = play(kKill, 20_s);
    const PartitionThing partition{{"orders", PartitionId(0)}};
    const std::vector<std::string> chain = why_texts(run, partition);
    EXPECT_THAT(chain.front(), AllOf(HasSubstr("orders-0 is led by broker"), HasSubstr("in sync")));
    EXPECT_THAT(chain.back(), "command: kill broker 2");
}

TEST(Why, AReplicaOfADeadBrokerIsOffline) {
    const Timeline run = play(kKill, 20_s);
    EXPECT_THAT(why_texts(run, ReplicaThing{{"orders", PartitionId(0)}, BrokerId(2)}),
                ElementsAre(HasSubstr("is offline"), StartsWith("broker 2 is killed"),
                            "command: kill broker 2"));
}

TEST(Why, ACutLinkNamesItsCommand) {
    const Timeline run = play(with_timeline("  - {at: 5s, do: cut 1 2}\n"), 6_s);
    EXPECT_THAT(why_texts(run, LinkThing{node_of(BrokerId(1)), node_of(BrokerId(2))}),
                ElementsAre("the link between broker 1 and broker 2 lets nothing through",
                            "command: cut 1 2"));
}

TEST(Why, NothingSelectedAndUnknownFactsHaveNoReasons) {
    const Timeline run = play(kTillAndAudit, 1_s);
    EXPECT_THAT(why_texts(run, Thing()), IsEmpty());
    EXPECT_THAT(why(run.world(), run.facts(), FactId{EventSequence(1), 99}), IsEmpty());
}

TEST(AndThen, TheKillLeadsToTheFenceTheNewLeaderAndNothingOfTheStart) {
    const Timeline run =
        play(with_timeline("  - {at: 5s, do: kill broker 2}\n  - {at: 20s, do: start broker 2}\n"),
             40_s);
    const Fact& kill = last_fact<CommandDone>(
        run, [](const CommandDone& f) { return f.command == "kill broker 2"; });
    const std::vector<std::string> followed =
        texts(and_then(run.world(), run.facts(), kill.id, 50));
    EXPECT_THAT(
        followed,
        AllOf(Contains(StartsWith("broker 2 is killed")),
              Contains(HasSubstr("loses its connection to broker 2")),
              Contains(HasSubstr("fences broker 2")), Contains(HasSubstr("instead of 2")),
              Contains(HasSubstr("learns that it leads")),
              Not(Contains(HasSubstr("broker 2 starts"))), Not(Contains(HasSubstr("unfences")))));
}

TEST(AndThen, WhatRepeatsIsOneLineAndTheListEndsWhereItIsToldTo) {
    const Timeline run = play(kKill, 20_s);
    const Fact& fence = last_fact<BrokerFenced>(run);
    const std::vector<Reason> followed = and_then(run.world(), run.facts(), fence.id, 50);
    const auto isr_lines =
        std::count_if(followed.begin(), followed.end(), [](const Reason& reason) {
            return reason.text.find("in-sync replicas {") != std::string::npos;
        });
    EXPECT_EQ(isr_lines, 1);
    EXPECT_THAT(texts(followed), Contains(HasSubstr("; likewise orders-")));
    EXPECT_THAT(and_then(run.world(), run.facts(), fence.id, 2), SizeIs(2));
    EXPECT_THAT(and_then(run.world(), run.facts(), FactId{EventSequence(1), 99}, 2), IsEmpty());
}

}  // namespace
}  // namespace brokerlab

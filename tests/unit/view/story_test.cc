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

/// The lines of a run with these commands.
std::vector<StoryLine> lines_of(const Setup& setup, const Plan& plan, Duration until) {
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
    return story.lines();
}
/// Its sentences.
std::vector<std::string> told(const Setup& setup, const Plan& plan, Duration until) {
    std::vector<std::string> sentences;
    for (const StoryLine& line : lines_of(setup, plan, until)) {
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

/// With keys, so that records go to every partition.
Setup keyed_setup() {
    Setup setup = small_setup();
    setup.producers.front().key = "{n}";
    return setup;
}

/// Kills broker 2 and starts it again.
std::vector<std::string> failover() {
    Plan plan;
    plan.add({3_s, std::nullopt, NodeCommand{NodeCommand::Verb::kKill, {NodeKind::kBroker, 2}},
              "kill broker 2"});
    plan.add({20_s, std::nullopt, NodeCommand{NodeCommand::Verb::kStart, {NodeKind::kBroker, 2}},
              "start broker 2"});
    return told(keyed_setup(), plan, 30_s);
}

TEST(Failover, IsToldUntilTheClientsKnowAndRecordsFlowAgain) {
    const std::vector<std::string> story = failover();
    EXPECT_THAT(story, Contains(StartsWith("till learns that broker ")));
    EXPECT_THAT(story, Contains(StartsWith("audit learns that broker ")));
    const std::vector<std::string> again = of(story, " works again: till has ");
    ASSERT_THAT(again, Not(::testing::IsEmpty()));
    EXPECT_THAT(again.front(), HasSubstr("s without any (since "));
}

TEST(Failover, IsToldForEachPartitionThatStoodStillNotOnlyForTheOneWithANewLeader) {
    const std::vector<std::string> story = failover();
    for (const char* partition : {"orders-0", "orders-1"}) {
        EXPECT_THAT(of(story, std::string(partition) + " stands still: "), SizeIs(1)) << partition;
        EXPECT_THAT(of(story, std::string(partition) + " works again: "), SizeIs(1)) << partition;
    }
}

TEST(Failover, SaysWhatHoldsAPartition) {
    const std::vector<std::string> why = of(failover(), " stands still: ");
    EXPECT_THAT(why, Contains(HasSubstr(": its high watermark waits for replica 2, which does not "
                                        "fetch but is in its ISR")));
}

TEST(Failover, NamesTheLimitThatABrokerBroke) {
    EXPECT_THAT(of(failover(), " fences broker 2: no heartbeat for 9."),
                ElementsAre(::testing::EndsWith("(broker.session.timeout.ms)")));
}

TEST(TooFewInSync, AreToldOnceForEachPartition) {
    Plan plan;
    for (const int32_t broker : {2, 3}) {
        plan.add({3_s, std::nullopt,
                  NodeCommand{NodeCommand::Verb::kKill, {NodeKind::kBroker, broker}},
                  "kill broker " + std::to_string(broker)});
    }
    brokerlab::Setup setup = keyed_setup();
    ASSERT_EQ(setup.topics[0].config.set("min.insync.replicas", "2"), std::nullopt);
    const std::vector<std::string> story = told(setup, plan, 30_s);
    for (const char* partition : {"orders-0", "orders-1"}) {
        EXPECT_THAT(of(story, std::string(partition) + " stands still: its in-sync replicas {1} "
                                                       "are fewer than min.insync.replicas, 2"),
                    SizeIs(1))
            << partition;
    }
}

TEST(Repetition, IsSummedUpAtTheTimeOfItsLast) {
    World world = testing::small_world();
    Story story;
    const auto tell = [&](int64_t ms, FactBody body) {
        world.now = *world.time_zero + Duration::from_ms(ms);
        story.take(world, {{{}, world.now, {NodeKind::kBroker, 1}, kNoEvent, std::move(body)}});
    };
    const auto refused = [&](PartitionId partition, ErrorCode error) {
        return RequestRefused{
            ApiKey::kProduce, {"orders", partition}, {NodeKind::kClient, 2}, error};
    };
    const PartitionId p0(0);
    tell(5'000, refused(p0, ErrorCode::kNotLeaderOrFollower));
    tell(5'100, refused(p0, ErrorCode::kNotLeaderOrFollower));
    tell(5'200, refused(p0, ErrorCode::kRequestTimedOut));
    tell(5'300, refused(p0, ErrorCode::kNotLeaderOrFollower));
    tell(5'400, refused(p0, ErrorCode::kNotLeaderOrFollower));
    tell(5'900, NodeChanged{NodeChanged::Change::kKilled, {}});
    const std::vector<StoryLine>& lines = story.lines();
    ASSERT_THAT(lines, SizeIs(5));
    EXPECT_EQ(lines[1].at, 5'100_ms);
    EXPECT_EQ(lines[1].text, lines[0].text) << "one line is told as it is";
    EXPECT_EQ(lines[1].weight, lines[0].weight);
    EXPECT_EQ(lines[2].at, 5'200_ms);
    EXPECT_EQ(lines[3].at, 5'400_ms);
    EXPECT_EQ(lines[3].text, "(2 more, the last: " + lines[0].text + ")");
    EXPECT_EQ(lines[4].at, 5'900_ms);
}

TEST(Repetition, IsSummedUpOfCommitsThatFailWhileAGroupRebalances) {
    World world = testing::small_world();
    Story story;
    for (const int64_t ms : {5'000, 5'100, 5'200, 5'300}) {
        world.now = *world.time_zero + Duration::from_ms(ms);
        const CommitFailed failed{"stock", ErrorCode::kRebalanceInProgress, false};
        story.take(world, {{{}, world.now, {NodeKind::kClient, 3}, kNoEvent, failed}});
    }
    story.finish();
    ASSERT_THAT(story.lines(), SizeIs(2));
    EXPECT_THAT(story.lines()[1].text, StartsWith("(3 more, the last: "));
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
    EXPECT_THAT(told(keyed_setup(), plan, 50_s),
                Contains(HasSubstr(" still asks the controller for in-sync replicas ")));
}

TEST(ChangedConfig, IsToldAsAStopAndAStart) {
    Plan plan;
    plan.add({2_s, std::nullopt,
              SetClient{ClientCommand::Kind::kProducer, "till", "linger.ms", "20"},
              "set producer till linger.ms=20"});
    const std::vector<std::string> story = told(keyed_setup(), plan, 4_s);
    const auto stops = std::find(story.begin(), story.end(), "till has stopped");
    ASSERT_NE(stops, story.end());
    EXPECT_THAT(std::vector<std::string>(stops, story.end()), Contains("till starts"));
}

TEST(HopelessClients, AreWarnedOfOnce) {
    brokerlab::Setup setup = keyed_setup();
    setup.topics.clear();
    ASSERT_EQ(setup.cluster_config.set("default.replication.factor", "4"), std::nullopt);
    EXPECT_THAT(of(told(setup, Plan(), 3_s), "warning: "),
                ElementsAre(StartsWith("warning: till, audit can't succeed")));
}

/// Consumer stock-1 in group stock; __consumer_offsets is to have so many replicas.
brokerlab::Setup grouped_setup(const char* factor) {
    brokerlab::Setup setup = small_setup();
    setup.consumers[0].group = "stock";
    EXPECT_EQ(setup.cluster_config.set("offsets.topic.replication.factor", factor), std::nullopt);
    EXPECT_EQ(setup.cluster_config.set("offsets.topic.num.partitions", "1"), std::nullopt);
    return setup;
}

TEST(LostGroup, IsToldOnceWithTheReasonWhyItDoesNotForm) {
    const std::vector<std::string> all = told(grouped_setup("4"), Plan(), 30_s);
    EXPECT_THAT(of(all, "COORDINATOR_NOT_AVAILABLE"),
                ElementsAre("group stock does not form: asked who coordinates it, brokers answer "
                            "COORDINATOR_NOT_AVAILABLE, because topic __consumer_offsets does not "
                            "exist and can't be created on demand: it would get 4 replicas "
                            "(offsets.topic.replication.factor), and there are only 3 brokers; its "
                            "members ask again and again, and read nothing"));
    EXPECT_THAT(of(all, "stock-1 now reads"), SizeIs(0));
}

TEST(LostGroup, IsNotToldOfOneThatForms) {
    const std::vector<std::string> all = told(grouped_setup("3"), Plan(), 10_s);
    EXPECT_THAT(of(all, "stock-1 now reads"), SizeIs(1));
    EXPECT_THAT(of(all, "COORDINATOR_NOT_AVAILABLE"), SizeIs(0));
}

TEST(LostGroup, IsToldWhileItsPartitionOfTheOffsetsHasNoLeader) {
    Plan plan;
    for (int32_t broker = 1; broker <= 3; ++broker) {
        const NodeId node{NodeKind::kBroker, broker};
        // In turn, so that two are there whenever the one with the offsets is not.
        const Duration kill = 10_s + 40_s * (broker - 1);
        plan.add({kill, std::nullopt, NodeCommand{NodeCommand::Verb::kKill, node}, "kill"});
        plan.add(
            {kill + 20_s, std::nullopt, NodeCommand{NodeCommand::Verb::kStart, node}, "start"});
    }
    EXPECT_THAT(of(told(grouped_setup("1"), plan, 130_s), "COORDINATOR_NOT_AVAILABLE"),
                ElementsAre("group stock has no coordinator: __consumer_offsets-0 has no leader, "
                            "and brokers answer COORDINATOR_NOT_AVAILABLE to whoever asks for "
                            "one"));
}

TEST(LostGroup, IsNotAnsweredWhereNoBrokerLives) {
    Plan plan;
    for (int32_t broker = 1; broker <= 3; ++broker) {
        plan.add({10_s, std::nullopt,
                  NodeCommand{NodeCommand::Verb::kKill, {NodeKind::kBroker, broker}}, "kill"});
    }
    const std::vector<std::string> all = told(grouped_setup("1"), plan, 60_s);
    EXPECT_THAT(of(all, "group stock has no coordinator"),
                ElementsAre("group stock has no coordinator: __consumer_offsets-0 has no leader, "
                            "and no broker is there to ask"));
    EXPECT_THAT(of(all, "brokers answer COORDINATOR_NOT_AVAILABLE"), SizeIs(0));
}

}  // namespace
}  // namespace brokerlab

// What a scenario file says, and what it means where it says nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/script/scenario_builder.h"

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using testing::read_good;
using testing::with;

TEST(ScenarioFile, SaysEverythingAboutACluster) {
    const Scenario scenario = read_good(R"(name: All of it
about: every key that can be played
seed: 42
cluster:
  brokers: [{id: 2, rack: b}, {id: 1, rack: a}]
  controllers: 1
  config: {broker.session.timeout.ms: 12000}
network: {latency: 2ms, jitter: 400us, bandwidth: 10MiB/s}
topics:
  - {name: orders, partitions: 3, replication-factor: 2, config: {min.insync.replicas: 2}}
producers:
  - name: till
    topic: orders
    rate: 0.5/s
    key: "order-{n}"
    value: '{"order":{n}}'
    start: 1s
    stop: 9s
    count: 7
    config: {acks: all, linger.ms: 0}
consumers:
  - {name: audit, topics: [orders], from: earliest, process: 2ms, poll: 50ms, config: {fetch.max.wait.ms: 10}}
until: 1min
)");
    const brokerlab::Setup& setup = scenario.setup;
    EXPECT_EQ(setup.name, "All of it");
    EXPECT_EQ(setup.about, "every key that can be played");
    EXPECT_EQ(setup.seed, Seed(42));
    ASSERT_EQ(setup.brokers.size(), 2U);
    EXPECT_EQ(setup.brokers[0], (BrokerSetup{BrokerId(1), "a"}));
    EXPECT_EQ(setup.brokers[1], (BrokerSetup{BrokerId(2), "b"}));
    EXPECT_EQ(setup.controllers, 1);
    EXPECT_EQ(setup.cluster_config.integer("broker.session.timeout.ms"), 12'000);
    EXPECT_EQ(setup.network, (NetworkSetup{2_ms, 400_us, 10 * 1024 * 1024}));
    ASSERT_EQ(setup.topics.size(), 1U);
    EXPECT_EQ(setup.topics[0].partitions, 3);
    EXPECT_EQ(setup.topics[0].replication_factor, 2);
    EXPECT_EQ(setup.topics[0].config.integer("min.insync.replicas"), 2);
    ASSERT_EQ(setup.producers.size(), 1U);
    const ProducerSetup& till = setup.producers[0];
    EXPECT_EQ(till.rate, *parse_rate("0.5/s"));
    EXPECT_EQ(till.key, "order-{n}");
    EXPECT_EQ(till.value, "{\"order\":{n}}");
    EXPECT_EQ(till.start, 1_s);
    EXPECT_EQ(till.stop, 9_s);
    EXPECT_EQ(till.count, 7U);
    EXPECT_EQ(till.config.text("acks"), "all");
    ASSERT_EQ(setup.consumers.size(), 1U);
    const ConsumerSetup& audit = setup.consumers[0];
    EXPECT_THAT(audit.topics, ElementsAre("orders"));
    EXPECT_EQ(audit.from, StartFrom::kEarliest);
    EXPECT_EQ(audit.process, 2_ms);
    EXPECT_EQ(audit.poll, 50_ms);
    EXPECT_EQ(scenario.until, 60_s);
}

TEST(ScenarioFile, MeansTheDefaultsWhereItSaysNothing) {
    const Scenario scenario = read_good("name: n\ncluster: {brokers: 1}\nuntil: 1s\n");
    EXPECT_EQ(scenario.setup.seed, Seed(1));
    EXPECT_EQ(scenario.setup.controllers, 3);
    EXPECT_EQ(scenario.setup.network, (NetworkSetup{1_ms, 0_ms, std::nullopt}));
    const Scenario small = read_good(R"(name: n
cluster: {brokers: 1}
topics: [{name: t}]
producers: [{name: p, topic: t}]
consumers: [{name: c, topics: [t]}]
until: 1s
)");
    EXPECT_EQ(small.setup.topics[0].partitions, 1);
    EXPECT_EQ(small.setup.topics[0].replication_factor, 1);
    EXPECT_EQ(small.setup.producers[0].rate, Rate());
    EXPECT_EQ(small.setup.producers[0].key, std::nullopt);
    EXPECT_EQ(small.setup.producers[0].start, Duration());
    EXPECT_EQ(small.setup.consumers[0].process, Duration());
    EXPECT_EQ(small.setup.consumers[0].poll, 100_ms);
    EXPECT_EQ(small.setup.consumers[0].from, StartFrom::kLatest);
}

TEST(ScenarioFile, PutsItsTimelineInTheOrderOfTimeAndKeepsTheOrderWithinAMoment) {
    const Scenario scenario = read_good(with("  - {at: 5s, do: kill broker 2}\n",
                                             "  - {at: 30s, do: start broker 2}\n"
                                             "  - {at: 5s, do:   kill   broker 2}\n"
                                             "  - {at: 5s, do: kill broker 1}\n"));
    std::vector<std::string> texts;
    for (const PlannedCommand& planned : scenario.plan.commands) {
        texts.push_back(planned.text);
    }
    EXPECT_THAT(texts, ElementsAre("kill broker 2", "kill broker 1", "start broker 2"));
}

TEST(ScenarioFile, KnowsWhatAnEarlierLineOfTheTimelineCreates) {
    const Scenario scenario = read_good(with("  - {at: 5s, do: kill broker 2}\n",
                                             "  - {at: 9s, do: elect preferred extra-4}\n"
                                             "  - {at: 2s, do: create topic extra partitions 2}\n"
                                             "  - {at: 3s, do: alter topic extra partitions 5}\n"));
    EXPECT_EQ(scenario.plan.commands.size(), 3U);
}

TEST(ScenarioFile, CountsThePartitionsThatTheClusterGivesATopic) {
    std::string yaml = with("  - {at: 5s, do: kill broker 2}\n",
                            "  - {at: 2s, do: create topic extra}\n"
                            "  - {at: 3s, do: elect preferred extra-3}\n");
    EXPECT_EQ(testing::read_bad(yaml).what,
              "topic 'extra' has no partition 3; they are numbered from 0 to 0");
    yaml.replace(yaml.find("brokers: 3\n"), 11, "brokers: 3\n  config: {num.partitions: 4}\n");
    EXPECT_EQ(read_good(yaml).plan.commands.size(), 2U);
}

TEST(ScenarioFile, LetsClientsNameUndeclaredTopicsWhereTopicsAreMadeOnDemand) {
    std::string yaml =
        with("  brokers: 3\n", "  brokers: 3\n  config: {auto.create.topics.enable: true}\n");
    yaml.replace(yaml.find("topic: orders"), 13, "topic: others");
    EXPECT_EQ(read_good(yaml).setup.producers[0].topic, "others");
}

TEST(ScenarioFile, KnowsTheOffsetsTopicWhereThereIsAGroup) {
    const Command set = SetTopic{"__consumer_offsets", "internal.segment.bytes", "4096"};
    const std::string without = with("{at: 5s, do: kill broker 2}", "{at: 5s, do: heal all}");
    EXPECT_EQ(check_command_names(read_good(without), set, 5_s),
              "there is no topic '__consumer_offsets' here");
    const std::string group = "  - {group: stock, topics: [orders]}\n";
    std::string yaml = without;
    yaml.insert(yaml.find("consumers:\n") + 11, group);
    EXPECT_EQ(check_command_names(read_good(yaml), set, 5_s), std::nullopt);
}

TEST(ScenarioFile, MayBeARecording) {
    const Scenario scenario = read_good(
        with("{at: 5s, do: kill broker 2}", "{at: 5s, after: 123456, do: kill broker 2}") +
        "recorded: {engine: 0.1.0, digest: 0123456789abcdef, ended_at: 61s}\n");
    EXPECT_EQ(scenario.recorded, (RecordedRun{"0.1.0", "0123456789abcdef", 61_s}));
    EXPECT_EQ(scenario.plan.commands[0].after, 123'456U);
}

TEST(CommandsFromOutside, AreCheckedAgainstWhatTheFileKnowsAtTheirTime) {
    const Scenario scenario = read_good(
        with("  - {at: 5s, do: kill broker 2}\n", "  - {at: 5s, do: create topic extra}\n"));
    const Command remove = DeleteTopic{"extra"};
    EXPECT_EQ(check_command_names(scenario, remove, 5_s), std::nullopt);
    EXPECT_EQ(check_command_names(scenario, remove, 4_s), "there is no topic 'extra' here");
    EXPECT_EQ(check_command_names(scenario, DeleteTopic{"ordres"}, 0_s),
              "there is no topic 'ordres' here; did you mean 'orders'?");
}

}  // namespace
}  // namespace brokerlab

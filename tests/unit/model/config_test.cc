// Kafka's configuration keys: what a value may be, how it is kept, and Kafka's words when it can't.
#include "sim/model/config.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brokerlab {
namespace {

constexpr ConfigScope kScopes[] = {ConfigScope::kBroker, ConfigScope::kTopic,
                                   ConfigScope::kProducer, ConfigScope::kConsumer,
                                   ConfigScope::kAdmin};

std::string refusal(ConfigScope scope, std::string_view key, std::string_view value) {
    ConfigMap config(scope);
    const std::optional<Failure> failure = config.set(key, value);
    return failure ? failure->what : "taken as " + std::string(config.text(key));
}

TEST(ConfigTable, HasDefaultsThatItsOwnRulesAccept) {
    for (const ConfigScope scope : kScopes) {
        for (const ConfigDef& def : config_defs(scope)) {
            ConfigMap config(scope);
            EXPECT_EQ(config.set(def.name, def.fallback), std::nullopt) << def.name;
            EXPECT_EQ(config.text(def.name), def.fallback) << def.name;
            EXPECT_EQ(find_config(scope, def.name), &def);
        }
    }
}

TEST(ConfigTable, HasTheDefaultsOfKafka4) {
    const std::tuple<ConfigScope, const char*, int64_t> kDefaults[] = {
        {ConfigScope::kProducer, "linger.ms", 5},
        {ConfigScope::kProducer, "batch.size", 16'384},
        {ConfigScope::kProducer, "delivery.timeout.ms", 120'000},
        {ConfigScope::kProducer, "max.in.flight.requests.per.connection", 5},
        {ConfigScope::kConsumer, "session.timeout.ms", 45'000},
        {ConfigScope::kConsumer, "max.poll.records", 500},
        {ConfigScope::kBroker, "broker.session.timeout.ms", 9'000},
        {ConfigScope::kBroker, "replica.lag.time.max.ms", 30'000},
        {ConfigScope::kBroker, "controller.quorum.fetch.timeout.ms", 2'000},
        {ConfigScope::kBroker, "group.coordinator.append.linger.ms", 5},
        {ConfigScope::kBroker, "group.coordinator.threads", 4},
        {ConfigScope::kBroker, "num.recovery.threads.per.data.dir", 2},
        {ConfigScope::kBroker, "offsets.topic.replication.factor", 3},
        {ConfigScope::kTopic, "message.timestamp.after.max.ms", 3'600'000},
        {ConfigScope::kTopic, "retention.ms", 604'800'000},
        {ConfigScope::kAdmin, "connections.max.idle.ms", 300'000},
    };
    for (const auto& [scope, key, value] : kDefaults) {
        EXPECT_EQ(ConfigMap(scope).integer(key), value) << key;
    }
    EXPECT_EQ(ConfigMap(ConfigScope::kProducer).text("acks"), "all");
    EXPECT_TRUE(ConfigMap(ConfigScope::kProducer).boolean("enable.idempotence"));
    EXPECT_FALSE(ConfigMap(ConfigScope::kTopic).boolean("unclean.leader.election.enable"));
    EXPECT_EQ(ConfigMap(ConfigScope::kTopic).millionths("min.cleanable.dirty.ratio"), 500'000);
}

TEST(ConfigValue, IsRefusedInKafkasWords) {
    EXPECT_EQ(refusal(ConfigScope::kProducer, "linger.ms", "-1"),
              "Invalid value -1 for configuration linger.ms: Value must be at least 0");
    EXPECT_EQ(refusal(ConfigScope::kProducer, "batch.size", "4294967296"),
              "Invalid value 4294967296 for configuration batch.size: Value must be no more than "
              "2147483647");
    EXPECT_EQ(refusal(ConfigScope::kProducer, "acks", "2"),
              "Invalid value 2 for configuration acks: String must be one of: all, -1, 0, 1");
    EXPECT_EQ(refusal(ConfigScope::kProducer, "enable.idempotence", "yes"),
              "Invalid value yes for configuration enable.idempotence: Expected value to be either "
              "true or false");
    EXPECT_EQ(refusal(ConfigScope::kProducer, "retries", "many"),
              "Invalid value many for configuration retries: Not a number of type INT");
    EXPECT_EQ(refusal(ConfigScope::kProducer, "linger.ms", "5ms"),
              "Invalid value 5ms for configuration linger.ms: Not a number of type LONG");
    EXPECT_EQ(refusal(ConfigScope::kTopic, "min.cleanable.dirty.ratio", "1.5"),
              "Invalid value 1.5 for configuration min.cleanable.dirty.ratio: Value must be no "
              "more than 1.0");
    EXPECT_EQ(refusal(ConfigScope::kTopic, "segment.bytes", "1024"),
              "Invalid value 1024 for configuration segment.bytes: Value must be at least 1048576");
    EXPECT_THAT(refusal(ConfigScope::kTopic, "cleanup.policy", "compact,shred"),
                testing::HasSubstr("String must be one of: compact, delete"));
}

TEST(ConfigKey, ThatIsUnknownIsToldWithTheNearest) {
    EXPECT_EQ(
        ConfigMap(ConfigScope::kTopic).set("min.insync.replica", "2"),
        Failure{"Unknown configuration min.insync.replica; did you mean min.insync.replicas?"});
    EXPECT_EQ(ConfigMap(ConfigScope::kTopic).set("qqq", "2"), Failure{"Unknown configuration qqq"});
}

TEST(ConfigValue, IsKeptAsKafkaShowsIt) {
    EXPECT_EQ(refusal(ConfigScope::kProducer, "enable.idempotence", " TRUE "), "taken as true");
    EXPECT_EQ(refusal(ConfigScope::kProducer, "linger.ms", "007"), "taken as 7");
    EXPECT_EQ(refusal(ConfigScope::kTopic, "cleanup.policy", "compact , delete"),
              "taken as compact,delete");
    EXPECT_EQ(refusal(ConfigScope::kConsumer, "partition.assignment.strategy",
                      "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"),
              "taken as cooperative-sticky");
}

TEST(ConfigMap, KnowsOnlyWhatWasSetAndForgetsIt) {
    ConfigMap config(ConfigScope::kProducer);
    EXPECT_FALSE(config.is_set("linger.ms"));
    ASSERT_EQ(config.set("linger.ms", "5"), std::nullopt);
    EXPECT_TRUE(config.is_set("linger.ms"));  // also when it is the default
    EXPECT_NE(config, ConfigMap(ConfigScope::kProducer));
    config.unset("linger.ms");
    EXPECT_EQ(config, ConfigMap(ConfigScope::kProducer));
    ASSERT_NE(config.set("linger.ms", "-1"), std::nullopt);
    EXPECT_FALSE(config.is_set("linger.ms"));
}

}  // namespace
}  // namespace brokerlab

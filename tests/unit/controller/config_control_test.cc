#include "sim/controller/config_control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Request = IncrementalAlterConfigsRequest;

struct Cluster {
    MetadataImage image;
    ControllerConfig config;
    Env env{SimTime(), Seed(1), NodeId{NodeKind::kController, 1}, RuleSet{}};

    Cluster() {
        write(TopicRecord{"orders", Uuid{7, 1}});
        RegisterBrokerRecord broker;
        broker.broker_id = BrokerId(1);
        broker.broker_epoch = BrokerEpoch(1);
        write(broker);
    }
    void write(const MetadataRecord& record) {
        MetadataDelta delta;
        replay(image, delta, record, image.last_offset + 1);
    }
    Answer<IncrementalAlterConfigsResponse> alter(const Request& request) {
        auto answer =
            incremental_alter_configs({image, config, env, image.last_offset + 1}, request);
        for (const MetadataRecord& record : answer.decision.records) {
            write(record);
        }
        return answer;
    }
    /// Alters one resource and tells its result.
    IncrementalAlterConfigsResponse::Result alter_one(ConfigResourceType type, std::string name,
                                                      std::vector<Request::Config> configs) {
        return alter({{{type, std::move(name), std::move(configs)}}, false})
            .response.responses.front();
    }
    IncrementalAlterConfigsResponse::Result alter_orders(std::vector<Request::Config> configs) {
        return alter_one(ConfigResourceType::kTopic, "orders", std::move(configs));
    }
    [[nodiscard]] FlatMap<std::string, std::string> orders() const {
        return image.configs_of({ConfigResourceType::kTopic, "orders"});
    }
};

Request::Config set(std::string key, std::string value) {
    return {std::move(key), ConfigOperation::kSet, std::move(value)};
}

TEST(AlterConfigs, SetsAndDeletesKeysOfATopic) {
    Cluster cluster;
    const auto answer = cluster.alter(
        {{{ConfigResourceType::kTopic, "orders", {set("retention.ms", "1000")}}}, false});
    EXPECT_EQ(answer.response.responses.front().error_code, ErrorCode::kNone);
    EXPECT_EQ(cluster.orders().at("retention.ms"), "1000");
    EXPECT_THAT(answer.decision.facts,
                ElementsAre(FactBody(ConfigChanged{"topic orders", "retention.ms", "1000"})));
    cluster.alter_orders({{"retention.ms", ConfigOperation::kDelete, std::nullopt}});
    EXPECT_THAT(cluster.orders(), IsEmpty());
}

TEST(AlterConfigs, WritesNothingForAValueThatATopicHas) {
    Cluster cluster;
    cluster.alter_orders({set("retention.ms", "1000")});
    const Offset before = cluster.image.last_offset;
    cluster.alter_orders({set("retention.ms", "1000")});
    EXPECT_EQ(cluster.image.last_offset, before);
}

TEST(AlterConfigs, AppendsToAListAndTakesAwayBeginningWithTheDefault) {
    Cluster cluster;
    cluster.alter_orders({{"cleanup.policy", ConfigOperation::kAppend, "compact"}});
    EXPECT_EQ(cluster.orders().at("cleanup.policy"), "delete,compact");
    cluster.alter_orders({{"cleanup.policy", ConfigOperation::kSubtract, "delete"}});
    EXPECT_EQ(cluster.orders().at("cleanup.policy"), "compact");
}

TEST(AlterConfigs, RefusesToAppendToANumber) {
    Cluster cluster;
    const auto result = cluster.alter_orders({{"retention.ms", ConfigOperation::kAppend, "1"}});
    EXPECT_EQ(result.error_code, ErrorCode::kInvalidConfig);
    EXPECT_EQ(result.error_message,
              "Can't APPEND to key retention.ms because its type is not LIST.");
}

TEST(AlterConfigs, RefusesUnknownKeysAndBadValuesOfATopicAsAWhole) {
    Cluster cluster;
    auto result = cluster.alter_orders({set("retention.ms", "1000"), set("retension.ms", "1")});
    EXPECT_EQ(result.error_code, ErrorCode::kInvalidConfig);
    EXPECT_EQ(result.error_message, "Unknown topic config name: retension.ms");
    EXPECT_THAT(cluster.orders(), IsEmpty());

    result = cluster.alter_orders({set("min.insync.replicas", "0")});
    EXPECT_EQ(result.error_code, ErrorCode::kInvalidConfig);
    EXPECT_THAT(*result.error_message, HasSubstr("Value must be at least 1"));
}

TEST(AlterConfigs, RefusesCompactionLagsThatContradictEachOther) {
    Cluster cluster;
    cluster.alter_orders({set("min.compaction.lag.ms", "100")});
    const auto result = cluster.alter_orders({set("max.compaction.lag.ms", "50")});
    EXPECT_EQ(result.error_message,
              "conflict topic config setting min.compaction.lag.ms (100) > "
              "max.compaction.lag.ms (50)");
}

TEST(AlterConfigs, RefusesWhatDoesNotExist) {
    Cluster cluster;
    auto result =
        cluster.alter_one(ConfigResourceType::kTopic, "nothing", {set("retention.ms", "1000")});
    EXPECT_EQ(result.error_code, ErrorCode::kUnknownTopicOrPartition);
    EXPECT_EQ(result.error_message, "The topic 'nothing' does not exist.");
    result = cluster.alter_one(ConfigResourceType::kBroker, "9", {});
    EXPECT_EQ(result.error_code, ErrorCode::kBrokerIdNotRegistered);
    result = cluster.alter_one(ConfigResourceType::kBroker, "one", {});
    EXPECT_EQ(result.error_code, ErrorCode::kInvalidRequest);
}

TEST(AlterConfigs, OfABrokerTakeDynamicKeysOnly) {
    Cluster cluster;
    auto result = cluster.alter_one(ConfigResourceType::kBroker, "1",
                                    {set("unclean.leader.election.enable", "true")});
    EXPECT_EQ(result.error_code, ErrorCode::kNone);
    result = cluster.alter_one(ConfigResourceType::kBroker, "",
                               {set("broker.session.timeout.ms", "1000")});
    EXPECT_EQ(result.error_code, ErrorCode::kInvalidRequest);
    EXPECT_THAT(*result.error_message, HasSubstr("Cannot update these configs dynamically"));
}

TEST(AlterConfigs, WritesAnUnchangedValueOfABrokerAgain) {
    Cluster cluster;
    const std::vector<Request::Config> change{set("unclean.leader.election.enable", "true")};
    cluster.alter_one(ConfigResourceType::kBroker, "", change);
    const Offset before = cluster.image.last_offset;
    cluster.alter_one(ConfigResourceType::kBroker, "", change);
    EXPECT_EQ(cluster.image.last_offset, before + 1);
}

TEST(AlterConfigs, RefusesAResourceOrKeyThatComesTwice) {
    Cluster cluster;
    const Request::Resource orders{ConfigResourceType::kTopic, "orders", {}};
    for (const auto& result : cluster.alter({{orders, orders}, false}).response.responses) {
        EXPECT_EQ(result.error_message, "Each resource must appear at most once.");
    }
    EXPECT_EQ(
        cluster.alter_orders({set("retention.ms", "1"), set("retention.ms", "2")}).error_message,
        "Error due to duplicate config keys");
}

TEST(AlterConfigs, OnlyJudgesWhenAskedTo) {
    Cluster cluster;
    const auto answer = cluster.alter(
        {{{ConfigResourceType::kTopic, "orders", {set("retention.ms", "1000")}}}, true});
    EXPECT_EQ(answer.response.responses.front().error_code, ErrorCode::kNone);
    EXPECT_THAT(answer.decision.records, IsEmpty());
    EXPECT_THAT(answer.decision.facts, IsEmpty());
}

TEST(TopicConfigRecords, AreOnePerKeyOrTheReasonWhyNot) {
    const TopicConfigRecords good =
        topic_config_records("orders", {{"cleanup.policy", "compact"}, {"retention.ms", "5"}});
    EXPECT_EQ(good.error, ErrorCode::kNone);
    EXPECT_THAT(good.records, SizeIs(2));
    const TopicConfigRecords bad = topic_config_records("orders", {{"cleanup.policy", "shred"}});
    EXPECT_EQ(bad.error, ErrorCode::kInvalidConfig);
    EXPECT_THAT(bad.records, IsEmpty());
    EXPECT_THAT(bad.message, HasSubstr("Invalid value shred for configuration cleanup.policy"));
}

}  // namespace
}  // namespace brokerlab

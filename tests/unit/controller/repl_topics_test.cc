// Topics as the controller creates, grows and deletes them.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/controller/replication_control.h"
#include "sim/controller/topic_names.h"
#include "tests/unit/controller/repl_cluster.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

CreateTopicsRequest::Topic drawn(const std::string& name, int32_t partitions, int16_t factor) {
    CreateTopicsRequest::Topic topic;
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = factor;
    return topic;
}
CreateTopicsRequest::Topic chosen(const std::string& name,
                                  std::vector<CreateTopicsRequest::Assignment> assignments) {
    CreateTopicsRequest::Topic topic = drawn(name, -1, -1);
    topic.assignments = std::move(assignments);
    return topic;
}
CreateTopicsResponse create(ReplCluster& cluster, std::vector<CreateTopicsRequest::Topic> topics,
                            bool validate_only = false) {
    CreateTopicsRequest request;
    request.topics = std::move(topics);
    request.validate_only = validate_only;
    return cluster.carry_out(create_topics(cluster.context(), request));
}
/// The error and message of the only topic.
std::pair<ErrorCode, std::string> refusal(ReplCluster& cluster, CreateTopicsRequest::Topic topic) {
    const CreateTopicsResponse response = create(cluster, {std::move(topic)});
    EXPECT_THAT(cluster.last().records, IsEmpty());
    EXPECT_THAT(cluster.last().facts, IsEmpty());
    const auto& result = response.topics.at(0);
    return {result.error_code, result.error_message.value_or("(none)")};
}

TEST(CreateTopics, ANewTopicHasItsRecordsInOrderAndLeadersThatAreInSync) {
    ReplCluster cluster(3);
    CreateTopicsRequest::Topic topic = drawn("orders", 2, 3);
    topic.configs = {{"min.insync.replicas", "2"}};
    const CreateTopicsResponse response = create(cluster, {topic});
    const auto& result = response.topics.at(0);
    EXPECT_EQ(result.error_code, ErrorCode::kNone);
    EXPECT_EQ(result.error_message, std::nullopt);
    EXPECT_EQ(result.num_partitions, 2);
    EXPECT_EQ(result.replication_factor, 3);
    const auto& records = cluster.last().records;
    ASSERT_THAT(records, SizeIs(4));
    EXPECT_EQ(std::get<TopicRecord>(records[0]).topic_id, result.topic_id);
    EXPECT_EQ(std::get<ConfigRecord>(records[1]).value, "2");
    for (int32_t i = 0; i < 2; ++i) {
        const PartitionRegistration& partition = cluster.partition("orders", i);
        EXPECT_EQ(partition.isr, partition.replicas);
        EXPECT_EQ(partition.leader, partition.replicas.front());
        EXPECT_EQ(partition.leader_epoch, LeaderEpoch(0));
        EXPECT_EQ(partition.partition_epoch, PartitionEpoch(0));
        EXPECT_EQ(partition.directories.front(), ReplCluster::directory_of(partition.leader.value));
    }
    EXPECT_THAT(ReplCluster::facts<TopicCreated>(cluster.last()),
                ElementsAre(TopicCreated{"orders", 2, 3}));
}

TEST(CreateTopics, TheAnswerShowsEverySettingWithItsSource) {
    ReplCluster cluster(1);
    cluster.set_config(ConfigResourceType::kBroker, "", "log.retention.ms", "5000");
    CreateTopicsRequest::Topic topic = drawn("orders", 1, 1);
    topic.configs = {{"cleanup.policy", "compact"}};
    const CreateTopicsResponse response = create(cluster, {topic});
    const auto& configs = *response.topics.at(0).configs;
    EXPECT_TRUE(std::is_sorted(configs.begin(), configs.end(),
                               [](const auto& a, const auto& b) { return a.name < b.name; }));
    const auto shown = [&](const std::string& name) {
        for (const auto& config : configs) {
            if (config.name == name) {
                return std::pair(*config.value, config.config_source);
            }
        }
        return std::pair(std::string("(missing)"), ConfigSource::kUnknown);
    };
    EXPECT_EQ(shown("cleanup.policy"), std::pair(std::string("compact"), ConfigSource::kTopic));
    EXPECT_EQ(shown("retention.ms"),
              std::pair(std::string("5000"), ConfigSource::kDynamicDefaultBroker));
    EXPECT_EQ(shown("min.insync.replicas"), std::pair(std::string("1"), ConfigSource::kDefault));
}

TEST(CreateTopics, MinusOneMeansTheDefaultsOfTheCluster) {
    ReplCluster cluster(3);
    cluster.config().num_partitions = 4;
    cluster.config().default_replication_factor = 2;
    const CreateTopicsResponse response = create(cluster, {drawn("orders", -1, -1)});
    EXPECT_EQ(response.topics.at(0).num_partitions, 4);
    EXPECT_EQ(response.topics.at(0).replication_factor, 2);
}

TEST(CreateTopics, TheSameRequestAtTheSameOffsetIsPlacedAlikeAndAtAnotherNot) {
    ReplCluster a(5);
    ReplCluster b(5);
    ReplCluster later(5);
    later.add_topic("before", {{1}});
    for (ReplCluster* cluster : {&a, &b, &later}) {
        create(*cluster, {drawn("orders", 20, 3)});
    }
    EXPECT_EQ(a.image(), b.image());
    EXPECT_NE(a.image().find_topic("orders")->id, later.image().find_topic("orders")->id);
    bool other = false;
    for (int32_t i = 0; i < 20; ++i) {
        other = other || a.partition("orders", i).replicas != later.partition("orders", i).replicas;
    }
    EXPECT_TRUE(other);
}

TEST(CreateTopics, AFencedReplicaIsNotInSyncAndDoesNotLead) {
    ReplCluster cluster(2);
    cluster.add_broker(3, true);
    create(cluster, {chosen("orders", {{PartitionId(0), brokers({3, 1, 2})}})});
    EXPECT_EQ(cluster.partition("orders").isr, brokers({1, 2}));
    EXPECT_EQ(cluster.leader("orders"), BrokerId(1));
}

TEST(CreateTopics, ABrokerInControlledShutdownGetsNoNewReplica) {
    ReplCluster cluster(3);
    cluster.shut_down(2);
    const auto [error, message] = refusal(cluster, drawn("orders", 1, 3));
    EXPECT_EQ(error, ErrorCode::kInvalidReplicationFactor);
    EXPECT_EQ(message,
              "Unable to replicate the partition 3 time(s): The target replication factor of 3 "
              "cannot be reached because only 2 broker(s) are registered.");
}

TEST(CreateTopics, WhatCanNotBePlacedIsRefusedWithKafkasSentence) {
    ReplCluster cluster(2);
    EXPECT_EQ(refusal(cluster, drawn("orders", 1, 0)),
              std::pair(ErrorCode::kInvalidReplicationFactor,
                        std::string("Replication factor must be larger than 0, or -1 to use the "
                                    "default value.")));
    EXPECT_EQ(refusal(cluster, drawn("orders", 0, 1)),
              std::pair(ErrorCode::kInvalidPartitions,
                        std::string("Number of partitions was set to an invalid non-positive "
                                    "value.")));
    cluster.fence(1);
    cluster.fence(2);
    EXPECT_EQ(refusal(cluster, drawn("orders", 1, 1)),
              std::pair(ErrorCode::kInvalidReplicationFactor,
                        std::string("Unable to replicate the partition 1 time(s): All brokers are "
                                    "currently fenced.")));
}

TEST(CreateTopics, NamesAreJudgedAsKafkaDoes) {
    ReplCluster cluster(1);
    cluster.add_topic("my.topic", {{1}});
    const auto error_of = [&](const std::string& name) {
        return refusal(cluster, drawn(name, 1, 1));
    };
    EXPECT_EQ(error_of("my.topic"), std::pair(ErrorCode::kTopicAlreadyExists,
                                              std::string("Topic 'my.topic' already exists.")));
    EXPECT_EQ(error_of("my_topic"),
              std::pair(ErrorCode::kInvalidTopicException,
                        std::string("Topic 'my_topic' collides with existing topic: my.topic")));
    EXPECT_EQ(error_of(""),
              std::pair(ErrorCode::kInvalidTopicException,
                        std::string("Topic name is invalid: the empty string is not allowed")));
    EXPECT_EQ(error_of("..").second, "Topic name is invalid: '..' is not allowed");
    EXPECT_THAT(error_of("a b").second, HasSubstr("'a b' contains one or more characters other"));
    EXPECT_THAT(error_of(std::string(250, 'x')).second,
                HasSubstr("is longer than the max allowed length 249"));
    EXPECT_EQ(error_of("__cluster_metadata").first, ErrorCode::kInvalidRequest);
    EXPECT_EQ(invalid_topic_name(std::string(249, 'x')), std::nullopt);
}

TEST(CreateTopics, TopicsOfOneRequestSeeEachOther) {
    ReplCluster cluster(1);
    const CreateTopicsResponse response =
        create(cluster, {drawn("a.b", 1, 1), drawn("a_b", 1, 1), drawn("twice", 1, 1),
                         drawn("twice", 1, 1), drawn("fine", 1, 1)});
    ASSERT_THAT(response.topics, SizeIs(4));
    EXPECT_EQ(response.topics[0].error_code, ErrorCode::kNone);
    EXPECT_EQ(response.topics[1].error_code, ErrorCode::kInvalidTopicException);
    EXPECT_EQ(response.topics[2].name, "fine");
    EXPECT_EQ(response.topics[2].error_code, ErrorCode::kNone);
    EXPECT_EQ(response.topics[3].name, "twice");
    EXPECT_EQ(response.topics[3].error_message, "Duplicate topic name.");
    EXPECT_EQ(cluster.image().topics->size(), 2U);
}

TEST(CreateTopics, AWrongConfigurationRefusesTheTopicAlone) {
    ReplCluster cluster(1);
    CreateTopicsRequest::Topic wrong = drawn("wrong", 1, 1);
    wrong.configs = {{"retention.ms", "soon"}};
    CreateTopicsRequest::Topic without_value = drawn("null", 1, 1);
    without_value.configs = {{"retention.ms", std::nullopt}};
    const CreateTopicsResponse response =
        create(cluster, {wrong, without_value, drawn("right", 1, 1)});
    EXPECT_EQ(response.topics[0].error_code, ErrorCode::kInvalidConfig);
    EXPECT_EQ(response.topics[1].error_message,
              "Null value not supported for topic configs: retention.ms");
    EXPECT_EQ(response.topics[2].error_code, ErrorCode::kNone);
    EXPECT_EQ(cluster.image().topics->size(), 1U);
}

TEST(CreateTopics, AssignmentsOfTheClientAreJudged) {
    ReplCluster cluster(3);
    cluster.add_broker(4, true);
    const auto error_of = [&](std::vector<CreateTopicsRequest::Assignment> assignments) {
        return refusal(cluster, chosen("orders", std::move(assignments)));
    };
    const PartitionId p0{0};
    const PartitionId p1{1};
    const ErrorCode bad = ErrorCode::kInvalidReplicaAssignment;
    EXPECT_EQ(error_of({{p0, {}}}),
              std::pair(bad, std::string("The manual partition assignment includes an empty "
                                         "replica list.")));
    EXPECT_EQ(error_of({{p0, brokers({1, 9})}}),
              std::pair(bad, std::string("The manual partition assignment includes broker 9, but "
                                         "no such broker is registered.")));
    EXPECT_EQ(error_of({{p0, brokers({1, 1})}}),
              std::pair(bad, std::string("The manual partition assignment includes the broker 1 "
                                         "more than once.")));
    EXPECT_EQ(error_of({{p0, brokers({1})}, {p1, brokers({1, 2})}}),
              std::pair(bad, std::string("The manual partition assignment includes a partition "
                                         "with 2 replica(s), but this is not consistent with "
                                         "previous partitions, which have 1 replica(s).")));
    EXPECT_EQ(error_of({{p0, brokers({1})}, {p0, brokers({2})}}),
              std::pair(bad, std::string("Found multiple manual partition assignments for "
                                         "partition 0")));
    EXPECT_EQ(error_of({{p1, brokers({1})}}),
              std::pair(bad, std::string("partitions should be a consecutive 0-based integer "
                                         "sequence")));
    EXPECT_EQ(error_of({{p0, brokers({4})}}),
              std::pair(bad, std::string("All brokers specified in the manual partition "
                                         "assignment for partition 0 are fenced or in controlled "
                                         "shutdown.")));
    CreateTopicsRequest::Topic both = chosen("orders", {{p0, brokers({1})}});
    both.num_partitions = 1;
    EXPECT_EQ(refusal(cluster, both).first, ErrorCode::kInvalidRequest);
    both.num_partitions = -1;
    both.replication_factor = 1;
    EXPECT_EQ(refusal(cluster, both).first, ErrorCode::kInvalidRequest);
}

TEST(CreateTopics, ValidateOnlyAnswersAndChangesNothing) {
    ReplCluster cluster(1);
    const CreateTopicsResponse response = create(cluster, {drawn("orders", 1, 1)}, true);
    EXPECT_EQ(response.topics.at(0).error_code, ErrorCode::kNone);
    EXPECT_EQ(response.topics.at(0).num_partitions, 1);
    EXPECT_THAT(cluster.last().records, IsEmpty());
    EXPECT_THAT(cluster.last().facts, IsEmpty());
}

TEST(CreateTopics, TenThousandPartitionsAreTheMostOfARequest) {
    ReplCluster cluster(1);
    const CreateTopicsResponse response =
        create(cluster, {drawn("half", 5000, 1), drawn("more", 5001, 1)});
    EXPECT_EQ(response.topics.at(0).error_code, ErrorCode::kPolicyViolation);
    EXPECT_EQ(response.topics.at(1).error_code, ErrorCode::kPolicyViolation);
    EXPECT_THAT(cluster.last().records, IsEmpty());
}

CreatePartitionsResponse::Result grow(ReplCluster& cluster, const std::string& topic, int32_t count,
                                      std::optional<std::vector<std::vector<BrokerId>>> replicas,
                                      bool validate_only = false) {
    CreatePartitionsRequest::Topic growth{topic, count, std::nullopt};
    if (replicas) {
        growth.assignments.emplace();
        for (const auto& assignment : *replicas) {
            growth.assignments->push_back({assignment});
        }
    }
    CreatePartitionsRequest request;
    request.topics = {growth};
    request.validate_only = validate_only;
    return cluster.carry_out(create_partitions(cluster.context(), request)).results.at(0);
}

TEST(CreatePartitions, NewPartitionsFollowTheOldOnesAndLeaveThemAlone) {
    ReplCluster cluster(3);
    cluster.add_topic("orders", {{1, 2}, {2, 3}});
    const PartitionRegistration before = cluster.partition("orders", 1);
    EXPECT_EQ(grow(cluster, "orders", 4, std::nullopt).error_code, ErrorCode::kNone);
    EXPECT_EQ(cluster.image().find_topic("orders")->partition_count(), 4);
    EXPECT_EQ(cluster.partition("orders", 1), before);
    EXPECT_THAT(cluster.partition("orders", 3).replicas, SizeIs(2));
    EXPECT_THAT(ReplCluster::facts<PartitionsAdded>(cluster.last()),
                ElementsAre(PartitionsAdded{"orders", 2, 4}));
    EXPECT_EQ(grow(cluster, "orders", 5, {{brokers({3, 1})}}).error_code, ErrorCode::kNone);
    EXPECT_EQ(cluster.partition("orders", 4).replicas, brokers({3, 1}));
}

TEST(CreatePartitions, OnlyAnIncreaseIsTaken) {
    ReplCluster cluster(2);
    cluster.add_topic("orders", {{1, 2}, {2, 1}, {1, 2}});
    const auto same = grow(cluster, "orders", 3, std::nullopt);
    EXPECT_EQ(same.error_code, ErrorCode::kInvalidPartitions);
    EXPECT_EQ(same.error_message, "Topic already has 3 partition(s).");
    EXPECT_EQ(grow(cluster, "orders", 2, std::nullopt).error_message,
              "The topic orders currently has 3 partition(s); 2 would not be an increase.");
    EXPECT_EQ(grow(cluster, "none", 2, std::nullopt).error_code,
              ErrorCode::kUnknownTopicOrPartition);
    EXPECT_EQ(grow(cluster, "orders", 5, {{brokers({1, 2})}}).error_message,
              "Attempted to add 2 additional partition(s), but only 1 assignment(s) were "
              "specified.");
    EXPECT_EQ(grow(cluster, "orders", 4, {{brokers({1})}}).error_code,
              ErrorCode::kInvalidReplicaAssignment);
    EXPECT_EQ(grow(cluster, "orders", 20000, std::nullopt).error_code, ErrorCode::kPolicyViolation);
    grow(cluster, "orders", 4, std::nullopt, true);
    EXPECT_EQ(cluster.image().find_topic("orders")->partition_count(), 3);
    cluster.fence(1);
    cluster.fence(2);
    const auto fenced = grow(cluster, "orders", 4, std::nullopt);
    EXPECT_EQ(fenced.error_code, ErrorCode::kInvalidReplicationFactor);
    EXPECT_EQ(fenced.error_message, "All brokers are currently fenced.");
}

DeleteTopicsResponse remove(ReplCluster& cluster, std::vector<DeleteTopicsRequest::Topic> topics) {
    DeleteTopicsRequest request;
    request.topics = std::move(topics);
    return cluster.carry_out(delete_topics(cluster.context(), request));
}

TEST(DeleteTopics, ATopicIsDeletedByNameOrById) {
    ReplCluster cluster(1);
    cluster.add_topic("a", {{1}});
    cluster.add_topic("b", {{1}});
    const Uuid id = cluster.image().find_topic("b")->id;
    const DeleteTopicsResponse response = remove(cluster, {{"a", {}}, {std::nullopt, id}});
    EXPECT_EQ(response.responses[0].error_code, ErrorCode::kNone);
    EXPECT_EQ(response.responses[1].name, "b");
    EXPECT_TRUE(cluster.image().topics->empty());
    EXPECT_THAT(ReplCluster::facts<TopicDeleted>(cluster.last()),
                ElementsAre(TopicDeleted{"a"}, TopicDeleted{"b"}));
}

TEST(DeleteTopics, NothingIsDeletedWhereThatIsSwitchedOff) {
    ReplCluster cluster(1);
    cluster.add_topic("a", {{1}});
    ASSERT_EQ(cluster.config().values.set("delete.topic.enable", "false"), std::nullopt);
    const DeleteTopicsResponse response = remove(cluster, {{"a", {}}});
    EXPECT_EQ(response.responses.at(0).error_code, ErrorCode::kTopicDeletionDisabled);
    EXPECT_THAT(cluster.last().records, IsEmpty());
    EXPECT_NE(cluster.image().find_topic("a"), nullptr);
}

TEST(DeleteTopics, WhatIsNotThereOrNotClearIsRefused) {
    ReplCluster cluster(1);
    cluster.add_topic("a", {{1}});
    const Uuid id = cluster.image().find_topic("a")->id;
    const auto error_of = [&](std::vector<DeleteTopicsRequest::Topic> topics) {
        const DeleteTopicsResponse response = remove(cluster, std::move(topics));
        EXPECT_THAT(response.responses, SizeIs(1));
        return response.responses.front().error_code;
    };
    EXPECT_EQ(error_of({{"none", {}}}), ErrorCode::kUnknownTopicOrPartition);
    EXPECT_EQ(error_of({{std::nullopt, Uuid{1, 2}}}), ErrorCode::kUnknownTopicId);
    EXPECT_EQ(error_of({{std::nullopt, Uuid{}}}), ErrorCode::kInvalidRequest);
    EXPECT_EQ(error_of({{"a", id}}), ErrorCode::kInvalidRequest);
    EXPECT_EQ(error_of({{"a", {}}, {"a", {}}}), ErrorCode::kInvalidRequest);
    EXPECT_EQ(error_of({{std::nullopt, id}, {"a", {}}}), ErrorCode::kInvalidRequest);
    EXPECT_NE(cluster.image().find_topic("a"), nullptr);
}

}  // namespace
}  // namespace brokerlab

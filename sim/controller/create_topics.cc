// CreateTopics: names, assignments and configurations are judged topic by topic; one that can't be
// created leaves the others alone. [ControllerApis.createTopics, ReplicationControlManager]
// Not modelled: policies, quotas, authorization. Two names of one request that collide in the names
// of metrics are refused here as if the first existed already; Kafka does not look within a
// request.
#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>

#include "sim/controller/config_control.h"
#include "sim/controller/replica_assignment.h"
#include "sim/controller/replication_control.h"
#include "sim/controller/topic_configs.h"
#include "sim/controller/topic_names.h"
#include "sim/kernel/draw.h"

namespace brokerlab {
namespace {

using RequestedTopic = CreateTopicsRequest::Topic;
using TopicResult = CreateTopicsResponse::Topic;
using Placement = std::variant<std::vector<Assignment>, Refusal>;

Refusal refuse(ErrorCode error, std::string message) {
    return {error, std::move(message)};
}

std::string on_partition(PartitionId partition) {
    return "All brokers specified in the manual partition assignment for partition " +
           std::to_string(partition.value) + " are fenced or in controlled shutdown.";
}

/// What the client chose, in the order of the partitions.
Placement manual_placement(const DecisionContext& context, const RequestedTopic& topic) {
    if (topic.replication_factor != -1) {
        return refuse(ErrorCode::kInvalidRequest,
                      "A manual partition assignment was specified, but replication factor was "
                      "not set to -1.");
    }
    if (topic.num_partitions != -1) {
        return refuse(ErrorCode::kInvalidRequest,
                      "A manual partition assignment was specified, but numPartitions was not set "
                      "to -1.");
    }
    FlatMap<PartitionId, Assignment> by_partition;
    std::optional<std::size_t> factor;
    for (const CreateTopicsRequest::Assignment& chosen : topic.assignments) {
        if (by_partition.contains(chosen.partition_index)) {
            return refuse(ErrorCode::kInvalidReplicaAssignment,
                          "Found multiple manual partition assignments for partition " +
                              std::to_string(chosen.partition_index.value));
        }
        if (auto refusal = judge_assignment(context.image, chosen.broker_ids, factor)) {
            return *std::move(refusal);
        }
        factor = chosen.broker_ids.size();
        if (active_members(context.image, chosen.broker_ids).empty()) {
            return refuse(ErrorCode::kInvalidReplicaAssignment,
                          on_partition(chosen.partition_index));
        }
        by_partition.insert_or_assign(chosen.partition_index, chosen.broker_ids);
    }
    std::vector<Assignment> placement;
    for (auto& [partition, assignment] : by_partition) {
        if (partition.value != static_cast<int32_t>(placement.size())) {
            return refuse(ErrorCode::kInvalidReplicaAssignment,
                          "partitions should be a consecutive 0-based integer sequence");
        }
        placement.push_back(std::move(assignment));
    }
    return placement;
}

/// What the controller chooses.
Placement drawn_placement(const DecisionContext& context, const RequestedTopic& topic) {
    if (topic.replication_factor < -1 || topic.replication_factor == 0) {
        return refuse(ErrorCode::kInvalidReplicationFactor,
                      "Replication factor must be larger than 0, or -1 to use the default value.");
    }
    if (topic.num_partitions < -1 || topic.num_partitions == 0) {
        return refuse(ErrorCode::kInvalidPartitions,
                      "Number of partitions was set to an invalid non-positive value.");
    }
    const int32_t partitions =
        topic.num_partitions == -1 ? context.config.num_partitions : topic.num_partitions;
    const int32_t factor = topic.replication_factor == -1
                               ? context.config.default_replication_factor
                               : topic.replication_factor;
    const auto cannot = [&](const std::string& why) {
        return refuse(
            ErrorCode::kInvalidReplicationFactor,
            "Unable to replicate the partition " + std::to_string(factor) + " time(s): " + why);
    };
    Outcome<std::vector<Assignment>> placed = place_topic(context, topic.name, partitions, factor);
    if (!placed) {
        return cannot(placed.failure().what);
    }
    for (const Assignment& assignment : *placed) {
        if (active_members(context.image, assignment).empty()) {
            return cannot("All brokers are currently fenced or in controlled shutdown.");
        }
    }
    return std::move(*placed);
}

/// One CreateTopics request on its way through.
class TopicCreation {
public:
    TopicCreation(const DecisionContext& context, const CreateTopicsRequest& request)
        : context_(context), request_(request) {}

    Answer<CreateTopicsResponse> run() {
        if (too_many_partitions()) {
            refuse_all({ErrorCode::kPolicyViolation,
                        "Excessively large number of partitions per request."});
            return std::move(answer_);
        }
        find_duplicates();
        for (const RequestedTopic& topic : request_.topics) {
            if (!duplicates_.contains(topic.name) && topic.name != kClusterMetadataTopic) {
                answer_.response.topics.push_back(create(topic));
            }
        }
        refuse_what_was_passed_over();
        if (request_.validate_only) {
            answer_.decision = {};
        }
        return std::move(answer_);
    }

private:
    [[nodiscard]] bool too_many_partitions() const {
        int64_t partitions = 0;
        for (const RequestedTopic& topic : request_.topics) {
            if (!topic.assignments.empty()) {
                partitions += static_cast<int64_t>(topic.assignments.size());
            } else if (topic.num_partitions == -1) {
                partitions += context_.config.num_partitions;
            } else {
                partitions += std::max(topic.num_partitions, 0);
            }
        }
        return partitions > kMaxPartitionsPerRequest;
    }

    void find_duplicates() {
        FlatSet<std::string> names;
        for (const RequestedTopic& topic : request_.topics) {
            if (!names.insert(topic.name)) {
                duplicates_.insert(topic.name);
            }
        }
    }

    static TopicResult refused(const std::string& name, Refusal refusal) {
        TopicResult result;
        result.name = name;
        result.error_code = refusal.error;
        result.error_message = std::move(refusal.message);
        return result;
    }
    void refuse_all(const Refusal& refusal) {
        for (const RequestedTopic& topic : request_.topics) {
            answer_.response.topics.push_back(refused(topic.name, refusal));
        }
    }
    /// They are answered after the others [ControllerApis.createTopics].
    void refuse_what_was_passed_over() {
        for (const std::string& name : duplicates_) {
            answer_.response.topics.push_back(
                refused(name, refuse(ErrorCode::kInvalidRequest, "Duplicate topic name.")));
        }
        for (const RequestedTopic& topic : request_.topics) {
            if (topic.name == kClusterMetadataTopic && !duplicates_.contains(topic.name)) {
                answer_.response.topics.push_back(refused(
                    topic.name,
                    refuse(ErrorCode::kInvalidRequest,
                           "Creation of internal topic " + topic.name + " is prohibited.")));
            }
        }
    }

    [[nodiscard]] std::optional<Refusal> judge_name(const std::string& name) const {
        if (context_.image.find_topic(name) != nullptr) {
            return refuse(ErrorCode::kTopicAlreadyExists, "Topic '" + name + "' already exists.");
        }
        if (auto wrong = invalid_topic_name(name)) {
            return refuse(ErrorCode::kInvalidTopicException, *std::move(wrong));
        }
        const auto collision = [&](const std::string& other) {
            return refuse(ErrorCode::kInvalidTopicException,
                          "Topic '" + name + "' collides with existing topic: " + other);
        };
        for (const auto& [other, topic] : *context_.image.topics) {
            if (topic_names_collide(name, other)) {
                return collision(other);
            }
        }
        for (const std::string& other : created_) {
            if (topic_names_collide(name, other)) {
                return collision(other);
            }
        }
        return std::nullopt;
    }

    static std::optional<Refusal> read_configs(const RequestedTopic& topic,
                                               FlatMap<std::string, std::string>& configs) {
        std::string without_value;
        for (const CreateTopicsRequest::Config& config : topic.configs) {
            if (config.value) {
                configs.insert_or_assign(config.name, *config.value);
            } else {
                without_value += (without_value.empty() ? "" : ",") + config.name;
            }
        }
        if (without_value.empty()) {
            return std::nullopt;
        }
        return refuse(ErrorCode::kInvalidConfig,
                      "Null value not supported for topic configs: " + without_value);
    }

    TopicResult create(const RequestedTopic& topic) {
        FlatMap<std::string, std::string> configs;
        std::optional<Refusal> refusal = judge_name(topic.name);
        if (!refusal) {
            refusal = read_configs(topic, configs);
        }
        if (refusal) {
            return refused(topic.name, *std::move(refusal));
        }
        TopicConfigRecords config_records = topic_config_records(topic.name, configs);
        if (config_records.error != ErrorCode::kNone) {
            return refused(topic.name, {config_records.error, std::move(config_records.message)});
        }
        Placement placement = topic.assignments.empty() ? drawn_placement(context_, topic)
                                                        : manual_placement(context_, topic);
        if (Refusal* why = std::get_if<Refusal>(&placement)) {
            return refused(topic.name, std::move(*why));
        }
        created_.insert(topic.name);
        return write(topic.name, std::get<std::vector<Assignment>>(std::move(placement)),
                     std::move(config_records.records), configs);
    }

    /// The topic, then its configuration, then its partitions.
    TopicResult write(const std::string& name, std::vector<Assignment> placement,
                      std::vector<MetadataRecord> config_records,
                      const FlatMap<std::string, std::string>& configs) {
        const UuidWords words =
            draw_uuid(context_.env.seed, draw_key(name), draw_key(context_.next_offset));
        TopicResult result;
        result.name = name;
        result.topic_id = {words.high, words.low};
        result.error_message.reset();
        result.num_partitions = static_cast<int32_t>(placement.size());
        result.replication_factor = static_cast<int16_t>(placement.front().size());
        result.configs = effective_topic_configs(context_, configs);

        Decision& decision = answer_.decision;
        decision.records.emplace_back(TopicRecord{name, result.topic_id});
        std::move(config_records.begin(), config_records.end(),
                  std::back_inserter(decision.records));
        PartitionId partition{0};
        for (Assignment& assignment : placement) {
            decision.records.emplace_back(
                new_partition(context_.image, result.topic_id, partition, std::move(assignment)));
            partition = PartitionId(partition.value + 1);
        }
        decision.facts.emplace_back(
            TopicCreated{name, result.num_partitions, result.replication_factor});
        return result;
    }

    const DecisionContext& context_;
    const CreateTopicsRequest& request_;
    FlatSet<std::string> duplicates_;
    FlatSet<std::string> created_;
    Answer<CreateTopicsResponse> answer_;
};

}  // namespace

Answer<CreateTopicsResponse> create_topics(const DecisionContext& context,
                                           const CreateTopicsRequest& request) {
    return TopicCreation(context, request).run();
}

}  // namespace brokerlab

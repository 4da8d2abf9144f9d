// CreatePartitions: more partitions for a topic that exists; those it has stay as they are.
// [ControllerApis.createPartitions, ReplicationControlManager.createPartitions]
// More than 10,000 new partitions in one request are refused with POLICY_VIOLATION, as for
// CreateTopics; Kafka answers UNKNOWN_SERVER_ERROR then.
#include <cstddef>
#include <utility>
#include <variant>

#include "sim/controller/replica_assignment.h"
#include "sim/controller/replication_control.h"

namespace brokerlab {
namespace {

using Growth = CreatePartitionsRequest::Topic;

Refusal refuse(ErrorCode error, std::string message) {
    return {error, std::move(message)};
}

std::optional<Refusal> judge_count(const TopicImage& topic, const Growth& growth) {
    const std::string has = std::to_string(topic.partition_count()) + " partition(s)";
    if (growth.count == topic.partition_count()) {
        return refuse(ErrorCode::kInvalidPartitions, "Topic already has " + has + ".");
    }
    if (growth.count < topic.partition_count()) {
        return refuse(ErrorCode::kInvalidPartitions, "The topic " + topic.name + " currently has " +
                                                         has + "; " + std::to_string(growth.count) +
                                                         " would not be an increase.");
    }
    const int32_t additional = growth.count - topic.partition_count();
    if (growth.assignments && growth.assignments->size() != static_cast<std::size_t>(additional)) {
        return refuse(ErrorCode::kInvalidReplicaAssignment,
                      "Attempted to add " + std::to_string(additional) +
                          " additional partition(s), but only " +
                          std::to_string(growth.assignments->size()) +
                          " assignment(s) were specified.");
    }
    if (additional > kMaxPartitionsPerRequest) {
        return refuse(ErrorCode::kPolicyViolation,
                      "Excessively large number of partitions per request.");
    }
    return std::nullopt;
}

std::variant<std::vector<Assignment>, Refusal> chosen_replicas(const DecisionContext& context,
                                                               const TopicImage& topic,
                                                               const Growth& growth) {
    const std::size_t factor = topic.partitions.front()->replicas.size();
    std::vector<Assignment> chosen;
    for (const CreatePartitionsRequest::Assignment& assignment : *growth.assignments) {
        if (auto refusal = judge_assignment(context.image, assignment.broker_ids, factor)) {
            return *std::move(refusal);
        }
        if (active_members(context.image, assignment.broker_ids).empty()) {
            const auto partition = topic.partitions.size() + chosen.size();
            return refuse(ErrorCode::kInvalidReplicaAssignment,
                          "All brokers specified in the manual partition assignment for "
                          "partition " +
                              std::to_string(partition) + " are fenced or in controlled shutdown.");
        }
        chosen.push_back(assignment.broker_ids);
    }
    return chosen;
}

std::variant<std::vector<Assignment>, Refusal> drawn_replicas(const DecisionContext& context,
                                                              const TopicImage& topic,
                                                              const Growth& growth) {
    const auto factor = static_cast<int32_t>(topic.partitions.front()->replicas.size());
    Outcome<std::vector<Assignment>> placed =
        place_topic(context, topic.name, growth.count - topic.partition_count(), factor);
    if (!placed) {
        return refuse(ErrorCode::kInvalidReplicationFactor, placed.failure().what);
    }
    for (const Assignment& assignment : *placed) {
        if (active_members(context.image, assignment).empty()) {
            return refuse(ErrorCode::kInvalidReplicationFactor,
                          "Unable to replicate the partition " + std::to_string(factor) +
                              " time(s): All brokers are currently fenced or in controlled "
                              "shutdown.");
        }
    }
    return std::move(*placed);
}

Refusal grow(const DecisionContext& context, const Growth& growth, Decision& decision) {
    const TopicImage* topic = context.image.find_topic(growth.name);
    if (topic == nullptr) {
        return {ErrorCode::kUnknownTopicOrPartition, std::nullopt};
    }
    if (auto refusal = judge_count(*topic, growth)) {
        return *std::move(refusal);
    }
    auto replicas = growth.assignments ? chosen_replicas(context, *topic, growth)
                                       : drawn_replicas(context, *topic, growth);
    if (Refusal* refusal = std::get_if<Refusal>(&replicas)) {
        return std::move(*refusal);
    }
    PartitionId partition{topic->partition_count()};
    for (Assignment& assignment : std::get<std::vector<Assignment>>(replicas)) {
        decision.records.emplace_back(
            new_partition(context.image, topic->id, partition, std::move(assignment)));
        partition = PartitionId(partition.value + 1);
    }
    decision.facts.emplace_back(
        PartitionsAdded{topic->name, topic->partition_count(), growth.count});
    return {};
}

}  // namespace

Answer<CreatePartitionsResponse> create_partitions(const DecisionContext& context,
                                                   const CreatePartitionsRequest& request) {
    FlatSet<std::string> names;
    FlatSet<std::string> duplicates;
    for (const Growth& growth : request.topics) {
        if (!names.insert(growth.name)) {
            duplicates.insert(growth.name);
        }
    }
    Answer<CreatePartitionsResponse> answer;
    const auto respond = [&](const std::string& name, Refusal refusal) {
        answer.response.results.push_back({name, refusal.error, std::move(refusal.message)});
    };
    for (const std::string& name : duplicates) {
        respond(name, refuse(ErrorCode::kInvalidRequest, "Duplicate topic name."));
    }
    for (const Growth& growth : request.topics) {
        if (!duplicates.contains(growth.name)) {
            respond(growth.name, grow(context, growth, answer.decision));
        }
    }
    if (request.validate_only) {
        answer.decision = {};
    }
    return answer;
}

}  // namespace brokerlab

// Reassignment: replicas move between brokers. A reassignment starts by adding the new replicas
// beside the old ones, and completes by itself when the ISR holds all that are to stay: that part
// is in partition_change_builder.h, since any change of the partition may be the one that does it.
// [ReplicationControlManager.alterPartitionReassignments, PartitionReassignmentRevert.java,
// KIP-455]
#include <algorithm>
#include <utility>

#include "sim/controller/partition_changes.h"
#include "sim/controller/replica_assignment.h"
#include "sim/controller/replication_control.h"

namespace brokerlab {
namespace {

using Wish = AlterPartitionReassignmentsRequest::Partition;

std::string partition_name(const TopicImage& topic, PartitionId partition) {
    return topic.name + ":" + std::to_string(partition.value);
}

std::vector<BrokerId> without(std::vector<BrokerId> brokers, const std::vector<BrokerId>& removed) {
    std::erase_if(brokers, [&](BrokerId broker) {
        return std::find(removed.begin(), removed.end(), broker) != removed.end();
    });
    return brokers;
}

std::vector<BrokerId> sorted(std::vector<BrokerId> brokers) {
    std::sort(brokers.begin(), brokers.end());
    return brokers;
}

/// Starts a reassignment, or replaces the one under way. What is under way counts as what the
/// partition has: a replica that was being added and is not in the new target is removed.
Refusal start(const DecisionContext& context, PartitionChanges& changes, Decision& decision,
              const TopicImage& topic, const Wish& wish) {
    if (auto refusal = judge_assignment(context.image, *wish.replicas, std::nullopt)) {
        return *std::move(refusal);
    }
    const PartitionRegistration& now = *changes.find(topic, wish.partition_index);
    const std::vector<BrokerId> removing = sorted(without(now.replicas, *wish.replicas));
    const std::vector<BrokerId> adding = sorted(without(*wish.replicas, now.replicas));
    PartitionGoal goal(now);
    goal.replicas = *wish.replicas;
    goal.replicas.insert(goal.replicas.end(), removing.begin(), removing.end());
    if (!removing.empty()) {
        goal.removing_replicas = removing;
    }
    if (!adding.empty()) {
        goal.adding_replicas = adding;
    }
    const bool was_reassigning = now.is_reassigning();
    const PartitionRegistration* after =
        changes.change(topic, wish.partition_index, std::move(goal),
                       {.leader = LeaderChanged::Why::kReassignment});
    if (after == nullptr) {
        return {};
    }
    const TopicPartition partition{topic.name, wish.partition_index};
    if (after->is_reassigning()) {
        decision.facts.emplace_back(
            ReassignmentChanged{partition, ReassignmentChanged::Step::kStarted, *wish.replicas});
    } else if (!was_reassigning) {
        decision.facts.emplace_back(
            ReassignmentChanged{partition, ReassignmentChanged::Step::kCompleted, after->replicas});
    }
    return {};
}

/// Takes the added replicas away again.
Refusal cancel(const DecisionContext& context, PartitionChanges& changes, const TopicImage& topic,
               PartitionId partition) {
    const PartitionRegistration& now = *changes.find(topic, partition);
    if (!now.is_reassigning()) {
        return {ErrorCode::kNoReassignmentInProgress, std::nullopt};
    }
    PartitionGoal goal(now);
    goal.replicas = without(now.replicas, now.adding_replicas);
    goal.isr = without(now.isr, now.adding_replicas);
    goal.removing_replicas.clear();
    goal.adding_replicas.clear();
    if (goal.replicas.empty()) {
        return {ErrorCode::kInvalidReplicaAssignment,
                "Invalid replica assignment: addingReplicas contains all replicas."};
    }
    const bool unclean_allowed = unclean_election_allowed(context, topic.name);
    if (goal.isr.empty()) {
        // Only added replicas are in sync. To go back is to declare an old one in sync.
        if (!unclean_allowed) {
            return {ErrorCode::kInvalidReplicaAssignment,
                    "Unable to revert partition assignment for " +
                        partition_name(topic, partition) +
                        " because it would require an unclean leader election."};
        }
        goal.isr = {goal.replicas.front()};
    }
    if (unclean_allowed) {
        goal.election = Election::kUnclean;
    }
    changes.change(topic, partition, std::move(goal),
                   {.leader = LeaderChanged::Why::kReassignment, .cancels = true});
    return {};
}

Refusal alter(const DecisionContext& context, PartitionChanges& changes, Decision& decision,
              const std::string& topic_name, const Wish& wish) {
    const TopicImage* topic = context.image.find_topic(topic_name);
    if (topic == nullptr) {
        return {ErrorCode::kUnknownTopicOrPartition,
                "Unable to find a topic named " + topic_name + "."};
    }
    if (changes.find(*topic, wish.partition_index) == nullptr) {
        return {ErrorCode::kUnknownTopicOrPartition,
                "Unable to find partition " + partition_name(*topic, wish.partition_index) + "."};
    }
    return wish.replicas ? start(context, changes, decision, *topic, wish)
                         : cancel(context, changes, *topic, wish.partition_index);
}

void list_partition(const TopicImage& topic, PartitionId id,
                    ListPartitionReassignmentsResponse::Topic& listed) {
    if (id.value < 0 || id.value >= topic.partition_count()) {
        return;
    }
    const PartitionRegistration& partition = *topic.partitions[static_cast<std::size_t>(id.value)];
    if (partition.is_reassigning()) {
        listed.partitions.push_back(
            {id, partition.replicas, partition.adding_replicas, partition.removing_replicas});
    }
}

void add_if_any(ListPartitionReassignmentsResponse& response,
                ListPartitionReassignmentsResponse::Topic listed) {
    if (!listed.partitions.empty()) {
        response.topics.push_back(std::move(listed));
    }
}

}  // namespace

Answer<AlterPartitionReassignmentsResponse> alter_partition_reassignments(
    const DecisionContext& context, const AlterPartitionReassignmentsRequest& request) {
    Answer<AlterPartitionReassignmentsResponse> answer;
    answer.response.error_message.reset();
    PartitionChanges changes(context, answer.decision);
    for (const AlterPartitionReassignmentsRequest::Topic& topic : request.topics) {
        auto& answered = answer.response.responses.emplace_back();
        answered.name = topic.name;
        for (const Wish& wish : topic.partitions) {
            Refusal refusal = alter(context, changes, answer.decision, topic.name, wish);
            answered.partitions.push_back(
                {wish.partition_index, refusal.error, std::move(refusal.message)});
        }
    }
    return answer;
}

ListPartitionReassignmentsResponse list_partition_reassignments(
    const MetadataImage& image, const ListPartitionReassignmentsRequest& request) {
    ListPartitionReassignmentsResponse response;
    response.error_message.reset();
    if (!request.topics) {
        for (const auto& [name, topic] : *image.topics) {
            ListPartitionReassignmentsResponse::Topic listed{name, {}};
            for (int32_t i = 0; i < topic->partition_count(); ++i) {
                list_partition(*topic, PartitionId(i), listed);
            }
            add_if_any(response, std::move(listed));
        }
        return response;
    }
    for (const ListPartitionReassignmentsRequest::Topic& asked : *request.topics) {
        const TopicImage* topic = image.find_topic(asked.name);
        if (topic == nullptr) {
            continue;
        }
        ListPartitionReassignmentsResponse::Topic listed{asked.name, {}};
        for (const PartitionId partition : asked.partition_indexes) {
            list_partition(*topic, partition, listed);
        }
        add_if_any(response, std::move(listed));
    }
    return response;
}

}  // namespace brokerlab

// Elections that are asked for or due: the ElectLeaders request, the balancer's preferred
// elections, and the periodic unclean ones. [ReplicationControlManager.electLeaders,
// maybeBalancePartitionLeaders, maybeElectUncleanLeaders] The periodic passes go through topics by
// name; Kafka's order is that of hash sets.
#include <cstddef>
#include <string>
#include <utility>

#include "sim/controller/partition_changes.h"
#include "sim/controller/replica_assignment.h"
#include "sim/controller/replication_control.h"

namespace brokerlab {
namespace {

using TopicResult = ElectLeadersResponse::Topic;

ChangeReason reason_of(ElectionType type) {
    return {.leader = type == ElectionType::kUnclean ? LeaderChanged::Why::kUnclean
                                                     : LeaderChanged::Why::kPreferred};
}

Election election_of(ElectionType type) {
    return type == ElectionType::kUnclean ? Election::kUnclean : Election::kPreferred;
}

bool is_needed(const PartitionRegistration& partition, ElectionType type) {
    return type == ElectionType::kUnclean ? partition.leader == kNoBroker
                                          : partition.leader != partition.preferred_leader();
}

Refusal no_candidate(ElectionType type) {
    if (type == ElectionType::kUnclean) {
        return {ErrorCode::kEligibleLeadersNotAvailable,
                "Eligible topic partition leaders are not available."};
    }
    return {ErrorCode::kPreferredLeaderNotAvailable, "The preferred leader was not available."};
}

Refusal elect(PartitionChanges& changes, const TopicImage& topic, PartitionId partition,
              ElectionType type) {
    const PartitionRegistration* now = changes.find(topic, partition);
    if (now == nullptr) {
        return {ErrorCode::kUnknownTopicOrPartition,
                "No such partition as " + TopicPartition{topic.name, partition}.to_string()};
    }
    if (!is_needed(*now, type)) {
        return {ErrorCode::kElectionNotNeeded, "Leader election not needed for topic partition."};
    }
    PartitionGoal goal(*now);
    goal.election = election_of(type);
    if (changes.change(topic, partition, std::move(goal), reason_of(type)) == nullptr) {
        return no_candidate(type);
    }
    return {};
}

void add_result(TopicResult& topic, PartitionId partition, Refusal refusal) {
    topic.partition_result.push_back({partition, refusal.error, std::move(refusal.message)});
}

/// Who has the leader already is not worth a word when everything is elected.
void elect_all(const DecisionContext& context, ElectionType type,
               Answer<ElectLeadersResponse>& answer) {
    PartitionChanges changes(context, answer.decision);
    for (const auto& [name, topic] : *context.image.topics) {
        TopicResult& result = answer.response.replica_election_results.emplace_back();
        result.topic = name;
        for (PartitionId partition{0}; partition.value < topic->partition_count();
             partition = PartitionId(partition.value + 1)) {
            Refusal refusal = elect(changes, *topic, partition, type);
            if (refusal.error != ErrorCode::kElectionNotNeeded) {
                add_result(result, partition, std::move(refusal));
            }
        }
    }
}

void elect_named(const DecisionContext& context, const ElectLeadersRequest& request,
                 Answer<ElectLeadersResponse>& answer) {
    PartitionChanges changes(context, answer.decision);
    for (const ElectLeadersRequest::Topic& asked : *request.topic_partitions) {
        TopicResult& result = answer.response.replica_election_results.emplace_back();
        result.topic = asked.topic;
        const TopicImage* topic = context.image.find_topic(asked.topic);
        for (const PartitionId partition : asked.partitions) {
            if (topic == nullptr) {
                add_result(
                    result, partition,
                    {ErrorCode::kUnknownTopicOrPartition, "No such topic as " + asked.topic});
            } else {
                add_result(result, partition,
                           elect(changes, *topic, partition, request.election_type));
            }
        }
    }
}

/// Elects where an election of that type is needed, until the decision has `limit` records; true
/// when it has.
bool elect_up_to(const DecisionContext& context, ElectionType type, int32_t limit,
                 Decision& decision) {
    const LeaderCandidates candidates(context);
    for (const auto& [name, topic] : *context.image.topics) {
        std::optional<bool> allowed;  // of this topic; not asked for before it matters
        PartitionId partition{-1};
        for (const Cow<PartitionRegistration>& now : topic->partitions) {
            partition = PartitionId(partition.value + 1);
            if (decision.records.size() >= static_cast<std::size_t>(limit)) {
                return true;
            }
            if (!is_needed(*now, type)) {
                continue;
            }
            if (!allowed) {
                allowed =
                    type == ElectionType::kPreferred || unclean_election_allowed(context, name);
            }
            if (!*allowed) {
                break;
            }
            PartitionGoal goal(*now);
            goal.election = election_of(type);
            auto record =
                build_partition_change(*now, topic->id, partition, std::move(goal), candidates);
            if (record) {
                add_partition_change(decision, name, *now, *std::move(record), reason_of(type));
            }
        }
    }
    return decision.records.size() >= static_cast<std::size_t>(limit);
}

}  // namespace

Answer<ElectLeadersResponse> elect_leaders(const DecisionContext& context,
                                           const ElectLeadersRequest& request) {
    Answer<ElectLeadersResponse> answer;
    if (request.election_type != ElectionType::kPreferred &&
        request.election_type != ElectionType::kUnclean) {
        answer.response.error_code = ErrorCode::kInvalidRequest;
    } else if (request.topic_partitions) {
        elect_named(context, request, answer);
    } else {
        elect_all(context, request.election_type, answer);
    }
    return answer;
}

Decision balance_leaders(const DecisionContext& context, int32_t limit, bool& more) {
    Decision decision;
    more = elect_up_to(context, ElectionType::kPreferred, limit, decision);
    return decision;
}

Decision elect_unclean_leaders(const DecisionContext& context, int32_t limit, bool& more) {
    Decision decision;
    more = elect_up_to(context, ElectionType::kUnclean, limit, decision);
    return decision;
}

bool has_imbalance(const MetadataImage& image) {
    for (const auto& [name, topic] : *image.topics) {
        for (const Cow<PartitionRegistration>& partition : topic->partitions) {
            if (partition->leader != partition->preferred_leader()) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace brokerlab

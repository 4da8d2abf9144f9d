#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "sim/broker/fetch.h"
#include "sim/broker/isr.h"
#include "sim/broker/produce.h"

namespace brokerlab {
namespace {

/// How long a failed request waits for its next try [AlterPartitionManager].
constexpr Duration kRetryDelay = 50_ms;

/// The partition, when it still stands by a proposal that has to be sent. New metadata may have
/// settled the matter since, or made another broker the leader.
const Partition* find_unsent(const ReplicaManager& rm, const TopicPartition& tp) {
    const Partition* partition = rm.find(tp);
    return partition != nullptr && partition->is_leader && partition->pending_isr &&
                   !partition->pending_isr->sent
               ? partition
               : nullptr;
}

AlterPartitionRequest::BrokerState member_state(const ReplicaManager& rm,
                                                const Partition& partition, BrokerId member) {
    if (member == rm.broker) {
        return {member, rm.broker_epoch};
    }
    const FollowerState* follower = partition.followers.find(member);
    return {member, follower == nullptr ? kNoBrokerEpoch : follower->broker_epoch};
}

AlterPartitionRequest::Partition proposal_of(const ReplicaManager& rm, const Partition& partition) {
    AlterPartitionRequest::Partition proposal;
    proposal.partition_index = partition.id.partition;
    proposal.leader_epoch = partition.leader_epoch;
    proposal.partition_epoch = partition.partition_epoch;
    // A leader calls itself recovered as soon as it leads: 4.0 has nothing to recover (KIP-704).
    proposal.leader_recovery_state = LeaderRecoveryState::kRecovered;
    const PendingIsr& pending = *partition.pending_isr;
    const auto is_changed = [&](BrokerId broker) {
        return std::find(pending.changed.begin(), pending.changed.end(), broker) !=
               pending.changed.end();
    };
    for (const BrokerId member : partition.isr) {
        if (pending.kind == PendingIsr::Kind::kExpand || !is_changed(member)) {
            proposal.new_isr_with_epochs.push_back(member_state(rm, partition, member));
        }
    }
    if (pending.kind == PendingIsr::Kind::kExpand) {
        for (const BrokerId comer : pending.changed) {
            proposal.new_isr_with_epochs.push_back(member_state(rm, partition, comer));
        }
    }
    return proposal;
}

AlterPartitionRequest::Topic& topic_of(AlterPartitionRequest& request, const Uuid& topic_id) {
    const auto found = std::find_if(
        request.topics.begin(), request.topics.end(),
        [&](const AlterPartitionRequest::Topic& topic) { return topic.topic_id == topic_id; });
    if (found != request.topics.end()) {
        return *found;
    }
    request.topics.push_back({topic_id, {}});
    return request.topics.back();
}

const AlterPartitionResponse::Partition* find_answer(const AlterPartitionResponse& response,
                                                     const Uuid& topic_id, PartitionId partition) {
    for (const AlterPartitionResponse::Topic& topic : response.topics) {
        if (topic.topic_id != topic_id) {
            continue;
        }
        for (const AlterPartitionResponse::Partition& answer : topic.partitions) {
            if (answer.partition_index == partition) {
                return &answer;
            }
        }
    }
    return nullptr;
}

/// What a refusal means for the proposal [Partition.handleAlterPartitionError].
enum class Refusal : uint8_t {
    kRevert,    ///< it was not carried out, and the state that it built on is right
    kWait,      ///< this broker's view is old: metadata will settle it
    kTryAgain,  ///< anything unexpected
};
Refusal judge(ErrorCode error) {
    switch (error) {
        case ErrorCode::kOperationNotAttempted:
        case ErrorCode::kIneligibleReplica:
            return Refusal::kRevert;
        case ErrorCode::kUnknownTopicOrPartition:
        case ErrorCode::kUnknownTopicId:
        case ErrorCode::kFencedLeaderEpoch:
        case ErrorCode::kInvalidUpdateVersion:
        case ErrorCode::kInvalidRequest:
        case ErrorCode::kNewLeaderElected:
            return Refusal::kWait;
        default:
            return Refusal::kTryAgain;
    }
}

void enqueue_again(ReplicaManager& rm, const TopicPartition& tp) {
    rm.edit(tp).pending_isr->sent = false;
    rm.alter_partitions.edit().waiting.push_back(tp);
}

void handle_refusal(ReplicaManager& rm, const TopicPartition& tp, ErrorCode error, Effects& fx) {
    // NEW_LEADER_ELECTED says that the change was carried out and gave the lead to another broker.
    if (error != ErrorCode::kNewLeaderElected) {
        fx.state(IsrChangeRefused{tp, error});
    }
    switch (judge(error)) {
        case Refusal::kRevert:
            rm.edit(tp).pending_isr.reset();
            return;
        case Refusal::kWait:
            return;
        case Refusal::kTryAgain:
            enqueue_again(rm, tp);
            return;
    }
}

/// [Partition.handleAlterPartitionUpdate]
void handle_success(ReplicaManager& rm, const MetadataImage& image, const TopicPartition& tp,
                    const AlterPartitionResponse::Partition& answer, const Env& env, Effects& fx) {
    const Partition& current = *rm.find(tp);
    if (answer.leader_epoch != current.leader_epoch ||
        answer.partition_epoch < current.partition_epoch) {
        return;
    }
    Partition& partition = rm.edit(tp);
    partition.isr = answer.isr;
    partition.leader_recovery_state = answer.leader_recovery_state;
    partition.partition_epoch = answer.partition_epoch;
    partition.pending_isr.reset();
    if (maybe_increment_high_watermark(partition, rm, image, env)) {
        try_complete_produces(rm, image, tp, env, fx);
        try_complete_fetches(rm, image, tp, env, fx);
    }
}

}  // namespace

std::optional<AlterPartitionRequest> next_alter_partition(ReplicaManager& rm,
                                                          const MetadataImage& /*image*/,
                                                          SimTime now) {
    if (next_alter_partition_at(rm) > now) {
        return std::nullopt;
    }
    AlterPartitionQueue& queue = rm.alter_partitions.edit();
    AlterPartitionRequest request;
    request.broker_id = rm.broker;
    request.broker_epoch = rm.broker_epoch;
    for (TopicPartition& tp : std::exchange(queue.waiting, {})) {
        const Partition* partition = find_unsent(rm, tp);
        if (partition == nullptr) {
            continue;
        }
        topic_of(request, partition->topic_id).partitions.push_back(proposal_of(rm, *partition));
        rm.edit(tp).pending_isr->sent = true;
        queue.in_flight.push_back(std::move(tp));
    }
    if (queue.in_flight.empty()) {
        return std::nullopt;
    }
    return request;
}

SimTime next_alter_partition_at(const ReplicaManager& rm) {
    const AlterPartitionQueue& queue = *rm.alter_partitions;
    return queue.waiting.empty() || !queue.in_flight.empty() ? kNever : queue.retry_at;
}

void on_alter_partition_response(ReplicaManager& rm, const MetadataImage& image,
                                 const AlterPartitionResponse& response, const Env& env,
                                 Effects& fx) {
    if (response.error_code != ErrorCode::kNone) {
        on_alter_partition_failed(rm, env.now);
        return;
    }
    const std::vector<TopicPartition> sent =
        std::exchange(rm.alter_partitions.edit().in_flight, {});
    for (const TopicPartition& tp : sent) {
        const Partition* partition = rm.find(tp);
        // Metadata came first: what the controller says here is old.
        if (partition == nullptr || !partition->pending_isr || !partition->pending_isr->sent) {
            continue;
        }
        const AlterPartitionResponse::Partition* answer =
            find_answer(response, partition->topic_id, tp.partition);
        if (answer == nullptr) {
            enqueue_again(rm, tp);
        } else if (answer->error_code != ErrorCode::kNone) {
            handle_refusal(rm, tp, answer->error_code, fx);
        } else {
            handle_success(rm, image, tp, *answer, env, fx);
        }
    }
}

void on_alter_partition_failed(ReplicaManager& rm, SimTime now) {
    AlterPartitionQueue& queue = rm.alter_partitions.edit();
    for (const TopicPartition& tp : queue.in_flight) {
        const Partition* partition = rm.find(tp);
        if (partition != nullptr && partition->pending_isr && partition->pending_isr->sent) {
            rm.edit(tp).pending_isr->sent = false;
        }
    }
    // What was sent goes first again, with what came in meanwhile.
    queue.waiting.insert(queue.waiting.begin(), std::make_move_iterator(queue.in_flight.begin()),
                         std::make_move_iterator(queue.in_flight.end()));
    queue.in_flight.clear();
    queue.retry_at = now + kRetryDelay;
}

}  // namespace brokerlab

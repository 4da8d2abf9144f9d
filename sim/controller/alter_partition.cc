// AlterPartition: a leader proposes another ISR. The checks come in Kafka's order, so that each
// state of affairs has its one error; a proposal that passes may also complete a reassignment.
// [ReplicationControlManager.alterPartition, KIP-497, KIP-841, KIP-903]
#include <algorithm>
#include <utility>

#include "sim/controller/partition_changes.h"
#include "sim/controller/replication_control.h"

namespace brokerlab {
namespace {

using Proposal = AlterPartitionRequest::Partition;
using Member = AlterPartitionRequest::BrokerState;

/// The proposed ISR; below version 3 without the members' epochs.
std::vector<Member> proposed_isr(const Proposal& proposal) {
    std::vector<Member> members = proposal.new_isr_with_epochs;
    for (const BrokerId broker : proposal.new_isr) {
        members.push_back({broker, kNoBrokerEpoch});
    }
    return members;
}

std::vector<BrokerId> ids_of(const std::vector<Member>& members) {
    std::vector<BrokerId> ids;
    ids.reserve(members.size());
    for (const Member& member : members) {
        ids.push_back(member.broker_id);
    }
    return ids;
}

/// Each member a replica, and none twice [Replicas.validateIsr].
bool is_isr_of(const PartitionRegistration& partition, const std::vector<BrokerId>& isr) {
    for (auto at = isr.begin(); at != isr.end(); ++at) {
        if (!partition.is_replica(*at) || std::find(isr.begin(), at, *at) != at) {
            return false;
        }
    }
    return true;
}

bool is_eligible(const MetadataImage& image, const Member& member) {
    const BrokerRegistration* broker = image.find_broker(member.broker_id);
    return broker != nullptr && broker->is_active() &&
           (member.broker_epoch == kNoBrokerEpoch || member.broker_epoch == broker->epoch);
}

ErrorCode judge_epochs(const PartitionRegistration& partition, BrokerId sender,
                       const Proposal& proposal) {
    // Whoever knows more than this controller has heard of a newer one.
    if (proposal.leader_epoch > partition.leader_epoch ||
        proposal.partition_epoch > partition.partition_epoch) {
        return ErrorCode::kNotController;
    }
    if (proposal.leader_epoch < partition.leader_epoch) {
        return ErrorCode::kFencedLeaderEpoch;
    }
    if (sender != partition.leader) {
        return ErrorCode::kInvalidRequest;
    }
    if (proposal.partition_epoch < partition.partition_epoch) {
        return ErrorCode::kInvalidUpdateVersion;
    }
    return ErrorCode::kNone;
}

ErrorCode judge_isr(const MetadataImage& image, const PartitionRegistration& partition,
                    const std::vector<Member>& members, LeaderRecoveryState recovery) {
    const std::vector<BrokerId> isr = ids_of(members);
    if (!is_isr_of(partition, isr) ||
        std::find(isr.begin(), isr.end(), partition.leader) == isr.end()) {
        return ErrorCode::kInvalidRequest;
    }
    if (recovery == LeaderRecoveryState::kRecovering &&
        (isr.size() > 1 || partition.leader_recovery_state == LeaderRecoveryState::kRecovered)) {
        return ErrorCode::kInvalidRequest;
    }
    const bool eligible = std::all_of(members.begin(), members.end(), [&](const Member& member) {
        return is_eligible(image, member);
    });
    return eligible ? ErrorCode::kNone : ErrorCode::kIneligibleReplica;
}

AlterPartitionResponse::Partition refused(PartitionId partition, ErrorCode error) {
    AlterPartitionResponse::Partition response;
    response.partition_index = partition;
    response.error_code = error;
    return response;
}

AlterPartitionResponse::Partition accepted(PartitionId id, const PartitionRegistration& state) {
    AlterPartitionResponse::Partition response;
    response.partition_index = id;
    response.leader_id = state.leader;
    response.leader_epoch = state.leader_epoch;
    response.isr = state.isr;
    response.leader_recovery_state = state.leader_recovery_state;
    response.partition_epoch = state.partition_epoch;
    return response;
}

/// The proposals of one request, each judged on what those before it changed.
class Proposals {
public:
    Proposals(const DecisionContext& context, BrokerId sender, Decision& decision)
        : context_(context), sender_(sender), changes_(context, decision) {}

    AlterPartitionResponse::Partition judge(const TopicImage& topic, const Proposal& proposal) {
        const PartitionId id = proposal.partition_index;
        const PartitionRegistration* now = changes_.find(topic, id);
        if (now == nullptr) {
            return refused(id, ErrorCode::kUnknownTopicOrPartition);
        }
        const std::vector<Member> members = proposed_isr(proposal);
        ErrorCode error = judge_epochs(*now, sender_, proposal);
        if (error == ErrorCode::kNone) {
            error = judge_isr(context_.image, *now, members, proposal.leader_recovery_state);
        }
        if (error != ErrorCode::kNone) {
            return refused(id, error);
        }
        PartitionGoal goal(*now);
        goal.isr = ids_of(members);
        goal.leader_recovery_state = proposal.leader_recovery_state;
        if (unclean_election_allowed(context_, topic.name)) {
            goal.election = Election::kUnclean;
        }
        const PartitionRegistration* after =
            changes_.change(topic, id, std::move(goal),
                            {.leader = LeaderChanged::Why::kReassignment, .by_leader = true});
        if (after == nullptr) {
            return accepted(id, *now);
        }
        // The completed reassignment took the sender's leadership: the change holds, but the sender
        // has to learn of it as everyone else does.
        return after->leader == sender_ ? accepted(id, *after)
                                        : refused(id, ErrorCode::kNewLeaderElected);
    }

private:
    const DecisionContext& context_;
    BrokerId sender_;
    PartitionChanges changes_;
};

}  // namespace

Answer<AlterPartitionResponse> alter_partition(const DecisionContext& context,
                                               const AlterPartitionRequest& request) {
    Answer<AlterPartitionResponse> answer;
    const BrokerRegistration* sender = context.image.find_broker(request.broker_id);
    if (sender == nullptr || sender->epoch != request.broker_epoch) {
        answer.response.error_code = ErrorCode::kStaleBrokerEpoch;
        return answer;
    }
    Proposals proposals(context, request.broker_id, answer.decision);
    for (const AlterPartitionRequest::Topic& asked : request.topics) {
        const TopicImage* topic = context.image.find_topic(asked.topic_id);
        AlterPartitionResponse::Topic& answered = answer.response.topics.emplace_back();
        answered.topic_id = asked.topic_id;
        for (const Proposal& proposal : asked.partitions) {
            answered.partitions.push_back(
                topic != nullptr ? proposals.judge(*topic, proposal)
                                 : refused(proposal.partition_index, ErrorCode::kUnknownTopicId));
        }
    }
    return answer;
}

}  // namespace brokerlab

#include "sim/client/rebalance.h"

#include <string>
#include <utility>
#include <vector>

#include "sim/client/member_turn.h"

namespace brokerlab {
namespace {

std::vector<TopicPartition> listed(const FlatSet<TopicPartition>& partitions) {
    return {partitions.begin(), partitions.end()};
}

void state_revoked(MemberTurn& at, const FlatSet<TopicPartition>& partitions) {
    if (!partitions.empty()) {
        at.fx.state(PartitionsRevoked{at.group.settings.group, listed(partitions)});
    }
}

/// The cooperative protocol gives up first only what is not subscribed any more.
void give_up_unsubscribed(MemberTurn& at) {
    const FlatSet<TopicPartition> owned = assigned_partitions(at.core);
    FlatSet<TopicPartition> revoked;
    for (const TopicPartition& partition : owned) {
        if (!at.group.subscription.topics.contains(partition.topic)) {
            revoked.insert(partition);
        }
    }
    if (!revoked.empty()) {
        state_revoked(at, revoked);
        set_assignment(at.core, partitions_without(owned, revoked));
    }
}

/// The leader's interest in the topics of others ends [resetGroupSubscription].
void forget_group_topics(MemberTurn& at) {
    ClassicMembership& m = at.classic();
    m.leads = false;
    m.counts_assigned.reset();
    m.group_topics.clear();
    FlatSet<std::string> wanted = at.group.subscription.topics;
    for (const auto& [partition, position] : at.core.positions) {
        wanted.insert(partition.topic);
    }
    at.core.metadata.keep_only(wanted);
    m.counts = count_partitions(at);
}

AssignorMemory* memory_of(MemberTurn& at, ClientAssignor& assignor) {
    const std::vector<ClientAssignor>& assignors = at.group.settings.assignors;
    for (std::size_t i = 0; i < assignors.size(); ++i) {
        if (client_assignor_name(assignors[i]) == at.classic().assignor) {
            assignor = assignors[i];
            return &at.classic().memories[i];
        }
    }
    return nullptr;
}

FlatSet<TopicPartition> partitions_of(const ConsumerProtocolAssignment& assignment) {
    FlatSet<TopicPartition> partitions;
    for (const ConsumerTopicPartitions& topic : assignment.assigned_partitions) {
        for (const PartitionId partition : topic.partitions) {
            partitions.insert({topic.topic, partition});
        }
    }
    return partitions;
}

/// A pattern that the member has not seen match yet: the leader knew newer metadata
/// [maybeUpdateJoinedSubscription].
void learn_topics(MemberTurn& at, const FlatSet<TopicPartition>& assigned) {
    for (const TopicPartition& partition : assigned) {
        at.group.subscription.topics.insert(partition.topic);
        at.classic().joined_subscription->insert(partition.topic);
        at.core.metadata.add_topic(partition.topic, at.now());
    }
}

void take_over(MemberTurn& at, const FlatSet<TopicPartition>& assigned) {
    ClassicMembership& m = at.classic();
    const bool revokes = !partitions_without(assigned_partitions(at.core), assigned).empty();
    if (revokes && at.group.settings.protocol == RebalanceProtocol::kCooperative) {
        request_rejoin(m, "need to revoke partitions and re-join");
    }
    learn_topics(at, assigned);
    take_partitions(at, m.generation.value, assigned);
}

}  // namespace

FlatSet<TopicPartition> partitions_without(const FlatSet<TopicPartition>& all,
                                           const FlatSet<TopicPartition>& some) {
    FlatSet<TopicPartition> left;
    for (const TopicPartition& partition : all) {
        if (!some.contains(partition)) {
            left.insert(partition);
        }
    }
    return left;
}

void take_partitions(MemberTurn& at, int32_t epoch, const FlatSet<TopicPartition>& assigned) {
    const FlatSet<TopicPartition> owned = assigned_partitions(at.core);
    const FlatSet<TopicPartition> added = partitions_without(assigned, owned);
    state_revoked(at, partitions_without(owned, assigned));
    restart_auto_commit(at);
    set_assignment(at.core, assigned);
    if (!added.empty() || assigned.empty()) {
        at.fx.state(PartitionsAssigned{at.group.settings.group, epoch, listed(added)});
    }
}

bool prepare_join(MemberTurn& at) {
    ClassicMembership& m = at.classic();
    if (!m.prepare_deadline) {
        m.prepare_deadline = at.now() + at.group.settings.max_poll_interval;
    }
    if (at.group.settings.auto_commit && at.now() < *m.prepare_deadline) {
        if (at.group.settings.protocol == RebalanceProtocol::kEager) {
            at.core.revoking = assigned_partitions(at.core);
        }
        if (!commit_before_rebalance(at)) {
            return false;
        }
    }
    if (m.generation == kNoGeneration || m.member_id.empty()) {
        give_up_all(at, true);
    } else if (at.group.settings.protocol == RebalanceProtocol::kEager) {
        give_up_all(at, false);
    } else {
        give_up_unsubscribed(at);
    }
    forget_group_topics(at);
    m.prepare_deadline.reset();
    forget_prepared_commit(at);
    return true;
}

void complete_join(MemberTurn& at) {
    ClassicMembership& m = at.classic();
    const Outcome<ConsumerProtocolAssignment> assignment =
        decode_assignment(*std::exchange(m.assignment, std::nullopt));
    m.join_pending = false;
    m.prepare_needed = true;
    if (m.generation == kNoGeneration || m.state != MemberState::kStable) {
        reset_generation(m, false, "rebalance failed since the generation was reset");
        return;
    }
    ClientAssignor assignor{};
    AssignorMemory* memory = memory_of(at, assignor);
    if (!assignment || memory == nullptr) {
        fail_member(at, ErrorCode::kUnknownServerError, "its assignment can't be read");
        return;
    }
    const FlatSet<TopicPartition> assigned = partitions_of(*assignment);
    for (const TopicPartition& partition : assigned) {
        if (!covers(at.group.subscription, partition.topic)) {
            request_rejoin(m, "received assignment does not match the current subscription");
            return;
        }
    }
    on_assignment(assignor, *assignment, m.generation, *memory);
    take_over(at, assigned);
}

void give_up_all(MemberTurn& at, bool lost) {
    const FlatSet<TopicPartition> owned = assigned_partitions(at.core);
    if (owned.empty()) {
        return;
    }
    if (lost) {
        at.fx.state(PartitionsLost{at.group.settings.group, listed(owned)});
    } else {
        state_revoked(at, owned);
    }
    set_assignment(at.core, {});
}

}  // namespace brokerlab

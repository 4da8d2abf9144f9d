// The member that leads its group: it deals out the partitions for all.
// [ConsumerCoordinator.onLeaderElected]
#include <algorithm>
#include <utility>

#include "sim/base/check.h"
#include "sim/client/member_turn.h"

namespace brokerlab {
namespace {

AssignableTopics assignable_topics(const ClientMetadata& metadata) {
    AssignableTopics topics;
    for (const auto& [name, info] : metadata.topics()) {
        if (info.error == ErrorCode::kNone) {
            AssignableTopic topic;
            topic.partition_count = static_cast<int32_t>(info.partitions.size());
            topics.insert_or_assign(name, std::move(topic));
        }
    }
    return topics;
}

/// The place of the generation's assignor in the settings; none when the coordinator chose one that
/// this member does not have.
std::optional<std::size_t> chosen_assignor(const MemberTurn& at) {
    const std::vector<ClientAssignor>& assignors = at.group.settings.assignors;
    for (std::size_t i = 0; i < assignors.size(); ++i) {
        if (client_assignor_name(assignors[i]) == at.classic().assignor) {
            return i;
        }
    }
    return std::nullopt;
}

void state_assignment(MemberTurn& at, const std::vector<MemberSubscription>& members,
                      const std::vector<MemberAssignment>& assignments) {
    GroupAssignmentMade fact;
    fact.group = at.group.settings.group;
    fact.assignor = at.classic().assignor;
    fact.epoch = at.classic().generation.value;
    for (std::size_t i = 0; i < assignments.size(); ++i) {
        fact.members.push_back(
            {member_name(fact.group, members[i].member_id, members[i].instance_id),
             assignments[i].partitions, members[i].member_id});
    }
    at.fx.state(std::move(fact));
}

}  // namespace

void begin_leading(MemberTurn& at, const JoinGroupResponse& response) {
    ClassicMembership& m = at.classic();
    LeaderTask task;
    task.skip_assignment = response.skip_assignment;
    for (const JoinGroupResponse::Member& member : response.members) {
        Outcome<ConsumerProtocolSubscription> subscription = decode_subscription(member.metadata);
        if (!subscription) {
            fail_member(at, ErrorCode::kUnknownServerError, subscription.failure().what);
            return;
        }
        for (const std::string& topic : subscription->topics) {
            at.core.metadata.add_topic(topic, at.now());
            m.group_topics.insert(topic);
        }
        task.members.push_back(
            {member.member_id, member.group_instance_id, *std::move(subscription)});
    }
    std::sort(task.members.begin(), task.members.end(),
              [](const MemberSubscription& a, const MemberSubscription& b) {
                  return a.member_id < b.member_id;
              });
    m.task = std::move(task);
}

std::optional<std::vector<SyncGroupRequest::Assignment>> lead(MemberTurn& at) {
    ClassicMembership& m = at.classic();
    BL_CHECK(m.task.has_value());
    for (const MemberSubscription& member : m.task->members) {
        for (const std::string& topic : member.subscription.topics) {
            if (!at.core.metadata.has_answer_for(topic)) {
                return std::nullopt;
            }
        }
    }
    const std::optional<std::size_t> place = chosen_assignor(at);
    if (!place) {
        fail_member(at, ErrorCode::kInconsistentGroupProtocol,
                    "the coordinator chose an assignor that it does not have");
        return std::nullopt;
    }
    m.leads = true;
    m.counts = count_partitions(at);
    m.counts_assigned = m.counts;
    std::vector<SyncGroupRequest::Assignment> assignments;
    if (m.task->skip_assignment) {
        return assignments;
    }
    const std::vector<MemberAssignment> made =
        assign_partitions(at.group.settings.assignors[*place], assignable_topics(at.core.metadata),
                          m.task->members, m.memories[*place]);
    state_assignment(at, m.task->members, made);
    for (const MemberAssignment& member : made) {
        ConsumerProtocolAssignment assignment;
        assignment.assigned_partitions = group_by_topic(member.partitions);
        assignments.push_back({member.member_id, encode_assignment(assignment)});
    }
    return assignments;
}

}  // namespace brokerlab

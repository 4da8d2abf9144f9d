#include <algorithm>
#include <utility>
#include <variant>

#include "sim/group/consumer_draft.h"
#include "sim/group/consumer_group.h"

namespace brokerlab {
namespace {

bool subscribes_to(const ConsumerGroup& group, const FlatSet<std::string>& topics) {
    return std::any_of(group.members.begin(), group.members.end(), [&topics](const auto& item) {
        const std::vector<std::string>& names = item.second->subscribed_topics;
        return std::any_of(names.begin(), names.end(),
                           [&topics](const std::string& name) { return topics.contains(name); });
    });
}

/// The topics that were created, deleted, or whose partitions changed in any way.
FlatSet<std::string> changed_topics(const MetadataDelta& delta) {
    FlatSet<std::string> topics = delta.created_topics;
    for (const auto& [id, topic] : delta.deleted_topics) {
        topics.insert(topic.name);
    }
    for (const TopicPartition& partition : delta.partitions) {
        topics.insert(partition.topic);
    }
    return topics;
}

}  // namespace

void on_consumer_group_timer(Cow<GroupShard>& shard, const std::string& group, GroupTurn& turn) {
    const ConsumerGroup* before = shard->find_consumer(group);
    if (before == nullptr) {
        return;
    }
    ConsumerGroupDraft draft(*shard, group, turn);
    for (const auto& [id, member] : before->members) {
        using Why = GroupMemberLeft::Why;
        if (std::min(member->session_ends, member->revocation_ends) > turn.env.now) {
            continue;
        }
        if (member->session_ends <= member->revocation_ends) {
            draft.fence_member(id, Why::kSessionExpired, turn.config.consumer_session_timeout);
        } else {
            draft.fence_member(id, Why::kDidNotRevoke,
                               Duration::from_ms(member->rebalance_timeout_ms));
        }
    }
    std::move(draft).finish(turn);
}

SimTime next_consumer_group_deadline(const ConsumerGroup& group) {
    SimTime next = kNever;
    for (const auto& [id, member] : group.members) {
        next = std::min({next, member->session_ends, member->revocation_ends});
    }
    return next;
}

void on_consumer_group_loaded(ConsumerGroup& group, GroupTurn& turn) {
    // What the image says may be newer than what the group saw when it was last written.
    group.refresh_topics = true;
    for (auto& [id, slot] : group.members) {
        ConsumerMember& member = slot.edit();
        member.session_ends = turn.env.now + turn.config.consumer_session_timeout;
        member.revocation_ends = member.state == ConsumerGroupMemberState::kUnrevokedPartitions
                                     ? turn.env.now + Duration::from_ms(member.rebalance_timeout_ms)
                                     : kNever;
    }
}

void on_consumer_group_metadata(Cow<GroupShard>& shard, const MetadataDelta& delta, GroupTurn&) {
    const FlatSet<std::string> topics = changed_topics(delta);
    if (topics.empty()) {
        return;
    }
    std::vector<std::string> to_mark;
    for (const auto& [id, slot] : shard->groups) {
        const auto* group = std::get_if<ConsumerGroup>(&*slot);
        if (group != nullptr && !group->refresh_topics && subscribes_to(*group, topics)) {
            to_mark.push_back(id);
        }
    }
    for (const std::string& id : to_mark) {
        std::get<ConsumerGroup>(shard.edit().groups.at(id).edit()).refresh_topics = true;
    }
}

}  // namespace brokerlab

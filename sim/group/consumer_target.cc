#include "sim/group/consumer_target.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "sim/assign/server_assignor.h"
#include "sim/group/consumer_reconcile.h"
#include "sim/group/consumer_records.h"

namespace brokerlab {
namespace {

/// Whether all members name the same topics, existing ones or not.
SubscriptionType subscription_type(const ConsumerGroup& group) {
    const bool alike =
        std::all_of(group.members.begin(), group.members.end(), [&group](const auto& member) {
            return member.second->subscribed_topics ==
                   group.members.begin()->second->subscribed_topics;
        });
    return alike ? SubscriptionType::kHomogeneous : SubscriptionType::kHeterogeneous;
}

ServerGroupMember server_member(const ConsumerGroup& group, const ConsumerMember& member) {
    ServerGroupMember to_assign{member.id, member.instance_id, {}, {}};
    for (const auto& topic : group.topics) {
        if (std::binary_search(member.subscribed_topics.begin(), member.subscribed_topics.end(),
                               topic.topic_name)) {
            to_assign.subscribed_topics.push_back(topic.topic_id);
        }
    }
    std::sort(to_assign.subscribed_topics.begin(), to_assign.subscribed_topics.end());
    to_assign.target = to_topic_lists<TopicIdPartitions>(target_of(group, member.id));
    return to_assign;
}

}  // namespace

std::vector<ConsumerGroupPartitionMetadataValue::TopicMetadata> subscribed_topics(
    const ConsumerGroup& group, const MetadataImage& image) {
    FlatSet<std::string> names;
    for (const auto& [id, member] : group.members) {
        for (const std::string& name : member->subscribed_topics) {
            names.insert(name);
        }
    }
    std::vector<ConsumerGroupPartitionMetadataValue::TopicMetadata> topics;
    for (const std::string& name : names) {
        if (const TopicImage* topic = image.find_topic(name)) {
            topics.push_back({topic->id, name, topic->partition_count(), {}});
        }
    }
    return topics;
}

std::string preferred_assignor(const ConsumerGroup& group, std::string_view otherwise) {
    FlatMap<std::string, std::size_t> votes;
    for (const auto& [id, member] : group.members) {
        if (member->server_assignor) {
            ++votes[*member->server_assignor];
        }
    }
    const auto most =
        std::max_element(votes.begin(), votes.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == votes.end() ? std::string(otherwise) : most->first;
}

std::string_view default_assignor(const GroupConfig& config) {
    return config.assignors.empty() ? server_assignor_name(ServerAssignor::kUniform)
                                    : std::string_view(config.assignors.front());
}

FlatMap<std::string, TopicIdAssignment> compute_target(const ConsumerGroup& group,
                                                       std::string_view assignor) {
    ServerGroup to_assign;
    to_assign.subscription_type = subscription_type(group);
    for (const auto& topic : group.topics) {
        to_assign.partition_counts.insert_or_assign(topic.topic_id, topic.num_partitions);
    }
    for (const auto& [id, member] : group.members) {
        to_assign.members.push_back(server_member(group, *member));
    }
    // A name that the lab does not know can only come from the broker's own settings.
    const ServerAssignor known = find_server_assignor(assignor).value_or(ServerAssignor::kUniform);
    const auto targets = assign_targets(known, to_assign);
    FlatMap<std::string, TopicIdAssignment> by_member;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        by_member.insert_or_assign(to_assign.members[i].member_id, to_assignment(targets[i]));
    }
    return by_member;
}

}  // namespace brokerlab

#include "sim/assign/numbered_targets.h"

#include <algorithm>
#include <optional>

namespace brokerlab {
namespace {

std::optional<uint32_t> find_topic(const NumberedTargets& targets, Uuid id) {
    const auto at =
        std::lower_bound(targets.topics.begin(), targets.topics.end(), id,
                         [](const TargetTopic& topic, Uuid key) { return topic.id < key; });
    if (at == targets.topics.end() || at->id != id) {
        return std::nullopt;
    }
    return static_cast<uint32_t>(at - targets.topics.begin());
}

void number_topics(NumberedTargets& targets, const ServerGroup& group) {
    std::vector<Uuid> ids;
    for (const ServerGroupMember& member : group.members) {
        ids.insert(ids.end(), member.subscribed_topics.begin(), member.subscribed_topics.end());
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    for (const Uuid id : ids) {
        const auto count = static_cast<uint32_t>(group.partition_counts.at(id));
        const auto number = static_cast<uint32_t>(targets.topics.size());
        targets.topics.push_back({id, targets.partition_count(), count});
        targets.topic_of.resize(targets.topic_of.size() + count, number);
    }
}

}  // namespace

NumberedTargets number_targets(const ServerGroup& group) {
    NumberedTargets targets;
    number_topics(targets, group);
    std::vector<bool> subscribed(targets.topics.size());
    for (const ServerGroupMember& member : group.members) {
        TargetMember& numbered = targets.members.emplace_back();
        for (const Uuid id : member.subscribed_topics) {
            numbered.topics.push_back(*find_topic(targets, id));
            subscribed[numbered.topics.back()] = true;
        }
        for (const TopicIdPartitions& run : member.target) {
            const std::optional<uint32_t> topic = find_topic(targets, run.topic_id);
            if (!topic || !subscribed[*topic]) {
                continue;
            }
            TargetRun& kept = numbered.kept.emplace_back(TargetRun{*topic, {}});
            for (const PartitionId partition : run.partitions) {
                const auto number = static_cast<uint32_t>(partition.value);
                if (number < targets.topics[*topic].partition_count) {
                    kept.partitions.push_back(targets.topics[*topic].first_partition + number);
                }
            }
        }
        for (const uint32_t topic : numbered.topics) {
            subscribed[topic] = false;
        }
    }
    return targets;
}

}  // namespace brokerlab

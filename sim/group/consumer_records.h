// The records that a group of the consumer protocol writes, made from what they say, and
// partitions by topic id in the forms that records and messages have.
// [group-coordinator GroupCoordinatorRecordHelpers.java]
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/group/group_coordinator_record.h"
#include "sim/group/groups.h"
#include "sim/model/messages/consumer_group.h"

namespace brokerlab {

[[nodiscard]] GroupCoordinatorRecord group_epoch_record(const std::string& group,
                                                        MemberEpoch epoch);
[[nodiscard]] GroupCoordinatorRecord topics_record(
    const std::string& group,
    std::vector<ConsumerGroupPartitionMetadataValue::TopicMetadata> topics);
/// What the member told about itself.
[[nodiscard]] GroupCoordinatorRecord member_record(const std::string& group,
                                                   const ConsumerMember& member);
[[nodiscard]] GroupCoordinatorRecord target_epoch_record(const std::string& group,
                                                         MemberEpoch epoch);
[[nodiscard]] GroupCoordinatorRecord target_record(const std::string& group,
                                                   const std::string& member_id,
                                                   const TopicIdAssignment& target);
/// What the member owns, and where it is on its way to the target.
[[nodiscard]] GroupCoordinatorRecord current_assignment_record(const std::string& group,
                                                               const ConsumerMember& member);
template <class Key>
[[nodiscard]] GroupCoordinatorRecord tombstone(Key key) {
    return GroupRecordOf<Key>{std::move(key), std::nullopt};
}

/// AssignedTopicPartitions or TopicIdPartitions, topics by id and partitions ascending.
template <class TopicList>
[[nodiscard]] std::vector<TopicList> to_topic_lists(const TopicIdAssignment& assignment) {
    std::vector<TopicList> lists;
    lists.reserve(assignment.size());
    for (const auto& [topic, partitions] : assignment) {
        lists.push_back({topic, {partitions.begin(), partitions.end()}});
    }
    return lists;
}
template <class TopicList>
[[nodiscard]] TopicIdAssignment to_assignment(const std::vector<TopicList>& lists) {
    TopicIdAssignment assignment;
    for (const TopicList& list : lists) {
        for (const PartitionId partition : list.partitions) {
            assignment[list.topic_id].insert(partition);
        }
    }
    return assignment;
}

}  // namespace brokerlab

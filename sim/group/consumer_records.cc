#include "sim/group/consumer_records.h"

namespace brokerlab {

GroupCoordinatorRecord group_epoch_record(const std::string& group, MemberEpoch epoch) {
    return GroupRecordOf<ConsumerGroupMetadataKey>{{group}, ConsumerGroupMetadataValue{epoch}};
}

GroupCoordinatorRecord topics_record(
    const std::string& group,
    std::vector<ConsumerGroupPartitionMetadataValue::TopicMetadata> topics) {
    return GroupRecordOf<ConsumerGroupPartitionMetadataKey>{
        {group}, ConsumerGroupPartitionMetadataValue{std::move(topics)}};
}

GroupCoordinatorRecord member_record(const std::string& group, const ConsumerMember& member) {
    ConsumerGroupMemberMetadataValue value;
    value.instance_id = member.instance_id;
    value.rack_id = member.rack_id;
    value.client_id = member.client_id;
    value.client_host = member.client_host;
    value.subscribed_topic_names = member.subscribed_topics;
    value.subscribed_topic_regex = member.subscribed_regex;
    value.rebalance_timeout_ms = member.rebalance_timeout_ms;
    value.server_assignor = member.server_assignor;
    value.classic_member_metadata = std::nullopt;
    return GroupRecordOf<ConsumerGroupMemberMetadataKey>{{group, member.id}, std::move(value)};
}

GroupCoordinatorRecord target_epoch_record(const std::string& group, MemberEpoch epoch) {
    return GroupRecordOf<ConsumerGroupTargetAssignmentMetadataKey>{
        {group}, ConsumerGroupTargetAssignmentMetadataValue{epoch}};
}

GroupCoordinatorRecord target_record(const std::string& group, const std::string& member_id,
                                     const TopicIdAssignment& target) {
    return GroupRecordOf<ConsumerGroupTargetAssignmentMemberKey>{
        {group, member_id},
        ConsumerGroupTargetAssignmentMemberValue{to_topic_lists<AssignedTopicPartitions>(target)}};
}

GroupCoordinatorRecord current_assignment_record(const std::string& group,
                                                 const ConsumerMember& member) {
    ConsumerGroupCurrentMemberAssignmentValue value;
    value.member_epoch = member.epoch;
    value.previous_member_epoch = member.previous_epoch;
    value.state = member.state;
    value.assigned_partitions = to_topic_lists<AssignedTopicPartitions>(member.assigned);
    value.partitions_pending_revocation = to_topic_lists<AssignedTopicPartitions>(member.revoking);
    return GroupRecordOf<ConsumerGroupCurrentMemberAssignmentKey>{{group, member.id},
                                                                  std::move(value)};
}

}  // namespace brokerlab

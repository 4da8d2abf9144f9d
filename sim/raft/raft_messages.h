// The messages of the metadata quorum, all of which are about one partition: making them, and
// finding that partition in them.
//
// Whatever names another topic or partition, or more than one, is malformed: the quorum has only
// __cluster_metadata-0. [raft RaftUtil.java]
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/log/leader_epoch_cache.h"
#include "sim/model/envelope.h"
#include "sim/model/ids.h"

namespace brokerlab {

inline constexpr std::string_view kMetadataTopicName = "__cluster_metadata";
inline constexpr Uuid kMetadataTopicId{0, 1};
inline constexpr PartitionId kMetadataPartition{0};
/// How long a member lets the leader hold its fetch [KafkaRaftClient.MAX_FETCH_WAIT_MS].
inline constexpr int32_t kRaftFetchMaxWaitMs = 500;
/// Of one batch and of one fetch [KafkaRaftClient.MAX_BATCH_SIZE_BYTES].
inline constexpr int32_t kRaftMaxBytes = 8 * 1024 * 1024;

/// The entry of __cluster_metadata-0 in a message that names topics; nullptr when it is not exactly
/// that.
template <class Message>
[[nodiscard]] auto* metadata_partition_of(const Message& message) {
    const bool is_it = message.topics.size() == 1 &&
                       message.topics[0].topic_name == kMetadataTopicName &&
                       message.topics[0].partitions.size() == 1 &&
                       message.topics[0].partitions[0].partition_index == kMetadataPartition;
    return is_it ? &message.topics[0].partitions[0] : nullptr;
}
[[nodiscard]] const FetchRequest::Partition* metadata_partition_of(const FetchRequest& request);
[[nodiscard]] const FetchResponse::Partition* metadata_partition_of(const FetchResponse& response);

/// A message about the partition alone.
template <class Message>
[[nodiscard]] Message about_metadata(typename Message::Partition partition) {
    Message message;
    message.topics.emplace_back();
    message.topics[0].topic_name = std::string(kMetadataTopicName);
    partition.partition_index = kMetadataPartition;
    message.topics[0].partitions.push_back(std::move(partition));
    return message;
}

/// A response that concerns the whole request.
template <class Message>
[[nodiscard]] Message refused_as_a_whole(ErrorCode error) {
    Message message;
    message.error_code = error;
    return message;
}

/// The answer to Vote, BeginQuorumEpoch or EndQuorumEpoch: the epoch and leader that the answering
/// node knows.
template <class Message>
[[nodiscard]] Message epoch_answer(ErrorCode error, LeaderEpoch epoch, BrokerId leader) {
    typename Message::Partition partition;
    partition.error_code = error;
    partition.leader_id = leader;
    partition.leader_epoch = epoch;
    return about_metadata<Message>(std::move(partition));
}

/// What a member says of itself when it fetches.
struct RaftFetchPosition {
    LeaderEpoch current_epoch;
    Offset log_end_offset;
    LeaderEpoch last_epoch;  ///< of its last record; 0 when it has none
};
[[nodiscard]] FetchRequest raft_fetch(BrokerId replica, const RaftFetchPosition& position,
                                      std::optional<std::string> cluster_id);
[[nodiscard]] FetchResponse raft_fetch_response(FetchResponse::Partition partition);

}  // namespace brokerlab

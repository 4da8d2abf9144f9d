#include "sim/raft/raft_messages.h"

#include <utility>

namespace brokerlab {

const FetchRequest::Partition* metadata_partition_of(const FetchRequest& request) {
    const bool is_it = request.topics.size() == 1 &&
                       request.topics[0].topic_id == kMetadataTopicId &&
                       request.topics[0].partitions.size() == 1 &&
                       request.topics[0].partitions[0].partition == kMetadataPartition;
    return is_it ? &request.topics[0].partitions[0] : nullptr;
}

const FetchResponse::Partition* metadata_partition_of(const FetchResponse& response) {
    const bool is_it = response.responses.size() == 1 &&
                       response.responses[0].topic_id == kMetadataTopicId &&
                       response.responses[0].partitions.size() == 1 &&
                       response.responses[0].partitions[0].partition_index == kMetadataPartition;
    return is_it ? &response.responses[0].partitions[0] : nullptr;
}

FetchRequest raft_fetch(BrokerId replica, const RaftFetchPosition& position,
                        std::optional<std::string> cluster_id) {
    FetchRequest request;
    request.cluster_id = std::move(cluster_id);
    request.replica_state.replica_id = replica;
    request.max_wait_ms = kRaftFetchMaxWaitMs;
    request.max_bytes = kRaftMaxBytes;
    FetchRequest::Topic& topic = request.topics.emplace_back();
    topic.topic_id = kMetadataTopicId;
    FetchRequest::Partition& partition = topic.partitions.emplace_back();
    partition.partition = kMetadataPartition;
    partition.current_leader_epoch = position.current_epoch;
    partition.fetch_offset = position.log_end_offset;
    partition.last_fetched_epoch = position.last_epoch;
    return request;
}

FetchResponse raft_fetch_response(FetchResponse::Partition partition) {
    FetchResponse response;
    FetchResponse::Topic& topic = response.responses.emplace_back();
    topic.topic_id = kMetadataTopicId;
    partition.partition_index = kMetadataPartition;
    topic.partitions.push_back(std::move(partition));
    return response;
}

}  // namespace brokerlab

// The kinds of request that the lab speaks, by Kafka's number [common/protocol/ApiKeys.java].
//
// A new kind is an enumerator here; the compiler then asks for its name below and for its request
// and response in envelope.h. Not modelled: security, quotas, telemetry, share groups, and changes
// of the voters of the metadata quorum.
#pragma once

#include <cstdint>
#include <string_view>

namespace brokerlab {

enum class ApiKey : int16_t {
    kProduce = 0,
    kFetch = 1,
    kListOffsets = 2,
    kMetadata = 3,
    kOffsetCommit = 8,
    kOffsetFetch = 9,
    kFindCoordinator = 10,
    kJoinGroup = 11,
    kHeartbeat = 12,
    kLeaveGroup = 13,
    kSyncGroup = 14,
    kDescribeGroups = 15,
    kListGroups = 16,
    kApiVersions = 18,
    kCreateTopics = 19,
    kDeleteTopics = 20,
    kDeleteRecords = 21,
    kInitProducerId = 22,
    kOffsetForLeaderEpoch = 23,
    kAddPartitionsToTxn = 24,
    kAddOffsetsToTxn = 25,
    kEndTxn = 26,
    kWriteTxnMarkers = 27,
    kTxnOffsetCommit = 28,
    kDescribeConfigs = 32,
    kAlterConfigs = 33,
    kDescribeLogDirs = 35,
    kCreatePartitions = 37,
    kDeleteGroups = 42,
    kElectLeaders = 43,
    kIncrementalAlterConfigs = 44,
    kAlterPartitionReassignments = 45,
    kListPartitionReassignments = 46,
    kOffsetDelete = 47,
    kVote = 52,
    kBeginQuorumEpoch = 53,
    kEndQuorumEpoch = 54,
    kDescribeQuorum = 55,
    kAlterPartition = 56,
    kEnvelope = 58,
    kFetchSnapshot = 59,
    kDescribeCluster = 60,
    kDescribeProducers = 61,
    kBrokerRegistration = 62,
    kBrokerHeartbeat = 63,
    kUnregisterBroker = 64,
    kDescribeTransactions = 65,
    kListTransactions = 66,
    kAllocateProducerIds = 67,
    kConsumerGroupHeartbeat = 68,
    kConsumerGroupDescribe = 69,
    kControllerRegistration = 70,
    kAssignReplicasToDirs = 73,
    kDescribeTopicPartitions = 75,
};

/// The name as Kafka prints it in its tools and metrics, e.g. "OffsetForLeaderEpoch"; empty for a
/// number that the lab doesn't speak.
[[nodiscard]] constexpr std::string_view api_name(ApiKey key) {
    switch (key) {
        case ApiKey::kProduce:
            return "Produce";
        case ApiKey::kFetch:
            return "Fetch";
        case ApiKey::kListOffsets:
            return "ListOffsets";
        case ApiKey::kMetadata:
            return "Metadata";
        case ApiKey::kOffsetCommit:
            return "OffsetCommit";
        case ApiKey::kOffsetFetch:
            return "OffsetFetch";
        case ApiKey::kFindCoordinator:
            return "FindCoordinator";
        case ApiKey::kJoinGroup:
            return "JoinGroup";
        case ApiKey::kHeartbeat:
            return "Heartbeat";
        case ApiKey::kLeaveGroup:
            return "LeaveGroup";
        case ApiKey::kSyncGroup:
            return "SyncGroup";
        case ApiKey::kDescribeGroups:
            return "DescribeGroups";
        case ApiKey::kListGroups:
            return "ListGroups";
        case ApiKey::kApiVersions:
            return "ApiVersions";
        case ApiKey::kCreateTopics:
            return "CreateTopics";
        case ApiKey::kDeleteTopics:
            return "DeleteTopics";
        case ApiKey::kDeleteRecords:
            return "DeleteRecords";
        case ApiKey::kInitProducerId:
            return "InitProducerId";
        case ApiKey::kOffsetForLeaderEpoch:
            return "OffsetForLeaderEpoch";
        case ApiKey::kAddPartitionsToTxn:
            return "AddPartitionsToTxn";
        case ApiKey::kAddOffsetsToTxn:
            return "AddOffsetsToTxn";
        case ApiKey::kEndTxn:
            return "EndTxn";
        case ApiKey::kWriteTxnMarkers:
            return "WriteTxnMarkers";
        case ApiKey::kTxnOffsetCommit:
            return "TxnOffsetCommit";
        case ApiKey::kDescribeConfigs:
            return "DescribeConfigs";
        case ApiKey::kAlterConfigs:
            return "AlterConfigs";
        case ApiKey::kDescribeLogDirs:
            return "DescribeLogDirs";
        case ApiKey::kCreatePartitions:
            return "CreatePartitions";
        case ApiKey::kDeleteGroups:
            return "DeleteGroups";
        case ApiKey::kElectLeaders:
            return "ElectLeaders";
        case ApiKey::kIncrementalAlterConfigs:
            return "IncrementalAlterConfigs";
        case ApiKey::kAlterPartitionReassignments:
            return "AlterPartitionReassignments";
        case ApiKey::kListPartitionReassignments:
            return "ListPartitionReassignments";
        case ApiKey::kOffsetDelete:
            return "OffsetDelete";
        case ApiKey::kVote:
            return "Vote";
        case ApiKey::kBeginQuorumEpoch:
            return "BeginQuorumEpoch";
        case ApiKey::kEndQuorumEpoch:
            return "EndQuorumEpoch";
        case ApiKey::kDescribeQuorum:
            return "DescribeQuorum";
        case ApiKey::kAlterPartition:
            return "AlterPartition";
        case ApiKey::kEnvelope:
            return "Envelope";
        case ApiKey::kFetchSnapshot:
            return "FetchSnapshot";
        case ApiKey::kDescribeCluster:
            return "DescribeCluster";
        case ApiKey::kDescribeProducers:
            return "DescribeProducers";
        case ApiKey::kBrokerRegistration:
            return "BrokerRegistration";
        case ApiKey::kBrokerHeartbeat:
            return "BrokerHeartbeat";
        case ApiKey::kUnregisterBroker:
            return "UnregisterBroker";
        case ApiKey::kDescribeTransactions:
            return "DescribeTransactions";
        case ApiKey::kListTransactions:
            return "ListTransactions";
        case ApiKey::kAllocateProducerIds:
            return "AllocateProducerIds";
        case ApiKey::kConsumerGroupHeartbeat:
            return "ConsumerGroupHeartbeat";
        case ApiKey::kConsumerGroupDescribe:
            return "ConsumerGroupDescribe";
        case ApiKey::kControllerRegistration:
            return "ControllerRegistration";
        case ApiKey::kAssignReplicasToDirs:
            return "AssignReplicasToDirs";
        case ApiKey::kDescribeTopicPartitions:
            return "DescribeTopicPartitions";
    }
    return {};
}

}  // namespace brokerlab

// Records of __consumer_offsets for groups of the consumer protocol (KIP-848).
//
// A group is spread over several records: its epoch, each member's subscription, the target
// assignment with its epoch, and what each member currently owns. The coordinator's resolved
// regular expressions (key 16 of 4.0) and share groups (keys 9 to 15) are not modelled.
// [group-coordinator/src/main/resources/common/message/ConsumerGroup*.json]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// The group epoch: raised by every change that calls for a new target assignment.
struct ConsumerGroupMetadataValue {
    static constexpr std::string_view kName = "ConsumerGroupMetadataValue";
    static constexpr VersionRange kVersions{0, 0, 0};
    static constexpr ApiVersion kWrittenVersion = 0;

    MemberEpoch epoch;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("epoch", self.epoch);
    }
    bool operator==(const ConsumerGroupMetadataValue&) const = default;
};

struct ConsumerGroupMetadataKey {
    using Value = ConsumerGroupMetadataValue;
    static constexpr std::string_view kName = "ConsumerGroupMetadataKey";
    static constexpr VersionRange kVersions{3, 3};

    std::string group_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupId", self.group_id);
    }
    bool operator==(const ConsumerGroupMetadataKey&) const = default;
};

/// The subscribed topics as the coordinator last saw them: a difference raises the group epoch.
struct ConsumerGroupPartitionMetadataValue {
    static constexpr std::string_view kName = "ConsumerGroupPartitionMetadataValue";
    static constexpr VersionRange kVersions{0, 0, 0};
    static constexpr ApiVersion kWrittenVersion = 0;

    /// Racks of a partition's replicas; a 4.0 broker writes none [KAFKA-17306].
    struct PartitionMetadata {
        PartitionId partition;
        std::vector<std::string> racks;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partition", self.partition);
            io.field("racks", self.racks);
        }
        bool operator==(const PartitionMetadata&) const = default;
    };
    struct TopicMetadata {
        Uuid topic_id;
        std::string topic_name;
        int32_t num_partitions = 0;
        std::vector<PartitionMetadata> partition_metadata;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicId", self.topic_id);
            io.field("topicName", self.topic_name);
            io.field("numPartitions", self.num_partitions);
            io.field("partitionMetadata", self.partition_metadata);
        }
        bool operator==(const TopicMetadata&) const = default;
    };

    std::vector<TopicMetadata> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topics", self.topics);
    }
    bool operator==(const ConsumerGroupPartitionMetadataValue&) const = default;
};

struct ConsumerGroupPartitionMetadataKey {
    using Value = ConsumerGroupPartitionMetadataValue;
    static constexpr std::string_view kName = "ConsumerGroupPartitionMetadataKey";
    static constexpr VersionRange kVersions{4, 4};

    std::string group_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupId", self.group_id);
    }
    bool operator==(const ConsumerGroupPartitionMetadataKey&) const = default;
};

/// One assignor that a member of the classic protocol supports, with its subscription.
struct ClassicMemberProtocol {
    std::string name;
    Bytes metadata;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("name", self.name);
        io.field("metadata", self.metadata);
    }
    bool operator==(const ClassicMemberProtocol&) const = default;
};

/// Of a member that speaks the classic protocol in a group of the consumer protocol.
struct ClassicMemberMetadata {
    int32_t session_timeout_ms = 0;
    std::vector<ClassicMemberProtocol> supported_protocols;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("sessionTimeoutMs", self.session_timeout_ms);
        io.field("supportedProtocols", self.supported_protocols);
    }
    bool operator==(const ClassicMemberMetadata&) const = default;
};

/// What a member told the coordinator about itself.
struct ConsumerGroupMemberMetadataValue {
    static constexpr std::string_view kName = "ConsumerGroupMemberMetadataValue";
    static constexpr VersionRange kVersions{0, 0, 0};
    static constexpr ApiVersion kWrittenVersion = 0;

    std::optional<std::string> instance_id;
    std::optional<std::string> rack_id;
    std::string client_id;
    std::string client_host;
    std::vector<std::string> subscribed_topic_names;
    std::optional<std::string> subscribed_topic_regex;
    int32_t rebalance_timeout_ms = -1;
    std::optional<std::string> server_assignor;
    /// None for a member of the consumer protocol. Kafka's schema gives the default without quotes,
    /// which its generator takes for an empty struct: so a null is written out, and a record
    /// without the field holds an empty struct.
    std::optional<ClassicMemberMetadata> classic_member_metadata = ClassicMemberMetadata{};

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("instanceId", self.instance_id, {.nullable_since = 0});
        io.field("rackId", self.rack_id, {.nullable_since = 0});
        io.field("clientId", self.client_id);
        io.field("clientHost", self.client_host);
        io.field("subscribedTopicNames", self.subscribed_topic_names);
        io.field("subscribedTopicRegex", self.subscribed_topic_regex, {.nullable_since = 0});
        io.field("rebalanceTimeoutMs", self.rebalance_timeout_ms);
        io.field("serverAssignor", self.server_assignor, {.nullable_since = 0});
        io.field("classicMemberMetadata", self.classic_member_metadata,
                 {.nullable_since = 0, .tag = 0});
    }
    bool operator==(const ConsumerGroupMemberMetadataValue&) const = default;
};

struct ConsumerGroupMemberMetadataKey {
    using Value = ConsumerGroupMemberMetadataValue;
    static constexpr std::string_view kName = "ConsumerGroupMemberMetadataKey";
    static constexpr VersionRange kVersions{5, 5};

    std::string group_id;
    std::string member_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupId", self.group_id);
        io.field("memberId", self.member_id);
    }
    bool operator==(const ConsumerGroupMemberMetadataKey&) const = default;
};

/// The group epoch for which the target assignment was computed.
struct ConsumerGroupTargetAssignmentMetadataValue {
    static constexpr std::string_view kName = "ConsumerGroupTargetAssignmentMetadataValue";
    static constexpr VersionRange kVersions{0, 0, 0};
    static constexpr ApiVersion kWrittenVersion = 0;

    MemberEpoch assignment_epoch;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("assignmentEpoch", self.assignment_epoch);
    }
    bool operator==(const ConsumerGroupTargetAssignmentMetadataValue&) const = default;
};

struct ConsumerGroupTargetAssignmentMetadataKey {
    using Value = ConsumerGroupTargetAssignmentMetadataValue;
    static constexpr std::string_view kName = "ConsumerGroupTargetAssignmentMetadataKey";
    static constexpr VersionRange kVersions{6, 6};

    std::string group_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupId", self.group_id);
    }
    bool operator==(const ConsumerGroupTargetAssignmentMetadataKey&) const = default;
};

/// Partitions of one topic, by id.
struct AssignedTopicPartitions {
    Uuid topic_id;
    std::vector<PartitionId> partitions;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topicId", self.topic_id);
        io.field("partitions", self.partitions);
    }
    bool operator==(const AssignedTopicPartitions&) const = default;
};

/// What a member shall own once all others have given it up.
struct ConsumerGroupTargetAssignmentMemberValue {
    static constexpr std::string_view kName = "ConsumerGroupTargetAssignmentMemberValue";
    static constexpr VersionRange kVersions{0, 0, 0};
    static constexpr ApiVersion kWrittenVersion = 0;

    std::vector<AssignedTopicPartitions> topic_partitions;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topicPartitions", self.topic_partitions);
    }
    bool operator==(const ConsumerGroupTargetAssignmentMemberValue&) const = default;
};

struct ConsumerGroupTargetAssignmentMemberKey {
    using Value = ConsumerGroupTargetAssignmentMemberValue;
    static constexpr std::string_view kName = "ConsumerGroupTargetAssignmentMemberKey";
    static constexpr VersionRange kVersions{7, 7};

    std::string group_id;
    std::string member_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupId", self.group_id);
        io.field("memberId", self.member_id);
    }
    bool operator==(const ConsumerGroupTargetAssignmentMemberKey&) const = default;
};

/// Where a member is on its way to the target assignment [MemberState.java].
enum class ConsumerGroupMemberState : int8_t {
    kStable = 0,
    kUnrevokedPartitions = 1,   ///< it must give up partitions first
    kUnreleasedPartitions = 2,  ///< it waits for others to give up partitions
    kUnknown = 127,
};

/// What a member owns now.
struct ConsumerGroupCurrentMemberAssignmentValue {
    static constexpr std::string_view kName = "ConsumerGroupCurrentMemberAssignmentValue";
    static constexpr VersionRange kVersions{0, 0, 0};
    static constexpr ApiVersion kWrittenVersion = 0;

    MemberEpoch member_epoch;
    MemberEpoch previous_member_epoch;
    ConsumerGroupMemberState state = ConsumerGroupMemberState::kStable;
    std::vector<AssignedTopicPartitions> assigned_partitions;
    std::vector<AssignedTopicPartitions> partitions_pending_revocation;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("memberEpoch", self.member_epoch);
        io.field("previousMemberEpoch", self.previous_member_epoch);
        io.field("state", self.state);
        io.field("assignedPartitions", self.assigned_partitions);
        io.field("partitionsPendingRevocation", self.partitions_pending_revocation);
    }
    bool operator==(const ConsumerGroupCurrentMemberAssignmentValue&) const = default;
};

struct ConsumerGroupCurrentMemberAssignmentKey {
    using Value = ConsumerGroupCurrentMemberAssignmentValue;
    static constexpr std::string_view kName = "ConsumerGroupCurrentMemberAssignmentKey";
    static constexpr VersionRange kVersions{8, 8};

    std::string group_id;
    std::string member_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupId", self.group_id);
        io.field("memberId", self.member_id);
    }
    bool operator==(const ConsumerGroupCurrentMemberAssignmentKey&) const = default;
};

}  // namespace brokerlab

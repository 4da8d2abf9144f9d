// ConsumerGroupHeartbeat and ConsumerGroupDescribe: groups of the KIP-848 protocol.
//
// One heartbeat carries everything: joining (member epoch 0), subscription, owned partitions,
// leaving (-1; -2 for a static member that will be back). A field that is null has not changed
// since the last heartbeat. The coordinator answers with the partitions that the member may own
// now.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Partitions of one topic, by the topic's id.
struct TopicIdPartitions {
    Uuid topic_id;
    std::vector<PartitionId> partitions;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topicId", self.topic_id);
        io.field("partitions", self.partitions);
    }
    bool operator==(const TopicIdPartitions&) const = default;
};

/// A member's news [ConsumerGroupHeartbeatRequest.json, KIP-848].
struct ConsumerGroupHeartbeatRequest {
    static constexpr ApiKey kApiKey = ApiKey::kConsumerGroupHeartbeat;
    static constexpr VersionRange kVersions{0, 1, 0};

    std::string group_id;
    std::string member_id;  ///< chosen by the member itself since version 1 (KIP-1082)
    MemberEpoch member_epoch;
    std::optional<std::string> instance_id;  ///< of a static member
    std::optional<std::string> rack_id;
    int32_t rebalance_timeout_ms = -1;  ///< longest time for giving up partitions; -1 unchanged
    std::optional<std::vector<std::string>> subscribed_topic_names;
    std::optional<std::string> subscribed_topic_regex;  ///< an RE2/J pattern
    std::optional<std::string> server_assignor;
    std::optional<std::vector<TopicIdPartitions>> topic_partitions;  ///< what the member owns

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupId", self.group_id);
        io.field("memberId", self.member_id);
        io.field("memberEpoch", self.member_epoch);
        io.field("instanceId", self.instance_id, {.nullable_since = 0});
        io.field("rackId", self.rack_id, {.nullable_since = 0});
        io.field("rebalanceTimeoutMs", self.rebalance_timeout_ms);
        io.field("subscribedTopicNames", self.subscribed_topic_names, {.nullable_since = 0});
        io.field("subscribedTopicRegex", self.subscribed_topic_regex,
                 {.since = 1, .nullable_since = 0});
        io.field("serverAssignor", self.server_assignor, {.nullable_since = 0});
        io.field("topicPartitions", self.topic_partitions, {.nullable_since = 0});
    }
    bool operator==(const ConsumerGroupHeartbeatRequest&) const = default;
};

/// The coordinator's view of the member [ConsumerGroupHeartbeatResponse.json].
struct ConsumerGroupHeartbeatResponse {
    static constexpr ApiKey kApiKey = ApiKey::kConsumerGroupHeartbeat;
    static constexpr VersionRange kVersions{0, 1, 0};

    struct Assignment {
        std::vector<TopicIdPartitions> topic_partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicPartitions", self.topic_partitions);
        }
        bool operator==(const Assignment&) const = default;
    };

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::optional<std::string> error_message;
    std::optional<std::string> member_id;
    MemberEpoch member_epoch;
    int32_t heartbeat_interval_ms = 0;     ///< when the next one is due
    std::optional<Assignment> assignment;  ///< null: unchanged

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
        io.field("errorMessage", self.error_message, {.nullable_since = 0});
        io.field("memberId", self.member_id, {.nullable_since = 0});
        io.field("memberEpoch", self.member_epoch);
        io.field("heartbeatIntervalMs", self.heartbeat_interval_ms);
        io.field("assignment", self.assignment, {.nullable_since = 0});
    }
    bool operator==(const ConsumerGroupHeartbeatResponse&) const = default;
};

/// Asks for the state of groups [ConsumerGroupDescribeRequest.json].
struct ConsumerGroupDescribeRequest {
    static constexpr ApiKey kApiKey = ApiKey::kConsumerGroupDescribe;
    static constexpr VersionRange kVersions{0, 1, 0};

    std::vector<std::string> group_ids;
    bool include_authorized_operations = false;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("groupIds", self.group_ids);
        io.field("includeAuthorizedOperations", self.include_authorized_operations);
    }
    bool operator==(const ConsumerGroupDescribeRequest&) const = default;
};

/// The groups with members and assignments [ConsumerGroupDescribeResponse.json, KIP-1099].
struct ConsumerGroupDescribeResponse {
    static constexpr ApiKey kApiKey = ApiKey::kConsumerGroupDescribe;
    static constexpr VersionRange kVersions{0, 1, 0};

    struct TopicPartitions {
        Uuid topic_id;
        std::string topic_name;
        std::vector<PartitionId> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicId", self.topic_id);
            io.field("topicName", self.topic_name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const TopicPartitions&) const = default;
    };

    struct Assignment {
        std::vector<TopicPartitions> topic_partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicPartitions", self.topic_partitions);
        }
        bool operator==(const Assignment&) const = default;
    };

    struct Member {
        std::string member_id;
        std::optional<std::string> instance_id;
        std::optional<std::string> rack_id;
        MemberEpoch member_epoch;
        std::string client_id;
        std::string client_host;
        std::vector<std::string> subscribed_topic_names;
        std::optional<std::string> subscribed_topic_regex;
        Assignment assignment;
        Assignment target_assignment;
        int8_t member_type = -1;  ///< 0 classic, 1 consumer, -1 unknown; version 1, of 4.0 final

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("memberId", self.member_id);
            io.field("instanceId", self.instance_id, {.nullable_since = 0});
            io.field("rackId", self.rack_id, {.nullable_since = 0});
            io.field("memberEpoch", self.member_epoch);
            io.field("clientId", self.client_id);
            io.field("clientHost", self.client_host);
            io.field("subscribedTopicNames", self.subscribed_topic_names);
            io.field("subscribedTopicRegex", self.subscribed_topic_regex, {.nullable_since = 0});
            io.field("assignment", self.assignment);
            io.field("targetAssignment", self.target_assignment);
            io.field("memberType", self.member_type, {.since = 1});
        }
        bool operator==(const Member&) const = default;
    };

    struct Group {
        ErrorCode error_code = ErrorCode::kNone;
        std::optional<std::string> error_message;
        std::string group_id;
        std::string group_state;
        MemberEpoch group_epoch;       ///< grows with each change of members or subscriptions
        MemberEpoch assignment_epoch;  ///< the group epoch that the target was computed for
        std::string assignor_name;
        std::vector<Member> members;
        /// Bits; INT32_MIN when not asked for
        int32_t authorized_operations = std::numeric_limits<int32_t>::min();

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("errorCode", self.error_code);
            io.field("errorMessage", self.error_message, {.nullable_since = 0});
            io.field("groupId", self.group_id);
            io.field("groupState", self.group_state);
            io.field("groupEpoch", self.group_epoch);
            io.field("assignmentEpoch", self.assignment_epoch);
            io.field("assignorName", self.assignor_name);
            io.field("members", self.members);
            io.field("authorizedOperations", self.authorized_operations);
        }
        bool operator==(const Group&) const = default;
    };

    int32_t throttle_time_ms = 0;
    std::vector<Group> groups;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("groups", self.groups);
    }
    bool operator==(const ConsumerGroupDescribeResponse&) const = default;
};

}  // namespace brokerlab

// DescribeTopicPartitions: like Metadata, but with the eligible leader replicas and in pages
// (KIP-966).
//
// A page ends after `response_partition_limit` partitions; `next_cursor` says where the next
// begins.
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

/// The first partition of a page.
struct TopicPartitionCursor {
    std::string topic_name;
    PartitionId partition_index;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topicName", self.topic_name);
        io.field("partitionIndex", self.partition_index);
    }
    bool operator==(const TopicPartitionCursor&) const = default;
};

/// Asks for topics, all of them when none is named [DescribeTopicPartitionsRequest.json].
struct DescribeTopicPartitionsRequest {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeTopicPartitions;
    static constexpr VersionRange kVersions{0, 0, 0};

    struct Topic {
        std::string name;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
        }
        bool operator==(const Topic&) const = default;
    };

    std::vector<Topic> topics;
    int32_t response_partition_limit = 2000;
    std::optional<TopicPartitionCursor> cursor;  ///< null starts at the beginning

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topics", self.topics);
        io.field("responsePartitionLimit", self.response_partition_limit);
        io.field("cursor", self.cursor, {.nullable_since = 0});
    }
    bool operator==(const DescribeTopicPartitionsRequest&) const = default;
};

/// One page of topics in order of name [DescribeTopicPartitionsResponse.json].
struct DescribeTopicPartitionsResponse {
    static constexpr ApiKey kApiKey = ApiKey::kDescribeTopicPartitions;
    static constexpr VersionRange kVersions{0, 0, 0};

    struct Partition {
        ErrorCode error_code = ErrorCode::kNone;
        PartitionId partition_index;
        BrokerId leader_id;  ///< -1 is none
        LeaderEpoch leader_epoch = kNoLeaderEpoch;
        std::vector<BrokerId> replica_nodes;
        std::vector<BrokerId> isr_nodes;
        /// Null while the feature is off
        std::optional<std::vector<BrokerId>> eligible_leader_replicas;
        std::optional<std::vector<BrokerId>> last_known_elr;
        std::vector<BrokerId> offline_replicas;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("errorCode", self.error_code);
            io.field("partitionIndex", self.partition_index);
            io.field("leaderId", self.leader_id);
            io.field("leaderEpoch", self.leader_epoch);
            io.field("replicaNodes", self.replica_nodes);
            io.field("isrNodes", self.isr_nodes);
            io.field("eligibleLeaderReplicas", self.eligible_leader_replicas,
                     {.nullable_since = 0});
            io.field("lastKnownElr", self.last_known_elr, {.nullable_since = 0});
            io.field("offlineReplicas", self.offline_replicas);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        ErrorCode error_code = ErrorCode::kNone;
        std::optional<std::string> name = "";
        Uuid topic_id;
        bool is_internal = false;
        std::vector<Partition> partitions;
        /// Bits; INT32_MIN when not asked for
        int32_t topic_authorized_operations = std::numeric_limits<int32_t>::min();

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("errorCode", self.error_code);
            io.field("name", self.name, {.nullable_since = 0});
            io.field("topicId", self.topic_id);
            io.field("isInternal", self.is_internal);
            io.field("partitions", self.partitions);
            io.field("topicAuthorizedOperations", self.topic_authorized_operations);
        }
        bool operator==(const Topic&) const = default;
    };

    int32_t throttle_time_ms = 0;
    std::vector<Topic> topics;
    std::optional<TopicPartitionCursor> next_cursor;  ///< null after the last page

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("topics", self.topics);
        io.field("nextCursor", self.next_cursor, {.nullable_since = 0});
    }
    bool operator==(const DescribeTopicPartitionsResponse&) const = default;
};

}  // namespace brokerlab

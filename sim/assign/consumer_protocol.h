// The embedded consumer protocol: what members of a classic group tell their leader, and what it
// assigns them. To the coordinator both are plain bytes.
//
// Each is a version and a body. A newer version than ours is read as our latest and what follows
// is left alone, an older reader's promise that versions only add fields [ConsumerProtocol.java].
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/base/outcome.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Partitions of one topic, by name.
struct ConsumerTopicPartitions {
    std::string topic;
    std::vector<PartitionId> partitions;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topic", self.topic);
        io.field("partitions", self.partitions);
    }
    bool operator==(const ConsumerTopicPartitions&) const = default;
};

/// What a member wants: sent in JoinGroup once per assignor.
struct ConsumerProtocolSubscription {
    static constexpr std::string_view kName = "ConsumerProtocolSubscription";
    static constexpr VersionRange kVersions{0, 3};

    std::vector<std::string> topics;  ///< Kafka's consumer sorts them
    std::optional<Bytes> user_data;
    std::vector<ConsumerTopicPartitions> owned_partitions;  ///< sorted by topic, then partition
    GenerationId generation_id = kNoGeneration;             ///< in which they were owned
    std::optional<std::string> rack_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("topics", self.topics);
        io.field("userData", self.user_data, {.nullable_since = 0});
        io.field("ownedPartitions", self.owned_partitions, {.since = 1});
        io.field("generationId", self.generation_id, {.since = 2});
        io.field("rackId", self.rack_id, {.since = 3, .nullable_since = 3});
    }
    bool operator==(const ConsumerProtocolSubscription&) const = default;
};

/// What a member gets: sent in SyncGroup.
struct ConsumerProtocolAssignment {
    static constexpr std::string_view kName = "ConsumerProtocolAssignment";
    static constexpr VersionRange kVersions{0, 3};

    std::vector<ConsumerTopicPartitions> assigned_partitions;
    std::optional<Bytes> user_data;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("assignedPartitions", self.assigned_partitions);
        io.field("userData", self.user_data, {.nullable_since = 0});
    }
    bool operator==(const ConsumerProtocolAssignment&) const = default;
};

/// At `version`, which is one of kVersions; Kafka's consumer writes the latest.
[[nodiscard]] Bytes encode_subscription(
    const ConsumerProtocolSubscription& subscription,
    ApiVersion version = ConsumerProtocolSubscription::kVersions.latest);
[[nodiscard]] Bytes encode_assignment(
    const ConsumerProtocolAssignment& assignment,
    ApiVersion version = ConsumerProtocolAssignment::kVersions.latest);

/// Fail on a negative version and on bytes that end early.
[[nodiscard]] Outcome<ConsumerProtocolSubscription> decode_subscription(ByteSpan bytes);
[[nodiscard]] Outcome<ConsumerProtocolAssignment> decode_assignment(ByteSpan bytes);

}  // namespace brokerlab

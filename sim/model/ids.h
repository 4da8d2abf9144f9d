// The strong ids and quantities of Kafka's protocol, named as Kafka names them.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/base/digest.h"
#include "sim/base/outcome.h"
#include "sim/base/strong.h"

namespace brokerlab {

struct OffsetTag {
    static constexpr bool kCountable = true;
};
/// Position of a record in a partition's log, from 0. -1 where Kafka writes "none".
using Offset = Strong<OffsetTag, int64_t>;

struct LeaderEpochTag {
    static constexpr bool kCountable = true;
};
/// Counts the leaders of a partition, from 0; -1 is unknown [LeaderEpochFileCache].
using LeaderEpoch = Strong<LeaderEpochTag, int32_t>;

struct PartitionEpochTag {
    static constexpr bool kCountable = true;
};
/// Counts the changes of a partition's registration at the controller [PartitionRegistration].
using PartitionEpoch = Strong<PartitionEpochTag, int32_t>;

/// `node.id` of a broker or controller; -1 is none.
using BrokerId = Strong<struct BrokerIdTag, int32_t>;
/// Offset of the record that registered this incarnation of a broker; -1 is unknown (KIP-380).
using BrokerEpoch = Strong<struct BrokerEpochTag, int64_t>;
/// Number of a partition within its topic, from 0.
using PartitionId = Strong<struct PartitionIdTag, int32_t>;
/// `producer.id` of an idempotent or transactional producer; -1 is none.
using ProducerId = Strong<struct ProducerIdTag, int64_t>;

struct ProducerEpochTag {
    static constexpr bool kCountable = true;
};
/// Counts the incarnations of a producer id; -1 is none.
using ProducerEpoch = Strong<ProducerEpochTag, int16_t>;
/// Sequence of a record of one producer in one partition: 0 to 2^31-1, then 0 again; -1 is none.
using Sequence = Strong<struct SequenceTag, int32_t>;
/// Counts the leaders of a transaction coordinator's partition; -1 is none.
using CoordinatorEpoch = Strong<struct CoordinatorEpochTag, int32_t>;

struct GenerationIdTag {
    static constexpr bool kCountable = true;
};
/// Counts the rebalances of a classic group; -1 is none [JoinGroupResponse.UNKNOWN_GENERATION_ID].
using GenerationId = Strong<GenerationIdTag, int32_t>;

struct MemberEpochTag {
    static constexpr bool kCountable = true;
};
/// Counts the changes of a group of the consumer protocol. Group, target assignment and members
/// share the scale: a member is up to date when its epoch is the target's. In a heartbeat 0 joins,
/// -1 leaves, and -2 leaves for a while (KIP-848).
using MemberEpoch = Strong<MemberEpochTag, int32_t>;

struct CorrelationIdTag {
    static constexpr bool kCountable = true;
};
/// Numbers the requests of one connection, so that the client knows which a response answers.
using CorrelationId = Strong<CorrelationIdTag, int32_t>;

/// Milliseconds since the Unix epoch, as records carry them; -1 is none
/// [RecordBatch.NO_TIMESTAMP].
using Timestamp = Strong<struct TimestampTag, int64_t>;

inline constexpr Offset kNoOffset{-1};
inline constexpr LeaderEpoch kNoLeaderEpoch{-1};
inline constexpr BrokerId kNoBroker{-1};
inline constexpr BrokerEpoch kNoBrokerEpoch{-1};
inline constexpr ProducerId kNoProducerId{-1};
inline constexpr ProducerEpoch kNoProducerEpoch{-1};
inline constexpr Sequence kNoSequence{-1};
inline constexpr CoordinatorEpoch kNoCoordinatorEpoch{-1};
inline constexpr GenerationId kNoGeneration{-1};
inline constexpr MemberEpoch kNoMemberEpoch{-1};
inline constexpr Timestamp kNoTimestamp{-1};

enum class NodeKind : uint8_t { kBroker, kController, kClient };

/// A node of the simulated network. Each kind counts for itself: controller 1 is not broker 1. The
/// number of a controller is the lab's, not its `node.id`; clients are numbered as they are made.
struct NodeId {
    NodeKind kind = NodeKind::kBroker;
    int32_t number = 0;

    friend constexpr bool operator==(NodeId, NodeId) = default;
    friend constexpr auto operator<=>(NodeId, NodeId) = default;
};
inline void digest_into(Digest& d, NodeId node) {
    digest_fields(d, node.kind, node.number);
}

/// Controller n of the lab has the `node.id` 3000+n; a broker's is its number.
inline constexpr int32_t kControllerIdBase = 3000;
/// The `node.id` of a broker or controller.
[[nodiscard]] constexpr BrokerId node_id_of(NodeId node) {
    return BrokerId(node.kind == NodeKind::kController ? kControllerIdBase + node.number
                                                       : node.number);
}
/// The node with that `node.id`.
[[nodiscard]] constexpr NodeId node_of(BrokerId id) {
    return id.value > kControllerIdBase
               ? NodeId{NodeKind::kController, id.value - kControllerIdBase}
               : NodeId{NodeKind::kBroker, id.value};
}

/// A 128-bit id of Kafka's: topic, directory, incarnation, member. Printed in URL-safe base64
/// without padding, 22 characters [common/Uuid.java].
struct Uuid {
    uint64_t high = 0;
    uint64_t low = 0;

    [[nodiscard]] constexpr bool is_zero() const { return high == 0 && low == 0; }
    [[nodiscard]] std::string to_string() const;
    /// Fails when `text` is not 22 characters of URL-safe base64.
    [[nodiscard]] static Outcome<Uuid> parse(std::string_view text);

    friend constexpr bool operator==(Uuid, Uuid) = default;
    friend constexpr auto operator<=>(Uuid, Uuid) = default;
};
inline void digest_into(Digest& d, Uuid id) {
    digest_fields(d, id.high, id.low);
}

struct TopicPartition {
    std::string topic;
    PartitionId partition;

    /// "orders-0".
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(const TopicPartition&, const TopicPartition&) = default;
    friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
};
inline void digest_into(Digest& d, const TopicPartition& tp) {
    digest_fields(d, tp.topic, tp.partition);
}

}  // namespace brokerlab

// AlterPartition: a leader asks the controller to change the in-sync replicas (KIP-497).
//
// Leader epoch and partition epoch are those that the leader acts on: the controller refuses a
// change that is based on an older state. Versions below 2 are gone in 4.0.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/protocol_enums.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Proposes new in-sync replicas [AlterPartitionRequest.json, KIP-497, KIP-704, KIP-841, KIP-903].
struct AlterPartitionRequest {
    static constexpr ApiKey kApiKey = ApiKey::kAlterPartition;
    static constexpr VersionRange kVersions{2, 3, 0};

    /// A proposed member with the epoch in which it fetched.
    struct BrokerState {
        BrokerId broker_id;
        BrokerEpoch broker_epoch = kNoBrokerEpoch;  ///< -1: don't check

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("brokerId", self.broker_id);
            io.field("brokerEpoch", self.broker_epoch);
        }
        bool operator==(const BrokerState&) const = default;
    };

    struct Partition {
        PartitionId partition_index;
        LeaderEpoch leader_epoch;
        std::vector<BrokerId> new_isr;                 ///< in version 2
        std::vector<BrokerState> new_isr_with_epochs;  ///< from version 3 on
        LeaderRecoveryState leader_recovery_state = LeaderRecoveryState::kRecovered;
        PartitionEpoch partition_epoch;  ///< the one that the proposal is based on

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("leaderEpoch", self.leader_epoch);
            io.field("newIsr", self.new_isr, {.until = 2});
            io.field("newIsrWithEpochs", self.new_isr_with_epochs, {.since = 3});
            io.field("leaderRecoveryState", self.leader_recovery_state);
            io.field("partitionEpoch", self.partition_epoch);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        Uuid topic_id;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicId", self.topic_id);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    BrokerId broker_id;
    BrokerEpoch broker_epoch = kNoBrokerEpoch;
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("brokerId", self.broker_id);
        io.field("brokerEpoch", self.broker_epoch);
        io.field("topics", self.topics);
    }
    bool operator==(const AlterPartitionRequest&) const = default;
};

/// The state after the change [AlterPartitionResponse.json].
struct AlterPartitionResponse {
    static constexpr ApiKey kApiKey = ApiKey::kAlterPartition;
    static constexpr VersionRange kVersions{2, 3, 0};

    struct Partition {
        PartitionId partition_index;
        ErrorCode error_code = ErrorCode::kNone;
        BrokerId leader_id;
        LeaderEpoch leader_epoch;
        std::vector<BrokerId> isr;
        LeaderRecoveryState leader_recovery_state = LeaderRecoveryState::kRecovered;
        PartitionEpoch partition_epoch;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("errorCode", self.error_code);
            io.field("leaderId", self.leader_id);
            io.field("leaderEpoch", self.leader_epoch);
            io.field("isr", self.isr);
            io.field("leaderRecoveryState", self.leader_recovery_state);
            io.field("partitionEpoch", self.partition_epoch);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        Uuid topic_id;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicId", self.topic_id);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
        io.field("topics", self.topics);
    }
    bool operator==(const AlterPartitionResponse&) const = default;
};

}  // namespace brokerlab

// AddPartitionsToTxn, AddOffsetsToTxn, TxnOffsetCommit, EndTxn, WriteTxnMarkers: one transaction.
//
// Clients of the first transaction protocol add each partition before they write to it; with
// transaction version 2 (KIP-890) the partition's leader and the group coordinator do that for
// them, by AddPartitionsToTxn of version 4 and up, and each EndTxn gives back a raised epoch. The
// coordinator ends a transaction by writing a marker into every partition, through its leader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Adds partitions to a transaction, or checks that they are in it [AddPartitionsToTxnRequest.json,
/// KIP-890].
struct AddPartitionsToTxnRequest {
    static constexpr ApiKey kApiKey = ApiKey::kAddPartitionsToTxn;
    static constexpr VersionRange kVersions{0, 5, 3};

    struct Topic {
        std::string name;
        std::vector<PartitionId> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    /// One transaction, from version 4 on, which only brokers send.
    struct Transaction {
        std::string transactional_id;
        ProducerId producer_id;
        ProducerEpoch producer_epoch;
        bool verify_only = false;  ///< ask, don't add
        std::vector<Topic> topics;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("transactionalId", self.transactional_id);
            io.field("producerId", self.producer_id);
            io.field("producerEpoch", self.producer_epoch);
            io.field("verifyOnly", self.verify_only);
            io.field("topics", self.topics);
        }
        bool operator==(const Transaction&) const = default;
    };

    std::vector<Transaction> transactions;
    /// This and the next three are the client's form, up to version 3
    std::string v3_and_below_transactional_id;
    ProducerId v3_and_below_producer_id;
    ProducerEpoch v3_and_below_producer_epoch;
    std::vector<Topic> v3_and_below_topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("transactions", self.transactions, {.since = 4});
        io.field("v3AndBelowTransactionalId", self.v3_and_below_transactional_id, {.until = 3});
        io.field("v3AndBelowProducerId", self.v3_and_below_producer_id, {.until = 3});
        io.field("v3AndBelowProducerEpoch", self.v3_and_below_producer_epoch, {.until = 3});
        io.field("v3AndBelowTopics", self.v3_and_below_topics, {.until = 3});
    }
    bool operator==(const AddPartitionsToTxnRequest&) const = default;
};

/// Which partitions are in the transaction now [AddPartitionsToTxnResponse.json].
struct AddPartitionsToTxnResponse {
    static constexpr ApiKey kApiKey = ApiKey::kAddPartitionsToTxn;
    static constexpr VersionRange kVersions{0, 5, 3};

    struct Partition {
        PartitionId partition_index;
        ErrorCode partition_error_code = ErrorCode::kNone;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("partitionErrorCode", self.partition_error_code);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string name;
        std::vector<Partition> results_by_partition;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("resultsByPartition", self.results_by_partition);
        }
        bool operator==(const Topic&) const = default;
    };

    struct Transaction {
        std::string transactional_id;
        std::vector<Topic> topic_results;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("transactionalId", self.transactional_id);
            io.field("topicResults", self.topic_results);
        }
        bool operator==(const Transaction&) const = default;
    };

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    std::vector<Transaction> results_by_transaction;   ///< from version 4 on
    std::vector<Topic> results_by_topic_v3_and_below;  ///< up to version 3

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code, {.since = 4});
        io.field("resultsByTransaction", self.results_by_transaction, {.since = 4});
        io.field("resultsByTopicV3AndBelow", self.results_by_topic_v3_and_below, {.until = 3});
    }
    bool operator==(const AddPartitionsToTxnResponse&) const = default;
};

/// Adds the group's partition of `__consumer_offsets` to a transaction
/// [AddOffsetsToTxnRequest.json, KIP-98].
struct AddOffsetsToTxnRequest {
    static constexpr ApiKey kApiKey = ApiKey::kAddOffsetsToTxn;
    static constexpr VersionRange kVersions{0, 4, 3};

    std::string transactional_id;
    ProducerId producer_id;
    ProducerEpoch producer_epoch;
    std::string group_id;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("transactionalId", self.transactional_id);
        io.field("producerId", self.producer_id);
        io.field("producerEpoch", self.producer_epoch);
        io.field("groupId", self.group_id);
    }
    bool operator==(const AddOffsetsToTxnRequest&) const = default;
};

/// Whether it is added [AddOffsetsToTxnResponse.json].
struct AddOffsetsToTxnResponse {
    static constexpr ApiKey kApiKey = ApiKey::kAddOffsetsToTxn;
    static constexpr VersionRange kVersions{0, 4, 3};

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
    }
    bool operator==(const AddOffsetsToTxnResponse&) const = default;
};

/// Commits a group's offsets with the transaction; version 5, of 4.0 final, is transaction version
/// 2 and adds the group to it as well [TxnOffsetCommitRequest.json, KIP-447, KIP-890].
struct TxnOffsetCommitRequest {
    static constexpr ApiKey kApiKey = ApiKey::kTxnOffsetCommit;
    static constexpr VersionRange kVersions{0, 5, 3};

    struct Partition {
        PartitionId partition_index;
        Offset committed_offset;
        LeaderEpoch committed_leader_epoch = kNoLeaderEpoch;
        std::optional<std::string> committed_metadata = "";

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("committedOffset", self.committed_offset);
            io.field("committedLeaderEpoch", self.committed_leader_epoch, {.since = 2});
            io.field("committedMetadata", self.committed_metadata, {.nullable_since = 0});
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    std::string transactional_id;
    std::string group_id;
    ProducerId producer_id;
    ProducerEpoch producer_epoch;
    /// This and the next two fence a consumer that lost its group membership
    GenerationId generation_id = kNoGeneration;
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("transactionalId", self.transactional_id);
        io.field("groupId", self.group_id);
        io.field("producerId", self.producer_id);
        io.field("producerEpoch", self.producer_epoch);
        io.field("generationId", self.generation_id, {.since = 3});
        io.field("memberId", self.member_id, {.since = 3});
        io.field("groupInstanceId", self.group_instance_id, {.since = 3, .nullable_since = 0});
        io.field("topics", self.topics);
    }
    bool operator==(const TxnOffsetCommitRequest&) const = default;
};

/// Which commits are pending now [TxnOffsetCommitResponse.json].
struct TxnOffsetCommitResponse {
    static constexpr ApiKey kApiKey = ApiKey::kTxnOffsetCommit;
    static constexpr VersionRange kVersions{0, 5, 3};

    struct Partition {
        PartitionId partition_index;
        ErrorCode error_code = ErrorCode::kNone;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("errorCode", self.error_code);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    int32_t throttle_time_ms = 0;
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("topics", self.topics);
    }
    bool operator==(const TxnOffsetCommitResponse&) const = default;
};

/// Commits or aborts [EndTxnRequest.json, KIP-890]; version 5 is transaction version 2.
struct EndTxnRequest {
    static constexpr ApiKey kApiKey = ApiKey::kEndTxn;
    static constexpr VersionRange kVersions{0, 5, 3};

    std::string transactional_id;
    ProducerId producer_id;
    ProducerEpoch producer_epoch;
    bool committed = false;  ///< false aborts

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("transactionalId", self.transactional_id);
        io.field("producerId", self.producer_id);
        io.field("producerEpoch", self.producer_epoch);
        io.field("committed", self.committed);
    }
    bool operator==(const EndTxnRequest&) const = default;
};

/// The decision is durable; the markers follow [EndTxnResponse.json, KIP-890].
struct EndTxnResponse {
    static constexpr ApiKey kApiKey = ApiKey::kEndTxn;
    static constexpr VersionRange kVersions{0, 5, 3};

    int32_t throttle_time_ms = 0;
    ErrorCode error_code = ErrorCode::kNone;
    /// This and the epoch: what to write with next, from version 5 on; -1 before
    ProducerId producer_id = kNoProducerId;
    ProducerEpoch producer_epoch = kNoProducerEpoch;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("throttleTimeMs", self.throttle_time_ms);
        io.field("errorCode", self.error_code);
        io.field("producerId", self.producer_id, {.since = 5});
        io.field("producerEpoch", self.producer_epoch, {.since = 5});
    }
    bool operator==(const EndTxnResponse&) const = default;
};

/// The coordinator ends transactions in their partitions [WriteTxnMarkersRequest.json, KIP-98].
struct WriteTxnMarkersRequest {
    static constexpr ApiKey kApiKey = ApiKey::kWriteTxnMarkers;
    static constexpr VersionRange kVersions{1, 1, 1};

    struct Topic {
        std::string name;
        std::vector<PartitionId> partition_indexes;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitionIndexes", self.partition_indexes);
        }
        bool operator==(const Topic&) const = default;
    };

    struct Marker {
        ProducerId producer_id;
        ProducerEpoch producer_epoch;
        bool transaction_result = false;  ///< true commits
        std::vector<Topic> topics;
        CoordinatorEpoch coordinator_epoch;  ///< fences markers of a deposed coordinator

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("producerId", self.producer_id);
            io.field("producerEpoch", self.producer_epoch);
            io.field("transactionResult", self.transaction_result);
            io.field("topics", self.topics);
            io.field("coordinatorEpoch", self.coordinator_epoch);
        }
        bool operator==(const Marker&) const = default;
    };

    std::vector<Marker> markers;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("markers", self.markers);
    }
    bool operator==(const WriteTxnMarkersRequest&) const = default;
};

/// Which markers are written [WriteTxnMarkersResponse.json].
struct WriteTxnMarkersResponse {
    static constexpr ApiKey kApiKey = ApiKey::kWriteTxnMarkers;
    static constexpr VersionRange kVersions{1, 1, 1};

    struct Partition {
        PartitionId partition_index;
        ErrorCode error_code = ErrorCode::kNone;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("errorCode", self.error_code);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    struct Marker {
        ProducerId producer_id;
        std::vector<Topic> topics;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("producerId", self.producer_id);
            io.field("topics", self.topics);
        }
        bool operator==(const Marker&) const = default;
    };

    std::vector<Marker> markers;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("markers", self.markers);
    }
    bool operator==(const WriteTxnMarkersResponse&) const = default;
};

}  // namespace brokerlab

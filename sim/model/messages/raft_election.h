// Vote, BeginQuorumEpoch, EndQuorumEpoch: elections of the metadata quorum (KIP-595, KIP-853).
//
// Each names topics and partitions, though there is only `__cluster_metadata-0`. Version 2 of Vote
// is of 4.0 final: it adds the pre-vote (KIP-996), and what were the candidate's epoch, id and
// directory are now the replica's, since a prospective voter is no candidate yet.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/model/api_key.h"
#include "sim/model/error_code.h"
#include "sim/model/ids.h"
#include "sim/model/messages/quorum_endpoints.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// Asks a voter for its vote, or with `pre_vote` whether it would give it [VoteRequest.json,
/// KIP-996].
struct VoteRequest {
    static constexpr ApiKey kApiKey = ApiKey::kVote;
    static constexpr VersionRange kVersions{0, 2, 0};

    struct Partition {
        PartitionId partition_index;
        LeaderEpoch replica_epoch;  ///< a candidate's own epoch; unchanged in a pre-vote
        BrokerId replica_id;        ///< who asks
        Uuid replica_directory_id;
        Uuid voter_directory_id;
        LeaderEpoch last_offset_epoch;  ///< of the last record in the asker's log
        Offset last_offset;             ///< the end of the asker's log
        bool pre_vote = false;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("replicaEpoch", self.replica_epoch);
            io.field("replicaId", self.replica_id);
            io.field("replicaDirectoryId", self.replica_directory_id, {.since = 1});
            io.field("voterDirectoryId", self.voter_directory_id, {.since = 1});
            io.field("lastOffsetEpoch", self.last_offset_epoch);
            io.field("lastOffset", self.last_offset);
            io.field("preVote", self.pre_vote, {.since = 2});
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string topic_name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicName", self.topic_name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    std::optional<std::string> cluster_id;
    BrokerId voter_id = kNoBroker;  ///< who is asked; -1 in version 0
    std::vector<Topic> topics;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("clusterId", self.cluster_id, {.nullable_since = 0});
        io.field("voterId", self.voter_id, {.since = 1});
        io.field("topics", self.topics);
    }
    bool operator==(const VoteRequest&) const = default;
};

/// The vote, and the leader if the voter knows one [VoteResponse.json].
struct VoteResponse {
    static constexpr ApiKey kApiKey = ApiKey::kVote;
    static constexpr VersionRange kVersions{0, 2, 0};

    struct Partition {
        PartitionId partition_index;
        ErrorCode error_code = ErrorCode::kNone;
        BrokerId leader_id;  ///< -1 when not known
        LeaderEpoch leader_epoch;
        bool vote_granted = false;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("errorCode", self.error_code);
            io.field("leaderId", self.leader_id);
            io.field("leaderEpoch", self.leader_epoch);
            io.field("voteGranted", self.vote_granted);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string topic_name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicName", self.topic_name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    ErrorCode error_code = ErrorCode::kNone;
    std::vector<Topic> topics;
    std::vector<QuorumEndpoint> node_endpoints;  ///< of the leaders named above

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("errorCode", self.error_code);
        io.field("topics", self.topics);
        io.field("nodeEndpoints", self.node_endpoints, {.since = 1, .tag = 0});
    }
    bool operator==(const VoteResponse&) const = default;
};

/// A new leader makes itself known to a voter [BeginQuorumEpochRequest.json].
struct BeginQuorumEpochRequest {
    static constexpr ApiKey kApiKey = ApiKey::kBeginQuorumEpoch;
    static constexpr VersionRange kVersions{0, 1, 1};

    struct Partition {
        PartitionId partition_index;
        Uuid voter_directory_id;
        BrokerId leader_id;
        LeaderEpoch leader_epoch;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("voterDirectoryId", self.voter_directory_id, {.since = 1});
            io.field("leaderId", self.leader_id);
            io.field("leaderEpoch", self.leader_epoch);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string topic_name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicName", self.topic_name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    std::optional<std::string> cluster_id;
    BrokerId voter_id = kNoBroker;  ///< who is told; -1 in version 0
    std::vector<Topic> topics;
    std::vector<QuorumListener> leader_endpoints;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("clusterId", self.cluster_id, {.nullable_since = 0});
        io.field("voterId", self.voter_id, {.since = 1});
        io.field("topics", self.topics);
        io.field("leaderEndpoints", self.leader_endpoints, {.since = 1});
    }
    bool operator==(const BeginQuorumEpochRequest&) const = default;
};

/// Whether the voter follows [BeginQuorumEpochResponse.json].
struct BeginQuorumEpochResponse {
    static constexpr ApiKey kApiKey = ApiKey::kBeginQuorumEpoch;
    static constexpr VersionRange kVersions{0, 1, 1};

    struct Partition {
        PartitionId partition_index;
        ErrorCode error_code = ErrorCode::kNone;
        BrokerId leader_id;
        LeaderEpoch leader_epoch;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("errorCode", self.error_code);
            io.field("leaderId", self.leader_id);
            io.field("leaderEpoch", self.leader_epoch);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string topic_name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicName", self.topic_name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    ErrorCode error_code = ErrorCode::kNone;
    std::vector<Topic> topics;
    std::vector<QuorumEndpoint> node_endpoints;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("errorCode", self.error_code);
        io.field("topics", self.topics);
        io.field("nodeEndpoints", self.node_endpoints, {.since = 1, .tag = 0});
    }
    bool operator==(const BeginQuorumEpochResponse&) const = default;
};

/// A leader that stops names its successors, best first [EndQuorumEpochRequest.json].
struct EndQuorumEpochRequest {
    static constexpr ApiKey kApiKey = ApiKey::kEndQuorumEpoch;
    static constexpr VersionRange kVersions{0, 1, 1};

    struct Candidate {
        BrokerId candidate_id;
        Uuid candidate_directory_id;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("candidateId", self.candidate_id);
            io.field("candidateDirectoryId", self.candidate_directory_id);
        }
        bool operator==(const Candidate&) const = default;
    };

    struct Partition {
        PartitionId partition_index;
        BrokerId leader_id;
        LeaderEpoch leader_epoch;
        std::vector<BrokerId> preferred_successors;   ///< in version 0
        std::vector<Candidate> preferred_candidates;  ///< from version 1 on

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("leaderId", self.leader_id);
            io.field("leaderEpoch", self.leader_epoch);
            io.field("preferredSuccessors", self.preferred_successors, {.until = 0});
            io.field("preferredCandidates", self.preferred_candidates, {.since = 1});
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string topic_name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicName", self.topic_name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    std::optional<std::string> cluster_id;
    std::vector<Topic> topics;
    std::vector<QuorumListener> leader_endpoints;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("clusterId", self.cluster_id, {.nullable_since = 0});
        io.field("topics", self.topics);
        io.field("leaderEndpoints", self.leader_endpoints, {.since = 1});
    }
    bool operator==(const EndQuorumEpochRequest&) const = default;
};

/// Whether the voter took note [EndQuorumEpochResponse.json].
struct EndQuorumEpochResponse {
    static constexpr ApiKey kApiKey = ApiKey::kEndQuorumEpoch;
    static constexpr VersionRange kVersions{0, 1, 1};

    struct Partition {
        PartitionId partition_index;
        ErrorCode error_code = ErrorCode::kNone;
        BrokerId leader_id;
        LeaderEpoch leader_epoch;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("partitionIndex", self.partition_index);
            io.field("errorCode", self.error_code);
            io.field("leaderId", self.leader_id);
            io.field("leaderEpoch", self.leader_epoch);
        }
        bool operator==(const Partition&) const = default;
    };

    struct Topic {
        std::string topic_name;
        std::vector<Partition> partitions;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("topicName", self.topic_name);
            io.field("partitions", self.partitions);
        }
        bool operator==(const Topic&) const = default;
    };

    ErrorCode error_code = ErrorCode::kNone;
    std::vector<Topic> topics;
    std::vector<QuorumEndpoint> node_endpoints;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("errorCode", self.error_code);
        io.field("topics", self.topics);
        io.field("nodeEndpoints", self.node_endpoints, {.since = 1, .tag = 0});
    }
    bool operator==(const EndQuorumEpochResponse&) const = default;
};

}  // namespace brokerlab

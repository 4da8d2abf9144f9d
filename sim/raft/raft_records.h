// What a member of the metadata quorum writes for itself: its vote, and the bodies of its control
// records.
//
// A control record's key is its type (sim/log), its value one of the bodies here, which begins
// with its own version [ControlRecordUtils.java]. The voters are static in the lab (kraft.version
// 0): VotersRecord and KRaftVersionRecord (KIP-853) are read and written, never acted upon.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/model/ids.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// The durable vote: what a voter must remember over a restart, lest it vote twice in an epoch.
/// Kafka keeps it as JSON in the file quorum-state [FileQuorumStateStore.java].
struct QuorumStateData {
    static constexpr std::string_view kName = "QuorumStateData";
    static constexpr VersionRange kVersions{0, 1, 0};

    struct Voter {
        BrokerId voter_id;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("voterId", self.voter_id, {.until = 0});
        }
        bool operator==(const Voter&) const = default;
    };

    std::string cluster_id;
    BrokerId leader_id = kNoBroker;
    LeaderEpoch leader_epoch{-1};
    BrokerId voted_id = kNoBroker;
    Uuid voted_directory_id;
    Offset applied_offset;
    std::optional<std::vector<Voter>> current_voters = std::vector<Voter>();

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("clusterId", self.cluster_id, {.until = 0});
        io.field("leaderId", self.leader_id);
        io.field("leaderEpoch", self.leader_epoch);
        io.field("votedId", self.voted_id);
        io.field("votedDirectoryId", self.voted_directory_id, {.since = 1});
        io.field("appliedOffset", self.applied_offset, {.until = 0});
        io.field("currentVoters", self.current_voters, {.until = 0, .nullable_since = 0});
    }
    bool operator==(const QuorumStateData&) const = default;
};

/// The first record of an epoch: who leads, and who voted for it.
struct LeaderChangeMessage {
    static constexpr std::string_view kName = "LeaderChangeMessage";
    static constexpr VersionRange kVersions{0, 1, 0};
    static constexpr ApiVersion kWrittenVersion = 0;

    struct Voter {
        BrokerId voter_id;
        Uuid voter_directory_id;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("voterId", self.voter_id);
            io.field("voterDirectoryId", self.voter_directory_id, {.since = 1});
        }
        bool operator==(const Voter&) const = default;
    };

    int16_t version = 0;
    BrokerId leader_id;
    std::vector<Voter> voters;
    std::vector<Voter> granting_voters;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("version", self.version);
        io.field("leaderId", self.leader_id);
        io.field("voters", self.voters);
        io.field("grantingVoters", self.granting_voters);
    }
    bool operator==(const LeaderChangeMessage&) const = default;
};

/// Opens a snapshot.
struct SnapshotHeaderRecord {
    static constexpr std::string_view kName = "SnapshotHeaderRecord";
    static constexpr VersionRange kVersions{0, 0, 0};
    static constexpr ApiVersion kWrittenVersion = 0;

    int16_t version = 0;
    Timestamp last_contained_log_timestamp;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("version", self.version);
        io.field("lastContainedLogTimestamp", self.last_contained_log_timestamp);
    }
    bool operator==(const SnapshotHeaderRecord&) const = default;
};

/// Closes a snapshot.
struct SnapshotFooterRecord {
    static constexpr std::string_view kName = "SnapshotFooterRecord";
    static constexpr VersionRange kVersions{0, 0, 0};
    static constexpr ApiVersion kWrittenVersion = 0;

    int16_t version = 0;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("version", self.version);
    }
    bool operator==(const SnapshotFooterRecord&) const = default;
};

/// The level of kraft.version from here on (KIP-853).
struct KRaftVersionRecord {
    static constexpr std::string_view kName = "KRaftVersionRecord";
    static constexpr VersionRange kVersions{0, 0, 0};
    static constexpr ApiVersion kWrittenVersion = 0;

    int16_t version = 0;
    int16_t k_raft_version = 0;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("version", self.version);
        io.field("kRaftVersion", self.k_raft_version);
    }
    bool operator==(const KRaftVersionRecord&) const = default;
};

/// The voters from here on (KIP-853).
struct VotersRecord {
    static constexpr std::string_view kName = "VotersRecord";
    static constexpr VersionRange kVersions{0, 0, 0};
    static constexpr ApiVersion kWrittenVersion = 0;

    struct Endpoint {
        std::string name;
        std::string host;
        uint16_t port = 0;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("name", self.name);
            io.field("host", self.host);
            io.field("port", self.port);
        }
        bool operator==(const Endpoint&) const = default;
    };
    struct KRaftVersionFeature {
        int16_t min_supported_version = 0;
        int16_t max_supported_version = 0;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("minSupportedVersion", self.min_supported_version);
            io.field("maxSupportedVersion", self.max_supported_version);
        }
        bool operator==(const KRaftVersionFeature&) const = default;
    };
    struct Voter {
        BrokerId voter_id;
        Uuid voter_directory_id;
        std::vector<Endpoint> endpoints;
        KRaftVersionFeature k_raft_version_feature;

        template <class Io, class Self>
        static void describe(Io& io, Self& self) {
            io.field("voterId", self.voter_id);
            io.field("voterDirectoryId", self.voter_directory_id);
            io.field("endpoints", self.endpoints);
            io.field("kRaftVersionFeature", self.k_raft_version_feature);
        }
        bool operator==(const Voter&) const = default;
    };

    int16_t version = 0;
    std::vector<Voter> voters;

    template <class Io, class Self>
    static void describe(Io& io, Self& self) {
        io.field("version", self.version);
        io.field("voters", self.voters);
    }
    bool operator==(const VotersRecord&) const = default;
};

}  // namespace brokerlab

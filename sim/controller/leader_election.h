// Who may lead a partition, and which of them is elected.
//
// A replica may lead when its broker is registered, unfenced, not in controlled shutdown, and has
// the replica's log directory online. A clean election asks in addition for membership of the ISR:
// the check that Rule::kElectFromIsr leaves out. [metadata
// controller/PartitionChangeBuilder.electLeader, ReplicationControlManager.LeaderAcceptor]
// Not modelled: eligible leader replicas (KIP-966), which are off in Kafka 4.0.
#pragma once

#include <string_view>
#include <vector>

#include "sim/controller/replication_control.h"
#include "sim/metadata/metadata_image.h"

namespace brokerlab {

// Directory ids with a meaning of their own [common/DirectoryId.java].
inline constexpr Uuid kMigratingDirectory{0, 0};   ///< of a broker that has not named any
inline constexpr Uuid kUnassignedDirectory{0, 1};  ///< the broker will choose among several
inline constexpr Uuid kLostDirectory{0, 2};        ///< on a directory that is gone

/// Where a new replica on the broker lies as far as the controller can tell: its directory when it
/// has just one [ClusterControlManager.defaultDir].
[[nodiscard]] Uuid default_directory(const MetadataImage& image, BrokerId broker);
/// Whether the broker has the directory online; true for ids that name none yet
/// [DirectoryId.isOnline].
[[nodiscard]] bool has_online_directory(const BrokerRegistration& broker, const Uuid& directory);
/// Registered, unfenced and not shutting down.
[[nodiscard]] bool is_active(const MetadataImage& image, BrokerId broker);
/// Whether unclean.leader.election.enable holds for the topic: its own configuration, that of this
/// controller, the cluster's, and what the controller was started with, in this order
/// [ConfigurationControlManager.uncleanLeaderElectionEnabledForTopic].
[[nodiscard]] bool unclean_election_allowed(const DecisionContext& context, std::string_view topic);

/// Which brokers can lead at the time of a decision. What the decision itself says of a broker is
/// not in the image yet, so it is said here.
struct LeaderCandidates {
    const MetadataImage& image;
    bool only_from_isr = true;       ///< Rule::kElectFromIsr
    BrokerId leaving = kNoBroker;    ///< can't lead, whatever the image says
    BrokerId returning = kNoBroker;  ///< counts as active, whatever the image says

    explicit LeaderCandidates(const DecisionContext& context)
        : image(context.image), only_from_isr(context.env.rules.on(Rule::kElectFromIsr)) {}

    /// `directory` is the one of the broker's replica.
    [[nodiscard]] bool can_lead(BrokerId broker, const Uuid& directory) const;
};

enum class Election : uint8_t {
    kOnline,     ///< keep the leader, else the first of the ISR
    kUnclean,    ///< as kOnline, but rather someone outside the ISR than nobody
    kPreferred,  ///< the first replica if it can, else as kOnline
};

/// What an election knows of its partition.
struct ElectionInput {
    BrokerId leader = kNoBroker;            ///< of now
    const std::vector<BrokerId>& replicas;  ///< in their order, after the change
    const std::vector<BrokerId>& isr;       ///< after the change
    const std::vector<Uuid>& directories;   ///< of each of `replicas`
};
struct Elected {
    BrokerId leader = kNoBroker;
    /// Chosen as a last resort from outside the ISR: the ISR becomes the leader alone and has to
    /// recover.
    bool unclean = false;
};
[[nodiscard]] Elected elect_leader(const ElectionInput& partition, Election election,
                                   const LeaderCandidates& candidates);

}  // namespace brokerlab

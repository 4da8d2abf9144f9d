// ReplicationControl: what the active controller decides about topics, partitions, leaders, in-sync
// replicas and reassignments: pure functions from an image and a request to records and a response.
//
// Nothing here changes state: the caller writes the records and replays them. Records of one
// decision belong into one atomic batch. [metadata controller/ReplicationControlManager.java,
// PartitionChangeBuilder.java, PartitionReassignmentReplicas.java]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/controller/controller_config.h"
#include "sim/metadata/metadata_image.h"
#include "sim/model/env.h"
#include "sim/model/facts.h"

namespace brokerlab {

/// What a decision is made on.
struct DecisionContext {
    const MetadataImage& image;  ///< with what this controller wrote and has not yet committed
    const ControllerConfig& config;
    const Env& env;
    /// The offset that the first record of the decision will get: keys the draws of a placement
    /// and of topic ids.
    Offset next_offset;
};

/// Records to write, in order, and what to state once they are committed.
struct Decision {
    std::vector<MetadataRecord> records;
    std::vector<FactBody> facts;
};
template <class ResponseBodyType>
struct Answer {
    Decision decision;
    ResponseBodyType response;
};

// ---- Requests

[[nodiscard]] Answer<CreateTopicsResponse> create_topics(const DecisionContext& context,
                                                         const CreateTopicsRequest& request);
[[nodiscard]] Answer<CreatePartitionsResponse> create_partitions(
    const DecisionContext& context, const CreatePartitionsRequest& request);
[[nodiscard]] Answer<DeleteTopicsResponse> delete_topics(const DecisionContext& context,
                                                         const DeleteTopicsRequest& request);
[[nodiscard]] Answer<AlterPartitionResponse> alter_partition(const DecisionContext& context,
                                                             const AlterPartitionRequest& request);
[[nodiscard]] Answer<ElectLeadersResponse> elect_leaders(const DecisionContext& context,
                                                         const ElectLeadersRequest& request);
[[nodiscard]] Answer<AlterPartitionReassignmentsResponse> alter_partition_reassignments(
    const DecisionContext& context, const AlterPartitionReassignmentsRequest& request);
[[nodiscard]] ListPartitionReassignmentsResponse list_partition_reassignments(
    const MetadataImage& image, const ListPartitionReassignmentsRequest& request);

// ---- Decisions of the controller's own

/// A broker is fenced: it leaves the ISRs that have others, its leaderships move. With the FENCE
/// record [handleBrokerFenced].
[[nodiscard]] Decision fence_broker(const DecisionContext& context, BrokerId broker,
                                    std::optional<Duration> silent_for);
/// A broker is unfenced: partitions without a leader may get it. With the UNFENCE record
/// [handleBrokerUnfenced].
[[nodiscard]] Decision unfence_broker(const DecisionContext& context, BrokerId broker);
/// A broker begins its controlled shutdown: it leaves ISRs and leads nothing where another can
/// [handleBrokerInControlledShutdown].
[[nodiscard]] Decision begin_controlled_shutdown(const DecisionContext& context, BrokerId broker);
/// A broker is about to register anew and its earlier life was never fenced: it leaves the ISRs
/// and leads nothing where another can. These records stand before the registration; empty in most
/// cases [ClusterControlManager.registerBroker, handleBrokerUncleanShutdown].
[[nodiscard]] Decision end_earlier_incarnation(const DecisionContext& context, BrokerId broker);
/// A broker has registered anew, which the image holds: its replicas on directories that it lost
/// move to the one that it has; empty in most cases [handleDirectoriesOffline].
[[nodiscard]] Decision move_to_new_directory(const DecisionContext& context, BrokerId broker);
/// Moves leaderships back to the preferred replicas where they can lead; at most `limit` partitions
/// [maybeBalancePartitionLeaders]. `more` tells that the limit was hit.
[[nodiscard]] Decision balance_leaders(const DecisionContext& context, int32_t limit, bool& more);
/// Elects leaders for partitions that have none and whose topic allows an unclean election
/// [maybeElectUncleanLeaders].
[[nodiscard]] Decision elect_unclean_leaders(const DecisionContext& context, int32_t limit,
                                             bool& more);

/// Whether some partition has another leader than its preferred one.
[[nodiscard]] bool has_imbalance(const MetadataImage& image);
/// Whether the broker leads any partition.
[[nodiscard]] bool leads_any(const MetadataImage& image, BrokerId broker);

}  // namespace brokerlab

// ClusterControl: what the active controller decides about brokers: registrations, heartbeats,
// silent brokers, blocks of producer ids.
//
// Decisions go the way of those in replication_control.h: records and a response, nothing changed.
// The one thing a heartbeat does at once is to touch the soft state in BrokerHeartbeats. Not
// modelled: the check of a broker's features, directories that go offline one by one (a broker here
// has one, and halts with it), un-registration. [metadata controller/ClusterControlManager.java,
// ProducerIdControlManager.java, ReplicationControlManager.java processBrokerHeartbeat()]
#pragma once

#include <optional>
#include <string>

#include "sim/controller/broker_heartbeats.h"
#include "sim/controller/replication_control.h"

namespace brokerlab {

/// Ids in one block [ProducerIdsBlock.PRODUCER_ID_BLOCK_SIZE].
inline constexpr int32_t kProducerIdBlockSize = 1000;

/// A broker's process makes itself known. A new incarnation gets the offset of its record as its
/// broker epoch and begins fenced; one that is known keeps both. INCONSISTENT_CLUSTER_ID,
/// DUPLICATE_BROKER_REGISTRATION while the session of another incarnation is valid,
/// INVALID_REGISTRATION for directories that can't be.
[[nodiscard]] Answer<BrokerRegistrationResponse> register_broker(
    const DecisionContext& context, const BrokerHeartbeats& heartbeats,
    const std::string& cluster_id, const BrokerRegistrationRequest& request);

/// What a heartbeat leads to. In a controlled shutdown the caller tells the heartbeats the offset
/// of the last record [maybeUpdateControlledShutdownOffset].
struct HeartbeatAnswer {
    Answer<BrokerHeartbeatResponse> answer;
    BrokerControlState state = BrokerControlState::kFenced;
};
/// STALE_BROKER_EPOCH for a broker that is not registered or with another epoch.
[[nodiscard]] HeartbeatAnswer broker_heartbeat(const DecisionContext& context,
                                               BrokerHeartbeats& heartbeats,
                                               const BrokerHeartbeatRequest& request);

/// Fences the broker whose session has been over for longest; nothing when none's is. One at a
/// time, as each is a decision of its own [maybeFenceOneStaleBroker].
[[nodiscard]] std::optional<Decision> fence_one_overdue(const DecisionContext& context,
                                                        BrokerHeartbeats& heartbeats);

/// The next 1000 producer ids; STALE_BROKER_EPOCH.
[[nodiscard]] Answer<AllocateProducerIdsResponse> allocate_producer_ids(
    const DecisionContext& context, const AllocateProducerIdsRequest& request);

/// Brings the heartbeats in line with a record that was replayed [ClusterControlManager.replay].
void follow_record(BrokerHeartbeats& heartbeats, const MetadataRecord& record, SimTime now);
/// The heartbeats of a controller that takes over: it does not know when it was whose turn, so
/// every session begins anew [ClusterControlManager.activate].
[[nodiscard]] BrokerHeartbeats fresh_heartbeats(const MetadataImage& image, SimTime now);

}  // namespace brokerlab

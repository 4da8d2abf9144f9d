// The replicas of a cluster as the canvas shows them, and how they lie on their brokers' cards.
//
// What a replica is comes from the committed metadata (leader, ISR) and from whether its broker has
// a process; how far its log is, from the log itself. Made in one pass, since a large cluster has
// thousands of them and the picture is made many times a second.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/view/canvas.h"

namespace brokerlab {

struct ReplicaEntry {
    int32_t topic = 0;  ///< index in ClusterReplicas::topics
    int32_t partition = 0;
    ReplicaLook look = ReplicaLook::kInSync;
    bool preferred = false;
    bool leads = false;
    int64_t log_end = 0;
    int64_t behind = 0;
    float caught_up = 1;
};
/// What a broker holds, topics in the order of their names.
struct BrokerReplicas {
    std::vector<ReplicaEntry> entries;     ///< of users' topics
    std::vector<int32_t> internal_topics;  ///< indices of those with a replica here
    std::vector<int32_t> internal_counts;  ///< how many replicas of each
};
struct ClusterReplicas {
    std::vector<std::string> topics;
    std::vector<BrokerReplicas> brokers;  ///< as in World::brokers
};
[[nodiscard]] ClusterReplicas cluster_replicas(const World& world);

/// How large a broker's card should be for the cluster that it belongs to.
[[nodiscard]] CanvasPoint natural_broker_card(const ClusterReplicas& cluster);

/// The finest detail that fits on every broker's card of that size at this zoom.
[[nodiscard]] CanvasDetail detail_for(const ClusterReplicas& cluster, CanvasPoint card, float zoom);

/// Puts the topics of a broker on its card and counts the looks.
void fill_card(NodeCard& card, const ClusterReplicas& cluster, const BrokerReplicas& held,
               BrokerId broker, CanvasDetail detail, float zoom);

}  // namespace brokerlab

// ClusterCounts: a cluster in a few numbers.
#pragma once

#include <cstdint>

#include "sim/world/world.h"

namespace brokerlab {

struct ClusterCounts {
    int64_t running = 0;  ///< brokers that broker(n) calls running
    int64_t partitions = 0;
    int64_t under_replicated = 0;  ///< fewer in the ISR than replicas
    int64_t offline = 0;           ///< without a leader
    bool controlled = false;       ///< things can be decided: see quorum_standing.h
};

/// From the committed metadata; internal topics count too.
[[nodiscard]] ClusterCounts count_cluster(const World& world);

}  // namespace brokerlab

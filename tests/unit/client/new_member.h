// What the tests of a member of a group of the consumer protocol (KIP-848) share, against a played
// coordinator: the partitions that it is given.
#pragma once

#include <vector>

#include "tests/unit/client/heartbeat_cluster.h"

namespace brokerlab {

inline const TopicPartition kOrders0{"orders", PartitionId(0)};
inline const TopicPartition kOrders1{"orders", PartitionId(1)};
inline const TopicPartition kOrders2{"orders", PartitionId(2)};

/// As heartbeats say it.
inline TopicIdPartitions of_orders(const std::vector<PartitionId>& partitions) {
    return {HeartbeatCluster::kOrdersId, partitions};
}

}  // namespace brokerlab

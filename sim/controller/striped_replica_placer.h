// Where the replicas of new partitions go: Kafka's striped placement over racks.
//
// Consecutive partitions start on consecutive racks and brokers, so that leaders and replicas
// spread evenly; the replicas of one partition spread over the racks; fenced brokers never lead
// and follow only where the rack's unfenced ones are used up [StripedReplicaPlacer.java]. The
// starting points, and the order after each full round, are drawn. Sizes of disks and load play
// no part, in Kafka as here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/base/outcome.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// Nothing for a broker without `broker.rack`; such brokers form one rack together.
using RackName = std::optional<std::string>;

/// A registered broker that new replicas may go to [UsableBroker.java].
struct UsableBroker {
    BrokerId id;
    RackName rack;
    bool fenced = false;

    bool operator==(const UsableBroker&) const = default;
};

struct PlacementSpec {
    int32_t partitions = 1;          ///< at least 0
    int32_t replication_factor = 1;  ///< judged by place_replicas
};

/// Where the placer's random numbers come from.
class PlacementDraws {
public:
    PlacementDraws() = default;
    PlacementDraws(const PlacementDraws&) = delete;
    PlacementDraws& operator=(const PlacementDraws&) = delete;
    virtual ~PlacementDraws() = default;

    /// A number from 0 to `bound` - 1, each as likely; `bound` is at least 1.
    virtual int32_t next(int32_t bound) = 0;
};

/// The replicas of each partition, the preferred leader first. Fails with the message of Kafka's
/// INVALID_REPLICATION_FACTOR when the factor is not positive, above the number of brokers, or no
/// broker is unfenced. The numbers are drawn before the factor is judged, as in Kafka.
///
/// Racks draw in the order of `draw_order`, which then names every rack once; Kafka's own order is
/// that of a hash map. Without it they draw in the order of their names, no rack first.
[[nodiscard]] Outcome<std::vector<std::vector<BrokerId>>> place_replicas(
    std::span<const UsableBroker> brokers, const PlacementSpec& spec, PlacementDraws& draws,
    std::span<const RackName> draw_order = {});

}  // namespace brokerlab

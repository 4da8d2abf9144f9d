#include "sim/view/cluster_counts.h"

#include "sim/query/evaluate.h"
#include "sim/view/quorum_standing.h"

namespace brokerlab {

ClusterCounts count_cluster(const World& world) {
    ClusterCounts counts;
    counts.controlled = quorum_standing(world).decides();
    for (const Cow<BrokerHost>& host : world.brokers) {
        counts.running += broker_state(world, host->setup.id) == "running" ? 1 : 0;
    }
    for (const auto& [name, topic] : *world.committed_metadata().topics) {
        for (const Cow<PartitionRegistration>& partition : topic->partitions) {
            ++counts.partitions;
            counts.under_replicated += partition->isr.size() < partition->replicas.size() ? 1 : 0;
            counts.offline += partition->leader == kNoBroker ? 1 : 0;
        }
    }
    return counts;
}

}  // namespace brokerlab

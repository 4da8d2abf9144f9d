#include "sim/broker/replica_manager.h"

#include "sim/base/aggregate_digest.h"
#include "sim/base/check.h"

namespace brokerlab {

const Partition* ReplicaManager::find(const TopicPartition& tp) const {
    const Cow<Partition>* partition = partitions.find(tp);
    return partition == nullptr ? nullptr : &**partition;
}

Partition& ReplicaManager::edit(const TopicPartition& tp) {
    Cow<Partition>* partition = partitions.find(tp);
    BL_CHECK(partition != nullptr);
    return partition->edit();
}

void digest_into(Digest& d, const ReplicaManager& rm) {
    digest_into<ReplicaManager>(d, rm);
}

}  // namespace brokerlab

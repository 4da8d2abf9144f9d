#include "sim/broker/replica_manager.h"

#include <algorithm>

#include "sim/base/aggregate_digest.h"
#include "sim/base/check.h"

namespace brokerlab {

void FetcherSlot::note_due() {
    due = fetcher->client.next_timeout();
    if (fetcher->writing) {
        due = std::min(due, fetcher->writing_until);
    } else if (!fetcher->awaiting_response) {
        due = std::min(due, fetcher->next_fetch_at);
    }
}

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

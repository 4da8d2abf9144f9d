#include "sim/broker/partition.h"

#include <algorithm>

#include "sim/base/aggregate_digest.h"

namespace brokerlab {

std::vector<BrokerId> Partition::maximal_isr() const {
    std::vector<BrokerId> maximal = isr;
    // Who is to leave stays until the controller says so; who is to come counts at once. Either way
    // the high watermark is held back by more replicas than it may need, never by fewer.
    if (pending_isr && pending_isr->kind == PendingIsr::Kind::kExpand) {
        maximal.insert(maximal.end(), pending_isr->changed.begin(), pending_isr->changed.end());
    }
    return maximal;
}

int32_t Partition::maximal_isr_size() const {
    const bool expands = pending_isr && pending_isr->kind == PendingIsr::Kind::kExpand;
    return static_cast<int32_t>(isr.size() + (expands ? pending_isr->changed.size() : 0));
}

bool Partition::is_in_sync(BrokerId broker) const {
    return std::find(isr.begin(), isr.end(), broker) != isr.end();
}

int32_t Partition::effective_min_isr() const {
    return std::min(settings.min_insync_replicas, static_cast<int32_t>(replicas.size()));
}

void digest_into(Digest& d, const Partition& p) {
    digest_into<Partition>(d, p);
}

}  // namespace brokerlab

#include "sim/broker/purgatory.h"

#include <algorithm>

#include "sim/base/aggregate_digest.h"
#include "sim/broker/replica_manager.h"

namespace brokerlab {

SimTime Purgatory::next_deadline() const {
    SimTime earliest = kNever;
    for (const auto& [number, produce] : produces) {
        earliest = std::min(earliest, produce.deadline);
    }
    for (const auto& [number, fetch] : fetches) {
        earliest = std::min(earliest, fetch.deadline);
    }
    return earliest;
}

void digest_into(Digest& d, const Purgatory& p) {
    digest_into<Purgatory>(d, p);
}

void forget_waiting(ReplicaManager& rm, const ConnectionId& connection) {
    const auto has_produce = [&](const auto& item) {
        return item.second->request.connection == connection;
    };
    const auto has_fetch = [&](const auto& item) { return item.second->connection == connection; };
    const Purgatory& now = *rm.purgatory;
    if (std::none_of(now.produces.begin(), now.produces.end(), has_produce) &&
        std::none_of(now.fetches.begin(), now.fetches.end(), has_fetch)) {
        return;
    }
    Purgatory& purgatory = rm.purgatory.edit();
    purgatory.produces.erase_if(has_produce);
    purgatory.fetches.erase_if(has_fetch);
}

}  // namespace brokerlab

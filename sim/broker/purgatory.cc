#include "sim/broker/purgatory.h"

#include <algorithm>

#include "sim/base/aggregate_digest.h"

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

}  // namespace brokerlab

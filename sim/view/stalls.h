// Stalls: partitions in which nothing is acknowledged although records wait, and what holds them.
//
// A pure function of the World. It looks at the records that producers hold and at what a learner
// could see besides: who leads, who is in the ISR and how far each replica is. A stall for another
// reason (a cut to the clients, a client that has not heard of the leader) has no sentence here.
#pragma once

#include <string>
#include <vector>

#include "sim/world/world.h"

namespace brokerlab {

struct Stall {
    TopicPartition partition;
    SimTime since;    ///< the end of the linger.ms of the oldest batch that waits
    std::string why;  ///< a clause without its full stop; empty when it is none of the above
};

/// Whether the leader's ISR is smaller than min.insync.replicas, so that its high watermark stands:
/// it takes what is sent with acks=0 or 1, and nothing of that is committed.
[[nodiscard]] bool commits_nothing(const World& world, const TopicPartition& partition);

/// The partitions for which a producer has held a batch for longer than `least` beyond its
/// linger.ms, in order.
[[nodiscard]] std::vector<Stall> find_stalls(const World& world, Duration least);

}  // namespace brokerlab

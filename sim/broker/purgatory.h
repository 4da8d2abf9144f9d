// Purgatory: requests that wait: a Produce for the high watermark, a Fetch for bytes.
//
// An operation is tried when something it watches moves, and given up at its deadline.
// [core server/DelayedProduce.scala, DelayedFetch.scala, server-common DelayedOperationPurgatory]
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/env.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// One partition of a waiting Produce.
struct ProduceWait {
    TopicPartition partition;
    Offset required_offset;    ///< the high watermark must reach it
    LeaderEpoch leader_epoch;  ///< in which it was appended
    bool pending = true;       ///< false: its response is final
    ProduceResponse::Partition response;

    bool operator==(const ProduceWait&) const = default;
};
struct DelayedProduce {
    Request request;  ///< its header and connection; the records are dropped from the body
    SimTime since;
    SimTime deadline;
    std::vector<ProduceWait> partitions;

    bool operator==(const DelayedProduce&) const = default;
};

/// One partition of a waiting Fetch.
struct FetchWait {
    TopicPartition partition;
    FetchRequest::Partition asked;
    /// Where the fetch stood when it was parked: base offset of the segment that it would read from
    Offset segment_base_offset;

    bool operator==(const FetchWait&) const = default;
};
struct DelayedFetch {
    Request request;  ///< with its body: it is read again at the end
    SimTime since;
    SimTime deadline;
    bool follower = false;
    std::vector<FetchWait> partitions;

    bool operator==(const DelayedFetch&) const = default;
};

struct Purgatory {
    FlatMap<uint64_t, DelayedProduce> produces;  ///< by a number that counts up
    FlatMap<uint64_t, DelayedFetch> fetches;
    uint64_t next = 1;

    /// The earliest deadline; kNever when nothing waits.
    [[nodiscard]] SimTime next_deadline() const;

    bool operator==(const Purgatory&) const = default;
};
void digest_into(Digest& d, const Purgatory& p);

}  // namespace brokerlab

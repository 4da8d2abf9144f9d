// Purgatory: requests that wait: a Produce for the high watermark, a Fetch for bytes.
//
// An operation is tried when something it watches moves, and given up at its deadline. Deadlines
// stand beside the operations, so that finding the next one looks at nothing else.
// [core server/DelayedProduce.scala, DelayedFetch.scala, server-common DelayedOperationPurgatory]
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/broker/fetch_sessions.h"
#include "sim/kernel/sim_time.h"
#include "sim/log/read.h"
#include "sim/model/env.h"
#include "sim/model/ids.h"

namespace brokerlab {

struct ReplicaManager;

/// One partition of a waiting Produce.
struct ProduceWait {
    TopicPartition partition;
    Offset required_offset;  ///< the high watermark must reach it
    bool pending = true;     ///< false: its response is final
    ProduceResponse::Partition response;

    bool operator==(const ProduceWait&) const = default;
};
struct DelayedProduce {
    Request request;  ///< its header and connection; the records are dropped from the body
    SimTime since;
    std::vector<ProduceWait> partitions;

    bool operator==(const DelayedProduce&) const = default;
};

/// What a fetch says for all its partitions [FetchParams.java].
struct FetchParams {
    BrokerId replica = kNoBroker;  ///< of a follower
    BrokerEpoch replica_epoch = kNoBrokerEpoch;
    bool follower = false;
    bool leader_only = false;  ///< consumers may read a follower since version 11 (KIP-392)
    FetchIsolation isolation = FetchIsolation::kHighWatermark;
    int64_t max_bytes = 0;
    int64_t min_bytes = 0;

    bool operator==(const FetchParams&) const = default;
};
/// A Fetch in the broker's hands, waiting or not.
struct DelayedFetch {
    ConnectionId connection;
    RequestHeader header;
    FetchParams params;
    SimTime since;
    FetchContext context;  ///< what it reads, and is read again at the end

    bool operator==(const DelayedFetch&) const = default;
};

/// An operation that waits.
template <class Operation>
struct Delayed {
    SimTime deadline;
    Cow<Operation> operation;

    const Operation* operator->() const { return &*operation; }
    /// The operation, out of the purgatory.
    [[nodiscard]] Operation take() { return std::move(operation.edit()); }

    bool operator==(const Delayed&) const = default;
};

struct Purgatory {
    FlatMap<uint64_t, Delayed<DelayedProduce>> produces;  ///< by a number that counts up
    FlatMap<uint64_t, Delayed<DelayedFetch>> fetches;
    uint64_t next = 1;

    /// The earliest deadline; kNever when nothing waits.
    [[nodiscard]] SimTime next_deadline() const;

    bool operator==(const Purgatory&) const = default;
};
void digest_into(Digest& d, const Purgatory& p);

/// A connection is gone: nobody waits on it any more.
void forget_waiting(ReplicaManager& rm, const ConnectionId& connection);

}  // namespace brokerlab

// IoThreads: the request handler threads of a broker whose disk is slow.
//
// A Produce or Fetch holds one of num.io.threads for as long as its disk access takes, and is
// handled at the end of it. While all are held, every other request waits in the one queue, in the
// order of arrival. With a fast disk nothing comes here: handling takes no time in the lab.
// [core server/KafkaRequestHandler.scala, network/RequestChannel.scala]
// Not modelled: queued.max.requests; each connection has at most one request here anyway.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/model/env.h"

namespace brokerlab {

/// A request that waits for a free I/O thread, or occupies one until its disk access is over.
struct IoTask {
    Request request;
    std::optional<SimTime> busy_until;  ///< none while it waits in the request queue

    bool operator==(const IoTask&) const = default;
};

struct IoThreads {
    std::vector<IoTask> tasks;  ///< in the order of arrival

    [[nodiscard]] bool idle() const { return tasks.empty(); }
    /// The end of the next disk access; kNever when there is none.
    [[nodiscard]] SimTime next_deadline() const;

    bool operator==(const IoThreads&) const = default;
};

/// Takes a request, when `threads` are at work on a disk that takes `disk_delay` an access. Gives
/// it back when it is to be handled now.
[[nodiscard]] std::optional<Request> admit(IoThreads& io, Request request, int32_t threads,
                                           Duration disk_delay, SimTime now);

/// The next request that is to be handled now: its access is over, or it waited for a thread and
/// needs no disk. To be called until it gives nothing.
[[nodiscard]] std::optional<Request> next_ready(IoThreads& io, int32_t threads, Duration disk_delay,
                                                SimTime now);

/// A client is gone. What it sent to be written is written all the same.
void forget_io_tasks(IoThreads& io, const ConnectionId& connection);

}  // namespace brokerlab

// Sender: moves batches from the accumulator to the brokers: what Kafka's producer does in its I/O
// thread.
//
// One pass does all that can be done at the moment: raises epochs, asks for a producer id, drains
// the brokers that are ready, gives up what is too old. What becomes of a batch that was sent is
// decided in produce_results.h. Several batches go to a broker in one request, at most one of a
// partition. [clients/producer/internals/Sender.java]
#pragma once

#include <cstdint>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/client/accumulator.h"
#include "sim/client/client_metadata.h"
#include "sim/client/idempotence.h"
#include "sim/client/producer_config.h"
#include "sim/model/env.h"
#include "sim/network/network_client.h"

namespace brokerlab {

/// How many of a producer's records are where; `unknown` is sent - acked - failed.
struct ProducerCounts {
    uint64_t sent = 0;  ///< calls of send() that got a record in, or failed
    uint64_t acked = 0;
    uint64_t failed = 0;  ///< given up, and surely not appended

    bool operator==(const ProducerCounts&) const = default;
};

/// A batch in a request. What the producer knows of the batch may be gone, when it expired, before
/// the answer comes.
struct SentBatch {
    PartitionRef partition;
    uint64_t batch = 0;
    ProducerEpoch epoch = kNoProducerEpoch;
    Sequence last_sequence = kNoSequence;
    int32_t count = 0;

    bool operator==(const SentBatch&) const = default;
};

/// The tags of the producer's requests; ProduceRequests count up from kFirstProduceTag.
inline constexpr uint64_t kMetadataTag = 1;
inline constexpr uint64_t kInitProducerIdTag = 2;
inline constexpr uint64_t kFirstProduceTag = 3;

/// The producer without its application: all that the sender works on.
struct ProducerCore {
    uint32_t number = 0;  ///< the lab's number of the producer
    ProducerConfig config;
    NetworkClient client;
    ClientMetadata metadata;
    Accumulator accumulator;
    Idempotence idempotence;
    FlatMap<uint64_t, std::vector<SentBatch>> requests;  ///< in flight, by tag
    uint64_t next_tag = kFirstProduceTag;
    ProducerCounts counts;
    SimTime next_check = kNever;  ///< when a waiting batch may go, or a broker be tried again

    bool operator==(const ProducerCore&) const = default;
};
void digest_into(Digest& d, const ProducerCore& core);

/// Does all that is due at env.now.
void run_sender(ProducerCore& core, const Env& env, Effects& fx);
/// When run_sender() would do something that it does not do now.
[[nodiscard]] SimTime next_sender_deadline(const ProducerCore& core, SimTime now);

}  // namespace brokerlab

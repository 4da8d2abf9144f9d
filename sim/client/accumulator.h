// Accumulator: where records wait for the sender: a queue of batches for each partition, and the
// memory that they may take.
//
// Topics and partitions keep their places once they are here, so that a PartitionRef stays good.
// Readiness and draining ask for the leader in the metadata of the moment. The pool is a number of
// bytes: nothing is fragmented and no buffer is kept for reuse.
// [clients/producer/internals/RecordAccumulator.java, BufferPool.java]
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/client/client_metadata.h"
#include "sim/client/partitioner.h"
#include "sim/client/producer_batch.h"
#include "sim/client/producer_config.h"
#include "sim/model/env.h"

namespace brokerlab {

/// A partition by its place in the accumulator.
struct PartitionRef {
    uint32_t topic = 0;
    uint32_t partition = 0;

    friend bool operator==(const PartitionRef&, const PartitionRef&) = default;
    friend auto operator<=>(const PartitionRef&, const PartitionRef&) = default;
};

/// Where an idempotent producer stands in one partition [TxnPartitionEntry.java].
struct PartitionSequences {
    ProducerId id = kNoProducerId;
    ProducerEpoch epoch = kNoProducerEpoch;
    Sequence next{0};
    Sequence last_acked = kNoSequence;
    Offset last_acked_offset = kNoOffset;
    /// A batch that was sent expired: whether it was appended shows when what is in flight is
    /// answered. The sequence after it.
    std::optional<Sequence> unresolved;

    bool operator==(const PartitionSequences&) const = default;
};

struct PartitionQueue {
    std::vector<ProducerBatch> waiting;    ///< the next to send first; those with a sequence lead
    std::vector<ProducerBatch> in_flight;  ///< sent and not answered, in the order of sending
    PartitionSequences sequences;
    bool used = false;   ///< had a batch before
    bool muted = false;  ///< one at a time (max.in.flight 1), and that one is on its way

    bool operator==(const PartitionQueue&) const = default;
};

struct TopicQueues {
    std::string name;
    StickyPartitioner sticky;
    std::vector<PartitionQueue> partitions;
    uint32_t used = 0;  ///< partitions that had a batch before

    bool operator==(const TopicQueues&) const = default;
};

/// When a node last had something to send, and when it last could take it [NodeLatencyStats].
struct NodeLatency {
    SimTime ready;
    SimTime drained;

    bool operator==(const NodeLatency&) const = default;
};

struct Accumulator {
    uint64_t incarnation = 1;  ///< of the producer: keys its draws
    std::vector<TopicQueues> topics;
    int64_t memory_used = 0;     ///< bytes
    bool memory_wanted = false;  ///< a send() waits for memory: everything is ready to go
    bool closing = false;        ///< likewise
    uint64_t next_batch = 1;
    uint32_t waiting = 0;          ///< batches in the queues
    uint32_t in_flight = 0;        ///< batches sent and not answered
    SimTime next_expiry = kNever;  ///< the earliest delivery time-out; may be early
    FlatMap<BrokerId, uint32_t> drain_index;
    FlatMap<BrokerId, NodeLatency> latency;  ///< with partitioner.availability.timeout.ms only

    [[nodiscard]] PartitionQueue& at(PartitionRef ref) {
        return topics[ref.topic].partitions[ref.partition];
    }
    [[nodiscard]] const PartitionQueue& at(PartitionRef ref) const {
        return topics[ref.topic].partitions[ref.partition];
    }
    [[nodiscard]] TopicPartition name_of(PartitionRef ref) const {
        return {topics[ref.topic].name, PartitionId(static_cast<int32_t>(ref.partition))};
    }
    [[nodiscard]] bool empty() const { return waiting == 0 && in_flight == 0; }

    bool operator==(const Accumulator&) const = default;
};

/// Puts a record into the batch that it belongs to. False when that takes a new batch and there is
/// no memory for it. `info` is its topic's and has partitions.
[[nodiscard]] bool append_record(Accumulator& accumulator, const ProducerConfig& config,
                                 const OutgoingRecord& record, const TopicInfo& info,
                                 const Env& env);
/// The memory that a new batch for the record takes.
[[nodiscard]] int64_t batch_memory(const ProducerConfig& config, const OutgoingRecord& record);

struct ReadyNodes {
    FlatSet<BrokerId> nodes;
    SimTime next_check = kNever;           ///< when a batch lingered or backed off for long enough
    std::vector<uint32_t> without_leader;  ///< topics with a batch that has no leader to go to
};
/// Which brokers have something to be sent to them. Takes the partitioners' loads on the way.
[[nodiscard]] ReadyNodes find_ready(Accumulator& accumulator, const ProducerConfig& config,
                                    const ClientMetadata& metadata, SimTime now);
/// Counts that the node had something to send, and whether it could take it.
void note_node_latency(Accumulator& accumulator, const ProducerConfig& config, BrokerId node,
                       SimTime now, bool could_drain);

/// The partitions that the broker leads, in the order of draining.
[[nodiscard]] std::vector<PartitionRef> partitions_of_node(const Accumulator& accumulator,
                                                           const ClientMetadata& metadata,
                                                           BrokerId node);

/// Takes the first waiting batch out of its queue and into those in flight. The reference holds
/// until the next change of the queue.
ProducerBatch& start_flight(Accumulator& accumulator, PartitionRef ref);
/// Takes the batch out of those in flight, if it is there still.
[[nodiscard]] std::optional<ProducerBatch> end_flight(Accumulator& accumulator, PartitionRef ref,
                                                      uint64_t batch);
/// Puts a batch back, before all that was not sent yet; where batches have sequences, in their
/// order [RecordAccumulator.insertInSequenceOrder].
void put_back(Accumulator& accumulator, PartitionRef ref, ProducerBatch batch);
/// Frees the memory of a batch that is done.
void free_memory(Accumulator& accumulator, const ProducerBatch& batch);

}  // namespace brokerlab

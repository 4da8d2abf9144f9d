#include "sim/client/accumulator.h"

#include <algorithm>
#include <limits>

#include "sim/client/murmur2.h"
#include "sim/model/wall_clock.h"

namespace brokerlab {
namespace {

uint32_t topic_place(Accumulator& accumulator, const std::string& name) {
    for (std::size_t i = 0; i < accumulator.topics.size(); ++i) {
        if (accumulator.topics[i].name == name) {
            return static_cast<uint32_t>(i);
        }
    }
    TopicQueues& topic = accumulator.topics.emplace_back();
    topic.name = name;
    topic.sticky.incarnation = accumulator.incarnation;
    return static_cast<uint32_t>(accumulator.topics.size() - 1);
}

bool last_batch_full(const PartitionQueue& queue) {
    return queue.waiting.empty() || queue.waiting.back().is_full();
}

/// Bytes that the record added; nothing when it did not fit. A batch that had no room is closed.
std::optional<int64_t> append_to_last(PartitionQueue& queue, const OutgoingRecord& record,
                                      Timestamp timestamp) {
    if (queue.waiting.empty()) {
        return std::nullopt;
    }
    ProducerBatch& last = queue.waiting.back();
    const int64_t before = last.size;
    if (!last.try_append(record, timestamp)) {
        last.closed = true;
        return std::nullopt;
    }
    return last.size - before;
}

void open_batch(Accumulator& accumulator, const ProducerConfig& config, TopicQueues& topic,
                PartitionQueue& queue, int64_t memory, SimTime now) {
    ProducerBatch batch;
    batch.id = accumulator.next_batch++;
    batch.created = now;
    batch.last_attempt = now;
    batch.capacity = memory;
    accumulator.memory_used += memory;
    accumulator.next_expiry = std::min(accumulator.next_expiry, now + config.delivery_timeout);
    ++accumulator.waiting;
    if (!queue.used) {
        queue.used = true;
        ++topic.used;
    }
    queue.waiting.push_back(std::move(batch));
}

/// The partition by key, or the sticky one after a switch that was put off until its batch ended
/// [RecordAccumulator.partitionChanged].
PartitionId choose_partition(TopicQueues& topic, const ProducerConfig& config,
                             const OutgoingRecord& record, const TopicInfo& info, const Env& env,
                             bool sticky) {
    if (!sticky) {
        return partition_for_key(as_bytes(*record.key),
                                 static_cast<int32_t>(info.partitions.size()));
    }
    PartitionId chosen = sticky_partition(topic.sticky, topic.name, info, env);
    const auto queue_of = [&](PartitionId p) -> const PartitionQueue& {
        return topic.partitions[static_cast<std::size_t>(p.value)];
    };
    while (last_batch_full(queue_of(chosen)) &&
           count_sticky_bytes(topic.sticky, 0, config.batch_size, true, topic.name, info, env)) {
        chosen = *topic.sticky.current;
    }
    return chosen;
}

}  // namespace

int64_t batch_memory(const ProducerConfig& config, const OutgoingRecord& record) {
    return std::max(config.batch_size, upper_bound_size(record));
}

bool append_record(Accumulator& accumulator, const ProducerConfig& config,
                   const OutgoingRecord& record, const TopicInfo& info, const Env& env) {
    TopicQueues& topic = accumulator.topics[topic_place(accumulator, record.topic)];
    if (topic.partitions.size() < info.partitions.size()) {
        topic.partitions.resize(info.partitions.size());
    }
    const bool sticky = !record.key || config.ignore_keys;
    const PartitionId partition = choose_partition(topic, config, record, info, env, sticky);
    PartitionQueue& queue = topic.partitions[static_cast<std::size_t>(partition.value)];
    const Timestamp timestamp = wall_clock(env.now);
    std::optional<int64_t> appended = append_to_last(queue, record, timestamp);
    if (!appended) {
        const int64_t memory = batch_memory(config, record);
        if (memory > config.buffer_memory - accumulator.memory_used) {
            return false;
        }
        open_batch(accumulator, config, topic, queue, memory, env.now);
        BL_CHECK(queue.waiting.back().try_append(record, timestamp));
        appended = queue.waiting.back().size;
    }
    if (sticky) {
        count_sticky_bytes(topic.sticky, *appended, config.batch_size, last_batch_full(queue),
                           topic.name, info, env);
    }
    return true;
}

namespace {

bool is_unavailable(const Accumulator& accumulator, const ProducerConfig& config, BrokerId leader) {
    if (config.availability_timeout <= Duration()) {
        return false;
    }
    const NodeLatency* latency = accumulator.latency.find(leader);
    return latency != nullptr && latency->ready - latency->drained > config.availability_timeout;
}

/// Whether the first batch of a queue may go now; when not, when it may [batchReady].
bool check_first_batch(const Accumulator& accumulator, const ProducerConfig& config,
                       const PartitionQueue& queue, SimTime now, SimTime& next_check) {
    const ProducerBatch& first = queue.waiting.front();
    if (first.is_backing_off(now)) {
        next_check = std::min(next_check, first.retry_at);
        return false;
    }
    const SimTime lingers_until = first.last_attempt + config.linger;
    if (queue.waiting.size() > 1 || first.is_full() || lingers_until <= now ||
        accumulator.memory_wanted || accumulator.closing) {
        return true;
    }
    next_check = std::min(next_check, lingers_until);
    return false;
}

void find_ready_of_topic(Accumulator& accumulator, TopicQueues& topic, const TopicInfo* info,
                         const ProducerConfig& config, SimTime now, ReadyNodes& ready) {
    topic.sticky.load.clear();
    topic.sticky.adapts =
        config.adaptive && info != nullptr && topic.used >= info->partitions.size();
    for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
        PartitionQueue& queue = topic.partitions[i];
        if (queue.waiting.empty()) {
            continue;
        }
        const PartitionInfo* partition =
            info != nullptr && i < info->partitions.size() ? &info->partitions[i] : nullptr;
        if (partition == nullptr || partition->leader == kNoBroker) {
            const auto place = static_cast<uint32_t>(&topic - accumulator.topics.data());
            if (ready.without_leader.empty() || ready.without_leader.back() != place) {
                ready.without_leader.push_back(place);
            }
            continue;
        }
        queue.waiting.front().see_leader_epoch(partition->leader_epoch);
        if (topic.sticky.adapts) {
            topic.sticky.load.push_back({PartitionId(static_cast<int32_t>(i)),
                                         static_cast<uint32_t>(queue.waiting.size()),
                                         is_unavailable(accumulator, config, partition->leader)});
        }
        if (!queue.muted && !ready.nodes.contains(partition->leader) &&
            check_first_batch(accumulator, config, queue, now, ready.next_check)) {
            ready.nodes.insert(partition->leader);
        }
    }
}

}  // namespace

ReadyNodes find_ready(Accumulator& accumulator, const ProducerConfig& config,
                      const ClientMetadata& metadata, SimTime now) {
    ReadyNodes ready;
    for (TopicQueues& topic : accumulator.topics) {
        if (accumulator.waiting == 0) {  // Equal queues, nothing to adapt to.
            topic.sticky.load.clear();
            topic.sticky.adapts = false;
            continue;
        }
        find_ready_of_topic(accumulator, topic, metadata.find_topic(topic.name), config, now,
                            ready);
    }
    return ready;
}

void note_node_latency(Accumulator& accumulator, const ProducerConfig& config, BrokerId node,
                       SimTime now, bool could_drain) {
    if (config.availability_timeout <= Duration()) {
        return;
    }
    const bool known = accumulator.latency.contains(node);
    NodeLatency& latency = accumulator.latency[node];
    latency.ready = now;
    if (could_drain || !known) {
        latency.drained = now;
    }
}

std::vector<PartitionRef> partitions_of_node(const Accumulator& accumulator,
                                             const ClientMetadata& metadata, BrokerId node) {
    std::vector<PartitionRef> led;
    for (std::size_t t = 0; t < accumulator.topics.size(); ++t) {
        const TopicInfo* info = metadata.find_topic(accumulator.topics[t].name);
        const std::size_t known = accumulator.topics[t].partitions.size();
        for (std::size_t p = 0; info != nullptr && p < info->partitions.size() && p < known; ++p) {
            if (info->partitions[p].leader == node) {
                led.push_back({static_cast<uint32_t>(t), static_cast<uint32_t>(p)});
            }
        }
    }
    return led;
}

ProducerBatch& start_flight(Accumulator& accumulator, PartitionRef ref) {
    PartitionQueue& queue = accumulator.at(ref);
    queue.in_flight.push_back(std::move(queue.waiting.front()));
    queue.waiting.erase(queue.waiting.begin());
    --accumulator.waiting;
    ++accumulator.in_flight;
    return queue.in_flight.back();
}

std::optional<ProducerBatch> end_flight(Accumulator& accumulator, PartitionRef ref,
                                        uint64_t batch) {
    std::vector<ProducerBatch>& in_flight = accumulator.at(ref).in_flight;
    const auto at = std::find_if(in_flight.begin(), in_flight.end(),
                                 [batch](const ProducerBatch& b) { return b.id == batch; });
    if (at == in_flight.end()) {
        return std::nullopt;
    }
    std::optional<ProducerBatch> ended = std::move(*at);
    in_flight.erase(at);
    --accumulator.in_flight;
    return ended;
}

void put_back(Accumulator& accumulator, PartitionRef ref, ProducerBatch batch) {
    std::vector<ProducerBatch>& waiting = accumulator.at(ref).waiting;
    auto at = waiting.begin();
    while (batch.has_sequence() && at != waiting.end() && at->has_sequence() &&
           sequence_before(at->base_sequence, batch.base_sequence)) {
        ++at;
    }
    waiting.insert(at, std::move(batch));
    ++accumulator.waiting;
}

void free_memory(Accumulator& accumulator, const ProducerBatch& batch) {
    if (!batch.split) {
        accumulator.memory_used -= batch.capacity;
    }
}

}  // namespace brokerlab

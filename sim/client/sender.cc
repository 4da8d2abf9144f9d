#include "sim/client/sender.h"

#include <algorithm>
#include <limits>

#include "sim/base/aggregate_digest.h"
#include "sim/client/least_loaded_node.h"
#include "sim/client/produce_results.h"

namespace brokerlab {
namespace {

/// What was drained for one broker.
struct Parcel {
    BrokerId node;
    std::vector<SentBatch> batches;
    std::vector<Records> records;
};

void ask_for_producer_id(ProducerCore& core, const Env& env, Effects& fx) {
    Idempotence& idempotence = core.idempotence;
    if (idempotence.has_id() || idempotence.asking || idempotence.fatal != ErrorCode::kNone ||
        env.now < idempotence.ask_not_before) {
        return;
    }
    const std::optional<NodeId> node = least_loaded_node(core.metadata.brokers(), core.client, env);
    if (!node) {
        idempotence.ask_not_before = env.now + core.config.retry_backoff;
        return;
    }
    if (!core.client.ready(*node, env, fx)) {
        return;
    }
    InitProducerIdRequest request;
    request.transactional_id.reset();
    request.transaction_timeout_ms = std::numeric_limits<int32_t>::max();
    idempotence.asking = true;
    core.client.send(*node, std::move(request), InitProducerIdRequest::kVersions.latest,
                     kInitProducerIdTag, env, fx);
}

void run_idempotence(ProducerCore& core, const Env& env, Effects& fx) {
    if (!core.idempotence.enabled) {
        return;
    }
    if (core.idempotence.fatal != ErrorCode::kNone) {
        fail_all_batches(core, core.idempotence.fatal, fx);
        return;
    }
    if (!core.idempotence.unresolved.empty()) {
        resolve_sequences(core.idempotence, core.accumulator);
    }
    bump_epoch_if_needed(core.idempotence, core.accumulator, fx);
    ask_for_producer_id(core, env, fx);
}

/// Takes the batches of one broker [RecordAccumulator.drainBatchesForOneNode].
Parcel drain_node(ProducerCore& core, BrokerId node, SimTime now) {
    Parcel parcel;
    parcel.node = node;
    Accumulator& accumulator = core.accumulator;
    const std::vector<PartitionRef> led = partitions_of_node(accumulator, core.metadata, node);
    if (led.empty()) {
        return parcel;
    }
    int64_t size = 0;
    uint32_t& index = accumulator.drain_index[node];
    const std::size_t start = index % led.size();
    for (std::size_t i = 0; i < led.size(); ++i) {
        const std::size_t place = (start + i) % led.size();
        index = static_cast<uint32_t>(place);
        PartitionQueue& queue = accumulator.at(led[place]);
        if (queue.muted || queue.waiting.empty() || queue.waiting.front().is_backing_off(now)) {
            continue;
        }
        if (size + queue.waiting.front().size > core.config.max_request_size &&
            !parcel.batches.empty()) {
            break;
        }
        if (must_hold_back(core.idempotence, queue)) {
            break;
        }
        assign_sequence(core.idempotence, queue);
        ProducerBatch& batch = start_flight(accumulator, led[place]);
        parcel.records.push_back(finish_batch(batch, core.number, core.config.codec));
        parcel.batches.push_back({led[place], batch.id, batch.producer_epoch,
                                  batch.has_sequence() ? batch.last_sequence() : kNoSequence,
                                  batch.count});
        size += batch.size;
        queue.muted = core.config.max_in_flight == 1;
    }
    return parcel;
}

ProduceRequest make_request_of(const ProducerCore& core, Parcel& parcel) {
    ProduceRequest request;
    request.acks = core.config.acks;
    request.timeout_ms = static_cast<int32_t>(core.config.request_timeout.to_ms());
    for (std::size_t i = 0; i < parcel.batches.size(); ++i) {
        const PartitionRef ref = parcel.batches[i].partition;
        const std::string& name = core.accumulator.topics[ref.topic].name;
        auto topic = std::find_if(request.topic_data.begin(), request.topic_data.end(),
                                  [&name](const auto& t) { return t.name == name; });
        if (topic == request.topic_data.end()) {
            topic = request.topic_data.insert(topic, ProduceRequest::Topic{name, {}});
        }
        ProduceRequest::Partition& partition = topic->partition_data.emplace_back();
        partition.index = PartitionId(static_cast<int32_t>(ref.partition));
        partition.records = std::move(parcel.records[i]);
    }
    return request;
}

void send_parcel(ProducerCore& core, Parcel& parcel, const Env& env, Effects& fx) {
    const bool expects_response = core.config.acks != 0;
    const uint64_t tag = core.next_tag++;
    core.client.send(node_of(parcel.node), make_request_of(core, parcel),
                     ProduceRequest::kVersions.latest, tag, env, fx, expects_response);
    if (expects_response) {
        core.requests.insert_or_assign(tag, std::move(parcel.batches));
    } else {
        complete_unanswered(core, parcel.batches, env, fx);
    }
}

/// One round: what is ready goes to the brokers that can take it. True when something was sent or
/// expired, so that more may be possible now
/// [Sender.sendProducerData].
bool send_round(ProducerCore& core, const Env& env, Effects& fx) {
    const ReadyNodes ready = find_ready(core.accumulator, core.config, core.metadata, env.now);
    for (const uint32_t topic : ready.without_leader) {
        core.metadata.add_topic(core.accumulator.topics[topic].name, env.now);
        core.metadata.request_update();
    }
    core.next_check = ready.next_check;
    std::vector<Parcel> parcels;
    for (const BrokerId node : ready.nodes) {
        const bool can_take = core.client.ready(node_of(node), env, fx);
        note_node_latency(core.accumulator, core.config, node, env.now, can_take);
        if (!can_take) {
            core.next_check = std::min(core.next_check, core.client.next_retry(node_of(node)));
            continue;
        }
        Parcel parcel = drain_node(core, node, env.now);
        if (!parcel.batches.empty()) {
            parcels.push_back(std::move(parcel));
        }
    }
    const bool expired = core.accumulator.next_expiry <= env.now && expire_batches(core, env, fx);
    for (Parcel& parcel : parcels) {
        send_parcel(core, parcel, env, fx);
    }
    return expired || !parcels.empty();
}

}  // namespace

void run_sender(ProducerCore& core, const Env& env, Effects& fx) {
    do {
        run_idempotence(core, env, fx);
    } while (send_round(core, env, fx));
    core.metadata.maybe_update(core.client, kMetadataTag, true, env, fx);
}

SimTime next_sender_deadline(const ProducerCore& core, SimTime now) {
    SimTime earliest = std::min(core.next_check, core.client.next_timeout());
    earliest = std::min(earliest, core.metadata.next_update(core.client, now));
    earliest = std::min(earliest, core.accumulator.next_expiry);
    const Idempotence& idempotence = core.idempotence;
    if (idempotence.enabled && !idempotence.has_id() && !idempotence.asking &&
        idempotence.ask_not_before > now) {
        earliest = std::min(earliest, idempotence.ask_not_before);
    }
    return earliest;
}

void digest_into(Digest& d, const ProducerCore& core) {
    digest_fields(d, core.number, core.config, core.client, core.metadata, core.accumulator,
                  core.idempotence, core.requests, core.next_tag, core.counts, core.next_check);
}

}  // namespace brokerlab

#include "sim/client/produce_results.h"

#include <fmt/format.h>

#include <algorithm>

namespace brokerlab {
namespace {

/// What a broker, or the lack of its answer, says about one batch.
struct Verdict {
    ErrorCode error = ErrorCode::kNone;
    std::string message;
    Offset base_offset = kNoOffset;
    Offset log_start_offset = kNoOffset;
    /// An error that names an offset: the batch was written before the broker lost the lead.
    bool appended = false;
};

/// The batch may be in the log although the attempt ended with this error.
bool leaves_open(ErrorCode error) {
    return error == ErrorCode::kNetworkException || error == ErrorCode::kRequestTimedOut ||
           error == ErrorCode::kNotEnoughReplicasAfterAppend;
}

void acknowledge(ProducerCore& core, const SentBatch& sent, ProducerBatch& batch,
                 const Verdict& verdict, Effects& fx) {
    core.counts.acked += static_cast<uint64_t>(batch.count);
    free_memory(core.accumulator, batch);
    fx.state(BatchAcked{core.accumulator.name_of(sent.partition), verdict.base_offset,
                        core.config.acks, core.number, record_numbers(batch), batch.attempts + 1});
}

void give_up(ProducerCore& core, PartitionRef ref, const ProducerBatch& batch, ErrorCode error,
             std::string message, Effects& fx) {
    if (!batch.unanswered) {
        core.counts.failed += static_cast<uint64_t>(batch.count);
    }
    free_memory(core.accumulator, batch);
    fx.state(BatchFailed{core.accumulator.name_of(ref), error, std::move(message), core.number,
                         record_numbers(batch), batch.unanswered});
}

bool can_retry(ProducerCore& core, PartitionRef ref, const ProducerBatch& batch,
               const Verdict& verdict, SimTime now) {
    if (batch.created + core.config.delivery_timeout <= now ||
        batch.attempts >= core.config.retries) {
        return false;
    }
    return core.idempotence.enabled
               ? can_retry_idempotent(core.idempotence, core.accumulator, ref, batch, verdict.error,
                                      verdict.log_start_offset)
               : is_retriable(verdict.error);
}

/// Puts the batch back after a failed attempt [RecordAccumulator.reenqueue].
void retry(ProducerCore& core, PartitionRef ref, ProducerBatch batch, ErrorCode error,
           const Env& env, Effects& fx) {
    const TopicPartition name = core.accumulator.name_of(ref);
    const RandomBits bits = env.draw(DrawPurpose::kRetryBackoff,
                                     draw_key(name, record_numbers(batch).front(), batch.attempts));
    batch.retry_at = env.now + core.config.backoff().after(batch.attempts, bits);
    batch.last_attempt = env.now;
    ++batch.attempts;
    batch.retried = true;
    fx.state(BatchRetried{name, error, batch.attempts, static_cast<uint32_t>(batch.count)});
    put_back(core.accumulator, ref, std::move(batch));
}

/// A batch that is too large is sent in pieces, which costs no retry.
void split(ProducerCore& core, PartitionRef ref, const ProducerBatch& batch, Effects& fx) {
    fx.state(BatchRetried{core.accumulator.name_of(ref), ErrorCode::kMessageTooLarge,
                          batch.attempts + 1, static_cast<uint32_t>(batch.count)});
    std::vector<ProducerBatch> pieces =
        split_batch(batch, core.config.batch_size, core.accumulator.next_batch);
    free_memory(core.accumulator, batch);
    std::reverse(pieces.begin(), pieces.end());  // Each goes before those behind it.
    for (ProducerBatch& piece : pieces) {
        put_back(core.accumulator, ref, std::move(piece));
    }
}

void fail(ProducerCore& core, PartitionRef ref, const ProducerBatch& batch, const Verdict& verdict,
          Effects& fx) {
    give_up(core, ref, batch, verdict.error, verdict.message, fx);
    // The gap that the batch leaves in the sequences is closed with a new epoch, unless its
    // retries ran out: then the next batch finds out [Sender.failBatch, adjustSequenceNumbers].
    if (core.idempotence.enabled && (verdict.error == ErrorCode::kOutOfOrderSequenceNumber ||
                                     batch.attempts < core.config.retries)) {
        request_epoch_bump(core.idempotence, ref, verdict.error);
    }
}

/// An answer came for a batch that had expired: only its sequence counts.
void note_late_answer(ProducerCore& core, const SentBatch& sent, const Verdict& verdict) {
    PartitionSequences& sequences = core.accumulator.at(sent.partition).sequences;
    const bool appended =
        verdict.error == ErrorCode::kNone || verdict.error == ErrorCode::kDuplicateSequenceNumber;
    if (appended && sent.last_sequence != kNoSequence && sent.epoch == sequences.epoch) {
        note_acked(sequences, sent.last_sequence, kNoOffset);
    }
}

/// [Sender.completeBatch]
void complete(ProducerCore& core, const SentBatch& sent, const Verdict& verdict, const Env& env,
              Effects& fx) {
    const PartitionRef ref = sent.partition;
    if (core.config.max_in_flight == 1) {
        core.accumulator.at(ref).muted = false;
    }
    if (is_invalid_metadata(verdict.error)) {
        core.metadata.request_update();
    }
    std::optional<ProducerBatch> batch = end_flight(core.accumulator, ref, sent.batch);
    if (!batch) {
        note_late_answer(core, sent, verdict);
        return;
    }
    batch->unanswered = batch->unanswered || leaves_open(verdict.error) || verdict.appended;
    if (verdict.error == ErrorCode::kNone || verdict.error == ErrorCode::kDuplicateSequenceNumber) {
        if (batch->has_sequence()) {
            const Offset last = verdict.base_offset == kNoOffset
                                    ? kNoOffset
                                    : verdict.base_offset + (batch->count - 1);
            note_acked(core.accumulator.at(ref).sequences, batch->last_sequence(), last);
        }
        acknowledge(core, sent, *batch, verdict, fx);
    } else if (verdict.error == ErrorCode::kMessageTooLarge && batch->count > 1) {
        split(core, ref, *batch, fx);
    } else if (can_retry(core, ref, *batch, verdict, env.now)) {
        retry(core, ref, std::move(*batch), verdict.error, env, fx);
    } else {
        fail(core, ref, *batch, verdict, fx);
    }
}

Verdict read_partition(const ProduceResponse::Partition& partition) {
    Verdict verdict;
    verdict.error = partition.error_code;
    verdict.base_offset =
        partition.error_code == ErrorCode::kNone ? partition.base_offset : kNoOffset;
    verdict.appended =
        partition.error_code != ErrorCode::kNone && partition.base_offset != kNoOffset;
    verdict.log_start_offset = partition.log_start_offset;
    if (partition.error_message) {
        verdict.message = *partition.error_message;
    } else if (partition.error_code != ErrorCode::kNone) {
        verdict.message = std::string(error_name(partition.error_code));
    }
    return verdict;
}

bool names_new_leader(const ProduceResponse::Partition& partition) {
    return (partition.error_code == ErrorCode::kNotLeaderOrFollower ||
            partition.error_code == ErrorCode::kFencedLeaderEpoch) &&
           partition.current_leader.leader_id != kNoBroker &&
           partition.current_leader.leader_epoch != kNoLeaderEpoch;
}

void expire(ProducerCore& core, PartitionRef ref, const ProducerBatch& batch, const Env& env,
            Effects& fx) {
    give_up(core, ref, batch, ErrorCode::kRequestTimedOut,
            fmt::format("Expiring {} record(s) for {}:{} ms has passed since batch creation",
                        batch.count, core.accumulator.name_of(ref).to_string(),
                        (env.now - batch.created).to_ms()),
            fx);
    if (core.idempotence.enabled && batch.retried) {
        mark_unresolved(core.idempotence, core.accumulator, ref, batch);
    }
}

/// Gives up the batches of one list that are too old; how many those were. Notes when the next is.
uint32_t expire_list(ProducerCore& core, PartitionRef ref, std::vector<ProducerBatch>& list,
                     bool sent, const Env& env, Effects& fx) {
    uint32_t expired = 0;
    for (auto batch = list.begin(); batch != list.end();) {
        const SimTime due = batch->created + core.config.delivery_timeout;
        if (due > env.now) {
            core.accumulator.next_expiry = std::min(core.accumulator.next_expiry, due);
            ++batch;
            continue;
        }
        batch->unanswered = batch->unanswered || sent;
        expire(core, ref, *batch, env, fx);
        batch = list.erase(batch);
        ++expired;
    }
    return expired;
}

}  // namespace

void on_produce_response(ProducerCore& core, const std::vector<SentBatch>& sent,
                         const ProduceResponse& response, const Env& env, Effects& fx) {
    for (const ProduceResponse::Topic& topic : response.responses) {
        for (const ProduceResponse::Partition& partition : topic.partition_responses) {
            const auto batch =
                std::find_if(sent.begin(), sent.end(), [&](const SentBatch& candidate) {
                    const PartitionRef ref = candidate.partition;
                    return static_cast<int32_t>(ref.partition) == partition.index.value &&
                           core.accumulator.topics[ref.topic].name == topic.name;
                });
            if (batch != sent.end()) {
                complete(core, *batch, read_partition(partition), env, fx);
            }
        }
    }
    for (const ProduceResponse::Topic& topic : response.responses) {
        for (const ProduceResponse::Partition& partition : topic.partition_responses) {
            if (names_new_leader(partition)) {
                core.metadata.update_leader({topic.name, partition.index},
                                            partition.current_leader.leader_id,
                                            partition.current_leader.leader_epoch);
            }
        }
    }
}

void on_produce_failed(ProducerCore& core, const FailedRequest& failed, const Env& env,
                       Effects& fx) {
    std::vector<SentBatch>* const found = core.requests.find(failed.tag);
    if (found == nullptr) {
        return;
    }
    const std::vector<SentBatch> sent = std::move(*found);
    core.requests.erase(failed.tag);
    Verdict verdict;
    verdict.error = failed.timed_out ? ErrorCode::kRequestTimedOut : ErrorCode::kNetworkException;
    verdict.message = fmt::format("Disconnected from node {}{}", node_id_of(failed.node).value,
                                  failed.timed_out ? " due to timeout" : "");
    for (const SentBatch& batch : sent) {
        complete(core, batch, verdict, env, fx);
    }
}

void complete_unanswered(ProducerCore& core, const std::vector<SentBatch>& sent, const Env& env,
                         Effects& fx) {
    for (const SentBatch& batch : sent) {
        complete(core, batch, Verdict{}, env, fx);
    }
}

bool expire_batches(ProducerCore& core, const Env& env, Effects& fx) {
    Accumulator& accumulator = core.accumulator;
    accumulator.next_expiry = kNever;
    uint32_t expired = 0;
    for (uint32_t t = 0; t < accumulator.topics.size(); ++t) {
        for (uint32_t p = 0; p < accumulator.topics[t].partitions.size(); ++p) {
            PartitionQueue& queue = accumulator.at({t, p});
            const uint32_t sent = expire_list(core, {t, p}, queue.in_flight, true, env, fx);
            const uint32_t unsent = expire_list(core, {t, p}, queue.waiting, false, env, fx);
            accumulator.in_flight -= sent;
            accumulator.waiting -= unsent;
            expired += sent + unsent;
        }
    }
    return expired > 0;
}

void fail_all_batches(ProducerCore& core, ErrorCode error, Effects& fx) {
    Accumulator& accumulator = core.accumulator;
    for (uint32_t t = 0; t < accumulator.topics.size(); ++t) {
        for (uint32_t p = 0; p < accumulator.topics[t].partitions.size(); ++p) {
            PartitionQueue& queue = accumulator.at({t, p});
            for (ProducerBatch& batch : queue.in_flight) {
                batch.unanswered = true;
                give_up(core, {t, p}, batch, error, std::string(error_name(error)), fx);
            }
            for (const ProducerBatch& batch : queue.waiting) {
                give_up(core, {t, p}, batch, error, std::string(error_name(error)), fx);
            }
            queue.in_flight.clear();
            queue.waiting.clear();
        }
    }
    accumulator.waiting = 0;
    accumulator.in_flight = 0;
}

}  // namespace brokerlab

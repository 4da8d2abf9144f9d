#include "sim/client/producer.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/aggregate_digest.h"
#include "sim/client/lost_connections.h"
#include "sim/client/produce_results.h"

namespace brokerlab {
namespace {

constexpr uint32_t kKeyField = 0;
constexpr uint32_t kValueField = 1;

}  // namespace

ProducerClient::ProducerClient(const ProducerStart& start, const Env& env, Effects& fx)
    : start_(start),
      load_(start.setup, start.time_zero, start.first_n, env.now),
      value_(start.setup.value),
      next_n_(start.first_n) {
    const ProducerSetup& setup = start.setup;
    if (setup.key) {
        key_.emplace(*setup.key);
    }
    core_.number = start.number;
    core_.config = make_producer_config(setup.config);
    core_.client = NetworkClient(make_network_config(setup.config, setup.name));
    core_.metadata = ClientMetadata(make_metadata_config(setup.config), start.bootstrap);
    core_.idempotence.enabled = core_.config.idempotence;
    core_.accumulator.incarnation = start.incarnation;
    advance(env, fx);
}

// ---- The application

void ProducerClient::run_application(const Env& env, Effects& fx) {
    if (!resume_blocked(env, fx)) {
        return;
    }
    while (!blocked_ && !commanded_.empty()) {
        OutgoingRecord record = std::move(commanded_.front());
        commanded_.erase(commanded_.begin());
        send(std::move(record), env, fx);
    }
    while (!blocked_ && !closed_ && load_.take(env.now)) {
        OutgoingRecord record;
        record.n = next_n_++;
        record.topic = start_.setup.topic;
        if (key_) {
            record.key = key_->fill(record.n, kKeyField, env);
        }
        record.value = value_.fill(record.n, kValueField, env);
        send(std::move(record), env, fx);
    }
}

/// send() is called now.
void ProducerClient::send(OutgoingRecord record, const Env& env, Effects& fx) {
    const SendResult result = try_send(record, env, fx);
    if (result != SendResult::kDone) {
        block(std::move(record), result, env.now + core_.config.max_block);
    }
}

void ProducerClient::block(OutgoingRecord record, SendResult why, SimTime deadline) {
    BlockedSend blocked;
    blocked.record = std::move(record);
    blocked.deadline = deadline;
    blocked.for_memory = why == SendResult::kNoMemory;
    core_.accumulator.memory_wanted = blocked.for_memory;
    blocked_ = std::move(blocked);
}

/// True when no send() blocks any more.
bool ProducerClient::resume_blocked(const Env& env, Effects& fx) {
    if (!blocked_) {
        return true;
    }
    const BlockedSend blocked = std::move(*blocked_);
    blocked_.reset();
    core_.accumulator.memory_wanted = false;
    if (closed_) {
        fail_send(blocked.record, "Producer closed while send in progress", fx);
        return true;
    }
    const SendResult result = try_send(blocked.record, env, fx);
    if (result == SendResult::kDone) {
        return true;
    }
    if (blocked.deadline <= env.now) {
        fail_send(blocked.record, timeout_message(blocked), fx);
        return true;
    }
    block(blocked.record, result, blocked.deadline);
    return false;
}

/// KafkaProducer.doSend(), as far as it gets without waiting.
ProducerClient::SendResult ProducerClient::try_send(const OutgoingRecord& record, const Env& env,
                                                    Effects& fx) {
    core_.metadata.add_topic(record.topic, env.now);
    const TopicInfo* info = core_.metadata.find_topic(record.topic);
    if (info != nullptr && info->error == ErrorCode::kInvalidTopicException) {
        fail_send(record, fmt::format("Invalid topics: [{}]", record.topic), fx);
        return SendResult::kDone;
    }
    if (info == nullptr || info->partitions.empty()) {
        core_.metadata.request_update();
        return SendResult::kNoMetadata;
    }
    const int64_t size = upper_bound_size(record);
    if (size > core_.config.max_request_size) {
        fail_send(record,
                  fmt::format("The message is {} bytes when serialized which is larger than {}, "
                              "which is the value of the max.request.size configuration.",
                              size, core_.config.max_request_size),
                  fx);
        return SendResult::kDone;
    }
    if (size > core_.config.buffer_memory) {
        fail_send(record,
                  fmt::format("The message is {} bytes when serialized which is larger than the "
                              "total memory buffer you have configured with the buffer.memory "
                              "configuration.",
                              size),
                  fx);
        return SendResult::kDone;
    }
    if (!append_record(core_.accumulator, core_.config, record, *info, env)) {
        return SendResult::kNoMemory;
    }
    ++core_.counts.sent;
    return SendResult::kDone;
}

void ProducerClient::fail_send(const OutgoingRecord& record, std::string message, Effects& fx) {
    ++core_.counts.sent;
    ++core_.counts.failed;
    fx.state(SendFailed{start_.number, record.n, record.topic, std::move(message)});
}

std::string ProducerClient::timeout_message(const BlockedSend& blocked) const {
    const int64_t waited = core_.config.max_block.to_ms();
    if (!blocked.for_memory) {
        return fmt::format("Topic {} not present in metadata after {} ms.", blocked.record.topic,
                           waited);
    }
    return fmt::format(
        "Failed to allocate {} bytes within the configured max blocking time {} ms. Total memory: "
        "{} bytes. Available memory: {} bytes. Poolable size: {} bytes",
        batch_memory(core_.config, blocked.record), waited, core_.config.buffer_memory,
        core_.config.buffer_memory - core_.accumulator.memory_used, core_.config.batch_size);
}

void ProducerClient::produce(const std::string& topic, const std::optional<std::string>& key,
                             const std::string& value, const Env& env, Effects& fx) {
    if (!closed_) {
        commanded_.push_back({next_n_++, topic, key, value});
    }
    advance(env, fx);
}

void ProducerClient::set_rate(Rate rate, const Env& env) {
    load_.set_rate(rate, env.now);
    if (!blocked_ && !closed_ && load_.next_due() > env.now) {
        due_ = std::min(due_, load_.next_due());
    }
}

void ProducerClient::close(const Env& env, Effects& fx) {
    closed_ = true;
    core_.accumulator.closing = true;
    advance(env, fx);
}

bool ProducerClient::has_closed() const {
    return closed_ && !blocked_ && commanded_.empty() && core_.accumulator.empty() &&
           core_.requests.empty();
}

/// All is sent and answered: the connections go, and nothing is due any more.
void ProducerClient::finish_close(Effects& fx) {
    core_.client.close_all(fx);
    due_ = kNever;
}

// ---- Events

/// Does all that is due, then finds out when something will be.
void ProducerClient::advance(const Env& env, Effects& fx) {
    if (has_closed()) {
        finish_close(fx);
        return;
    }
    if (core_.client.next_timeout() <= env.now) {
        core_.metadata.request_update();
        on_failed_requests(core_.client.expire(env, fx), env, fx);
    }
    bool unblocked = true;
    while (unblocked) {
        run_application(env, fx);
        const bool blocks = blocked_ && blocked_->for_memory;
        const int64_t used = core_.accumulator.memory_used;
        run_sender(core_, env, fx);
        unblocked = blocks && core_.accumulator.memory_used < used;
    }
    if (has_closed()) {
        finish_close(fx);
        return;
    }
    due_ = next_sender_deadline(core_, env.now);
    if (blocked_) {
        due_ = std::min(due_, blocked_->deadline);
    } else if (!closed_) {
        due_ = std::min(due_, load_.next_due());
    }
    // A time-out of 0 ms is over at once; Kafka's own loop comes round in whole milliseconds too.
    if (due_ <= env.now) {
        due_ = env.now + 1_ms;
    }
}

void ProducerClient::on_timer(const Env& env, Effects& fx) {
    advance(env, fx);
}

SimTime ProducerClient::next_deadline() const {
    return due_;
}

void ProducerClient::on_connected(const ConnectionId& connection, const Env& env, Effects& fx) {
    core_.client.on_connected(connection);
    advance(env, fx);
}

void ProducerClient::on_connection_lost(const ConnectionId& connection, const Env& env,
                                        Effects& fx) {
    on_failed_requests(lose_connection(core_.client, core_.metadata, connection, env, fx), env, fx);
    advance(env, fx);
}

void ProducerClient::on_failed_requests(const std::vector<FailedRequest>& failed, const Env& env,
                                        Effects& fx) {
    for (std::size_t i = 0; i < failed.size(); ++i) {
        state_lost_connection(failed, i, fx);
        if (failed[i].tag == kMetadataTag) {
            core_.metadata.on_request_failed(env.now);
        } else if (failed[i].tag == kInitProducerIdTag) {
            core_.idempotence.asking = false;
            core_.idempotence.ask_not_before = env.now + core_.config.retry_backoff;
        } else {
            on_produce_failed(core_, failed[i], env, fx);
        }
    }
}

void ProducerClient::on_producer_id_refused(ErrorCode error, const Env& env) {
    Idempotence& idempotence = core_.idempotence;
    if (is_retriable(error) || error == ErrorCode::kNotCoordinator ||
        error == ErrorCode::kCoordinatorNotAvailable) {
        idempotence.ask_not_before = env.now + core_.config.retry_backoff;
    } else {
        idempotence.fatal = error;
    }
}

void ProducerClient::on_response(const Response& response, const Env& env, Effects& fx) {
    const std::optional<InFlightRequest> answered = core_.client.on_response(response);
    if (answered) {
        if (const auto* produce = std::get_if<ProduceResponse>(&response.body)) {
            if (std::vector<SentBatch>* found = core_.requests.find(answered->tag)) {
                const std::vector<SentBatch> sent = std::move(*found);
                core_.requests.erase(answered->tag);
                on_produce_response(core_, sent, *produce, env, fx);
            }
        } else if (const auto* metadata = std::get_if<MetadataResponse>(&response.body)) {
            core_.metadata.on_response(*metadata, env.now);
        } else if (const auto* id = std::get_if<InitProducerIdResponse>(&response.body)) {
            core_.idempotence.asking = false;
            if (id->error_code == ErrorCode::kNone) {
                take_producer_id(core_.idempotence, core_.accumulator, id->producer_id,
                                 id->producer_epoch, fx);
            } else {
                on_producer_id_refused(id->error_code, env);
            }
        }
    }
    advance(env, fx);
}

void digest_into(Digest& d, const ProducerClient& producer) {
    digest_fields(d, producer.start_, producer.core_, producer.load_, producer.key_,
                  producer.value_, producer.blocked_, producer.commanded_, producer.next_n_,
                  producer.closed_, producer.due_);
}

}  // namespace brokerlab

#include "sim/app/service_instance.h"

#include <algorithm>
#include <utility>

#include "sim/base/aggregate_digest.h"
#include "sim/base/check.h"

namespace brokerlab {
namespace {

const Handler& handler_of(const ServiceSetup& setup) {
    const Handler* handler = find_handler(setup.handler);
    BL_CHECK(handler != nullptr);
    return *handler;
}

ConsumerStart consumer_start(const ServiceStart& start) {
    ConsumerStart of;
    of.setup.name = start.name;
    of.setup.group = start.setup.group;
    of.setup.topics = start.setup.topics;
    of.setup.pattern = start.setup.pattern;
    of.setup.members = start.setup.instances;
    of.setup.process = start.setup.process;
    of.setup.config = start.setup.consumer_config;
    of.name = start.name;
    of.bootstrap = start.bootstrap;
    of.incarnation = start.incarnation;
    of.hands_over = true;
    return of;
}

/// It sends what it is told to, and nothing by itself.
ProducerStart producer_start(const ServiceStart& start) {
    ProducerStart of;
    of.setup.name = start.name;
    of.setup.topic = start.setup.produces.value_or("");
    of.setup.config = start.setup.producer_config;
    of.number = start.number;
    of.bootstrap = start.bootstrap;
    of.time_zero = start.time_zero;
    of.first_n = start.first_n;
    of.incarnation = start.incarnation;
    return of;
}

/// Calls take the time of the set-up, as records do.
Duration time_for(const HttpCall& call, const WorkTime& each, const Env& env) {
    return each.least == each.most
               ? each.least
               : uniform_between(env.draw(DrawPurpose::kProcessingTime, draw_key(call.number)),
                                 each.least, each.most);
}

}  // namespace

ServiceInstance::ServiceInstance(const ServiceStart& start, const Env& env, Effects& fx)
    : start_(start) {
    const Handler& handler = handler_of(start.setup);
    if (handler.sends()) {
        producer_.emplace(producer_start(start), env, fx);
    }
    if (handler.on_record != nullptr) {
        consumer_.emplace(consumer_start(start), env, fx);
    }
}

// ---- Events: each goes to the client that it is for, then what follows from it is done.

bool ServiceInstance::owns_consumer(const ConnectionId& connection) const {
    return consumer_ && (consumer_->core().client.owns(connection) ||
                         (consumer_->group() && consumer_->group()->link.client.owns(connection)));
}
bool ServiceInstance::owns_producer(const ConnectionId& connection) const {
    return producer_ && producer_->core().client.owns(connection);
}

void ServiceInstance::on_response(const Response& response, const ServiceDesk& desk, const Env& env,
                                  Effects& fx) {
    if (owns_consumer(response.connection)) {
        consumer_->on_response(response, env, fx);
    } else if (owns_producer(response.connection)) {
        producer_->on_response(response, env, fx);
    }
    settle(desk, env, fx);
}

void ServiceInstance::on_connected(const ConnectionId& connection, const ServiceDesk& desk,
                                   const Env& env, Effects& fx) {
    if (owns_consumer(connection)) {
        consumer_->on_connected(connection, env, fx);
    } else if (owns_producer(connection)) {
        producer_->on_connected(connection, env, fx);
    }
    settle(desk, env, fx);
}

void ServiceInstance::on_connection_lost(const ConnectionId& connection, const ServiceDesk& desk,
                                         const Env& env, Effects& fx) {
    if (owns_consumer(connection)) {
        consumer_->on_connection_lost(connection, env, fx);
    } else if (owns_producer(connection)) {
        producer_->on_connection_lost(connection, env, fx);
    }
    settle(desk, env, fx);
}

void ServiceInstance::on_timer(const ServiceDesk& desk, const Env& env, Effects& fx) {
    if (consumer_ && consumer_->next_deadline() <= env.now) {
        consumer_->on_timer(env, fx);
    }
    if (producer_ && producer_->next_deadline() <= env.now) {
        producer_->on_timer(env, fx);
    }
    settle(desk, env, fx);
}

SimTime ServiceInstance::next_deadline() const {
    SimTime earliest = consumer_ ? consumer_->next_deadline() : kNever;
    if (producer_) {
        earliest = std::min(earliest, producer_->next_deadline());
    }
    for (const OpenCall& call : calls_) {
        if (!call.handled) {
            earliest = std::min(earliest, call.due);
        }
    }
    return earliest;
}

void ServiceInstance::post(HttpCall call, const ServiceDesk& desk, const Env& env, Effects& fx) {
    BL_CHECK(handler_of(start_.setup).on_call != nullptr);
    OpenCall open;
    open.due = env.now + time_for(call, start_.setup.process, env);
    open.call = std::move(call);
    calls_.push_back(std::move(open));
    settle(desk, env, fx);
}

void ServiceInstance::close(const ServiceDesk& desk, const Env& env, Effects& fx) {
    closing_ = true;
    if (consumer_) {
        consumer_->close(env, fx);
    }
    settle(desk, env, fx);
}

bool ServiceInstance::has_closed() const {
    return closing_ && calls_.empty() && (!consumer_ || consumer_->has_closed()) &&
           (!producer_ || producer_->has_closed());
}

// ---- Work

/// Does all that can be done at this instant. One thing leads to the next: a record that is sent
/// may fail at once, which answers a call.
void ServiceInstance::settle(const ServiceDesk& desk, const Env& env, Effects& fx) {
    std::size_t seen = 0;
    bool more = true;
    bool closed_producer = false;
    while (more) {
        more = handle_record(desk, env, fx) || handle_call(desk, env, fx);
        for (; seen < fx.facts().size(); ++seen) {
            note_outcome(fx.facts()[seen]);
        }
        more = answer_call(desk, fx) || more;
        const bool idle = calls_.empty() && (!consumer_ || consumer_->has_closed());
        if (closing_ && idle && producer_ && !closed_producer) {
            producer_->close(env, fx);
            closed_producer = true;
            more = true;
        }
    }
}

uint64_t ServiceInstance::send(const OutgoingMessage& message, const Env& env, Effects& fx) {
    const uint64_t n = producer_->next_n();
    producer_->produce(message.topic, message.key, message.value, env, fx);
    return n;
}

/// Acts on one record whose time is over; false when there is none.
bool ServiceInstance::handle_record(const ServiceDesk& desk, const Env& env, Effects& fx) {
    const PolledRecord* record = consumer_ ? consumer_->finished_record(env) : nullptr;
    if (record == nullptr) {
        return false;
    }
    const RecordPlace place{record->partition, record->offset};
    HandlerTurn turn{start_.setup, desk.database, env};
    std::optional<std::string> reason = handler_of(start_.setup).on_record(*record, turn);
    if (reason) {
        const bool retried = start_.setup.on_error == OnError::kRetry;
        fx.state(ServiceFailed{start_.setup.name, place, *std::move(reason), retried});
        if (retried) {
            consumer_->repeat_record(env, fx);
        } else {
            consumer_->end_record(env, fx);
        }
        return true;
    }
    ++desk.counts.handled;
    for (ServiceActed& deed : turn.deeds) {
        deed.from = place;
        fx.state(std::move(deed));
    }
    for (const OutgoingMessage& message : turn.messages) {
        static_cast<void>(send(message, env, fx));
    }
    consumer_->end_record(env, fx);
    return true;
}

/// Acts on one call that is due; false when there is none.
bool ServiceInstance::handle_call(const ServiceDesk& desk, const Env& env, Effects& fx) {
    const auto due = std::find_if(calls_.begin(), calls_.end(), [&](const OpenCall& call) {
        return !call.handled && call.due <= env.now;
    });
    if (due == calls_.end()) {
        return false;
    }
    HandlerTurn turn{start_.setup, desk.database, env};
    due->handled = true;
    due->answer = handler_of(start_.setup).on_call(due->call, turn);
    due->deeds = std::move(turn.deeds);
    for (const OutgoingMessage& message : turn.messages) {
        due->waits_for.push_back(send(message, env, fx));
    }
    return true;
}

/// Whether the send() of the producer's n-th record has returned.
bool ServiceInstance::has_returned(uint64_t n) const {
    return !producer_->blocked() || n < producer_->blocked()->record.n;
}

/// What became of a record that a call waits for.
void ServiceInstance::note_outcome(const FactBody& fact) {
    const auto settle_records = [this](const std::vector<uint64_t>& ns, const std::string& error,
                                       bool waiting_only) {
        for (OpenCall& call : calls_) {
            if (waiting_only && !call.answer.after_acks) {
                continue;
            }
            const std::size_t erased = std::erase_if(call.waits_for, [&ns](uint64_t n) {
                return std::find(ns.begin(), ns.end(), n) != ns.end();
            });
            if (erased > 0 && !error.empty()) {
                call.answer.status = kHttpServerError;
                call.answer.body = error;
                call.waits_for.clear();
            }
        }
    };
    if (const auto* acked = std::get_if<BatchAcked>(&fact)) {
        settle_records(acked->ns, {}, true);
    } else if (const auto* failed = std::get_if<BatchFailed>(&fact)) {
        settle_records(failed->ns, failed->message, true);
    } else if (const auto* refused = std::get_if<SendFailed>(&fact)) {
        settle_records({refused->n}, refused->message, false);
    }
}

/// Answers one call that waits for nothing any more; false when there is none.
bool ServiceInstance::answer_call(const ServiceDesk& desk, Effects& fx) {
    const auto done = std::find_if(calls_.begin(), calls_.end(), [this](const OpenCall& call) {
        return call.handled &&
               std::all_of(call.waits_for.begin(), call.waits_for.end(),
                           [&](uint64_t n) { return !call.answer.after_acks && has_returned(n); });
    });
    if (done == calls_.end()) {
        return false;
    }
    OpenCall call = std::move(*done);
    calls_.erase(done);
    if (call.answer.status == kHttpOk) {
        ++desk.counts.handled;
        for (ServiceActed& deed : call.deeds) {
            fx.state(std::move(deed));
        }
    }
    fx.state(HttpAnswered{start_.setup.name, std::move(call.call.path), call.answer.status,
                          std::move(call.answer.body)});
    return true;
}

void digest_into(Digest& d, const ServiceInstance& instance) {
    digest_fields(d, instance.start_, instance.consumer_, instance.producer_, instance.calls_,
                  instance.closing_);
}

}  // namespace brokerlab

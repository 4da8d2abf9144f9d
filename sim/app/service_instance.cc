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

/// Does all that can be done at this instant, one thing at a time: each may end what another waits
/// for, as a record that is sent may fail at once.
void ServiceInstance::settle(const ServiceDesk& desk, const Env& env, Effects& fx) {
    std::size_t seen = 0;
    do {
        for (; seen < fx.facts().size(); ++seen) {
            note_outcome(fx.facts()[seen]);
        }
    } while (end_record(desk, env, fx) || answer_call(desk, fx) || send_next(env, fx) ||
             handle_record(desk, env, fx) || handle_call(desk, env) || close_producer(env, fx));
}

/// Begins one record whose time is over; false when there is none.
bool ServiceInstance::handle_record(const ServiceDesk& desk, const Env& env, Effects& fx) {
    const PolledRecord* record = consumer_ && !record_ ? consumer_->finished_record(env) : nullptr;
    if (record == nullptr) {
        return false;
    }
    const RecordPlace place{record->partition, record->offset};
    HandlerTurn turn{start_.setup, desk.database, env};
    std::optional<std::string> reason = handler_of(start_.setup).on_record(*record, turn);
    if (reason) {
        fail_record(place, *std::move(reason), env, fx);
        return true;
    }
    for (ServiceActed& deed : turn.deeds) {
        deed.from = place;
    }
    record_.emplace();
    record_->place = place;
    record_->errand.deeds = std::move(turn.deeds);
    record_->errand.messages = std::move(turn.messages);
    return true;
}

void ServiceInstance::count_handled(const ServiceDesk& desk) {
    ++desk.counts.handled;
    ++counts_.handled;
}

void ServiceInstance::fail_record(const RecordPlace& place, std::string reason, const Env& env,
                                  Effects& fx) {
    ++counts_.failed;
    const bool retried = start_.setup.on_error == OnError::kRetry;
    fx.state(ServiceFailed{start_.setup.name, place, std::move(reason), retried});
    if (retried) {
        consumer_->retry_record(env, fx);
    } else {
        consumer_->end_record(env, fx);
    }
}

/// Ends the open record; false when there is none, or it waits.
bool ServiceInstance::end_record(const ServiceDesk& desk, const Env& env, Effects& fx) {
    if (!record_ || !is_over(record_->errand)) {
        return false;
    }
    OpenRecord record = *std::exchange(record_, std::nullopt);
    if (!record.errand.error.empty()) {
        fail_record(record.place, std::move(record.errand.error), env, fx);
        return true;
    }
    count_handled(desk);
    for (ServiceActed& deed : record.errand.deeds) {
        fx.state(std::move(deed));
    }
    consumer_->end_record(env, fx);
    return true;
}

/// Begins one call that is due; false when there is none.
bool ServiceInstance::handle_call(const ServiceDesk& desk, const Env& env) {
    const auto due = std::find_if(calls_.begin(), calls_.end(), [&](const OpenCall& call) {
        return !call.handled && call.due <= env.now;
    });
    if (due == calls_.end()) {
        return false;
    }
    HandlerTurn turn{start_.setup, desk.database, env};
    due->handled = true;
    due->answer = handler_of(start_.setup).on_call(due->call, turn);
    due->errand.deeds = std::move(turn.deeds);
    due->errand.messages = std::move(turn.messages);
    due->errand.after_acks = due->answer.after_acks;
    return true;
}

/// Answers one call that waits for nothing any more; false when there is none.
bool ServiceInstance::answer_call(const ServiceDesk& desk, Effects& fx) {
    const auto done = std::find_if(calls_.begin(), calls_.end(), [this](const OpenCall& call) {
        return call.handled && is_over(call.errand);
    });
    if (done == calls_.end()) {
        return false;
    }
    OpenCall call = std::move(*done);
    calls_.erase(done);
    if (!call.errand.error.empty()) {
        call.answer.status = kHttpServerError;
        call.answer.body = std::move(call.errand.error);
    }
    if (call.answer.status == kHttpOk) {
        count_handled(desk);
        for (ServiceActed& deed : call.errand.deeds) {
            fx.state(std::move(deed));
        }
    } else {
        ++desk.counts.failed;
        ++counts_.failed;
    }
    fx.state(HttpAnswered{start_.setup.name, std::move(call.call.path), call.answer.status,
                          std::move(call.answer.body)});
    return true;
}

/// With nothing left to do, the producer of an instance that closes sends what it holds.
bool ServiceInstance::close_producer(const Env& env, Effects& fx) {
    const bool idle = calls_.empty() && (!consumer_ || consumer_->has_closed());
    if (!closing_ || !idle || !producer_ || closed_producer_) {
        return false;
    }
    closed_producer_ = true;
    producer_->close(env, fx);
    return true;
}

// ---- What is sent

/// Until `act` has done something with an errand; false when it does with none.
template <typename Do>
bool ServiceInstance::any_errand(Do&& act) {
    return (record_ && act(record_->errand)) ||
           std::any_of(calls_.begin(), calls_.end(),
                       [&act](OpenCall& call) { return act(call.errand); });
}

/// Sends one record that waits for none before it; false when there is none.
bool ServiceInstance::send_next(const Env& env, Effects& fx) {
    return any_errand([&](Errand& errand) {
        if (waits(errand) || errand.messages.empty()) {
            return false;
        }
        const OutgoingMessage message = std::move(errand.messages.front());
        errand.messages.erase(errand.messages.begin());
        errand.waits_for = producer_->next_n();
        producer_->produce(message.topic, message.key, message.value, env, fx);
        return true;
    });
}

/// Whether it waits for a record: for its acknowledgement, or for send() to return.
bool ServiceInstance::waits(const Errand& errand) const {
    if (!errand.waits_for || errand.after_acks) {
        return errand.waits_for.has_value();
    }
    const std::optional<BlockedSend>& blocked = producer_->blocked();
    return blocked && *errand.waits_for >= blocked->record.n;
}

bool ServiceInstance::is_over(const Errand& errand) const {
    return errand.messages.empty() && !waits(errand);
}

/// What became of a record that an errand waits for.
void ServiceInstance::note_outcome(const FactBody& fact) {
    const auto settle_records = [this](const std::vector<uint64_t>& ns, const std::string& error,
                                       bool was_sent) {
        any_errand([&](Errand& errand) {
            const auto& n = errand.waits_for;
            const bool waited = n && std::find(ns.begin(), ns.end(), *n) != ns.end();
            if (waited && (errand.after_acks || !was_sent)) {
                errand.waits_for.reset();
                errand.error = error;
                if (!error.empty()) {
                    errand.messages.clear();
                }
            }
            return false;
        });
    };
    if (const auto* acked = std::get_if<BatchAcked>(&fact)) {
        settle_records(acked->ns, {}, true);
    } else if (const auto* failed = std::get_if<BatchFailed>(&fact)) {
        settle_records(failed->ns, failed->message, true);
    } else if (const auto* refused = std::get_if<SendFailed>(&fact)) {
        settle_records({refused->n}, refused->message, false);
    }
}

void digest_into(Digest& d, const ServiceInstance& instance) {
    digest_fields(d, instance.start_, instance.consumer_, instance.producer_, instance.record_,
                  instance.calls_, instance.counts_, instance.closing_, instance.closed_producer_);
}

}  // namespace brokerlab

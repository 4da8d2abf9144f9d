// The states of a broker's life, and when it next talks to the controller.
//
// Kafka runs this on an event queue with one deferred event, "communication", that is set anew by
// whatever happens; here that event is the field next_communication.
#include "sim/broker/lifecycle.h"

#include <algorithm>
#include <utility>

#include "sim/kernel/draw.h"

namespace brokerlab {
namespace {

void schedule(Lifecycle& lifecycle, Duration pause, SimTime now) {
    lifecycle.next_communication =
        std::exchange(lifecycle.communicate_at_once, false) ? now : now + pause;
}

void schedule_after_failure(Lifecycle& lifecycle, const BrokerStart& start,
                            const BrokerConfig& config, const Env& env) {
    const Backoff backoff{100_ms, config.session_timeout, 20'000};
    const RandomBits bits =
        env.draw(DrawPurpose::kHeartbeatJitter, draw_key(start.incarnation, env.now));
    const Duration pause = backoff.after(lifecycle.failed_attempts, bits);
    ++lifecycle.failed_attempts;
    lifecycle.communicate_at_once = false;  // A failure is never followed at once.
    schedule(lifecycle, pause, env.now);
}

RegisteredFeature feature(std::string name, int16_t lowest, int16_t latest) {
    return {std::move(name), lowest, latest};
}

BrokerRegistrationRequest registration(const Lifecycle& lifecycle, const BrokerStart& start,
                                       const Uuid& directory) {
    BrokerRegistrationRequest request;
    request.broker_id = start.id;
    request.cluster_id = start.cluster_id;
    request.incarnation_id = lifecycle.incarnation_id;
    request.listeners.push_back({kBrokerListener, broker_host(start.id), kBrokerPort, 0});
    request.features = {feature("group.version", 0, 1), feature("kraft.version", 0, 1),
                        feature("metadata.version", 7, 25), feature("transaction.version", 0, 2)};
    request.rack = start.rack;
    request.log_dirs = {directory};
    request.previous_broker_epoch = lifecycle.previous_epoch;
    return request;
}

BrokerHeartbeatRequest heartbeat(const Lifecycle& lifecycle, const BrokerStart& start,
                                 Offset published) {
    BrokerHeartbeatRequest request;
    request.broker_id = start.id;
    request.broker_epoch = lifecycle.epoch;
    request.current_metadata_offset = published;
    request.want_fence = !lifecycle.ready_to_unfence;
    request.want_shut_down = lifecycle.state == BrokerState::kPendingControlledShutdown;
    return request;
}

void on_heartbeat_answer(Lifecycle& lifecycle, const BrokerHeartbeatResponse& answer,
                         const BrokerConfig& config, SimTime now, Effects& fx) {
    lifecycle.fenced = answer.is_fenced;
    switch (lifecycle.state) {
        case BrokerState::kStarting:
            if (answer.is_caught_up) {
                change_state(lifecycle, BrokerState::kRecovery, fx);
            }
            // Soon again: with nothing to recover the broker is up the quicker.
            schedule(lifecycle, 10_ms, now);
            return;
        case BrokerState::kRecovery:
            if (!answer.is_fenced) {
                change_state(lifecycle, BrokerState::kRunning, fx);
            }
            schedule(lifecycle, config.heartbeat_interval, now);
            return;
        case BrokerState::kPendingControlledShutdown:
            if (answer.should_shut_down) {
                lifecycle.next_communication = kNever;
                change_state(lifecycle, BrokerState::kShuttingDown, fx);
            } else if (!std::exchange(lifecycle.controlled_shutdown_accepted, true)) {
                schedule(lifecycle, 50_ms, now);
            } else {
                schedule(lifecycle, config.heartbeat_interval, now);
            }
            return;
        case BrokerState::kRunning:
            schedule(lifecycle, config.heartbeat_interval, now);
            return;
        case BrokerState::kNotRunning:
        case BrokerState::kShuttingDown:
            return;
    }
}

}  // namespace

void change_state(Lifecycle& lifecycle, BrokerState to, Effects& fx) {
    if (lifecycle.state != to) {
        fx.state(BrokerStateChanged{std::exchange(lifecycle.state, to), to});
    }
}

void start_lifecycle(Lifecycle& lifecycle, const BrokerStart& start, BrokerEpoch previous_epoch,
                     const BrokerConfig& config, const Env& env, Effects& fx) {
    const UuidWords words = draw_uuid(env.seed, draw_key(env.self),
                                      draw_key(std::string("incarnation"), start.incarnation));
    lifecycle.incarnation_id = {words.high, words.low};
    lifecycle.previous_epoch = previous_epoch;
    lifecycle.started_at = env.now;
    lifecycle.registration_deadline = env.now + config.initial_registration_timeout;
    lifecycle.next_communication = env.now;
    change_state(lifecycle, BrokerState::kStarting, fx);
}

void communicate_if_due(Lifecycle& lifecycle, const BrokerStart& start, const Uuid& directory,
                        Offset published, ControllerChannel& channel, SimTime now) {
    if (lifecycle.next_communication > now) {
        return;
    }
    lifecycle.next_communication = kNever;
    if (lifecycle.awaiting_response) {
        lifecycle.communicate_at_once = true;
        return;
    }
    lifecycle.awaiting_response = true;
    if (lifecycle.registered) {
        channel.enqueue(heartbeat(lifecycle, start, published), 0, now);
    } else {
        channel.enqueue(registration(lifecycle, start, directory), 0, now);
    }
}

void on_lifecycle_answer(Lifecycle& lifecycle, const ControllerAnswer& answer,
                         const BrokerStart& start, const BrokerConfig& config, const Env& env,
                         Effects& fx) {
    lifecycle.awaiting_response = false;
    if (answer.response.has_value()) {
        if (const auto* taken = std::get_if<BrokerRegistrationResponse>(&answer.response->body);
            taken != nullptr && taken->error_code == ErrorCode::kNone) {
            lifecycle.failed_attempts = 0;
            lifecycle.epoch = taken->broker_epoch;
            lifecycle.registered = true;
            lifecycle.registration_deadline = kNever;
            schedule(lifecycle, Duration(), env.now);
            return;
        }
        if (const auto* beat = std::get_if<BrokerHeartbeatResponse>(&answer.response->body);
            beat != nullptr && beat->error_code == ErrorCode::kNone) {
            lifecycle.failed_attempts = 0;
            on_heartbeat_answer(lifecycle, *beat, config, env.now, fx);
            return;
        }
    }
    schedule_after_failure(lifecycle, start, config, env);
}

void set_ready_to_unfence(Lifecycle& lifecycle, SimTime now) {
    lifecycle.ready_to_unfence = true;
    schedule(lifecycle, Duration(), now);
}

void begin_controlled_shutdown(Lifecycle& lifecycle, const Env& env, Effects& fx) {
    if (lifecycle.state == BrokerState::kRunning) {
        change_state(lifecycle, BrokerState::kPendingControlledShutdown, fx);
        lifecycle.shutdown_deadline = env.now + kControlledShutdownTimeout;
        schedule(lifecycle, Duration(), env.now);
    } else if (lifecycle.state != BrokerState::kPendingControlledShutdown) {
        change_state(lifecycle, BrokerState::kShuttingDown, fx);
    }
}

LifecycleEnd lifecycle_end(const Lifecycle& lifecycle, SimTime now) {
    if (lifecycle.state == BrokerState::kShuttingDown || lifecycle.shutdown_deadline <= now) {
        return LifecycleEnd::kShutDown;
    }
    return lifecycle.registration_deadline <= now ? LifecycleEnd::kNotRegistered
                                                  : LifecycleEnd::kNone;
}

SimTime next_lifecycle_deadline(const Lifecycle& lifecycle) {
    return std::min({lifecycle.next_communication, lifecycle.registration_deadline,
                     lifecycle.shutdown_deadline});
}

}  // namespace brokerlab

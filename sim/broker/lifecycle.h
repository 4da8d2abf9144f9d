// Lifecycle: a broker's registration, its heartbeats, and its controlled shutdown.
//
// The broker registers with a fresh incarnation id until the active controller takes it, then sends
// heartbeats: every 10 ms while it starts, then every broker.heartbeat.interval.ms. It asks to be
// unfenced once it has published metadata, and to be let go when it shall stop. One communication
// at a time; what fails is repeated after a growing pause. [core
// server/BrokerLifecycleManager.scala] Not modelled: directories that go offline one by one (the
// lab's brokers have a single one).
#pragma once

#include <cstdint>

#include "sim/broker/broker_config.h"
#include "sim/broker/broker_start.h"
#include "sim/broker/controller_channel.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/env.h"
#include "sim/model/facts.h"
#include "sim/model/ids.h"

namespace brokerlab {

struct Lifecycle {
    BrokerState state = BrokerState::kNotRunning;
    Uuid incarnation_id;
    BrokerEpoch epoch = kNoBrokerEpoch;
    BrokerEpoch previous_epoch = kNoBrokerEpoch;  ///< of a clean stop before this start
    bool registered = false;
    bool ready_to_unfence = false;  ///< the first metadata was published
    bool fenced = true;             ///< as the controller last said
    SimTime started_at;
    SimTime registration_deadline;     ///< without a registration by then the broker gives up
    SimTime next_communication;        ///< of a registration or heartbeat; kNever while one is out
    bool communicate_at_once = false;  ///< the next one follows the answer without a pause
    bool awaiting_response = false;
    uint32_t failed_attempts = 0;
    bool controlled_shutdown_accepted = false;  ///< a heartbeat that asked for it was answered
    SimTime shutdown_deadline = kNever;         ///< controlled shutdown is given up then

    bool operator==(const Lifecycle&) const = default;
};

/// How long an orderly stop waits for the controller [server/Server.scala, KafkaBroker.scala].
inline constexpr Duration kControlledShutdownTimeout = 5_min;

/// Enters STARTING; the first registration is due at once.
void start_lifecycle(Lifecycle& lifecycle, const BrokerStart& start, BrokerEpoch previous_epoch,
                     const BrokerConfig& config, const Env& env, Effects& fx);

/// Queues the registration or heartbeat that is due, if any. `published` is the last offset of the
/// metadata that the broker's parts have seen, `directory` the id of its log directory.
void communicate_if_due(Lifecycle& lifecycle, const BrokerStart& start, const Uuid& directory,
                        Offset published, ControllerChannel& channel, SimTime now);

/// The controller's answer to a registration or heartbeat, or that there was none.
void on_lifecycle_answer(Lifecycle& lifecycle, const ControllerAnswer& answer,
                         const BrokerStart& start, const BrokerConfig& config, const Env& env,
                         Effects& fx);

/// From now on heartbeats ask to be unfenced; the next is due at once.
void set_ready_to_unfence(Lifecycle& lifecycle, SimTime now);

/// Asks the controller to move leaderships away, when running; otherwise the end is there at once.
void begin_controlled_shutdown(Lifecycle& lifecycle, const Env& env, Effects& fx);

/// Whether the process is to end now.
enum class LifecycleEnd : uint8_t {
    kNone,
    kShutDown,       ///< the controller let it go, or did not in time, or was never asked
    kNotRegistered,  ///< initial.broker.registration.timeout.ms passed
};
[[nodiscard]] LifecycleEnd lifecycle_end(const Lifecycle& lifecycle, SimTime now);
[[nodiscard]] SimTime next_lifecycle_deadline(const Lifecycle& lifecycle);

/// Changes the state and says so.
void change_state(Lifecycle& lifecycle, BrokerState to, Effects& fx);

}  // namespace brokerlab

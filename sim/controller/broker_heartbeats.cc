#include "sim/controller/broker_heartbeats.h"

#include <algorithm>
#include <limits>

#include "sim/base/aggregate_digest.h"
#include "sim/base/check.h"

namespace brokerlab {
namespace {

/// A session is good up to and including last contact + time-out, and over a nanosecond later.
SimTime expiry_of(const BrokerHeartbeatState& broker, Duration session_timeout) {
    return broker.last_contact + session_timeout + 1_ns;
}

BrokerControlState after_fenced(const HeartbeatInput& input) {
    if (input.want_shut_down) {
        return BrokerControlState::kShutdownNow;
    }
    const bool is_caught_up = input.metadata_offset >= input.registered_at;
    return !input.want_fence && is_caught_up ? BrokerControlState::kUnfenced
                                             : BrokerControlState::kFenced;
}

BrokerControlState after_unfenced(const HeartbeatInput& input) {
    if (input.want_fence) {
        return input.want_shut_down ? BrokerControlState::kShutdownNow
                                    : BrokerControlState::kFenced;
    }
    if (input.want_shut_down) {
        return input.has_leaderships ? BrokerControlState::kControlledShutdown
                                     : BrokerControlState::kShutdownNow;
    }
    return BrokerControlState::kUnfenced;
}

}  // namespace

void BrokerHeartbeats::register_broker(BrokerId broker, bool fenced, SimTime now) {
    Offset metadata_offset = kNoOffset;
    const BrokerHeartbeatState* known = brokers.find(broker);
    if (known == nullptr) {
        brokers.insert_or_assign(broker, BrokerHeartbeatState{});
    } else if (known->fenced != fenced) {
        metadata_offset = known->metadata_offset;
    }
    touch(broker, fenced, metadata_offset, now);
}

void BrokerHeartbeats::touch(BrokerId broker, bool fenced, Offset metadata_offset, SimTime now) {
    BrokerHeartbeatState& state = brokers.at(broker);
    state.last_contact = now;
    state.metadata_offset = metadata_offset;
    state.fenced = fenced;
    if (fenced) {
        state.controlled_shutdown_offset.reset();
    }
}

void BrokerHeartbeats::fence(BrokerId broker) {
    brokers.at(broker).fenced = true;
}

void BrokerHeartbeats::begin_controlled_shutdown(BrokerId broker, Offset offset) {
    BrokerHeartbeatState& state = brokers.at(broker);
    BL_CHECK(!state.fenced);
    if (!state.controlled_shutdown_offset) {
        state.controlled_shutdown_offset = offset;
    }
}

bool BrokerHeartbeats::has_valid_session(BrokerId broker, Duration session_timeout,
                                         SimTime now) const {
    const BrokerHeartbeatState* state = brokers.find(broker);
    return state != nullptr && !state->fenced && now < expiry_of(*state, session_timeout);
}

SimTime BrokerHeartbeats::next_expiry(Duration session_timeout) const {
    SimTime earliest = kNever;
    for (const auto& [id, state] : brokers) {
        if (!state.fenced) {
            earliest = std::min(earliest, expiry_of(state, session_timeout));
        }
    }
    return earliest;
}

std::optional<BrokerId> BrokerHeartbeats::find_overdue(Duration session_timeout,
                                                       SimTime now) const {
    std::optional<BrokerId> overdue;
    SimTime earliest = kNever;
    for (const auto& [id, state] : brokers) {
        const SimTime expiry = expiry_of(state, session_timeout);
        if (!state.fenced && expiry <= now && expiry < earliest) {
            overdue = id;
            earliest = expiry;
        }
    }
    return overdue;
}

Offset BrokerHeartbeats::lowest_active_offset() const {
    Offset lowest(std::numeric_limits<int64_t>::max());
    for (const auto& [id, state] : brokers) {
        if (!state.fenced && !state.controlled_shutdown_offset) {
            lowest = std::min(lowest, state.metadata_offset);
        }
    }
    return lowest;
}

BrokerControlState BrokerHeartbeats::control_state(BrokerId broker) const {
    const BrokerHeartbeatState& state = brokers.at(broker);
    if (state.controlled_shutdown_offset) {
        return BrokerControlState::kControlledShutdown;
    }
    return state.fenced ? BrokerControlState::kFenced : BrokerControlState::kUnfenced;
}

BrokerControlState BrokerHeartbeats::next_control_state(BrokerId broker,
                                                        const HeartbeatInput& input) const {
    switch (control_state(broker)) {
        case BrokerControlState::kFenced:
            return after_fenced(input);
        case BrokerControlState::kUnfenced:
            return after_unfenced(input);
        case BrokerControlState::kControlledShutdown:
        case BrokerControlState::kShutdownNow:
            break;
    }
    // The others must know that this broker leads nothing before it goes.
    const bool others_know =
        *brokers.at(broker).controlled_shutdown_offset <= lowest_active_offset();
    return !input.has_leaderships && others_know ? BrokerControlState::kShutdownNow
                                                 : BrokerControlState::kControlledShutdown;
}

void digest_into(Digest& d, const BrokerHeartbeats& h) {
    digest_into<BrokerHeartbeats>(d, h);
}

}  // namespace brokerlab

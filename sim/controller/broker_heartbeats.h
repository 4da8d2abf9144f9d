// BrokerHeartbeats: when each broker was last heard of, and what it wants: soft state of the active
// controller, lost with it. [metadata controller/BrokerHeartbeatManager.java]
//
// Whether a broker is fenced, and where a controlled shutdown stands, decides with what the broker
// says in its heartbeat about its next state. Only unfenced brokers have a session that can expire.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// [BrokerControlState.java]
enum class BrokerControlState : uint8_t { kFenced, kUnfenced, kControlledShutdown, kShutdownNow };

struct BrokerHeartbeatState {
    SimTime last_contact;
    Offset metadata_offset = kNoOffset;  ///< the broker's last published
    bool fenced = true;
    /// The metadata offset at which its controlled shutdown was decided; none when it is not in
    /// one.
    std::optional<Offset> controlled_shutdown_offset;

    bool operator==(const BrokerHeartbeatState&) const = default;
};

/// What a broker says in a heartbeat, and what the controller knows of it.
struct HeartbeatInput {
    Offset metadata_offset = kNoOffset;  ///< the last that it has applied
    bool want_fence = false;
    bool want_shut_down = false;
    Offset registered_at = kNoOffset;  ///< of its RegisterBrokerRecord
    /// Whether it leads partitions; asked for only where may_need_leaderships() says so.
    bool has_leaderships = false;
};

struct BrokerHeartbeats {
    FlatMap<BrokerId, BrokerHeartbeatState> brokers;

    /// Takes a broker in, or what a record said of its fencing; that counts as a contact. What it
    /// has applied is unknown again, unless the fencing changed.
    void register_broker(BrokerId broker, bool fenced, SimTime now);
    void remove(BrokerId broker) { brokers.erase(broker); }
    /// A contact of a broker that was registered. One that is fenced leaves its controlled
    /// shutdown.
    void touch(BrokerId broker, bool fenced, Offset metadata_offset, SimTime now);
    /// The session timer of a broker stops.
    void fence(BrokerId broker);
    /// Notes at which offset the controlled shutdown of an unfenced broker was decided; the first
    /// one stays.
    void begin_controlled_shutdown(BrokerId broker, Offset offset);

    /// The broker is unfenced and was heard of within the time-out.
    [[nodiscard]] bool has_valid_session(BrokerId broker, Duration session_timeout,
                                         SimTime now) const;
    /// The first instant at which a session is over; kNever when no broker has one.
    [[nodiscard]] SimTime next_expiry(Duration session_timeout) const;
    /// Of the brokers whose session is over, the one that was silent longest.
    [[nodiscard]] std::optional<BrokerId> find_overdue(Duration session_timeout, SimTime now) const;

    /// What every broker that is neither fenced nor shutting down has applied; the largest offset
    /// there is without any.
    [[nodiscard]] Offset lowest_active_offset() const;
    /// kFenced, kUnfenced or kControlledShutdown.
    [[nodiscard]] BrokerControlState control_state(BrokerId broker) const;
    /// Whether the next state may depend on the broker's leaderships.
    [[nodiscard]] bool may_need_leaderships(BrokerId broker, bool want_shut_down) const {
        return want_shut_down || control_state(broker) == BrokerControlState::kControlledShutdown;
    }
    /// The state after a heartbeat [calculateNextBrokerState].
    [[nodiscard]] BrokerControlState next_control_state(BrokerId broker,
                                                        const HeartbeatInput& input) const;

    bool operator==(const BrokerHeartbeats&) const = default;
};
void digest_into(Digest& d, const BrokerHeartbeats& h);

}  // namespace brokerlab

// Waits, seen from inside: what is gathered from each part of the World, with all that it has to do
// with. explain.h is what others use.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/view/explain.h"

namespace brokerlab {

/// Something that waits.
struct Waiting {
    Wait wait;
    std::vector<Thing> involves;  ///< besides `who`: asking about one of these shows it too
    /// Comes as a matter of course and ends by itself: shown only to who asks about its things.
    bool ordinary = false;
};

/// Who waits longer than this for what usually takes milliseconds is held up.
inline constexpr Duration kHeldUpAfter = 1_s;

/// Produce and Fetch requests in purgatory, ISR changes, followers behind (waits_broker.cc).
void gather_broker_waits(const World& world, std::vector<Waiting>& waits);
/// Brokers that are silent, starting or stopping, elections (waits_controller.cc).
void gather_controller_waits(const World& world, std::vector<Waiting>& waits);
/// Partitions without a leader, or whose leader is gone while nobody can elect another
/// (waits_leader.cc).
void gather_leader_waits(const World& world, std::vector<Waiting>& waits);
/// Producers, consumers and admin (waits_client.cc).
void gather_client_waits(const World& world, std::vector<Waiting>& waits);
/// Consumer groups and their members (waits_group.cc).
void gather_group_waits(const World& world, std::vector<Waiting>& waits);
/// Messages that do not get through (waits_network.cc).
void gather_network_waits(const World& world, std::vector<Waiting>& waits);

// ---- What several of them say

/// The session of a broker at the active controller.
struct Session {
    SimTime last_heartbeat;
    SimTime ends;
    bool silent = false;  ///< heartbeats are overdue
};
/// Nothing for a broker that is fenced or not registered, or while no controller decides.
[[nodiscard]] std::optional<Session> session_of(const World& world, BrokerId broker);

/// When the leader's pass drops the follower from the ISR, if it stays as it is; kNever when its
/// lag never counts.
[[nodiscard]] SimTime leaves_isr_at(const ReplicaManager& leader, const FollowerState& follower);

/// Why nobody can decide anything: "no controller is active: 1 of 3 controllers run, and a majority
/// is 2: controllers 1 and 2 are missing"; empty while one decides (quorum_standing.h).
[[nodiscard]] std::string no_controller(const World& world);
/// The same as no_controller() for one broker, also when the deciding controller is out of its
/// reach; empty when nothing is in the way.
[[nodiscard]] std::string controller_hindrance(const World& world, BrokerId broker);
/// Whether the broker runs and is to end once the controller lets it go.
[[nodiscard]] bool in_controlled_shutdown(const World& world, BrokerId broker);

/// "by 14.000 s".
[[nodiscard]] std::string by_text(const World& world, SimTime at);
[[nodiscard]] std::optional<Duration> shown_deadline(const World& world, SimTime at);
/// Why a broker does nothing: "broker 2 is down"; empty when it runs and is connected.
[[nodiscard]] std::string absence_of(const World& world, BrokerId broker);

}  // namespace brokerlab

// CoordinatorLink: how a member finds its group's coordinator, and the connection that it has for
// it alone.
//
// Any broker is asked who coordinates; what fails is asked again after a back-off, with newer
// metadata. A coordinator whose connection is lost is forgotten at once.
// [AbstractCoordinator.java lookupCoordinator, markCoordinatorUnknown]
#pragma once

#include <cstdint>

#include "sim/model/error_code.h"
#include "sim/model/messages/find_coordinator.h"
#include "sim/network/network_client.h"

namespace brokerlab {

struct MemberTurn;

/// The tag of a FindCoordinator among the requests to brokers.
inline constexpr uint64_t kFindCoordinatorTag = UINT64_MAX;

struct CoordinatorLink {
    NetworkClient client;  ///< its connection is apart from that for fetches
    BrokerId coordinator = kNoBroker;
    bool announced = false;  ///< the connection was up, and the fact is stated
    bool asked = false;      ///< FindCoordinator is on its way
    uint32_t attempts = 0;   ///< in a row that led to no connection
    SimTime retry_at;        ///< no FindCoordinator before
    uint32_t next_serial = 1;

    [[nodiscard]] bool is_known() const { return coordinator != kNoBroker; }
    [[nodiscard]] bool can_send() const {
        return is_known() && client.can_send(node_of(coordinator));
    }
    [[nodiscard]] std::size_t in_flight() const {
        return is_known() ? client.in_flight(node_of(coordinator)) : 0;
    }

    bool operator==(const CoordinatorLink&) const = default;
};

/// Asks for the coordinator unless it is known, asked for, or a back-off lasts.
void find_coordinator(MemberTurn& at);
void on_find_coordinator(MemberTurn& at, const FindCoordinatorResponse& response);
/// The request has no answer.
void on_find_coordinator_failed(MemberTurn& at);

/// The connection to the coordinator is up.
void on_coordinator_connected(MemberTurn& at, const ConnectionId& connection);
/// It is lost; what was in flight fails.
void on_coordinator_connection_lost(MemberTurn& at, const ConnectionId& connection);
/// Gives up what is overdue at the coordinator.
void expire_coordinator(MemberTurn& at);
/// Forgets it, closes the connection and fails what was in flight. `error` is what it answered.
void forget_coordinator(MemberTurn& at, ErrorCode error);

/// When something is to be done that no message brings about.
[[nodiscard]] SimTime next_deadline(const CoordinatorLink& link, SimTime now);

}  // namespace brokerlab

#include "sim/client/coordinator_link.h"

#include <algorithm>
#include <utility>

#include "sim/client/least_loaded_node.h"
#include "sim/client/member_turn.h"

namespace brokerlab {
namespace {

void ask_later(MemberTurn& at) {
    CoordinatorLink& link = at.group.link;
    link.retry_at = at.now() + at.back_off(link.attempts, ApiKey::kFindCoordinator);
    ++link.attempts;
    at.core.metadata.request_update();
}

}  // namespace

void find_coordinator(MemberTurn& at) {
    CoordinatorLink& link = at.group.link;
    if (link.is_known() || link.asked || link.retry_at > at.now()) {
        return;
    }
    const std::optional<NodeId> node =
        least_loaded_node(at.core.metadata.brokers(), at.core.client, at.env);
    if (!node) {
        ask_later(at);
        return;
    }
    if (!at.core.client.ready(*node, at.env, at.fx)) {
        return;
    }
    FindCoordinatorRequest request;
    request.coordinator_keys.push_back(at.group.settings.group);
    at.core.client.send(*node, std::move(request), FindCoordinatorRequest::kVersions.latest,
                        kFindCoordinatorTag, at.env, at.fx);
    link.asked = true;
}

void on_find_coordinator(MemberTurn& at, const FindCoordinatorResponse& response) {
    CoordinatorLink& link = at.group.link;
    link.asked = false;
    if (response.coordinators.size() != 1) {
        ask_later(at);
        return;
    }
    const FindCoordinatorResponse::Coordinator& found = response.coordinators.front();
    if (found.error_code != ErrorCode::kNone) {
        if (is_retriable(found.error_code)) {
            ask_later(at);
        } else {
            fail_member(at, found.error_code, found.error_message.value_or(""));
        }
        return;
    }
    link.coordinator = found.node_id;
    if (auto* classic = std::get_if<ClassicMembership>(&at.group.membership)) {
        classic->timers.session_ends = at.now() + at.group.settings.session_timeout;
    }
    const NodeId node = node_of(found.node_id);
    (void)link.client.ready(node, at.env, at.fx);
    if (link.client.is_backing_off(node, at.now())) {
        forget_coordinator(at, ErrorCode::kNone);
    }
}

void on_find_coordinator_failed(MemberTurn& at) {
    at.group.link.asked = false;
    ask_later(at);
}

void on_coordinator_connected(MemberTurn& at, const ConnectionId& connection) {
    CoordinatorLink& link = at.group.link;
    link.client.on_connected(connection);
    if (link.can_send() && !link.announced) {
        link.announced = true;
        link.attempts = 0;
        at.fx.state(CoordinatorFound{at.group.settings.group, link.coordinator});
    }
}

void on_coordinator_connection_lost(MemberTurn& at, const ConnectionId& connection) {
    const std::vector<FailedRequest> failed =
        at.group.link.client.on_connection_lost(connection, at.env);
    at.core.metadata.request_update();
    forget_coordinator(at, ErrorCode::kNone);
    fail_group_requests(at, failed);
}

void expire_coordinator(MemberTurn& at) {
    CoordinatorLink& link = at.group.link;
    const std::vector<FailedRequest> failed = link.client.expire(at.env, at.fx);
    if (link.is_known()) {
        const NodeConnection* connection =
            link.client.connections().find(node_of(link.coordinator));
        if (connection != nullptr && connection->state == NodeConnection::State::kDisconnected) {
            at.core.metadata.request_update();
            forget_coordinator(at, ErrorCode::kNone);
        }
    }
    fail_group_requests(at, failed);
}

void forget_coordinator(MemberTurn& at, ErrorCode error) {
    CoordinatorLink& link = at.group.link;
    if (!link.is_known()) {
        return;
    }
    const BrokerId lost = std::exchange(link.coordinator, kNoBroker);
    if (link.announced) {
        at.fx.state(CoordinatorLost{at.group.settings.group, lost, error});
        link.announced = false;
    } else {  // It was found and could not be connected.
        ask_later(at);
    }
    const std::vector<FailedRequest> failed = link.client.disconnect(node_of(lost), at.env, at.fx);
    fail_group_requests(at, failed);
    const auto* classic = std::get_if<ClassicMembership>(&at.group.membership);
    if (classic != nullptr && classic->unsent != ClassicMembership::Unsent::kNothing) {
        on_join_failed(at, ErrorCode::kCoordinatorNotAvailable);
    }
}

SimTime next_deadline(const CoordinatorLink& link, SimTime now) {
    SimTime earliest = link.client.next_timeout();
    if (!link.is_known() && !link.asked && link.retry_at > now) {
        earliest = std::min(earliest, link.retry_at);
    }
    return earliest;
}

}  // namespace brokerlab

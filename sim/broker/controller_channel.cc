// The queue behind a ControllerChannel and its one request in flight.
//
// The body of the request in flight is kept, as Kafka keeps its queue item, because it may have to
// be sent again.
#include "sim/broker/controller_channel.h"

#include <algorithm>
#include <utility>

#include "sim/base/aggregate_digest.h"
#include "sim/base/check.h"

namespace brokerlab {
namespace {

NetworkClientConfig channel_config(std::string client_id, Duration request_timeout) {
    NetworkClientConfig config;
    config.client_id = std::move(client_id);
    config.request_timeout = request_timeout;
    config.reconnect_backoff = 50_ms;
    config.reconnect_backoff_max = 50_ms;
    config.max_in_flight = 1;
    return config;
}

template <class Body>
bool says_not_controller(const ResponseBody& response) {
    const Body* body = std::get_if<Body>(&response);
    return body != nullptr && body->error_code == ErrorCode::kNotController;
}

bool is_not_controller(const ResponseBody& body) {
    return says_not_controller<BrokerRegistrationResponse>(body) ||
           says_not_controller<BrokerHeartbeatResponse>(body) ||
           says_not_controller<AlterPartitionResponse>(body) ||
           says_not_controller<EnvelopeResponse>(body) ||
           says_not_controller<AllocateProducerIdsResponse>(body);
}

ApiKey api_of(const ControllerRequest& request) {
    return std::visit([](const auto& body) { return std::decay_t<decltype(body)>::kApiKey; },
                      request);
}

}  // namespace

ControllerChannel::ControllerChannel(std::string client_id, Duration request_timeout,
                                     Duration retry_timeout)
    : client_(channel_config(std::move(client_id), std::min(request_timeout, retry_timeout))),
      retry_timeout_(retry_timeout) {}

void ControllerChannel::enqueue(ControllerRequest body, uint64_t tag, SimTime now) {
    queue_.push_back({std::move(body), tag, now});
}

void ControllerChannel::pump(std::optional<BrokerId> leader, const Env& env, Effects& fx) {
    if (in_flight_.has_value() || queue_.empty()) {
        return;
    }
    // An attempt that failed lets go of the controller: the quorum may have found another.
    if (!controller_.has_value() || client_.is_backing_off(node_of(*controller_), env.now)) {
        controller_ = leader;
    }
    if (!controller_.has_value()) {
        return;
    }
    const NodeId node = node_of(*controller_);
    if (!client_.ready(node, env, fx)) {
        return;
    }
    in_flight_ = std::move(queue_.front());
    queue_.erase(queue_.begin());
    const uint64_t tag = in_flight_->tag;
    std::visit(
        [&](const auto& body) {
            using Body = std::decay_t<decltype(body)>;
            client_.send(node, body, Body::kVersions.latest, tag, env, fx);
        },
        in_flight_->body);
}

bool ControllerChannel::owns(const ConnectionId& connection) const {
    return client_.owns(connection);
}

void ControllerChannel::on_connected(const ConnectionId& connection) {
    client_.on_connected(connection);
}

void ControllerChannel::take_back() {
    controller_.reset();
    if (in_flight_.has_value()) {
        queue_.insert(queue_.begin(), *std::exchange(in_flight_, std::nullopt));
    }
}

void ControllerChannel::on_connection_lost(const ConnectionId& connection, const Env& env) {
    const bool was_waiting = !client_.on_connection_lost(connection, env).empty();
    if (was_waiting) {
        take_back();
    } else if (!in_flight_.has_value()) {
        controller_.reset();
    }
}

std::optional<ControllerAnswer> ControllerChannel::on_response(Response response, const Env& env,
                                                               Effects& fx) {
    if (!client_.on_response(response).has_value()) {
        return std::nullopt;
    }
    BL_CHECK(in_flight_.has_value());
    if (is_not_controller(response.body)) {
        client_.disconnect(response.connection.peer, env, fx);
        take_back();
        return std::nullopt;
    }
    const ControllerQueueItem item = *std::exchange(in_flight_, std::nullopt);
    return ControllerAnswer{api_of(item.body), item.tag, std::move(response)};
}

std::vector<ControllerAnswer> ControllerChannel::on_timer(const Env& env, Effects& fx) {
    if (!client_.expire(env, fx).empty()) {
        take_back();
    }
    std::vector<ControllerAnswer> given_up;
    for (const ControllerQueueItem& item : queue_) {
        if (item.since + retry_timeout_ <= env.now) {
            given_up.push_back({api_of(item.body), item.tag, std::nullopt});
        }
    }
    if (!given_up.empty()) {
        std::erase_if(queue_, [&](const ControllerQueueItem& item) {
            return item.since + retry_timeout_ <= env.now;
        });
    }
    return given_up;
}

SimTime ControllerChannel::next_deadline() const {
    SimTime next = client_.next_timeout();
    for (const ControllerQueueItem& item : queue_) {
        next = std::min(next, item.since + retry_timeout_);
    }
    if (!in_flight_.has_value() && !queue_.empty() && controller_.has_value()) {
        next = std::min(next, client_.next_retry(node_of(*controller_)));
    }
    return next;
}

void digest_into(Digest& d, const ControllerChannel& channel) {
    digest_fields(d, channel.client_, channel.retry_timeout_, channel.controller_, channel.queue_,
                  channel.in_flight_);
}

}  // namespace brokerlab

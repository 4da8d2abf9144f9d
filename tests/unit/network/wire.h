// Wire: a network for tests that schedules what it returns and runs it in order, as step does.
//
// Requests carry a number in their correlation id; what reached processes is a log of lines such as
// "2 ms broker 2 request 7".
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/network/network.h"

namespace brokerlab {

inline constexpr NodeId kOne{NodeKind::kBroker, 1};
inline constexpr NodeId kTwo{NodeKind::kBroker, 2};
inline constexpr NodeId kThree{NodeKind::kBroker, 3};

struct Wire {
    explicit Wire(NetworkSetup setup = {}, Seed seed = Seed(1)) : network(setup, seed) {}

    Network network;
    SimTime now;
    std::map<std::pair<SimTime, uint64_t>, Arrival> queue;
    uint64_t scheduled = 0;
    std::vector<std::string> log;
    std::vector<Delivery> delivered;
    bool server_answers = false;  ///< each request is answered as soon as it is read

    void take(std::vector<Arrival>& arrivals) {
        for (const Arrival& arrival : arrivals) {
            queue.emplace(std::pair(arrival.at, ++scheduled), arrival);
        }
        arrivals.clear();
    }
    template <class Action>
    void act(NodeId from, Action action) {
        std::vector<NetworkAction> actions;
        actions.emplace_back(std::move(action));
        std::vector<Arrival> arrivals;
        network.carry_out(actions, from, now, EventSequence(1), arrivals);
        take(arrivals);
    }
    ConnectionId open(NodeId from, NodeId to) {
        const ConnectionId id{from, to, network.connections_opened(from) + 1};
        act(from, OpenConnection{id});
        return id;
    }
    /// Opened and accepted.
    ConnectionId connect(NodeId from, NodeId to) {
        const ConnectionId id = open(from, to);
        run_for(2_ms);
        log.clear();
        return id;
    }
    void request(const ConnectionId& id, int32_t number) {
        act(id.opener, make_request(id, 0, CorrelationId(number), "test", HeartbeatRequest{}));
    }
    void respond(const ConnectionId& id, int32_t number) {
        const Request asked =
            make_request(id, 0, CorrelationId(number), "test", HeartbeatRequest{});
        act(id.peer, make_response(asked, HeartbeatResponse{}));
    }
    void set_presence(NodeId node, NodePresence presence) {
        std::vector<Arrival> arrivals;
        network.set_presence(node, presence, now, EventSequence(1), arrivals);
        take(arrivals);
    }
    void cut(NodeId from, NodeId to, bool is_cut = true) {
        network.set_link(from, to, {is_cut, Duration(), 0});
    }

    /// Runs all that is due before or at the end of that time.
    void run_for(Duration time) { run_until(now + time); }
    void run_until(SimTime end) {
        while (!queue.empty() && queue.begin()->first.first <= end) {
            const Arrival arrival = queue.begin()->second;
            queue.erase(queue.begin());
            now = arrival.at;
            std::vector<Arrival> arrivals;
            std::optional<Delivery> delivery =
                network.deliver(arrival.slot, now, EventSequence(2), arrivals);
            take(arrivals);
            if (delivery) {
                note(*delivery);
                delivered.push_back(std::move(*delivery));
            }
        }
        now = end;
    }

    [[nodiscard]] std::vector<std::string> take_log() { return std::exchange(log, {}); }

private:
    void note(const Delivery& delivery) {
        std::string what = delivery.kind == Delivery::Kind::kConnected ? "connected" : "lost";
        if (const auto* request = std::get_if<Request>(&delivery.body)) {
            what = fmt::format("request {}", request->header.correlation_id.value);
        } else if (const auto* response = std::get_if<Response>(&delivery.body)) {
            what = fmt::format("response {}", response->request_header.correlation_id.value);
        }
        log.push_back(
            fmt::format("{} broker {} {}", to_string(Duration(now.ns)), delivery.to.number, what));
        if (const auto* request = std::get_if<Request>(&delivery.body);
            request != nullptr && server_answers) {
            respond(delivery.connection, request->header.correlation_id.value);
        }
    }
};

}  // namespace brokerlab

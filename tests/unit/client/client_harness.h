// ClientHarness: runs one client against brokers that a test plays: connections, messages of 1 ms,
// timers.
//
// A test gives `serve`, which answers a request, now or later, or not at all.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "sim/model/env.h"

namespace brokerlab {

template <class Client>
class ClientHarness {
public:
    template <class Make>
    void start(Make make) {
        with_client([&](const Env& env, Effects& fx) { client_ = make(env, fx); });
    }
    [[nodiscard]] Client& client() { return *client_; }

    template <class Action>
    void with_client(Action action) {
        const Env env{now, Seed(4), kSelf, RuleSet()};
        Effects fx(kSelf, opened_);
        action(env, fx);
        opened_ = fx.connections_opened();
        for (FactBody& fact : fx.facts()) {
            facts_.push_back(std::move(fact));
        }
        for (NetworkAction& act : fx.actions()) {
            if (const auto* open = std::get_if<OpenConnection>(&act)) {
                accept(open->connection);
            } else if (const auto* close = std::get_if<CloseConnection>(&act)) {
                open_.erase(close->connection);
            } else if (auto* request = std::get_if<Request>(&act)) {
                after(1_ms, [this, r = std::move(*request)] {
                    if (open_.contains(r.connection) && !is_stopped(r.connection)) {
                        requests.push_back(r);
                        serve(r);
                    }
                });
            }
        }
    }

    void run_for(Duration d) {
        const SimTime end = now + d;
        while (true) {
            const SimTime message = events_.empty() ? kNever : events_.begin()->first;
            const SimTime timer = client_->next_deadline();
            if (std::min(message, timer) > end) {
                break;
            }
            ASSERT_GE(timer, now);
            ASSERT_LT(++steps, 1'000'000U) << "the client spins";
            if (message <= timer) {
                now = message;
                const auto what = std::move(events_.begin()->second);
                events_.erase(events_.begin());
                what();
            } else {
                now = timer;
                with_client([this](const Env& env, Effects& fx) { client_->on_timer(env, fx); });
                ASSERT_GT(client_->next_deadline(), now);
            }
        }
        now = end;
    }

    template <class Body>
    void answer(const Request& request, Body body, Duration later = Duration()) {
        after(later + 1_ms, [this, response = make_response(request, std::move(body))] {
            if (open_.contains(response.connection)) {
                with_client(
                    [&](const Env& env, Effects& fx) { client_->on_response(response, env, fx); });
            }
        });
    }
    void lose(const ConnectionId& connection) {
        if (open_.erase(connection) > 0) {
            with_client([&](const Env& env, Effects& fx) {
                client_->on_connection_lost(connection, env, fx);
            });
        }
    }
    void stop_broker(int32_t id) {
        stopped_.insert(id);
        for (const ConnectionId& connection : std::set<ConnectionId>(open_)) {
            if (connection.peer.number == id) {
                lose(connection);
            }
        }
    }
    void start_broker(int32_t id) { stopped_.erase(id); }

    template <class Body>
    [[nodiscard]] std::vector<Body> facts() const {
        std::vector<Body> found;
        for (const FactBody& fact : facts_) {
            if (const Body* body = std::get_if<Body>(&fact)) {
                found.push_back(*body);
            }
        }
        return found;
    }
    /// The requests of a kind that reached a broker, in order.
    template <class Body>
    [[nodiscard]] std::vector<Body> received() const {
        std::vector<Body> found;
        for (const Request& request : requests) {
            if (const Body* body = std::get_if<Body>(&request.body)) {
                found.push_back(*body);
            }
        }
        return found;
    }
    [[nodiscard]] std::size_t open_connections() const { return open_.size(); }

    void after(Duration d, std::function<void()> what) {
        events_.emplace(now + d, std::move(what));
    }

    SimTime now;
    std::function<void(const Request&)> serve;
    std::vector<Request> requests;
    uint64_t steps = 0;

private:
    static constexpr NodeId kSelf{NodeKind::kClient, 1};

    [[nodiscard]] bool is_stopped(const ConnectionId& connection) const {
        return stopped_.contains(connection.peer.number);
    }
    void accept(const ConnectionId& connection) {
        open_.insert(connection);
        after(2_ms, [this, connection] {
            if (is_stopped(connection)) {
                lose(connection);
            } else if (open_.contains(connection)) {
                with_client([&](const Env& env, Effects& fx) {
                    client_->on_connected(connection, env, fx);
                });
            }
        });
    }

    std::unique_ptr<Client> client_;
    std::multimap<SimTime, std::function<void()>> events_;
    std::set<ConnectionId> open_;
    std::set<int32_t> stopped_;
    std::vector<FactBody> facts_;
    uint32_t opened_ = 0;
};

}  // namespace brokerlab

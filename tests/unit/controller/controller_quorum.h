// ControllerQuorum: controllers on a plain network of one millisecond, for tests that ask them as a
// broker would and look at what they answer and state.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/check.h"
#include "sim/controller/controller.h"

namespace brokerlab {

class ControllerQuorum {
public:
    explicit ControllerQuorum(int32_t controllers,
                              const std::vector<std::pair<std::string, std::string>>& config = {}) {
        for (const auto& [key, value] : config) {
            BL_CHECK(!config_.set(key, value));
        }
        for (int32_t n = 1; n <= controllers; ++n) {
            voters_.push_back(node_id_of({NodeKind::kController, n}));
        }
        for (int32_t n = 1; n <= controllers; ++n) {
            start(n, new_raft_disk(now_));
        }
    }

    [[nodiscard]] SimTime now() const { return now_; }
    [[nodiscard]] ControllerNode& at(int32_t n) { return nodes_.at(n); }
    /// The number of the controller that is active in the latest epoch; 0 for none.
    [[nodiscard]] int32_t active() const {
        int32_t found = 0;
        for (const auto& [n, node] : nodes_) {
            if (node.is_active() &&
                (found == 0 || *node.active_epoch() > *nodes_.at(found).active_epoch())) {
                found = n;
            }
        }
        return found;
    }
    [[nodiscard]] const std::vector<std::pair<int32_t, FactBody>>& facts() const { return facts_; }
    template <class Body>
    [[nodiscard]] std::vector<Body> facts_of() const {
        std::vector<Body> found;
        for (const auto& [n, fact] : facts_) {
            if (const auto* body = std::get_if<Body>(&fact)) {
                found.push_back(*body);
            }
        }
        return found;
    }

    /// No controller reaches `n` and `n` reaches none; brokers still do.
    void cut(int32_t n) { cut_ = n; }
    void heal() { cut_ = 0; }
    void kill(int32_t n) { nodes_.erase(n); }
    void start(int32_t n, RaftDisk disk) {
        ControllerStart start;
        start.number = n;
        start.config = config_;
        start.voters = voters_;
        start.cluster_id = "the-cluster";
        Effects fx = effects(n);
        nodes_.insert_or_assign(n, ControllerNode(start, std::move(disk), env(n), fx));
        carry_out(n, fx);
    }

    void run_for(Duration time) { run_until(now_ + time); }
    void run_until(SimTime end) {
        for (;;) {
            SimTime next = mail_.empty() ? kNever : mail_.begin()->first;
            for (const auto& [n, node] : nodes_) {
                next = std::min(next, node.next_deadline());
            }
            if (next > end) {
                now_ = end;
                return;
            }
            now_ = std::max(now_, next);
            step();
        }
    }
    bool run_until_active(Duration at_most = 10_s) {
        const SimTime end = now_ + at_most;
        while (active() == 0 && now_ < end) {
            run_for(1_ms);
        }
        return active() != 0;
    }

    /// Sends a request of broker 1 to controller `n`, here and now, on a connection of its own.
    /// answer() has the response once there is one.
    template <class Body>
    ConnectionId ask(int32_t n, Body body) {
        const ConnectionId connection{{NodeKind::kBroker, 1}, {NodeKind::kController, n}, ++asked_};
        Effects fx = effects(n);
        nodes_.at(n).on_request(make_request(connection, Body::kVersions.latest, CorrelationId(7),
                                             "broker-1", std::move(body)),
                                env(n), fx);
        carry_out(n, fx);
        return connection;
    }
    template <class Body>
    [[nodiscard]] std::optional<Body> answer(const ConnectionId& connection) const {
        const auto found = answers_.find(connection);
        return found == answers_.end() ? std::nullopt
                                       : std::optional(std::get<Body>(found->second));
    }
    [[nodiscard]] bool was_closed(const ConnectionId& connection) const {
        return std::find(closed_.begin(), closed_.end(), connection) != closed_.end();
    }
    /// Asks, and runs until there is an answer.
    template <class Answer, class Body>
    Answer ask_and_wait(int32_t n, Body body) {
        const ConnectionId connection = ask(n, std::move(body));
        for (int i = 0; i < 5000 && !answer<Answer>(connection); ++i) {
            run_for(1_ms);
        }
        return answer<Answer>(connection).value();
    }

private:
    struct Connected {
        ConnectionId connection;
    };
    struct Refused {
        ConnectionId connection;
    };
    using Mail = std::variant<Connected, Refused, Request, Response>;

    [[nodiscard]] Env env(int32_t n) const {
        return {now_, Seed(1), {NodeKind::kController, n}, RuleSet{}};
    }
    Effects effects(int32_t n) { return {{NodeKind::kController, n}, opened_[n]}; }
    [[nodiscard]] bool is_cut(const ConnectionId& c) const {
        return c.opener.number != c.peer.number &&
               (c.opener.number == cut_ || c.peer.number == cut_);
    }

    void step() {
        if (!mail_.empty() && mail_.begin()->first <= now_) {
            const Mail mail = std::move(mail_.begin()->second);
            mail_.erase(mail_.begin());
            deliver(mail);
            return;
        }
        for (auto& [n, node] : nodes_) {
            if (node.next_deadline() <= now_) {
                Effects fx = effects(n);
                node.on_timer(env(n), fx);
                BL_CHECK(node.next_deadline() > now_);
                carry_out(n, fx);
                return;
            }
        }
    }
    template <class Handle>
    void at_node(NodeId node, Handle handle) {
        const auto found = nodes_.find(node.number);
        if (node.kind != NodeKind::kController || found == nodes_.end()) {
            return;
        }
        Effects fx = effects(node.number);
        handle(found->second, env(node.number), fx);
        carry_out(node.number, fx);
    }
    void deliver(const Mail& mail) {
        if (const auto* connected = std::get_if<Connected>(&mail)) {
            const ConnectionId& c = connected->connection;
            if (!is_cut(c)) {
                at_node(c.opener, [&](ControllerNode& node, const Env& env, Effects& fx) {
                    node.on_connected(c, env, fx);
                });
            }
        } else if (const auto* refused = std::get_if<Refused>(&mail)) {
            const ConnectionId& c = refused->connection;
            at_node(c.opener, [&](ControllerNode& node, const Env& env, Effects& fx) {
                node.on_connection_lost(c, env, fx);
            });
        } else if (const auto* request = std::get_if<Request>(&mail)) {
            if (!is_cut(request->connection)) {
                at_node(request->connection.peer,
                        [&](ControllerNode& node, const Env& env, Effects& fx) {
                            node.on_request(*request, env, fx);
                        });
            }
        } else if (const auto* response = std::get_if<Response>(&mail)) {
            if (!is_cut(response->connection)) {
                at_node(response->connection.opener,
                        [&](ControllerNode& node, const Env& env, Effects& fx) {
                            node.on_response(*response, env, fx);
                        });
            }
        }
    }
    void carry_out(int32_t n, Effects& fx) {
        opened_[n] = fx.connections_opened();
        for (FactBody& fact : fx.facts()) {
            facts_.emplace_back(n, std::move(fact));
        }
        for (NetworkAction& action : fx.actions()) {
            if (const auto* open = std::get_if<OpenConnection>(&action)) {
                const ConnectionId& c = open->connection;
                const bool is_there = nodes_.count(c.peer.number) == 1;
                mail_.emplace(now_ + 2_ms, is_there ? Mail(Connected{c}) : Mail(Refused{c}));
            } else if (auto* request = std::get_if<Request>(&action)) {
                mail_.emplace(now_ + 1_ms, std::move(*request));
            } else if (auto* response = std::get_if<Response>(&action)) {
                if (response->connection.opener.kind == NodeKind::kBroker) {
                    answers_.insert_or_assign(response->connection, std::move(response->body));
                } else {
                    mail_.emplace(now_ + 1_ms, std::move(*response));
                }
            } else if (const auto* close = std::get_if<CloseConnection>(&action)) {
                closed_.push_back(close->connection);
            }
        }
    }

    SimTime now_;
    ConfigMap config_;
    std::vector<BrokerId> voters_;
    std::map<int32_t, ControllerNode> nodes_;
    std::map<int32_t, uint32_t> opened_;
    std::multimap<SimTime, Mail> mail_;
    std::vector<std::pair<int32_t, FactBody>> facts_;
    std::map<ConnectionId, ResponseBody> answers_;
    std::vector<ConnectionId> closed_;
    uint32_t asked_ = 0;
    int32_t cut_ = 0;
};

/// The registration of a broker's first incarnation.
[[nodiscard]] inline BrokerRegistrationRequest registration_of(int32_t broker) {
    BrokerRegistrationRequest request;
    request.broker_id = BrokerId(broker);
    request.cluster_id = "the-cluster";
    request.incarnation_id = Uuid{77, static_cast<uint64_t>(broker)};
    request.rack = std::nullopt;
    request.log_dirs = {Uuid{500, static_cast<uint64_t>(broker)}};
    return request;
}

[[nodiscard]] inline CreateTopicsRequest creation_of(std::string topic, int32_t partitions,
                                                     int16_t replication_factor) {
    CreateTopicsRequest request;
    request.topics.push_back({std::move(topic), partitions, replication_factor, {}, {}});
    return request;
}

}  // namespace brokerlab

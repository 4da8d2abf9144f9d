// ShellBench: one broker, and an active controller made by hand that a test can bend.
//
// The controller is quorum leader 3001 in epoch 1: everything in its log is committed, it answers
// fetches of the log, registrations, heartbeats and requests for producer ids, and hands envelopes
// to the test. Messages take no time; the clock moves from one deadline of the broker to the next.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "sim/broker/broker.h"
#include "sim/log/record.h"

namespace brokerlab {

inline constexpr NodeId kBroker1{NodeKind::kBroker, 1};
inline constexpr NodeId kController1{NodeKind::kController, 1};
inline constexpr NodeId kClient1{NodeKind::kClient, 1};

/// A request that reached the controller.
struct Seen {
    SimTime at;
    Request request;
};

class ShellBench {
public:
    explicit ShellBench(ConfigMap config = ConfigMap(),
                        std::optional<BrokerDisk> disk = std::nullopt);

    void run_until(SimTime until);
    void run_for(Duration span) { run_until(now_ + span); }
    /// Until the broker is RUNNING.
    void start();

    [[nodiscard]] SimTime now() const { return now_; }
    [[nodiscard]] const BrokerNode& broker() const { return *broker_; }
    [[nodiscard]] BrokerState state() const { return broker_->lifecycle().state; }
    [[nodiscard]] BrokerDisk take_disk() { return std::move(*broker_).take_disk(); }
    void begin_shutdown();
    void fail_disk();
    void set_disk_delay(Duration delay) { broker_->set_disk_delay(delay); }

    /// Sends a request over connection `ordinal` of client 1; the answer, if there is one at once.
    template <class Body>
    std::optional<Response> ask(Body body, uint32_t ordinal = 1) {
        const std::size_t answered = responses.size();
        const ConnectionId connection{kClient1, kBroker1, ordinal};
        deliver_request(make_request(connection, Body::kVersions.latest,
                                     CorrelationId(++correlation_), "client", std::move(body)));
        return responses.size() > answered ? std::optional(responses.back()) : std::nullopt;
    }
    template <class Body, class Asked>
    Body answer(Asked asked) {
        const std::optional<Response> response = ask(std::move(asked));
        return response.has_value() ? std::get<Body>(response->body) : Body{};
    }

    /// Writes a record to the metadata log, committed at once.
    Offset commit(const MetadataRecord& record);
    /// Breaks all connections between broker and controller.
    void reset_connections();

    template <class Body>
    [[nodiscard]] std::vector<std::pair<SimTime, Body>> seen() const {
        std::vector<std::pair<SimTime, Body>> found;
        for (const Seen& s : requests) {
            if (const Body* body = std::get_if<Body>(&s.request.body)) {
                found.emplace_back(s.at, *body);
            }
        }
        return found;
    }
    template <class Fact>
    [[nodiscard]] std::vector<Fact> stated() const {
        std::vector<Fact> found;
        for (const FactBody& body : facts) {
            if (const Fact* fact = std::get_if<Fact>(&body)) {
                found.push_back(*fact);
            }
        }
        return found;
    }
    [[nodiscard]] bool closed(uint32_t ordinal) const;

    // How the controller behaves.
    bool listens = true;              ///< false: connections are refused
    bool leads = true;                ///< false: NOT_CONTROLLER to everything but fetches
    bool lets_go = true;              ///< shouldShutDown
    uint32_t duplicate_refusals = 0;  ///< registrations refused as duplicates
    /// Answers an envelope; none leaves it unanswered.
    std::function<std::optional<EnvelopeResponse>(const EnvelopeRequest&)> on_envelope;

    std::vector<Seen> requests;       ///< to the controller, without fetches
    std::vector<Response> responses;  ///< to clients
    std::vector<ConnectionId> closed_connections;
    std::vector<FactBody> facts;

private:
    void with_broker(const std::function<void(Env, Effects&)>& call);
    void deliver_request(Request request);
    void carry_out();
    void on_controller_request(Request request);
    std::optional<ResponseBody> answer_of(const Request& request);
    void answer_fetches(bool overdue);
    void append(BatchBuilder builder);

    std::optional<BrokerNode> broker_;
    SimTime now_;
    uint32_t opened_ = 0;
    int32_t correlation_ = 0;
    std::vector<NetworkAction> outbox_;
    std::vector<ConnectionId> open_;
    std::vector<Seen> fetches_;  ///< that wait for records
    std::vector<std::pair<Offset, BatchRef>> log_;
    Offset log_end_{0};
    bool unfenced_ = false;
    int64_t next_producer_id_ = 0;
};

}  // namespace brokerlab

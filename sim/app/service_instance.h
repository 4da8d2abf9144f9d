// ServiceInstance: one process of an order service: its HTTP entry, its consumer in the service's
// group and its producer, as far as its handler needs them.
//
// A record is acted on when its processing time is over, before its offset can be committed; a call
// when its own time is over. Then deeds are done, the database is changed and records are sent, all
// at one instant. A call is answered when its send() has returned, or, where the handler waits for
// it, when the records are acknowledged; a crash leaves it without an answer. Each call has a
// thread of its own.
//
// Not modelled: time for HTTP itself and for the database; transactions across it and Kafka.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/app/handler.h"
#include "sim/client/consumer.h"
#include "sim/client/producer.h"
#include "sim/model/business.h"
#include "sim/model/env.h"
#include "sim/model/setup.h"

namespace brokerlab {

struct ServiceStart {
    ServiceSetup setup;
    std::string name;                 ///< of the instance, and its client.id
    uint32_t number = 0;              ///< the lab's number of its producer
    std::vector<BrokerId> bootstrap;  ///< sorted
    SimTime time_zero;
    uint64_t first_n = 1;      ///< a restarted producer's n goes on
    uint64_t incarnation = 1;  ///< counts the starts of this instance: keys its draws

    bool operator==(const ServiceStart&) const = default;
};

/// What the instances of a service share, and what outlives them; lives no longer than a call.
struct ServiceDesk {
    Database& database;
    ServiceCounts& counts;
};

/// A call that is not answered yet.
struct OpenCall {
    HttpCall call;
    SimTime due;  ///< when the handler acts; what follows is set then
    bool handled = false;
    HttpAnswer answer;
    std::vector<ServiceActed> deeds;
    std::vector<uint64_t> waits_for;  ///< its records, by their n

    bool operator==(const OpenCall&) const = default;
};

class ServiceInstance {
public:
    /// The setup names a handler that is there, with what it needs.
    ServiceInstance(const ServiceStart& start, const Env& env, Effects& fx);

    void on_response(const Response& response, const ServiceDesk& desk, const Env& env,
                     Effects& fx);
    void on_connected(const ConnectionId& connection, const ServiceDesk& desk, const Env& env,
                      Effects& fx);
    void on_connection_lost(const ConnectionId& connection, const ServiceDesk& desk, const Env& env,
                            Effects& fx);
    void on_timer(const ServiceDesk& desk, const Env& env, Effects& fx);
    [[nodiscard]] SimTime next_deadline() const;

    /// A call of its HTTP entry.
    void post(HttpCall call, const ServiceDesk& desk, const Env& env, Effects& fx);
    /// Ends in order: the consumer works off what poll() returned and leaves, open calls are
    /// answered, then the producer sends what it holds.
    void close(const ServiceDesk& desk, const Env& env, Effects& fx);
    [[nodiscard]] bool has_closed() const;

    [[nodiscard]] const ServiceStart& start() const { return start_; }
    /// For views; nothing where the handler needs none.
    [[nodiscard]] const std::optional<ConsumerClient>& consumer() const { return consumer_; }
    [[nodiscard]] const std::optional<ProducerClient>& producer() const { return producer_; }
    [[nodiscard]] const std::vector<OpenCall>& open_calls() const { return calls_; }

    bool operator==(const ServiceInstance&) const = default;
    friend void digest_into(Digest& d, const ServiceInstance& instance);

private:
    void settle(const ServiceDesk& desk, const Env& env, Effects& fx);
    bool handle_record(const ServiceDesk& desk, const Env& env, Effects& fx);
    bool handle_call(const ServiceDesk& desk, const Env& env, Effects& fx);
    bool answer_call(const ServiceDesk& desk, Effects& fx);
    void note_outcome(const FactBody& fact);
    [[nodiscard]] uint64_t send(const OutgoingMessage& message, const Env& env, Effects& fx);
    [[nodiscard]] bool has_returned(uint64_t n) const;
    [[nodiscard]] bool owns_consumer(const ConnectionId& connection) const;
    [[nodiscard]] bool owns_producer(const ConnectionId& connection) const;

    ServiceStart start_;
    std::optional<ConsumerClient> consumer_;
    std::optional<ProducerClient> producer_;
    std::vector<OpenCall> calls_;  ///< in the order of their coming
    bool closing_ = false;
};

}  // namespace brokerlab

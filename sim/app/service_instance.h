// ServiceInstance: one process of an order service: its HTTP entry, its consumer in the service's
// group and its producer, as far as its handler needs them.
//
// A record is acted on when its processing time is over, before its offset can be committed; a call
// when its own time is over. The database is changed then; what the handler sends goes one record
// after the other, and its deeds are done when all is sent. A handler of records waits for each
// acknowledgement (send().get()), and the consumer with it; one of calls does, or only until its
// send() has returned. A crash leaves a call without an answer. Each call has a thread of its own.
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

/// What a handler has begun and not brought to its end.
struct Errand {
    std::vector<ServiceActed> deeds;        ///< done when all is sent
    std::vector<OutgoingMessage> messages;  ///< not sent yet: each waits for the one before it
    std::optional<uint64_t> waits_for;      ///< the record sent last, by its n
    bool after_acks = true;                 ///< waits for acknowledgements, else for send()
    std::string error;  ///< Kafka's, when a record could not be sent; the others are not

    bool operator==(const Errand&) const = default;
};

/// The record whose handler waits for what it sent.
struct OpenRecord {
    RecordPlace place;
    Errand errand;

    bool operator==(const OpenRecord&) const = default;
};

/// A call that is not answered yet.
struct OpenCall {
    HttpCall call;
    SimTime due;  ///< when the handler acts; what follows is set then
    bool handled = false;
    HttpAnswer answer;
    Errand errand;

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
    [[nodiscard]] const std::optional<OpenRecord>& open_record() const { return record_; }
    /// What it did since its start: kept in its memory, so that a crash forgets it.
    [[nodiscard]] const ServiceCounts& counts() const { return counts_; }

    bool operator==(const ServiceInstance&) const = default;
    friend void digest_into(Digest& d, const ServiceInstance& instance);

private:
    void settle(const ServiceDesk& desk, const Env& env, Effects& fx);
    bool handle_record(const ServiceDesk& desk, const Env& env, Effects& fx);
    bool handle_call(const ServiceDesk& desk, const Env& env);
    bool end_record(const ServiceDesk& desk, const Env& env, Effects& fx);
    bool answer_call(const ServiceDesk& desk, Effects& fx);
    bool send_next(const Env& env, Effects& fx);
    bool close_producer(const Env& env, Effects& fx);
    void count_handled(const ServiceDesk& desk);
    void fail_record(const RecordPlace& place, std::string reason, const Env& env, Effects& fx);
    void note_outcome(const FactBody& fact);
    template <typename Do>
    bool any_errand(Do&& act);
    [[nodiscard]] bool waits(const Errand& errand) const;
    [[nodiscard]] bool is_over(const Errand& errand) const;
    [[nodiscard]] bool owns_consumer(const ConnectionId& connection) const;
    [[nodiscard]] bool owns_producer(const ConnectionId& connection) const;

    ServiceStart start_;
    std::optional<ConsumerClient> consumer_;
    std::optional<ProducerClient> producer_;
    std::optional<OpenRecord> record_;
    std::vector<OpenCall> calls_;  ///< in the order of their coming
    ServiceCounts counts_;         ///< of this process
    bool closing_ = false;
    bool closed_producer_ = false;
};

}  // namespace brokerlab

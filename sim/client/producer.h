// ProducerClient: the application that produces, and Kafka's producer under it.
//
// The application is an open-loop source (ProducerSetup): its k-th record comes at start + k/rate
// and waits while send() blocks. The producer is Kafka's: partitioner, accumulator, sender,
// idempotence. [clients/producer/KafkaProducer.java, internals/RecordAccumulator.java, Sender.java,
// TransactionManager.java, BuiltInPartitioner.java]
//
// The application has one thread: while a send() blocks, later records wait. Not modelled:
// transactions, headers, explicit partitions, flush(), the time that serializing takes, callbacks
// that do something.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/client/load.h"
#include "sim/client/sender.h"
#include "sim/client/value_template.h"
#include "sim/model/env.h"
#include "sim/model/setup.h"

namespace brokerlab {

struct ProducerStart {
    ProducerSetup setup;
    uint32_t number = 0;              ///< the lab's number: RecordIdentity::producer
    std::vector<BrokerId> bootstrap;  ///< sorted
    SimTime time_zero;                ///< setup.start and setup.stop count from here
    uint64_t first_n = 1;             ///< a restarted producer's n goes on
    uint64_t incarnation = 1;         ///< counts the starts of this producer: keys its draws

    bool operator==(const ProducerStart&) const = default;
};

/// A send() that waits for the topic's metadata or for memory.
struct BlockedSend {
    OutgoingRecord record;
    SimTime deadline;         ///< max.block.ms after the call
    bool for_memory = false;  ///< else for metadata

    bool operator==(const BlockedSend&) const = default;
};

class ProducerClient {
public:
    ProducerClient(const ProducerStart& start, const Env& env, Effects& fx);

    void on_response(const Response& response, const Env& env, Effects& fx);
    void on_connected(const ConnectionId& connection, const Env& env, Effects& fx);
    void on_connection_lost(const ConnectionId& connection, const Env& env, Effects& fx);
    void on_timer(const Env& env, Effects& fx);
    [[nodiscard]] SimTime next_deadline() const;

    /// One record besides those of the setup (`produce orders key=k value=v`).
    void produce(const std::string& topic, const std::optional<std::string>& key,
                 const std::string& value, const Env& env, Effects& fx);
    /// `set producer till rate=..`: from now on.
    void set_rate(Rate rate, const Env& env);
    /// close(): nothing new is produced, what is buffered is sent; then has_closed().
    void close(const Env& env, Effects& fx);
    [[nodiscard]] bool has_closed() const;

    [[nodiscard]] const ProducerStart& start() const { return start_; }
    [[nodiscard]] const ProducerCounts& counts() const { return core_.counts; }
    /// The n that the next record will get.
    [[nodiscard]] uint64_t next_n() const { return next_n_; }
    /// For views.
    [[nodiscard]] const ProducerCore& core() const { return core_; }
    [[nodiscard]] const std::optional<BlockedSend>& blocked() const { return blocked_; }
    [[nodiscard]] const Load& load() const { return load_; }

    bool operator==(const ProducerClient&) const = default;
    friend void digest_into(Digest& d, const ProducerClient& producer);

private:
    enum class SendResult : uint8_t { kDone, kNoMetadata, kNoMemory };

    void advance(const Env& env, Effects& fx);
    void run_application(const Env& env, Effects& fx);
    void send(OutgoingRecord record, const Env& env, Effects& fx);
    bool resume_blocked(const Env& env, Effects& fx);
    SendResult try_send(const OutgoingRecord& record, const Env& env, Effects& fx);
    void block(OutgoingRecord record, SendResult why, SimTime deadline);
    void fail_send(const OutgoingRecord& record, std::string message, Effects& fx);
    [[nodiscard]] std::string timeout_message(const BlockedSend& blocked) const;
    void on_failed_requests(const std::vector<FailedRequest>& failed, const Env& env, Effects& fx);
    void on_producer_id_refused(ErrorCode error, const Env& env);
    void finish_close(Effects& fx);

    ProducerStart start_;
    ProducerCore core_;
    Load load_;
    std::optional<ValueTemplate> key_;
    ValueTemplate value_;
    std::optional<BlockedSend> blocked_;
    std::vector<OutgoingRecord> commanded_;  ///< wait for the blocked one; numbered already
    uint64_t next_n_ = 1;
    bool closed_ = false;
    SimTime due_ = kNever;
};

}  // namespace brokerlab

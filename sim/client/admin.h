// AdminClient: the node `admin`, which sends Kafka's administrative requests and states what Kafka
// answered.
//
// Requests go to any broker, which forwards them to the controller; they time out and are tried
// again as Kafka's admin client does: after a lost connection always, after an answer only where
// the answer is that the controller moved. [clients/admin/KafkaAdminClient.java]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/client/client_metadata.h"
#include "sim/model/env.h"

namespace brokerlab {

/// A request that has no final answer yet.
struct AdminCall {
    uint64_t number = 0;
    std::string text;  ///< the command, for the fact
    RequestBody body;
    SimTime deadline;  ///< default.api.timeout.ms
    uint32_t tries = 0;
    SimTime retry_at;  ///< not sent again before
    bool in_flight = false;

    bool operator==(const AdminCall&) const = default;
};

class AdminClient {
public:
    AdminClient() = default;
    AdminClient(std::vector<BrokerId> bootstrap, const Env& env, Effects& fx);

    /// Starts a call. `body` is one of CreateTopics, CreatePartitions, DeleteTopics,
    /// IncrementalAlterConfigs, ElectLeaders, AlterPartitionReassignments. Its answer is an
    /// AdminAnswered fact.
    void submit(std::string text, RequestBody body, const Env& env, Effects& fx);

    void on_response(const Response& response, const Env& env, Effects& fx);
    void on_connected(const ConnectionId& connection, const Env& env, Effects& fx);
    void on_connection_lost(const ConnectionId& connection, const Env& env, Effects& fx);
    void on_timer(const Env& env, Effects& fx);
    [[nodiscard]] SimTime next_deadline() const;
    [[nodiscard]] bool idle() const { return calls_.empty(); }
    [[nodiscard]] const std::vector<AdminCall>& calls() const { return calls_; }

    bool operator==(const AdminClient&) const = default;
    friend void digest_into(Digest& d, const AdminClient& admin);

private:
    void advance(const Env& env, Effects& fx);
    void send_waiting(const Env& env, Effects& fx);
    void time_out_waiting(const Env& env, Effects& fx);
    void on_failed_requests(const std::vector<FailedRequest>& failed, const Env& env, Effects& fx);
    void retry_or_give_up(std::size_t place, const Env& env, Effects& fx);
    void finish(std::size_t place, ErrorCode error, std::string message, Effects& fx);
    [[nodiscard]] std::optional<std::size_t> place_of(uint64_t number) const;
    [[nodiscard]] bool waits_for_connection() const;
    [[nodiscard]] SimTime find_deadline(SimTime now) const;

    std::vector<AdminCall> calls_;
    NetworkClient client_;
    ClientMetadata metadata_;
    bool knows_cluster_ = false;  ///< metadata came since the start
    uint64_t next_number_ = 1;
    SimTime due_ = kNever;
};

}  // namespace brokerlab

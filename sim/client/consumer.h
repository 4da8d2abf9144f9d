// ConsumerClient: an application that reads topics, and Kafka's consumer under it.
//
// Without a group it reads all partitions of its topics (assign); with one, those that the group
// gives it (subscribe), and commits.
// The application polls, takes its time for each record, polls again. Requests leave only while it
// is in poll(), as the consumer has no thread of its own. A poll() that returns nothing is followed
// by the next at once, so how long it may wait makes no difference and is not an event.
// [clients/consumer/internals/ClassicKafkaConsumer.java, Fetcher.java, OffsetFetcher.java]
//
// Not modelled: interceptors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/client/application.h"
#include "sim/client/consumer_core.h"
#include "sim/client/member_turn.h"
#include "sim/model/env.h"
#include "sim/model/setup.h"

namespace brokerlab {

struct ConsumerStart {
    ConsumerSetup setup;
    std::string name;                 ///< its client.id
    std::vector<BrokerId> bootstrap;  ///< sorted
    uint64_t incarnation = 1;         ///< counts the starts of this consumer: keys its draws
    bool hands_over = false;          ///< its application is an order service's; needs a group

    bool operator==(const ConsumerStart&) const = default;
};

class ConsumerClient {
public:
    ConsumerClient(const ConsumerStart& start, const Env& env, Effects& fx);

    void on_response(const Response& response, const Env& env, Effects& fx);
    void on_connected(const ConnectionId& connection, const Env& env, Effects& fx);
    void on_connection_lost(const ConnectionId& connection, const Env& env, Effects& fx);
    void on_timer(const Env& env, Effects& fx);
    [[nodiscard]] SimTime next_deadline() const;
    /// The record that a service is to act on now; nullptr when there is none. After every call of
    /// the consumer that takes Env, until there is none: act, then end_record() or retry_record().
    [[nodiscard]] const PolledRecord* finished_record(const Env& env) const {
        return brokerlab::finished_record(application_, env.now);
    }
    /// The service has acted on it, or skips it: the next record, or the commit, is due.
    void end_record(const Env& env, Effects& fx);
    /// The service failed and tries again later: it gives up the rest of what poll() returned, goes
    /// back to the first record of each partition that it is not done with (seek), leaves the
    /// partition of this one alone for kRetryPause (pause), and polls on.
    void retry_record(const Env& env, Effects& fx);

    /// Ends in order. In a group the application works off what poll() returned, commits and
    /// leaves, which takes its time: at most 30 s after its work [Consumer.close].
    void close(const Env& env, Effects& fx);
    [[nodiscard]] bool has_closed() const { return closed_; }

    [[nodiscard]] const ConsumerStart& start() const { return start_; }
    [[nodiscard]] const FlatMap<TopicPartition, ConsumerPosition>& positions() const {
        return core_.positions;
    }
    /// For views.
    [[nodiscard]] const ConsumerCore& core() const { return core_; }
    [[nodiscard]] SimTime busy_until() const { return busy_until_; }
    /// Its membership, coordinator and commits; nothing without a group.
    [[nodiscard]] const std::optional<GroupPart>& group() const { return group_; }
    [[nodiscard]] const Application& application() const { return application_; }

    bool operator==(const ConsumerClient&) const = default;
    friend void digest_into(Digest& d, const ConsumerClient& consumer);

private:
    void poll_unless_busy(const Env& env, Effects& fx);
    void poll(const Env& env, Effects& fx);
    void on_failed_requests(const std::vector<FailedRequest>& failed, const Env& env, Effects& fx);
    [[nodiscard]] SimTime find_deadline(SimTime now) const;
    void take_response(const Response& response, const Env& env, Effects& fx);

    // In a group (consumer_in_group.cc).
    void advance(const Env& env, Effects& fx);
    [[nodiscard]] bool is_awake() const;
    [[nodiscard]] bool step(MemberTurn& at);
    [[nodiscard]] bool poll_in_group(MemberTurn& at);
    void resume_what_is_due(SimTime now);
    void begin_close(MemberTurn& at, bool commits);
    void close_further(MemberTurn& at);
    [[nodiscard]] SimTime find_group_deadline(SimTime now) const;

    ConsumerStart start_;
    ConsumerCore core_;
    SimTime busy_until_;  ///< the application takes its time for what poll() returned
    SimTime due_ = kNever;
    bool closed_ = false;
    std::optional<GroupPart> group_;
    Application application_;       ///< of a member of a group
    std::vector<Response> unread_;  ///< came while nobody read: the application works
};

}  // namespace brokerlab

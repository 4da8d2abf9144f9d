// Setup: what a World is made from: the cluster, its network, topics and clients, as the scenario
// file declares them. Immutable during a run; what changes later lives in the nodes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/kernel/draw.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/config.h"
#include "sim/model/ids.h"
#include "sim/model/rate.h"

namespace brokerlab {

struct BrokerSetup {
    BrokerId id;
    std::optional<std::string> rack;  ///< broker.rack

    bool operator==(const BrokerSetup&) const = default;
};

struct NetworkSetup {
    Duration latency = 1_ms;  ///< one way, per message
    Duration jitter;          ///< adds a uniform whole number of microseconds in [0, jitter]
    /// Of each connection and direction, in bytes a second; none is unlimited.
    std::optional<int64_t> bandwidth;

    bool operator==(const NetworkSetup&) const = default;
};

struct TopicSetup {
    std::string name;
    int32_t partitions = 1;
    int32_t replication_factor = 1;
    ConfigMap config;  ///< of ConfigScope::kTopic

    bool operator==(const TopicSetup&) const = default;
};

/// An open-loop source of records: its k-th comes at start + k/rate.
struct ProducerSetup {
    std::string name;
    std::string topic;
    Rate rate;                       ///< 0 produces nothing by itself
    std::optional<std::string> key;  ///< a template
    std::string value;               ///< a template
    Duration start;                  ///< after time 0
    std::optional<Duration> stop;    ///< after time 0
    std::optional<uint64_t> count;   ///< at most so many records
    ConfigMap config;                ///< of ConfigScope::kProducer

    bool operator==(const ProducerSetup&) const = default;
};

/// How long the application takes for a record: between these two, each microsecond as likely.
struct WorkTime {
    Duration least;
    Duration most;

    constexpr WorkTime() = default;
    constexpr WorkTime(Duration always) : least(always), most(always) {}  // NOLINT: a number is one
    constexpr WorkTime(Duration at_least, Duration at_most) : least(at_least), most(at_most) {}

    bool operator==(const WorkTime&) const = default;
};
inline void digest_into(Digest& d, const WorkTime& time) {
    digest_fields(d, time.least, time.most);
}

/// Where a consumer without a group begins.
enum class StartFrom : uint8_t { kEarliest, kLatest };

struct ConsumerSetup {
    std::string name;                  ///< of a consumer without a group, or of one member
    std::optional<std::string> group;  ///< its members are GROUP-1, GROUP-2 ...
    std::vector<std::string> topics;
    std::optional<std::string> pattern;  ///< instead of topics
    int32_t members = 1;
    StartFrom from = StartFrom::kLatest;
    WorkTime process;        ///< time that the application takes for a record
    Duration poll = 100_ms;  ///< how long poll() may wait
    ConfigMap config;        ///< of ConfigScope::kConsumer

    bool operator==(const ConsumerSetup&) const = default;
};

/// "stock-2": a member of a group, or an instance of a service, by its number from 1.
[[nodiscard]] inline std::string member_name(const std::string& group, int32_t number) {
    return group + "-" + std::to_string(number);
}

/// What a service does with a record that its handler can't work on.
enum class OnError : uint8_t { kSkip, kRetry };

/// An order service: like instances, SERVICE-1, SERVICE-2 ..., each a process with what its handler
/// needs of an HTTP entry, a consumer in the service's group and a producer.
struct ServiceSetup {
    std::string name;
    std::string handler;                  ///< the name of one of the handlers in app/
    std::optional<int32_t> http;          ///< the port of its entry, 1 to 65535
    std::optional<std::string> group;     ///< of its consumer
    std::vector<std::string> topics;      ///< that its consumer subscribes to
    std::optional<std::string> pattern;   ///< instead of topics
    std::optional<std::string> produces;  ///< the topic that its producer writes to
    int32_t instances = 1;
    WorkTime process;  ///< for a record or a call
    OnError on_error = OnError::kSkip;
    ConfigMap consumer_config;  ///< of ConfigScope::kConsumer
    ConfigMap producer_config;  ///< of ConfigScope::kProducer

    bool operator==(const ServiceSetup&) const = default;
};

struct Setup {
    std::string name;
    std::string about;
    Seed seed{1};
    std::vector<BrokerSetup> brokers;  ///< by id, from 1
    int32_t controllers = 3;           ///< 1..n
    ConfigMap cluster_config;          ///< of ConfigScope::kBroker, for brokers and controllers
    NetworkSetup network;
    std::vector<TopicSetup> topics;
    std::vector<ProducerSetup> producers;
    std::vector<ConsumerSetup> consumers;
    std::vector<ServiceSetup> services;

    bool operator==(const Setup&) const = default;
};

}  // namespace brokerlab

// Hosts: the machines and processes of a World, running or not, each with what outlives a process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/app/service_instance.h"
#include "sim/broker/broker.h"
#include "sim/client/admin.h"
#include "sim/client/consumer.h"
#include "sim/client/producer.h"
#include "sim/controller/controller.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/setup.h"

namespace brokerlab {

/// The timer events of one node that are still in the queue, latest first. A deadline is covered
/// when a timer fires at or before it: it then arms the next. So a deadline that moves away costs
/// nothing, and one that comes nearer one event.
struct NodeTimers {
    std::vector<SimTime> armed;

    bool operator==(const NodeTimers&) const = default;
};

/// What a machine does.
enum class HostState : uint8_t {
    kRunning,
    kPaused,  ///< the process stands still
    kDown,    ///< no process: killed, stopped or halted
    kOff,     ///< no power
};

struct BrokerHost {
    BrokerSetup setup;
    HostState state = HostState::kDown;
    Cow<std::optional<BrokerNode>> process;  ///< while running or paused
    Cow<BrokerDisk> disk;                    ///< while not
    Duration disk_delay;                     ///< `slow disk`
    bool isolated = false;
    uint64_t starts = 0;
    ConfigMap config;
    NodeTimers timers;

    [[nodiscard]] bool has_process() const { return process->has_value(); }

    bool operator==(const BrokerHost&) const = default;
};

struct ControllerHost {
    int32_t number = 1;
    HostState state = HostState::kDown;
    Cow<std::optional<ControllerNode>> process;
    Cow<RaftDisk> disk;
    bool isolated = false;
    uint64_t starts = 0;
    NodeTimers timers;

    [[nodiscard]] bool has_process() const { return process->has_value(); }

    bool operator==(const ControllerHost&) const = default;
};

/// How a client's process stands.
enum class ClientState : uint8_t {
    kWaiting,  ///< for time 0
    kRunning,
    kPaused,
    kClosing,  ///< stopped in order: sends what it holds
    kStopped,
    kCrashed,
};

struct ClientHost {
    std::string name;
    ClientState state = ClientState::kWaiting;
    /// What it is made from, as changed by `set`. The admin client has neither.
    std::variant<std::monostate, ProducerSetup, ConsumerSetup, ServiceSetup> setup;
    Cow<std::variant<std::monostate, ProducerClient, ConsumerClient, AdminClient, ServiceInstance>>
        process;
    /// Of earlier processes of this producer.
    ProducerCounts counts_before;
    uint64_t next_n = 1;
    uint64_t starts = 0;
    uint64_t calls = 0;    ///< that this instance of a service was given
    bool restart = false;  ///< start again when it has closed: its config was changed
    NodeTimers timers;

    /// Its producer, also that of an instance of a service.
    [[nodiscard]] const ProducerClient* producer() const;
    /// Its consumer, likewise.
    [[nodiscard]] const ConsumerClient* consumer() const;
    [[nodiscard]] const ServiceInstance* instance() const {
        return std::get_if<ServiceInstance>(&*process);
    }
    /// Of an instance of a service.
    [[nodiscard]] const ServiceSetup* service() const { return std::get_if<ServiceSetup>(&setup); }
    /// Whether it has a producer while it runs.
    [[nodiscard]] bool produces() const;
    [[nodiscard]] const AdminClient* admin() const { return std::get_if<AdminClient>(&*process); }
    /// Whether `start` makes a new process of it: it was stopped or crashed, or the application of
    /// a consumer has ended because that could not go on.
    [[nodiscard]] bool has_ended() const;
    /// Of all its processes together.
    [[nodiscard]] ProducerCounts counts() const;

    bool operator==(const ClientHost&) const = default;
};
/// A consumer that waits for time 0; of a group its member of that number.
[[nodiscard]] ClientHost consumer_host(const ConsumerSetup& setup, int32_t number);
/// An instance of a service that waits for time 0.
[[nodiscard]] ClientHost service_host(const ServiceSetup& setup, int32_t number);

}  // namespace brokerlab

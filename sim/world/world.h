// World: the whole state of the simulation at one instant, as a value.
//
// Copying costs microseconds, because every large part sits behind Cow; a step clones only what it
// touches. Two equal worlds have the same future. What changes it stands in step.h (the next event)
// and commands.h (a command); admit.h judges commands without changing anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/cow.h"
#include "sim/kernel/event_queue.h"
#include "sim/model/business.h"
#include "sim/model/outcomes.h"
#include "sim/model/processing.h"
#include "sim/model/rules.h"
#include "sim/model/setup.h"
#include "sim/network/network.h"
#include "sim/world/hosts.h"

namespace brokerlab {

/// What an event of the world is for; `target` and `body` say more.
enum class EventKind : uint16_t {
    kDeliver = 1,  ///< body: the message's slot in the network
    kTimer,        ///< target: the node (see node_code)
    kBoot,         ///< looks how far the boot is
};

/// How far the boot is; it drives itself in negative time until the topics are there.
enum class BootPhase : uint8_t {
    kBrokers,  ///< until every broker is registered and unfenced
    kTopics,   ///< until every declared partition has its full ISR in every broker's metadata
    kDone,
};

struct World {
    Cow<Setup> setup;
    SimTime now;  ///< since the start of the boot
    EventQueue queue;
    Cow<Network> network;
    RuleSet rules;
    BootPhase boot = BootPhase::kBrokers;
    std::optional<SimTime> time_zero;              ///< set once the boot is over; may lie ahead
    std::vector<Cow<ControllerHost>> controllers;  ///< number n at n - 1
    std::vector<Cow<BrokerHost>> brokers;          ///< by id
    std::vector<Cow<ClientHost>> clients;          ///< number n at n - 1; the first is `admin`
    Cow<OutcomeLedger> outcomes;
    Cow<ProcessingLedger> processing;
    Cow<Business> business;
    uint32_t commands_refused = 0;
    uint64_t events_run = 0;
    uint64_t history = 0;  ///< running hash of all events and facts so far

    [[nodiscard]] const BrokerHost* find_broker(BrokerId id) const;
    [[nodiscard]] const ControllerHost* find_controller(int32_t number) const;
    [[nodiscard]] const ClientHost* find_client(std::string_view name) const;
    /// The controller that is active; of two that think so (one was cut off, or paused) the one of
    /// the higher epoch; nullptr when none is. A paused one counts: until the quorum elects
    /// another, every node takes it for the leader, and what it knows is what is committed.
    [[nodiscard]] const ControllerNode* active_controller() const;
    /// What is committed, as the active controller knows it; without one, the most that any
    /// controller or broker knows.
    [[nodiscard]] const MetadataImage& committed_metadata() const;
    /// Time as it is shown: after time 0; negative before.
    [[nodiscard]] Duration shown(SimTime at) const {
        return at - time_zero.value_or(SimTime(detail::kHighest));
    }

    bool operator==(const World&) const = default;
};
/// Digest of the whole state, for keyframes; `history` is part of it.
[[nodiscard]] uint64_t world_digest(const World& world);

/// Nodes in the 16 bits of an event's target.
[[nodiscard]] uint16_t node_code(NodeId node);
[[nodiscard]] NodeId node_of_code(uint16_t code);

/// "broker 2", "controller 1", the name of a client.
[[nodiscard]] std::string node_name(const World& world, NodeId node);

}  // namespace brokerlab

// Play: a World moves on, one event or one planned command at a time.
//
// A Plan holds the commands of a run with their places; a Cursor is a World and how much of the
// plan it has behind it, a value like the World itself. At one instant commands of a scenario come
// first, in their order, then events. A command that was given in mid-instant carries the number of
// events that had run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/outcome.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/commands.h"
#include "sim/model/setup.h"
#include "sim/world/admit.h"
#include "sim/world/turn.h"
#include "sim/world/world.h"

namespace brokerlab {

struct PlannedCommand {
    Duration at;  ///< after time 0
    std::optional<uint64_t>
        after;  ///< World::events_run when it was given; none: first of its instant
    Command command;
    std::string text;  ///< canonical

    bool operator==(const PlannedCommand&) const = default;
};

struct Plan {
    /// By time; at one time in the order in which they are given.
    std::vector<PlannedCommand> commands;

    /// Adds a command behind those of its time.
    void add(PlannedCommand command);

    bool operator==(const Plan&) const = default;
};

struct Cursor {
    World world;
    std::size_t next_command = 0;  ///< index in the plan
};

/// A command that was refused.
struct RefusedCommand {
    SimTime at;
    std::string text;
    std::string reason;

    bool operator==(const RefusedCommand&) const = default;
};

/// What one move did.
struct Move {
    StepResult result;
    bool was_command = false;
    std::optional<RefusedCommand> refused;
};

/// When the next event or command is due.
[[nodiscard]] SimTime next_due(const Cursor& cursor, const Plan& plan);

/// Runs the next command or event, whichever is first.
void move_on(Cursor& cursor, const Plan& plan, Move& move);

/// Boots a cluster and stops at time 0, when the clients have just been started. `each` is
/// called with every move. Fails with Kafka's sentence when the cluster can't be had, or with what
/// it waits for when it takes longer than kBootLimit.
template <class Each>
[[nodiscard]] Outcome<Cursor> boot(const Setup& setup, Each each);

}  // namespace brokerlab

#include "sim/timeline/boot_loop.h"

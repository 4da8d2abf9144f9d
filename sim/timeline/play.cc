#include "sim/timeline/play.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/world/apply.h"
#include "sim/world/boot.h"
#include "sim/world/step.h"

namespace brokerlab {
namespace {

/// When the plan's next command is due in the world's time; kNever when none is left.
SimTime next_command_at(const Cursor& cursor, const Plan& plan) {
    if (cursor.next_command == plan.commands.size() || !cursor.world.time_zero) {
        return kNever;
    }
    const PlannedCommand& next = plan.commands[cursor.next_command];
    return *cursor.world.time_zero + next.at;
}

bool command_is_next(const Cursor& cursor, const Plan& plan) {
    const SimTime at = next_command_at(cursor, plan);
    if (at == kNever || at > cursor.world.queue.next_time()) {
        return false;
    }
    // In mid-instant, or at its end when the place was never reached: another engine or seed.
    const PlannedCommand& next = plan.commands[cursor.next_command];
    return !next.after || cursor.world.events_run >= *next.after ||
           at < cursor.world.queue.next_time();
}

}  // namespace

void Plan::add(PlannedCommand command) {
    const auto behind = std::upper_bound(
        commands.begin(), commands.end(), command,
        [](const PlannedCommand& a, const PlannedCommand& b) {
            return a.at != b.at ? a.at < b.at : a.after.value_or(0) < b.after.value_or(0);
        });
    commands.insert(behind, std::move(command));
}

SimTime next_due(const Cursor& cursor, const Plan& plan) {
    return command_is_next(cursor, plan) ? next_command_at(cursor, plan)
                                         : cursor.world.queue.next_time();
}

void move_on(Cursor& cursor, const Plan& plan, Move& move) {
    move.refused.reset();
    move.was_command = command_is_next(cursor, plan);
    if (!move.was_command) {
        step(cursor.world, move.result);
        return;
    }
    const PlannedCommand& next = plan.commands[cursor.next_command];
    const SimTime at = std::max(next_command_at(cursor, plan), cursor.world.now);
    ++cursor.next_command;
    if (std::optional<Refusal> refusal =
            apply(cursor.world, next.command, next.text, at, move.result)) {
        move.refused = RefusedCommand{at, next.text, std::move(refusal->reason)};
    }
}

Failure boot_took_too_long(const World& world) {
    return Failure{fmt::format("the cluster is not ready after {} of boot: it waits for {}",
                               to_string(kBootLimit), boot_waits_for(world))};
}

}  // namespace brokerlab

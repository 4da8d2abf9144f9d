// Apply: carries out a command, after admit() let it through; or takes note that it did not.
#pragma once

#include <optional>
#include <string>

#include "sim/model/commands.h"
#include "sim/world/admit.h"
#include "sim/world/turn.h"
#include "sim/world/world.h"

namespace brokerlab {

/// Gives `command` at `at`, which lies at or after the world's last event and not after its next
/// one: it runs before the events of its instant that have not run yet. `text` is its canonical
/// form, for the facts. Returns the refusal when the command is refused; that is a fact too.
std::optional<Refusal> apply(World& world, const Command& command, const std::string& text,
                             SimTime at, StepResult& result);

}  // namespace brokerlab

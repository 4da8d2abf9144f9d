// Admit: the one gatekeeper. It says whether a command may be given at this moment, and why not,
// and can't change anything.
#pragma once

#include <optional>
#include <string>

#include "sim/model/commands.h"
#include "sim/world/world.h"

namespace brokerlab {

/// Why a command is refused: a whole sentence without its full stop, shown as a tooltip and by the
/// shell.
struct Refusal {
    std::string reason;

    bool operator==(const Refusal&) const = default;
};

/// Nothing when the command may be given. Administration is always admitted when its words can mean
/// something: what Kafka makes of it is Kafka's answer.
[[nodiscard]] std::optional<Refusal> admit(const World& world, const Command& command);

}  // namespace brokerlab

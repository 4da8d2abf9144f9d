// The verbs of commands, by what they are about, each with the reader of the words behind it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "sim/model/commands.h"
#include "sim/script/command_words.h"

namespace brokerlab {

struct CommandVerb {
    std::string_view word;
    /// What it gives counts only while there is no error.
    std::optional<Command> (*read)(CommandWords&);
};

/// Processes, machines and disks: kill, start, pause ...
[[nodiscard]] std::span<const CommandVerb> process_verbs();
/// Links and single messages: cut, slow, drop ...; `slow disk` too.
[[nodiscard]] std::span<const CommandVerb> network_verbs();
/// Topics, settings and records: create, elect, set, produce ...
[[nodiscard]] std::span<const CommandVerb> cluster_verbs();

}  // namespace brokerlab

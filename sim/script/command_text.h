// Commands as text: one line, the same in scenarios, lessons, the shell, recordings and on the
// command line.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "sim/model/commands.h"
#include "sim/script/words.h"

namespace brokerlab {

/// Reads a command. Names are taken as they are: whether they exist is for the reader of a scenario
/// or admit() to say. An error names the nearest valid word where there is one.
[[nodiscard]] std::variant<Command, TextError> parse_command(std::string_view text);

/// The canonical text, which parse_command() reads back to the same command.
[[nodiscard]] std::string command_text(const Command& command);

}  // namespace brokerlab

// Objection: what is wrong with a command that a person is still typing.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sim/world/world.h"

namespace brokerlab {

struct Objection {
    std::optional<std::size_t> offset;  ///< the character at which it can't be read; none: refused
    std::string sentence;
};

/// Why the text could not be given as a command now; none when it could.
[[nodiscard]] std::optional<Objection> objection_to(const World& world, std::string_view text);

}  // namespace brokerlab

// Fact search: which facts are about a thing, and whether a sentence holds what is searched for.
#pragma once

#include <string_view>

#include "sim/view/thing.h"

namespace brokerlab {

/// Whether the fact happened at the thing or to it. Everything is about nothing selected.
[[nodiscard]] bool concerns(const World& world, const Fact& fact, const Thing& thing);

/// Whether `text` holds `what`; capital letters of ASCII don't matter.
[[nodiscard]] bool contains_text(std::string_view text, std::string_view what);

}  // namespace brokerlab

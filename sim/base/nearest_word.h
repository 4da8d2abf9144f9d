// The word that somebody may have meant: for "did you mean" in messages about files and commands.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace brokerlab {

/// The candidate that takes the fewest insertions, deletions, replacements and swaps of neighbours
/// to become `word`, the first of several; nothing when more than a third of it would change.
[[nodiscard]] std::optional<std::string_view> nearest_word(
    std::string_view word, std::span<const std::string_view> candidates);

}  // namespace brokerlab

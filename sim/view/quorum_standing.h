// Quorum standing: whether the controllers can decide anything, for the story of a run.
//
// A pure function of the World. A controller counts as there while its process runs and is not
// isolated; single cuts between two nodes are not looked at: a leader that they cost its majority
// gives up by itself, which is a fact.
#pragma once

#include <cstddef>
#include <string>

#include "sim/world/world.h"

namespace brokerlab {

struct QuorumStanding {
    std::size_t voters = 0;
    std::size_t there = 0;
    bool active = false;  ///< one of those that are there is the active controller

    [[nodiscard]] std::size_t majority() const { return voters / 2 + 1; }
    [[nodiscard]] bool has_majority() const { return there >= majority(); }
    /// Whether a decision that is asked for now is made.
    [[nodiscard]] bool decides() const { return active && has_majority(); }

    bool operator==(const QuorumStanding&) const = default;
};
[[nodiscard]] QuorumStanding quorum_standing(const World& world);

/// Why nothing can be decided and what that means: a sentence without its full stop; empty while
/// decisions are made.
[[nodiscard]] std::string undecided_text(const QuorumStanding& standing);

}  // namespace brokerlab

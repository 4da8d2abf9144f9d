// Quorum standing: whether the controllers can decide anything. The story, the stalls, the waits
// and the counts of the cluster all ask here.
//
// A pure function of the World. Somebody decides when a controller that is active, and whose
// process runs, reaches a majority of the controllers (itself counts) both ways. One that is cut
// off stays active until it notices, and commits nothing meanwhile. Whether a broker reaches it
// is another question: controller_hindrance() of waits.h. Slow or lossy links count as links.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/world/world.h"

namespace brokerlab {

struct QuorumStanding {
    std::size_t voters = 0;
    /// How many run of which one reaches all others of them both ways: the most there are.
    std::size_t talking = 0;
    std::vector<int32_t> missing;  ///< numbers of those that do not run
    bool active = false;           ///< one that is active reaches a majority
    /// The number of one that runs and is active but reaches no majority, when none else decides.
    std::optional<int32_t> powerless;

    [[nodiscard]] std::size_t majority() const { return voters / 2 + 1; }
    /// Whether they can elect one of them.
    [[nodiscard]] bool has_majority() const { return talking >= majority(); }
    /// Whether a decision that is asked for now is made.
    [[nodiscard]] bool decides() const { return active; }

    bool operator==(const QuorumStanding&) const = default;
};
[[nodiscard]] QuorumStanding quorum_standing(const World& world);

/// The active controller whose decisions are committed; nullptr when there is none.
[[nodiscard]] const ControllerNode* deciding_controller(const World& world);

/// Why nobody decides: "no controller is active: 1 of 3 controllers run, and a majority is 2:
/// controllers 1 and 2 are missing"; empty while decisions are made.
[[nodiscard]] std::string no_decider_text(const QuorumStanding& standing);
/// Only what comes after the colon when there is no majority; not for a quorum that has one.
[[nodiscard]] std::string no_majority_text(const QuorumStanding& standing);

/// Why nothing can be decided and what that means: a sentence without its full stop; empty while
/// decisions are made.
[[nodiscard]] std::string undecided_text(const QuorumStanding& standing);

}  // namespace brokerlab

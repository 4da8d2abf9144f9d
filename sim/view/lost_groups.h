// Lost groups: consumer groups whose members ask in vain which broker coordinates them, and why.
//
// A pure function of the World: it looks at what members know and at who leads the group's
// partition of __consumer_offsets. A coordinator that is there and can't be reached has no sentence
// here: its members have lost a connection, which is a fact.
#pragma once

#include <string>
#include <vector>

#include "sim/world/world.h"

namespace brokerlab {

struct LostGroup {
    std::string group;
    std::string text;  ///< a sentence without its full stop

    bool operator==(const LostGroup&) const = default;
};

/// Sorted by name. A member counts when its question (FindCoordinator) has failed once.
[[nodiscard]] std::vector<LostGroup> find_lost_groups(const World& world);

}  // namespace brokerlab

// What comes next in consumer groups: the ends of sessions and rebalances, the next heartbeats and
// commits. A part of upcoming().
#pragma once

#include <string>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/view/thing.h"
#include "sim/world/world.h"

namespace brokerlab {

struct GroupNext {
    SimTime at;
    std::string text;
    Thing about;
    NodeId node;  ///< that will do it
    bool deadline = false;
    bool important = false;  ///< a deadline that matters, however much comes before it
};
[[nodiscard]] std::vector<GroupNext> next_of_groups(const World& world);

}  // namespace brokerlab

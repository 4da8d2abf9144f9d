#include "sim/view/quorum_standing.h"

#include <fmt/format.h>

namespace brokerlab {

QuorumStanding quorum_standing(const World& world) {
    QuorumStanding standing;
    standing.voters = world.controllers.size();
    for (const Cow<ControllerHost>& host : world.controllers) {
        if (host->state == HostState::kRunning && !host->isolated && host->has_process()) {
            ++standing.there;
            standing.active = standing.active || (**host->process).is_active();
        }
    }
    return standing;
}

std::string undecided_text(const QuorumStanding& standing) {
    constexpr const char* kMeaning =
        "no broker is fenced, no leader elected, no ISR changed; brokers go on with the metadata "
        "that they have";
    if (!standing.has_majority()) {
        return fmt::format(
            "the metadata quorum has no majority: {} of {} controllers {} there, and it takes {} "
            "to decide anything. Until then {}",
            standing.there, standing.voters, standing.there == 1 ? "is" : "are",
            standing.majority(), kMeaning);
    }
    return standing.active
               ? std::string()
               : fmt::format("there is no active controller: until the other {} elect one, {}",
                             standing.there, kMeaning);
}

}  // namespace brokerlab

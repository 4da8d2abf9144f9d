#include "sim/view/quorum_standing.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace brokerlab {
namespace {

bool runs(const ControllerHost& host) {
    return host.state == HostState::kRunning && host.has_process();
}

/// How many controllers run that this one reaches both ways, with itself; 0 when it does not run.
std::size_t reached(const World& world, const ControllerHost& from) {
    if (!runs(from)) {
        return 0;
    }
    const NodeId one{NodeKind::kController, from.number};
    std::size_t count = 0;
    for (const Cow<ControllerHost>& to : world.controllers) {
        const NodeId other{NodeKind::kController, to->number};
        const bool reaches = one == other || (world.network->passes(one, other) &&
                                              world.network->passes(other, one));
        count += runs(*to) && reaches ? 1U : 0U;
    }
    return count;
}

/// "the other 2" while not all of them take part.
std::string electors(const QuorumStanding& standing) {
    return standing.talking < standing.voters ? fmt::format("the other {}", standing.talking)
                                              : "they";
}

/// What is the matter with the active controller.
std::string nobody_text(const QuorumStanding& standing, const char* none) {
    return standing.powerless
               ? fmt::format("controller {} is active but reaches no majority", *standing.powerless)
               : none;
}

}  // namespace

QuorumStanding quorum_standing(const World& world) {
    QuorumStanding standing;
    standing.voters = world.controllers.size();
    for (const Cow<ControllerHost>& host : world.controllers) {
        if (!runs(*host)) {
            standing.missing.push_back(host->number);
            continue;
        }
        const std::size_t heard = reached(world, *host);
        standing.talking = std::max(standing.talking, heard);
        if ((**host->process).is_active()) {
            if (heard >= standing.majority()) {
                standing.active = true;
            } else {
                standing.powerless = host->number;
            }
        }
    }
    if (standing.active) {
        standing.powerless.reset();
    }
    return standing;
}

const ControllerNode* deciding_controller(const World& world) {
    const ControllerNode* decides = nullptr;
    for (const Cow<ControllerHost>& host : world.controllers) {
        if (!runs(*host) || !(**host->process).is_active() ||
            reached(world, *host) < world.controllers.size() / 2 + 1) {
            continue;
        }
        const ControllerNode& node = **host->process;
        if (decides == nullptr || *node.active_epoch() > *decides->active_epoch()) {
            decides = &node;
        }
    }
    return decides;
}

std::string no_majority_text(const QuorumStanding& standing) {
    const std::string run = fmt::format("{} of {} controllers run",
                                        standing.voters - standing.missing.size(), standing.voters);
    if (standing.voters - standing.missing.size() >= standing.majority()) {
        return fmt::format("{}, but no {} of them can talk with each other", run,
                           standing.majority());
    }
    const std::string lacks = fmt::format("{}, and a majority is {}", run, standing.majority());
    if (standing.missing.size() == 1) {
        return fmt::format("{}: controller {} is missing", lacks, standing.missing.front());
    }
    const std::vector<int32_t> others(standing.missing.begin(), standing.missing.end() - 1);
    return fmt::format("{}: controllers {} and {} are missing", lacks, fmt::join(others, ", "),
                       standing.missing.back());
}

std::string no_decider_text(const QuorumStanding& standing) {
    if (standing.decides()) {
        return {};
    }
    return nobody_text(standing, "no controller is active") + ": " +
           (standing.has_majority() ? fmt::format("{} elect one", electors(standing))
                                    : no_majority_text(standing));
}

std::string undecided_text(const QuorumStanding& standing) {
    constexpr const char* kMeaning =
        "no broker is fenced, no leader elected, no ISR changed; brokers go on with the metadata "
        "that they have";
    if (standing.decides()) {
        return {};
    }
    if (!standing.has_majority()) {
        return fmt::format("the metadata quorum has no majority: {}. Until it has one, {}",
                           no_majority_text(standing), kMeaning);
    }
    return fmt::format("{}: until {} elect one, {}",
                       nobody_text(standing, "there is no active controller"), electors(standing),
                       kMeaning);
}

}  // namespace brokerlab

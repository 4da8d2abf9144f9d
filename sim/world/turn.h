// Turn: what happens around every handler: it gets Env and Effects, and what it asked for is
// carried out: facts, network actions, the timer of its node.
#pragma once

#include <vector>

#include "sim/kernel/event.h"
#include "sim/model/facts.h"
#include "sim/world/world.h"

namespace brokerlab {

/// What one event or command did, for whoever records or tells it.
struct StepResult {
    Event event;
    std::vector<Fact> facts;

    // Memory that one event leaves to the next; empty between them.
    std::vector<NetworkAction> spare_actions;
    std::vector<FactBody> spare_facts;
    std::vector<Arrival> spare_arrivals;
};

/// Schedules messages that the network wants delivered.
void schedule(World& world, const std::vector<Arrival>& arrivals, EventSequence cause);

[[nodiscard]] NodeTimers& edit_timers(World& world, NodeId node);
/// Arms the node's timer for its next deadline, unless one that is armed covers it.
void arm_timer(World& world, NodeId node, EventSequence cause);

class Turn {
public:
    /// For `node`, in the event of result.event.
    Turn(World& world, StepResult& result, NodeId node);
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    /// Carries out what is left in the effects.
    ~Turn();

    [[nodiscard]] const Env& env() const { return env_; }
    [[nodiscard]] Effects& effects() { return effects_; }
    /// States a fact of this node now.
    void state(FactBody body);

private:
    World& world_;
    StepResult& result_;
    NodeId node_;
    Env env_;
    uint32_t opened_before_;  ///< connections that the node had opened
    Effects effects_;
};

}  // namespace brokerlab

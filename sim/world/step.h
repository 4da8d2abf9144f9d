// Step: runs the next event of a World. It routes; behaviour is in the nodes.
#pragma once

#include "sim/world/turn.h"
#include "sim/world/world.h"

namespace brokerlab {

/// Runs the earliest pending event. `result` is filled anew.
void step(World& world, StepResult& result);

/// Closes an event or command: counts it and mixes it and its facts into the world's history.
void close_event(World& world, const StepResult& result);

}  // namespace brokerlab

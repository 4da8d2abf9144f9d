// The passes that a broker runs on a schedule: checkpoints, ISR shrinking, retention, cleaning,
// expiry of producer ids. [storage LogManager.scala, ReplicaManager.scala startup,
// LogCleaner.scala]
#pragma once

#include "sim/broker/replica_manager.h"
#include "sim/model/env.h"

namespace brokerlab {

/// Sets the first run of each pass.
void start_schedule(ReplicaManager& rm, SimTime now);
/// Runs the passes that are due and sets their next run.
void run_schedule(ReplicaManager& rm, const Env& env, Effects& fx);
[[nodiscard]] SimTime next_scheduled(const ReplicaManager& rm);

}  // namespace brokerlab

// Boot: how a World comes to life: a real start of the cluster, in negative time.
//
// Controllers elect, brokers register and are unfenced, `admin` creates the declared topics. Time 0
// is the first full second at which every declared partition has its full ISR in every broker's
// metadata; then the clients start.
#pragma once

#include <string>
#include <vector>

#include "sim/base/outcome.h"
#include "sim/world/turn.h"
#include "sim/world/world.h"

namespace brokerlab {

/// How long a boot may take before it counts as failed.
inline constexpr Duration kBootLimit = 120_s;

/// A World at the start of its boot: every process is about to start.
[[nodiscard]] World new_world(const Setup& setup);

/// For step: looks how far the boot is and does what is next.
void advance_boot(World& world, StepResult& result);

/// What the boot still waits for, in a sentence; empty when it is over.
[[nodiscard]] std::string boot_waits_for(const World& world);
/// Why the boot can't succeed: Kafka's answer to the creation of a declared topic.
[[nodiscard]] std::optional<Failure> boot_failure(const StepResult& result);

}  // namespace brokerlab

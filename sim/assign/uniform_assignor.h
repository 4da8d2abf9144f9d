// Uniform, the coordinator's first choice: even shares, and members keep what they have
// [UniformAssignor.java].
//
// With equal subscriptions the first members get the odd ones; what is free goes to the members in
// their order, each taking all it lacks. With different ones each partition goes to the subscriber
// with the fewest, and partitions then move topic by topic while that evens out the loads.
#pragma once

#include "sim/assign/numbered_targets.h"

namespace brokerlab {

/// `targets` has at least one member. [UniformHomogeneousAssignmentBuilder.java]
[[nodiscard]] TargetOwners assign_uniform_homogeneous(const NumberedTargets& targets);

/// [UniformHeterogeneousAssignmentBuilder.java]
[[nodiscard]] TargetOwners assign_uniform_heterogeneous(const NumberedTargets& targets);

}  // namespace brokerlab

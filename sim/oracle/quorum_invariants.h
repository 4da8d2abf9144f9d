// The predicates about the metadata quorum, its controllers, and the registrations of brokers.
//
// Each gives a sentence when its invariant does not hold; the table in invariants.cc says which.
#pragma once

#include "sim/oracle/invariant_memory.h"
#include "sim/oracle/invariant_views.h"
#include "sim/oracle/invariants.h"

namespace brokerlab {

/// A member's log from `offset` on is gone or doubtful.
void forget_agreement(QuorumMemory& memory, NodeId node, Offset offset);

[[nodiscard]] Violation two_quorum_leaders(const QuorumView& view, QuorumMemory& memory);
[[nodiscard]] Violation two_active_controllers(const QuorumView& view, QuorumMemory& memory);
[[nodiscard]] Violation committed_metadata_differs(const QuorumView& view, QuorumMemory& memory);
[[nodiscard]] Violation broker_epoch_fell(const MetadataImage& committed,
                                          RegistrationMemory& memory);

}  // namespace brokerlab

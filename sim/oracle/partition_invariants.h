// The predicates about partitions and about consumers that read them.
//
// Each gives a sentence when its invariant does not hold; the table in invariants.cc says which.
#pragma once

#include "sim/oracle/invariant_memory.h"
#include "sim/oracle/invariant_views.h"
#include "sim/oracle/invariants.h"

namespace brokerlab {

/// Takes note of what outlasts a replica; to be called before the predicates. Forgets what was
/// known of another topic of this name.
void remember_partition(const PartitionView& view, PartitionMemory& memory);
/// A replica's records from `offset` on are gone or doubtful: where it agreed with others has to be
/// found out anew.
void forget_agreement(PartitionMemory& memory, BrokerId broker, Offset offset);

[[nodiscard]] Violation two_leaders(const PartitionView& view, PartitionMemory& memory);
[[nodiscard]] Violation isr_outside_replicas(const PartitionView& view, PartitionMemory& memory);
[[nodiscard]] Violation epoch_fell(const PartitionView& view, PartitionMemory& memory);
[[nodiscard]] Violation high_watermark_above_isr(const PartitionView& view,
                                                 PartitionMemory& memory);
[[nodiscard]] Violation committed_records_differ(const PartitionView& view,
                                                 PartitionMemory& memory);
[[nodiscard]] Violation high_watermark_fell(const PartitionView& view, PartitionMemory& memory);
[[nodiscard]] Violation consumer_beyond_committed(const ConsumerView& consumer,
                                                  const PartitionView& view,
                                                  const PartitionMemory& memory);

}  // namespace brokerlab

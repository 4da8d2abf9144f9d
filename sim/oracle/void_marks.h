// Which void marks of the outcome ledger end a premise.
//
// All do, but for unclean elections that only a switched-off rule brought about: what breaks then
// is what the rule is for.
#pragma once

#include <vector>

#include "sim/metadata/metadata_image.h"
#include "sim/model/facts.h"
#include "sim/model/outcomes.h"
#include "sim/oracle/invariant_memory.h"
#include "sim/world/world.h"

namespace brokerlab {

/// Whether unclean.leader.election.enable holds for the topic, as set for it, for all brokers, or
/// in the cluster's files.
[[nodiscard]] bool allows_unclean_election(const World& world, const MetadataImage& committed,
                                           std::string_view topic);

/// Reads the marks that the ledger has got since the last call; `facts` are those of the event that
/// just ran. An unclean election counts when elect-from-isr is on; while it is off only where Kafka
/// would have been allowed to hold it: the topic allows them, or it was asked for by name.
void read_void_marks(const World& world, const MetadataImage& committed,
                     const std::vector<Fact>& facts, InvariantMemory& memory);

/// An unclean election that is seen from the committed metadata alone: its fact can be lost with
/// the controller that was to state it.
void note_recovering_leader(const World& world, const TopicPartition& tp,
                            const PartitionRegistration& registration, InvariantMemory& memory);

}  // namespace brokerlab

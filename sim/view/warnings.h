// Warnings: clients that can't succeed as things are, for a plain reason, in a sentence each.
//
// A pure function of the World: it looks at configuration and metadata, never at what failed. A
// reason is plain when no fault and no waiting would change it, only an administrator: a topic that
// is not there and that no broker may or can create on demand; members that have nothing in common
// by which their group could give out partitions.
// Not a reason: min.insync.replicas above the replication factor, which Kafka counts as equal to
// it [core cluster/Partition.scala effectiveMinIsr].
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/model/facts.h"
#include "sim/world/world.h"

namespace brokerlab {

/// One sentence, without its full stop, for each topic that keeps clients from succeeding, in the
/// order in which the clients that need them were declared; then one for each group whose members
/// exclude each other.
[[nodiscard]] std::vector<std::string> hopeless_clients(const World& world);

/// Why no broker creates this topic, which does not exist, when a client asks for it: "can't be
/// created on demand: it would get 3 replicas ..."; nothing when one does.
[[nodiscard]] std::optional<std::string> why_not_on_demand(const World& world,
                                                           const std::string& topic);

/// Whether the answer of hopeless_clients() may be another one after this fact.
[[nodiscard]] bool may_change_hope(const Fact& fact);

}  // namespace brokerlab

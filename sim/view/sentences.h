// Sentences: facts in plain English, for the story, the fact log and the chain of causes.
#pragma once

#include <string>

#include "sim/model/facts.h"
#include "sim/world/world.h"

namespace brokerlab {

/// How much a fact matters to somebody who reads the story of a run.
enum class Weight : uint8_t {
    kNoise,   ///< happens with every record or as a matter of course
    kDetail,  ///< explains something, and comes often
    kNormal,
    kMajor,  ///< a turning point
};
[[nodiscard]] Weight weight_of(const FactBody& fact);

/// What happened, without when: a sentence without its full stop. `world` gives clients their
/// names.
[[nodiscard]] std::string sentence(const World& world, const Fact& fact);

/// Whose doing it is, as a list of facts names it: the node that states it; "the lab" for a
/// command, which nobody in the cluster gave.
[[nodiscard]] std::string actor_of(const World& world, const Fact& fact);

/// The same for a fact of the same node, kind and reason about several partitions: the others are
/// named in `also`. Only for kinds that have a partition.
[[nodiscard]] const TopicPartition* partition_of(const FactBody& fact);

/// Kafka's name of an error, with what it means where a newcomer will ask: "UNKNOWN_MEMBER_ID, it
/// is no member of the group any more".
[[nodiscard]] std::string error_text(ErrorCode error);

/// "1, 3" and "none" of nobody.
[[nodiscard]] std::string brokers_text(const std::vector<BrokerId>& brokers);

/// "12.345 s after time 0" as the story's first column: "12.345".
[[nodiscard]] std::string moment_text(Duration shown);

}  // namespace brokerlab

// The invariant about committed offsets: where a group goes on reading is moved back by nobody but
// who reads there.
//
// A member that the group has put out may wake up and commit how far it had come, behind the one
// that has its partition now: the group would process again what is done, or, had it come further,
// skip what is not. The generation in its commit tells the coordinator (Rule
// kCommitGenerationCheck). The member that holds a partition may move back: its position was reset.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/model/ids.h"
#include "sim/world/world.h"

namespace brokerlab {

/// The last commits that were stated, by group and partition; without those that were removed.
using CommitMemory = FlatMap<std::pair<std::string, TopicPartition>, Offset>;

/// A committed offset beside what it was before.
struct CommitView {
    std::string group;
    TopicPartition partition;
    Offset before;
    std::optional<Offset> now;  ///< nothing: it is gone, and no fact says why
    /// Who committed it; empty: somebody outside the group. Nothing: it was found so at the
    /// coordinator, and no fact says who did it.
    std::optional<std::string> by;
    std::vector<std::string> holders;  ///< the members that have the partition, or give it up

    bool operator==(const CommitView&) const = default;
};

/// The members to which the coordinator has given the partition, in any state of the group; nothing
/// while there is no coordinator to ask.
[[nodiscard]] std::optional<std::vector<std::string>> holders_of(const World& world,
                                                                 const std::string& group,
                                                                 const TopicPartition& partition);

/// What the coordinator of the group holds now beside what is remembered; empty while there is
/// none.
[[nodiscard]] std::vector<CommitView> view_commits(const World& world, const std::string& group,
                                                   const CommitMemory& memory);

/// An invariant (invariants.h): a sentence when the offset fell and must not have.
[[nodiscard]] std::optional<std::string> committed_offset_fell(const CommitView& commit);

}  // namespace brokerlab

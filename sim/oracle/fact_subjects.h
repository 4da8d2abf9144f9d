// Which subjects of the invariants an event wrote, read off its facts.
#pragma once

#include <string>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/model/facts.h"
#include "sim/model/ids.h"

namespace brokerlab {

struct FactSubjects {
    FlatSet<TopicPartition> partitions;
    FlatSet<std::string> topics;  ///< with all their partitions
    FlatSet<std::string> deleted_topics;
    FlatSet<std::string> groups;  ///< whose members took over partitions, or whose state changed
    bool all_partitions = false;  ///< a broker came or went
    bool quorum = false;          ///< and its controllers
    bool registrations = false;
    bool commits = false;  ///< of groups: made or removed

    [[nodiscard]] bool empty() const {
        return partitions.empty() && topics.empty() && deleted_topics.empty() && groups.empty() &&
               !all_partitions && !quorum && !registrations && !commits;
    }
};

/// Facts of clients, but for a position that was reset and what a rebalance brought, name no
/// subject: they are too many, and say nothing that the cluster's own facts or a complete check
/// would not show.
[[nodiscard]] FactSubjects subjects_of(const std::vector<Fact>& facts);

}  // namespace brokerlab

// PartitionChanges: collects the partition records of one decision with the facts that tell them.
//
// A request may name a partition twice: what comes later is judged on what came before it, so a
// partition that has changed already is asked for here and not in the image.
#pragma once

#include <optional>
#include <utility>

#include "sim/base/flat_map.h"
#include "sim/controller/partition_change_builder.h"
#include "sim/controller/replication_control.h"

namespace brokerlab {

/// How the facts of a change are told.
struct ChangeReason {
    LeaderChanged::Why leader = LeaderChanged::Why::kOther;
    bool by_leader = false;  ///< the partition's leader proposed the ISR
    bool cancels = false;    ///< a reassignment that ends was cancelled
};

/// Adds the record of one change and its facts to the decision; the partition afterwards.
PartitionRegistration add_partition_change(Decision& decision, const std::string& topic,
                                           const PartitionRegistration& now,
                                           PartitionChangeRecord change,
                                           const ChangeReason& reason);

class PartitionChanges {
public:
    PartitionChanges(const DecisionContext& context, Decision& decision)
        : context_(context), candidates_(context), decision_(decision) {}

    /// The partition as this decision leaves it so far; nullptr when there is none.
    [[nodiscard]] const PartitionRegistration* find(const TopicImage& topic,
                                                    PartitionId partition) const;
    /// Works towards the goal. The partition afterwards, or nullptr when nothing changes.
    const PartitionRegistration* change(const TopicImage& topic, PartitionId partition,
                                        PartitionGoal goal, const ChangeReason& reason);

private:
    const DecisionContext& context_;
    LeaderCandidates candidates_;
    Decision& decision_;
    FlatMap<std::pair<Uuid, PartitionId>, PartitionRegistration> changed_;
};

}  // namespace brokerlab

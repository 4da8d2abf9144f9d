// Sentences, labels and weights of the facts about consumer groups: parts of those of all facts
// (sentences.cc, lane_labels.cc).
#pragma once

#include <string>
#include <string_view>

#include "sim/view/sentences.h"

namespace brokerlab {

/// A sentence without its full stop.
struct TellGroups {
    const World& world;
    NodeId node;

    [[nodiscard]] std::string here() const;

    std::string operator()(const GroupPhaseChanged& f) const;
    std::string operator()(const GroupRebalanceBegan& f) const;
    std::string operator()(const GroupMemberJoined& f) const;
    std::string operator()(const GroupMemberLeft& f) const;
    std::string operator()(const GroupAssignmentMade& f) const;
    std::string operator()(const GroupMemberReconciled& f) const;
    std::string operator()(const GroupCoordinatorLoaded& f) const;
    std::string operator()(const GroupCoordinatorUnloaded& f) const;
    std::string operator()(const OffsetsCommitted& f) const;
    std::string operator()(const OffsetsRemoved& f) const;
    std::string operator()(const GroupRequestRefused& f) const;
    std::string operator()(const CoordinatorFound& f) const;
    std::string operator()(const CoordinatorLost& f) const;
    std::string operator()(const PartitionsAssigned& f) const;
    std::string operator()(const PartitionsRevoked& f) const;
    std::string operator()(const PartitionsLost& f) const;
    std::string operator()(const PollTimedOut& f) const;
    std::string operator()(const CommitFailed& f) const;
    std::string operator()(const ConsumerFailed& f) const;
    std::string operator()(const RecordsProcessed& f) const;
};

/// A few words for a mark on a lane.
struct LabelGroups {
    std::string operator()(const GroupPhaseChanged& f) const;
    std::string operator()(const GroupRebalanceBegan& f) const;
    std::string operator()(const GroupMemberJoined& f) const;
    std::string operator()(const GroupMemberLeft& f) const;
    std::string operator()(const GroupAssignmentMade& f) const;
    std::string operator()(const GroupMemberReconciled& f) const;
    std::string operator()(const GroupCoordinatorLoaded& f) const;
    std::string operator()(const GroupCoordinatorUnloaded& f) const;
    std::string operator()(const OffsetsCommitted& f) const;
    std::string operator()(const OffsetsRemoved& f) const;
    std::string operator()(const GroupRequestRefused& f) const;
    std::string operator()(const CoordinatorFound& f) const;
    std::string operator()(const CoordinatorLost& f) const;
    std::string operator()(const PartitionsAssigned& f) const;
    std::string operator()(const PartitionsRevoked& f) const;
    std::string operator()(const PartitionsLost& f) const;
    std::string operator()(const PollTimedOut& f) const;
    std::string operator()(const CommitFailed& f) const;
    std::string operator()(const ConsumerFailed& f) const;
    std::string operator()(const RecordsProcessed& f) const;
};

struct WeighGroups {
    Weight operator()(const GroupPhaseChanged&) const { return Weight::kNormal; }
    Weight operator()(const GroupRebalanceBegan&) const { return Weight::kMajor; }
    Weight operator()(const GroupMemberJoined&) const { return Weight::kNormal; }
    Weight operator()(const GroupMemberLeft&) const { return Weight::kMajor; }
    Weight operator()(const GroupAssignmentMade&) const { return Weight::kNormal; }
    Weight operator()(const GroupMemberReconciled&) const { return Weight::kDetail; }
    /// Most have nothing to coordinate: one for each partition of __consumer_offsets.
    Weight operator()(const GroupCoordinatorLoaded& f) const {
        return f.groups > 0 ? Weight::kNormal : Weight::kDetail;
    }
    Weight operator()(const GroupCoordinatorUnloaded&) const { return Weight::kDetail; }
    Weight operator()(const OffsetsCommitted&) const { return Weight::kNoise; }
    Weight operator()(const OffsetsRemoved&) const { return Weight::kMajor; }
    Weight operator()(const GroupRequestRefused&) const { return Weight::kDetail; }
    Weight operator()(const CoordinatorFound&) const { return Weight::kDetail; }
    Weight operator()(const CoordinatorLost&) const { return Weight::kNormal; }
    Weight operator()(const PartitionsAssigned&) const { return Weight::kMajor; }
    Weight operator()(const PartitionsRevoked&) const { return Weight::kNormal; }
    Weight operator()(const PartitionsLost&) const { return Weight::kMajor; }
    Weight operator()(const PollTimedOut&) const { return Weight::kMajor; }
    Weight operator()(const CommitFailed& f) const {
        return f.retried ? Weight::kNormal : Weight::kMajor;
    }
    Weight operator()(const ConsumerFailed&) const { return Weight::kMajor; }
    Weight operator()(const RecordsProcessed&) const { return Weight::kNoise; }
};

/// What a group does in the state that Kafka calls so: "it has no members".
[[nodiscard]] std::string_view group_state_meaning(std::string_view state);
/// Why the group rebalances: "stock-3 joins".
[[nodiscard]] std::string rebalance_cause(const GroupRebalanceBegan& fact);
/// "orders-0 to 2, clicks-1"; "nothing" of none.
[[nodiscard]] std::string partitions_text(const std::vector<TopicPartition>& sorted);

}  // namespace brokerlab

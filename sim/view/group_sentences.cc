#include "sim/view/group_sentences.h"

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

std::string_view phase_name(GroupPhase phase) {
    switch (phase) {
        case GroupPhase::kEmpty:
            return "Empty";
        case GroupPhase::kPreparingRebalance:
            return "PreparingRebalance";
        case GroupPhase::kCompletingRebalance:
            return "CompletingRebalance";
        case GroupPhase::kAssigning:
            return "Assigning";
        case GroupPhase::kReconciling:
            return "Reconciling";
        case GroupPhase::kStable:
            return "Stable";
        case GroupPhase::kDead:
            return "Dead";
    }
    BL_CHECK(false);
}

std::string left_because(const GroupMemberLeft& f) {
    switch (f.why) {
        case GroupMemberLeft::Why::kLeft:
            return "it said so";
        case GroupMemberLeft::Why::kSessionExpired:
            return fmt::format("no heartbeat for {} (its session time-out)", span_text(f.timeout));
        case GroupMemberLeft::Why::kDidNotRejoin:
            return fmt::format("it did not join again within {} (its rebalance time-out)",
                               span_text(f.timeout));
        case GroupMemberLeft::Why::kDidNotSync:
            return fmt::format("it did not ask for its partitions within {}", span_text(f.timeout));
        case GroupMemberLeft::Why::kDidNotRevoke:
            return fmt::format(
                "it did not give up its partitions within {} (its rebalance "
                "time-out)",
                span_text(f.timeout));
        case GroupMemberLeft::Why::kReplaced:
            return "another process with its group.instance.id took its place";
        case GroupMemberLeft::Why::kNeverCame:
            return "it did not come back with the member id that it was given";
        case GroupMemberLeft::Why::kGroupUnavailable:
            return "the group could not be written";
    }
    BL_CHECK(false);
}

}  // namespace

std::string_view group_state_meaning(std::string_view state) {
    if (state == "Unknown") {
        return "no broker coordinates it at this moment";
    }
    if (state == "Empty") {
        return "it has no members";
    }
    if (state == "PreparingRebalance") {
        return "it waits for its members to join";
    }
    if (state == "CompletingRebalance") {
        return "all have joined, the leading member says who reads what";
    }
    if (state == "Assigning") {
        return "who reads what is computed anew";
    }
    if (state == "Reconciling") {
        return "members give up and take over partitions";
    }
    if (state == "Stable") {
        // Whether they have read the answers that say so is not known here.
        return "each member has been given its partitions";
    }
    return "its coordinator knows of no such group";
}

std::string rebalance_cause(const GroupRebalanceBegan& f) {
    switch (f.why) {
        case GroupRebalanceBegan::Why::kMemberJoined:
            return f.member + " joins";
        case GroupRebalanceBegan::Why::kMemberLeft:
            return f.member + " has left";
        case GroupRebalanceBegan::Why::kMemberExpired:
            return f.member + " was not heard of in time";
        case GroupRebalanceBegan::Why::kMemberRejoined:
            return f.member + " joins again";
        case GroupRebalanceBegan::Why::kSubscriptionChanged:
            return f.member + " wants other topics";
        case GroupRebalanceBegan::Why::kTopicsChanged:
            return "its topics have changed";
        case GroupRebalanceBegan::Why::kAssignmentLost:
            return "the assignment could not be written";
    }
    BL_CHECK(false);
}

std::string partitions_text(const std::vector<TopicPartition>& sorted) {
    std::string text;
    for (std::size_t i = 0; i < sorted.size();) {
        std::size_t last = i;
        while (last + 1 < sorted.size() && sorted[last + 1].topic == sorted[i].topic &&
               sorted[last + 1].partition.value == sorted[last].partition.value + 1) {
            ++last;
        }
        text += text.empty() ? "" : ", ";
        text += sorted[i].to_string();
        if (last > i) {
            text += fmt::format(" to {}", sorted[last].partition.value);
        }
        i = last + 1;
    }
    return text.empty() ? "nothing" : text;
}

std::string TellGroups::here() const {
    return node_name(world, node);
}
std::string TellGroups::operator()(const GroupPhaseChanged& f) const {
    return fmt::format("group {} is {}: {}", f.group, phase_name(f.to),
                       group_state_meaning(phase_name(f.to)));
}
std::string TellGroups::operator()(const GroupRebalanceBegan& f) const {
    return fmt::format("group {} rebalances: {}", f.group, rebalance_cause(f));
}
std::string TellGroups::operator()(const GroupMemberJoined& f) const {
    return f.instance_id ? fmt::format("{} joins group {} as static member {}", f.member, f.group,
                                       *f.instance_id)
                         : fmt::format("{} joins group {}", f.member, f.group);
}
std::string TellGroups::operator()(const GroupMemberLeft& f) const {
    return fmt::format("{} is no member of group {} any more: {}", f.member, f.group,
                       left_because(f));
}
std::string TellGroups::operator()(const GroupAssignmentMade& f) const {
    std::string text =
        fmt::format("group {}, {}: {} assigns", f.group,
                    node.kind == NodeKind::kBroker ? fmt::format("epoch {}", f.epoch)
                                                   : fmt::format("generation {}", f.epoch),
                    f.assignor);
    const char* separator = " ";
    for (const MemberPartitions& member : f.members) {
        text +=
            fmt::format("{}{} to {}", separator, partitions_text(member.partitions), member.member);
        separator = "; ";
    }
    return text;
}
std::string TellGroups::operator()(const GroupMemberReconciled& f) const {
    switch (f.state) {
        case GroupMemberReconciled::State::kStable:
            return fmt::format("{} is at epoch {} of group {} with {}", f.member, f.epoch.value,
                               f.group, partitions_text(f.assigned));
        case GroupMemberReconciled::State::kUnrevoked:
            return fmt::format("{} must give up {} first", f.member, partitions_text(f.revoking));
        case GroupMemberReconciled::State::kUnreleased:
            return fmt::format("{} has {} and waits for partitions that others still hold",
                               f.member, partitions_text(f.assigned));
    }
    BL_CHECK(false);
}
std::string TellGroups::operator()(const GroupCoordinatorLoaded& f) const {
    return fmt::format(
        "{} has read __consumer_offsets-{} and coordinates its groups: {} group{}, "
        "{} committed offset{}",
        here(), f.partition.value, f.groups, f.groups == 1 ? "" : "s", f.offsets,
        f.offsets == 1 ? "" : "s");
}
std::string TellGroups::operator()(const GroupCoordinatorUnloaded& f) const {
    return fmt::format("{} coordinates the groups of __consumer_offsets-{} no more", here(),
                       f.partition.value);
}
std::string TellGroups::operator()(const OffsetsCommitted& f) const {
    std::string text = fmt::format("group {}: {} commits", f.group,
                                   f.member.empty() ? "somebody outside" : f.member);
    const char* separator = " ";
    for (const CommittedPosition& position : f.positions) {
        text += fmt::format("{}{} at {}", separator, position.partition.to_string(),
                            position.offset.value);
        separator = ", ";
    }
    return text;
}
std::string TellGroups::operator()(const OffsetsRemoved& f) const {
    static constexpr std::string_view kWhy[] = {"they have expired", "the topic was deleted",
                                                "the group was deleted"};
    return fmt::format("group {} loses its committed offsets of {}: {}", f.group,
                       partitions_text(f.partitions), kWhy[static_cast<std::size_t>(f.why)]);
}
std::string TellGroups::operator()(const GroupRequestRefused& f) const {
    return fmt::format("{} answers {}'s {} of group {} with {}", here(), f.member, api_name(f.api),
                       f.group, error_name(f.error));
}
std::string TellGroups::operator()(const CoordinatorFound& f) const {
    return fmt::format("{} learns that broker {} coordinates group {}", here(), f.coordinator.value,
                       f.group);
}
std::string TellGroups::operator()(const CoordinatorLost& f) const {
    return fmt::format("{} looks for the coordinator of group {} again: {}", here(), f.group,
                       f.error == ErrorCode::kNone ? "it does not hear from it"
                                                   : std::string(error_name(f.error)));
}
std::string TellGroups::operator()(const PartitionsAssigned& f) const {
    return fmt::format("{} now reads {} for group {}", here(), partitions_text(f.partitions),
                       f.group);
}
std::string TellGroups::operator()(const PartitionsRevoked& f) const {
    return fmt::format("{} gives up {}", here(), partitions_text(f.partitions));
}
std::string TellGroups::operator()(const PartitionsLost& f) const {
    return fmt::format(
        "{} has lost {}: another member may have them already, and nothing more can "
        "be committed for them",
        here(), partitions_text(f.partitions));
}
std::string TellGroups::operator()(const PollTimedOut& f) const {
    return fmt::format(
        "{} leaves group {}: it has not called poll() for {} "
        "(max.poll.interval.ms)",
        here(), f.group, span_text(f.interval));
}
std::string TellGroups::operator()(const CommitFailed& f) const {
    return fmt::format("{} can't commit to group {}: {}{}", here(), f.group, error_name(f.error),
                       f.retried ? "; it will try again" : "");
}
std::string TellGroups::operator()(const ConsumerFailed& f) const {
    const std::string error = f.error == ErrorCode::kNone ? "" : std::string(error_name(f.error));
    return fmt::format("{} can't go on in group {}: {}{}{}", here(), f.group, error,
                       error.empty() || f.message.empty() ? "" : ", ", f.message);
}
std::string TellGroups::operator()(const RecordsProcessed& f) const {
    return f.count == 1
               ? fmt::format("{} has processed {} at {}", here(), f.partition.to_string(),
                             f.first.value)
               : fmt::format("{} has processed {} records of {}, from {} to {}", here(), f.count,
                             f.partition.to_string(), f.first.value, f.last.value);
}

std::string LabelGroups::operator()(const GroupPhaseChanged& f) const {
    return fmt::format("{}: {}", f.group, phase_name(f.to));
}
std::string LabelGroups::operator()(const GroupRebalanceBegan& f) const {
    return f.group + " rebalances";
}
std::string LabelGroups::operator()(const GroupMemberJoined& f) const {
    return f.member + " joins";
}
std::string LabelGroups::operator()(const GroupMemberLeft& f) const {
    return f.member + " is out";
}
std::string LabelGroups::operator()(const GroupAssignmentMade& f) const {
    return f.group + " assigned";
}
std::string LabelGroups::operator()(const GroupMemberReconciled& f) const {
    return fmt::format("{}: epoch {}", f.member, f.epoch.value);
}
std::string LabelGroups::operator()(const GroupCoordinatorLoaded& f) const {
    return fmt::format("coordinates __consumer_offsets-{}", f.partition.value);
}
std::string LabelGroups::operator()(const GroupCoordinatorUnloaded& f) const {
    return fmt::format("gives up __consumer_offsets-{}", f.partition.value);
}
std::string LabelGroups::operator()(const OffsetsCommitted& f) const {
    return f.group + " commits";
}
std::string LabelGroups::operator()(const OffsetsRemoved& f) const {
    return f.group + " loses offsets";
}
std::string LabelGroups::operator()(const GroupRequestRefused& f) const {
    return std::string(error_name(f.error));
}
std::string LabelGroups::operator()(const CoordinatorFound& f) const {
    return fmt::format("coordinator: broker {}", f.coordinator.value);
}
std::string LabelGroups::operator()(const CoordinatorLost&) const {
    return "coordinator lost";
}
std::string LabelGroups::operator()(const PartitionsAssigned& f) const {
    return "+ " + partitions_text(f.partitions);
}
std::string LabelGroups::operator()(const PartitionsRevoked& f) const {
    return "- " + partitions_text(f.partitions);
}
std::string LabelGroups::operator()(const PartitionsLost& f) const {
    return "lost " + partitions_text(f.partitions);
}
std::string LabelGroups::operator()(const PollTimedOut&) const {
    return "no poll() in time";
}
std::string LabelGroups::operator()(const CommitFailed& f) const {
    return fmt::format("commit: {}", error_name(f.error));
}
std::string LabelGroups::operator()(const ConsumerFailed& f) const {
    return fmt::format("fails: {}", error_name(f.error));
}
std::string LabelGroups::operator()(const RecordsProcessed& f) const {
    return fmt::format("{} at {}", f.partition.to_string(), f.first.value);
}

}  // namespace brokerlab

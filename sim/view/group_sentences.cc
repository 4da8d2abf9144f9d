#include "sim/view/group_sentences.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/view/group_member.h"
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

/// Who is out, told apart from a process of now of the same name.
std::string left_text(const World& world, const GroupMemberLeft& f) {
    // Only a process that is there says that it leaves.
    return f.why == GroupMemberLeft::Why::kLeft
               ? f.member
               : member_text(world, f.member, f.member_id, std::nullopt);
}

/// What a member's reason to join means; the reason itself where our own client sends no such one.
std::string reason_text(std::string_view reason) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kMeanings = {{
        {"cached metadata has changed", "its metadata shows other partitions of its topics"},
        {"subscription has changed", "the topics that it wants have changed"},
        {"need to revoke partitions and re-join", "it has given up partitions for others to take"},
        {"group is already rebalancing", "it was told that the group rebalances"},
        {"offset commit failed since group is already rebalancing",
         "its commit was refused while the group rebalanced"},
        {"rebalance failed", "the rebalance before failed for it"},
        {"rebalance failed since the generation was reset", "it lost its place in the generation"},
        {"received assignment does not match the current subscription",
         "it was given topics that it does not want any more"},
        {"consumer pro-actively leaving the group", "it had left"},
    }};
    const auto* known = std::find_if(kMeanings.begin(), kMeanings.end(),
                                     [&](const auto& meaning) { return meaning.first == reason; });
    if (known != kMeanings.end()) {
        return std::string(known->second);
    }
    static constexpr std::string_view kFailed = "rebalance failed due to ";
    if (reason.starts_with(kFailed)) {
        return fmt::format("the rebalance before failed for it: {}", reason.substr(kFailed.size()));
    }
    static constexpr std::string_view kEncountered = "encountered ";
    static constexpr std::string_view kFrom = " from ";
    static constexpr std::string_view kResponse = " response";
    const std::size_t from = reason.find(kFrom);
    if (reason.starts_with(kEncountered) && reason.ends_with(kResponse) &&
        from != std::string_view::npos && from >= kEncountered.size()) {
        std::string_view request = reason.substr(from + kFrom.size());
        request.remove_suffix(kResponse.size());
        return fmt::format("its {} was answered with {}", request,
                           reason.substr(kEncountered.size(), from - kEncountered.size()));
    }
    return std::string(reason);
}

/// "stock-3 joins again: ...". A member that was given its id a moment ago has nothing to add.
std::string with_reason(std::string text, std::string_view reason) {
    const bool says_nothing =
        reason.empty() || reason.starts_with("need to re-join with the given member-id");
    return says_nothing ? text : fmt::format("{}: {}", text, reason_text(reason));
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
            return with_reason(f.member + " joins", f.reason);
        case GroupRebalanceBegan::Why::kMemberLeft:
            return f.member + " has left";
        case GroupRebalanceBegan::Why::kMemberExpired:
            return f.member + " was not heard of in time";
        case GroupRebalanceBegan::Why::kMemberPutOut:
            return f.member + " was put out";
        case GroupRebalanceBegan::Why::kMemberRejoined:
            return f.member.empty() ? "it has more members than group.max.size"
                                    : with_reason(f.member + " joins again", f.reason);
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
    if (f.why == GroupMemberLeft::Why::kReplaced) {
        return fmt::format("a new process takes the place of {} in group {} (group.instance.id)",
                           f.member, f.group);
    }
    return fmt::format("{} is no member of group {} any more: {}", left_text(world, f), f.group,
                       left_because(f));
}
std::string TellGroups::operator()(const GroupAssignmentMade& f) const {
    std::string text =
        fmt::format("group {}, {}: {} assigns", f.group,
                    node.kind == NodeKind::kBroker ? fmt::format("epoch {}", f.epoch)
                                                   : fmt::format("generation {}", f.epoch),
                    f.assignor);
    std::vector<std::string> names;
    for (const MemberPartitions& member : f.members) {
        names.push_back(client_of_member(world, f.group, member.member_id, member.member));
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        // Two members of one name are processes of one client.
        const bool twice = std::count(names.begin(), names.end(), names[i]) > 1;
        text += fmt::format(
            "{}{} to {}", i == 0 ? " " : "; ", partitions_text(f.members[i].partitions),
            twice ? member_text(world, names[i], f.members[i].member_id, std::nullopt) : names[i]);
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
                       f.group, error_text(f.error));
}
std::string TellGroups::operator()(const CoordinatorFound& f) const {
    return fmt::format("{} learns that broker {} coordinates group {}", here(), f.coordinator.value,
                       f.group);
}
std::string TellGroups::operator()(const CoordinatorLost& f) const {
    return fmt::format(
        "{} looks for the coordinator of group {} again: {}", here(), f.group,
        f.error == ErrorCode::kNone ? "it does not hear from it" : error_text(f.error));
}
std::string TellGroups::operator()(const PartitionsAssigned& f) const {
    return fmt::format("{} now reads {} for group {}", here(), partitions_text(f.partitions),
                       f.group);
}
std::string TellGroups::operator()(const PartitionsRevoked& f) const {
    return fmt::format("{} gives up {}", here(), partitions_text(f.partitions));
}
std::string TellGroups::operator()(const PartitionsLost& f) const {
    const char* them = f.partitions.size() == 1 ? "it" : "them";
    return fmt::format(
        "{} has lost {}: another member may have {} already, and nothing more can be committed for "
        "{}",
        here(), partitions_text(f.partitions), them, them);
}
std::string TellGroups::operator()(const PollTimedOut& f) const {
    return fmt::format(
        "{} leaves group {}: it has not called poll() for {} "
        "(max.poll.interval.ms)",
        here(), f.group, span_text(f.interval));
}
std::string TellGroups::operator()(const CommitFailed& f) const {
    return fmt::format("{} can't commit to group {}: {}{}", here(), f.group, error_text(f.error),
                       f.retried ? "; it will try again" : "");
}
std::string TellGroups::operator()(const ConsumerFailed& f) const {
    // Its own message says what the error means.
    const std::string error = f.error == ErrorCode::kNone ? std::string()
                              : f.message.empty()         ? error_text(f.error)
                                                          : std::string(error_name(f.error));
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
    return f.member + (f.why == GroupMemberLeft::Why::kReplaced ? " is replaced" : " is out");
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

// A consumer group: how it stands at its coordinator, its members, who reads which partition and
// how far behind, and what happened to it.
#include "sim/view/inspect_group.h"

#include <optional>

#include <fmt/format.h>

#include "sim/model/internal_topics.h"
#include "sim/view/fact_search.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/short_names.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostLines = 48;
/// Bytes of a topic's name that a narrow inspector shows beside the other columns.
constexpr std::size_t kTopicRoom = 12;

/// As the badges of other things, in capitals: "PREPARING REBALANCE".
std::string upper(std::string_view name) {
    std::string text;
    for (const char c : name) {
        const bool small = c >= 'a' && c <= 'z';
        text += !small && !text.empty() ? " " : "";
        text += small ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return text;
}

/// Nobody can say it while no broker coordinates the group.
std::string lag_text(const GroupMatrix& group, int64_t lag) {
    return group.is_known() ? grouped(lag) : "unknown";
}

/// What the coordinator knows: epoch, assignor, lag.
void add_standing(const GroupMatrix& group, RowsSection& section) {
    const bool known = group.is_known();
    section.rows.push_back(row(group.protocol == "consumer" ? "Group epoch" : "Generation",
                               known ? std::to_string(group.epoch) : "unknown"));
    section.rows.push_back(row("Assignor", !known                   ? "unknown"
                                           : group.assignor.empty() ? "none yet"
                                                                    : group.assignor));
    section.rows.push_back(row("Lag", lag_text(group, group.lag),
                               known && group.lag == 0 ? Tone::kGood : Tone::kPlain));
}

RowsSection state_section(const GroupMatrix& group) {
    RowsSection section{
        {},
        {row("State", fmt::format("{}: {}", group.state, group.meaning), group_tone(group.state))}};
    section.rows.push_back(broker_row("Coordinator", group.coordinator,
                                      group.coordinator == kNoBroker ? Tone::kBad : Tone::kPlain));
    if (group.offsets_partition.value >= 0) {
        const TopicPartition place{std::string(kOffsetsTopic), group.offsets_partition};
        section.rows.push_back(
            row("Kept in", place.to_string(), Tone::kPlain, PartitionThing{place}));
    }
    section.rows.push_back(row("Protocol", group.protocol));
    add_standing(group, section);
    return section;
}

TableSection members_section(const GroupMatrix& group) {
    TableSection table{"Members", {"Member", "Phase", "Partitions", "Lag"}, {}};
    for (std::size_t m = 0; m < group.members.size() && m < kMostLines; ++m) {
        const GroupMemberRow& member = group.members[m];
        table.lines.push_back({{member.label(), phase_word(member.phase),
                                std::to_string(member.partitions), lag_text(group, member.lag)},
                               phase_tone(member.phase),
                               ClientThing{member.name}});
    }
    return table;
}

/// The member to name for a partition: the one that reads it; else one that the group counts,
/// before a zombie; nothing when it is nobody's.
std::optional<std::size_t> told_of(const GroupMatrix& group, std::size_t partition) {
    std::optional<std::size_t> counted;
    std::optional<std::size_t> zombie;
    for (std::size_t m = 0; m < group.members.size(); ++m) {
        switch (group.cell(m, partition).state) {
            case GroupCellState::kNone:
                break;
            case GroupCellState::kReads:
                return m;
            case GroupCellState::kZombie:
                zombie = zombie ? zombie : m;
                break;
            case GroupCellState::kWaits:
            case GroupCellState::kRevoking:
            case GroupCellState::kAwaited:
            case GroupCellState::kSilent:
                counted = counted ? counted : m;
                break;
        }
    }
    return counted ? counted : zombie;
}

/// "orders-0"; of topics with long names without the beginning that all of them share:
/// "...NEW_ORDER-0".
std::vector<std::string> partition_names(const GroupMatrix& group) {
    std::vector<std::string> topics;
    for (const GroupPartitionColumn& column : group.partitions) {
        topics.push_back(column.partition.topic);
    }
    std::vector<std::string> names = short_names(topics, kTopicRoom);
    for (std::size_t p = 0; p < names.size(); ++p) {
        names[p] += fmt::format("-{}", group.partitions[p].partition.partition.value);
    }
    return names;
}

TableSection partitions_section(const GroupMatrix& group) {
    const std::vector<std::string> names = partition_names(group);
    TableSection table{"Partitions", {"Partition", "Reader", "Committed", "Log end", "Lag"}, {}};
    for (std::size_t p = 0; p < group.partitions.size() && p < kMostLines; ++p) {
        const GroupPartitionColumn& column = group.partitions[p];
        std::string reader = "nobody";
        Tone tone = Tone::kWarning;
        if (const std::optional<std::size_t> m = told_of(group, p)) {
            const GroupCellState state = group.cell(*m, p).state;
            const std::string name = group.members[*m].label();
            reader = state == GroupCellState::kReads ? name
                                                     : fmt::format("{} {}", name, cell_word(state));
            tone = cell_tone(state);
        }
        const std::optional<int64_t> lag = column.lag();
        table.lines.push_back({{names[p], reader, offset_text(column.committed),
                                offset_text(column.log_end), lag ? grouped(*lag) : "unknown"},
                               tone,
                               PartitionThing{column.partition}});
    }
    return table;
}

}  // namespace

Tone phase_tone(MemberPhase phase) {
    switch (phase) {
        case MemberPhase::kAssigned:
            return Tone::kGood;
        case MemberPhase::kJoining:
        case MemberPhase::kReconciling:
            return Tone::kClient;
        case MemberPhase::kSyncing:
            return Tone::kReplication;
        case MemberPhase::kRevoking:
            return Tone::kWarning;
        case MemberPhase::kSilent:
            return Tone::kBad;
        case MemberPhase::kOut:
        case MemberPhase::kLooking:
        case MemberPhase::kIdle:
            break;
    }
    return Tone::kPlain;
}

Tone cell_tone(GroupCellState state) {
    switch (state) {
        case GroupCellState::kNone:
            break;
        case GroupCellState::kReads:
            return Tone::kGood;
        case GroupCellState::kWaits:
        case GroupCellState::kRevoking:
            return Tone::kWarning;
        case GroupCellState::kAwaited:
            return Tone::kReplication;
        case GroupCellState::kSilent:
        case GroupCellState::kZombie:
            return Tone::kBad;
    }
    return Tone::kPlain;
}

Tone group_tone(std::string_view state) {
    return state == "Stable"                       ? Tone::kGood
           : state == "Unknown" || state == "Dead" ? Tone::kBad
           : state == "Empty"                      ? Tone::kPlain
                                                   : Tone::kWarning;
}

Inspection inspect_group(const InspectedWorld& in, const GroupThing& thing) {
    const GroupMatrix group = make_group_matrix(in.world, thing.group);
    Inspection inspection;
    inspection.title = thing.group;
    if (!group.there) {
        inspection.subtitle = "no such group at this moment";
        return inspection;
    }
    inspection.subtitle =
        fmt::format("consumer group, {}, {}", counted(group.members.size(), "member", "members"),
                    epoch_text(group));
    inspection.badge = upper(group.state);
    inspection.badge_tone = group_tone(group.state);
    add_section(inspection, state_section(group));
    add_section(inspection, members_section(group));
    add_section(inspection, partitions_section(group));
    add_section(inspection, history_of(in, "History", [&](const Fact& fact) {
                    return concerns(in.world, fact, thing);
                }));
    return inspection;
}

}  // namespace brokerlab

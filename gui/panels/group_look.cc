// How the phases of members, the cells of the matrix and the states of a group look: a colour and
// an icon each. The word stands beside them.
#include <fmt/format.h>

#include "gui/panels/group_parts.h"
#include "gui/widgets/icons.h"

namespace brokerlab {

ImU32 phase_colour(const Theme& theme, MemberPhase phase) {
    switch (phase) {
        case MemberPhase::kJoining:
            return theme.leader;
        case MemberPhase::kSyncing:
            return theme.replication;
        case MemberPhase::kRevoking:
            return theme.lagging;
        case MemberPhase::kReconciling:
            return theme.client;
        case MemberPhase::kAssigned:
            return theme.in_sync;
        case MemberPhase::kSilent:
            return theme.offline;
        case MemberPhase::kOut:
        case MemberPhase::kLooking:
        case MemberPhase::kIdle:
            break;
    }
    return theme.muted;
}

const char* phase_icon(MemberPhase phase) {
    switch (phase) {
        case MemberPhase::kOut:
            return kIconPower;
        case MemberPhase::kLooking:
            return kIconSearch;
        case MemberPhase::kJoining:
            return kIconPlug;
        case MemberPhase::kSyncing:
            return kIconDownload;
        case MemberPhase::kRevoking:
            return kIconUpload;
        case MemberPhase::kReconciling:
            return kIconHourglass;
        case MemberPhase::kAssigned:
            return kIconCheck;
        case MemberPhase::kIdle:
            return kIconCircleHollow;
        case MemberPhase::kSilent:
            return kIconOffline;
    }
    return "";
}

ImU32 cell_colour(const Theme& theme, GroupCellState state) {
    switch (state) {
        case GroupCellState::kNone:
            break;
        case GroupCellState::kReads:
            return theme.in_sync;
        case GroupCellState::kWaits:
        case GroupCellState::kRevoking:
            return theme.lagging;
        case GroupCellState::kAwaited:
            return theme.replication;
        case GroupCellState::kSilent:
        case GroupCellState::kZombie:
            return theme.offline;
    }
    return theme.muted;
}

const char* cell_icon(GroupCellState state) {
    switch (state) {
        case GroupCellState::kNone:
            break;
        case GroupCellState::kReads:
            return kIconCheck;
        case GroupCellState::kWaits:
            return kIconHourglass;
        case GroupCellState::kRevoking:
            return kIconUpload;
        case GroupCellState::kAwaited:
            return kIconDownload;
        case GroupCellState::kSilent:
            return kIconOffline;
        case GroupCellState::kZombie:
            return kIconWarning;
    }
    return "";
}

ImU32 group_colour(const Theme& theme, std::string_view state) {
    return state == "Stable"                       ? theme.in_sync
           : state == "Unknown" || state == "Dead" ? theme.offline
           : state == "Empty"                      ? theme.muted
                                                   : theme.lagging;
}

const char* group_icon(std::string_view state) {
    return state == "Stable"                       ? kIconCheck
           : state == "Unknown" || state == "Dead" ? kIconOffline
           : state == "Empty"                      ? kIconCircleHollow
                                                   : kIconHourglass;
}

std::string stretch_text(Duration length) {
    const int64_t ms = length.to_ms();
    return ms < 1000     ? fmt::format("{} ms", ms)
           : ms < 10'000 ? fmt::format("{}.{:02} s", ms / 1000, ms % 1000 / 10)
                         : fmt::format("{}.{} s", ms / 1000, ms % 1000 / 100);
}

}  // namespace brokerlab

// The parts of the group panel: who reads what, what each member did, rebalances and lag. Each
// draws itself at a place of the screen, as wide as it is told, and says how high it was.
#pragma once

#include <string>

#include <imgui.h>

#include "gui/frame.h"
#include "gui/intents.h"
#include "gui/panels/timeline_parts.h"
#include "gui/ui_state.h"
#include "sim/view/group_history.h"
#include "sim/view/group_matrix.h"
#include "sim/view/lag_history.h"

namespace brokerlab {

/// Logical: the narrowest column of the matrix.
inline constexpr float kLeastCell = 76;

struct GroupPen {
    const Frame& frame;
    UiState& ui;
    Intents& intents;
    const GroupMatrix& matrix;
    const GroupHistory& history;
    Duration from;  ///< the stretch of time shown
    Duration to;
    float gutter = 0;  ///< screen pixels: for the members' names

    [[nodiscard]] const Look& look() const { return frame.look; }
    [[nodiscard]] const Theme& colours() const { return frame.look.colours(); }
    [[nodiscard]] float px(float logical) const { return frame.look.px(logical); }
    /// Of the window or child that is drawn into now.
    [[nodiscard]] static ImDrawList& list() { return *ImGui::GetWindowDrawList(); }
};

/// An item for a thing: the mouse on it points at it elsewhere too, a right click opens its menu.
/// Returns whether it was pressed.
bool thing_item(const GroupPen& pen, const std::string& label, ImVec2 min, ImVec2 size,
                const Thing& thing);
/// A fact is selected, and why it happened is shown.
void ask_why(const GroupPen& pen, FactId fact);
/// "WHAT EACH MEMBER DID": 20 high.
void draw_part_title(const GroupPen& pen, ImVec2 at, std::string_view text);

// group_matrix.cc
[[nodiscard]] float draw_group_matrix(const GroupPen& pen, ImVec2 at, float width);
// group_hover.cc: for the last item.
void hover_member(const GroupPen& pen, const GroupMemberRow& member);
void hover_column(const GroupPen& pen, const GroupPartitionColumn& column);
void hover_cell(const GroupPen& pen, const GroupMemberRow& member,
                const GroupPartitionColumn& column, const GroupCell& cell);
// group_bars.cc
[[nodiscard]] float draw_group_bars(const GroupPen& pen, ImVec2 at, float width);
// group_rebalances.cc: at the cursor, as wide as what is left of the window.
void draw_group_lag(const GroupPen& pen, const LagHistory& lag);
void draw_group_rebalances(const GroupPen& pen);

// group_look.cc
[[nodiscard]] ImU32 phase_colour(const Theme& theme, MemberPhase phase);
[[nodiscard]] const char* phase_icon(MemberPhase phase);
[[nodiscard]] ImU32 cell_colour(const Theme& theme, GroupCellState state);
[[nodiscard]] const char* cell_icon(GroupCellState state);
/// Of a group's state as Kafka names it.
[[nodiscard]] ImU32 group_colour(const Theme& theme, std::string_view state);
[[nodiscard]] const char* group_icon(std::string_view state);
/// "3.1 s", "14 ms".
[[nodiscard]] std::string stretch_text(Duration length);

}  // namespace brokerlab

// The timeline panel: moves through the run, shows what happened on a lane for each node, and the
// branches of it.
//
// The row of controls is always in sight; what is left of the height is for ruler and lanes, which
// scroll.
#include "gui/panel.h"
#include "gui/panels/timeline_parts.h"

namespace brokerlab {

void draw_timeline_panel(const Frame& frame, UiState& ui, Intents& intents) {
    const Look& look = frame.look;
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const float controls = draw_transport(frame, ui, intents);
    float y = corner.y + controls + look.px(4);
    if (frame.timeline.branches().size() > 1) {
        const float height = look.px(24);
        ImGui::SetCursorScreenPos({corner.x, y});
        draw_branch_tabs(frame, intents, ImGui::GetContentRegionAvail().x, height);
        y += height + look.px(2);
    }
    ImGui::SetCursorScreenPos({corner.x, y});
    draw_timeline_lanes(frame, ui, intents);
}

}  // namespace brokerlab

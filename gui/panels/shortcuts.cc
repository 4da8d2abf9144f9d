// The shortcut sheet: every key of the app, by group.
#include <string>

#include <imgui.h>

#include "gui/app_commands.h"
#include "gui/panel.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/overlay.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"

namespace brokerlab {
namespace {

void draw_key_row(const Look& look, const AppCommand& command) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = look.px(28);
    ImGui::Dummy(ImVec2(width, height));
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float middle = at.y + height / 2;
    draw_text_fitted(list, look.fonts.text, look.colours().text, ImVec2(at.x, middle),
                     width - key_hint_width(look, command.keys) - look.px(8), command.name);
    draw_key_hint(look, list, ImVec2(at.x + width, middle), command.keys, Align::kRight);
}

void draw_group(const Look& look, AppCommandGroup group) {
    section_title(look, group_title(group));
    for (const AppCommand& command : app_commands()) {
        if (command.group == group && !command.keys.empty()) {
            draw_key_row(look, command);
        }
    }
    spacer(look, 8);
}

}  // namespace

void draw_shortcuts_panel(const Frame& frame, UiState& ui, Intents& /*intents*/) {
    if (!ui.shortcuts_open) {
        return;
    }
    const Look& look = frame.look;
    const Overlay overlay(look, "Keyboard shortcuts",
                          {.width = 760, .height = 560, .title = "Keyboard shortcuts"});
    ImGui::BeginChild("##keys");
    const bool two = ImGui::GetContentRegionAvail().x > look.px(560);
    if (ImGui::BeginTable("##columns", two ? 2 : 1)) {
        ImGui::TableNextColumn();
        draw_group(look, AppCommandGroup::kRun);
        draw_group(look, AppCommandGroup::kFile);
        ImGui::TableNextColumn();
        draw_group(look, AppCommandGroup::kView);
        draw_group(look, AppCommandGroup::kHelp);
        ImGui::EndTable();
    }
    ImGui::EndChild();
    if (overlay.dismissed()) {
        ui.shortcuts_open = false;
    }
}

}  // namespace brokerlab

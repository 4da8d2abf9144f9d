#include "gui/widgets/overlay.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <imgui.h>

#include "gui/widgets/buttons.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"

namespace brokerlab {
namespace {

constexpr ImGuiWindowFlags kBare =
    ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings;

/// The dimmed rest of the window. Returns whether it was clicked.
bool draw_scrim(const Look& look, const char* name) {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos(ImVec2(0, 0));
    ImGui::SetNextWindowSize(size);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::Begin(fmt::format("Behind {}", name).c_str(), nullptr,
                 kBare | ImGuiWindowFlags_NoBackground);
    ImGui::PopStyleVar();
    ImGui::GetWindowDrawList()->AddRectFilled(ImVec2(0, 0), size, faded(look.colours().page, 0.6F));
    const bool clicked = ImGui::InvisibleButton("Close by a click beside", size);
    ImGui::End();
    return clicked;
}

}  // namespace

Overlay::Overlay(const Look& look, const char* name, const OverlayOptions& options) {
    dismissed_ = draw_scrim(look, name);
    const ImVec2 room = ImGui::GetIO().DisplaySize;
    const ImVec2 size(std::min(look.px(options.width), room.x - look.px(24)),
                      std::min(look.px(options.height), room.y - look.px(24)));
    // Never nearer to an edge of the window than this.
    const float edge = look.px(12);
    const float top = options.top > 0 ? std::min(look.px(options.top), room.y - size.y - edge)
                                      : (room.y - size.y) / 2;
    ImGui::SetNextWindowPos(ImVec2((room.x - size.x) / 2, std::max(edge, top)));
    ImGui::SetNextWindowSize(size);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(look.px(16), look.px(16)));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
    ImGui::Begin(name, nullptr, kBare | ImGuiWindowFlags_NoBackground);
    ImGui::PopStyleVar(2);
    if (ImGui::IsWindowAppearing()) {
        ImGui::SetWindowFocus();
    }
    const ImVec2 min = ImGui::GetWindowPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRectFullScreen();
    draw_card(look, list, min, ImVec2(min.x + size.x, min.y + size.y));
    list.PopClipRect();
    if (options.title.empty()) {
        return;
    }
    const float middle = min.y + look.px(28);
    draw_text(list, look.fonts.title, look.colours().text, ImVec2(min.x + look.px(16), middle),
              options.title);
    ImGui::SetCursorScreenPos(ImVec2(min.x + size.x - look.px(44), middle - look.px(14)));
    if (icon_button(look, "Close", kIconClose, {.size = 28})) {
        dismissed_ = true;
    }
    ImGui::SetCursorScreenPos(ImVec2(min.x + look.px(16), min.y + look.px(52)));
}

Overlay::~Overlay() {
    ImGui::End();
}

}  // namespace brokerlab

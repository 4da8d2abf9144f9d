#include "gui/widgets/menu.h"

#include <algorithm>
#include <cmath>

#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"

namespace brokerlab {
namespace {

constexpr float kRowHeight = 30;
constexpr float kLeastWidth = 200;
constexpr float kIconRoom = 36;
constexpr float kRightRoom = 20;
constexpr float kKeysGap = 32;
/// Where the popup remembers the widest row of the frame before: it grows with its rows.
constexpr ImGuiID kWidestKey = 1;

}  // namespace

Menu::Menu(const Look& look, const char* name) : look_(look) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {look.px(6), look.px(6)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {look.px(6), look.px(1)});
    open_ = ImGui::BeginPopup(name);
}

Menu::~Menu() {
    if (open_) {
        ImGui::GetStateStorage()->SetFloat(kWidestKey, widest_);
        ImGui::EndPopup();
    }
    ImGui::PopStyleVar(2);
}

void Menu::title(std::string_view text) {
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + look_.px(10));
    text_line(look_.fonts.small_strong, look_.colours().muted, text);
}

bool Menu::row(const char* label, const MenuRowOptions& options) {
    const Theme& c = look_.colours();
    const std::string_view text = visible_label(label);
    const float keys =
        options.keys.empty() ? 0 : look_.px(kKeysGap) + key_hint_width(look_, options.keys);
    const float check = options.checked ? look_.px(kKeysGap) : 0;
    const float wanted = std::ceil(look_.px(kIconRoom) + text_width(look_.fonts.text, text) + keys +
                                   check + look_.px(kRightRoom));
    widest_ = std::max({widest_, wanted, look_.px(kLeastWidth)});
    const float width = std::max(widest_, ImGui::GetStateStorage()->GetFloat(kWidestKey));
    const float height = look_.px(kRowHeight);
    const ImVec2 min = ImGui::GetCursorScreenPos();
    const ImVec2 max{min.x + width, min.y + height};
    ImGui::BeginDisabled(!options.enabled);
    const bool pressed = ImGui::InvisibleButton(label, {width, height});
    ImGui::EndDisabled();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (options.enabled && (ImGui::IsItemHovered() || ImGui::IsItemFocused())) {
        list.AddRectFilled(min, max, c.hovered, look_.px(6));
    }
    const bool loud = options.danger && options.enabled;
    const ImU32 ink = loud ? c.offline : options.enabled ? c.text : faded(c.muted, 0.75F);
    const float middle = (min.y + max.y) / 2;
    draw_text(list, look_.fonts.small, loud ? c.offline : c.muted, {min.x + look_.px(18), middle},
              options.icon, Align::kCentre);
    draw_text(list, look_.fonts.text, ink, {min.x + look_.px(kIconRoom), middle}, text);
    if (!options.keys.empty()) {
        draw_key_hint(look_, list, {max.x - look_.px(8), middle}, options.keys, Align::kRight);
    }
    if (options.checked) {
        draw_text(list, look_.fonts.small, c.accent, {max.x - look_.px(8), middle}, kIconCheck,
                  Align::kRight);
    }
    if (!options.tooltip.empty()) {
        tooltip(look_, options.tooltip, options.note);
    }
    if (pressed) {
        ImGui::CloseCurrentPopup();
    }
    return pressed;
}

void Menu::line() {
    ImGui::Separator();
}

}  // namespace brokerlab

// The context menu of a thing: every command that applies to it, in groups. What would be refused
// is there as well, greyed, and says why.
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "gui/cached.h"
#include "gui/panels/canvas_pen.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "sim/view/actions.h"

namespace brokerlab {
namespace {

constexpr const char* kPopup = "Commands##canvas";

/// The thing whose menu is open, and whether it is to be opened in this frame.
struct OpenMenu {
    Thing thing;
    bool wanted = false;
};
OpenMenu& open_menu() {
    static OpenMenu menu;
    return menu;
}

const char* icon_of(const Action& action) {
    static constexpr std::array<std::pair<std::string_view, const char*>, 25> kIcons{{
        {"kill ", kIconKill},       {"power-off ", kIconPower},   {"stop ", kIconStop},
        {"start ", kIconPlay},      {"pause ", kIconPause},       {"resume ", kIconPlay},
        {"isolate ", kIconUnlink},  {"rejoin ", kIconLink},       {"slow disk", kIconSlow},
        {"fail disk", kIconDisk},   {"repair disk", kIconWrench}, {"slow ", kIconSlow},
        {"set rule", kIconShield},  {"set ", kIconSliders},       {"cut ", kIconCut},
        {"lose ", kIconWifi},       {"heal ", kIconLink},         {"drop ", kIconTrash},
        {"delete ", kIconTrash},    {"elect ", kIconStar},        {"reassign ", kIconExchange},
        {"crash ", kIconKill},      {"delay ", kIconClock},       {"hold ", kIconHand},
        {"release ", kIconForward},
    }};
    const auto* const found = std::find_if(kIcons.begin(), kIcons.end(), [&](const auto& icon) {
        return action.command.starts_with(icon.first);
    });
    return found == kIcons.end() ? kIconAdd : found->second;
}

/// One row, as wide as the menu. Returns whether it was chosen.
bool menu_row(const Look& look, const Action& action, float width) {
    const Theme& c = look.colours();
    const ImVec2 min = ImGui::GetCursorScreenPos();
    const float height = look.px(30);
    const bool enabled = !action.refused;
    ImGui::BeginDisabled(!enabled);
    const bool pressed = ImGui::InvisibleButton(action.label.c_str(), {width, height});
    ImGui::EndDisabled();
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if ((hovered || ImGui::IsItemFocused()) && enabled) {
        list.AddRectFilled(min, {min.x + width, min.y + height}, c.hovered, look.px(6));
    }
    const ImU32 plain = enabled ? c.text : faded(c.muted, 0.75F);
    const ImU32 colour = action.destructive && enabled ? c.offline : plain;
    const float middle = min.y + height / 2;
    draw_text(list, look.fonts.small, action.destructive && enabled ? c.offline : c.muted,
              {min.x + look.px(18), middle}, icon_of(action), Align::kCentre);
    draw_text(list, look.fonts.text, colour, {min.x + look.px(36), middle}, action.label);
    if (action.refused) {
        tooltip(look, "Not now: " + *action.refused);
    } else {
        tooltip(look, action.explains, action.form ? std::string_view() : action.command);
    }
    return pressed;
}

void give(const Action& action, UiState& ui, Intents& intents) {
    if (action.form) {
        ui.form = {true, action.label, action.explains, action.command, ""};
    } else {
        intents.add(GiveCommand{action.command});
    }
}

void draw_rows(const Frame& frame, UiState& ui, Intents& intents,
               const std::vector<Action>& actions) {
    const Look& look = frame.look;
    float width = look.px(200);
    for (const Action& action : actions) {
        width = std::max(width, text_width(look.fonts.text, action.label) + look.px(56));
    }
    int32_t group = actions.front().group;
    for (const Action& action : actions) {
        if (action.group != group) {
            ImGui::Separator();
            group = action.group;
        }
        if (menu_row(look, action, width)) {
            give(action, ui, intents);
            ImGui::CloseCurrentPopup();
        }
    }
}

}  // namespace

void open_thing_menu(const Thing& thing) {
    open_menu() = {thing, true};
}

void draw_thing_menu(const Frame& frame, UiState& ui, Intents& intents) {
    OpenMenu& menu = open_menu();
    const Look& look = frame.look;
    if (std::exchange(menu.wanted, false)) {
        ImGui::OpenPopup(kPopup);
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {look.px(6), look.px(6)});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {look.px(6), look.px(1)});
    if (ImGui::BeginPopup(kPopup)) {
        static Cached<std::pair<uint64_t, Thing>, std::vector<Action>> cache;
        const std::vector<Action>& actions = cache.get(
            {frame.stamp, menu.thing}, [&] { return actions_for(frame.world(), menu.thing); });
        const std::string title =
            menu.thing == Thing() ? "The lab" : thing_text(frame.world(), menu.thing);
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + look.px(10));
        text_line(look.fonts.small_strong, look.colours().muted, title);
        if (actions.empty()) {
            text_line(look.fonts.text, look.colours().muted, "Nothing can be done to this");
        } else {
            draw_rows(frame, ui, intents, actions);
        }
        ImGui::EndPopup();
    }
    ImGui::PopStyleVar(2);
}

}  // namespace brokerlab

// The context menu of a thing: every command that applies to it, in groups. What would be refused
// is there as well, greyed, and says why.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gui/cached.h"
#include "gui/open.h"
#include "gui/panels/canvas_pen.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/menu.h"
#include "gui/widgets/text.h"
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
    static constexpr std::array<std::pair<std::string_view, const char*>, 26> kIcons{{
        {"kill ", kIconKill},       {"power-off ", kIconPower},   {"stop ", kIconStop},
        {"start ", kIconPlay},      {"pause ", kIconPause},       {"resume ", kIconPlay},
        {"isolate ", kIconUnlink},  {"rejoin ", kIconLink},       {"slow disk", kIconSlow},
        {"fail disk", kIconDisk},   {"repair disk", kIconWrench}, {"slow ", kIconSlow},
        {"set rule", kIconShield},  {"set ", kIconSliders},       {"cut ", kIconCut},
        {"lose ", kIconWifi},       {"heal ", kIconLink},         {"drop ", kIconTrash},
        {"delete ", kIconTrash},    {"elect ", kIconStar},        {"reassign ", kIconExchange},
        {"crash ", kIconKill},      {"delay ", kIconClock},       {"hold ", kIconHand},
        {"release ", kIconForward}, {"remove ", kIconMinus},
    }};
    const auto* const found = std::find_if(kIcons.begin(), kIcons.end(), [&](const auto& icon) {
        return action.command.starts_with(icon.first);
    });
    return found == kIcons.end() ? kIconAdd : found->second;
}

void draw_rows(Menu& menu, UiState& ui, Intents& intents, const std::vector<Action>& actions) {
    int32_t group = actions.front().group;
    for (const Action& action : actions) {
        if (action.group != group) {
            menu.line();
            group = action.group;
        }
        const std::string tip = action.refused ? "Not now: " + *action.refused : action.explains;
        if (menu.row(action.label.c_str(),
                     {.icon = icon_of(action),
                      .danger = action.destructive,
                      .enabled = !action.refused,
                      .tooltip = tip,
                      .note = action.form || action.refused ? std::string_view()
                                                            : std::string_view(action.command)})) {
            give_or_ask(action, ui, intents);
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
    Menu popup(look, kPopup);
    if (!popup) {
        return;
    }
    static Cached<std::pair<uint64_t, Thing>, std::vector<Action>> cache;
    const std::vector<Action>& actions = cache.get(
        {frame.stamp, menu.thing}, [&] { return actions_for(frame.world(), menu.thing); });
    popup.title(menu.thing == Thing() ? "The lab" : thing_text(frame.world(), menu.thing));
    if (actions.empty()) {
        text_line(look.fonts.text, look.colours().muted, "Nothing can be done to this");
    } else {
        draw_rows(popup, ui, intents, actions);
    }
}

}  // namespace brokerlab

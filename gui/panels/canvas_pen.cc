#include "gui/panels/canvas_pen.h"

#include <array>

#include <fmt/format.h>

#include "gui/widgets/icons.h"

namespace brokerlab {

ItemState CanvasPen::item(const Thing& thing, ImVec2 min, ImVec2 max) {
    ImGui::SetCursorScreenPos(min);
    const std::string label = thing_text(frame.world(), thing);
    ItemState state;
    state.clicked = ImGui::InvisibleButton(label.c_str(), max - min);
    ImGui::SetItemAllowOverlap();
    state.hovered = ImGui::IsItemHovered();
    if (state.hovered) {
        ui.hovered = thing;
    }
    if (state.clicked) {
        intents.add(Select{thing});
    }
    // ImGui closes every menu at the end of the frame in which the button goes down.
    if (state.hovered && ImGui::IsMouseReleased(ImGuiMouseButton_Right)) {
        open_thing_menu(thing);
    }
    return state;
}

void CanvasPen::point_at(const Thing& thing, ImVec2 min, ImVec2 max, float rounding) {
    if (ui.pointed != Thing() && ui.pointed == thing) {
        pointed = {min, max, rounding};
    }
}

ImU32 colour_of(const Theme& theme, Traffic traffic) {
    switch (traffic) {
        case Traffic::kProduce:
            return theme.client;
        case Traffic::kConsume:
            return theme.leader;
        case Traffic::kReplicate:
            return theme.replication;
        case Traffic::kQuorum:
        case Traffic::kControl:
        case Traffic::kConnection:
            break;
    }
    return theme.muted;
}

ImU32 colour_of(const Theme& theme, ReplicaLook look) {
    switch (look) {
        case ReplicaLook::kLeader:
            return theme.leader;
        case ReplicaLook::kInSync:
            return theme.in_sync;
        case ReplicaLook::kLagging:
            return theme.lagging;
        case ReplicaLook::kOffline:
            break;
    }
    return theme.offline;
}

ImU32 colour_of(const Theme& theme, NodeLook look) {
    switch (look) {
        case NodeLook::kRunning:
            return theme.in_sync;
        case NodeLook::kController:
            return theme.leader;
        case NodeLook::kStarting:
        case NodeLook::kStopping:
        case NodeLook::kFenced:
        case NodeLook::kPaused:
            return theme.lagging;
        case NodeLook::kIsolated:
        case NodeLook::kDown:
        case NodeLook::kOff:
            return theme.offline;
        case NodeLook::kWaiting:
            break;
    }
    return theme.muted;
}

const char* icon_of(ReplicaLook look) {
    static constexpr std::array<const char*, 4> kIcons{kIconStar, kIconCheck, kIconWarning,
                                                       kIconOffline};
    return kIcons[static_cast<std::size_t>(look)];
}

const char* icon_of(NodeLook look) {
    static constexpr std::array<const char*, 10> kIcons{
        kIconCheck, kIconStar,   kIconHourglass, kIconHourglass, kIconLock,
        kIconPause, kIconUnlink, kIconKill,      kIconPower,     kIconClock};
    return kIcons[static_cast<std::size_t>(look)];
}

bool title_fits(const CanvasPen& view) {
    // The layout leaves 24 of the picture's pixels above the cards.
    return view.scale * 16 >= view.look().fonts.small_strong->FontSize * 0.75F;
}

std::string grouped_digits(int64_t number) {
    std::string text = fmt::format("{}", number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t i = text.size(); i > first + 3; i -= 3) {
        text.insert(i - 3, 1, ' ');
    }
    return text;
}

}  // namespace brokerlab

#include "gui/panels/canvas_pen.h"

#include <array>

#include <fmt/format.h>

#include "gui/widgets/icons.h"
#include "gui/widgets/text.h"

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

float capitals_middle(const ImFont* font, float middle) {
    const ImFontGlyph* letter = font->FindGlyph('H');
    return letter == nullptr ? middle : middle + font->FontSize / 2 - (letter->Y0 + letter->Y1) / 2;
}

CardLines lines_of_card(const Look& look, std::string_view name, float top, float bottom,
                        float room) {
    const Fonts& fonts = look.fonts;
    const float height = bottom - top;
    const float middle = (top + bottom) / 2;
    const float margins = look.px(6);
    const auto holds = [&](const ImFont* font) {
        return height >= font->FontSize + fonts.small->FontSize + margins;
    };
    CardLines lines;
    lines.two = holds(fonts.small_strong);
    const bool large = holds(fonts.strong) && text_width(fonts.strong, name) <= room;
    lines.font = large ? fonts.strong : fonts.small_strong;
    if (!lines.two) {
        lines.first = capitals_middle(lines.font, middle);
        return lines;
    }
    const float both = lines.font->FontSize + fonts.small->FontSize;
    lines.first = middle - both / 2 + lines.font->FontSize / 2;
    lines.second = middle + both / 2 - fonts.small->FontSize / 2;
    return lines;
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

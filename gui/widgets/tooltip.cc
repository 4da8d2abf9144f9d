#include "gui/widgets/tooltip.h"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>

#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"

namespace brokerlab {

namespace {

constexpr float kTextWidth = 320;
/// How long the mouse must rest on a thing.
constexpr float kDelaySeconds = 0.35F;

/// Whether the mouse has rested on the last item for long enough. Items lie upon others, as on the
/// canvas, and all of them count as hovered: the one that is made last in a frame is on top. It
/// shows in the frame after. (ImGui's own timer starts anew in each such frame.)
bool rested_on_item() {
    static ImGuiID on_top = 0;   ///< in the frame before
    static ImGuiID hovered = 0;  ///< the last so far in this frame
    static int frame = 0;
    static double since = 0;
    if (!ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) {
        return false;
    }
    if (const int now = ImGui::GetFrameCount(); now != frame) {
        const ImGuiID before = now == frame + 1 ? hovered : 0;
        if (before != on_top || before == 0) {
            on_top = before;
            since = ImGui::GetTime();
        }
        frame = now;
    }
    hovered = ImGui::GetItemID();
    return hovered == 0 || (hovered == on_top && ImGui::GetTime() - since >= kDelaySeconds);
}

float width_for(const Look& look, const ImFont* font, std::string_view text) {
    return std::min(look.px(kTextWidth), text_width(font, text));
}

void paragraph(const ImFont* font, ImU32 colour, std::string_view text, float width) {
    const float height = draw_text_wrapped(*ImGui::GetWindowDrawList(), font, colour,
                                           ImGui::GetCursorScreenPos(), width, text);
    ImGui::Dummy({width, height});
}

}  // namespace

HoverCard::HoverCard(const Look& look) {
    if (rested_on_item()) {
        open(look);
    }
}

HoverCard::HoverCard(const Look& look, bool hovered) {
    if (hovered) {
        open(look);
    }
}

void HoverCard::open(const Look& look) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {look.px(12), look.px(9)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, look.px(9));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {look.px(8), look.px(5)});
    ImGui::BeginTooltip();
    open_ = true;
}

HoverCard::~HoverCard() {
    if (open_) {
        ImGui::EndTooltip();
        ImGui::PopStyleVar(3);
    }
}

void tooltip(const Look& look, std::string_view text, std::string_view keys) {
    const HoverCard card(look);
    if (!card) {
        return;
    }
    const ImFont* font = look.fonts.text;
    if (keys.empty()) {
        // Wrapped text needs a hair more than its measured width.
        paragraph(font, look.colours().text, text, width_for(look, font, text) + 1);
        return;
    }
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = width_for(look, font, text) + 1;
    paragraph(font, look.colours().text, text, width);
    ImGui::SameLine(0, look.px(12));
    draw_key_hint(look, *ImGui::GetWindowDrawList(),
                  {ImGui::GetCursorScreenPos().x, at.y + font->FontSize / 2}, keys);
    ImGui::Dummy({key_hint_width(look, keys), font->FontSize});
}

void hover_card(const Look& look, std::string_view title, std::string_view body,
                std::string_view note) {
    const HoverCard card(look);
    if (!card) {
        return;
    }
    const Fonts& fonts = look.fonts;
    const float width =
        std::max({width_for(look, fonts.strong, title), width_for(look, fonts.text, body),
                  width_for(look, fonts.small, note)}) +
        1;
    if (!title.empty()) {
        paragraph(fonts.strong, look.colours().text, title, width);
    }
    if (!body.empty()) {
        paragraph(fonts.text, title.empty() ? look.colours().text : look.colours().muted, body,
                  width);
    }
    if (!note.empty()) {
        paragraph(fonts.small, look.colours().muted, note, width);
    }
}

}  // namespace brokerlab

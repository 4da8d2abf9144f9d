// The inspector's histories: what happened to a thing, the latest first.
#include <algorithm>

#include <fmt/format.h>

#include "gui/panels/inspector_parts.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

constexpr float kLineHeight = 22;

/// The moment goes to where it happened; the sentence selects the fact, so that "Why?" tells more.
void draw_reason(const Inspector& inspector, const Reason& reason, std::size_t index) {
    const Look& look = inspector.look;
    const Theme& colours = inspector.colours();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const std::string moment = reason.at ? moment_text(*reason.at) + " s" : "";
    const float left = look.px(72);
    const float text = text_height_wrapped(look.fonts.small, width - left, reason.text);
    const float height = std::max(look.px(kLineHeight), text + look.px(6));
    const float first_line = at.y + look.px(3) + look.fonts.small->FontSize / 2;
    ImGui::InvisibleButton(fmt::format("{}##at-{}", moment, index).c_str(),
                           {left - look.px(8), height});
    if (reason.fact) {
        if (ImGui::IsItemHovered()) {
            ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
            list.AddRectFilled({at.x - look.px(4), at.y}, {at.x + left - look.px(8), at.y + height},
                               colours.hovered, look.px(5));
        }
        if (ImGui::IsItemClicked()) {
            inspector.intents.add(GoToFact{*reason.fact});
        }
        tooltip(look, "Go to this moment");
    }
    draw_text(list, look.fonts.mono_small, colours.accent, {at.x, first_line}, moment);
    ImGui::SetCursorScreenPos({at.x + left, at.y});
    ImGui::InvisibleButton(fmt::format("{}##fact-{}", reason.text, index).c_str(),
                           {std::max(1.0F, width - left), height});
    if (reason.fact) {
        link_item(inspector, FactThing{*reason.fact});
        if (ImGui::IsItemHovered()) {
            list.AddRectFilled({at.x + left - look.px(4), at.y}, {at.x + width, at.y + height},
                               colours.hovered, look.px(5));
        }
    }
    draw_text_wrapped(list, look.fonts.small, colours.text, {at.x + left, at.y + look.px(3)},
                      width - left, reason.text);
    ImGui::SetCursorScreenPos({at.x, at.y + height});
}

}  // namespace

void draw_section(const Inspector& inspector, const HistorySection& section) {
    draw_section_title(inspector, section.title);
    for (std::size_t i = section.lines.size(); i > 0; --i) {
        draw_reason(inspector, section.lines[i - 1], i - 1);
    }
    ImGui::Dummy({1, 1});
}

}  // namespace brokerlab

// Next: what will run, and the deadlines that come, each with the time to go. A click selects what
// it is about; the arrow goes to its moment.
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "gui/panel.h"
#include "gui/panels/nouns.h"
#include "gui/panels/paced.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/text.h"
#include "sim/view/explain.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMost = 40;
constexpr float kTimeRoom = 68;  // logical
constexpr float kIconRoom = 24;
constexpr float kButtonRoom = 28;

/// "+0.412 s", "+12 s".
std::string time_to_go(Duration left) {
    if (left <= Duration()) {
        return "now";
    }
    return left < 100_s ? fmt::format("+{}.{:03} s", left.to_ms() / 1000, left.to_ms() % 1000)
                        : fmt::format("+{} s", left.to_ms() / 1000);
}

const char* icon_of(const Upcoming& next) {
    return next.deadline                                      ? kIconHourglass
           : std::holds_alternative<MessageThing>(next.about) ? kIconMessage
                                                              : kIconClock;
}

void draw_next(const Frame& frame, UiState& ui, Intents& intents, const Upcoming& next,
               std::size_t index) {
    const Look& look = frame.look;
    const Theme& colours = look.colours();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = std::floor(ImGui::GetContentRegionAvail().x);
    const float text_width =
        std::fmax(width - look.px(kTimeRoom + kIconRoom + kButtonRoom), look.px(60));
    const float pad = look.px(5);
    const float height =
        std::fmax(nouns_height(look.fonts.text, text_width, next.text) + 2 * pad, look.px(28));
    const float middle = at.y + pad + std::floor(look.fonts.text->FontSize * 0.625F);
    const bool pressed =
        ImGui::InvisibleButton(fmt::format("{}##next {}", next.text, index).c_str(),
                               {width - look.px(kButtonRoom), height});
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (ImGui::IsItemHovered()) {
        ui.hovered = next.about;
        list.AddRectFilled(at, {at.x + width - look.px(kButtonRoom), at.y + height},
                           faded(colours.hovered, 0.6F), look.px(6));
        ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    }
    draw_text(list, look.fonts.mono_small, colours.muted, {at.x + look.px(kTimeRoom - 8), middle},
              time_to_go(next.at - frame.now), Align::kRight);
    draw_text(list, look.fonts.text, next.deadline ? colours.lagging : colours.muted,
              {at.x + look.px(kTimeRoom + kIconRoom / 2 - 4), middle}, icon_of(next),
              Align::kCentre);
    draw_nouns(look, look.fonts.text, next.deadline ? colours.text : colours.muted,
               {at.x + look.px(kTimeRoom + kIconRoom), at.y + pad}, text_width, next.text);
    if (pressed && next.about != Thing()) {
        intents.add(Select{next.about});
    }
    ImGui::SetCursorScreenPos({at.x + width - look.px(24), middle - look.px(12)});
    const std::string go = fmt::format("Go to {} s##next {}", moment_text(next.at), index);
    if (icon_button(look, go.c_str(), kIconForward,
                    {.tooltip = fmt::format("Go to {} s", moment_text(next.at)), .size = 24})) {
        intents.add(GoTo{next.at});
    }
    ImGui::SetCursorScreenPos({at.x, at.y + height});
}

}  // namespace

void draw_upcoming_panel(const Frame& frame, UiState& ui, Intents& intents) {
    const Look& look = frame.look;
    static Paced<std::vector<Upcoming>> kept;
    // It is of the whole cluster, whatever is selected.
    const std::vector<Upcoming>& list =
        kept.get(frame, {}, [&] { return upcoming(frame.world(), kMost); });
    if (list.empty()) {
        empty_state(look, kIconClock, "Nothing will happen",
                    "No message is on its way, and no process waits for a timer.");
        return;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    for (std::size_t i = 0; i < list.size(); ++i) {
        draw_next(frame, ui, intents, list[i], i);
    }
    ImGui::PopStyleVar();
    spacer(look, 8);
}

}  // namespace brokerlab

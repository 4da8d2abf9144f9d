// Why not yet: what waits, what holds it, and when that ends; of the selection, or of the whole
// cluster while nothing is selected.
#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "gui/panel.h"
#include "gui/panels/nouns.h"
#include "gui/panels/paced.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/vec.h"
#include "sim/view/explain.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostCards = 60;
constexpr float kPad = 12;  // logical
constexpr float kLabelRoom = 56;

/// "in 4.2 s", "now".
std::string countdown(Duration left) {
    if (left <= Duration()) {
        return "now";
    }
    return left < 10_s ? fmt::format("in {}.{:02} s", left.to_ms() / 1000, left.to_ms() % 1000 / 10)
                       : fmt::format("in {} s", left.to_ms() / 1000);
}

struct CardLayout {
    float width = 0;
    float title_width = 0;
    float text_width = 0;
    float title_height = 0;
    float holds_height = 0;
    float ends_height = 0;
    float height = 0;
};

CardLayout lay_out(const Look& look, const Wait& wait, float width, float pill) {
    CardLayout card;
    card.width = width;
    card.title_width =
        std::fmax(width - look.px(2 * kPad + 20) - (pill > 0 ? pill + look.px(8) : 0), look.px(80));
    card.text_width = std::fmax(width - look.px(2 * kPad + kLabelRoom), look.px(80));
    card.title_height = nouns_height(look.fonts.strong, card.title_width, wait.what);
    card.holds_height = nouns_height(look.fonts.text, card.text_width, wait.holds_it);
    card.ends_height = nouns_height(look.fonts.text, card.text_width, wait.ends);
    card.height =
        card.title_height + card.holds_height + card.ends_height + look.px(2 * kPad + 6 + 4);
    return card;
}

void draw_line(const Look& look, ImVec2 at, std::string_view label, std::string_view text,
               float width) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_text(list, look.fonts.small, look.colours().muted,
              {at.x, at.y + std::floor(look.fonts.text->FontSize * 0.625F)}, label);
    draw_nouns(look, look.fonts.text, look.colours().text, {at.x + look.px(kLabelRoom), at.y},
               width, text);
}

void draw_wait(const Frame& frame, UiState& ui, Intents& intents, const Wait& wait,
               std::size_t index) {
    const Look& look = frame.look;
    const Theme& colours = look.colours();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const std::string left = wait.deadline ? countdown(*wait.deadline - frame.now) : std::string();
    const float pill = left.empty() ? 0 : pill_width(look, "", left);
    const CardLayout card = lay_out(look, wait, std::floor(ImGui::GetContentRegionAvail().x), pill);
    const bool pressed = ImGui::InvisibleButton(
        fmt::format("{}##wait {}", wait.what, index).c_str(), {card.width, card.height});
    const bool hovered = ImGui::IsItemHovered();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_card(look, list, at, at + ImVec2(card.width, card.height),
              {.fill = hovered ? colours.hovered : colours.raised, .rounding = 9, .shadow = false});
    if (hovered) {
        ui.hovered = wait.who;
        ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    }
    const ImVec2 inside = at + ImVec2(look.px(kPad), look.px(kPad));
    const float title_middle = inside.y + std::floor(look.fonts.strong->FontSize * 0.625F);
    draw_text(list, look.fonts.text, colours.lagging, {inside.x, title_middle}, kIconHourglass);
    draw_nouns(look, look.fonts.strong, colours.text, inside + ImVec2(look.px(20), 0),
               card.title_width, wait.what);
    if (pill > 0) {
        draw_pill(look, list, {at.x + card.width - look.px(kPad), title_middle}, colours.lagging,
                  "", left, Align::kRight);
    }
    ImVec2 line = inside + ImVec2(0, card.title_height + look.px(6));
    draw_line(look, line, "Held by", wait.holds_it, card.text_width);
    line.y += card.holds_height + look.px(4);
    draw_line(look, line, "Ends", wait.ends, card.text_width);
    if (pressed && wait.who != Thing()) {
        intents.add(Select{wait.who});
    }
    spacer(look, 8);
}

}  // namespace

void draw_waits_panel(const Frame& frame, UiState& ui, Intents& intents) {
    const Look& look = frame.look;
    static Paced<std::vector<Wait>> kept;
    const std::vector<Wait>& all =
        kept.get(frame, ui.selection, [&] { return waits(frame.world(), ui.selection); });
    if (all.empty()) {
        if (std::holds_alternative<std::monostate>(ui.selection)) {
            empty_state(look, kIconCheckCircle, "Nothing is held up",
                        "Everything takes only the time that it takes. Select a thing to see the "
                        "ordinary waits too.");
        } else {
            empty_state(look, kIconCheckCircle, "It waits for nothing",
                        fmt::format("Nothing that has to do with {} waits at this moment.",
                                    thing_text(frame.world(), ui.selection)));
        }
        return;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    const std::size_t shown = std::min(all.size(), kMostCards);
    for (std::size_t i = 0; i < shown; ++i) {
        draw_wait(frame, ui, intents, all[i], i);
    }
    ImGui::PopStyleVar();
    if (shown < all.size()) {
        text_paragraph(look.fonts.small, look.colours().muted,
                       fmt::format("{} more wait likewise.", all.size() - shown));
    }
}

}  // namespace brokerlab

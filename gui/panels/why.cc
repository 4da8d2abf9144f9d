// Why: the chain of causes of the selected fact or thing, down to the command or to Kafka's own
// clockwork, and below it what followed. Each step goes to its moment.
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
#include "gui/widgets/tooltip.h"
#include "sim/view/explain.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostThatFollowed = 24;
constexpr float kTimeRoom = 56;  // logical
constexpr float kDotRoom = 24;

struct Explained {
    std::vector<Reason> because;
    std::vector<Reason> followed;
};

Explained explain(const Frame& frame, const Thing& thing) {
    const auto* selected = std::get_if<FactThing>(&thing);
    Explained explained;
    // A fact stays explained when time goes back before it.
    explained.because = selected != nullptr ? why(frame.world(), frame.all_facts, selected->fact)
                                            : why(frame.world(), frame.facts, thing);
    const auto fact = std::find_if(explained.because.begin(), explained.because.end(),
                                   [](const Reason& reason) { return reason.fact.has_value(); });
    if (fact != explained.because.end()) {
        explained.followed =
            and_then(frame.world(), frame.all_facts, *fact->fact, kMostThatFollowed);
    }
    return explained;
}

bool is_command(const Reason& reason) {
    return reason.fact && reason.text.starts_with("command: ");
}

/// The mark of a step on the line.
void draw_mark(const Look& look, const Reason& reason, ImVec2 centre, bool first) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Theme& colours = look.colours();
    if (is_command(reason)) {
        draw_badge(look, list, centre, 20, colours.accent, kIconTerminal, true);
    } else if (first) {
        list.AddCircleFilled(centre, look.px(6), colours.accent);
        list.AddCircleFilled(centre, look.px(3), colours.card);
    } else if (reason.fact) {
        list.AddCircleFilled(centre, look.px(4), colours.muted);
    } else {
        // What lies between two facts.
        list.AddCircleFilled(centre, look.px(4), colours.card);
        list.AddCircle(centre, look.px(3.5F), colours.muted, 0, look.px(1));
    }
}

/// A step as a row: when, its mark, the sentence. `line_above` joins it to the one before.
void draw_step(const Frame& frame, UiState& ui, Intents& intents, const Reason& reason,
               std::string_view label, bool first, bool last) {
    const Look& look = frame.look;
    const Theme& colours = look.colours();
    const ImFont* font = first || is_command(reason) ? look.fonts.strong : look.fonts.text;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float text_x = at.x + look.px(kTimeRoom + kDotRoom);
    const float text_width = std::fmax(width - look.px(kTimeRoom + kDotRoom + 4), look.px(60));
    const float pad = look.px(5);
    const float height = nouns_height(font, text_width, reason.text) + 2 * pad;
    const float middle = at.y + pad + std::floor(font->FontSize * 0.625F);

    const bool goes = reason.fact.has_value();
    const bool pressed = ImGui::InvisibleButton(std::string(label).c_str(), {width, height});
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (ImGui::IsItemHovered()) {
        ui.hovered = reason.about;
        if (goes) {
            list.AddRectFilled(at, {at.x + width, at.y + height}, faded(colours.hovered, 0.6F),
                               look.px(6));
            ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
        }
    }
    const float line_x = std::floor(at.x + look.px(kTimeRoom + kDotRoom / 2)) + 0.5F;
    list.AddLine({line_x, first ? middle : at.y}, {line_x, last ? middle : at.y + height},
                 colours.line, look.px(1.5F));
    draw_mark(look, reason, {line_x, middle}, first);
    if (reason.at) {
        draw_text(list, look.fonts.mono_small, colours.muted,
                  {at.x + look.px(kTimeRoom - 6), middle}, moment_text(*reason.at), Align::kRight);
    }
    const ImU32 colour = goes || first ? colours.text : colours.muted;
    draw_nouns(look, font, colour, {text_x, at.y + pad}, text_width, reason.text);
    if (pressed && goes) {
        intents.add(GoToFact{*reason.fact});
        intents.add(Select{FactThing{*reason.fact}});
    } else if (pressed && reason.about != Thing()) {
        intents.add(Select{reason.about});
    }
}

void draw_steps(const Frame& frame, UiState& ui, Intents& intents,
                const std::vector<Reason>& reasons, std::string_view part, bool first_stands_out) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    for (std::size_t i = 0; i < reasons.size(); ++i) {
        draw_step(frame, ui, intents, reasons[i],
                  fmt::format("{}##{} {}", reasons[i].text, part, i), first_stands_out && i == 0,
                  i + 1 == reasons.size());
    }
    ImGui::PopStyleVar();
}

}  // namespace

void draw_why_panel(const Frame& frame, UiState& ui, Intents& intents) {
    const Look& look = frame.look;
    if (std::holds_alternative<std::monostate>(ui.selection)) {
        empty_state(look, kIconAsk, "Why is it so?",
                    "Select a broker, a partition, a client, a message or anything that happened, "
                    "and read here what led to it, step by step.");
        return;
    }
    static Paced<Explained> kept;
    const Explained& explained =
        kept.get(frame, ui.selection, [&] { return explain(frame, ui.selection); });
    if (explained.because.empty()) {
        empty_state(look, kIconAsk, "Nothing is known of it",
                    "At the moment shown it is not there, and nothing that happened names it.");
        return;
    }
    draw_steps(frame, ui, intents, explained.because, "why", true);
    if (!explained.followed.empty()) {
        spacer(look, 10);
        section_title(look, "WHAT FOLLOWED");
        spacer(look, 2);
        draw_steps(frame, ui, intents, explained.followed, "followed", false);
    }
    spacer(look, 8);
}

}  // namespace brokerlab

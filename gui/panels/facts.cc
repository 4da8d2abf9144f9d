// The fact log: everything that happened up to the moment shown, one line a fact.
//
// Which facts pass the filters is kept as a list of their places and only added to while the run
// goes on; sentences are made for the rows in sight, and for all where a text is searched.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <imgui.h>

#include "gui/panel.h"
#include "gui/panels/mark_look.h"
#include "gui/panels/nouns.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"
#include "sim/view/fact_search.h"
#include "sim/view/lanes.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

constexpr float kRowHeight = 24;
constexpr std::array<const char*, 4> kWeights{"All", "Detail", "Story", "Major"};

/// What decides which facts are shown.
struct Filter {
    std::string search;
    Weight least = Weight::kDetail;
    Thing about;

    bool operator==(const Filter&) const = default;
};

/// The places of the facts that pass, kept up to date.
class Rows {
public:
    const std::vector<uint32_t>& update(const Frame& frame, const Filter& filter) {
        const std::vector<Fact>& facts = frame.facts;
        const Of of{frame.scenario.setup.name, frame.timeline.branch(),
                    frame.timeline.complete_from()};
        const bool goes_on = filter == filter_ && of == of_ && seen_ <= facts.size() &&
                             (seen_ == 0 || facts[seen_ - 1].id == last_);
        if (!goes_on) {
            rows_.clear();
            seen_ = 0;
            filter_ = filter;
            of_ = of;
        }
        for (; seen_ < facts.size(); ++seen_) {
            if (passes(frame.world(), facts[seen_])) {
                rows_.push_back(static_cast<uint32_t>(seen_));
            }
        }
        last_ = facts.empty() ? FactId() : facts.back().id;
        return rows_;
    }

private:
    /// Another run, or the same facts with others left out.
    using Of = std::tuple<std::string, std::size_t, Duration>;

    [[nodiscard]] bool passes(const World& world, const Fact& fact) const {
        return weight_of(fact.body) >= filter_.least && concerns(world, fact, filter_.about) &&
               (filter_.search.empty() || contains_text(sentence(world, fact), filter_.search) ||
                contains_text(actor_of(world, fact), filter_.search));
    }

    Filter filter_;
    Of of_;
    std::size_t seen_ = 0;
    FactId last_;
    std::vector<uint32_t> rows_;
};

/// The selection, or when that is a fact of this list, what was selected before.
Thing filter_thing(const UiState& ui) {
    if (!std::holds_alternative<FactThing>(ui.selection)) {
        return ui.selection;
    }
    for (auto thing = ui.selected_before.rbegin(); thing != ui.selected_before.rend(); ++thing) {
        if (!std::holds_alternative<FactThing>(*thing)) {
            return *thing;
        }
    }
    return {};
}

void draw_tools(const Frame& frame, UiState& ui) {
    const Look& look = frame.look;
    FactsView& view = ui.facts;
    const float top = ImGui::GetCursorScreenPos().y;
    const auto centred = [&](float height) {
        ImGui::SetCursorScreenPos(
            {ImGui::GetCursorScreenPos().x, std::floor(top + (look.px(32) - look.px(height)) / 2)});
    };
    const float width = ImGui::GetContentRegionAvail().x / look.scale;
    centred(28);
    const auto chosen =
        segmented(look, "weight of facts", kWeights, static_cast<std::size_t>(view.least));
    if (chosen) {
        view.least = static_cast<Weight>(*chosen);
    }
    ImGui::SameLine(0, look.px(8));
    ImGui::SetCursorScreenPos({ImGui::GetCursorScreenPos().x, top});
    const float after = 2 * (28 + 4) + 8;
    const float left = ImGui::GetContentRegionAvail().x / look.scale - after;
    if (width > 380) {
        search_field(look, "Search facts", "Search", view.search, std::clamp(left, 60.F, 420.F));
        ImGui::SameLine(0, look.px(8));
    }
    centred(28);
    const Thing about = filter_thing(ui);
    const std::string name = thing_text(frame.world(), about);
    const std::string tip = name.empty()
                                ? std::string("Only facts about the selection. Nothing is selected")
                                : fmt::format("Only facts about {}", name);
    if (icon_button(look, "Only the selection", kIconTarget,
                    {.tooltip = tip, .size = 28, .active = view.only_selected})) {
        view.only_selected = !view.only_selected;
    }
    ImGui::SameLine(0, look.px(4));
    centred(28);
    if (icon_button(
            look, "Follow", kIconLevelDown,
            {.tooltip = "Keep the newest fact in sight", .size = 28, .active = view.follow})) {
        view.follow = !view.follow;
    }
    ImGui::SetCursorScreenPos(
        {ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMin().x, top + look.px(36)});
}

/// One line: a selectable as wide as the table, with the texts drawn over it.
void draw_row(const Frame& frame, UiState& ui, Intents& intents, const Fact& fact) {
    const Look& look = frame.look;
    const World& world = frame.world();
    const Theme& colours = look.colours();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = look.px(kRowHeight);
    const Thing thing = FactThing{fact.id};
    const std::string label = fmt::format("Fact {}.{}", fact.id.event.value, fact.id.ordinal);
    if (ImGui::InvisibleButton(label.c_str(), {width, height})) {
        intents.add(Select{thing});
    }
    const bool hovered = ImGui::IsItemHovered();
    const bool selected = ui.selection == thing;
    const ImVec2 min = ImGui::GetItemRectMin();
    if (hovered) {
        ui.hovered = thing_of(world, fact);
        if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
            intents.add(GoToFact{fact.id});
        }
    }
    if (hovered || selected) {
        list.AddRectFilled(min, ImGui::GetItemRectMax(),
                           selected ? faded(colours.accent, 0.18F) : colours.hovered, look.px(5));
    }
    const bool major = weight_of(fact.body) == Weight::kMajor;
    const float y = std::floor(min.y + height / 2);
    const bool narrow = width < look.px(460);
    const float moment_end = min.x + look.px(70);
    draw_text(list, look.fonts.mono_small, colours.muted, {moment_end, y},
              moment_text(world.shown(fact.at)), Align::kRight);
    const MarkKind kind = mark_kind(fact);
    draw_text(list, look.fonts.small, mark_colour(colours, kind), {moment_end + look.px(18), y},
              mark_icon(kind), Align::kCentre);
    float x = moment_end + look.px(34);
    if (!narrow) {
        draw_text_fitted(list, look.fonts.small, colours.muted, {x, y}, look.px(96),
                         actor_of(world, fact));
        x += look.px(104);
    }
    const std::string text = sentence(world, fact);
    const ImFont* font = major ? look.fonts.small_strong : look.fonts.small;
    const float room = min.x + width - look.px(6) - x;
    const bool cut = draw_text_fitted(list, font, colours.text, {x, y}, room, text);
    if (hovered && !explain_nouns_in_line(look, font, {x, y}, room, text)) {
        hover_card(look, fmt::format("{}   {}", mark_word(kind), actor_of(world, fact)),
                   cut ? text : std::string(), "Click selects it, a double click goes there");
    }
}

void draw_rows(const Frame& frame, UiState& ui, Intents& intents,
               const std::vector<uint32_t>& rows) {
    static std::size_t shown_before = 0;
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(rows.size()), frame.look.px(kRowHeight));
    while (clipper.Step()) {
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            draw_row(frame, ui, intents, frame.facts[rows[static_cast<std::size_t>(i)]]);
        }
    }
    // Who scrolls up wants to read.
    if (ImGui::IsWindowHovered() && ImGui::GetIO().MouseWheel > 0) {
        ui.facts.follow = false;
    }
    if (ui.facts.follow && (rows.size() != shown_before || ImGui::IsWindowAppearing())) {
        ImGui::SetScrollY(frame.look.px(kRowHeight) * static_cast<float>(rows.size()));
    }
    shown_before = rows.size();
}

}  // namespace

void draw_facts_panel(const Frame& frame, UiState& ui, Intents& intents) {
    static Rows all_rows;
    const Look& look = frame.look;
    draw_tools(frame, ui);
    const Filter filter{ui.facts.search, ui.facts.least,
                        ui.facts.only_selected ? filter_thing(ui) : Thing()};
    const std::vector<uint32_t>& rows = all_rows.update(frame, filter);
    if (ui.facts.least == Weight::kNoise && frame.timeline.complete_from() > Duration()) {
        text_line(look.fonts.small, look.colours().muted,
                  fmt::format("Plain acknowledgements are kept from {} s on",
                              moment_text(frame.timeline.complete_from())));
    }
    if (rows.empty()) {
        empty_state(look, kIconList, "No such facts yet", "Play on, or loosen the filters above.");
        return;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGui::BeginChild("##facts", {0, 0}, false, ImGuiWindowFlags_NoBackground);
    draw_rows(frame, ui, intents, rows);
    ImGui::EndChild();
    ImGui::PopStyleVar(2);
}

}  // namespace brokerlab

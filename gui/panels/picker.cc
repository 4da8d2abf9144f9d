// The scenario picker: lessons, recent files and scenarios with what they are about; a path can be
// typed too. What is typed narrows it down, Up and Down choose, Enter opens.
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <imgui.h>

#include "gui/panel.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/choice.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/overlay.h"
#include "sim/view/fact_search.h"

namespace brokerlab {
namespace {

struct Kind {
    const char* title;
    const char* icon;
    bool lesson;
    bool recent;
};
constexpr std::array kKinds{Kind{"Lessons", kIconBook, true, false},
                            Kind{"Recent files", kIconHistory, false, true},
                            Kind{"Scenarios", kIconCluster, false, false}};

/// One of the rows that Up and Down go through.
struct Offer {
    const Kind* kind = nullptr;            ///< none: the path that was typed
    const ScenarioEntry* entry = nullptr;  ///< likewise
};

bool fits(const ScenarioEntry& entry, const std::string& wanted) {
    return contains_text(entry.name + " " + entry.about + " " + entry.path, wanted);
}

bool reads_as_path(const std::string& text) {
    return text.ends_with(".yaml") || text.ends_with(".yml") || text.ends_with("/lesson.md");
}

/// In the order in which they are shown.
std::vector<Offer> offers_for(const Frame& frame, const std::string& text) {
    std::vector<Offer> offers;
    if (reads_as_path(text)) {
        offers.push_back({});
    }
    for (const Kind& kind : kKinds) {
        for (const ScenarioEntry& entry : frame.entries) {
            if (entry.lesson == kind.lesson && entry.recent == kind.recent && fits(entry, text)) {
                offers.push_back({&kind, &entry});
            }
        }
    }
    return offers;
}

/// What Enter means before an arrow was pressed: the path, unless only the name of a file was typed
/// and an entry has it.
int first_choice(const std::vector<Offer>& offers, const std::string& text) {
    const bool name_of_entry =
        offers.size() > 1 && offers.front().entry == nullptr && text.find('/') == std::string::npos;
    return name_of_entry ? 1 : 0;
}

bool draw_offer(const Look& look, const Offer& offer, const std::string& text, bool chosen) {
    if (offer.entry == nullptr) {
        return row_button(look, "Open this file",
                          {.icon = kIconFolder, .detail = text, .selected = chosen});
    }
    const std::string label =
        fmt::format("{}##{}{}", offer.entry->name, offer.kind->title, offer.entry->path);
    return row_button(look, label.c_str(),
                      {.icon = offer.kind->icon, .detail = offer.entry->about, .selected = chosen});
}

void draw_offers(const Frame& frame, UiState& ui, Intents& intents, ChoiceKeys keys,
                 const std::vector<Offer>& offers) {
    const Look& look = frame.look;
    const Kind* titled = nullptr;
    for (int i = 0; i < static_cast<int>(offers.size()); ++i) {
        const Offer& offer = offers[static_cast<std::size_t>(i)];
        if (offer.kind != titled) {
            if (i > 0) {
                spacer(look, 8);
            }
            section_title(look, offer.kind->title);
            titled = offer.kind;
        }
        const bool chosen = i == ui.picker_chosen;
        const bool clicked = draw_offer(look, offer, ui.picker_text, chosen);
        if (chosen && keys.moved) {
            ImGui::SetScrollHereY();
        }
        if (clicked || (chosen && keys.entered)) {
            intents.add(OpenFile{offer.entry == nullptr ? ui.picker_text : offer.entry->path});
        }
    }
    if (offers.empty()) {
        empty_state(look, kIconSearch, "Nothing fits",
                    "The path of a scenario or a recording ends with .yaml.");
    }
}

}  // namespace

void draw_picker_panel(const Frame& frame, UiState& ui, Intents& intents) {
    if (!ui.picker_open) {
        return;
    }
    const Look& look = frame.look;
    const Overlay overlay(look, "Scenarios and lessons",
                          {.width = 720, .height = 620, .title = "Scenarios and lessons"});
    if (ImGui::IsWindowAppearing()) {
        ImGui::SetKeyboardFocusHere();
    }
    const bool typed = search_field(look, "Search scenarios", "Search, or type the path of a file",
                                    ui.picker_text);
    const std::vector<Offer> offers = offers_for(frame, ui.picker_text);
    if (typed) {
        ui.picker_chosen = first_choice(offers, ui.picker_text);
    }
    const ChoiceKeys keys = choose_by_keys(ui.picker_chosen, static_cast<int>(offers.size()));
    ImGui::BeginChild("##entries");
    if (typed) {
        ImGui::SetScrollY(0);
    }
    draw_offers(frame, ui, intents, keys, offers);
    ImGui::EndChild();
    if (overlay.dismissed()) {
        ui.picker_open = false;
    }
}

}  // namespace brokerlab

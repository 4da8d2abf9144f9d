// The scenario picker: lessons, recent files and scenarios with what they are about; a path can be
// typed too.
#include <string>

#include <fmt/format.h>
#include <imgui.h>

#include "gui/panel.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/overlay.h"
#include "gui/widgets/text.h"
#include "sim/view/fact_search.h"

namespace brokerlab {
namespace {

bool fits(const ScenarioEntry& entry, const std::string& wanted) {
    return contains_text(entry.name + " " + entry.about + " " + entry.path, wanted);
}

/// One kind of entries under a title; nothing when none fits.
void draw_entries(const Frame& frame, UiState& ui, Intents& intents, const char* title,
                  const char* icon, bool lesson, bool recent) {
    bool titled = false;
    for (const ScenarioEntry& entry : frame.entries) {
        if (entry.lesson != lesson || entry.recent != recent || !fits(entry, ui.picker_text)) {
            continue;
        }
        if (!titled) {
            section_title(frame.look, title);
            titled = true;
        }
        const std::string label = fmt::format("{}##{}{}", entry.name, title, entry.path);
        if (row_button(frame.look, label.c_str(), {.icon = icon, .detail = entry.about})) {
            intents.add(OpenFile{entry.path});
        }
    }
    if (titled) {
        spacer(frame.look, 8);
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
    search_field(look, "Search scenarios", "Search, or type the path of a file", ui.picker_text);
    if (ui.picker_text.ends_with(".yaml") && primary_button(look, "Open this file", kIconFolder)) {
        intents.add(OpenFile{ui.picker_text});
    }
    ImGui::BeginChild("##entries");
    draw_entries(frame, ui, intents, "Lessons", kIconBook, true, false);
    draw_entries(frame, ui, intents, "Recent files", kIconHistory, false, true);
    draw_entries(frame, ui, intents, "Scenarios", kIconCluster, false, false);
    ImGui::EndChild();
    if (overlay.dismissed()) {
        ui.picker_open = false;
    }
}

}  // namespace brokerlab

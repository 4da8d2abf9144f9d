// Panel: a part of the window: reads a Frame, keeps its state in UiState, asks by Intents.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "gui/frame.h"
#include "gui/intents.h"
#include "gui/ui_state.h"

namespace brokerlab {

/// Where a panel stands in the window.
enum class PanelPlace : uint8_t {
    kLeft,     ///< the lesson
    kCentre,   ///< the cluster
    kRight,    ///< the inspector
    kSide,     ///< one of several, below the inspector
    kDrawer,   ///< one of several, above the timeline; can be closed
    kBottom,   ///< the timeline
    kOverlay,  ///< above everything, while it is open
};

/// `draw` draws into the current ImGui window, which has the panel's size and background; an
/// overlay makes its own.
struct Panel {
    std::string_view name;   ///< "timeline": for --panel
    std::string_view title;  ///< "Timeline"
    const char* icon = "";
    PanelPlace place = PanelPlace::kDrawer;
    void (*draw)(const Frame& frame, UiState& ui, Intents& intents) = nullptr;
};

// gui/panels/NAME.cc each.
void draw_lesson_panel(const Frame& frame, UiState& ui, Intents& intents);
void draw_canvas_panel(const Frame& frame, UiState& ui, Intents& intents);
void draw_inspector_panel(const Frame& frame, UiState& ui, Intents& intents);
void draw_why_panel(const Frame& frame, UiState& ui, Intents& intents);
void draw_waits_panel(const Frame& frame, UiState& ui, Intents& intents);
void draw_upcoming_panel(const Frame& frame, UiState& ui, Intents& intents);
void draw_facts_panel(const Frame& frame, UiState& ui, Intents& intents);
void draw_group_panel(const Frame& frame, UiState& ui, Intents& intents);
void draw_timeline_panel(const Frame& frame, UiState& ui, Intents& intents);
void draw_palette_panel(const Frame& frame, UiState& ui, Intents& intents);
void draw_shortcuts_panel(const Frame& frame, UiState& ui, Intents& intents);
void draw_picker_panel(const Frame& frame, UiState& ui, Intents& intents);
void draw_command_form(const Frame& frame, UiState& ui, Intents& intents);

/// All panels, in the order of the menu.
[[nodiscard]] std::span<const Panel> panels();

}  // namespace brokerlab

// Open: the one way in which menus, keys, palette and command line open parts of the window and
// forms.
//
// A window that is too narrow for both shows of lesson and side the one that was asked for last
// (main_window.cc).
#pragma once

#include <string_view>

#include "gui/intents.h"
#include "gui/panel.h"
#include "gui/ui_state.h"
#include "sim/view/actions.h"

namespace brokerlab {

/// The side with the panel of this name below the inspector.
void open_side(UiState& ui, std::string_view name);
void open_lesson_pane(UiState& ui);
/// Hides it where it can be seen, else opens it.
void toggle_side(UiState& ui);
void toggle_lesson_pane(UiState& ui);
/// Of palette, picker, shortcut sheet and form only one is open: these close the others.
void open_palette(UiState& ui);
void open_picker(UiState& ui);
void toggle_shortcuts(UiState& ui);
void close_overlays(UiState& ui);
/// The drawer with the view of that group in it, high enough to be read; empty: of the last one.
void open_group(UiState& ui, std::string_view group);
/// Any panel: its drawer, its side or itself. Some are always there.
void open_panel(UiState& ui, const Panel& panel);

/// The form of a command that the person completes.
void open_form(UiState& ui, const Action& action);
/// The form of an expression to run until.
void open_run_until_form(UiState& ui);
/// Gives the action's command, or opens its form where something is left to fill in.
void give_or_ask(const Action& action, UiState& ui, Intents& intents);

}  // namespace brokerlab

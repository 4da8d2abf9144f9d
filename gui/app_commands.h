// AppCommands: everything that the app itself can be told, by name and by key: one table for the
// menu, the command palette, the shortcut sheet and the keyboard.
//
// Commands to the simulated cluster are not here: those are the actions of view/actions.h.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "gui/frame.h"
#include "gui/intents.h"
#include "gui/ui_state.h"

namespace brokerlab {

/// Where the menu and the sheet show it.
enum class AppCommandGroup : uint8_t { kFile, kRun, kView, kHelp };
[[nodiscard]] std::string_view group_title(AppCommandGroup group);

/// A key with its modifiers. `key` is a code of GLFW; 0: none.
struct KeyChord {
    int key = 0;
    bool ctrl = false;
    bool shift = false;
    bool alt = false;
};

/// Where its key works while something stands above the window.
enum class AppCommandReach : uint8_t {
    kWindow,      ///< not at all
    kOverlays,    ///< in palette, picker and shortcut sheet, whose place it takes; not over a form
    kEverywhere,  ///< it changes nothing that is below
};

struct AppCommand {
    std::string_view name;  ///< "Play or pause"
    std::string_view keys;  ///< "Space"; empty: none
    KeyChord chord;
    const char* icon = "";
    AppCommandGroup group = AppCommandGroup::kRun;
    void (*run)(const Frame& frame, UiState& ui, Intents& intents) = nullptr;
    bool repeats = false;  ///< while its key is held
    AppCommandReach reach = AppCommandReach::kWindow;
};

[[nodiscard]] std::span<const AppCommand> app_commands();

/// Runs what was pressed in this frame. While a text is being typed only keys that type nothing;
/// while a dialog or a menu is open only commands that reach there.
void run_pressed_keys(const Frame& frame, UiState& ui, Intents& intents);

}  // namespace brokerlab

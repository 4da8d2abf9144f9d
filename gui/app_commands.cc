#include "gui/app_commands.h"

#include <algorithm>
#include <array>

#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "gui/open.h"
#include "gui/widgets/icons.h"

namespace brokerlab {
namespace {

using Group = AppCommandGroup;
using Reach = AppCommandReach;

template <class T>
void ask(const Frame& /*frame*/, UiState& /*ui*/, Intents& intents) {
    intents.add(T{});
}

void to_start(const Frame& /*frame*/, UiState& /*ui*/, Intents& intents) {
    intents.add(GoTo{Duration()});
}

void faster(const Frame& frame, UiState& /*ui*/, Intents& intents) {
    intents.add(SetSpeed{frame.speed * 10});
}

void slower(const Frame& frame, UiState& /*ui*/, Intents& intents) {
    intents.add(SetSpeed{frame.speed / 10});
}

void find_all(const Frame& /*frame*/, UiState& ui, Intents& /*intents*/) {
    open_palette(ui);
}

void pick_scenario(const Frame& /*frame*/, UiState& ui, Intents& /*intents*/) {
    open_picker(ui);
}

void show_shortcuts(const Frame& /*frame*/, UiState& ui, Intents& /*intents*/) {
    toggle_shortcuts(ui);
}

void toggle_lesson(const Frame& /*frame*/, UiState& ui, Intents& /*intents*/) {
    toggle_lesson_pane(ui);
}

void toggle_inspector(const Frame& /*frame*/, UiState& ui, Intents& /*intents*/) {
    toggle_side(ui);
}

void toggle_drawer(const Frame& /*frame*/, UiState& ui, Intents& /*intents*/) {
    ui.drawer = ui.drawer.empty() ? "facts" : "";
}

void show_why(const Frame& /*frame*/, UiState& ui, Intents& /*intents*/) {
    open_side(ui, "why");
}

void show_waits(const Frame& /*frame*/, UiState& ui, Intents& /*intents*/) {
    open_side(ui, "waits");
}

void show_upcoming(const Frame& /*frame*/, UiState& ui, Intents& /*intents*/) {
    open_side(ui, "next");
}

void internal_traffic(const Frame& /*frame*/, UiState& ui, Intents& /*intents*/) {
    ui.canvas.internal_traffic = !ui.canvas.internal_traffic;
}

void switch_theme(const Frame& frame, UiState& /*ui*/, Intents& intents) {
    intents.add(ChooseTheme{frame.look.colours().name == ThemeName::kDark ? ThemeName::kLight
                                                                          : ThemeName::kDark});
}

void larger(const Frame& frame, UiState& /*ui*/, Intents& intents) {
    intents.add(ChooseScale{frame.look.scale + 0.25F});
}

void smaller(const Frame& frame, UiState& /*ui*/, Intents& intents) {
    intents.add(ChooseScale{frame.look.scale - 0.25F});
}

bool overlay_open(const UiState& ui) {
    return ui.form.open || ui.palette.open || ui.picker_open || ui.shortcuts_open;
}

bool popup_open() {
    return ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup);
}

/// The outermost thing that is open goes; then the field that is typed into, which ImGui leaves by
/// itself; then a long run; then the selection.
void leave(const Frame& frame, UiState& ui, Intents& intents) {
    if (popup_open()) {
        ImGui::ClosePopupToLevel(0, true);
    } else if (overlay_open(ui)) {
        close_overlays(ui);
    } else if (ImGui::GetIO().WantTextInput) {
        return;
    } else if (frame.progress) {
        intents.add(CancelRun{});
    } else {
        intents.add(Select{});
    }
}

constexpr KeyChord key(int code) {
    return {.key = code};
}
constexpr KeyChord ctrl(int code) {
    return {.key = code, .ctrl = true};
}

constexpr std::array kCommands{
    AppCommand{"Open a scenario or lesson", "Ctrl+O", ctrl(GLFW_KEY_O), kIconFolder, Group::kFile,
               pick_scenario, false, Reach::kOverlays},
    AppCommand{"Start again from the beginning", "Ctrl+R", ctrl(GLFW_KEY_R), kIconRestart,
               Group::kFile, ask<Restart>},
    AppCommand{"Save a recording", "Ctrl+S", ctrl(GLFW_KEY_S), kIconSave, Group::kFile,
               ask<SaveRecording>},
    AppCommand{"Save a screenshot", "F12", key(GLFW_KEY_F12), kIconCamera, Group::kFile,
               ask<TakeScreenshot>, false, Reach::kEverywhere},
    AppCommand{"Quit", "Ctrl+Q", ctrl(GLFW_KEY_Q), kIconPower, Group::kFile, ask<Quit>, false,
               Reach::kEverywhere},

    AppCommand{"Play or pause", "Space", key(GLFW_KEY_SPACE), kIconPlay, Group::kRun,
               ask<PlayPause>},
    AppCommand{"Step one event", "Right", key(GLFW_KEY_RIGHT), kIconChevronRight, Group::kRun,
               ask<StepEvent>, true},
    AppCommand{"Step to the next fact",
               "Shift+Right",
               {.key = GLFW_KEY_RIGHT, .shift = true},
               kIconFast,
               Group::kRun,
               ask<StepFact>,
               true},
    AppCommand{"Step back", "Left", key(GLFW_KEY_LEFT), kIconChevronLeft, Group::kRun,
               ask<StepBack>, true},
    AppCommand{"Go to the start", "Home", key(GLFW_KEY_HOME), kIconSkipBack, Group::kRun, to_start},
    AppCommand{"Go to the end", "End", key(GLFW_KEY_END), kIconSkipEnd, Group::kRun, ask<GoToEnd>},
    AppCommand{"Play faster", "]", key(GLFW_KEY_RIGHT_BRACKET), kIconFast, Group::kRun, faster,
               true},
    AppCommand{"Play slower", "[", key(GLFW_KEY_LEFT_BRACKET), kIconSlow, Group::kRun, slower,
               true},

    AppCommand{"Command palette", "Ctrl+K", ctrl(GLFW_KEY_K), kIconSearch, Group::kView, find_all,
               false, Reach::kOverlays},
    AppCommand{"Show or hide the lesson", "Ctrl+L", ctrl(GLFW_KEY_L), kIconBook, Group::kView,
               toggle_lesson},
    AppCommand{"Show or hide the inspector", "Ctrl+I", ctrl(GLFW_KEY_I), kIconInfo, Group::kView,
               toggle_inspector},
    AppCommand{"Show or hide the fact log", "Ctrl+F", ctrl(GLFW_KEY_F), kIconList, Group::kView,
               toggle_drawer},
    AppCommand{"Why?", "W", key(GLFW_KEY_W), kIconAsk, Group::kView, show_why},
    AppCommand{"Why not yet?", "Y", key(GLFW_KEY_Y), kIconHourglass, Group::kView, show_waits},
    AppCommand{"What comes next", "N", key(GLFW_KEY_N), kIconClock, Group::kView, show_upcoming},
    AppCommand{"Back to the last selection",
               "Alt+Left",
               {.key = GLFW_KEY_LEFT, .alt = true},
               kIconBack,
               Group::kView,
               ask<SelectPrevious>},
    AppCommand{"Show or hide internal traffic", "I", key(GLFW_KEY_I), kIconExchange, Group::kView,
               internal_traffic},
    AppCommand{"Dark or light theme", "Ctrl+T", ctrl(GLFW_KEY_T), kIconSun, Group::kView,
               switch_theme, false, Reach::kEverywhere},
    AppCommand{"Larger", "Ctrl+=", ctrl(GLFW_KEY_EQUAL), kIconZoomIn, Group::kView, larger, false,
               Reach::kEverywhere},
    AppCommand{"Smaller", "Ctrl+-", ctrl(GLFW_KEY_MINUS), kIconZoomOut, Group::kView, smaller,
               false, Reach::kEverywhere},
    AppCommand{"Close what is open", "Esc", key(GLFW_KEY_ESCAPE), kIconClose, Group::kView, leave,
               false, Reach::kEverywhere},

    AppCommand{"Keyboard shortcuts", "F1", key(GLFW_KEY_F1), kIconKeyboard, Group::kHelp,
               show_shortcuts, false, Reach::kOverlays},
};

bool pressed(const AppCommand& command) {
    const KeyChord& chord = command.chord;
    const ImGuiIO& io = ImGui::GetIO();
    return chord.key != 0 && io.KeyCtrl == chord.ctrl && io.KeyShift == chord.shift &&
           io.KeyAlt == chord.alt && ImGui::IsKeyPressed(chord.key, command.repeats);
}

/// What may be pressed while a text is being typed: keys that type nothing.
bool types_nothing(const KeyChord& chord) {
    return chord.ctrl || chord.alt || chord.key == GLFW_KEY_ESCAPE ||
           (chord.key >= GLFW_KEY_F1 && chord.key <= GLFW_KEY_F12);
}

/// Whether the key is for the app, or for what stands above the window.
bool reaches(const AppCommand& command, const UiState& ui) {
    switch (command.reach) {
        case Reach::kWindow:
            return !overlay_open(ui) && !popup_open();
        case Reach::kOverlays:
            return !ui.form.open && !popup_open();
        case Reach::kEverywhere:
            return true;
    }
    return true;
}

}  // namespace

std::string_view group_title(AppCommandGroup group) {
    switch (group) {
        case Group::kFile:
            return "File";
        case Group::kRun:
            return "Run";
        case Group::kView:
            return "View";
        case Group::kHelp:
            return "Help";
    }
    return "";
}

std::span<const AppCommand> app_commands() {
    return kCommands;
}

void run_pressed_keys(const Frame& frame, UiState& ui, Intents& intents) {
    const bool typing = ImGui::GetIO().WantTextInput;
    for (const AppCommand& command : kCommands) {
        if (pressed(command) && (!typing || types_nothing(command.chord)) && reaches(command, ui)) {
            command.run(frame, ui, intents);
            return;
        }
    }
}

}  // namespace brokerlab

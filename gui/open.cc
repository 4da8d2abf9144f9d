#include "gui/open.h"

#include <algorithm>

namespace brokerlab {

void open_side(UiState& ui, std::string_view name) {
    ui.side_open = true;
    ui.side_first = true;
    ui.side = name;
}

void open_lesson_pane(UiState& ui) {
    ui.lesson_open = true;
    ui.side_first = false;
}

void toggle_side(UiState& ui) {
    if (ui.side_open && ui.side_shown) {
        ui.side_open = false;
    } else {
        open_side(ui, ui.side);
    }
}

void toggle_lesson_pane(UiState& ui) {
    if (ui.lesson_open && ui.lesson_shown) {
        ui.lesson_open = false;
    } else {
        open_lesson_pane(ui);
    }
}

void close_overlays(UiState& ui) {
    ui.palette.open = false;
    ui.shortcuts_open = false;
    ui.picker_open = false;
    ui.form = CommandForm();
}

void open_picker(UiState& ui) {
    close_overlays(ui);
    ui.picker_open = true;
    ui.picker_text.clear();
    ui.picker_chosen = 0;
}

void toggle_shortcuts(UiState& ui) {
    const bool was_open = ui.shortcuts_open;
    close_overlays(ui);
    ui.shortcuts_open = !was_open;
}

void open_palette(UiState& ui) {
    close_overlays(ui);
    ui.palette = PaletteView{.open = true, .text = "", .chosen = 0, .just_opened = true};
}

void open_form(UiState& ui, const Action& action) {
    close_overlays(ui);
    ui.form = CommandForm{.open = true,
                          .label = action.label,
                          .explains = action.explains,
                          .text = action.command,
                          .error = ""};
}

void open_run_until_form(UiState& ui) {
    close_overlays(ui);
    ui.form = CommandForm{
        .open = true,
        .label = "Run until \u2026",
        .explains =
            "The run goes on until this holds. It may ask for leader(orders-0), isr(...), "
            "broker(2), under_replicated(), lost_acked and more.",
        .text = ui.timeline.until_text.empty() ? "under_replicated() > 0" : ui.timeline.until_text,
        .error = "",
        .run_until = true};
}

void give_or_ask(const Action& action, UiState& ui, Intents& intents) {
    if (action.form) {
        open_form(ui, action);
    } else {
        intents.add(GiveCommand{action.command});
    }
}

namespace {

/// Logical: of a drawer in which members, bars and a history are to be seen at once.
constexpr float kGroupHeight = 372;

void open_overlay(UiState& ui, std::string_view name) {
    close_overlays(ui);
    if (name == "palette") {
        open_palette(ui);
    } else if (name == "scenarios") {
        open_picker(ui);
    } else if (name == "shortcuts") {
        toggle_shortcuts(ui);
    } else if (name == "command") {
        Action any;
        any.label = "Give a command";
        any.command = "kill broker 2";
        any.explains = "Any command of the lab, as one line of text.";
        open_form(ui, any);
    }
}

}  // namespace

void open_group(UiState& ui, std::string_view group) {
    ui.drawer = "group";
    ui.drawer_height = std::max(ui.drawer_height, kGroupHeight);
    if (!group.empty()) {
        ui.group.group = group;
    }
}

void open_panel(UiState& ui, const Panel& panel) {
    switch (panel.place) {
        case PanelPlace::kLeft:
            open_lesson_pane(ui);
            break;
        case PanelPlace::kRight:
            open_side(ui, ui.side);
            break;
        case PanelPlace::kSide:
            open_side(ui, panel.name);
            break;
        case PanelPlace::kDrawer:
            if (panel.name == "group") {
                open_group(ui, {});
            } else {
                ui.drawer = panel.name;
            }
            break;
        case PanelPlace::kOverlay:
            open_overlay(ui, panel.name);
            break;
        case PanelPlace::kCentre:
        case PanelPlace::kBottom:
            break;
    }
}

}  // namespace brokerlab

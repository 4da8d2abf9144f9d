// Menu: a popup of rows that are pressed; one of them closes it.
//
//     if (Menu menu(look, "Run"); menu) { if (menu.row("Play or pause", {.keys = "Space"})) ... }
//
// Each row is an ImGui item with its whole label, which ImGui's own menu items are not: keyboard,
// tests and screen coordinates find it. It is opened by ImGui::OpenPopup() with its name. Where a
// right click does so, that is when the button is let go: ImGui closes on the press what is open.
#pragma once

#include <string_view>

#include <imgui.h>

#include "gui/widgets/look.h"

namespace brokerlab {

struct MenuRowOptions {
    const char* icon = "";
    std::string_view keys = {};  ///< "Ctrl+K", at the right
    bool danger = false;         ///< in the colour of what breaks something
    bool checked = false;
    bool enabled = true;
    std::string_view tooltip = {};
    std::string_view note = {};  ///< in the tooltip, as what can be typed
};

class Menu {
public:
    Menu(const Look& look, const char* name);
    ~Menu();
    Menu(const Menu&) = delete;
    Menu& operator=(const Menu&) = delete;
    /// Whether it is open.
    explicit operator bool() const { return open_; }

    void title(std::string_view text);
    /// Returns whether it was pressed; then the menu closes.
    bool row(const char* label, const MenuRowOptions& options = {});
    /// Between two groups of rows.
    void line();

private:
    const Look& look_;
    bool open_ = false;
    float widest_ = 0;  ///< of the rows so far, screen pixels
};

}  // namespace brokerlab

// Buttons: everything that is pressed. Each is an ImGui item with its label, so that keyboard,
// tests and screen coordinates find it; the label is shown up to "##".
//
// Sizes are logical pixels. A disabled button says why in its tooltip where `why_not` is given.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include <imgui.h>

#include "gui/widgets/look.h"

namespace brokerlab {

enum class ButtonKind : uint8_t { kPrimary, kCalm, kQuiet };

struct ButtonOptions {
    ButtonKind kind = ButtonKind::kCalm;
    const char* icon = "";
    std::string_view tooltip = {};  ///< what it does, where the label does not say it
    std::string_view keys = {};     ///< "Ctrl+K", shown in the tooltip
    bool enabled = true;
    std::string_view why_not = {};  ///< in the tooltip while disabled
    float width = 0;                ///< 0: as wide as the text needs
    float height = 32;
};
/// A button with text. Returns whether it was pressed.
bool button(const Look& look, const char* label, const ButtonOptions& options = {});
bool primary_button(const Look& look, const char* label, const char* icon = "");
[[nodiscard]] float button_width(const Look& look, const char* label, const char* icon = "");

struct IconButtonOptions {
    std::string_view tooltip = {};  ///< empty: the label
    std::string_view keys = {};
    float size = 32;
    bool round = false;
    bool primary = false;
    bool active = false;  ///< it is switched on
    bool enabled = true;
    std::string_view why_not = {};
};
/// A button with an icon only; the label is its tooltip.
bool icon_button(const Look& look, const char* label, const char* icon,
                 const IconButtonOptions& options = {});

/// Words that are pressed like a link in a sentence; `font` defaults to text.
bool link_button(const Look& look, const char* label, ImFont* font = nullptr);

/// A pill that is pressed: a filter, a name that selects its thing.
bool chip_button(const Look& look, const char* label, const char* icon, ImU32 colour,
                 bool active = false);

/// One of several in a row: "0.1x | 1x | 10x". Items are labelled CHOICE##id. Returns the one that
/// was chosen anew.
std::optional<std::size_t> segmented(const Look& look, const char* id,
                                     std::span<const char* const> choices, std::size_t chosen);

/// A switch with its label. Returns whether it was changed.
bool toggle(const Look& look, const char* label, bool& on);

/// A whole row that is pressed: `title`, below it `detail`, an icon before and a hint after.
struct RowButtonOptions {
    const char* icon = "";
    ImU32 icon_colour = 0;  ///< 0: muted
    std::string_view detail = {};
    std::string_view keys = {};
    bool selected = false;
    bool enabled = true;
    std::string_view why_not = {};
};
bool row_button(const Look& look, const char* label, const RowButtonOptions& options = {});

}  // namespace brokerlab

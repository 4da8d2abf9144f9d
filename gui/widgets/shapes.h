// Shapes: the drawn parts of the app: cards, pills, badges, lines, hints of keys.
//
// They draw into a list and make no items: what can be clicked gets an InvisibleButton over it, or
// is one of buttons.h. Places are screen pixels; lengths in options are logical.
#pragma once

#include <cstdint>
#include <string_view>

#include <imgui.h>

#include "gui/widgets/look.h"
#include "gui/widgets/text.h"

namespace brokerlab {

/// Side of the blob in the font atlas that all shadows are drawn with, and the blob itself:
/// `pixels` points to its first byte in rows of `row_bytes`.
inline constexpr int kShadowBlob = 64;
void paint_shadow_blob(unsigned char* pixels, int row_bytes);

/// A soft shadow below a box. `spread` and `drop` (how far below) are logical.
void draw_shadow(const Look& look, ImDrawList& list, ImVec2 min, ImVec2 max, float spread = 18,
                 float drop = 6);

struct CardStyle {
    ImU32 fill = 0;    ///< 0: the theme's card
    ImU32 border = 0;  ///< 0: the theme's line
    float rounding = 12;
    bool shadow = true;
};
void draw_card(const Look& look, ImDrawList& list, ImVec2 min, ImVec2 max,
               const CardStyle& style = {});
/// A ring around a box: it is selected.
void draw_selection(const Look& look, ImDrawList& list, ImVec2 min, ImVec2 max, ImU32 colour,
                    float rounding);

enum class PillStyle : uint8_t { kTinted, kSolid, kOutlined };
/// "UNDER-REPLICATED": a small word in a rounded field of its colour, 20 high. `at` as in
/// draw_text(). The icon may be empty. Returns its width.
float draw_pill(const Look& look, ImDrawList& list, ImVec2 at, ImU32 colour, const char* icon,
                std::string_view text, Align align = Align::kLeft,
                PillStyle style = PillStyle::kTinted);
[[nodiscard]] float pill_width(const Look& look, const char* icon, std::string_view text);

/// An icon in a tinted square (or circle) of `size`.
void draw_badge(const Look& look, ImDrawList& list, ImVec2 centre, float size, ImU32 colour,
                const char* icon, bool round = false);

void draw_dashed_line(ImDrawList& list, ImVec2 from, ImVec2 to, ImU32 colour, float thickness,
                      float dash, float gap);
/// The tip of an arrow at `tip`, pointing away from `from`.
void draw_arrow_tip(ImDrawList& list, ImVec2 from, ImVec2 tip, ImU32 colour, float length);
void draw_diamond(ImDrawList& list, ImVec2 centre, float radius, ImU32 colour);
/// A bar that is full to `share`, 0 to 1.
void draw_meter(const Look& look, ImDrawList& list, ImVec2 min, ImVec2 max, float share,
                ImU32 colour);
/// The canvas's dots, every 24 logical pixels.
void draw_dot_grid(const Look& look, ImDrawList& list, ImVec2 min, ImVec2 max, ImVec2 origin,
                   float step);
/// "Ctrl+K" as keys: each in a small frame. Returns its width.
float draw_key_hint(const Look& look, ImDrawList& list, ImVec2 at, std::string_view keys,
                    Align align = Align::kLeft);
[[nodiscard]] float key_hint_width(const Look& look, std::string_view keys);
/// A dot with a word: an entry of a legend. Returns its width.
float draw_legend(const Look& look, ImDrawList& list, ImVec2 at, ImU32 colour,
                  std::string_view text);

}  // namespace brokerlab

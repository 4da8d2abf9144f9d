// Look: colours, fonts and measures of the app: one value that every widget and panel draws with.
//
// Lengths are in logical pixels on an 8 px grid; px() makes screen pixels of them. Each meaning has
// one colour: leader blue, in-sync green, lagging amber, offline red, client teal, replication
// violet. A colour never stands alone: a word or an icon is with it.
#pragma once

#include <cstdint>

#include <imgui.h>

namespace brokerlab {

enum class ThemeName : uint8_t { kDark, kLight };

/// Colours as ImGui packs them.
struct Theme {
    ThemeName name = ThemeName::kDark;
    ImU32 page = 0;     ///< behind everything
    ImU32 canvas = 0;   ///< behind the cluster
    ImU32 card = 0;     ///< panels and cards
    ImU32 raised = 0;   ///< buttons, chips
    ImU32 hovered = 0;  ///< a raised thing under the mouse
    ImU32 line = 0;     ///< borders
    ImU32 grid = 0;     ///< faint lines and dots
    ImU32 text = 0;
    ImU32 muted = 0;  ///< secondary text; still at least 4.5:1 on card and canvas
    ImU32 shadow = 0;
    ImU32 leader = 0;
    ImU32 in_sync = 0;
    ImU32 lagging = 0;
    ImU32 offline = 0;
    ImU32 client = 0;
    ImU32 replication = 0;
    ImU32 accent = 0;     ///< selection, the primary button
    ImU32 on_accent = 0;  ///< text on it
};
[[nodiscard]] const Theme& theme(ThemeName name);
/// Contrast of two opaque colours as WCAG 2 defines it, from 1 to 21.
[[nodiscard]] float contrast(ImU32 a, ImU32 b);
/// The colour with its opacity multiplied.
[[nodiscard]] ImU32 faded(ImU32 colour, float opacity);
/// What an opaque colour becomes under a translucent one.
[[nodiscard]] ImU32 blended(ImU32 below, ImU32 above);

struct Fonts {
    ImFont* text = nullptr;     ///< Inter 14
    ImFont* strong = nullptr;   ///< Inter SemiBold 14
    ImFont* title = nullptr;    ///< Inter SemiBold 17
    ImFont* heading = nullptr;  ///< Inter SemiBold 24
    ImFont* italic = nullptr;
    ImFont* small = nullptr;         ///< Inter 12
    ImFont* small_strong = nullptr;  ///< Inter SemiBold 12
    ImFont* mono = nullptr;          ///< JetBrains Mono 13: numbers
    ImFont* mono_small = nullptr;    ///< JetBrains Mono 11.5
};

struct Look {
    const Theme* theme = nullptr;
    Fonts fonts;
    float scale = 1;       ///< screen pixels for a logical one
    int shadow_rect = -1;  ///< of the font atlas

    [[nodiscard]] float px(float logical) const { return logical * scale; }
    [[nodiscard]] const Theme& colours() const { return *theme; }
};

}  // namespace brokerlab

// Fonts: Inter for text, JetBrains Mono for numbers, Font Awesome for icons, from Debian's
// packages, and the blob of the shadows, in one atlas for one scale.
//
// Only the glyphs that the app needs are loaded: the fonts are most of the time to the first frame.
// Where a font is missing the app goes on with ImGui's own; without icons their places are blank.
#pragma once

#include <string>
#include <vector>

#include "gui/widgets/look.h"

namespace brokerlab {

/// What of the fonts is not installed, as names of packages; empty when all is there.
struct FontReport {
    std::vector<std::string> missing_packages;

    /// "Fonts are missing: ...", for the person; empty when all is there.
    [[nodiscard]] std::string sentence() const;
};

/// Makes the font atlas of the current ImGui context anew and puts fonts, shadow and scale into
/// `look`. A screen that already shows must be told (Screen::fonts_changed).
FontReport load_fonts(Look& look, float scale);

/// The same with ImGui's own font at every place: for tests that need no window.
void load_default_fonts(Look& look, float scale);

}  // namespace brokerlab

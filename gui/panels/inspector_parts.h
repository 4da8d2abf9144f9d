// The parts of the inspector: each kind of section draws itself at the cursor, as wide as the
// window.
#pragma once

#include <string>
#include <string_view>

#include <imgui.h>

#include "gui/frame.h"
#include "gui/intents.h"
#include "gui/ui_state.h"
#include "sim/view/inspection.h"

namespace brokerlab {

/// What the parts draw with, and where what is clicked goes.
struct Inspector {
    const Look& look;
    UiState& ui;
    Intents& intents;

    [[nodiscard]] const Theme& colours() const { return look.colours(); }
};

[[nodiscard]] ImU32 tone_colour(const Look& look, Tone tone);
/// What stands beside the colour where the words alone do not say it; empty for a tone that needs
/// none.
[[nodiscard]] const char* tone_icon(Tone tone);
/// Numbers, sets and spans stand in the mono font.
[[nodiscard]] bool is_number(std::string_view text);

/// The last item stands for a thing: a click selects it, the mouse on it points at it elsewhere
/// too.
void link_item(const Inspector& inspector, const Thing& thing);

void draw_section(const Inspector& inspector, const RowsSection& section);
void draw_section(const Inspector& inspector, const TableSection& section);
void draw_section(const Inspector& inspector, const LogsSection& section);
void draw_section(const Inspector& inspector, const BytesSection& section);
void draw_section(const Inspector& inspector, const HistorySection& section);

/// The hairline below what stands at `at`.
void hairline(const Inspector& inspector, ImVec2 at, float width, float height);
/// "REPLICA LOGS": the title of a section, unless it has none.
void draw_section_title(const Inspector& inspector, std::string_view title,
                        std::string_view right = {});

}  // namespace brokerlab

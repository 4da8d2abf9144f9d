// Fields: the parts that panels are put together from: titles, rows of name and value, search,
// splitters, empty states.
#pragma once

#include <string>
#include <string_view>

#include <imgui.h>

#include "gui/widgets/look.h"

namespace brokerlab {

/// "REPLICA LOGS" with something small at the right end of the line.
void section_title(const Look& look, std::string_view text, std::string_view right = {});

struct NameValueOptions {
    ImU32 colour = 0;       ///< of the value; 0: text
    bool mono = true;       ///< a number, not a word
    bool strong = false;    ///< it has just changed, or matters most
    const char* icon = "";  ///< before the value
};
/// "High watermark      10 251", as wide as the window. Where both do not fit, the name is cut.
void name_value_row(const Look& look, std::string_view name, std::string_view value,
                    const NameValueOptions& options = {});

/// A line to type into, with an icon and a hint while it is empty, and a cross that empties it.
/// `width` is logical; 0: to the right end. Returns whether the text changed.
bool search_field(const Look& look, const char* label, std::string_view hint, std::string& text,
                  float width = 0);
/// The same without the icon; Enter returns true.
bool entry_field(const Look& look, const char* label, std::string_view hint, std::string& text,
                 float width = 0, bool mono = false);

/// A seam between two parts that is dragged: changes `length` (logical) of the part at the left or
/// above; `sign` -1 for the part at the right or below. Returns whether it is being dragged.
bool splitter(const Look& look, const char* label, bool vertical_line, ImVec2 min, ImVec2 max,
              float& length, float sign, float least, float most);

/// What a panel says when it has nothing to show: an icon, a sentence, a hint.
void empty_state(const Look& look, const char* icon, std::string_view title, std::string_view hint);

/// A thin line across the window, with a little air.
void separator_line(const Look& look);
/// Air of `height` logical pixels.
void spacer(const Look& look, float height);

}  // namespace brokerlab

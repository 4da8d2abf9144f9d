// Nouns: text in which Kafka's nouns explain themselves when the mouse rests on them.
//
// The nouns are found once for each text and kept; they are underlined with dots, so that one sees
// that there is something to learn.
#pragma once

#include <string_view>

#include <imgui.h>

#include "gui/widgets/look.h"

namespace brokerlab {

/// Draws a paragraph from its upper left corner, wrapped at words to `width` screen pixels. Makes
/// no item: it may lie over a button. Returns its height.
float draw_nouns(const Look& look, const ImFont* font, ImU32 colour, ImVec2 at, float width,
                 std::string_view text);
/// The same in one line whose vertical centre is at.y, without underlines: for lists, where these
/// would be too much. Returns whether the mouse is on a noun, which then explains itself.
bool explain_nouns_in_line(const Look& look, const ImFont* font, ImVec2 at, float width,
                           std::string_view text);
/// How high draw_nouns() will be.
[[nodiscard]] float nouns_height(const ImFont* font, float width, std::string_view text);

/// The same as an item at the cursor, as wide as the window.
void noun_paragraph(const Look& look, const ImFont* font, ImU32 colour, std::string_view text);

}  // namespace brokerlab

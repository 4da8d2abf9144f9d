// Text: single lines and paragraphs drawn at a place, aligned, cut or wrapped.
//
// All sizes here are screen pixels; a font of Look has its size in it already. Text is UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <imgui.h>

#include "gui/widgets/look.h"

namespace brokerlab {

enum class Align : uint8_t { kLeft, kCentre, kRight };

/// Width and height of one line.
[[nodiscard]] ImVec2 text_size(const ImFont* font, std::string_view text);
[[nodiscard]] float text_width(const ImFont* font, std::string_view text);

/// One line whose vertical centre is at.y and whose left end, centre or right end is at.x. Returns
/// its width.
float draw_text(ImDrawList& list, const ImFont* font, ImU32 colour, ImVec2 at,
                std::string_view text, Align align = Align::kLeft);

/// The same, cut with an ellipsis where it is wider than `width`. Returns whether it was cut: then
/// the whole text belongs into a tooltip.
bool draw_text_fitted(ImDrawList& list, const ImFont* font, ImU32 colour, ImVec2 at, float width,
                      std::string_view text, Align align = Align::kLeft);

/// A name that is too wide keeps the number behind its last dash, which tells it from its likes:
/// "stock-se...-2", "ECOMM...-1 at 2". As it is where it fits, or where no more than a few letters
/// would be left of it.
[[nodiscard]] std::string shortened(const ImFont* font, std::string_view name, float width);

/// A paragraph from its upper left corner, wrapped at words. Returns its height.
float draw_text_wrapped(ImDrawList& list, const ImFont* font, ImU32 colour, ImVec2 at, float width,
                        std::string_view text);
[[nodiscard]] float text_height_wrapped(const ImFont* font, float width, std::string_view text);

/// What of a label is shown: without "##..." or "###...".
[[nodiscard]] std::string_view visible_label(std::string_view label);

// As items of the current window: they take their place in its layout.

/// A line at the cursor.
void text_line(const ImFont* font, ImU32 colour, std::string_view text);
/// A paragraph at the cursor, as wide as the window.
void text_paragraph(const ImFont* font, ImU32 colour, std::string_view text);

}  // namespace brokerlab

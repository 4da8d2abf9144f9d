// The inspector's rows of a name and a value.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "gui/panels/inspector_parts.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "sim/view/glossary.h"

namespace brokerlab {
namespace {

constexpr float kRowHeight = 26;
constexpr float kLineHeight = 22;

const ImFont* value_font(const Look& look, const Row& row) {
    return is_number(row.value)  ? look.fonts.mono
           : row.link != Thing() ? look.fonts.strong
                                 : look.fonts.text;
}

const char* value_icon(const Row& row) {
    return row.tone == Tone::kWarning || row.tone == Tone::kBad ? tone_icon(row.tone) : "";
}

/// What the icon before a value takes.
float icon_room(const Look& look, const Row& row) {
    const char* icon = value_icon(row);
    return *icon == '\0' ? 0 : text_width(look.fonts.small, icon) + look.px(6);
}

/// The name explains itself where it is one of Kafka's nouns.
void draw_name(const Inspector& inspector, const Row& row, ImVec2 at, float width) {
    const Look& look = inspector.look;
    const float height = look.px(kRowHeight);
    const bool cut =
        draw_text_fitted(*ImGui::GetWindowDrawList(), look.fonts.text, inspector.colours().muted,
                         {at.x, at.y + height / 2}, width, row.name);
    ImGui::SetCursorScreenPos(at);
    const float room = std::min(width, text_width(look.fonts.text, row.name));
    ImGui::InvisibleButton(fmt::format("{}##name", row.name).c_str(),
                           {std::max(1.0F, room), height});
    if (!ImGui::IsItemHovered()) {
        return;
    }
    if (const GlossaryEntry* entry = find_noun(row.name)) {
        hover_card(look, entry->word, entry->meaning,
                   entry->short_form.empty() ? "" : fmt::format("Short: {}", entry->short_form));
    } else if (cut) {
        tooltip(look, row.name);
    }
}

/// The value, at the right end of a line whose middle is `y`.
void draw_value(const Inspector& inspector, const Row& row, float right, float y, float width) {
    const Look& look = inspector.look;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImFont* font = value_font(look, row);
    const ImU32 colour = tone_colour(look, row.tone);
    const char* icon = value_icon(row);
    const float room = width - icon_room(look, row);
    const float taken = std::min(text_width(font, row.value), room);
    const bool cut =
        draw_text_fitted(list, font, colour, {right, y}, room + 0.5F, row.value, Align::kRight);
    if (*icon != '\0') {
        draw_text(list, look.fonts.small, colour, {right - taken - look.px(6), y}, icon,
                  Align::kRight);
    }
    const float half = look.px(kLineHeight) / 2;
    ImGui::SetCursorScreenPos({right - taken, y - half});
    ImGui::InvisibleButton(fmt::format("{}##{}", row.value, row.name).c_str(),
                           {std::max(1.0F, taken), 2 * half});
    if (row.link != Thing()) {
        link_item(inspector, row.link);
        if (ImGui::IsItemHovered()) {
            const float below = std::floor(y + font->FontSize / 2);
            list.AddLine({right - taken, below}, {right, below}, colour);
        }
    }
    if (cut) {
        tooltip(look, row.value);
    }
}

/// A sentence that is longer than a line: a paragraph below the name. Returns its height.
float draw_sentence(const Inspector& inspector, const Row& row, ImVec2 at, float width) {
    const Look& look = inspector.look;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImU32 colour = tone_colour(look, row.tone);
    const float left = icon_room(look, row);
    draw_text(list, look.fonts.small, colour, {at.x, at.y + look.fonts.text->FontSize / 2},
              value_icon(row));
    return draw_text_wrapped(list, look.fonts.text, colour, {at.x + left, at.y}, width - left,
                             row.value);
}

void draw_row(const Inspector& inspector, const Row& row) {
    const Look& look = inspector.look;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float name = text_width(look.fonts.text, row.name);
    const float value = text_width(value_font(look, row), row.value) + icon_room(look, row);
    const float gap = look.px(12);
    float height = look.px(kRowHeight);
    if (name + gap + value <= width) {
        draw_name(inspector, row, at, width - value - gap);
        draw_value(inspector, row, at.x + width, at.y + height / 2, value);
    } else {
        draw_name(inspector, row, at, width);
        if (value > width && !is_number(row.value) && row.link == Thing()) {
            height += draw_sentence(inspector, row, {at.x, at.y + height}, width) + look.px(4);
        } else {
            height += look.px(kLineHeight);
            draw_value(inspector, row, at.x + width,
                       at.y + height - look.px(kLineHeight) / 2 - look.px(3), width);
        }
    }
    hairline(inspector, at, width, height);
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({width, height - ImGui::GetStyle().ItemSpacing.y});
}

}  // namespace

void draw_section(const Inspector& inspector, const RowsSection& section) {
    draw_section_title(inspector, section.title);
    for (const Row& row : section.rows) {
        draw_row(inspector, row);
    }
}

}  // namespace brokerlab

// The inspector's tables: columns as wide as what stands in them, and cells in two lines where that
// is what fits.
#include <algorithm>
#include <cctype>
#include <vector>

#include <fmt/format.h>

#include "gui/panels/inspector_parts.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"

namespace brokerlab {
namespace {

constexpr float kLineHeight = 22;
constexpr float kTwoLineHeight = 36;
/// From one line of a cell to its next.
constexpr float kCellPitch = 14;

struct Column {
    float width = 0;
    float least = 0;     ///< every cell fits in two lines
    bool right = false;  ///< numbers stand at the right
};

/// Where a cell's second line begins so that the longer line is as short as can be; its end where
/// it is one word.
std::size_t best_break(const ImFont* font, std::string_view cell) {
    std::size_t best = cell.size();
    float least = text_width(font, cell);
    for (std::size_t at = cell.find(' '); at != std::string_view::npos;
         at = cell.find(' ', at + 1)) {
        // Digits before and after: the space within a number.
        const bool in_number = at > 0 && at + 1 < cell.size() &&
                               std::isdigit(static_cast<unsigned char>(cell[at - 1])) != 0 &&
                               std::isdigit(static_cast<unsigned char>(cell[at + 1])) != 0;
        const float longer =
            std::max(text_width(font, cell.substr(0, at)), text_width(font, cell.substr(at + 1)));
        if (!in_number && longer < least) {
            least = longer;
            best = at + 1;
        }
    }
    return best;
}

float width_in_two_lines(const ImFont* font, std::string_view cell) {
    const std::size_t at = best_break(font, cell);
    const std::string_view first = cell.substr(0, at < cell.size() ? at - 1 : at);
    return std::max(text_width(font, first), text_width(font, cell.substr(at)));
}

const ImFont* cell_font(const Look& look, const std::string& cell) {
    return is_number(cell) ? look.fonts.mono_small : look.fonts.small;
}

/// The widest of the columns that two lines make narrower; none: there is no such column.
Column* widest_to_break(std::vector<Column>& columns) {
    Column* widest = nullptr;
    for (Column& column : columns) {
        if (column.width > column.least && (widest == nullptr || column.width > widest->width)) {
            widest = &column;
        }
    }
    return widest;
}

/// As wide as their widest cell. What does not fit comes off the widest: first of those whose cells
/// then take two lines, so that narrow columns stay whole.
std::vector<Column> columns_of(const Look& look, const TableSection& table, float width) {
    std::vector<Column> columns(table.columns.size());
    for (std::size_t c = 0; c < columns.size(); ++c) {
        columns[c].width = text_width(look.fonts.small, table.columns[c]);
        columns[c].least = columns[c].width;
        columns[c].right = c > 0 && !table.lines.empty();
        for (const TableSection::Line& line : table.lines) {
            const std::string& cell = line.cells[c];
            const ImFont* font = cell_font(look, cell);
            columns[c].width = std::max(columns[c].width, text_width(font, cell));
            columns[c].least = std::max(columns[c].least, width_in_two_lines(font, cell));
            columns[c].right =
                columns[c].right && (is_number(cell) || cell.empty() || cell == "none" ||
                                     cell == "never" || cell == "unknown");
        }
    }
    const float gaps = look.px(12) * static_cast<float>(columns.size() - 1);
    float total = gaps;
    for (const Column& column : columns) {
        total += column.width;
    }
    for (Column* next = widest_to_break(columns); total > width + 0.5F && next != nullptr;
         next = widest_to_break(columns)) {
        const float less = std::min(total - width, next->width - next->least);
        total -= less;
        next->width -= less;
    }
    while (total > width + 0.5F) {
        Column& widest =
            *std::max_element(columns.begin(), columns.end(),
                              [](const Column& a, const Column& b) { return a.width < b.width; });
        const float less = std::min(total - width, std::max(1.0F, widest.width * 0.12F));
        if (widest.width < look.px(24)) {
            break;
        }
        widest.width -= less;
        total -= less;
    }
    if (total < width) {
        columns.front().width += width - total;
    }
    return columns;
}

/// A cell as it stands in a column of this width: whole, or in two lines.
struct CellLines {
    std::string_view first;
    std::string_view second;
};

CellLines lines_of(const ImFont* font, std::string_view cell, float width) {
    const std::size_t at = best_break(font, cell);
    if (text_width(font, cell) <= width + 0.5F || at == cell.size()) {
        return {cell, {}};
    }
    return {cell.substr(0, at - 1), cell.substr(at)};
}

float line_height(const Look& look, const std::vector<Column>& columns,
                  const std::vector<std::string>& cells) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
        if (!lines_of(cell_font(look, cells[c]), cells[c], columns[c].width).second.empty()) {
            return look.px(kTwoLineHeight);
        }
    }
    return look.px(kLineHeight);
}

/// Draws the cells of a line; returns the first that was cut.
const std::string* draw_cells(const Inspector& inspector, const std::vector<Column>& columns,
                              const std::vector<std::string>& cells, ImVec2 at, ImU32 first,
                              ImU32 others, bool head) {
    const Look& look = inspector.look;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const std::string* cut = nullptr;
    float x = at.x;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const ImFont* font = head ? look.fonts.small : cell_font(look, cells[c]);
        const float left = columns[c].right ? x + columns[c].width : x;
        const CellLines lines = lines_of(font, cells[c], columns[c].width);
        const float apart = lines.second.empty() ? 0 : look.px(kCellPitch) / 2;
        const auto draw = [&](std::string_view line, float y) {
            const std::string text = shortened(font, line, columns[c].width);
            const bool fitted =
                draw_text_fitted(list, font, c == 0 ? first : others, {left, y}, columns[c].width,
                                 text, columns[c].right ? Align::kRight : Align::kLeft);
            if ((fitted || text != line) && cut == nullptr) {
                cut = &cells[c];
            }
        };
        draw(lines.first, at.y - apart);
        draw(lines.second, at.y + apart);
        x += columns[c].width + look.px(12);
    }
    return cut;
}

/// The first cell of a fact's line is its moment: a click goes there. The rest selects the fact.
void moment_item(const Inspector& inspector, FactId fact, const std::string& moment,
                 std::size_t index, ImVec2 size) {
    const Look& look = inspector.look;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton(fmt::format("{}##at-line-{}", moment, index).c_str(), size);
    if (ImGui::IsItemHovered()) {
        ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
        ImGui::GetWindowDrawList()->AddRectFilled({at.x - look.px(6), at.y}, at + size,
                                                  inspector.colours().hovered, look.px(5));
    }
    if (ImGui::IsItemClicked()) {
        inspector.intents.add(GoToFact{fact});
    }
    tooltip(look, "Go to this moment");
}

void draw_line(const Inspector& inspector, const std::vector<Column>& columns,
               const TableSection::Line& line, std::size_t index) {
    const Look& look = inspector.look;
    const Theme& colours = inspector.colours();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = line_height(look, columns, line.cells);
    // What of the line is one item: all, or what stands behind the moment of a fact.
    const auto* fact = std::get_if<FactThing>(&line.link);
    const bool has_moment = fact != nullptr && line.cells.size() > 1;
    const float left = has_moment ? columns.front().width + look.px(6) : 0;
    if (has_moment) {
        moment_item(inspector, fact->fact, line.cells.front(), index, {left - look.px(3), height});
        ImGui::SetCursorScreenPos({at.x + left, at.y});
    }
    ImGui::InvisibleButton(
        fmt::format("{}##line-{}", line.cells[has_moment ? 1 : 0], index).c_str(),
        {std::max(1.0F, width - left), height});
    ImGui::SetCursorScreenPos({at.x, at.y + height});
    if (!ImGui::IsRectVisible(at, {at.x + width, at.y + height})) {
        return;
    }
    const bool linked = line.link != Thing();
    if (linked && ImGui::IsItemHovered()) {
        ImGui::GetWindowDrawList()->AddRectFilled({at.x + left - look.px(has_moment ? 2 : 6), at.y},
                                                  {at.x + width + look.px(6), at.y + height},
                                                  colours.hovered, look.px(5));
    }
    const ImU32 tone = has_moment ? colours.accent : tone_colour(look, line.tone);
    const std::string* cut = draw_cells(inspector, columns, line.cells, {at.x, at.y + height / 2},
                                        tone, line.tone == Tone::kBad ? tone : colours.text, false);
    if (linked) {
        link_item(inspector, line.link);
    }
    if (cut != nullptr) {
        tooltip(look, *cut);
    }
}

}  // namespace

void draw_section(const Inspector& inspector, const TableSection& section) {
    draw_section_title(inspector, section.title);
    const Look& look = inspector.look;
    const float width = ImGui::GetContentRegionAvail().x;
    const std::vector<Column> columns = columns_of(look, section, width);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = look.px(kLineHeight);
    draw_cells(inspector, columns, section.columns, {at.x, at.y + height / 2},
               inspector.colours().muted, inspector.colours().muted, true);
    hairline(inspector, at, width, height);
    ImGui::SetCursorScreenPos({at.x, at.y + height});
    for (std::size_t i = 0; i < section.lines.size(); ++i) {
        draw_line(inspector, columns, section.lines[i], i);
    }
    ImGui::Dummy({1, 1});
}

}  // namespace brokerlab

// Members by partitions: who reads what, and below it how far. Where there are more partitions than
// room, they scroll beside the members' names.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "gui/panels/canvas_pen.h"
#include "gui/panels/group_parts.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/vec.h"
#include "sim/view/short_names.h"

namespace brokerlab {
namespace {

constexpr float kHead = 34;  // logical: topic and partition
constexpr float kRow = 35;
constexpr float kFoot = 17;  ///< a line of numbers
constexpr float kMostCell = 132;
constexpr float kScrollBar = 14;

/// Where everything stands.
struct Grid {
    ImVec2 at;
    float gutter = 0;
    float cell = 0;
    std::size_t columns = 0;
    std::size_t rows = 0;
    bool nobody = false;  ///< there is a row for what nobody reads
    bool scrolls = false;
    std::vector<std::string> topics;  ///< of the columns, as they are to be read above them

    [[nodiscard]] std::size_t all_rows() const { return rows + (nobody ? 1U : 0U); }
};

/// How many columns there are of the topic that begins with this one.
std::size_t columns_of_topic(const GroupMatrix& matrix, std::size_t first) {
    std::size_t n = 1;
    while (first + n < matrix.partitions.size() && matrix.partitions[first + n].partition.topic ==
                                                       matrix.partitions[first].partition.topic) {
        ++n;
    }
    return n;
}

/// Screen pixels beside a topic's name in its columns.
float head_margin(const GroupPen& pen) {
    return pen.px(18);
}

/// How wide columns are to be for each topic's name to stand above its own ones.
float cell_for_names(const GroupPen& pen, const std::vector<std::string>& topics) {
    float wish = 0;
    for (std::size_t i = 0; i < topics.size();) {
        const std::size_t n = columns_of_topic(pen.matrix, i);
        const float name = text_width(pen.look().fonts.small, topics[i]) + head_margin(pen);
        wish = std::max(wish, name / static_cast<float>(n));
        i += n;
    }
    return wish;
}

std::vector<std::string> topics_of(const GroupMatrix& matrix) {
    std::vector<std::string> topics;
    for (const GroupPartitionColumn& column : matrix.partitions) {
        topics.push_back(column.partition.topic);
    }
    return topics;
}

Grid lay_out(const GroupPen& pen, ImVec2 at, float width) {
    const GroupMatrix& matrix = pen.matrix;
    Grid grid;
    grid.at = at;
    grid.gutter = pen.gutter;
    grid.columns = matrix.partitions.size();
    grid.rows = matrix.members.size();
    grid.nobody = std::any_of(matrix.partitions.begin(), matrix.partitions.end(),
                              [](const GroupPartitionColumn& column) { return !column.read; });
    const float room = width - grid.gutter;
    const float share = room / static_cast<float>(std::max<std::size_t>(1, grid.columns));
    grid.topics = topics_of(matrix);
    const float wish = cell_for_names(pen, grid.topics);
    const float most = std::max(pen.px(kMostCell), std::ceil(wish));
    grid.cell = std::floor(std::clamp(share, pen.px(kLeastCell), most));
    if (grid.cell < wish) {
        // Without what all of them begin with they are told apart sooner.
        grid.topics = short_names(grid.topics, 0);
    }
    grid.scrolls = grid.cell * static_cast<float>(grid.columns) > room + 1;
    return grid;
}

void draw_member(const GroupPen& pen, const Grid& grid, std::size_t row) {
    const GroupMemberRow& member = pen.matrix.members[row];
    const Look& look = pen.look();
    const float top = grid.at.y + pen.px(kHead + kRow * static_cast<float>(row));
    const ImVec2 size{grid.gutter - pen.px(8), pen.px(kRow - 4)};
    const Thing thing = ClientThing{member.name};
    if (thing_item(pen, member.label() + "##member", {grid.at.x, top}, size, thing)) {
        pen.intents.add(Select{thing});
    }
    const bool hovered = ImGui::IsItemHovered();
    hover_member(pen, member);
    ImDrawList& list = pen.list();
    if (hovered || pen.ui.selection == thing) {
        list.AddRectFilled({grid.at.x, top}, ImVec2(grid.at.x, top) + size,
                           pen.ui.selection == thing ? faded(look.colours().accent, 0.18F)
                                                     : look.colours().hovered,
                           pen.px(6));
    }
    const ImU32 colour = phase_colour(look.colours(), member.phase);
    const float left = grid.at.x + pen.px(6);
    const float room = size.x - pen.px(10);
    const float star = member.leads ? pen.px(16) : 0;
    draw_text_fitted(list, look.fonts.small_strong, look.colours().text, {left, top + pen.px(9)},
                     room - star, member.label());
    if (member.leads) {
        draw_text(list, look.fonts.small, look.colours().leader,
                  {grid.at.x + size.x - pen.px(4), top + pen.px(9)}, kIconStar, Align::kRight);
    }
    draw_text(list, look.fonts.small, colour, {left + pen.px(6), top + pen.px(24)},
              phase_icon(member.phase), Align::kCentre);
    draw_text_fitted(list, look.fonts.small, colour, {left + pen.px(17), top + pen.px(24)},
                     room - pen.px(17), phase_word(member.phase));
}

void draw_cell(const GroupPen& pen, const Grid& grid, std::size_t row, std::size_t column,
               float left) {
    const GroupCell& cell = pen.matrix.cell(row, column);
    const GroupPartitionColumn& partition = pen.matrix.partitions[column];
    const GroupMemberRow& member = pen.matrix.members[row];
    const Look& look = pen.look();
    const ImVec2 min{left, grid.at.y + pen.px(kHead + kRow * static_cast<float>(row))};
    const ImVec2 size{grid.cell - pen.px(4), pen.px(kRow - 4)};
    const Thing thing = PartitionThing{partition.partition};
    if (thing_item(pen, fmt::format("{} {}##cell", member.label(), partition.partition.to_string()),
                   min, size, thing)) {
        pen.intents.add(Select{thing});
    }
    const bool hovered = ImGui::IsItemHovered();
    hover_cell(pen, member, partition, cell);
    ImDrawList& list = pen.list();
    const ImVec2 max = min + size;
    if (cell.state == GroupCellState::kNone) {
        list.AddRectFilled(min, max, faded(look.colours().raised, hovered ? 0.9F : 0.35F),
                           pen.px(6));
        return;
    }
    const ImU32 colour = cell_colour(look.colours(), cell.state);
    list.AddRectFilled(min, max, faded(colour, hovered ? 0.30F : 0.16F), pen.px(6));
    list.AddRect(min, max, faded(colour, 0.6F), pen.px(6));
    const bool numbered = cell.next != kNoOffset;
    const float first = numbered ? min.y + size.y * 0.31F : (min.y + max.y) / 2;
    draw_text(list, look.fonts.small, colour, {min.x + pen.px(12), first}, cell_icon(cell.state),
              Align::kCentre);
    draw_text_fitted(list, look.fonts.small_strong, look.colours().text,
                     {min.x + pen.px(22), first}, size.x - pen.px(26), cell_word(cell.state));
    if (numbered) {
        draw_text_fitted(list, look.fonts.mono_small, look.colours().muted,
                         {min.x + pen.px(22), min.y + size.y * 0.73F}, size.x - pen.px(26),
                         grouped_digits(cell.next.value));
    }
}

/// What nobody reads at this moment.
void draw_unread(const GroupPen& pen, const Grid& grid, std::size_t column, float left) {
    if (pen.matrix.partitions[column].read) {
        return;
    }
    const Look& look = pen.look();
    const ImVec2 min{left, grid.at.y + pen.px(kHead + kRow * static_cast<float>(grid.rows))};
    const ImVec2 max = min + ImVec2(grid.cell - pen.px(4), pen.px(kRow - 4));
    ImDrawList& list = pen.list();
    list.AddRectFilled(min, max, faded(look.colours().lagging, 0.10F), pen.px(6));
    draw_dashed_line(list, min, {max.x, min.y}, faded(look.colours().lagging, 0.7F), 1, pen.px(4),
                     pen.px(3));
    const float middle = (min.y + max.y) / 2;
    draw_text(list, look.fonts.small, look.colours().lagging, {min.x + pen.px(12), middle},
              kIconWarning, Align::kCentre);
    draw_text_fitted(list, look.fonts.small_strong, look.colours().text,
                     {min.x + pen.px(22), middle}, max.x - min.x - pen.px(26), "unread");
}

void draw_numbers(const GroupPen& pen, const Grid& grid, const GroupPartitionColumn& column,
                  float left) {
    const Look& look = pen.look();
    const Theme& c = look.colours();
    ImDrawList& list = pen.list();
    float y = grid.at.y + pen.px(kHead + kRow * static_cast<float>(grid.all_rows()) + kFoot / 2);
    const float right = left + grid.cell - pen.px(12);
    const std::optional<int64_t> lag = column.lag();
    draw_text(list, look.fonts.mono_small, c.muted, {right, y},
              column.committed == kNoOffset ? "-" : grouped_digits(column.committed.value),
              Align::kRight);
    y += pen.px(kFoot);
    draw_text(list, look.fonts.mono_small, c.muted, {right, y},
              column.log_end == kNoOffset ? "-" : grouped_digits(column.log_end.value),
              Align::kRight);
    y += pen.px(kFoot);
    draw_text(list, look.fonts.mono_small, lag && *lag == 0 ? c.in_sync : c.text, {right, y},
              lag ? grouped_digits(*lag) : "-", Align::kRight);
    if (lag && *lag == 0) {
        draw_text(list, look.fonts.small, c.in_sync, {left + pen.px(12), y}, kIconCheck,
                  Align::kCentre);
    }
}

void draw_column_head(const GroupPen& pen, const Grid& grid, std::size_t index, float left) {
    const GroupPartitionColumn& column = pen.matrix.partitions[index];
    const Look& look = pen.look();
    const Thing thing = PartitionThing{column.partition};
    const ImVec2 min{left, grid.at.y};
    const ImVec2 size{grid.cell - pen.px(4), pen.px(kHead - 4)};
    if (thing_item(pen, column.partition.to_string() + "##column", min, size, thing)) {
        pen.intents.add(Select{thing});
    }
    const bool hovered = ImGui::IsItemHovered();
    hover_column(pen, column);
    ImDrawList& list = pen.list();
    if (hovered || pen.ui.selection == thing) {
        list.AddRectFilled(min, min + size,
                           pen.ui.selection == thing ? faded(look.colours().accent, 0.18F)
                                                     : look.colours().hovered,
                           pen.px(6));
    }
    const bool first =
        index == 0 || pen.matrix.partitions[index - 1].partition.topic != column.partition.topic;
    if (first) {
        const auto n = static_cast<float>(columns_of_topic(pen.matrix, index));
        const float room = grid.cell * n - pen.px(14);
        draw_text_fitted(list, look.fonts.small, look.colours().muted,
                         {left + pen.px(8), min.y + pen.px(8)}, room, grid.topics[index]);
    }
    draw_text(list, look.fonts.small_strong, look.colours().text,
              {left + pen.px(8), min.y + pen.px(23)},
              fmt::format("P{}", column.partition.partition.value));
    if (column.leader == kNoBroker) {
        draw_text(list, look.fonts.small, look.colours().offline,
                  {left + size.x - pen.px(8), min.y + pen.px(23)}, kIconOffline, Align::kRight);
    }
}

/// The columns that are in sight, from `origin` on.
void draw_columns(const GroupPen& pen, Grid grid, ImVec2 origin) {
    grid.at = origin;
    const float see_from = ImGui::GetWindowPos().x;
    const float see_to = see_from + ImGui::GetWindowWidth();
    for (std::size_t i = 0; i < grid.columns; ++i) {
        const float left = origin.x + grid.cell * static_cast<float>(i);
        if (left + grid.cell < see_from || left > see_to) {
            continue;
        }
        draw_column_head(pen, grid, i, left);
        for (std::size_t row = 0; row < grid.rows; ++row) {
            draw_cell(pen, grid, row, i, left);
        }
        if (grid.nobody) {
            draw_unread(pen, grid, i, left);
        }
        draw_numbers(pen, grid, pen.matrix.partitions[i], left);
    }
}

void draw_gutter(const GroupPen& pen, const Grid& grid) {
    const Look& look = pen.look();
    for (std::size_t row = 0; row < grid.rows; ++row) {
        draw_member(pen, grid, row);
    }
    if (grid.nobody) {
        const auto unread =
            std::count_if(pen.matrix.partitions.begin(), pen.matrix.partitions.end(),
                          [](const GroupPartitionColumn& column) { return !column.read; });
        const float y = grid.at.y + pen.px(kHead + kRow * (static_cast<float>(grid.rows) + 0.44F));
        draw_text_fitted(pen.list(), look.fonts.small_strong, look.colours().lagging,
                         {grid.at.x + pen.px(6), y}, grid.gutter - pen.px(12),
                         fmt::format("nobody: {}", unread));
    }
    float y = grid.at.y + pen.px(kHead + kRow * static_cast<float>(grid.all_rows()) + kFoot / 2);
    for (const char* name : {"committed", "log end", "lag"}) {
        draw_text(pen.list(), look.fonts.small, look.colours().muted, {grid.at.x + pen.px(6), y},
                  name);
        y += pen.px(kFoot);
    }
}

}  // namespace

float draw_group_matrix(const GroupPen& pen, ImVec2 at, float width) {
    const Grid grid = lay_out(pen, at, width);
    const float height = pen.px(kHead + kRow * static_cast<float>(grid.all_rows()) + 3 * kFoot) +
                         (grid.scrolls ? pen.px(kScrollBar) : 0);
    draw_gutter(pen, grid);
    const ImVec2 origin{at.x + grid.gutter, at.y};
    ImGui::SetCursorScreenPos(origin);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::BeginChild(
        "##partitions", {width - grid.gutter, height}, false,
        ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollWithMouse |
            (grid.scrolls ? ImGuiWindowFlags_HorizontalScrollbar : ImGuiWindowFlags_NoScrollbar));
    ImGui::PopStyleVar();
    const ImVec2 inside = ImGui::GetCursorScreenPos();
    draw_columns(pen, grid, inside);
    // As wide as all columns, so that the bar knows how far it goes.
    ImGui::SetCursorScreenPos(inside);
    ImGui::Dummy({grid.cell * static_cast<float>(grid.columns) - pen.px(4), pen.px(1)});
    ImGui::EndChild();
    return height;
}

}  // namespace brokerlab

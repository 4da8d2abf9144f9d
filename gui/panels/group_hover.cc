// What the members, partitions and cells of the matrix say when the mouse rests on them.
#include <fmt/format.h>

#include "gui/panels/canvas_pen.h"
#include "gui/panels/group_parts.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

void draw_hover_line(const Look& look, std::string_view name, std::string_view value,
                     ImU32 colour = 0) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = look.px(18);
    const float names = look.px(104);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_text(list, look.fonts.small, look.colours().muted, {at.x, at.y + height / 2}, name);
    draw_text(list, look.fonts.small_strong, colour == 0 ? look.colours().text : colour,
              {at.x + names, at.y + height / 2}, value);
    ImGui::Dummy({names + text_width(look.fonts.small_strong, value), height});
}

void draw_hover_meaning(const Look& look, std::string_view text) {
    ImGui::Dummy({0, look.px(2)});
    const float wide = look.px(300);
    const float high =
        draw_text_wrapped(*ImGui::GetWindowDrawList(), look.fonts.small, look.colours().muted,
                          ImGui::GetCursorScreenPos(), wide, text);
    ImGui::Dummy({wide, high});
}

std::string moment(Duration at) {
    return moment_text(at) + " s";
}

}  // namespace

void hover_member(const GroupPen& pen, const GroupMemberRow& member) {
    const HoverCard card(pen.look());
    if (!card) {
        return;
    }
    const Look& look = pen.look();
    text_line(look.fonts.strong, look.colours().text,
              member.earlier ? "the earlier process of " + member.name : member.name);
    draw_hover_line(look, "phase", phase_word(member.phase),
                    phase_colour(look.colours(), member.phase));
    draw_hover_line(look, "for the group", member.counted ? "a member" : "no member");
    if (member.leads) {
        draw_hover_line(look, "leads", "computes who reads what");
    }
    if (member.epoch >= 0) {
        draw_hover_line(look, pen.matrix.protocol == "consumer" ? "member epoch" : "generation",
                        std::to_string(member.epoch));
    }
    if (member.session_ends) {
        draw_hover_line(look, "session ends", moment(*member.session_ends));
    }
    if (member.poll_ends) {
        draw_hover_line(look, "poll() is due by", moment(*member.poll_ends));
    }
    if (!member.at_work.empty()) {
        draw_hover_line(look, "application", member.at_work);
    }
    draw_hover_line(look, "lag", pen.matrix.is_known() ? grouped_digits(member.lag) : "unknown");
    if (member.instance_id) {
        draw_hover_line(look, "static member", *member.instance_id);
    }
    draw_hover_meaning(look, phase_meaning(member.phase));
}

void hover_column(const GroupPen& pen, const GroupPartitionColumn& column) {
    const HoverCard card(pen.look());
    if (!card) {
        return;
    }
    const Look& look = pen.look();
    text_line(look.fonts.strong, look.colours().text, column.partition.to_string());
    draw_hover_line(look, "leader",
                    column.leader == kNoBroker ? std::string("none") : broker_text(column.leader));
    draw_hover_line(look, "committed", offset_text(column.committed));
    draw_hover_line(look, "log end", offset_text(column.log_end));
    const std::optional<int64_t> lag = column.lag();
    draw_hover_line(look, "lag", lag ? grouped_digits(*lag) : "unknown");
    draw_hover_meaning(look,
                       "Committed is where a new owner would begin. The log end is the leader's "
                       "high watermark: what may be read. The lag is what lies between.");
}

void hover_cell(const GroupPen& pen, const GroupMemberRow& member,
                const GroupPartitionColumn& column, const GroupCell& cell) {
    const HoverCard card(pen.look());
    if (!card) {
        return;
    }
    const Look& look = pen.look();
    text_line(look.fonts.strong, look.colours().text,
              fmt::format("{} and {}", member.label(), column.partition.to_string()));
    if (cell.state == GroupCellState::kNone) {
        draw_hover_meaning(look,
                           "It has nothing to do with this partition: within a group each "
                           "partition has one reader.");
        return;
    }
    draw_hover_line(look, "it", cell_word(cell.state), cell_colour(look.colours(), cell.state));
    if (cell.next != kNoOffset) {
        draw_hover_line(look, "reads next", offset_text(cell.next));
    }
    draw_hover_line(look, "committed", offset_text(column.committed));
    draw_hover_line(look, "log end", offset_text(column.log_end));
    draw_hover_meaning(look, cell_meaning(cell.state));
}

}  // namespace brokerlab

// How far the group was behind, over the same stretch of time as the bars; and its rebalances, the
// newest first: when, why, how long, what moved. A click on one asks why.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "gui/panels/group_parts.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/plot.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostShown = 60;
constexpr std::size_t kMostMoves = 8;
constexpr float kTimeRoom = 62;  // logical
constexpr float kMarkRoom = 20;

double seconds(Duration at) {
    return static_cast<double>(at.ns) / 1e9;
}

std::vector<PlotPoint> points_of(const std::vector<LagPoint>& lag) {
    std::vector<PlotPoint> points;
    points.reserve(lag.size());
    for (const LagPoint& point : lag) {
        points.push_back({seconds(point.at), static_cast<double>(point.lag)});
    }
    return points;
}

int64_t highest(const PartitionLag& partition) {
    int64_t most = 0;
    for (const LagPoint& point : partition.points) {
        most = std::max(most, point.lag);
    }
    return most;
}

std::string move_text(const PartitionMove& move) {
    return fmt::format("{}: {} to {}", move.partition.to_string(),
                       move.from.empty() ? "nobody" : move.from,
                       move.to.empty() ? "nobody" : move.to);
}

/// "generation 2 · 6 partitions moved".
std::string detail_of(const GroupPen& pen, const Rebalance& rebalance) {
    const char* noun = pen.matrix.protocol == "consumer" ? "epoch" : "generation";
    if (!rebalance.epoch) {
        return fmt::format("after {} {}, no assignment{}", noun, rebalance.epoch_before,
                           rebalance.end ? "" : " yet");
    }
    const std::string moved =
        rebalance.moved.empty()
            ? "nothing moved"
            : counted(rebalance.moved.size(), "partition", "partitions") + " moved";
    return fmt::format("{} {} · {}", noun, *rebalance.epoch, moved);
}

void hover_rebalance(const GroupPen& pen, const Rebalance& rebalance) {
    const HoverCard card(pen.look());
    if (!card) {
        return;
    }
    const Look& look = pen.look();
    text_line(look.fonts.strong, look.colours().text, rebalance.cause);
    text_line(look.fonts.small, look.colours().muted, detail_of(pen, rebalance));
    for (std::size_t i = 0; i < rebalance.moved.size() && i < kMostMoves; ++i) {
        text_line(look.fonts.mono_small, look.colours().text, move_text(rebalance.moved[i]));
    }
    if (rebalance.moved.size() > kMostMoves) {
        text_line(look.fonts.small, look.colours().muted,
                  fmt::format("and {} more", rebalance.moved.size() - kMostMoves));
    }
    if (rebalance.cut_short) {
        text_line(look.fonts.small, look.colours().lagging,
                  "The next one began, or the coordinator was lost, before it was over");
    }
    text_line(look.fonts.small, look.colours().muted, "Click asks why, a double click goes there");
}

/// How long it took, or that it still lasts.
std::string pill_text(const Rebalance& rebalance, Duration now) {
    if (!rebalance.end || *rebalance.end > now) {
        return rebalance.begin > now ? "later" : "running";
    }
    return stretch_text(*rebalance.end - rebalance.begin);
}

void draw_rebalance(const GroupPen& pen, const Rebalance& rebalance, std::size_t index) {
    const Look& look = pen.look();
    const Theme& c = look.colours();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = std::floor(ImGui::GetContentRegionAvail().x);
    const float height = look.px(40);
    const Thing thing = FactThing{rebalance.fact};
    if (ImGui::InvisibleButton(fmt::format("{}##rebalance {}", rebalance.cause, index).c_str(),
                               {std::max(width, look.px(60)), height})) {
        ask_why(pen, rebalance.fact);
    }
    const bool hovered = ImGui::IsItemHovered();
    if (hovered) {
        pen.ui.hovered = GroupThing{pen.matrix.group};
        ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
        if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
            pen.intents.add(GoToFact{rebalance.fact});
        }
    }
    hover_rebalance(pen, rebalance);
    ImDrawList& list = pen.list();
    const bool selected = pen.ui.selection == thing;
    if (hovered || selected) {
        list.AddRectFilled(at, at + ImVec2(width, height - look.px(2)),
                           selected ? faded(c.accent, 0.18F) : c.hovered, look.px(6));
    }
    const bool later = rebalance.begin > pen.frame.now;
    const float first = at.y + look.px(12);
    const float second = at.y + look.px(28);
    draw_text(list, look.fonts.mono_small, c.muted, {at.x + look.px(kTimeRoom - 8), first},
              moment_text(rebalance.begin), Align::kRight);
    const std::string pill = pill_text(rebalance, pen.frame.now);
    const bool running = pill == "running";
    draw_diamond(list, {at.x + look.px(kTimeRoom + 4), first}, look.px(4.5F),
                 later ? c.muted : c.lagging);
    const ImU32 pill_colour = running ? c.lagging : rebalance.cut_short ? c.offline : c.muted;
    const float taken = draw_pill(look, list, {at.x + width - look.px(6), first}, pill_colour,
                                  running               ? kIconHourglass
                                  : rebalance.cut_short ? kIconWarning
                                                        : "",
                                  pill, Align::kRight);
    const float left = at.x + look.px(kTimeRoom + kMarkRoom);
    draw_text_fitted(list, look.fonts.small_strong, later ? c.muted : c.text, {left, first},
                     at.x + width - taken - look.px(12) - left, rebalance.cause);
    draw_text_fitted(list, look.fonts.small, c.muted, {left, second},
                     at.x + width - look.px(6) - left, detail_of(pen, rebalance));
}

}  // namespace

void draw_group_lag(const GroupPen& pen, const LagHistory& lag) {
    const Look& look = pen.look();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_part_title(pen, at, "LAG OVER TIME");
    ImGui::Dummy({1, look.px(22)});
    if (lag.total.empty()) {
        text_paragraph(look.fonts.small, look.colours().muted,
                       "Nothing was committed in this stretch: a lag counts from the first commit "
                       "on.");
        spacer(look, 8);
        return;
    }
    const std::vector<PlotPoint> total = points_of(lag.total);
    std::vector<PlotPoint> worst;
    std::string worst_name;
    const auto most = std::max_element(
        lag.partitions.begin(), lag.partitions.end(),
        [](const PartitionLag& a, const PartitionLag& b) { return highest(a) < highest(b); });
    std::vector<PlotSeries> series{{"all partitions", look.colours().client, total, true, true}};
    if (lag.partitions.size() > 1 && highest(*most) > 0) {
        worst = points_of(most->points);
        worst_name = "most: " + most->partition.to_string();
        series.push_back({worst_name, look.colours().lagging, worst, true, false});
    }
    const double chosen = plot(look, "Lag over time", series,
                               {.x = {seconds(pen.from), seconds(pen.to)},
                                .marked_x = seconds(pen.frame.now),
                                .unit = "records",
                                .whole = true,
                                .height = 140});
    if (!std::isnan(chosen)) {
        pen.intents.add(GoTo{Duration(std::llround(chosen * 1e9))});
    }
}

void draw_group_rebalances(const GroupPen& pen) {
    const Look& look = pen.look();
    const std::vector<Rebalance>& all = pen.history.rebalances;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_part_title(pen, at, "REBALANCES");
    ImGui::Dummy({1, look.px(22)});
    if (all.empty()) {
        text_paragraph(look.fonts.small, look.colours().muted,
                       "None yet: the first comes when a member joins.");
        return;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    for (std::size_t i = all.size(); i > 0 && all.size() - i < kMostShown; --i) {
        draw_rebalance(pen, all[i - 1], i - 1);
    }
    ImGui::PopStyleVar();
    spacer(look, 8);
}

}  // namespace brokerlab

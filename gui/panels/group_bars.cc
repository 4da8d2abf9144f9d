// What each member did through the last rebalances: a bar of its phases over a small axis of time
// that follows the timeline's cursor. A flag on the axis is a rebalance.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "gui/panels/group_parts.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/plot.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"
#include "sim/view/group_sentences.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

constexpr float kTools = 32;  // logical
constexpr float kAxis = 26;
constexpr float kBar = 26;
constexpr float kLegend = 22;
constexpr float kLegendLine = 18;  ///< each after the first
/// What lasts a millisecond is to be seen as well.
constexpr float kNarrowest = 3;
constexpr std::array<const char*, 3> kStretches{"Rebalance", "Recent", "Whole run"};

struct Bars {
    const GroupPen& pen;
    TimeScale scale;
    ImVec2 at;
    float width = 0;
    float gutter = 0;  ///< screen pixels: for the names

    [[nodiscard]] float rows_top() const { return at.y + pen.px(kTools + kAxis); }
    [[nodiscard]] float rows_bottom() const {
        return rows_top() + pen.px(kBar) * static_cast<float>(pen.history.members.size());
    }
};

void draw_tools(const Bars& bars) {
    const GroupPen& pen = bars.pen;
    draw_part_title(pen, {bars.at.x, bars.at.y + pen.px(6)}, "WHAT EACH MEMBER DID");
    const float room = pen.px(236);
    if (bars.width < pen.px(150) + room) {
        return;
    }
    ImGui::SetCursorScreenPos({bars.at.x + bars.width - room, bars.at.y});
    const auto chosen = segmented(pen.look(), "stretch of the bars", kStretches,
                                  static_cast<std::size_t>(pen.ui.group.stretch));
    if (chosen) {
        pen.ui.group.stretch = static_cast<GroupStretch>(*chosen);
    }
}

std::string tick_text(double seconds, double step) {
    const int digits = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3;
    return fmt::format("{:.{}f}s", seconds, digits);
}

void draw_axis(const Bars& bars) {
    const GroupPen& pen = bars.pen;
    const Look& look = pen.look();
    const double from = static_cast<double>(bars.scale.from.ns) / 1e9;
    const double to = static_cast<double>(bars.scale.to.ns) / 1e9;
    const int wanted =
        std::max(2, static_cast<int>((bars.scale.right - bars.scale.left) / pen.px(90)));
    const double step = tick_step(to - from, wanted);
    const float base = bars.rows_top() - 1;
    ImDrawList& list = pen.list();
    list.AddLine({bars.scale.left, base}, {bars.scale.right, base}, pen.colours().line);
    for (double at = std::ceil(from / step) * step; at <= to; at += step) {
        const float x = std::floor(bars.scale.x_of(Duration(std::llround(at * 1e9))));
        const std::string text = tick_text(at, step);
        const float half = text_width(look.fonts.mono_small, text) / 2;
        list.AddLine({x, base}, {x, bars.rows_bottom()}, pen.colours().grid);
        list.AddLine({x, base - pen.px(4)}, {x, base}, pen.colours().muted);
        if (x - half >= bars.scale.left && x + half <= bars.scale.right) {
            draw_text(list, look.fonts.mono_small, pen.colours().muted, {x, base - pen.px(12)},
                      text, Align::kCentre);
        }
    }
}

void hover_span(const Bars& bars, const MemberBars& member, const PhaseSpan& span) {
    const HoverCard card(bars.pen.look());
    if (!card) {
        return;
    }
    const Look& look = bars.pen.look();
    text_line(look.fonts.strong, phase_colour(look.colours(), span.phase),
              fmt::format("{}: {}", member.member, phase_word(span.phase)));
    text_line(look.fonts.mono_small, look.colours().muted,
              fmt::format("{} s to {} s, {}", moment_text(span.from), moment_text(span.to),
                          stretch_text(span.to - span.from)));
    if (!span.has.empty()) {
        text_line(look.fonts.small, look.colours().text,
                  fmt::format("reads {}", partitions_text(span.has)));
    }
    const float wide = look.px(300);
    const float high =
        draw_text_wrapped(*ImGui::GetWindowDrawList(), look.fonts.small, look.colours().muted,
                          ImGui::GetCursorScreenPos(), wide, phase_meaning(span.phase));
    ImGui::Dummy({wide, high});
}

/// Icon and word, as far as they fit; the icon alone in a short one.
void draw_span_words(const Bars& bars, const PhaseSpan& span, ImVec2 min, ImVec2 max) {
    const GroupPen& pen = bars.pen;
    const Look& look = pen.look();
    const float middle = (min.y + max.y) / 2;
    const float room = max.x - min.x;
    const ImU32 colour = phase_colour(pen.colours(), span.phase);
    if (room < pen.px(18)) {
        return;
    }
    ImDrawList& list = pen.list();
    draw_text(list, look.fonts.small, colour, {min.x + pen.px(10), middle}, phase_icon(span.phase),
              Align::kCentre);
    std::string words = phase_word(span.phase);
    if (!span.has.empty()) {
        const std::string has = fmt::format("{}: {}", words, partitions_text(span.has));
        words = text_width(look.fonts.small, has) <= room - pen.px(26) ? has : words;
    }
    if (text_width(look.fonts.small, words) <= room - pen.px(24)) {
        draw_text(list, look.fonts.small, pen.colours().text, {min.x + pen.px(20), middle}, words);
    }
}

void draw_span(const Bars& bars, const MemberBars& member, std::size_t index, float top) {
    const GroupPen& pen = bars.pen;
    const PhaseSpan& span = member.spans[index];
    const TimeScale& scale = bars.scale;
    if (span.to < scale.from || span.from > scale.to) {
        return;
    }
    const float left = std::floor(std::max(scale.x_of(span.from), scale.left));
    const float right = std::min(
        std::max(std::floor(scale.x_of(span.to)) - 1, left + pen.px(kNarrowest)), scale.right);
    const ImVec2 min{left, top + pen.px(2)};
    const ImVec2 max{std::max(right, left + 1), top + pen.px(kBar - 2)};
    ImGui::SetCursorScreenPos(min);
    if (ImGui::InvisibleButton(
            fmt::format("{} {}##span {}", member.member, phase_word(span.phase), index).c_str(),
            max - min)) {
        ask_why(pen, span.fact);
    }
    const bool hovered = ImGui::IsItemHovered();
    if (hovered) {
        pen.ui.hovered = ClientThing{member.member};
    }
    hover_span(bars, member, span);
    const ImU32 colour = phase_colour(pen.colours(), span.phase);
    const bool narrow = max.x - min.x < pen.px(8);
    ImDrawList& list = pen.list();
    const float rounding = narrow ? 1 : pen.px(4);
    list.AddRectFilled(min, max, faded(colour, narrow ? 0.9F : hovered ? 0.42F : 0.24F), rounding);
    if (span.phase == MemberPhase::kSilent && !narrow) {
        // Hatched: nobody is there.
        list.PushClipRect(min, max, true);
        const float step = pen.px(9);
        const float high = max.y - min.y;
        for (float x = min.x - high; x < max.x; x += step) {
            list.AddLine({x, max.y}, {x + high, min.y}, faded(colour, 0.35F), 1);
        }
        list.PopClipRect();
    }
    list.AddLine({min.x + 0.5F, min.y}, {min.x + 0.5F, max.y}, colour, pen.px(1.5F));
    draw_span_words(bars, span, min, max);
}

void draw_rows(const Bars& bars) {
    const GroupPen& pen = bars.pen;
    float top = bars.rows_top();
    for (const MemberBars& member : pen.history.members) {
        draw_text_fitted(pen.list(), pen.look().fonts.small_strong, pen.colours().text,
                         {bars.at.x + pen.px(6), top + pen.px(kBar / 2)}, bars.gutter - pen.px(12),
                         member.member);
        pen.list().AddRectFilled({bars.scale.left, top + pen.px(2)},
                                 {bars.scale.right, top + pen.px(kBar - 2)},
                                 faded(pen.colours().raised, 0.35F), pen.px(4));
        for (std::size_t i = 0; i < member.spans.size(); ++i) {
            draw_span(bars, member, i, top);
        }
        top += pen.px(kBar);
    }
}

/// Where a rebalance began and ended: a flag that can be pressed, and lines down the bars.
void draw_flags(const Bars& bars) {
    const GroupPen& pen = bars.pen;
    const TimeScale& scale = bars.scale;
    ImDrawList& list = pen.list();
    for (std::size_t i = 0; i < pen.history.rebalances.size(); ++i) {
        const Rebalance& rebalance = pen.history.rebalances[i];
        if (rebalance.begin < scale.from || rebalance.begin > scale.to) {
            continue;
        }
        const float x = std::floor(scale.x_of(rebalance.begin));
        const float y = bars.rows_top() - pen.px(1);
        const float half = pen.px(6);
        ImGui::SetCursorScreenPos({x - half, y - 2 * half});
        if (ImGui::InvisibleButton(fmt::format("{}##flag {}", rebalance.cause, i).c_str(),
                                   {2 * half, 2 * half})) {
            ask_why(pen, rebalance.fact);
        }
        const bool chosen = pen.ui.selection == Thing(FactThing{rebalance.fact});
        const bool hovered = ImGui::IsItemHovered();
        const ImU32 colour = chosen || hovered ? pen.colours().accent : pen.colours().lagging;
        hover_card(pen.look(), rebalance.cause,
                   fmt::format("A rebalance, from {} s{}", moment_text(rebalance.begin),
                               rebalance.end ? fmt::format(" to {} s", moment_text(*rebalance.end))
                                             : std::string(" on")),
                   "Click asks why");
        draw_dashed_line(list, {x, y}, {x, bars.rows_bottom()}, faded(colour, 0.8F), 1, pen.px(3),
                         pen.px(3));
        draw_diamond(list, {x, y - half}, pen.px(5), colour);
    }
}

/// What comes after the cursor is there, but has not happened yet.
void draw_cursor(const Bars& bars) {
    const GroupPen& pen = bars.pen;
    const TimeScale& scale = bars.scale;
    const Duration now = pen.frame.now;
    ImDrawList& list = pen.list();
    const float top = bars.rows_top() - pen.px(10);
    if (now < scale.to) {
        const float from = std::max(scale.x_of(now), scale.left);
        list.AddRectFilled({from, bars.rows_top()}, {scale.right, bars.rows_bottom()},
                           faded(pen.colours().card, 0.62F));
    }
    if (now < scale.from || now > scale.to) {
        const bool before = now < scale.from;
        draw_text(list, pen.look().fonts.small, pen.colours().accent,
                  {before ? scale.left - pen.px(4) : scale.right + pen.px(4),
                   (bars.rows_top() + bars.rows_bottom()) / 2},
                  before ? kIconChevronLeft : kIconChevronRight, Align::kCentre);
        return;
    }
    const float x = std::floor(scale.x_of(now));
    list.AddLine({x, top}, {x, bars.rows_bottom()}, pen.colours().text, pen.px(1.5F));
    list.AddTriangleFilled({x - pen.px(4), top}, {x + pen.px(5), top}, {x + 0.5F, top + pen.px(6)},
                           pen.colours().text);
}

/// The phases that are in sight, with their words, on as many lines as they need; how high.
float draw_legend_lines(const Bars& bars) {
    const GroupPen& pen = bars.pen;
    std::array<bool, 9> seen{};
    for (const MemberBars& member : pen.history.members) {
        for (const PhaseSpan& span : member.spans) {
            seen[static_cast<std::size_t>(span.phase)] |=
                span.to >= bars.scale.from && span.from <= bars.scale.to;
        }
    }
    float x = bars.scale.left;
    float y = bars.rows_bottom() + pen.px(12);
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const auto phase = static_cast<MemberPhase>(i);
        const float room = pen.px(34) + text_width(pen.look().fonts.small, phase_word(phase));
        if (!seen[i]) {
            continue;
        }
        if (x + room > bars.at.x + bars.width && x > bars.scale.left) {
            x = bars.scale.left;
            y += pen.px(kLegendLine);
        }
        draw_text(pen.list(), pen.look().fonts.small, phase_colour(pen.colours(), phase),
                  {x + pen.px(7), y}, phase_icon(phase), Align::kCentre);
        draw_text(pen.list(), pen.look().fonts.small, pen.colours().muted, {x + pen.px(17), y},
                  phase_word(phase));
        x += room;
    }
    return y - bars.rows_bottom() + pen.px(kLegend - 12);
}

}  // namespace

float draw_group_bars(const GroupPen& pen, ImVec2 at, float width) {
    float names = pen.px(40);
    for (const MemberBars& member : pen.history.members) {
        names = std::max(names, text_width(pen.look().fonts.small_strong, member.member));
    }
    Bars bars{pen, {}, at, width, std::min(names + pen.px(20), pen.gutter)};
    bars.scale = {at.x + bars.gutter, at.x + width - pen.px(10), pen.from, pen.to};
    draw_tools(bars);
    draw_axis(bars);
    draw_rows(bars);
    draw_flags(bars);
    draw_cursor(bars);
    const float legend = draw_legend_lines(bars);
    return bars.rows_bottom() + legend - at.y;
}

}  // namespace brokerlab

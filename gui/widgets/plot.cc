#include "gui/widgets/plot.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"

namespace brokerlab {

namespace {

constexpr float kRightMargin = 8;  ///< logical: beside the lines

/// From values to pixels.
struct PlotFrame {
    ImVec2 min;
    ImVec2 max;
    PlotRange x;
    PlotRange y;

    [[nodiscard]] float to_x(double value) const {
        return min.x + share(value, x) * (max.x - min.x);
    }
    [[nodiscard]] float to_y(double value) const {
        return max.y - share(value, y) * (max.y - min.y);
    }
    [[nodiscard]] static float share(double value, PlotRange range) {
        const double span = range.to - range.from;
        return span > 0 ? static_cast<float>((value - range.from) / span) : 0;
    }
};

/// The highest and lowest value within one column of pixels, and the last: what a person can see of
/// any number of points.
struct Column {
    float x = 0;
    float highest = 0;
    float lowest = 0;
    float last = 0;
};

std::vector<Column> columns_of(const PlotSeries& series, const PlotFrame& frame) {
    std::vector<Column> columns;
    for (const PlotPoint& point : series.points) {
        const float x = std::floor(std::clamp(frame.to_x(point.x), frame.min.x, frame.max.x));
        const float y = frame.to_y(point.y);
        if (columns.empty() || columns.back().x != x) {
            columns.push_back({x, y, y, y});
            continue;
        }
        Column& column = columns.back();
        column.highest = std::min(column.highest, y);
        column.lowest = std::max(column.lowest, y);
        column.last = y;
    }
    return columns;
}

/// A bar below the line, fainter towards the bottom of the plot as a whole.
void fill_below(ImDrawList& list, const PlotFrame& frame, ImU32 colour, ImVec2 from, ImVec2 to) {
    const float height = std::max(1.0F, frame.max.y - frame.min.y);
    const auto tint = [&](float y) { return faded(colour, 0.3F * (frame.max.y - y) / height); };
    const ImU32 upper_left = tint(from.y);
    const ImU32 upper_right = tint(to.y);
    const ImU32 none = faded(colour, 0);
    const ImVec2 white = ImGui::GetFontTexUvWhitePixel();
    list.PrimReserve(6, 4);
    const auto index = static_cast<ImDrawIdx>(list._VtxCurrentIdx);
    for (const int corner : {0, 1, 2, 0, 2, 3}) {
        list.PrimWriteIdx(static_cast<ImDrawIdx>(index + corner));
    }
    list.PrimWriteVtx(from, white, upper_left);
    list.PrimWriteVtx(to, white, upper_right);
    list.PrimWriteVtx({to.x, frame.max.y}, white, none);
    list.PrimWriteVtx({from.x, frame.max.y}, white, none);
}

void draw_line(const Look& look, ImDrawList& list, const PlotFrame& frame,
               const PlotSeries& series) {
    const float thick = std::max(1.0F, look.px(1.6F));
    const std::vector<Column> columns = columns_of(series, frame);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const Column& column = columns[i];
        const bool last = i + 1 == columns.size();
        const ImVec2 from = {column.x, column.last};
        const ImVec2 to = {last ? frame.max.x : columns[i + 1].x,
                           last || series.steps ? column.last : columns[i + 1].last};
        if (!last || series.steps) {
            if (series.filled) {
                fill_below(list, frame, series.colour, from, to);
            }
            list.AddLine(from, to, series.colour, thick);
        }
        // Between the column's extremes, and up or down to where the next step begins.
        const float next = last || !series.steps ? column.last : columns[i + 1].last;
        if (column.lowest > column.highest) {
            list.AddLine({column.x, column.highest}, {column.x, column.lowest}, series.colour,
                         thick);
        }
        if (series.steps && next != column.last) {
            list.AddLine({to.x, column.last}, {to.x, next}, series.colour, thick);
        }
    }
}

PlotRange values_of(std::span<const PlotSeries> series, bool whole = false) {
    double highest = 0;
    for (const PlotSeries& one : series) {
        for (const PlotPoint& point : one.points) {
            highest = std::max(highest, point.y);
        }
    }
    const double step = value_step(highest, whole);
    return {0, std::max(step, std::ceil(highest / step) * step)};
}

std::string number_text(double value) {
    return std::fabs(value - std::round(value)) < 1e-9 ? fmt::format("{:.0f}", value)
                                                       : fmt::format("{:.3g}", value);
}

void draw_axes(const Look& look, ImDrawList& list, const PlotFrame& frame,
               const PlotOptions& options) {
    const Theme& theme = look.colours();
    const double y_step = value_step(frame.y.to, options.whole);
    for (int i = 0; i * y_step <= frame.y.to * 1.0001; ++i) {
        const float y = std::floor(frame.to_y(i * y_step));
        list.AddLine({frame.min.x, y}, {frame.max.x, y}, theme.grid);
        draw_text(list, look.fonts.mono_small, theme.muted, {frame.min.x - look.px(6), y},
                  number_text(i * y_step), Align::kRight);
    }
    const double x_step = tick_step(frame.x.to - frame.x.from, 5);
    for (double x = std::ceil(frame.x.from / x_step) * x_step; x <= frame.x.to; x += x_step) {
        const std::string text = number_text(x) + std::string(options.x_unit);
        const float half = text_width(look.fonts.mono_small, text) / 2;
        // The last one stays within the plot.
        draw_text(list, look.fonts.mono_small, theme.muted,
                  {std::min(frame.to_x(x), frame.max.x + look.px(kRightMargin) - half),
                   frame.max.y + look.px(10)},
                  text, Align::kCentre);
    }
    if (!options.unit.empty()) {
        draw_text(list, look.fonts.small, theme.muted, {frame.max.x, frame.min.y - look.px(9)},
                  options.unit, Align::kRight);
    }
    if (options.marked_x >= frame.x.from && options.marked_x <= frame.x.to) {
        const float x = std::floor(frame.to_x(options.marked_x));
        list.AddLine({x, frame.min.y}, {x, frame.max.y}, faded(theme.text, 0.7F));
    }
}

/// The value that holds at x.
double value_at(const PlotSeries& series, double x) {
    const auto after =
        std::upper_bound(series.points.begin(), series.points.end(), x,
                         [](double wanted, const PlotPoint& point) { return wanted < point.x; });
    return after == series.points.begin() ? std::numeric_limits<double>::quiet_NaN()
                                          : (after - 1)->y;
}

void show_values(const Look& look, const PlotFrame& frame, std::span<const PlotSeries> series,
                 const PlotOptions& options, double x) {
    const HoverCard card(look, true);
    text_line(look.fonts.mono_small, look.colours().muted,
              fmt::format("{:.3f} {}", x, options.x_unit));
    for (const PlotSeries& one : series) {
        const double value = value_at(one, x);
        text_line(look.fonts.text, one.colour,
                  fmt::format("{}  {} {}", one.name,
                              std::isnan(value) ? std::string("none yet") : number_text(value),
                              options.unit));
    }
    const float at = frame.to_x(x);
    ImGui::GetForegroundDrawList()->AddLine({at, frame.min.y}, {at, frame.max.y},
                                            faded(look.colours().muted, 0.6F));
}

}  // namespace

double value_step(double highest, bool whole) {
    const double step = tick_step(highest, 4);
    return whole ? std::max(step, 1.0) : step;
}

double tick_step(double range, int wanted) {
    if (!(range > 0) || wanted < 1) {
        return 1;
    }
    const double rough = range / wanted;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= rough * 0.999) {
            return factor * power;
        }
    }
    return 10 * power;
}

void draw_sparkline(const Look& look, ImDrawList& list, ImVec2 min, ImVec2 max,
                    const PlotSeries& series, PlotRange x) {
    const PlotFrame frame{min, max, x, values_of({&series, 1})};
    draw_line(look, list, frame, series);
}

double plot(const Look& look, const char* label, std::span<const PlotSeries> series,
            const PlotOptions& options) {
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const float width = std::max(look.px(80), ImGui::GetContentRegionAvail().x);
    const bool pressed = ImGui::InvisibleButton(label, {width, look.px(options.height)});
    const bool hovered = ImGui::IsItemHovered();
    const ImVec2 low = corner + ImVec2(look.px(40), look.px(options.unit.empty() ? 8 : 20));
    const ImVec2 high =
        corner + ImVec2(width - look.px(kRightMargin), look.px(options.height - 40));
    const PlotFrame frame{snapped(low), snapped(high), options.x, values_of(series, options.whole)};
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_axes(look, list, frame, options);
    float legend = low.x;
    for (const PlotSeries& one : series) {
        draw_line(look, list, frame, one);
        const float y = corner.y + look.px(options.height - 8);
        legend += draw_legend(look, list, {legend, y}, one.colour, one.name) + look.px(16);
    }
    const float mouse = ImGui::GetIO().MousePos.x;
    if (!hovered || mouse < frame.min.x || mouse > frame.max.x) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const double share = static_cast<double>((mouse - frame.min.x) / (frame.max.x - frame.min.x));
    const double x = options.x.from + share * (options.x.to - options.x.from);
    show_values(look, frame, series, options, x);
    return pressed ? x : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace brokerlab

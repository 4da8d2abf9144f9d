// Plots: a line of values over time, small enough for a row or as large as a card.
//
// Steps are drawn as steps: a value holds until the next point.
#pragma once

#include <span>
#include <string_view>

#include <imgui.h>

#include "gui/widgets/look.h"

namespace brokerlab {

struct PlotPoint {
    double x = 0;
    double y = 0;
};
struct PlotRange {
    double from = 0;
    double to = 1;
};
struct PlotSeries {
    std::string_view name = {};
    ImU32 colour = 0;
    std::span<const PlotPoint> points = {};  ///< ascending x
    bool steps = true;
    bool filled = true;
};

/// Only the line, in a box.
void draw_sparkline(const Look& look, ImDrawList& list, ImVec2 min, ImVec2 max,
                    const PlotSeries& series, PlotRange x);

struct PlotOptions {
    PlotRange x = {};
    double marked_x = 0;         ///< a vertical line: now; outside x: none
    std::string_view unit = {};  ///< of y
    std::string_view x_unit = "s";
    bool whole = false;  ///< values are counted: whole numbers at y, at least 0 and 1
    float height = 140;  ///< logical
};
/// Axes, grid, lines, legend, and the values under the mouse. An item labelled `label`, as wide as
/// the window. Returns the x that was clicked, or nothing (NaN).
double plot(const Look& look, const char* label, std::span<const PlotSeries> series,
            const PlotOptions& options);

/// From one grid line of y to the next, where values go up to `highest`.
[[nodiscard]] double value_step(double highest, bool whole);
/// Round values of an axis, about `wanted` of them, that lie in the range.
[[nodiscard]] double tick_step(double range, int wanted);

}  // namespace brokerlab

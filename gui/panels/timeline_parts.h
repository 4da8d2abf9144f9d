// The parts of the timeline panel: the row of controls, the branches, the ruler with the lanes.
#pragma once

#include <algorithm>
#include <cmath>

#include <imgui.h>

#include "gui/frame.h"
#include "gui/intents.h"
#include "gui/ui_state.h"

namespace brokerlab {

/// Which stretch of time stands where: screen pixels for moments after time 0.
struct TimeScale {
    float left = 0;
    float right = 1;
    Duration from;
    Duration to;

    /// Nanoseconds of a pixel.
    [[nodiscard]] double ns_per_px() const {
        return std::max(1.0, static_cast<double>((to - from).ns)) /
               std::max(1.0, static_cast<double>(right - left));
    }
    [[nodiscard]] float x_of(Duration at) const {
        return left + static_cast<float>(static_cast<double>((at - from).ns) / ns_per_px());
    }
    [[nodiscard]] Duration at_x(float x) const {
        return from + Duration(std::llround(static_cast<double>(x - left) * ns_per_px()));
    }
};

/// The furthest moment that the branch has been played to.
[[nodiscard]] Duration head_of(const Frame& frame);
/// From the start of the run to its end, or further where it has been played further.
[[nodiscard]] Duration whole_run(const Frame& frame);

/// The moment at which a branch left its parent, after time 0; nothing for the first branch.
[[nodiscard]] std::optional<Duration> left_parent_at(const Branch& branch);
[[nodiscard]] ImU32 branch_colour(const Theme& theme, std::size_t branch);

/// Buttons to move through the run, its moment, speed, run until, break on; or how far a long run
/// is. Takes the width of the window. Returns its height in screen pixels.
float draw_transport(const Frame& frame, UiState& ui, Intents& intents);
/// A coloured tab for each branch, in one row from the cursor; where there is no room for all, the
/// row scrolls.
void draw_branch_tabs(const Frame& frame, Intents& intents, float width, float height);
/// The rest of the window: ruler, lanes, playhead.
void draw_timeline_lanes(const Frame& frame, UiState& ui, Intents& intents);

}  // namespace brokerlab

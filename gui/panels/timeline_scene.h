// What the files that draw the timeline share: the scene of one frame and the parts that stand in
// it.
#pragma once

#include <vector>

#include "gui/panels/timeline_parts.h"
#include "sim/view/lanes.h"

namespace brokerlab {

/// The height of the ruler, in logical pixels.
inline constexpr float kRulerHeight = 20;

/// What the drawing of one frame needs everywhere.
struct TimelineScene {
    const Frame& frame;
    const Look& look;
    TimeScale scale;
    float top = 0;          ///< of the ruler
    float gutter_left = 0;  ///< where the lanes' names begin

    [[nodiscard]] const Theme& colours() const { return look.colours(); }
    [[nodiscard]] float lanes_top() const { return top + look.px(kRulerHeight); }
    /// Of the current window: the ruler's or the lanes'.
    [[nodiscard]] static ImDrawList& list() { return *ImGui::GetWindowDrawList(); }
};

/// Where this branch left its parent, and where others left it, on the screen.
struct BranchPoint {
    ImU32 colour = 0;
    float x = 0;
};
[[nodiscard]] std::vector<BranchPoint> branch_points(const TimelineScene& scene);

/// Ticks and their moments, and how far the run has been shown.
void draw_ruler(const TimelineScene& scene);
/// On the ruler.
void draw_moment_under_mouse(const TimelineScene& scene);
/// The line through the lanes, or with `handle` its head in the ruler.
void draw_playhead(const TimelineScene& scene, float top, float bottom, bool handle);

/// Background, spans, marks. The part that has not been played yet is fainter.
void draw_lane(const TimelineScene& scene, const Lane& lane, float top, float bottom);
/// The lane's name at the left; a click selects whose it is.
void draw_lane_name(const TimelineScene& scene, UiState& ui, Intents& intents, const Lane& lane,
                    float top, float height);

/// Items over the marks of a lane, before the one of the whole area, so that they win. Returns
/// whether one of them is under the mouse.
bool mark_items(const TimelineScene& scene, const Lane& lane, float top, float height,
                Intents& intents);
/// An item of a whole area, below its marks: scrubs, pans, zooms. Returns whether the mouse is over
/// it and not on a mark.
bool mouse_area(const TimelineScene& scene, UiState& ui, Intents& intents, const char* label,
                ImVec2 min, ImVec2 max, bool on_mark);

}  // namespace brokerlab

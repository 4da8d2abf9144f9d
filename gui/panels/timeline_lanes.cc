// The timeline below its controls: the lanes in a window of their own, the ruler above them.
//
// What stands on the lanes comes from make_lanes(), folded at the scale shown, and is made again
// only when there are new facts or another stretch is looked at.
#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include <imgui.h>

#include "gui/cached.h"
#include "gui/panels/timeline_scene.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"

namespace brokerlab {
namespace {

constexpr float kLane = 18;
constexpr float kLaneGap = 2;
/// Lanes are a little lower or higher than that where all of them then fill the room.
constexpr float kLowestLane = 15;
constexpr float kHighestLane = 24;
/// Marks of a lane that are nearer than this, in logical pixels, become one.
constexpr float kFold = 7;

/// The stretch shown; the person's, or all of the run.
std::pair<Duration, Duration> shown_stretch(const Frame& frame, const TimelineView& view) {
    if (view.to > view.from) {
        return {view.from, view.to};
    }
    return {Duration(), std::max(whole_run(frame), Duration::from_ms(1))};
}

const std::vector<Lane>& lanes_of(const TimelineScene& scene) {
    // Open spans end at the head, so it is part of the key, in steps that can be seen.
    using Key = std::tuple<std::size_t, std::size_t, FactId, std::string, Duration, Duration,
                           Duration, int64_t>;
    static Cached<Key, std::vector<Lane>> cache;
    const Frame& frame = scene.frame;
    const FactList& facts = frame.all_facts;
    const Duration fold(
        std::llround(scene.scale.ns_per_px() * static_cast<double>(scene.look.px(kFold))));
    const Duration step(std::max<int64_t>(1, std::llround(scene.scale.ns_per_px())));
    const Key key{frame.timeline.branch(),
                  facts.size(),
                  facts.empty() ? FactId() : facts.back().id,
                  frame.scenario.setup.name,
                  scene.scale.from,
                  scene.scale.to,
                  fold,
                  head_of(frame) / step};
    return cache.get(key, [&] {
        return make_lanes(frame.world(), facts,
                          {scene.scale.from, scene.scale.to, fold, Weight::kDetail});
    });
}

/// With one branch its tab stands beside the ruler, where there is room anyway.
void draw_only_branch(const TimelineScene& scene, Intents& intents) {
    if (scene.frame.timeline.branches().size() == 1) {
        ImGui::SetCursorScreenPos({scene.gutter_left, scene.top});
        draw_branch_tabs(scene.frame, intents,
                         scene.scale.left - scene.gutter_left - scene.look.px(8),
                         scene.look.px(kRulerHeight) - 1);
    }
}

/// The ruler's row, drawn after the lanes: it shows the moment under the mouse.
void draw_ruler_row(const TimelineScene& scene, UiState& ui, Intents& intents, bool over_lanes) {
    draw_ruler(scene);
    for (const BranchPoint& point : branch_points(scene)) {
        draw_text(scene.list(), scene.look.fonts.small, point.colour,
                  {point.x, scene.lanes_top() - scene.look.px(7)}, kIconBranch, Align::kCentre);
    }
    const bool over_ruler = mouse_area(scene, ui, intents, "Ruler", {scene.scale.left, scene.top},
                                       {scene.scale.right, scene.lanes_top()}, false);
    draw_playhead(scene, scene.lanes_top() - scene.look.px(12), scene.lanes_top(), true);
    if (over_ruler || over_lanes) {
        draw_moment_under_mouse(scene);
    }
    draw_only_branch(scene, intents);
}

/// The lanes' own window, so that they scroll below the ruler. Returns whether the mouse is over
/// them.
bool draw_lane_list(const TimelineScene& scene, UiState& ui, Intents& intents) {
    const Look& look = scene.look;
    const std::vector<Lane>& lanes = lanes_of(scene);
    const float gap = look.px(kLaneGap);
    const float share = (ImGui::GetWindowSize().y - 2 * gap) /
                        static_cast<float>(std::max<std::size_t>(1, lanes.size()));
    const float height = share < look.px(kLowestLane) + gap
                             ? look.px(kLane)
                             : std::min(std::floor(share - gap), look.px(kHighestLane));
    const float pitch = height + gap;
    const float first = ImGui::GetCursorScreenPos().y + look.px(kLaneGap);
    const float end = first + pitch * static_cast<float>(lanes.size());
    const ImVec2 window = ImGui::GetWindowPos();
    const float bottom = window.y + ImGui::GetWindowSize().y;
    bool on_mark = false;
    float y = first;
    for (const Lane& lane : lanes) {
        if (y < bottom && y + height > window.y) {
            draw_lane(scene, lane, y, y + height);
            draw_lane_name(scene, ui, intents, lane, y, height);
        }
        y += pitch;
    }
    for (const BranchPoint& point : branch_points(scene)) {
        draw_dashed_line(scene.list(), {point.x, window.y}, {point.x, bottom},
                         faded(point.colour, 0.7F), std::max(1.0F, look.px(1)), look.px(3),
                         look.px(3));
    }
    y = first;
    for (const Lane& lane : lanes) {
        if (y < bottom && y + height > window.y) {
            on_mark = mark_items(scene, lane, y, height, intents) || on_mark;
        }
        y += pitch;
    }
    const bool over = mouse_area(scene, ui, intents, "Timeline", {scene.scale.left, window.y},
                                 {scene.scale.right, bottom}, on_mark);
    if (over) {
        const float x = std::floor(ImGui::GetIO().MousePos.x);
        scene.list().AddLine({x, window.y}, {x, bottom}, faded(scene.colours().text, 0.25F));
    }
    draw_playhead(scene, window.y, bottom, false);
    // The wheel over the names scrolls; over the lanes it zooms.
    if (ImGui::IsWindowHovered() && ImGui::GetIO().MousePos.x < scene.scale.left) {
        ImGui::SetScrollY(ImGui::GetScrollY() - ImGui::GetIO().MouseWheel * 2 * pitch);
    }
    ImGui::SetCursorScreenPos({scene.gutter_left, end});
    ImGui::Dummy({1, 1});
    return over;
}

}  // namespace

Duration head_of(const Frame& frame) {
    if (frame.timeline.at_head()) {
        return std::max(frame.timeline.now(), frame.now);
    }
    const Branch& branch = frame.timeline.branches()[frame.timeline.branch()];
    return std::max(branch.head.world.shown(branch.head.world.now), frame.now);
}

Duration whole_run(const Frame& frame) {
    return std::max(frame.end, head_of(frame));
}

void draw_timeline_lanes(const Frame& frame, UiState& ui, Intents& intents) {
    const Look& look = frame.look;
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const float gutter = std::min(look.px(104), room.x * 0.24F);
    const auto [from, to] = shown_stretch(frame, ui.timeline);
    const TimeScale scale{std::floor(corner.x + gutter),
                          std::floor(corner.x + room.x - look.px(12)), from, to};
    const TimelineScene scene{frame, look, scale, corner.y, corner.x};
    ImGui::SetCursorScreenPos({corner.x, scene.lanes_top()});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_ScrollbarSize, look.px(8));
    ImGui::BeginChild("##lanes",
                      {room.x, std::max(look.px(kLane), corner.y + room.y - scene.lanes_top())},
                      false, ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoBackground);
    const bool over_lanes = draw_lane_list(scene, ui, intents);
    ImGui::EndChild();
    ImGui::PopStyleVar(3);
    draw_ruler_row(scene, ui, intents, over_lanes);
}

}  // namespace brokerlab

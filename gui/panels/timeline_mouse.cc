// The mouse on the timeline: dragging moves through the run, the wheel zooms about the mouse, with
// Shift it pans; a double click shows all. A mark says what happened, and a click goes there.
#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "gui/panels/mark_look.h"
#include "gui/panels/timeline_scene.h"
#include "gui/widgets/tooltip.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

constexpr Duration kShortestView = 1_ms;

/// Keeps the stretch within the run and its length within reason.
void set_stretch(const Frame& frame, TimelineView& view, Duration from, Duration to) {
    const Duration whole = whole_run(frame);
    Duration length = std::max(to - from, kShortestView);
    if (length >= whole) {
        view.from = view.to = Duration();
        return;
    }
    from = std::clamp(from, Duration(), whole - length);
    view.from = from;
    view.to = from + length;
}

const Fact* find_fact(const Frame& frame, FactId id) {
    const auto found = std::find_if(frame.all_facts.begin(), frame.all_facts.end(),
                                    [&](const Fact& fact) { return fact.id == id; });
    return found == frame.all_facts.end() ? nullptr : &*found;
}

void zoom(const Frame& frame, UiState& ui, const TimeScale& scale, float wheel) {
    const double factor = std::pow(0.8, static_cast<double>(wheel));
    const Duration about = scale.at_x(ImGui::GetIO().MousePos.x);
    const auto scaled = [&](Duration distance) {
        return Duration(std::llround(static_cast<double>(distance.ns) * factor));
    };
    set_stretch(frame, ui.timeline, about - scaled(about - scale.from),
                about + scaled(scale.to - about));
}

void pan(const Frame& frame, UiState& ui, const TimeScale& scale, float pixels) {
    const Duration by(std::llround(static_cast<double>(pixels) * scale.ns_per_px()));
    if (ui.timeline.to > ui.timeline.from) {
        set_stretch(frame, ui.timeline, scale.from + by, scale.to + by);
    }
}

void scrub(const TimelineScene& scene, Intents& intents, bool begins) {
    const TimeScale& scale = scene.scale;
    const float x = ImGui::GetIO().MousePos.x;
    const Duration at = std::clamp(scale.at_x(x), std::max(scale.from, Duration()), scale.to);
    if (begins || ImGui::GetIO().MouseDelta.x != 0) {
        intents.add(GoTo{at});
    }
}

void draw_mark_card(const TimelineScene& scene, const LaneMark& mark) {
    const Fact* fact = find_fact(scene.frame, mark.fact);
    if (fact == nullptr) {
        return;
    }
    const std::string title = fmt::format("{} s   {}", moment_text(mark.at), mark_word(mark.kind));
    const std::string note =
        mark.folded > 0
            ? fmt::format("and {} more near by. Zoom in to tell them apart", mark.folded)
            : std::string("Click to go there and select it");
    hover_card(scene.look, title, sentence(scene.frame.world(), *fact), note);
}

}  // namespace

bool mark_items(const TimelineScene& scene, const Lane& lane, float top, float height,
                Intents& intents) {
    const Look& look = scene.look;
    bool any = false;
    for (const LaneMark& mark : lane.marks) {
        const float half = look.px(mark.weight < Weight::kNormal ? 2.5F : 6.F);
        ImGui::SetCursorScreenPos({scene.scale.x_of(mark.at) - half, top});
        const std::string label = fmt::format("Mark {}##{} {} {}", mark.label, lane.label,
                                              mark.fact.event.value, mark.fact.ordinal);
        // A drag that begins on a mark moves through the run like any other.
        const ImGuiIO& io = ImGui::GetIO();
        const bool dragged = io.MouseDragMaxDistanceSqr[ImGuiMouseButton_Left] >
                             io.MouseDragThreshold * io.MouseDragThreshold;
        const bool clicked = ImGui::InvisibleButton(label.c_str(), {2 * half, height});
        if (clicked && !dragged) {
            intents.add(GoToFact{mark.fact});
            intents.add(Select{FactThing{mark.fact}});
        } else if (dragged && ImGui::IsItemActive()) {
            scrub(scene, intents, false);
        }
        if (ImGui::IsItemHovered()) {
            any = true;
            draw_mark_card(scene, mark);
        }
    }
    return any;
}

bool mouse_area(const TimelineScene& scene, UiState& ui, Intents& intents, const char* label,
                ImVec2 min, ImVec2 max, bool on_mark) {
    const ImGuiIO& io = ImGui::GetIO();
    ImGui::SetCursorScreenPos(min);
    ImGui::InvisibleButton(label, {std::max(1.0F, max.x - min.x), std::max(1.0F, max.y - min.y)},
                           ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight |
                               ImGuiButtonFlags_MouseButtonMiddle);
    const bool active = ImGui::IsItemActive();
    const bool hovered = ImGui::IsItemHovered();
    const bool double_click = ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
    if (active && io.MouseDown[ImGuiMouseButton_Left] && !io.KeyShift) {
        if (!double_click) {
            scrub(scene, intents, ImGui::IsItemActivated());
        }
    } else if (active) {
        pan(scene.frame, ui, scene.scale, -io.MouseDelta.x);
    }
    if (!hovered && !on_mark) {
        return false;
    }
    if (hovered && double_click) {
        ui.timeline.from = ui.timeline.to = Duration();
    } else if (io.MouseWheelH != 0 || (io.MouseWheel != 0 && io.KeyShift)) {
        pan(scene.frame, ui, scene.scale, -(io.MouseWheelH + io.MouseWheel) * scene.look.px(60));
    } else if (io.MouseWheel != 0) {
        zoom(scene.frame, ui, scene.scale, io.MouseWheel);
    }
    return hovered && !active;
}

}  // namespace brokerlab

// Ruler, lanes and playhead of the timeline.
//
// What stands on the lanes comes from make_lanes(), folded at the scale shown, and is made again
// only when there are new facts or another stretch is looked at. Dragging anywhere moves through
// the run; the wheel zooms about the mouse, with Shift it pans; a double click shows all.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <imgui.h>

#include "gui/cached.h"
#include "gui/panels/mark_look.h"
#include "gui/panels/timeline_labels.h"
#include "gui/panels/timeline_parts.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"
#include "sim/view/lanes.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

constexpr float kRuler = 20;
constexpr float kLane = 18;
constexpr float kLaneGap = 2;
/// Lanes are a little lower or higher than that where all of them then fill the room.
constexpr float kLowestLane = 15;
constexpr float kHighestLane = 24;
/// Marks of a lane that are nearer than this, in logical pixels, become one.
constexpr float kFold = 7;
constexpr Duration kShortestView = 1_ms;

/// What the drawing of one frame needs everywhere.
struct Scene {
    const Frame& frame;
    const Look& look;
    TimeScale scale;
    float top = 0;          ///< of the ruler
    float gutter_left = 0;  ///< where the lanes' names begin

    [[nodiscard]] const Theme& colours() const { return look.colours(); }
    [[nodiscard]] float lanes_top() const { return top + look.px(kRuler); }
    /// Of the current window: the ruler's or the lanes'.
    [[nodiscard]] static ImDrawList& list() { return *ImGui::GetWindowDrawList(); }
};

/// The stretch shown; the person's, or all of the run.
std::pair<Duration, Duration> shown_stretch(const Frame& frame, const TimelineView& view) {
    if (view.to > view.from) {
        return {view.from, view.to};
    }
    return {Duration(), std::max(whole_run(frame), Duration::from_ms(1))};
}

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

// ---- The lanes' content

const std::vector<Lane>& lanes_of(const Scene& scene) {
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

const Fact* find_fact(const Frame& frame, FactId id) {
    const auto found = std::find_if(frame.all_facts.begin(), frame.all_facts.end(),
                                    [&](const Fact& fact) { return fact.id == id; });
    return found == frame.all_facts.end() ? nullptr : &*found;
}

// ---- Ruler

/// 1, 2 or 5 times a power of ten, so that ticks are at least `px` apart.
Duration tick_step(const TimeScale& scale, float px) {
    const double least = scale.ns_per_px() * static_cast<double>(px);
    // From a minute on by the clock.
    for (const int64_t seconds : {60, 120, 300, 600, 1800, 3600, 7200, 18000, 36000, 86400}) {
        if (least > 50e9 && least <= static_cast<double>(seconds) * 1e9) {
            return Duration::from_ms(seconds * 1000);
        }
    }
    double step = std::pow(10, std::floor(std::log10(std::max(least, 1.0))));
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        if (step * factor >= least) {
            step *= factor;
            break;
        }
    }
    return Duration(std::llround(step));
}

std::string tick_text(Duration at, Duration step) {
    if (step >= 60_s) {
        const int64_t minutes = at / 60_s;
        return minutes >= 60 ? fmt::format("{}h{:02}", minutes / 60, minutes % 60)
                             : fmt::format("{}m", minutes);
    }
    if (step >= 1_s) {
        return fmt::format("{}s", at / 1_s);
    }
    if (step >= 1_ms) {
        const int digits = step >= 100_ms ? 1 : step >= 10_ms ? 2 : 3;
        return fmt::format("{:.{}f}s", static_cast<double>(at.ns) / 1e9, digits);
    }
    return fmt::format("{:.{}f}ms", static_cast<double>(at.ns) / 1e6, step >= 100_us ? 1 : 3);
}

void draw_ruler(const Scene& scene) {
    const Look& look = scene.look;
    const TimeScale& scale = scene.scale;
    const Duration step = tick_step(scale, look.px(72));
    const Duration minor = step / 5;
    const float base = scene.lanes_top() - 1;
    scene.list().AddLine({scale.left, base}, {scale.right, base}, scene.colours().line);
    for (Duration at = step * (scale.from / step); at <= scale.to; at += step) {
        for (int i = 1; minor.ns > 0 && i < 5; ++i) {
            const float x = std::floor(scale.x_of(at + minor * i));
            if (x >= scale.left && x <= scale.right) {
                scene.list().AddLine({x, base - look.px(2)}, {x, base}, scene.colours().line);
            }
        }
        const float x = std::floor(scale.x_of(at));
        if (x < scale.left || x > scale.right) {
            continue;
        }
        scene.list().AddLine({x, base - look.px(5)}, {x, base}, scene.colours().muted);
        const std::string text = tick_text(at, step);
        const float half = text_width(look.fonts.mono_small, text) / 2;
        draw_text(
            scene.list(), look.fonts.mono_small, scene.colours().muted,
            {std::clamp(x, scale.left + half, std::max(scale.left + half, scale.right - half)),
             scene.top + look.px(7)},
            text, Align::kCentre);
    }
    // What has been shown so far.
    const float now = std::clamp(scale.x_of(scene.frame.now), scale.left, scale.right);
    scene.list().AddRectFilled({scale.left, base - look.px(1)}, {now, base + look.px(1)},
                               branch_colour(scene.colours(), scene.frame.timeline.branch()));
}

/// Calls `use` with colour and place of where this branch left its parent and others left it.
template <class Use>
void with_branch_points(const Scene& scene, Use use) {
    const std::vector<Branch>& branches = scene.frame.timeline.branches();
    const std::size_t shown = scene.frame.timeline.branch();
    for (std::size_t i = 1; i < branches.size(); ++i) {
        const std::optional<Duration> at = left_parent_at(branches[i]);
        if (!at || (i != shown && branches[i].parent != shown)) {
            continue;
        }
        const float x = std::floor(scene.scale.x_of(*at));
        if (x >= scene.scale.left && x <= scene.scale.right) {
            use(branch_colour(scene.colours(), i), x);
        }
    }
}

// ---- Lanes

bool is_fenced(const LaneSpan& span) {
    return span.label == "fenced";
}

ImU32 span_colour(const Theme& theme, const LaneSpan& span) {
    const bool gentle = span.label.ends_with("paused") || span.label.ends_with("isolated");
    return is_fenced(span) || gentle ? theme.lagging : theme.offline;
}

/// Down is the darkest; a fenced broker may be down too, so that is a stripe below.
void draw_span(const Scene& scene, const LaneSpan& span, float top, float bottom) {
    const Look& look = scene.look;
    const TimeScale& scale = scene.scale;
    const float from = std::clamp(scale.x_of(span.from), scale.left, scale.right);
    const float to = std::clamp(scale.x_of(span.to), scale.left, scale.right);
    const ImU32 colour = span_colour(scene.colours(), span);
    if (is_fenced(span)) {
        scene.list().AddRectFilled({from, bottom - look.px(3)}, {std::max(to, from + 1), bottom},
                                   faded(colour, 0.85F));
        return;
    }
    scene.list().AddRectFilled({from, top}, {std::max(to, from + 1), bottom}, faded(colour, 0.2F),
                               look.px(3));
}

/// Words at the end of a long stretch, where the marks and their tags leave room: at its beginning
/// stands the mark that says why.
void draw_span_label(const Scene& scene, const LaneSpan& span, float middle, LabelRoom& room) {
    const Look& look = scene.look;
    const TimeScale& scale = scene.scale;
    const float from = std::clamp(scale.x_of(span.from), scale.left, scale.right);
    const float to = std::clamp(scale.x_of(span.to), scale.left, scale.right);
    const float text = text_width(look.fonts.small, span.label);
    if (is_fenced(span) || to - from <= text + look.px(140)) {
        return;
    }
    if (const std::optional<float> left = room.place(from, to - look.px(8), text)) {
        const bool future = *left > scale.x_of(scene.frame.now);
        draw_text(scene.list(), look.fonts.small,
                  faded(span_colour(scene.colours(), span), future ? 0.5F : 0.9F), {*left, middle},
                  span.label);
    }
}

std::string tag_text(const LaneMark& mark) {
    return mark.folded > 0 ? fmt::format("{}  +{}", mark.label, mark.folded) : mark.label;
}

/// A label beside its mark, on a field that hides what is below, where it fits before `limit`.
void draw_tag(const Scene& scene, const LaneMark& mark, ImVec2 centre, float limit, float height,
              bool future, LabelRoom& taken) {
    const Look& look = scene.look;
    const std::string text = tag_text(mark);
    const float left = centre.x + look.px(9);
    const float room = limit - left;
    const float wanted = text_width(look.fonts.small, text) + look.px(12);
    const float width = std::min(wanted, room);
    if (width < std::min(wanted, look.px(64))) {
        return;
    }
    taken.take(left, left + width);
    const ImU32 colour = mark_colour(scene.colours(), mark.kind);
    const float half = height / 2 - look.px(2);
    scene.list().AddRectFilled({left, centre.y - half}, {left + width, centre.y + half},
                               blended(scene.colours().card, faded(colour, future ? 0.1F : 0.18F)),
                               look.px(4));
    draw_text_fitted(scene.list(), look.fonts.small, faded(colour, future ? 0.55F : 1.0F),
                     {left + look.px(6), centre.y}, width - look.px(10), text);
}

void draw_marks(const Scene& scene, const Lane& lane, float top, float bottom, LabelRoom& taken) {
    const Look& look = scene.look;
    const float y = std::floor((top + bottom) / 2);
    const auto is_future = [&](const LaneMark& mark) { return mark.at > scene.frame.now; };
    for (const LaneMark& mark : lane.marks) {
        if (mark.weight < Weight::kNormal) {
            const float x = std::floor(scene.scale.x_of(mark.at));
            taken.take(x, x + look.px(1.5F));
            scene.list().AddRectFilled(
                {x, y - look.px(4)}, {x + look.px(1.5F), y + look.px(4)},
                faded(mark_colour(scene.colours(), mark.kind), is_future(mark) ? 0.35F : 0.8F));
        }
    }
    // From right to left: each tag ends where the next mark begins.
    float limit = scene.scale.right;
    for (auto mark = lane.marks.rbegin(); mark != lane.marks.rend(); ++mark) {
        if (mark->weight < Weight::kNormal) {
            continue;
        }
        const bool future = is_future(*mark);
        const float x = std::floor(scene.scale.x_of(mark->at));
        const float radius = look.px(mark->weight == Weight::kMajor ? 5.5F : 4.F);
        draw_tag(scene, *mark, {x, y}, limit, bottom - top, future, taken);
        taken.take(x - radius, x + radius);
        const ImU32 colour = mark_colour(scene.colours(), mark->kind);
        draw_mark(scene.list(), {x, y}, radius, mark->kind, future ? faded(colour, 0.45F) : colour);
        limit = x - radius - look.px(3);
    }
}

/// The lane's name at the left; a click selects whose it is.
void lane_name(const Scene& scene, UiState& ui, Intents& intents, const Lane& lane, float top,
               float height) {
    const Look& look = scene.look;
    const float width = scene.scale.left - scene.gutter_left - look.px(8);
    const bool selected =
        lane.thing == ui.selection && !std::holds_alternative<std::monostate>(lane.thing);
    bool hovered = false;
    if (!std::holds_alternative<std::monostate>(lane.thing)) {
        ImGui::SetCursorScreenPos({scene.gutter_left, top});
        if (ImGui::InvisibleButton(fmt::format("Lane {}", lane.label).c_str(), {width, height})) {
            intents.add(Select{lane.thing});
        }
        hovered = ImGui::IsItemHovered();
        if (hovered) {
            ui.hovered = lane.thing;
        }
    }
    if (selected || hovered) {
        scene.list().AddRectFilled(
            {scene.gutter_left - look.px(4), top}, {scene.gutter_left + width, top + height},
            selected ? faded(scene.colours().accent, 0.2F) : scene.colours().hovered, look.px(4));
    }
    draw_text_fitted(scene.list(), selected ? look.fonts.small_strong : look.fonts.small,
                     hovered || selected ? scene.colours().text : scene.colours().muted,
                     {scene.gutter_left, top + height / 2}, width, lane.label);
}

/// Background, spans, marks. The part that has not been played yet is fainter.
void draw_lane(const Scene& scene, const Lane& lane, float top, float bottom) {
    const Look& look = scene.look;
    const TimeScale& scale = scene.scale;
    const float head = std::clamp(scale.x_of(head_of(scene.frame)), scale.left, scale.right);
    scene.list().AddRectFilled({scale.left, top}, {scale.right, bottom},
                               faded(scene.colours().page, 0.45F), look.px(3));
    scene.list().AddRectFilled({scale.left, top}, {head, bottom}, scene.colours().page, look.px(3));
    scene.list().PushClipRect({scale.left, top}, {scale.right, bottom}, true);
    for (const LaneSpan& span : lane.spans) {
        draw_span(scene, span, top, bottom);
    }
    const float now = std::clamp(scale.x_of(scene.frame.now), scale.left, scale.right);
    if (now < head) {
        scene.list().AddRectFilled({now, top}, {head, bottom}, faded(scene.colours().card, 0.55F));
    }
    LabelRoom taken(look.px(6));
    draw_marks(scene, lane, top, bottom, taken);
    for (const LaneSpan& span : lane.spans) {
        draw_span_label(scene, span, (top + bottom) / 2, taken);
    }
    scene.list().PopClipRect();
}

/// The line through the lanes, or with `handle` its head in the ruler.
void draw_playhead(const Scene& scene, float top, float bottom, bool handle) {
    const float at = scene.scale.x_of(scene.frame.now);
    if (at < scene.scale.left - 1 || at > scene.scale.right + 1) {
        return;
    }
    const Look& look = scene.look;
    const float x = std::floor(at);
    const ImU32 colour = scene.colours().text;
    const float width = std::max(1.0F, std::floor(look.px(1.5F)));
    const float left = x - std::floor(width / 2);
    scene.list().AddRectFilled({left, top}, {left + width, bottom}, colour);
    if (handle) {
        const float half = look.px(5);
        scene.list().AddRectFilled({x - half, top}, {x + half, top + look.px(6)}, colour,
                                   look.px(2));
        scene.list().AddTriangleFilled({x - half, top + look.px(5)}, {x + half, top + look.px(5)},
                                       {x, top + look.px(11)}, colour);
    }
}

// ---- The mouse

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

void scrub(const Scene& scene, Intents& intents, bool begins) {
    const TimeScale& scale = scene.scale;
    const float x = ImGui::GetIO().MousePos.x;
    const Duration at = std::clamp(scale.at_x(x), std::max(scale.from, Duration()), scale.to);
    if (begins || ImGui::GetIO().MouseDelta.x != 0) {
        intents.add(GoTo{at});
    }
}

void draw_mark_card(const Scene& scene, const LaneMark& mark) {
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

/// Items over the marks, before the one of the whole area, so that they win. Returns whether one
/// of them is under the mouse.
bool mark_items(const Scene& scene, const Lane& lane, float top, float height, Intents& intents) {
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

/// An item of a whole area, below its marks: scrubs, pans, zooms. Returns whether the mouse is over
/// it and not on a mark.
bool mouse_area(const Scene& scene, UiState& ui, Intents& intents, const char* label, ImVec2 min,
                ImVec2 max, bool on_mark) {
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

void draw_moment_under_mouse(const Scene& scene) {
    const Look& look = scene.look;
    const TimeScale& scale = scene.scale;
    const float x = std::floor(ImGui::GetIO().MousePos.x);
    const std::string text = moment_text(scale.at_x(x)) + " s";
    const float width = text_width(look.fonts.mono_small, text) + look.px(10);
    const float left =
        std::clamp(x - width / 2, scale.left, std::max(scale.left, scale.right - width));
    scene.list().AddRectFilled({left, scene.top}, {left + width, scene.top + look.px(15)},
                               scene.colours().raised, look.px(4));
    draw_text(scene.list(), look.fonts.mono_small, scene.colours().text,
              {left + width / 2, scene.top + look.px(7.5F)}, text, Align::kCentre);
}

// ---- Putting it together

/// With one branch its tab stands beside the ruler, where there is room anyway.
void draw_only_branch(const Scene& scene, Intents& intents) {
    if (scene.frame.timeline.branches().size() == 1) {
        ImGui::SetCursorScreenPos({scene.gutter_left, scene.top});
        draw_branch_tabs(scene.frame, intents,
                         scene.scale.left - scene.gutter_left - scene.look.px(8),
                         scene.look.px(kRuler) - 1);
    }
}

/// The ruler's row, drawn after the lanes: it shows the moment under the mouse.
void draw_ruler_row(const Scene& scene, UiState& ui, Intents& intents, bool over_lanes) {
    draw_ruler(scene);
    with_branch_points(scene, [&](ImU32 colour, float x) {
        draw_text(scene.list(), scene.look.fonts.small, colour,
                  {x, scene.lanes_top() - scene.look.px(7)}, kIconBranch, Align::kCentre);
    });
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
bool draw_lane_list(const Scene& scene, UiState& ui, Intents& intents) {
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
            lane_name(scene, ui, intents, lane, y, height);
        }
        y += pitch;
    }
    with_branch_points(scene, [&](ImU32 colour, float x) {
        draw_dashed_line(scene.list(), {x, window.y}, {x, bottom}, faded(colour, 0.7F),
                         std::max(1.0F, look.px(1)), look.px(3), look.px(3));
    });
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
    const Scene scene{frame, look, scale, corner.y, corner.x};
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

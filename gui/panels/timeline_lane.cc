// One lane of the timeline: its name, its stretches, its marks and the labels beside them.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "gui/panels/mark_look.h"
#include "gui/panels/timeline_labels.h"
#include "gui/panels/timeline_scene.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"

namespace brokerlab {
namespace {

bool is_fenced(const LaneSpan& span) {
    return span.label == "fenced";
}

ImU32 span_colour(const Theme& theme, const LaneSpan& span) {
    const bool gentle = span.label.ends_with("paused") || span.label.ends_with("isolated");
    return is_fenced(span) || gentle ? theme.lagging : theme.offline;
}

/// Down is the darkest; a fenced broker may be down too, so that is a stripe below.
void draw_span(const TimelineScene& scene, const LaneSpan& span, float top, float bottom) {
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
void draw_span_label(const TimelineScene& scene, const LaneSpan& span, float middle,
                     LabelRoom& room) {
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
void draw_tag(const TimelineScene& scene, const LaneMark& mark, ImVec2 centre, float limit,
              float height, bool future, LabelRoom& taken) {
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

void draw_marks(const TimelineScene& scene, const Lane& lane, float top, float bottom,
                LabelRoom& taken) {
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

}  // namespace

void draw_lane_name(const TimelineScene& scene, UiState& ui, Intents& intents, const Lane& lane,
                    float top, float height) {
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

void draw_lane(const TimelineScene& scene, const Lane& lane, float top, float bottom) {
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

}  // namespace brokerlab

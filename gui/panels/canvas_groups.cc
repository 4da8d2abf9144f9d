// Consumer groups on the canvas: a frame around the members, with the group's name, how it stands,
// its generation and its lag. The name selects it; the button beside opens the group panel.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "gui/open.h"
#include "gui/panels/canvas_pen.h"
#include "gui/panels/group_parts.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"

namespace brokerlab {
namespace {

/// Logical: with less above the members there is no room for words.
constexpr float kLeastTitle = 15;

/// The title's height on the screen: its words keep their size while the picture shrinks.
float title_height(const CanvasPen& view) {
    return std::max(view.px(16), 38 * view.scale);
}

void draw_frame(const CanvasPen& view, const GroupFrame& group, ImVec2 min, ImVec2 max) {
    const Theme& c = view.colours();
    const ImU32 colour = group_colour(c, group.state);
    const bool calm = group.state == "Stable" || group.state == "Empty";
    const bool lit = view.is_hovered(group.thing) || view.is_selected(group.thing);
    const float rounding = view.px(14);
    view.list.AddRectFilled(min, max, faded(calm ? c.leader : colour, 0.05F), rounding);
    view.list.AddRect(min, max,
                      faded(lit    ? c.accent
                            : calm ? c.line
                                   : colour,
                            lit ? 0.9F : 0.8F),
                      rounding, 0, view.px(lit ? 1.5F : 1));
}

/// Name, state and numbers, as far as they fit into `right`.
void draw_title(const CanvasPen& view, const GroupFrame& group, ImVec2 at, float right) {
    const Look& look = view.look();
    const Theme& c = view.colours();
    const ImU32 colour = group_colour(c, group.state);
    float x = at.x;
    x += draw_text(view.list, look.fonts.small, c.leader, {x, at.y}, kIconGroup) + view.px(6);
    const float name = text_width(look.fonts.small_strong, group.name);
    draw_text_fitted(view.list, look.fonts.small_strong, c.text, {x, at.y}, right - x, group.name);
    x += name + view.px(10);
    const char* icon = group_icon(group.state);
    const float pill = pill_width(look, icon, group.state);
    const float gap = view.px(10);
    const auto fits = [&](float state, const std::string& words) {
        return x + state + gap + text_width(look.fonts.small, words) <= right;
    };
    // The lag matters more than the word for a state that its icon shows as well.
    const float bare = view.px(14);
    const std::string* words = fits(pill, group.detail)   ? &group.detail
                               : fits(bare, group.detail) ? &group.detail
                               : fits(bare, group.brief)  ? &group.brief
                                                          : nullptr;
    if (words != nullptr && fits(pill, *words)) {
        draw_pill(look, view.list, {x, at.y}, colour, icon, group.state);
        x += pill + gap;
    } else if (x + bare <= right) {
        draw_text(view.list, look.fonts.small, colour, {x, at.y}, icon);
        x += bare + gap;
    }
    if (words != nullptr) {
        draw_text(view.list, look.fonts.small, c.muted, {x, at.y}, *words);
    }
}

bool meet(ImVec2 min, ImVec2 max, ImVec2 other_min, ImVec2 other_max) {
    return min.x < other_max.x && other_min.x < max.x && min.y < other_max.y && other_min.y < max.y;
}

/// Whether a card or another group's frame lies there, or the picture's end.
bool is_taken(const CanvasPen& view, const GroupFrame& group, ImVec2 min, ImVec2 max) {
    if (min.y < view.region_min.y || max.y > view.region_max.y) {
        return true;
    }
    for (const GroupFrame& other : view.canvas.groups) {
        if (&other != &group && meet(min, max, view.at(other.box.from), view.at(other.box.to))) {
            return true;
        }
    }
    for (const NodeCard& card : view.canvas.cards) {
        if (meet(min, max, view.at(card.box.from), view.at(card.box.to))) {
            return true;
        }
    }
    return false;
}

/// Only the name, above or below a frame that has no room for it within.
void draw_outer_name(const CanvasPen& view, const GroupFrame& group, ImVec2 min, ImVec2 max) {
    const Look& look = view.look();
    const float high = look.fonts.small_strong->FontSize;
    const float wide = std::max(0.0F, std::min(max.x, view.region_max.x) - min.x);
    for (const float top : {min.y - high - view.px(1), max.y + view.px(1)}) {
        if (is_taken(view, group, {min.x, top}, {min.x + wide, top + high})) {
            continue;
        }
        const float middle = top + high / 2;
        float x = min.x + view.px(2);
        x +=
            draw_text(view.list, look.fonts.small, view.colours().leader, {x, middle}, kIconGroup) +
            view.px(4);
        draw_text_fitted(view.list, look.fonts.small_strong, view.colours().text, {x, middle},
                         min.x + wide - x, group.name);
        return;
    }
}

void hover_group(const CanvasPen& view, const GroupFrame& group) {
    hover_card(view.look(), "Group " + group.name,
               fmt::format("{}; {}. {} member{}: each partition of their topics has one reader "
                           "among them.",
                           group.state, group.detail, group.members, group.members == 1 ? "" : "s"),
               "Click selects it, a right click gives it commands");
}

void draw_group(CanvasPen& view, const GroupFrame& group) {
    const ImVec2 min = snapped(view.at(group.box.from));
    const ImVec2 max = snapped(view.at(group.box.to));
    if (!view.in_sight(min, max)) {
        return;
    }
    draw_frame(view, group, min, max);
    const float high = title_height(view);
    if (38 * view.scale < view.px(kLeastTitle)) {
        // The members' cards take all of it.
        draw_outer_name(view, group, min, max);
        view.item(group.thing, min, {max.x, min.y + high});
        hover_group(view, group);
        return;
    }
    const float middle = min.y + high / 2 + view.px(1);
    const float size = std::min(view.px(24), high);
    const float right = max.x - view.px(8) - size;
    draw_title(view, group, {min.x + view.px(12), middle}, right - view.px(6));
    view.item(group.thing, min, {right, min.y + high});
    hover_group(view, group);
    ImGui::SetCursorScreenPos({right, middle - size / 2});
    const std::string label = fmt::format("Open group {}##canvas", group.name);
    if (icon_button(
            view.look(), label.c_str(), kIconExpand,
            {.tooltip = "Who reads what, rebalances and lag", .size = size / view.look().scale})) {
        view.intents.add(Select{group.thing});
        open_group(view.ui, group.name);
    }
    ImGui::SetItemAllowOverlap();
    view.point_at(group.thing, min, max, view.px(14));
}

}  // namespace

void draw_groups(CanvasPen& view) {
    for (const GroupFrame& group : view.canvas.groups) {
        draw_group(view, group);
    }
}

}  // namespace brokerlab

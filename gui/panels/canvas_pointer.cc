// The lesson's pointer on the canvas: a ring around the thing, and "look here" with an arrow at one
// of its sides.
//
// Of the places that it could take the one is chosen where it covers the least of what can be read:
// headers, topics' names, chips, other cards. Messages move, and are not asked.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "gui/panels/canvas_pen.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"

namespace brokerlab {
namespace {

constexpr const char* kWords = "look here";
constexpr float kRing = 5;    ///< logical, from the thing to the ring around it
constexpr float kArrow = 18;  ///< the length of a short arrow
constexpr float kPillHalf = 10;

struct Rect {
    ImVec2 min;
    ImVec2 max;
};
float shared(const Rect& a, const Rect& b) {
    const float x = std::min(a.max.x, b.max.x) - std::max(a.min.x, b.min.x);
    const float y = std::min(a.max.y, b.max.y) - std::max(a.min.y, b.min.y);
    return x > 0 && y > 0 ? x * y : 0;
}
bool holds(const Rect& outer, const Rect& inner) {
    return outer.min.x <= inner.min.x && inner.max.x <= outer.max.x && outer.min.y <= inner.min.y &&
           inner.max.y <= outer.max.y;
}
Rect on_screen(const CanvasPen& view, const CanvasBox& box) {
    return {view.at(box.from), view.at(box.to)};
}

/// A place for the words, and the arrow from there to the ring.
struct Place {
    Rect pill;
    ImVec2 tail;
    ImVec2 tip;
};

/// The words of the card around the thing: its header, its topics' names, its other chips.
void add_inside(const CanvasPen& view, const NodeCard& card, const Rect& thing,
                std::vector<Rect>& words) {
    const Rect box = on_screen(view, card.box);
    float header = box.max.y;
    for (const TopicRow& row : card.topics) {
        const ImVec2 at = view.at(row.at);
        if (row.titled) {
            words.push_back({{at.x, at.y - view.px(8)}, {box.max.x, at.y + view.px(8)}});
            header = std::min(header, at.y - view.px(8));
        }
        for (const ReplicaChip& chip : row.chips) {
            const Rect other = on_screen(view, chip.box);
            header = std::min(header, other.min.y);
            if (shared(other, thing) == 0) {
                words.push_back(other);
            }
        }
    }
    words.push_back({box.min, {box.max.x, header}});
}

/// What can be read on the canvas; `around` becomes the card that the thing is in.
std::vector<Rect> words_on(const CanvasPen& view, const Rect& thing, Rect& around) {
    std::vector<Rect> words;
    for (const NodeCard& card : view.canvas.cards) {
        const Rect box = on_screen(view, card.box);
        const bool is_it = holds(thing, box);
        if (!is_it && holds(box, thing)) {
            around = box;
            add_inside(view, card, thing, words);
        } else if (!is_it) {
            words.push_back(box);
        }
    }
    for (const GroupFrame& group : view.canvas.groups) {
        const Rect box = on_screen(view, group.box);
        words.push_back({box.min, {box.max.x, box.min.y + view.px(24)}});
    }
    for (const Canvas::Area& area : view.canvas.areas) {
        const ImVec2 at = view.at(area.box.from);
        words.push_back({at, {at.x + view.px(120), at.y + view.px(18)}});
    }
    return words;
}

/// Beside the thing, then outside of the card around it; the most usual first.
std::vector<Place> places(const CanvasPen& view, const Rect& ring, const Rect& around) {
    const float wide = pill_width(view.look(), kIconHand, kWords);
    const float half = view.px(kPillHalf);
    const float arrow = view.px(kArrow);
    const float gap = view.px(3);
    const ImVec2 middle{(ring.min.x + ring.max.x) / 2, (ring.min.y + ring.max.y) / 2};
    const auto pill = [&](float left, float y) {
        return Rect{{left, y - half}, {left + wide, y + half}};
    };
    const auto above = [&](float y) {
        return Place{
            pill(middle.x - wide / 2, y - half), {middle.x, y}, {middle.x, ring.min.y - gap}};
    };
    const auto below = [&](float y) {
        return Place{
            pill(middle.x - wide / 2, y + half), {middle.x, y}, {middle.x, ring.max.y + gap}};
    };
    const float left = ring.min.x - gap;
    const float right = ring.max.x + gap;
    return {above(ring.min.y - gap - arrow),
            below(ring.max.y + gap + arrow),
            {pill(left - arrow - wide, middle.y), {left - arrow, middle.y}, {left, middle.y}},
            {pill(right + arrow, middle.y), {right + arrow, middle.y}, {right, middle.y}},
            below(std::max(around.max.y + gap, ring.max.y + gap + arrow)),
            above(std::min(around.min.y - gap, ring.min.y - gap - arrow))};
}

/// How much of the words it covers; what is out of sight counts far more.
float covered(const CanvasPen& view, const Place& place, const std::vector<Rect>& words) {
    const float thick = view.px(4);
    const Rect arrow{
        {std::min(place.tail.x, place.tip.x) - thick, std::min(place.tail.y, place.tip.y) - thick},
        {std::max(place.tail.x, place.tip.x) + thick, std::max(place.tail.y, place.tip.y) + thick}};
    const ImVec2 size = place.pill.max - place.pill.min;
    const Rect region{view.region_min, view.region_max};
    float sum = 100 * (size.x * size.y - shared(region, place.pill));
    for (const Rect& word : words) {
        sum += shared(word, place.pill) + shared(word, arrow);
    }
    return sum;
}

}  // namespace

void draw_pointer(const CanvasPen& view) {
    if (!view.pointed) {
        return;
    }
    const ImU32 colour = view.colours().accent;
    const float out = view.px(kRing);
    const Rect thing{view.pointed->min, view.pointed->max};
    const Rect ring{{thing.min.x - out, thing.min.y - out}, {thing.max.x + out, thing.max.y + out}};
    Rect around = ring;
    const std::vector<Rect> words = words_on(view, thing, around);
    const std::vector<Place> all = places(view, ring, around);
    const Place& best =
        *std::min_element(all.begin(), all.end(), [&](const Place& a, const Place& b) {
            return covered(view, a, words) < covered(view, b, words);
        });
    view.list.AddRect(ring.min, ring.max, colour, view.pointed->rounding + out, 0, view.px(2.5F));
    view.list.AddLine(best.tail, best.tip, colour, view.px(2.5F));
    draw_arrow_tip(view.list, best.tail, best.tip, colour, view.px(9));
    draw_pill(view.look(), view.list,
              {(best.pill.min.x + best.pill.max.x) / 2, (best.pill.min.y + best.pill.max.y) / 2},
              colour, kIconHand, kWords, Align::kCentre, PillStyle::kSolid);
}

}  // namespace brokerlab

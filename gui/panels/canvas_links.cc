// Links and messages of the canvas: for each direction that is in use a line with an arrow, and on
// it what is on its way now. A disturbed link says what is wrong with it.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "gui/panels/canvas_pen.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"

namespace brokerlab {
namespace {

/// With more messages than these they are plain dots and only the one under the mouse is an item.
constexpr std::size_t kMostMessageItems = 200;
constexpr std::size_t kMostLinkItems = 120;
/// With more lanes than these they are thin and without arrows.
constexpr std::size_t kManyLinks = 60;
/// Words stand beside messages only where nobody would have to chase them.
constexpr std::size_t kMostLabels = 16;
constexpr double kReadableSpeed = 0.05;

/// What is on each direction of a link: its colour is that of the most telling message.
struct Lanes {
    std::vector<std::array<std::optional<Traffic>, 2>> traffic;
};
Lanes lanes_of(const Canvas& canvas) {
    Lanes lanes;
    lanes.traffic.resize(canvas.links.size());
    for (const CanvasMessage& message : canvas.messages) {
        std::optional<Traffic>& lane = lanes.traffic[message.link][message.forward ? 0 : 1];
        lane = lane ? std::min(*lane, message.traffic) : message.traffic;
    }
    return lanes;
}

std::string loss_text(uint32_t ppm) {
    return fmt::format("{:g} % loss", static_cast<double>(ppm) / 10'000);
}

/// "cut", "+480 ms, 5 % loss"; empty for a link that is as it should be.
std::string trouble_text(const CanvasLink& link) {
    std::string text;
    const auto add = [&](std::string part) { text += (text.empty() ? "" : ", ") + part; };
    if (link.cut_there && link.cut_back) {
        add("cut");
    } else if (link.cut_there || link.cut_back) {
        add("cut one way");
    }
    if (link.extra_latency > Duration()) {
        add("+" + to_string(link.extra_latency));
    }
    if (link.loss_ppm > 0) {
        add(loss_text(link.loss_ppm));
    }
    return text;
}

bool touches(const CanvasPen& view, const CanvasLink& link, const Thing& thing) {
    return thing == view.canvas.cards[link.a].thing || thing == view.canvas.cards[link.b].thing;
}

struct Stroke {
    ImU32 colour = 0;
    float thickness = 1;
    bool dashed = false;
    bool arrow = true;
};

void draw_lane(const CanvasPen& view, const CanvasLink& link, bool forward, const Stroke& stroke) {
    const ImVec2 from = view.at(link.from);
    const ImVec2 to = view.at(link.to);
    const int steps = std::clamp(static_cast<int>(distance(from, to) / view.px(18)), 6, 24);
    std::array<ImVec2, 25> points;
    for (int i = 0; i <= steps; ++i) {
        points[static_cast<std::size_t>(i)] =
            view.at(lane_point(link, forward, static_cast<float>(i) / static_cast<float>(steps)));
    }
    if (stroke.dashed) {
        for (int i = 0; i < steps; i += 2) {
            const auto at = static_cast<std::size_t>(i);
            view.list.AddLine(points[at], points[at + 1], stroke.colour, stroke.thickness);
        }
    } else {
        view.list.AddPolyline(points.data(), steps + 1, stroke.colour, 0, stroke.thickness);
    }
    if (stroke.arrow) {
        const auto last = static_cast<std::size_t>(steps);
        draw_arrow_tip(view.list, points[last - 1], points[last], stroke.colour, view.px(8));
    }
}

void draw_trouble(const CanvasPen& view, const CanvasLink& link) {
    const std::string text = trouble_text(link);
    if (text.empty()) {
        return;
    }
    const bool cut = link.cut_there || link.cut_back;
    const ImVec2 middle = view.at(lane_point(link, true, 0.5F));
    const ImVec2 other = view.at(lane_point(link, false, 0.5F));
    const ImVec2 at = between(middle, other, 0.5F);
    const float half = pill_width(view.look(), cut ? kIconCut : kIconSlow, text) / 2;
    view.list.AddRectFilled({at.x - half, at.y - view.px(10)}, {at.x + half, at.y + view.px(10)},
                            view.colours().canvas, view.px(10));
    draw_pill(view.look(), view.list, at, cut ? view.colours().offline : view.colours().lagging,
              cut ? kIconCut : kIconSlow, text, Align::kCentre);
}

void draw_link(const CanvasPen& view, const CanvasLink& link,
               const std::array<std::optional<Traffic>, 2>& traffic, bool many) {
    const Theme& c = view.colours();
    const bool selected = view.is_selected(link.thing);
    const bool lit = selected || view.is_hovered(link.thing);
    const bool beside =
        touches(view, link, view.hovered_before) || touches(view, link, view.ui.selection);
    if (!link.busy && !lit && !beside) {
        return;
    }
    for (const bool forward : {true, false}) {
        const std::optional<Traffic>& on = traffic[forward ? 0 : 1];
        const bool cut = forward ? link.cut_there : link.cut_back;
        if (!on && !lit && !link.disturbed && !(beside && forward)) {
            continue;
        }
        const ImU32 base = lit              ? c.accent
                           : cut            ? c.offline
                           : link.disturbed ? c.lagging
                           : on             ? colour_of(c, *on)
                                            : c.muted;
        const float opacity = lit ? 0.9F : on || link.disturbed ? (many ? 0.35F : 0.6F) : 0.25F;
        draw_lane(view, link, forward,
                  {.colour = faded(base, opacity),
                   .thickness = view.px(lit    ? 2.2F
                                        : many ? 1.0F
                                               : 1.6F),
                   .dashed = cut,
                   .arrow = !many && (on || lit)});
    }
    draw_trouble(view, link);
}

/// The place of a link's item: where the mouse is, if it is on the line, else half way.
ImVec2 grip_of(const CanvasPen& view, const CanvasLink& link) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    ImVec2 best = between(view.at(lane_point(link, true, 0.5F)),
                          view.at(lane_point(link, false, 0.5F)), 0.5F);
    float nearest = view.px(9);
    constexpr int kSteps = 24;
    for (const bool forward : {true, false}) {
        for (int i = 1; i < kSteps; ++i) {
            const ImVec2 at = view.at(
                lane_point(link, forward, static_cast<float>(i) / static_cast<float>(kSteps)));
            if (distance(at, mouse) < nearest) {
                nearest = distance(at, mouse);
                best = at;
            }
        }
    }
    return best;
}

// ---- Messages

void draw_dot(const CanvasPen& view, const CanvasMessage& message, ImVec2 at, bool plain) {
    const Theme& c = view.colours();
    const ImU32 colour = colour_of(c, message.traffic);
    if (plain) {
        const float half = view.px(1.8F);
        view.list.AddRectFilled({at.x - half, at.y - half}, {at.x + half, at.y + half},
                                message.waits ? c.lagging : colour);
        return;
    }
    const bool small = message.traffic >= Traffic::kQuorum;
    const float radius = view.px(small ? 3 : 4.2F);
    view.list.AddCircleFilled(at, radius * 2, faded(colour, 0.22F));
    view.list.AddCircleFilled(at, radius, colour);
    // A question has a light heart, an answer a dark one.
    view.list.AddCircleFilled(at, radius * 0.42F, message.request ? c.on_accent : c.canvas);
    if (message.request) {
        view.list.AddCircleFilled(at, radius * 0.42F, IM_COL32_WHITE);
    }
    if (message.waits) {
        view.list.AddCircle(at, radius * 2, c.lagging, 0, view.px(1.5F));
    }
}

/// The words of messages that are in sight: none above another or above a card.
class Labels {
public:
    explicit Labels(const CanvasPen& view) : view_(view) {
        for (const NodeCard& card : view.canvas.cards) {
            const ImVec2 min = view.at(card.box.from);
            const ImVec2 max = view.at(card.box.to);
            taken_.emplace_back(min.x, min.y, max.x, max.y);
        }
    }

    void add(const CanvasMessage& message, ImVec2 at) {
        const ImFont* font = view_.look().fonts.small;
        const std::string text = message.waits ? message.label + ", waits" : message.label;
        const ImVec2 half{text_width(font, text) / 2 + view_.px(9), view_.px(11)};
        const std::optional<ImVec2> middle = free_place(at, half);
        if (!middle) {
            return;
        }
        const ImVec2 min = *middle - half;
        const ImVec2 max = *middle + half;
        taken_.emplace_back(min.x, min.y, max.x, max.y);
        const ImU32 colour =
            message.waits ? view_.colours().lagging : colour_of(view_.colours(), message.traffic);
        view_.list.AddRectFilled(min, max, faded(view_.colours().canvas, 0.94F), half.y);
        view_.list.AddRect(min, max, faded(colour, 0.45F), half.y);
        draw_text(view_.list, font, colour, *middle, text, Align::kCentre);
    }

private:
    /// Above the message, below it, right or left of it.
    [[nodiscard]] std::optional<ImVec2> free_place(ImVec2 at, ImVec2 half) const {
        const float up = half.y + view_.px(10);
        const float aside = half.x + view_.px(12);
        for (const ImVec2 by :
             {ImVec2(0, -up), ImVec2(0, up), ImVec2(aside, 0), ImVec2(-aside, 0)}) {
            const ImVec2 middle = snapped(at + by);
            if (is_free(middle - half, middle + half)) {
                return middle;
            }
        }
        return std::nullopt;
    }
    [[nodiscard]] bool is_free(ImVec2 min, ImVec2 max) const {
        if (min.x < view_.region_min.x || min.y < view_.region_min.y ||
            max.x > view_.region_max.x || max.y > view_.region_max.y) {
            return false;
        }
        return std::none_of(taken_.begin(), taken_.end(), [&](const ImVec4& other) {
            return min.x < other.z && other.x < max.x && min.y < other.w && other.y < max.y;
        });
    }

    const CanvasPen& view_;
    std::vector<ImVec4> taken_;
};

void draw_message_ring(CanvasPen& view, const CanvasMessage& message, ImVec2 at) {
    const float radius = view.px(11);
    if (view.is_selected(message.thing) || view.is_hovered(message.thing)) {
        view.list.AddCircle(at, radius, view.colours().accent, 0, view.px(2));
    }
    view.point_at(message.thing, {at.x - radius, at.y - radius}, {at.x + radius, at.y + radius},
                  radius);
}

/// Those that tell most about records come first.
void draw_labels(const CanvasPen& view) {
    const std::vector<CanvasMessage>& messages = view.canvas.messages;
    const bool readable = !view.frame.playing || view.frame.speed <= kReadableSpeed;
    if (!readable || messages.size() > kMostLabels) {
        return;
    }
    Labels labels(view);
    for (const bool servers : {false, true}) {
        for (const CanvasMessage& message : messages) {
            if ((message.traffic >= Traffic::kQuorum) == servers && !message.label.empty()) {
                labels.add(message, view.at(message.at));
            }
        }
    }
}

}  // namespace

void draw_links(CanvasPen& view) {
    const Canvas& canvas = view.canvas;
    const Lanes lanes = lanes_of(canvas);
    const auto busy = std::count_if(canvas.links.begin(), canvas.links.end(),
                                    [](const CanvasLink& link) { return link.busy; });
    const bool many = static_cast<std::size_t>(busy) > kManyLinks;
    for (std::size_t i = 0; i < canvas.links.size(); ++i) {
        draw_link(view, canvas.links[i], lanes.traffic[i], many);
    }
    for (const CanvasLink& link : canvas.links) {
        if (canvas.links.size() > kMostLinkItems && !link.disturbed) {
            continue;
        }
        const ImVec2 grip = grip_of(view, link);
        const float half = view.px(9);
        view.item(link.thing, {grip.x - half, grip.y - half}, {grip.x + half, grip.y + half});
        hover_link(view, link);
        view.point_at(link.thing, {grip.x - half, grip.y - half}, {grip.x + half, grip.y + half},
                      half);
    }
}

void draw_messages(CanvasPen& view) {
    const std::vector<CanvasMessage>& messages = view.canvas.messages;
    const bool plain = messages.size() > kMostMessageItems;
    const float half = view.px(9);
    for (const CanvasMessage& message : messages) {
        const ImVec2 at = view.at(message.at);
        const ImVec2 min{at.x - half, at.y - half};
        const ImVec2 max{at.x + half, at.y + half};
        if (!view.in_sight(min, max)) {
            continue;
        }
        draw_dot(view, message, at, plain);
        if (plain && !ImGui::IsMouseHoveringRect(min, max) && !view.is_selected(message.thing)) {
            continue;
        }
        draw_message_ring(view, message, at);
        view.item(message.thing, min, max);
        hover_message(view, message);
    }
    draw_labels(view);
}

}  // namespace brokerlab

// Links and messages of the canvas: for each direction that is in use a line with an arrow, and on
// it what is on its way now. A disturbed link says what is wrong with it.
#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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
/// With more cards than these the links that carry nothing would be a thicket.
constexpr std::size_t kFewCards = 14;
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

ImVec2 middle_of(const CanvasPen& view, const CanvasLink& link) {
    return between(view.at(lane_point(link, true, 0.5F)), view.at(lane_point(link, false, 0.5F)),
                   0.5F);
}

/// Whether data goes between the two: a client's or a replica's.
bool carries_records(const CanvasPen& view, const CanvasLink& link) {
    const auto carries = [&](std::size_t index) {
        const NodeCard& card = view.canvas.cards[index];
        const auto* client = std::get_if<ClientThing>(&card.thing);
        if (client == nullptr) {
            return card.node.kind == NodeKind::kBroker;
        }
        const ClientHost* host = view.frame.world().find_client(client->name);
        return host != nullptr && !std::holds_alternative<std::monostate>(host->setup);
    };
    return carries(link.a) && carries(link.b);
}

void draw_link(const CanvasPen& view, const CanvasLink& link,
               const std::array<std::optional<Traffic>, 2>& traffic, bool many) {
    const Theme& c = view.colours();
    const bool selected = view.is_selected(link.thing);
    const bool lit = selected || view.is_hovered(link.thing);
    const bool beside =
        touches(view, link, view.hovered_before) || touches(view, link, view.ui.selection);
    if (!link.busy && !lit && !beside) {
        if (view.canvas.cards.size() <= kFewCards && carries_records(view, link)) {
            draw_lane(view, link, true,
                      {.colour = faded(c.muted, 0.16F), .thickness = view.px(1), .arrow = false});
        }
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
}

/// Room for words: none above another, above a card or above the title of an area.
class Places {
public:
    explicit Places(const CanvasPen& view) : min_(view.region_min), max_(view.region_max) {
        for (const NodeCard& card : view.canvas.cards) {
            take(view.at(card.box.from), view.at(card.box.to));
        }
        if (title_fits(view)) {
            const ImFont* font = view.look().fonts.small_strong;
            for (const Canvas::Area& area : view.canvas.areas) {
                const ImVec2 at = view.at(area.box.from);
                take({at.x, at.y + view.scale * 8 - font->FontSize / 2},
                     {at.x + text_width(font, area.title),
                      at.y + view.scale * 8 + font->FontSize / 2});
            }
        }
    }

    /// The first of these middles around which there is room; it is taken then.
    std::optional<ImVec2> take(std::initializer_list<ImVec2> middles, ImVec2 half) {
        for (const ImVec2 wish : middles) {
            const ImVec2 middle = snapped(wish);
            if (is_free(middle - half, middle + half)) {
                take(middle - half, middle + half);
                return middle;
            }
        }
        return std::nullopt;
    }

private:
    void take(ImVec2 min, ImVec2 max) { taken_.emplace_back(min.x, min.y, max.x, max.y); }
    [[nodiscard]] bool is_free(ImVec2 min, ImVec2 max) const {
        if (min.x < min_.x || min.y < min_.y || max.x > max_.x || max.y > max_.y) {
            return false;
        }
        return std::none_of(taken_.begin(), taken_.end(), [&](const ImVec4& other) {
            return min.x < other.z && other.x < max.x && min.y < other.w && other.y < max.y;
        });
    }

    ImVec2 min_;
    ImVec2 max_;
    std::vector<ImVec4> taken_;
};

/// What is wrong with a link, and where it is said; without words where only an icon has room.
struct TroublePill {
    const CanvasLink* link = nullptr;
    ImVec2 middle;
    float half = 0;
    std::string text;
};
std::vector<TroublePill> place_troubles(const CanvasPen& view, Places& places) {
    std::vector<TroublePill> pills;
    const float high = view.px(10);
    const float by = view.px(24);
    for (const CanvasLink& link : view.canvas.links) {
        TroublePill pill{&link, {}, 0, trouble_text(link)};
        if (pill.text.empty()) {
            continue;
        }
        const ImVec2 at = middle_of(view, link);
        pill.half = pill_width(view.look(), kIconCut, pill.text) / 2;
        std::optional<ImVec2> place =
            places.take({at, at + ImVec2(0, -by), at + ImVec2(0, by)}, {pill.half, high});
        if (!place) {
            pill.text.clear();
            pill.half = high;
            place = places.take({at}, {high, high});
        }
        pill.middle = place.value_or(snapped(at));
        pills.push_back(std::move(pill));
    }
    return pills;
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

/// The words of messages that are in sight.
class Labels {
public:
    Labels(const CanvasPen& view, Places places) : view_(view), places_(std::move(places)) {}

    void add(const CanvasMessage& message, ImVec2 at) {
        const ImFont* font = view_.look().fonts.small;
        const std::string text = message.waits ? message.label + ", waits" : message.label;
        const ImVec2 half{text_width(font, text) / 2 + view_.px(9), view_.px(11)};
        // Above the message, below it, right or left of it.
        const float up = half.y + view_.px(10);
        const float aside = half.x + view_.px(12);
        const std::optional<ImVec2> middle =
            places_.take({at + ImVec2(0, -up), at + ImVec2(0, up), at + ImVec2(aside, 0),
                          at + ImVec2(-aside, 0)},
                         half);
        if (!middle) {
            return;
        }
        const ImVec2 min = *middle - half;
        const ImVec2 max = *middle + half;
        const ImU32 colour =
            message.waits ? view_.colours().lagging : colour_of(view_.colours(), message.traffic);
        view_.list.AddRectFilled(min, max, faded(view_.colours().canvas, 0.94F), half.y);
        view_.list.AddRect(min, max, faded(colour, 0.45F), half.y);
        draw_text(view_.list, font, colour, *middle, text, Align::kCentre);
    }

private:
    const CanvasPen& view_;
    Places places_;
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
    Places places(view);
    (void)place_troubles(view, places);
    Labels labels(view, std::move(places));
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

void draw_troubles(const CanvasPen& view) {
    const Theme& c = view.colours();
    Places places(view);
    for (const TroublePill& pill : place_troubles(view, places)) {
        const bool cut = pill.link->cut_there || pill.link->cut_back;
        const char* icon = cut ? kIconCut : kIconSlow;
        const ImU32 colour = cut ? c.offline : c.lagging;
        const ImVec2 half{pill.half, view.px(10)};
        view.list.AddRectFilled(pill.middle - half, pill.middle + half, c.canvas, half.y);
        if (pill.text.empty()) {
            view.list.AddRectFilled(pill.middle - half, pill.middle + half, faded(colour, 0.2F),
                                    half.y);
            draw_text(view.list, view.look().fonts.small, colour, pill.middle, icon,
                      Align::kCentre);
        } else {
            draw_pill(view.look(), view.list, pill.middle, colour, icon, pill.text, Align::kCentre);
        }
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

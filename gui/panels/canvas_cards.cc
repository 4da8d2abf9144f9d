// Cards and chips of the canvas. Words keep the size in which they are sharp; where a card is too
// small for them they give way, the longest first.
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "gui/panels/canvas_pen.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"

namespace brokerlab {
namespace {

/// With more replicas than these only the one under the mouse becomes an item: thousands of labels
/// would cost more than the picture.
constexpr std::size_t kMostChipItems = 400;

struct ScreenBox {
    ImVec2 min;
    ImVec2 max;

    [[nodiscard]] float width() const { return max.x - min.x; }
    [[nodiscard]] float height() const { return max.y - min.y; }
    [[nodiscard]] ImVec2 middle() const { return {(min.x + max.x) / 2, (min.y + max.y) / 2}; }
};
ScreenBox on_screen(const CanvasPen& view, const CanvasBox& box) {
    return {snapped(view.at(box.from)), snapped(view.at(box.to))};
}

/// The title's font at this magnification.
const ImFont* title_font(const CanvasPen& view) {
    const Fonts& fonts = view.look().fonts;
    return view.zoom() >= 0.85F  ? fonts.title
           : view.zoom() >= 0.6F ? fonts.strong
                                 : fonts.small_strong;
}

/// The title, or "B12" and "C2" where that is too long.
std::string title_in(const NodeCard& card, const ImFont* font, float width) {
    if (text_width(font, card.title) <= width) {
        return card.title;
    }
    if (card.node.kind == NodeKind::kClient) {
        return shortened(font, card.title, width);
    }
    return fmt::format("{}{}", card.node.kind == NodeKind::kBroker ? 'B' : 'C', card.node.number);
}

bool is_gone(NodeLook look) {
    return look == NodeLook::kDown || look == NodeLook::kOff;
}
bool is_calm(NodeLook look) {
    return look == NodeLook::kRunning || look == NodeLook::kController ||
           look == NodeLook::kWaiting;
}

std::string upper(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return out;
}

// ---- Chips

ImU32 chip_fill(const Theme& c, const ReplicaChip& chip, bool hovered) {
    switch (chip.look) {
        case ReplicaLook::kLeader:
            return blended(c.raised, faded(c.leader, hovered ? 0.36F : 0.26F));
        case ReplicaLook::kLagging:
            return blended(c.raised, faded(c.lagging, hovered ? 0.26F : 0.16F));
        case ReplicaLook::kOffline:
            return blended(c.raised, faded(c.offline, (hovered ? 0.20F : 0.10F) +
                                                          (chip.leads ? 0.14F : 0.0F)));
        case ReplicaLook::kInSync:
            break;
    }
    return hovered ? c.hovered : c.raised;
}

/// It leads by the metadata, and its broker is gone: red, with a star.
bool is_lost_leader(const ReplicaChip& chip) {
    return chip.leads && chip.look == ReplicaLook::kOffline;
}

/// How much of the leader's log a replica has, on a scale on which 50 records behind can be seen.
float caught_up_share(const ReplicaChip& chip) {
    const float behind = static_cast<float>(chip.behind);
    return std::max(0.06F, chip.caught_up * 50 / (50 + behind));
}

void draw_full_chip(const CanvasPen& view, const ReplicaChip& chip, const ScreenBox& box) {
    const Look& look = view.look();
    const Theme& c = view.colours();
    const ImU32 colour = colour_of(c, chip.look);
    const float pad = view.px(8);
    const float bar = box.max.y - view.px(8);
    const float lines = bar - box.min.y;
    const float first = box.min.y + lines * 0.32F;
    const float second = box.min.y + lines * 0.72F;
    const ImFont* font = box.width() > view.px(58) ? look.fonts.strong : look.fonts.small_strong;
    const std::string number = fmt::format("{}", chip.partition);
    draw_text(view.list, font, c.text, {box.min.x + pad, first}, "P" + number);
    // From the right, as far as there is room: what matters less gives way, on all chips alike.
    const float left = box.min.x + pad + text_width(font, "P" + std::string(number.size(), '0'));
    float right = box.max.x - pad;
    const auto mark = [&](ImU32 tone, const char* icon) {
        if (right - text_width(look.fonts.small, icon) > left) {
            right -=
                draw_text(view.list, look.fonts.small, tone, {right, first}, icon, Align::kRight) +
                view.px(4);
        }
    };
    mark(colour, icon_of(chip.look));
    if (is_lost_leader(chip)) {
        mark(colour, kIconStar);
    }
    if (chip.preferred) {
        mark(c.muted, kIconStarHollow);
    }
    draw_text_fitted(
        view.list, look.fonts.mono_small, chip.look == ReplicaLook::kLeader ? c.text : c.muted,
        {box.min.x + pad, second}, box.width() - pad * 1.5F, grouped_digits(chip.log_end));
    draw_meter(look, view.list, {box.min.x + pad, bar}, {box.max.x - pad, bar + view.px(3)},
               caught_up_share(chip), colour);
}

void draw_compact_chip(const CanvasPen& view, const ReplicaChip& chip, const ScreenBox& box) {
    const Look& look = view.look();
    const ImU32 colour = colour_of(view.colours(), chip.look);
    const std::string number = fmt::format("{}", chip.partition);
    const bool roomy = box.width() >= view.px(38);
    const float x = roomy ? box.min.x + view.px(7) : box.middle().x;
    draw_text(view.list, look.fonts.small_strong, view.colours().text, {x, box.middle().y}, number,
              roomy ? Align::kLeft : Align::kCentre);
    if (roomy) {
        draw_text(view.list, look.fonts.small, colour, {box.max.x - view.px(5), box.middle().y},
                  is_lost_leader(chip) ? kIconStar : icon_of(chip.look), Align::kRight);
    } else {
        view.list.AddRectFilled({box.min.x + view.px(3), box.max.y - view.px(4)},
                                {box.max.x - view.px(3), box.max.y - view.px(2)}, colour);
    }
}

void draw_chip(CanvasPen& view, const ReplicaChip& chip, bool items) {
    const ScreenBox box = on_screen(view, chip.box);
    if (!view.in_sight(box.min, box.max)) {
        return;
    }
    const Theme& c = view.colours();
    const ImU32 colour = colour_of(c, chip.look);
    const bool hovered = items && view.is_hovered(chip.thing);
    if (view.canvas.detail == CanvasDetail::kSquares) {
        view.list.AddRectFilled(box.min, box.max,
                                chip.look == ReplicaLook::kInSync ? faded(colour, 0.55F) : colour,
                                view.px(2));
    } else {
        const float rounding = view.px(view.canvas.detail == CanvasDetail::kFull ? 7 : 5);
        view.list.AddRectFilled(box.min, box.max, chip_fill(c, chip, hovered), rounding);
        const bool strong = chip.look != ReplicaLook::kInSync || hovered;
        view.list.AddRect(box.min, box.max, faded(colour, strong ? 0.75F : 0.32F), rounding);
        (view.canvas.detail == CanvasDetail::kFull ? draw_full_chip : draw_compact_chip)(view, chip,
                                                                                         box);
        view.point_at(chip.thing, box.min, box.max, rounding);
    }
    if (view.is_selected(chip.thing)) {
        draw_selection(view.look(), view.list, box.min, box.max, colour, 7);
    }
    const bool under_mouse = ImGui::IsMouseHoveringRect(box.min, box.max);
    if (items || under_mouse) {
        view.item(chip.thing, box.min, box.max);
        hover_replica(view, chip);
    }
}

// ---- Brokers

void draw_topic_title(CanvasPen& view, const NodeCard& card, const TopicRow& row) {
    const Look& look = view.look();
    const Theme& c = view.colours();
    const ImVec2 at = view.at(row.at);
    const float right = view.at(card.box.to).x - view.px(14);
    const bool folded = row.folded > 0;
    const std::size_t n = folded ? static_cast<std::size_t>(row.folded) : row.chips.size();
    const std::string count = fmt::format("{} replica{}", n, n == 1 ? "" : "s");
    const float counted = text_width(look.fonts.small, count);
    // The name matters more than how many there are, which can be seen.
    const ImFont* font = folded ? look.fonts.small : look.fonts.small_strong;
    const float named = folded ? view.px(64) : text_width(font, row.topic);
    const bool room = right - at.x > counted + named + view.px(8);
    if (room) {
        draw_text(view.list, look.fonts.small, c.muted, {right, at.y}, count, Align::kRight);
    }
    const float width = right - at.x - (room ? counted + view.px(8) : 0);
    draw_text_fitted(view.list, font, c.muted, at, width, row.topic);
    const float half = view.px(9);
    view.item(TopicThing{row.topic}, {at.x, at.y - half}, {at.x + width, at.y + half});
    hover_card(look, "Topic " + row.topic, fmt::format("{} on {}", count, card.title));
}

/// "12 lead · 24 in sync": one line a look that there is.
void draw_summary(const CanvasPen& view, const NodeCard& card, const ScreenBox& box, float top) {
    const std::array<std::pair<ReplicaLook, int32_t>, 4> counts{
        {{ReplicaLook::kLeader, card.leaders},
         {ReplicaLook::kInSync, card.in_sync},
         {ReplicaLook::kLagging, card.lagging},
         {ReplicaLook::kOffline, card.offline}}};
    const Look& look = view.look();
    const float pad = view.px(10);
    const float line = view.px(17);
    float y = top + line / 2;
    for (const auto& [replica, n] : counts) {
        if (n == 0 || y + line / 2 > box.max.y - view.px(4)) {
            continue;
        }
        const ImU32 colour = colour_of(view.colours(), replica);
        draw_text(view.list, look.fonts.small, colour, {box.min.x + pad, y}, icon_of(replica));
        const float x = box.min.x + pad + view.px(18);
        const float digits = draw_text(view.list, look.fonts.mono_small, view.colours().text,
                                       {x, y}, grouped_digits(n));
        draw_text_fitted(view.list, look.fonts.small, view.colours().muted,
                         {x + digits + view.px(6), y}, box.max.x - pad - x - digits - view.px(6),
                         look_word(replica));
        y += line;
    }
}

/// Where the words below the header begin.
float header_bottom(const CanvasPen& view, const ScreenBox& box) {
    return box.min.y + std::max(view.px(40), 64 * view.scale * 0.62F);
}

/// A card that has room for one line: the number and how the broker stands.
void draw_tiny_broker(const CanvasPen& view, const NodeCard& card, const ScreenBox& box) {
    const Look& look = view.look();
    const float middle = box.middle().y;
    draw_text(view.list, look.fonts.small_strong, view.colours().text,
              {box.min.x + view.px(5), capitals_middle(look.fonts.small_strong, middle)},
              fmt::format("{}", card.node.number));
    draw_text(view.list, look.fonts.small, colour_of(view.colours(), card.look),
              {box.max.x - view.px(4), middle}, icon_of(card.look), Align::kRight);
}

/// Icon, title and a line below it; at the right how the node stands.
void draw_broker_header(const CanvasPen& view, const NodeCard& card, const ScreenBox& box) {
    const Look& look = view.look();
    const Theme& c = view.colours();
    const ImU32 colour = colour_of(c, card.look);
    const bool roomy = box.width() >= view.px(170) && view.zoom() >= 0.6F;
    const float pad = view.px(roomy ? 12 : 10);
    float left = box.min.x + pad;
    // What the layout leaves above the chips.
    const float least = !roomy ? 40 : view.canvas.detail == CanvasDetail::kCompact ? 48 : 56;
    const float header = std::max(view.px(least), (roomy ? 64 : 44) * view.scale);
    const float middle = box.min.y + header / 2;
    if (roomy) {
        const float size = view.px(34);
        draw_badge(look, view.list, {left + size / 2, middle}, 34, colour, kIconBroker);
        left += size + view.px(9);
    }
    const std::string word = upper(look_word(card.look));
    const char* icon = icon_of(card.look);
    float right = box.max.x - pad;
    const float first = middle - view.px(roomy ? 10 : 8);
    const ImFont* font = title_font(view);
    const bool pill =
        right - left > pill_width(look, icon, word) + text_width(font, card.title) + view.px(6);
    if (pill) {
        draw_pill(look, view.list, {right, first}, colour, icon, word, Align::kRight);
    } else {
        draw_text(view.list, look.fonts.small, colour, {right, first}, icon, Align::kRight);
        right -= view.px(16);
    }
    draw_text_fitted(view.list, font, is_gone(card.look) ? c.muted : c.text, {left, first},
                     right - left, title_in(card, font, right - left));
    std::string below = card.subtitle;
    for (const std::string& badge : card.badges) {
        below = fmt::format("{} · {}", badge, below);
    }
    draw_text_fitted(view.list, look.fonts.small, card.badges.empty() ? c.muted : colour,
                     {left, middle + view.px(roomy ? 11 : 9)}, box.max.x - pad - left, below);
    if (roomy && view.canvas.detail != CanvasDetail::kSummary) {
        const float y = std::floor(box.min.y + header - view.px(2));
        view.list.AddLine({box.min.x + pad, y}, {box.max.x - pad, y}, c.line);
    }
}

ImU32 card_border(const CanvasPen& view, const NodeCard& card) {
    const Theme& c = view.colours();
    if (view.is_hovered(card.thing)) {
        return faded(is_calm(card.look) ? c.accent : colour_of(c, card.look), 0.9F);
    }
    return is_calm(card.look) && card.badges.empty()
               ? c.line
               : faded(is_calm(card.look) ? c.lagging : colour_of(c, card.look), 0.6F);
}

void begin_card(CanvasPen& view, const NodeCard& card, const ScreenBox& box, float rounding,
                ImU32 border) {
    const Theme& c = view.colours();
    draw_card(view.look(), view.list, box.min, box.max,
              {.fill = is_gone(card.look) ? blended(c.canvas, faded(c.card, 0.6F)) : 0,
               .border = border,
               .rounding = rounding,
               .shadow = view.canvas.cards.size() <= 40});
    if (view.is_selected(card.thing)) {
        draw_selection(view.look(), view.list, box.min, box.max, c.accent, rounding);
    }
    view.point_at(card.thing, box.min, box.max, view.px(rounding));
}

void draw_broker(CanvasPen& view, const NodeCard& card, bool chip_items) {
    const ScreenBox box = on_screen(view, card.box);
    if (!view.in_sight(box.min, box.max)) {
        return;
    }
    begin_card(view, card, box, view.zoom() >= 0.6F ? 14 : 8, card_border(view, card));
    const bool tiny = box.height() < view.px(40);
    (tiny ? draw_tiny_broker : draw_broker_header)(view, card, box);
    view.item(card.thing, box.min, box.max);
    hover_node(view, card);
    if (view.canvas.detail == CanvasDetail::kSummary) {
        draw_summary(view, card, box, header_bottom(view, box));
    }
    for (const TopicRow& row : card.topics) {
        if (row.titled) {
            // The same topic has a title on the cards of other brokers.
            ImGui::PushID(static_cast<int>(card.node.number));
            draw_topic_title(view, card, row);
            ImGui::PopID();
        }
        for (const ReplicaChip& chip : row.chips) {
            draw_chip(view, chip, chip_items);
        }
    }
}

// ---- Controllers and clients

const char* node_icon(const CanvasPen& view, const NodeCard& card) {
    if (card.node.kind == NodeKind::kController) {
        return kIconController;
    }
    const auto* client = std::get_if<ClientThing>(&card.thing);
    const ClientHost* host =
        client == nullptr ? nullptr : view.frame.world().find_client(client->name);
    if (host == nullptr || std::holds_alternative<std::monostate>(host->setup)) {
        return kIconTerminal;
    }
    const bool calls_only = host->service() != nullptr && !host->service()->group;
    return calls_only || std::holds_alternative<ProducerSetup>(host->setup) ? kIconProducer
                                                                            : kIconConsumer;
}

/// A controller follows in green and leads in blue; a client has the colour of what it sends.
ImU32 node_colour(const CanvasPen& view, const NodeCard& card, const char* icon) {
    const Theme& c = view.colours();
    if (!is_calm(card.look)) {
        return colour_of(c, card.look);
    }
    if (card.node.kind == NodeKind::kController) {
        return card.look == NodeLook::kController ? c.leader : c.in_sync;
    }
    return card.look == NodeLook::kWaiting || icon == kIconTerminal ? c.muted
           : icon == kIconProducer                                  ? c.client
                                                                    : c.leader;
}

void draw_small_node(CanvasPen& view, const NodeCard& card) {
    const ScreenBox box = on_screen(view, card.box);
    if (!view.in_sight(box.min, box.max)) {
        return;
    }
    const Look& look = view.look();
    const Theme& c = view.colours();
    const char* icon = node_icon(view, card);
    const ImU32 colour = node_colour(view, card, icon);
    const bool client = card.node.kind == NodeKind::kClient;
    const float rounding = client ? box.height() / 2 / look.scale : 10;
    const bool loud = client || card.look == NodeLook::kController || !is_calm(card.look) ||
                      view.is_hovered(card.thing);
    begin_card(view, card, box, rounding,
               loud ? faded(colour, view.is_hovered(card.thing) ? 0.95F : 0.5F) : 0);
    const bool low = box.height() < view.px(24);
    const bool plain = is_calm(card.look) && card.look != NodeLook::kController;
    const float mark = plain ? 0 : view.px(low ? 16 : 18);
    const float badge = std::min(view.px(34), box.height() - view.px(10));
    const float middle = box.middle().y;
    const float inset = (box.height() - badge) / 2;
    const float right = box.max.x - view.px(low ? 7 : client ? 18 : 10);
    float left = box.min.x + inset + badge + view.px(10);
    // In the smallest cards the name has the place of the icon.
    if (low) {
        left = box.min.x + view.px(8);
    } else {
        draw_badge(look, view.list, {box.min.x + inset + badge / 2, middle}, badge / look.scale,
                   colour, icon, client);
    }
    const float room = right - left - mark;
    const CardLines lines = lines_of_card(look, card.title, box.min.y, box.max.y, room);
    draw_text_fitted(view.list, lines.font, is_gone(card.look) ? c.muted : c.text,
                     {left, lines.first}, room, title_in(card, lines.font, room));
    if (!plain) {
        draw_text(view.list, look.fonts.small, colour, {right, lines.first}, icon_of(card.look),
                  Align::kRight);
    }
    if (lines.two) {
        const std::string below = plain || card.look == NodeLook::kController
                                      ? card.subtitle
                                      : fmt::format("{} · {}", look_word(card.look), card.subtitle);
        draw_text_fitted(view.list, look.fonts.small, plain || loud ? c.muted : colour,
                         {left, lines.second}, right - left, below);
    }
    view.item(card.thing, box.min, box.max);
    hover_node(view, card);
}

}  // namespace

void draw_cards(CanvasPen& view) {
    std::size_t chips = 0;
    for (const NodeCard& card : view.canvas.cards) {
        for (const TopicRow& row : card.topics) {
            chips += row.chips.size();
        }
    }
    for (const NodeCard& card : view.canvas.cards) {
        if (card.node.kind == NodeKind::kBroker) {
            draw_broker(view, card, chips <= kMostChipItems);
        } else {
            draw_small_node(view, card);
        }
    }
}

}  // namespace brokerlab

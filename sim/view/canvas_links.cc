// Links: which cards may talk, what is wrong between them, and the curve that joins them.
#include <algorithm>
#include <cmath>

#include "sim/base/check.h"
#include "sim/view/canvas_parts.h"

namespace brokerlab {
namespace {

/// Beyond these, links without a message and without a fault are left out: nobody could tell them
/// apart.
constexpr std::size_t kMostIdleLinks = 200;

float middle_x(const CanvasBox& box) {
    return (box.from.x + box.to.x) / 2;
}
float middle_y(const CanvasBox& box) {
    return (box.from.y + box.to.y) / 2;
}

/// Where on its lower or upper edge a card is left for another: nearer to the side of the other, so
/// that the lines of a card fan out.
float leaving_x(const CanvasBox& from, const CanvasBox& towards) {
    const float half = (from.to.x - from.from.x) / 2;
    const float wish = (middle_x(towards) - middle_x(from)) * 0.25F;
    return middle_x(from) + std::clamp(wish, -0.7F * half, 0.7F * half);
}
float leaving_y(const CanvasBox& from, const CanvasBox& towards) {
    const float half = (from.to.y - from.from.y) / 2;
    const float wish = (middle_y(towards) - middle_y(from)) * 0.25F;
    return middle_y(from) + std::clamp(wish, -0.7F * half, 0.7F * half);
}

/// Down from `upper` to `lower`.
void join_downwards(CanvasLink& link, const CanvasBox& upper, const CanvasBox& lower) {
    link.from = {leaving_x(upper, lower), upper.to.y};
    link.to = {leaving_x(lower, upper), lower.from.y};
    const float reach = (link.to.y - link.from.y) * 0.45F;
    link.control_from = {link.from.x, link.from.y + reach};
    link.control_to = {link.to.x, link.to.y - reach};
}
/// From `left` to `right`, both at about the same height.
void join_across(CanvasLink& link, const CanvasBox& left, const CanvasBox& right) {
    link.from = {left.to.x, leaving_y(left, right)};
    link.to = {right.from.x, leaving_y(right, left)};
    const float reach = (link.to.x - link.from.x) * 0.45F;
    link.control_from = {link.from.x + reach, link.from.y};
    link.control_to = {link.to.x - reach, link.to.y};
    link.lane = std::clamp((link.to.x - link.from.x) * 0.3F, 6.0F, 26.0F);
}
/// In the same row with others between them: below their cards, no deeper than the layout leaves
/// room there.
void join_below(CanvasLink& link, const CanvasBox& left, const CanvasBox& right) {
    link.from = {leaving_x(left, right), left.to.y};
    link.to = {leaving_x(right, left), right.to.y};
    // The curve comes to three quarters of the depth of what pulls it.
    const float depth = std::min(44 + (link.to.x - link.from.x) * 0.03F, kDeepestArc / 0.75F);
    link.control_from = {link.from.x + depth, link.from.y + depth};
    link.control_to = {link.to.x - depth, link.to.y + depth};
}

bool stands_between(const CanvasBox& box, const CanvasBox& left, const CanvasBox& right) {
    const float y = middle_y(left);
    return box.from.x >= left.to.x && box.to.x <= right.from.x && box.from.y < y && box.to.y > y;
}

void swap_ends(CanvasLink& link) {
    std::swap(link.from, link.to);
    std::swap(link.control_from, link.control_to);
}

void draw_curve(CanvasLink& link, const std::vector<NodeCard>& cards) {
    const CanvasBox& a = cards[link.a].box;
    const CanvasBox& b = cards[link.b].box;
    if (a.to.y < b.from.y) {
        join_downwards(link, a, b);
        return;
    }
    if (b.to.y < a.from.y) {
        join_downwards(link, b, a);
        swap_ends(link);
        return;
    }
    const bool a_left = a.from.x < b.from.x;
    const CanvasBox& left = a_left ? a : b;
    const CanvasBox& right = a_left ? b : a;
    const bool crowded = std::any_of(cards.begin(), cards.end(), [&](const NodeCard& card) {
        return stands_between(card.box, left, right);
    });
    (crowded ? join_below : join_across)(link, left, right);
    if (!a_left) {
        swap_ends(link);
    }
}

/// Whether Kafka has them talk at all.
bool may_talk(const NodeCard& a, const NodeCard& b) {
    const auto is = [](const NodeCard& card, NodeKind kind) { return card.node.kind == kind; };
    const bool client = is(a, NodeKind::kClient) || is(b, NodeKind::kClient);
    const bool broker = is(a, NodeKind::kBroker) || is(b, NodeKind::kBroker);
    return !client || broker;
}

bool is_disturbed(const LinkState& state) {
    return state != LinkState();
}

}  // namespace

CanvasPoint lane_point(const CanvasLink& link, bool forward, float way) {
    const float t = forward ? way : 1 - way;
    const float u = 1 - t;
    const auto mix = [&](float from, float control_from, float control_to, float to) {
        return u * u * u * from + 3 * u * u * t * control_from + 3 * u * t * t * control_to +
               t * t * t * to;
    };
    const CanvasPoint at{mix(link.from.x, link.control_from.x, link.control_to.x, link.to.x),
                         mix(link.from.y, link.control_from.y, link.control_to.y, link.to.y)};
    // Beside the straight line between the ends, most half way: who comes keeps to one side, who
    // goes to the other.
    const float dx = link.to.x - link.from.x;
    const float dy = link.to.y - link.from.y;
    const float length = std::hypot(dx, dy);
    if (length < 1) {
        return at;
    }
    const float aside = (forward ? 1.0F : -1.0F) * link.lane * 4 * t * u / length;
    return {at.x + dy * aside, at.y - dx * aside};
}

CanvasIndex::CanvasIndex(const std::vector<NodeCard>& cards) : count_(cards.size()) {
    for (std::size_t i = 0; i < cards.size(); ++i) {
        std::vector<int32_t>& of_kind = cards_[static_cast<std::size_t>(cards[i].node.kind)];
        const auto number = static_cast<std::size_t>(cards[i].node.number);
        if (of_kind.size() <= number) {
            of_kind.resize(number + 1, -1);
        }
        of_kind[number] = static_cast<int32_t>(i);
    }
    links_.assign(count_ * count_, -1);
}

std::optional<std::size_t> CanvasIndex::card_of(NodeId node) const {
    const std::vector<int32_t>& of_kind = cards_[static_cast<std::size_t>(node.kind)];
    const auto number = static_cast<std::size_t>(node.number);
    return number < of_kind.size() && of_kind[number] >= 0
               ? std::optional(static_cast<std::size_t>(of_kind[number]))
               : std::nullopt;
}

std::optional<std::size_t> CanvasIndex::link_of(std::size_t a, std::size_t b) const {
    const int32_t link = links_[a * count_ + b];
    return link < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(link));
}

void CanvasIndex::set_link(std::size_t a, std::size_t b, std::size_t link) {
    links_[a * count_ + b] = static_cast<int32_t>(link);
    links_[b * count_ + a] = static_cast<int32_t>(link);
}

std::size_t add_link(Canvas& canvas, const World& world, CanvasIndex& index, std::size_t a,
                     std::size_t b) {
    // As the LinkThing has them, so that "forward" means the same for both.
    if (canvas.cards[b].node < canvas.cards[a].node) {
        std::swap(a, b);
    }
    const NodeId from = canvas.cards[a].node;
    const NodeId to = canvas.cards[b].node;
    CanvasLink link;
    link.thing = LinkThing{from, to};
    link.a = a;
    link.b = b;
    const LinkState there = world.network->link(from, to);
    const LinkState back = world.network->link(to, from);
    link.cut_there = there.cut;
    link.cut_back = back.cut;
    link.extra_latency = std::max(there.extra_latency, back.extra_latency);
    link.loss_ppm = std::max(there.loss_ppm, back.loss_ppm);
    link.disturbed = is_disturbed(there) || is_disturbed(back);
    link.busy = link.disturbed;
    draw_curve(link, canvas.cards);
    canvas.links.push_back(std::move(link));
    index.set_link(a, b, canvas.links.size() - 1);
    return canvas.links.size() - 1;
}

void add_links(Canvas& canvas, const World& world, CanvasIndex& index) {
    const std::vector<NodeCard>& cards = canvas.cards;
    const bool all = cards.size() * (cards.size() - 1) / 2 <= kMostIdleLinks;
    for (std::size_t a = 0; a < cards.size(); ++a) {
        for (std::size_t b = a + 1; b < cards.size(); ++b) {
            const bool disturbed =
                is_disturbed(world.network->link(cards[a].node, cards[b].node)) ||
                is_disturbed(world.network->link(cards[b].node, cards[a].node));
            if (disturbed || (all && may_talk(cards[a], cards[b]))) {
                add_link(canvas, world, index, a, b);
            }
        }
    }
}

}  // namespace brokerlab

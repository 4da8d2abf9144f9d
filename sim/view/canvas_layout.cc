// Rows and columns of cards: each part of the picture is a grid of boxes of one size; the parts are
// put above or beside one another, and what the proportion leaves over goes between them.
#include "sim/view/canvas_layout.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

namespace brokerlab {
namespace {

constexpr float kMargin = 16;
constexpr float kTitle = 24;  ///< the height of an area's title above its cards
constexpr CanvasPoint kControllerCard{196, 48};
constexpr CanvasPoint kClientCard{248, 56};
constexpr float kSmallGap = 24;    ///< between cards that have little to say to each other
constexpr float kBrokerGap = 60;   ///< room for the arcs between neighbours
constexpr float kCrowdedGap = 32;  ///< the same in a large cluster
constexpr float kRowGap = 48;      ///< between rows of brokers
constexpr float kFlight = 80;      ///< between the parts: the messages' way
constexpr float kBlockGap = 36;    ///< between racks, more than between their brokers
constexpr float kGroupTitle = 40;  ///< the height of a group's title above its members
constexpr float kGroupPad = 10;    ///< between a group's frame and its members
constexpr int32_t kGroupColumns = 2;
constexpr float kArcLane = 10;      ///< what goes along an arc keeps so far beside it
constexpr int32_t kCrowdFrom = 10;  ///< brokers
constexpr int32_t kFewBrokers = 5;
constexpr float kWidest = 1.4F;    ///< how much wider a broker's card may grow
constexpr float kHighest = 1.35F;  ///< and higher

/// A grid of equal boxes.
struct Grid {
    int32_t count = 0;
    int32_t columns = 1;
    CanvasPoint cell;
    CanvasPoint gap;

    [[nodiscard]] int32_t rows() const { return (count + columns - 1) / columns; }
    [[nodiscard]] float width() const { return span(columns, cell.x, gap.x); }
    [[nodiscard]] float height() const { return span(rows(), cell.y, gap.y); }

    static float span(int32_t n, float cell, float gap) {
        return n == 0 ? 0 : static_cast<float>(n) * (cell + gap) - gap;
    }
};

/// The boxes of a grid with its upper middle at `top`; a row that is not full stands in the middle.
std::vector<CanvasBox> boxes_of(const Grid& grid, CanvasPoint top) {
    std::vector<CanvasBox> boxes;
    for (int32_t i = 0; i < grid.count; ++i) {
        const int32_t row = i / grid.columns;
        const int32_t in_row = std::min(grid.columns, grid.count - row * grid.columns);
        const float left = top.x - Grid::span(in_row, grid.cell.x, grid.gap.x) / 2;
        const CanvasPoint from{
            left + static_cast<float>(i % grid.columns) * (grid.cell.x + grid.gap.x),
            top.y + static_cast<float>(row) * (grid.cell.y + grid.gap.y)};
        boxes.push_back({from, {from.x + grid.cell.x, from.y + grid.cell.y}});
    }
    return boxes;
}

/// The area around cards, with its title above them.
Canvas::Area area_around(std::string title, const std::vector<CanvasBox>& boxes) {
    CanvasBox all = boxes.front();
    for (const CanvasBox& box : boxes) {
        all.from.x = std::min(all.from.x, box.from.x);
        all.from.y = std::min(all.from.y, box.from.y);
        all.to.x = std::max(all.to.x, box.to.x);
        all.to.y = std::max(all.to.y, box.to.y);
    }
    all.from.y -= kTitle;
    return {std::move(title), all};
}

/// The brokers: a grid for each block, side by side.
struct BrokerPart {
    std::vector<Grid> grids;
    std::vector<std::string> titles;
    float below = 0;  ///< room for the arcs below the lowest row

    [[nodiscard]] float width() const {
        float sum = -kBlockGap;
        for (const Grid& grid : grids) {
            sum += grid.width() + kBlockGap;
        }
        return sum;
    }
    [[nodiscard]] float height() const {
        float most = 0;
        for (const Grid& grid : grids) {
            most = std::max(most, grid.height());
        }
        return kTitle + most + below;
    }
    /// Whether some in a row have others between them.
    [[nodiscard]] bool has_arcs() const {
        int32_t abreast = 0;
        for (const Grid& grid : grids) {
            abreast += grid.columns;
        }
        return abreast > 2;
    }
};

BrokerPart broker_part(const LayoutInput& input, int32_t columns) {
    int32_t total = 0;
    for (const BrokerBlock& block : input.blocks) {
        total += block.brokers;
    }
    const bool crowded = total >= kCrowdFrom;
    BrokerPart part;
    for (const BrokerBlock& block : input.blocks) {
        part.grids.push_back(
            {block.brokers,
             std::clamp(columns, 1, std::max(1, block.brokers)),
             input.broker_card,
             {crowded ? kCrowdedGap : kBrokerGap, crowded ? kCrowdedGap : kRowGap}});
        part.titles.push_back(block.title);
    }
    return part;
}

/// Client cards in a row of at most `columns`; with one column, below each other.
Grid client_grid(int32_t count, int32_t columns) {
    return {count, std::clamp(columns, 1, std::max(1, count)), kClientCard, {kSmallGap, kSmallGap}};
}
float titled_height(const Grid& grid) {
    return grid.count == 0 ? 0 : kTitle + grid.height();
}

/// The consumers: those without a group, then the groups, each a grid in a frame. They stand beside
/// one another as far as the width goes, then below.
struct ClientPart {
    struct Block {
        Grid grid;
        bool framed = false;

        [[nodiscard]] float side() const { return framed ? kGroupPad : 0; }
        [[nodiscard]] float above() const { return framed ? kGroupTitle : kTitle; }
        [[nodiscard]] float width() const { return grid.width() + 2 * side(); }
        [[nodiscard]] float height() const { return above() + grid.height() + side(); }
    };
    /// Blocks that stand beside one another.
    struct Line {
        std::size_t first = 0;
        std::size_t count = 0;
        float width = 0;
        float height = 0;
    };
    std::vector<Block> blocks;
    std::vector<Line> lines;
    float width = 0;
    float height = 0;

    [[nodiscard]] bool empty() const { return blocks.empty(); }
};

ClientPart client_part(const LayoutInput& input, int32_t columns, float limit) {
    ClientPart part;
    if (input.consumers > 0) {
        part.blocks.push_back({client_grid(input.consumers, columns), false});
    }
    for (const int32_t members : input.groups) {
        // A group that is alone may be wide; several stand beside one another rather.
        const bool alone = input.groups.size() == 1 && input.consumers == 0;
        part.blocks.push_back(
            {client_grid(members, alone ? columns : std::min(columns, kGroupColumns)), true});
    }
    for (std::size_t i = 0; i < part.blocks.size(); ++i) {
        const ClientPart::Block& block = part.blocks[i];
        const bool fits =
            !part.lines.empty() && part.lines.back().width + kSmallGap + block.width() <= limit;
        if (!fits) {
            part.lines.push_back({i, 0, -kSmallGap, 0});
        }
        ClientPart::Line& line = part.lines.back();
        ++line.count;
        line.width += kSmallGap + block.width();
        line.height = std::max(line.height, block.height());
    }
    part.height = part.lines.empty() ? 0 : -kSmallGap;
    for (const ClientPart::Line& line : part.lines) {
        part.width = std::max(part.width, line.width);
        part.height += kSmallGap + line.height;
    }
    return part;
}

/// One way to arrange the picture, before it is stretched to its proportion.
struct Arrangement {
    bool sideways = false;  ///< clients left and right of the brokers, else above and below
    Grid controllers;
    Grid admin;
    Grid producers;
    ClientPart consumers;
    BrokerPart brokers;
    CanvasPoint size;  ///< the least that it needs
};

float top_row_width(const Arrangement& a) {
    return a.controllers.width() + (a.admin.count > 0 ? kBlockGap + a.admin.width() : 0);
}

Arrangement arrange(const LayoutInput& input, int32_t columns, bool sideways) {
    Arrangement a;
    a.sideways = sideways;
    a.brokers = broker_part(input, columns);
    a.controllers = {
        input.controllers, std::max(1, input.controllers), kControllerCard, {kBlockGap, 0}};
    a.admin = {input.admin ? 1 : 0, 1, kControllerCard, {0, 0}};
    const float top = titled_height(a.controllers);
    if (a.brokers.has_arcs() && (sideways || (input.consumers == 0 && input.groups.empty()))) {
        // Elsewhere they hang into the messages' way to the consumers.
        a.brokers.below = kDeepestArc + kArcLane - kMargin;
    }
    if (sideways) {
        a.producers = client_grid(input.producers, 1);
        a.consumers = client_part(input, 1, 0);
        const auto beside = [](float width) { return width == 0 ? 0 : width + kFlight; };
        a.size.x = beside(a.producers.width()) + a.brokers.width() + beside(a.consumers.width);
        a.size.y = top + kFlight +
                   std::max({titled_height(a.producers), a.brokers.height(), a.consumers.height});
    } else {
        const float widest = std::max(a.brokers.width(), top_row_width(a));
        const auto in_a_row =
            static_cast<int32_t>((widest + kSmallGap) / (kClientCard.x + kSmallGap));
        a.producers = client_grid(input.producers, in_a_row);
        a.consumers = client_part(input, in_a_row, widest);
        const auto below = [](float height) { return height == 0 ? 0 : height + kFlight; };
        a.size.x = std::max({a.brokers.width(), a.producers.width(), a.consumers.width});
        a.size.y = top + kFlight / 2 + below(titled_height(a.producers)) + a.brokers.height() +
                   below(a.consumers.height);
    }
    a.size.x = std::max(a.size.x, top_row_width(a)) + 2 * kMargin;
    a.size.y += 2 * kMargin;
    return a;
}

/// The height of the picture in its proportion: the smaller, the larger everything is shown.
float height_in_proportion(const Arrangement& a, float aspect) {
    return std::max(a.size.y, a.size.x / aspect);
}

Arrangement best_arrangement(const LayoutInput& input) {
    int32_t most = 1;
    for (const BrokerBlock& block : input.blocks) {
        most = std::max(most, block.brokers);
    }
    std::optional<Arrangement> best;
    for (int32_t columns = most; columns >= 1; --columns) {
        for (const bool sideways : {false, true}) {
            Arrangement a = arrange(input, columns, sideways);
            // A little larger is not worth a cluster that stands on its head, nor a few brokers
            // that stand in rows.
            const float worth = most <= kFewBrokers && columns < most ? 0.85F : 0.98F;
            if (!best || height_in_proportion(a, input.aspect) <
                             worth * height_in_proportion(*best, input.aspect)) {
                best = std::move(a);
            }
        }
    }
    return *std::move(best);
}

/// Cards in a row take more width, as far as they want it and the row stays within `limit`.
void widen(Grid& grid, float wish, float limit) {
    const float free = (limit - grid.width()) / static_cast<float>(grid.columns);
    grid.cell.x += std::clamp(wish - grid.cell.x, 0.0F, std::max(0.0F, free));
}
/// The same for all cards of the part, which stay of one width.
void widen(ClientPart& part, float wish, float limit) {
    const auto columns = [&](const ClientPart::Line& line) {
        int32_t sum = 0;
        for (std::size_t i = line.first; i < line.first + line.count; ++i) {
            sum += part.blocks[i].grid.columns;
        }
        return static_cast<float>(sum);
    };
    float wider = std::max(0.0F, wish - kClientCard.x);
    for (const ClientPart::Line& line : part.lines) {
        wider = std::clamp((limit - line.width) / columns(line), 0.0F, wider);
    }
    for (ClientPart::Line& line : part.lines) {
        line.width += wider * columns(line);
        part.width = std::max(part.width, line.width);
    }
    for (ClientPart::Block& block : part.blocks) {
        block.grid.cell.x += wider;
    }
}

/// Room beside the brokers, or above and below them, that nobody else needs. Returns what the
/// brokers have lost by it.
float widen_clients(Arrangement& a, float wish, float width) {
    if (!a.sideways) {
        widen(a.producers, wish, width - 2 * kMargin);
        widen(a.consumers, wish, width - 2 * kMargin);
        return 0;
    }
    const float before = a.producers.width() + a.consumers.width;
    const int32_t sides = (a.producers.count > 0 ? 1 : 0) + (a.consumers.empty() ? 0 : 1);
    const float share = std::max(0.0F, width - a.size.x) / static_cast<float>(std::max(1, sides));
    widen(a.producers, wish, a.producers.width() + share);
    widen(a.consumers, wish, a.consumers.width + share);
    return a.producers.width() + a.consumers.width - before;
}

/// What is over in width goes into the brokers' cards, up to a limit, then between them.
void use_width(Arrangement& a, float over) {
    int32_t columns = 0;
    for (const Grid& grid : a.brokers.grids) {
        columns += grid.columns;
    }
    const float wider = std::min(over / static_cast<float>(std::max(1, columns)),
                                 a.brokers.grids.front().cell.x * (kWidest - 1));
    const float rest = over - wider * static_cast<float>(columns);
    const float apart = rest / static_cast<float>(std::max(1, columns));
    for (Grid& grid : a.brokers.grids) {
        grid.cell.x += wider;
        grid.gap.x += grid.columns > 1 ? std::min(apart, 2 * kBrokerGap) : 0;
    }
}

/// Some of what is over in height makes their cards higher. Returns what is left.
float use_height(Arrangement& a, float over) {
    int32_t rows = 1;
    for (const Grid& grid : a.brokers.grids) {
        rows = std::max(rows, grid.rows());
    }
    const float card = a.brokers.grids.front().cell.y;
    const float higher = std::min(0.5F * over / static_cast<float>(rows), card * (kHighest - 1));
    for (Grid& grid : a.brokers.grids) {
        grid.cell.y += higher;
    }
    return over - higher * static_cast<float>(rows);
}

std::vector<CanvasBox> place_brokers(const BrokerPart& part, CanvasPoint top,
                                     std::vector<Canvas::Area>& areas) {
    std::vector<CanvasBox> all;
    float left = top.x - part.width() / 2;
    for (std::size_t i = 0; i < part.grids.size(); ++i) {
        const Grid& grid = part.grids[i];
        const std::vector<CanvasBox> boxes =
            boxes_of(grid, {left + grid.width() / 2, top.y + kTitle});
        if (!boxes.empty()) {
            areas.push_back(area_around(part.titles[i], boxes));
        }
        all.insert(all.end(), boxes.begin(), boxes.end());
        left += grid.width() + kBlockGap;
    }
    return all;
}

std::vector<CanvasBox> place_titled(const Grid& grid, CanvasPoint top, const char* title,
                                    std::vector<Canvas::Area>& areas) {
    std::vector<CanvasBox> boxes = boxes_of(grid, {top.x, top.y + kTitle});
    if (!boxes.empty()) {
        areas.push_back(area_around(title, boxes));
    }
    return boxes;
}

/// From the upper middle down.
void place_clients(const ClientPart& part, CanvasPoint top, CanvasLayout& layout) {
    for (const ClientPart::Line& line : part.lines) {
        float left = top.x - line.width / 2;
        for (std::size_t i = line.first; i < line.first + line.count; ++i) {
            const ClientPart::Block& block = part.blocks[i];
            const float middle = left + block.width() / 2;
            if (block.framed) {
                layout.members.push_back(boxes_of(block.grid, {middle, top.y + block.above()}));
                layout.groups.push_back(
                    {{left, top.y}, {left + block.width(), top.y + block.height()}});
            } else {
                layout.consumers =
                    place_titled(block.grid, {middle, top.y}, "Consumers", layout.areas);
            }
            left += block.width() + kSmallGap;
        }
        top.y += line.height + kSmallGap;
    }
}

void place_top_row(const Arrangement& a, CanvasPoint top, CanvasLayout& layout) {
    const float left = top.x - top_row_width(a) / 2;
    layout.controllers = place_titled(a.controllers, {left + a.controllers.width() / 2, top.y},
                                      "Controllers", layout.areas);
    const float right = top.x + top_row_width(a) / 2;
    layout.admin =
        place_titled(a.admin, {right - a.admin.width() / 2, top.y}, "Administration", layout.areas);
}

void place_sideways(const Arrangement& a, float spare, const std::string& producers,
                    CanvasLayout& layout) {
    const CanvasPoint size = layout.size;
    const float top = kMargin + titled_height(a.controllers) + kFlight + spare / 2;
    const float room = size.y - top - kMargin;
    const auto middle = [&](float height) { return top + std::max(0.0F, (room - height) / 2); };
    layout.producers = place_titled(
        a.producers, {kMargin + a.producers.width() / 2, middle(titled_height(a.producers))},
        producers.c_str(), layout.areas);
    const float left = a.producers.count == 0 ? 0 : a.producers.width() + kFlight;
    const float right = a.consumers.empty() ? 0 : a.consumers.width + kFlight;
    layout.brokers = place_brokers(
        a.brokers, {(left + size.x - right) / 2, middle(a.brokers.height())}, layout.areas);
    place_clients(a.consumers,
                  {size.x - kMargin - a.consumers.width / 2, middle(a.consumers.height)}, layout);
}

void place_in_rows(const Arrangement& a, float spare, const std::string& producers,
                   CanvasLayout& layout) {
    const float middle = layout.size.x / 2;
    const int32_t flights = 1 + (a.producers.count > 0 ? 1 : 0) + (a.consumers.empty() ? 0 : 1);
    const float more = spare / static_cast<float>(flights + 1);
    float y = kMargin + titled_height(a.controllers) + kFlight / 2 + more;
    if (a.producers.count > 0) {
        layout.producers = place_titled(a.producers, {middle, y}, producers.c_str(), layout.areas);
        y += titled_height(a.producers) + kFlight + more;
    }
    layout.brokers = place_brokers(a.brokers, {middle, y}, layout.areas);
    y += a.brokers.height() + kFlight + more;
    place_clients(a.consumers, {middle, y}, layout);
}

}  // namespace

CanvasLayout lay_out_canvas(const LayoutInput& input) {
    Arrangement a = best_arrangement(input);
    const float height = height_in_proportion(a, input.aspect);
    CanvasLayout layout;
    layout.size = {height * input.aspect, height};
    const float taken = widen_clients(a, input.client_wish, layout.size.x);
    if (!a.brokers.grids.empty()) {
        const float over = a.sideways ? layout.size.x - a.size.x - taken
                                      : layout.size.x - 2 * kMargin - a.brokers.width();
        use_width(a, std::max(0.0F, over));
    }
    place_top_row(a, {layout.size.x / 2, kMargin}, layout);
    float spare = std::max(0.0F, layout.size.y - a.size.y);
    if (!a.brokers.grids.empty()) {
        spare = use_height(a, spare);
    }
    if (a.sideways) {
        place_sideways(a, spare, input.producers_title, layout);
    } else {
        place_in_rows(a, spare, input.producers_title, layout);
    }
    return layout;
}

}  // namespace brokerlab

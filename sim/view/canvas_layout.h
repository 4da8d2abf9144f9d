// Where the cards of the canvas stand: a pure function from counts and sizes to boxes.
//
// Controllers in a row at the top; producers on one side of the brokers and consumers opposite, the
// members of a group together, above and below or left and right, whichever shows the cluster
// larger in the picture's proportion. Brokers stand in a grid, those of a rack together. Boxes
// never overlap and the picture has the proportion asked for. Knows nothing of a World.
#pragma once

#include <string>
#include <vector>

#include "sim/view/canvas.h"

namespace brokerlab {

/// So far below its row hangs the curve that joins two cards with others between them, at most. The
/// layout leaves that room below the brokers.
inline constexpr float kDeepestArc = 54;

/// Brokers that stand together, with the title above them.
struct BrokerBlock {
    std::string title;
    int32_t brokers = 0;
};

struct LayoutInput {
    int32_t controllers = 0;
    bool admin = false;
    int32_t producers = 0;
    int32_t consumers = 0;  ///< without a group
    std::vector<BrokerBlock> blocks;
    CanvasPoint broker_card;  ///< width and height of one
    float aspect = 1.6F;
    std::vector<int32_t> groups;  ///< how many members each consumer group has
    std::string producers_title = "Producers";
    /// How wide a client's card would like to be; it gets as much where there is room for it.
    float client_wish = 0;
};

struct CanvasLayout {
    CanvasPoint size;
    std::vector<CanvasBox> controllers;
    std::vector<CanvasBox> admin;  ///< one or none
    std::vector<CanvasBox> producers;
    std::vector<CanvasBox> brokers;  ///< in the order of the blocks
    std::vector<CanvasBox> consumers;
    std::vector<std::vector<CanvasBox>> members;  ///< of each group
    std::vector<CanvasBox> groups;                ///< around them, with room for a title
    std::vector<Canvas::Area> areas;
};

[[nodiscard]] CanvasLayout lay_out_canvas(const LayoutInput& input);

}  // namespace brokerlab

// The parts of make_canvas(), each in a file of its own: cards, links, messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/view/canvas.h"
#include "sim/view/canvas_layout.h"
#include "sim/view/canvas_replicas.h"

namespace brokerlab {

/// All cards: controllers, `admin`, brokers in the order of World::brokers, clients; with boxes.
/// Sets the canvas's size, areas and detail as well.
void add_cards(Canvas& canvas, const World& world, const CanvasOptions& options);

/// Which card stands for a node, and which link for two cards, without searching.
class CanvasIndex {
public:
    explicit CanvasIndex(const std::vector<NodeCard>& cards);

    [[nodiscard]] std::optional<std::size_t> card_of(NodeId node) const;
    [[nodiscard]] std::optional<std::size_t> link_of(std::size_t a, std::size_t b) const;
    void set_link(std::size_t a, std::size_t b, std::size_t link);

private:
    static constexpr std::size_t kKinds = 3;

    std::vector<int32_t> cards_[kKinds];  ///< by number; -1: none
    std::vector<int32_t> links_;          ///< by both cards; -1: none
    std::size_t count_ = 0;
};

/// Links between all cards that may talk to each other; in a large cluster only the disturbed and,
/// added by add_messages(), the busy ones.
void add_links(Canvas& canvas, const World& world, CanvasIndex& index);
/// A link between two cards, with its curve.
std::size_t add_link(Canvas& canvas, const World& world, CanvasIndex& index, std::size_t a,
                     std::size_t b);

void add_messages(Canvas& canvas, const World& world, const CanvasOptions& options,
                  CanvasIndex& index);

}  // namespace brokerlab

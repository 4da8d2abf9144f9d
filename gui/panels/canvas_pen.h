// What the parts of the canvas panel share: the picture, where it lies on the screen, and how its
// things become ImGui items. Internal to the panel.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <imgui.h>

#include "gui/frame.h"
#include "gui/intents.h"
#include "gui/ui_state.h"
#include "gui/widgets/vec.h"
#include "sim/view/canvas.h"

namespace brokerlab {

/// What happened to an item in this frame.
struct ItemState {
    bool hovered = false;
    bool clicked = false;
};

struct CanvasPen {
    const Frame& frame;
    UiState& ui;
    Intents& intents;
    const Canvas& canvas;
    ImDrawList& list;
    ImVec2 origin;    ///< on the screen, of the picture's (0, 0)
    float scale = 1;  ///< screen pixels for one of the picture's
    ImVec2 region_min;
    ImVec2 region_max;
    /// Under the mouse in the frame before: things are drawn before their items are asked.
    Thing hovered_before;

    [[nodiscard]] const Look& look() const { return frame.look; }
    [[nodiscard]] const Theme& colours() const { return *frame.look.theme; }
    [[nodiscard]] float px(float logical) const { return frame.look.px(logical); }
    /// The picture's magnification beside the app's text.
    [[nodiscard]] float zoom() const { return scale / frame.look.scale; }
    [[nodiscard]] ImVec2 at(CanvasPoint point) const {
        return {origin.x + point.x * scale, origin.y + point.y * scale};
    }
    [[nodiscard]] bool in_sight(ImVec2 min, ImVec2 max) const {
        return max.x >= region_min.x && max.y >= region_min.y && min.x <= region_max.x &&
               min.y <= region_max.y;
    }
    [[nodiscard]] bool is_selected(const Thing& thing) const { return ui.selection == thing; }
    [[nodiscard]] bool is_hovered(const Thing& thing) const { return hovered_before == thing; }

    /// The thing as an item over its box: a click selects it, a right click opens its menu.
    ItemState item(const Thing& thing, ImVec2 min, ImVec2 max);
    /// Where the thing is, if the lesson points at it: draw_pointer() shows it at last.
    void point_at(const Thing& thing, ImVec2 min, ImVec2 max, float rounding);
    struct Pointed {
        ImVec2 min;
        ImVec2 max;
        float rounding = 0;
    };
    std::optional<Pointed> pointed = {};
};

[[nodiscard]] ImU32 colour_of(const Theme& theme, Traffic traffic);
[[nodiscard]] ImU32 colour_of(const Theme& theme, ReplicaLook look);
[[nodiscard]] ImU32 colour_of(const Theme& theme, NodeLook look);
[[nodiscard]] const char* icon_of(ReplicaLook look);
[[nodiscard]] const char* icon_of(NodeLook look);
/// "10 254".
[[nodiscard]] std::string grouped_digits(int64_t number);

/// Whether the areas' titles have room above their cards.
[[nodiscard]] bool title_fits(const CanvasPen& view);

/// Where the middle of a line of text goes for its capitals to stand in the middle between borders:
/// in a low card a pixel more above them than below is seen.
[[nodiscard]] float capitals_middle(const ImFont* font, float middle);
/// The lines of a small card: name and, where both have room, what stands below it.
struct CardLines {
    const ImFont* font = nullptr;  ///< of the name
    bool two = false;
    float first = 0;  ///< middle of each on the screen
    float second = 0;
};
/// In a card from `top` to `bottom`, with `room` beside its icon.
[[nodiscard]] CardLines lines_of_card(const Look& look, std::string_view name, float top,
                                      float bottom, float room);

// canvas_links.cc
void draw_links(CanvasPen& view);
/// What is wrong with links, in words, beside the cards.
void draw_troubles(const CanvasPen& view);
void draw_messages(CanvasPen& view);
// canvas_groups.cc
void draw_groups(CanvasPen& view);
// canvas_cards.cc
void draw_cards(CanvasPen& view);
// canvas_hover.cc: for the last item.
void hover_node(const CanvasPen& view, const NodeCard& card);
void hover_replica(const CanvasPen& view, const ReplicaChip& chip);
void hover_link(const CanvasPen& view, const CanvasLink& link);
void hover_message(const CanvasPen& view, const CanvasMessage& message);
// canvas_legend.cc
void open_legend();
void draw_legend_popup(const CanvasPen& view);
// canvas_pointer.cc
/// A ring around what the lesson points at, with an arrow and a word where they cover no other
/// words.
void draw_pointer(const CanvasPen& view);
// canvas_menu.cc
void open_thing_menu(const Thing& thing);
void draw_thing_menu(const Frame& frame, UiState& ui, Intents& intents);

}  // namespace brokerlab

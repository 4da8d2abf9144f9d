// The canvas panel: the cluster as it is at this moment, to look at, zoom into and break.
//
// Everything in it comes from make_canvas(); this file places the picture in the window, takes
// wheel and drag, and draws what belongs to the window: dots, titles, legend, tools.
#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "gui/cached.h"
#include "gui/panel.h"
#include "gui/panels/canvas_pen.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"

namespace brokerlab {
namespace {

constexpr float kBar = 48;     ///< logical height of the legend and the tools
constexpr float kLowBar = 36;  ///< the same below kLowPanel
constexpr float kLowPanel = 320;
constexpr float kAir = 8;          ///< logical, around the picture
constexpr float kLargest = 1.25F;  ///< a small cluster is not blown up further than this
constexpr float kLeastZoom = 0.5F;
constexpr float kMostZoom = 12;

/// The picture of this World, made again when it or the window has changed, and its messages moved
/// when only time has passed.
const Canvas& canvas_of(const Frame& frame, const CanvasOptions& options) {
    using Key = std::tuple<uint64_t, bool, int, int>;
    static Cached<Key, Canvas> cache;
    static SimTime shown;
    bool made = false;
    const Key key{frame.stamp, options.internal_traffic,
                  static_cast<int>(std::lround(options.aspect * 200)),
                  static_cast<int>(std::lround(options.zoom * 200))};
    // The cache hands out what it holds as const; moving messages is part of keeping it.
    auto& canvas = const_cast<Canvas&>(cache.get(key, [&] {
        made = true;
        return make_canvas(frame.world(), options);
    }));
    if (!made && shown != options.now) {
        move_messages(canvas, frame.world(), options);
    }
    shown = options.now;
    return canvas;
}

struct Region {
    ImVec2 min;
    ImVec2 max;

    [[nodiscard]] ImVec2 size() const { return max - min; }
};

/// How the picture lies in the region before zoom and pan.
float fitting_scale(const Look& look, const Region& region, CanvasPoint size) {
    const ImVec2 room = region.size();
    return std::min({room.x / size.x, room.y / size.y, look.px(kLargest)});
}

void place(CanvasPen& view, const Region& region) {
    const CanvasPoint size = view.canvas.size;
    const ImVec2 room = region.size();
    view.scale = fitting_scale(view.look(), region, size) * view.ui.canvas.zoom;
    view.origin = snapped(
        {region.min.x + (room.x - size.x * view.scale) / 2 + view.px(view.ui.canvas.pan_x),
         region.min.y + (room.y - size.y * view.scale) / 2 + view.px(view.ui.canvas.pan_y)});
}

void fit(UiState& ui) {
    ui.canvas.zoom = 1;
    ui.canvas.pan_x = 0;
    ui.canvas.pan_y = 0;
}

/// Zooms so that what is at `fixed` stays there.
void zoom_about(UiState& ui, const Look& look, const Region& region, ImVec2 fixed, float factor) {
    const float before = ui.canvas.zoom;
    ui.canvas.zoom = std::clamp(before * factor, kLeastZoom, kMostZoom);
    const float by = ui.canvas.zoom / before;
    const ImVec2 middle = between(region.min, region.max, 0.5F);
    const float x = (fixed.x - middle.x) / look.scale;
    const float y = (fixed.y - middle.y) / look.scale;
    ui.canvas.pan_x = x - (x - ui.canvas.pan_x) * by;
    ui.canvas.pan_y = y - (y - ui.canvas.pan_y) * by;
}

/// The empty canvas below everything: wheel, drag, double click. It lies below the things, so it is
/// under the mouse as well where one of them is: `on_thing`.
void handle_background(UiState& ui, Intents& intents, const Look& look, const Region& region,
                       bool on_thing) {
    ImGui::SetCursorScreenPos(region.min);
    ImGui::InvisibleButton("canvas##background", region.size());
    ImGui::SetItemAllowOverlap();
    const ImGuiIO& io = ImGui::GetIO();
    const bool hovered = ImGui::IsItemHovered();
    if (ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, 3)) {
        ui.canvas.pan_x += io.MouseDelta.x / look.scale;
        ui.canvas.pan_y += io.MouseDelta.y / look.scale;
    }
    if (ImGui::IsItemDeactivated() && hovered &&
        io.MouseDragMaxDistanceSqr[0] < look.px(4) * look.px(4)) {
        intents.add(Select{});
    }
    if (hovered && !on_thing && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        fit(ui);
    }
    if (hovered && ImGui::IsMouseReleased(ImGuiMouseButton_Right)) {
        open_thing_menu(Thing());
    }
    const bool over =
        ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(region.min, region.max);
    if (over && io.MouseWheel != 0) {
        zoom_about(ui, look, region, io.MousePos, std::pow(1.18F, io.MouseWheel));
    }
}

void draw_ground(const CanvasPen& view) {
    const Look& look = view.look();
    draw_dot_grid(look, view.list, view.region_min, view.region_max, view.origin, 24);
    for (const Canvas::Area& area : view.canvas.areas) {
        const ImVec2 at = view.at(area.box.from);
        // Small and at its own size: a title of the map, not a part of the picture. Where the
        // picture is so small that it would lie on the cards, these say enough.
        if (title_fits(view)) {
            draw_text(view.list, look.fonts.small_strong, look.colours().muted,
                      {at.x, at.y + view.scale * 8}, area.title);
        }
    }
}

// ---- The bar at the bottom

float draw_line_sample(const CanvasPen& view, ImVec2 at, ImU32 colour, const char* word) {
    const float length = view.px(16);
    view.list.AddLine({at.x, at.y}, {at.x + length, at.y}, colour, view.px(2));
    view.list.AddCircleFilled({at.x + length / 2, at.y}, view.px(3.5F), colour);
    return length + view.px(6) +
           draw_text(view.list, view.look().fonts.small, view.colours().muted,
                     {at.x + length + view.px(6), at.y}, word);
}
float draw_chip_sample(const CanvasPen& view, ImVec2 at, ReplicaLook look) {
    const ImU32 colour = colour_of(view.colours(), look);
    const float icon = draw_text(view.list, view.look().fonts.small, colour, at, icon_of(look));
    return icon + view.px(6) +
           draw_text(view.list, view.look().fonts.small, view.colours().muted,
                     {at.x + icon + view.px(6), at.y}, look_word(look));
}

/// As many entries as there is room for.
void draw_legend_bar(const CanvasPen& view, ImVec2 at, float right) {
    const Theme& c = view.colours();
    const float gap = view.px(18);
    const float room = view.px(96);
    for (const ReplicaLook look : {ReplicaLook::kLeader, ReplicaLook::kInSync,
                                   ReplicaLook::kLagging, ReplicaLook::kOffline}) {
        if (at.x + room < right) {
            at.x += draw_chip_sample(view, at, look) + gap;
        }
    }
    for (const Traffic traffic : {Traffic::kProduce, Traffic::kConsume, Traffic::kReplicate}) {
        if (at.x + room < right) {
            at.x += draw_line_sample(view, at, colour_of(c, traffic), traffic_word(traffic)) + gap;
        }
    }
    if (at.x + room * 1.5F < right) {
        draw_line_sample(view, at, c.muted, "quorum and control");
    }
}

void draw_tools(CanvasPen& view, const Region& region, ImVec2 min, ImVec2 max) {
    const Look& look = view.look();
    UiState& ui = view.ui;
    const float button = view.px(32);
    const float y = (min.y + max.y) / 2 - button / 2;
    const float step = button + view.px(4);
    float x = max.x - view.px(12) - button;
    const ImVec2 middle = between(region.min, region.max, 0.5F);
    ImGui::SetCursorScreenPos({x, y});
    if (icon_button(look, "Fit##canvas", kIconExpand, {.tooltip = "Show the whole cluster"})) {
        fit(ui);
    }
    ImGui::SetCursorScreenPos({x -= step, y});
    if (icon_button(look, "Zoom in##canvas", kIconZoomIn, {})) {
        zoom_about(ui, look, region, middle, 1.4F);
    }
    ImGui::SetCursorScreenPos({x -= step, y});
    if (icon_button(look, "Zoom out##canvas", kIconZoomOut, {})) {
        zoom_about(ui, look, region, middle, 1 / 1.4F);
    }
    ImGui::SetCursorScreenPos({x -= step, y});
    if (icon_button(look, "Internal traffic##canvas", kIconExchange,
                    {.tooltip = "Show also the quorum's messages and the brokers' heartbeats",
                     .active = ui.canvas.internal_traffic})) {
        ui.canvas.internal_traffic = !ui.canvas.internal_traffic;
    }
    ImGui::SetCursorScreenPos({x -= step, y});
    if (icon_button(look, "Legend##canvas", kIconAsk,
                    {.tooltip = "What the colours, icons and lines mean"})) {
        open_legend();
    }
    draw_legend_popup(view);
    draw_legend_bar(view, {min.x + view.px(16), (min.y + max.y) / 2}, x - view.px(8));
}

}  // namespace

void draw_canvas_panel(const Frame& frame, UiState& ui, Intents& intents) {
    const Look& look = frame.look;
    const ImVec2 min = ImGui::GetWindowPos();
    const ImVec2 max = min + ImGui::GetWindowSize();
    const bool low = max.y - min.y < look.px(kLowPanel);
    const float bar = look.px(low ? kLowBar : kBar);
    const Region all{min, {max.x, max.y - bar}};
    const float air = look.px(kAir);
    const Region inner{{min.x + air, min.y + air}, {max.x - air, max.y - bar}};
    const ImVec2 room = inner.size();
    if (room.x < look.px(80) || room.y < look.px(60)) {
        return;
    }
    static float magnification = 1;
    static Thing hovered;
    const Canvas& canvas = canvas_of(
        frame, {frame.instant(), ui.canvas.internal_traffic, room.x / room.y, magnification});
    ImDrawList& list = *ImGui::GetWindowDrawList();
    CanvasPen view{frame, ui, intents, canvas, list, {}, 1.0F, all.min, all.max, hovered};

    handle_background(ui, intents, look, inner, hovered != Thing());
    place(view, inner);
    magnification = view.zoom();
    ImGui::PushClipRect(all.min, all.max, true);
    draw_ground(view);
    draw_groups(view);
    draw_links(view);
    draw_cards(view);
    draw_troubles(view);
    draw_messages(view);
    draw_pointer(view);
    ImGui::PopClipRect();
    hovered = ui.hovered;

    list.AddLine({min.x, all.max.y}, {max.x, all.max.y}, look.colours().line);
    draw_tools(view, inner, {min.x, all.max.y}, max);
    draw_thing_menu(frame, ui, intents);
}

}  // namespace brokerlab

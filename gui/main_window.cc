// The whole window: header with menus and the state of the cluster in three pills, the panels
// around the canvas with seams between them, the status bar, and what lies above everything.
//
// Widths and heights that the person has set give way where the window is too small: below
// kBothSides only one of lesson and side is there, with tabs to the other, and the canvas keeps at
// least its third.
#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <imgui.h>

#include "gui/app.h"
#include "gui/app_commands.h"
#include "gui/open.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/menu.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "sim/view/cluster_counts.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

constexpr float kHeaderHeight = 48;
constexpr float kStatusHeight = 28;
/// In a window lower than this everything around the panels takes less.
constexpr float kLowWindow = 640;
constexpr float kLowHeaderHeight = 40;
constexpr float kLowStatusHeight = 24;
constexpr float kGap = 8;
/// Logical width from which lesson and side stand beside the canvas at once.
constexpr float kBothSides = 1080;
constexpr float kLeastCanvas = 320;
/// Of the width for a lesson or a side that stands alone beside the canvas, at most.
constexpr float kMostAside = 0.38F;
constexpr float kLeastAside = 240;
constexpr float kAsideTabs = 36;
constexpr float kLeastTimeline = 88;
constexpr float kUsualLeastTimeline = 112;
constexpr float kLeastDrawer = 100;
/// Of the side's height for the inspector.
constexpr float kLeastShare = 0.2F;
constexpr float kMostShare = 0.8F;
/// What the canvas keeps above an open drawer.
constexpr float kLeastCanvasHeight = 176;

const Panel& panel_named(std::string_view name, PanelPlace place) {
    const Panel* first = nullptr;
    for (const Panel& panel : panels()) {
        if (panel.place == place) {
            if (panel.name == name) {
                return panel;
            }
            first = first == nullptr ? &panel : first;
        }
    }
    return *first;
}

/// A box of the window, in screen pixels.
struct Box {
    ImVec2 min;
    ImVec2 max;

    [[nodiscard]] float width() const { return max.x - min.x; }
    [[nodiscard]] float height() const { return max.y - min.y; }
};

/// The child window in which a panel draws. Those that lay themselves out in the room they have
/// never scroll as a whole.
void draw_panel_inside(const Frame& frame, UiState& ui, Intents& intents, const Panel& panel,
                       const Box& box, float padding) {
    const Look& look = frame.look;
    const bool scrolls = panel.place != PanelPlace::kLeft && panel.place != PanelPlace::kCentre &&
                         panel.place != PanelPlace::kBottom;
    ImGui::SetCursorScreenPos(ImVec2(box.min.x + look.px(1), box.min.y + look.px(1)));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(look.px(padding), look.px(padding)));
    ImGui::BeginChild(
        std::string(panel.name).c_str(),
        ImVec2(box.width() - look.px(2), box.height() - look.px(2)), false,
        ImGuiWindowFlags_AlwaysUseWindowPadding | ImGuiWindowFlags_NoBackground |
            (scrolls ? 0 : ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse));
    ImGui::PopStyleVar();
    panel.draw(frame, ui, intents);
    ImGui::EndChild();
}

/// A card with the panel in it.
void draw_panel(const Frame& frame, UiState& ui, Intents& intents, const Panel& panel,
                const Box& box, float padding = 12) {
    const Look& look = frame.look;
    const ImU32 fill = panel.place == PanelPlace::kCentre ? look.colours().canvas : 0;
    draw_card(look, *ImGui::GetWindowDrawList(), box.min, box.max, {.fill = fill, .shadow = false});
    draw_panel_inside(frame, ui, intents, panel, box, padding);
}

/// Tabs of the panels that share a place. Returns the height that they took.
float draw_tabs(const Frame& frame, PanelPlace place, const Box& box, std::string& chosen,
                bool closable) {
    const Look& look = frame.look;
    ImGui::SetCursorScreenPos(ImVec2(box.min.x + look.px(8), box.min.y + look.px(6)));
    for (const Panel& panel : panels()) {
        if (panel.place != place) {
            continue;
        }
        const std::string label(panel.title);
        const bool shown = panel_named(chosen, place).name == panel.name;
        if (chip_button(look, label.c_str(), panel.icon, look.colours().accent, shown)) {
            chosen = panel.name;
        }
        ImGui::SameLine(0, look.px(6));
    }
    if (closable) {
        ImGui::SetCursorScreenPos(ImVec2(box.max.x - look.px(34), box.min.y + look.px(6)));
        if (icon_button(look, "Close drawer", kIconClose, {.size = 26})) {
            chosen.clear();
        }
    }
    return look.px(38);
}

void draw_menu(const Frame& frame, UiState& ui, Intents& intents, AppCommandGroup group) {
    const std::string title(group_title(group));
    Menu menu(frame.look, title.c_str());
    if (!menu) {
        return;
    }
    for (const AppCommand& command : app_commands()) {
        if (command.group != group) {
            continue;
        }
        const std::string name(command.name);
        if (menu.row(name.c_str(), {.icon = command.icon, .keys = command.keys})) {
            command.run(frame, ui, intents);
        }
    }
    if (group == AppCommandGroup::kView) {
        menu.line();
        for (const Panel& panel : panels()) {
            const std::string name = fmt::format("{}##panel", panel.title);
            if (panel.place == PanelPlace::kDrawer &&
                menu.row(name.c_str(), {.icon = panel.icon, .checked = ui.drawer == panel.name})) {
                ui.drawer = ui.drawer == panel.name ? "" : std::string(panel.name);
            }
        }
    }
}

void draw_menus(const Frame& frame, UiState& ui, Intents& intents) {
    for (const AppCommandGroup group : {AppCommandGroup::kFile, AppCommandGroup::kRun,
                                        AppCommandGroup::kView, AppCommandGroup::kHelp}) {
        const std::string title(group_title(group));
        if (button(frame.look, title.c_str(), {.kind = ButtonKind::kQuiet, .height = 28})) {
            ImGui::OpenPopup(title.c_str());
        }
        draw_menu(frame, ui, intents, group);
        ImGui::SameLine(0, frame.look.px(2));
    }
}

/// Partitions in trouble, brokers that run, seed; from the right end as far as there is room.
/// Returns where they begin.
float draw_pills(const Frame& frame, float left, ImVec2 right) {
    const Look& look = frame.look;
    const Theme& colours = look.colours();
    const World& world = frame.world();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ClusterCounts counts = count_cluster(world);
    float x = right.x;
    const auto pill = [&](ImU32 colour, const char* icon, const std::string& text) {
        if (x - pill_width(look, icon, text) >= left) {
            x -= draw_pill(look, list, ImVec2(x, right.y), colour, icon, text, Align::kRight) +
                 look.px(8);
        }
    };
    if (!counts.controlled) {
        pill(colours.offline, kIconController, "NO CONTROLLER");
    }
    if (counts.offline > 0) {
        pill(colours.offline, kIconOffline, fmt::format("{} OFFLINE", counts.offline));
    }
    if (counts.under_replicated > 0) {
        pill(colours.lagging, kIconWarning,
             fmt::format("{} UNDER-REPLICATED", counts.under_replicated));
    }
    const bool all_run = counts.running == static_cast<int64_t>(world.brokers.size());
    pill(all_run ? colours.in_sync : colours.lagging, kIconBroker,
         fmt::format("{} / {} BROKERS", counts.running, world.brokers.size()));
    pill(colours.replication, kIconTag, fmt::format("SEED {}", world.setup->seed.value));
    return x;
}

void draw_header(const Frame& frame, UiState& ui, Intents& intents, const Box& box) {
    const Look& look = frame.look;
    const Theme& colours = look.colours();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(box.min, box.max, colours.card);
    list.AddLine(ImVec2(box.min.x, box.max.y), box.max, colours.line);
    const float middle = (box.min.y + box.max.y) / 2;
    draw_badge(look, list, ImVec2(box.min.x + look.px(26), middle), 28, colours.accent,
               kIconCluster);
    float x = box.min.x + look.px(48);
    x += draw_text(list, look.fonts.title, colours.text, ImVec2(x, middle), "brokerlab") +
         look.px(16);
    ImGui::SetCursorScreenPos(ImVec2(x, middle - look.px(14)));
    draw_menus(frame, ui, intents);
    x = ImGui::GetCursorScreenPos().x + look.px(8);
    const float pills = draw_pills(frame, x, ImVec2(box.max.x - look.px(52), middle));
    ImGui::SetCursorScreenPos(ImVec2(box.max.x - look.px(44), middle - look.px(16)));
    if (icon_button(look, "Command palette", kIconSearch,
                    {.tooltip = "Every command and view by name", .keys = "Ctrl+K"})) {
        open_palette(ui);
    }
    const std::string title = frame.lesson != nullptr
                                  ? fmt::format("Lesson: {}", frame.lesson->lesson().name)
                                  : frame.scenario.setup.name;
    if (pills - x > look.px(80)) {
        draw_text_fitted(list, look.fonts.text, colours.muted, ImVec2(x, middle),
                         pills - x - look.px(16), title);
    }
}

/// What a person may do next, at the length that there is room for.
std::string_view status_hint(bool playing, const Look& look, float room) {
    if (playing) {
        return "Playing. Space pauses.";
    }
    constexpr std::string_view kLong =
        "Right-click anything to give it a command. Space plays, Ctrl+K finds everything, F1 shows "
        "the keys.";
    return text_width(look.fonts.small, kLong) <= room
               ? kLong
               : "Right-click for commands. Space plays, Ctrl+K finds, F1 shows keys.";
}

void draw_status_bar(const Frame& frame, Intents& intents, const Box& box) {
    const Look& look = frame.look;
    const Theme& colours = look.colours();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(box.min, box.max, colours.card);
    list.AddLine(box.min, ImVec2(box.max.x, box.min.y), colours.line);
    const float middle = (box.min.y + box.max.y) / 2;
    const Branch& branch = frame.timeline.branches()[frame.timeline.branch()];
    const std::string right = fmt::format("{}   \u00b7   {} events   \u00b7   {} s", branch.name,
                                          frame.world().events_run, moment_text(frame.now));
    const float right_width =
        draw_text(list, look.fonts.mono_small, colours.muted,
                  ImVec2(box.max.x - look.px(12), middle), right, Align::kRight);
    const float left = box.min.x + look.px(12);
    const float room = box.width() - right_width - look.px(64);
    if (!frame.notice) {
        const std::string_view hint = status_hint(frame.playing, look, room);
        draw_text_fitted(list, look.fonts.small, colours.muted, ImVec2(left, middle), room, hint);
        return;
    }
    const ImU32 colour = frame.notice->bad ? colours.offline : colours.in_sync;
    draw_text(list, look.fonts.small, colour, ImVec2(left, middle),
              frame.notice->bad ? kIconWarning : kIconInfo);
    const bool cut =
        draw_text_fitted(list, look.fonts.small, colours.text, ImVec2(left + look.px(20), middle),
                         room - look.px(40), frame.notice->text);
    ImGui::SetCursorScreenPos(ImVec2(left, box.min.y));
    if (ImGui::InvisibleButton("Dismiss the notice",
                               ImVec2(std::max(look.px(40), room), box.height()))) {
        intents.add(DismissNotice{});
    }
    if (cut) {
        tooltip(look, frame.notice->text);
    }
}

/// What a crash left behind, offered once.
void draw_autosave_offer(const Frame& frame, Intents& intents, const Box& canvas) {
    const Look& look = frame.look;
    const float width = std::min(look.px(420), canvas.width() - look.px(32));
    const float left = (canvas.min.x + canvas.max.x - width) / 2;
    ImGui::SetNextWindowPos(ImVec2(left, canvas.min.y + look.px(16)));
    ImGui::SetNextWindowSize(ImVec2(width, 0));
    ImGui::Begin("Unfinished run", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_AlwaysAutoResize);
    text_line(look.fonts.strong, look.colours().text, "The last run ended unexpectedly");
    text_paragraph(look.fonts.text, look.colours().muted,
                   "Its commands were saved one by one. It can be taken up where it ended.");
    spacer(look, 4);
    if (primary_button(look, "Take it up", kIconRestart)) {
        intents.add(OpenAutosave{});
    }
    ImGui::SameLine();
    if (button(look, "Forget it")) {
        intents.add(DropAutosave{});
    }
    ImGui::End();
}

/// A length that the person drags, in logical pixels: as it is in this window, and its limits.
struct Length {
    float now = 0;
    float least = 0;
    float most = 0;
};

Length fitted(float wanted, float least, float most) {
    most = std::max(least, most);
    return {std::clamp(wanted, least, most), least, most};
}

/// Where everything stands in a window of this size.
struct Layout {
    bool lesson = false;
    bool side = false;
    bool drawer = false;
    bool one_aside = false;  ///< of lesson and side, both of which are wanted
    Length lesson_width;
    Length side_width;
    Length inspector_height;
    Length timeline_height;
    Length drawer_height;
    Box aside_tabs;
    Box lesson_box;
    Box canvas_box;
    Box drawer_box;
    Box timeline_box;
    Box inspector_box;
    Box side_box;
};

/// Which of lesson and side there is, and how wide.
void choose_asides(const Frame& frame, UiState& ui, float width, Layout& layout) {
    layout.lesson = frame.lesson != nullptr && ui.lesson_open;
    layout.side = ui.side_open && (width >= 2 * kLeastCanvas || ui.side_first);
    layout.one_aside = layout.lesson && layout.side && width < kBothSides;
    if (layout.one_aside) {
        layout.lesson = !ui.side_first;
        layout.side = ui.side_first;
    }
    ui.lesson_shown = layout.lesson;
    ui.side_shown = layout.side;
    const bool both = layout.lesson && layout.side;
    const float most = both ? (width - kLeastCanvas) / 2 : width * kMostAside;
    layout.lesson_width = fitted(ui.lesson_width, kLeastAside, most);
    layout.side_width = fitted(ui.side_width, kLeastAside, most);
}

/// Timeline and drawer. Where there is too little for them and the canvas the lanes give way first,
/// then the drawer.
void choose_heights(const UiState& ui, float height, Layout& layout) {
    layout.drawer = !ui.drawer.empty();
    layout.timeline_height = fitted(ui.timeline_height, kUsualLeastTimeline, height * 0.36F);
    layout.drawer_height = fitted(ui.drawer_height, kLeastDrawer, height * 0.4F);
    if (layout.drawer) {
        const float room = height - kLeastCanvasHeight - 4 * kGap;
        Length& lanes = layout.timeline_height;
        Length& drawer = layout.drawer_height;
        lanes = {std::clamp(room - drawer.now, std::min(kLeastTimeline, lanes.now), lanes.now),
                 std::min(kLeastTimeline, lanes.now), lanes.most};
        drawer.now = std::clamp(room - lanes.now, kLeastDrawer, drawer.now);
    }
}

Layout lay_out(const Frame& frame, UiState& ui, const Box& body) {
    const Look& look = frame.look;
    const float gap = look.px(kGap);
    Layout layout;
    choose_asides(frame, ui, body.width() / look.scale, layout);
    choose_heights(ui, body.height() / look.scale, layout);
    float left = body.min.x + gap;
    float right = body.max.x - gap;
    const float top = body.min.y + gap;
    const float bottom = body.max.y - gap;
    const float aside_top = top + (layout.one_aside ? look.px(kAsideTabs) : 0);
    if (layout.lesson) {
        const float to = left + look.px(layout.lesson_width.now);
        layout.lesson_box = {ImVec2(left, aside_top), ImVec2(to, bottom)};
        layout.aside_tabs = {ImVec2(left, top), ImVec2(to, aside_top)};
        left = to + gap;
    }
    if (layout.side) {
        const float from = right - look.px(layout.side_width.now);
        const float whole = (bottom - aside_top) / look.scale;
        layout.inspector_height =
            fitted(whole * ui.inspector_share, whole * kLeastShare, whole * kMostShare);
        const float seam = aside_top + look.px(layout.inspector_height.now);
        layout.inspector_box = {ImVec2(from, aside_top), ImVec2(right, seam - gap / 2)};
        layout.side_box = {ImVec2(from, seam + gap / 2), ImVec2(right, bottom)};
        if (layout.one_aside) {
            layout.aside_tabs = {ImVec2(from, top), ImVec2(right, aside_top)};
        }
        right = from - gap;
    }
    layout.timeline_box = {ImVec2(left, bottom - look.px(layout.timeline_height.now)),
                           ImVec2(right, bottom)};
    float canvas_bottom = layout.timeline_box.min.y - gap;
    if (layout.drawer) {
        layout.drawer_box = {ImVec2(left, canvas_bottom - look.px(layout.drawer_height.now)),
                             ImVec2(right, canvas_bottom)};
        canvas_bottom = layout.drawer_box.min.y - gap;
    }
    layout.canvas_box = {ImVec2(left, top), ImVec2(right, canvas_bottom)};
    return layout;
}

/// Between lesson or side and the rest, and between inspector and the panel below it.
void draw_aside_splitters(const Look& look, UiState& ui, const Layout& layout) {
    const float gap = look.px(kGap);
    const float top = layout.canvas_box.min.y;
    if (layout.lesson) {
        Length width = layout.lesson_width;
        if (splitter(look, "Lesson width", true, ImVec2(layout.lesson_box.max.x, top),
                     ImVec2(layout.lesson_box.max.x + gap, layout.lesson_box.max.y), width.now, 1,
                     width.least, width.most)) {
            ui.lesson_width = width.now;
        }
    }
    if (layout.side) {
        Length width = layout.side_width;
        if (splitter(look, "Inspector width", true, ImVec2(layout.side_box.min.x - gap, top),
                     ImVec2(layout.side_box.min.x, layout.side_box.max.y), width.now, -1,
                     width.least, width.most)) {
            ui.side_width = width.now;
        }
        Length height = layout.inspector_height;
        const float whole = height.most / kMostShare;
        if (splitter(look, "Inspector height", false,
                     ImVec2(layout.inspector_box.min.x, layout.inspector_box.max.y),
                     ImVec2(layout.side_box.max.x, layout.side_box.min.y), height.now, 1,
                     height.least, height.most)) {
            ui.inspector_share = height.now / whole;
        }
    }
}

/// The seams: dragging one changes what UiState remembers, from what it is in this window.
void draw_splitters(const Frame& frame, UiState& ui, const Layout& layout) {
    const Look& look = frame.look;
    const float gap = look.px(kGap);
    const Box& canvas = layout.canvas_box;
    draw_aside_splitters(look, ui, layout);
    Length lanes = layout.timeline_height;
    if (splitter(look, "Timeline height", false,
                 ImVec2(canvas.min.x, layout.timeline_box.min.y - gap),
                 ImVec2(canvas.max.x, layout.timeline_box.min.y), lanes.now, -1, lanes.least,
                 lanes.most)) {
        ui.timeline_height = lanes.now;
    }
    Length drawer = layout.drawer_height;
    if (layout.drawer && splitter(look, "Drawer height", false, ImVec2(canvas.min.x, canvas.max.y),
                                  ImVec2(canvas.max.x, canvas.max.y + gap), drawer.now, -1,
                                  drawer.least, drawer.most)) {
        ui.drawer_height = drawer.now;
    }
}

/// Where there is room for one of lesson and side only: the way to the other.
void draw_aside_tabs(const Look& look, UiState& ui, const Box& box) {
    ImGui::SetCursorScreenPos(box.min);
    if (chip_button(look, "Lesson##aside", kIconBook, look.colours().accent, ui.lesson_shown)) {
        open_lesson_pane(ui);
    }
    ImGui::SameLine(0, look.px(6));
    if (chip_button(look, "Inspector##aside", kIconInfo, look.colours().accent, ui.side_shown)) {
        open_side(ui, ui.side);
    }
}

/// A card with tabs and the chosen one of the panels that share the place.
void draw_tabbed_panel(const Frame& frame, UiState& ui, Intents& intents, PanelPlace place,
                       std::string& chosen, const Box& box, float padding) {
    const Look& look = frame.look;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_card(look, list, box.min, box.max, {.shadow = false});
    const Panel& panel = panel_named(chosen, place);
    const float seam =
        box.min.y + draw_tabs(frame, place, box, chosen, place == PanelPlace::kDrawer);
    list.AddLine(ImVec2(box.min.x + 1, seam), ImVec2(box.max.x - 1, seam), look.colours().line);
    draw_panel_inside(frame, ui, intents, panel, {ImVec2(box.min.x, seam), box.max}, padding);
}

void draw_side(const Frame& frame, UiState& ui, Intents& intents, const Layout& layout) {
    draw_panel(frame, ui, intents, panel_named("inspector", PanelPlace::kRight),
               layout.inspector_box);
    draw_tabbed_panel(frame, ui, intents, PanelPlace::kSide, ui.side, layout.side_box, 12);
}

void draw_body(const Frame& frame, UiState& ui, Intents& intents, const Box& body) {
    const Layout layout = lay_out(frame, ui, body);
    if (layout.one_aside) {
        draw_aside_tabs(frame.look, ui, layout.aside_tabs);
    }
    if (layout.lesson) {
        draw_panel(frame, ui, intents, panel_named("lesson", PanelPlace::kLeft), layout.lesson_box,
                   16);
    }
    draw_panel(frame, ui, intents, panel_named("cluster", PanelPlace::kCentre), layout.canvas_box,
               0);
    if (layout.drawer) {
        draw_tabbed_panel(frame, ui, intents, PanelPlace::kDrawer, ui.drawer, layout.drawer_box, 8);
    }
    draw_panel(frame, ui, intents, panel_named("timeline", PanelPlace::kBottom),
               layout.timeline_box);
    if (layout.side) {
        draw_side(frame, ui, intents, layout);
    }
    draw_splitters(frame, ui, layout);
    if (frame.autosave_found) {
        draw_autosave_offer(frame, intents, layout.canvas_box);
    }
}

}  // namespace

void draw_window(const Frame& frame, UiState& ui, Intents& intents) {
    const Look& look = frame.look;
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    ui.hovered = {};
    ImGui::SetNextWindowPos(ImVec2(0, 0));
    ImGui::SetNextWindowSize(size);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
    ImGui::PushFont(look.fonts.text);
    // The page's colour is what the screen is cleared with: a quad of this size costs more than
    // everything else together where pixels are made by the processor.
    ImGui::Begin("brokerlab", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                     ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoNavInputs);
    ImGui::PopStyleVar(2);
    const bool low = size.y < look.px(kLowWindow);
    const float header = look.px(low ? kLowHeaderHeight : kHeaderHeight);
    const float status = look.px(low ? kLowStatusHeight : kStatusHeight);
    draw_header(frame, ui, intents, {ImVec2(0, 0), ImVec2(size.x, header)});
    draw_body(frame, ui, intents, {ImVec2(0, header), ImVec2(size.x, size.y - status)});
    draw_status_bar(frame, intents, {ImVec2(0, size.y - status), size});
    ImGui::End();
    for (const Panel& panel : panels()) {
        if (panel.place == PanelPlace::kOverlay) {
            panel.draw(frame, ui, intents);
        }
    }
    ImGui::PopFont();
}

}  // namespace brokerlab

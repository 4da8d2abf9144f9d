// The whole window: header with menus and the state of the cluster in three pills, the panels
// around the canvas with seams between them, the status bar, and what lies above everything.
//
// Widths and heights that the person has set give way where the window is too small: the lesson and
// the side take turns below kBothSides, and the canvas keeps at least its third.
#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <imgui.h>

#include "gui/app.h"
#include "gui/app_commands.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "sim/view/cluster_counts.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

constexpr float kHeaderHeight = 48;
constexpr float kStatusHeight = 28;
constexpr float kGap = 8;
/// Logical width from which lesson and side stand beside the canvas at once.
constexpr float kBothSides = 1080;
constexpr float kLeastCanvas = 320;

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

/// A card with a child window in it, in which the panel draws.
void draw_panel(const Frame& frame, UiState& ui, Intents& intents, const Panel& panel,
                const Box& box, float padding = 12) {
    const Look& look = frame.look;
    const ImU32 fill = panel.place == PanelPlace::kCentre ? look.colours().canvas : 0;
    draw_card(look, *ImGui::GetWindowDrawList(), box.min, box.max, {.fill = fill, .shadow = false});
    ImGui::SetCursorScreenPos(ImVec2(box.min.x + look.px(1), box.min.y + look.px(1)));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(look.px(padding), look.px(padding)));
    ImGui::BeginChild(std::string(panel.name).c_str(),
                      ImVec2(box.width() - look.px(2), box.height() - look.px(2)), false,
                      ImGuiWindowFlags_AlwaysUseWindowPadding | ImGuiWindowFlags_NoBackground);
    ImGui::PopStyleVar();
    panel.draw(frame, ui, intents);
    ImGui::EndChild();
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
    if (!ImGui::BeginPopup(title.c_str())) {
        return;
    }
    for (const AppCommand& command : app_commands()) {
        if (command.group != group) {
            continue;
        }
        const std::string name(command.name);
        const std::string keys(command.keys);
        if (ImGui::MenuItem(name.c_str(), keys.c_str())) {
            command.run(frame, ui, intents);
        }
    }
    if (group == AppCommandGroup::kView) {
        ImGui::Separator();
        for (const Panel& panel : panels()) {
            const std::string name = fmt::format("{}##panel", panel.title);
            if (panel.place == PanelPlace::kDrawer &&
                ImGui::MenuItem(name.c_str(), nullptr, ui.drawer == panel.name)) {
                ui.drawer = ui.drawer == panel.name ? "" : std::string(panel.name);
            }
        }
    }
    ImGui::EndPopup();
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

/// Seed, brokers that run, partitions in trouble; from the right end. Returns where they begin.
float draw_pills(const Frame& frame, ImVec2 right) {
    const Look& look = frame.look;
    const Theme& colours = look.colours();
    const World& world = frame.world();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ClusterCounts counts = count_cluster(world);
    float x = right.x;
    const auto pill = [&](ImU32 colour, const char* icon, const std::string& text) {
        x -= draw_pill(look, list, ImVec2(x, right.y), colour, icon, text, Align::kRight) +
             look.px(8);
    };
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
    const float pills = draw_pills(frame, ImVec2(box.max.x - look.px(52), middle));
    ImGui::SetCursorScreenPos(ImVec2(box.max.x - look.px(44), middle - look.px(16)));
    if (icon_button(look, "Command palette", kIconSearch,
                    {.tooltip = "Every command and view by name", .keys = "Ctrl+K"})) {
        ui.palette = PaletteView{.open = true, .text = "", .chosen = 0, .just_opened = true};
    }
    const std::string title = frame.lesson != nullptr
                                  ? fmt::format("Lesson: {}", frame.lesson->lesson().name)
                                  : frame.scenario.setup.name;
    if (pills - x > look.px(80)) {
        draw_text_fitted(list, look.fonts.text, colours.muted, ImVec2(x, middle),
                         pills - x - look.px(16), title);
    }
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
        draw_text_fitted(list, look.fonts.small, colours.muted, ImVec2(left, middle), room,
                         frame.playing ? "Playing. Space pauses."
                                       : "Right-click anything to give it a command. Space plays, "
                                         "Ctrl+K finds everything, F1 shows the keys.");
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

/// Where everything stands in a window of this size.
struct Layout {
    bool lesson = false;
    bool side = false;
    bool drawer = false;
    Box lesson_box;
    Box canvas_box;
    Box drawer_box;
    Box timeline_box;
    Box inspector_box;
    Box side_box;
};

Layout lay_out(const Frame& frame, UiState& ui, const Box& body) {
    const Look& look = frame.look;
    const float gap = look.px(kGap);
    const float width = body.width() / look.scale;
    const float height = body.height() / look.scale;
    Layout layout;
    layout.lesson = frame.lesson != nullptr && ui.lesson_open;
    layout.side =
        ui.side_open && (width >= kBothSides || !layout.lesson) && width >= 2 * kLeastCanvas;
    const float most_side = std::max(240.F, (width - kLeastCanvas) / (layout.lesson ? 2 : 1));
    const float lesson_width = std::clamp(ui.lesson_width, 240.F, most_side);
    const float side_width = std::clamp(ui.side_width, 240.F, most_side);
    float left = body.min.x + gap;
    float right = body.max.x - gap;
    const float top = body.min.y + gap;
    const float bottom = body.max.y - gap;
    if (layout.lesson) {
        layout.lesson_box = {ImVec2(left, top), ImVec2(left + look.px(lesson_width), bottom)};
        left = layout.lesson_box.max.x + gap;
    }
    if (layout.side) {
        const float from = right - look.px(side_width);
        const float seam = top + (bottom - top) * std::clamp(ui.inspector_share, 0.2F, 0.8F);
        layout.inspector_box = {ImVec2(from, top), ImVec2(right, seam - gap / 2)};
        layout.side_box = {ImVec2(from, seam + gap / 2), ImVec2(right, bottom)};
        right = from - gap;
    }
    const float timeline_height = std::clamp(ui.timeline_height, 112.F, height * 0.42F);
    layout.timeline_box = {ImVec2(left, bottom - look.px(timeline_height)), ImVec2(right, bottom)};
    float canvas_bottom = layout.timeline_box.min.y - gap;
    layout.drawer = !ui.drawer.empty() && height > 420;
    if (layout.drawer) {
        const float most = height - timeline_height - 200;
        const float drawer_height = std::clamp(ui.drawer_height, 100.F, std::max(100.F, most));
        layout.drawer_box = {ImVec2(left, canvas_bottom - look.px(drawer_height)),
                             ImVec2(right, canvas_bottom)};
        canvas_bottom = layout.drawer_box.min.y - gap;
    }
    layout.canvas_box = {ImVec2(left, top), ImVec2(right, canvas_bottom)};
    return layout;
}

/// The seams: dragging one changes what UiState remembers.
void draw_splitters(const Frame& frame, UiState& ui, const Layout& layout) {
    const Look& look = frame.look;
    const float gap = look.px(kGap);
    const Box& canvas = layout.canvas_box;
    if (layout.lesson) {
        splitter(look, "Lesson width", true, ImVec2(layout.lesson_box.max.x, canvas.min.y),
                 ImVec2(layout.lesson_box.max.x + gap, layout.lesson_box.max.y), ui.lesson_width, 1,
                 240, 640);
    }
    if (layout.side) {
        splitter(look, "Inspector width", true, ImVec2(layout.side_box.min.x - gap, canvas.min.y),
                 ImVec2(layout.side_box.min.x, layout.side_box.max.y), ui.side_width, -1, 240, 720);
    }
    splitter(look, "Timeline height", false, ImVec2(canvas.min.x, layout.timeline_box.min.y - gap),
             ImVec2(canvas.max.x, layout.timeline_box.min.y), ui.timeline_height, -1, 112, 480);
    if (layout.drawer) {
        splitter(look, "Drawer height", false, ImVec2(canvas.min.x, canvas.max.y),
                 ImVec2(canvas.max.x, canvas.max.y + gap), ui.drawer_height, -1, 100, 640);
    }
}

void draw_side(const Frame& frame, UiState& ui, Intents& intents, const Layout& layout) {
    draw_panel(frame, ui, intents, panel_named("inspector", PanelPlace::kRight),
               layout.inspector_box);
    const Panel& side = panel_named(ui.side, PanelPlace::kSide);
    const Box& box = layout.side_box;
    draw_card(frame.look, *ImGui::GetWindowDrawList(), box.min, box.max, {.shadow = false});
    const float tabs = draw_tabs(frame, PanelPlace::kSide, box, ui.side, false);
    draw_panel(frame, ui, intents, side, {ImVec2(box.min.x, box.min.y + tabs), box.max});
}

void draw_drawer(const Frame& frame, UiState& ui, Intents& intents, const Box& box) {
    draw_card(frame.look, *ImGui::GetWindowDrawList(), box.min, box.max, {.shadow = false});
    const Panel& panel = panel_named(ui.drawer, PanelPlace::kDrawer);
    const float tabs = draw_tabs(frame, PanelPlace::kDrawer, box, ui.drawer, true);
    draw_panel(frame, ui, intents, panel, {ImVec2(box.min.x, box.min.y + tabs), box.max}, 8);
}

void draw_body(const Frame& frame, UiState& ui, Intents& intents, const Box& body) {
    const Layout layout = lay_out(frame, ui, body);
    if (layout.lesson) {
        draw_panel(frame, ui, intents, panel_named("lesson", PanelPlace::kLeft), layout.lesson_box,
                   16);
    }
    draw_panel(frame, ui, intents, panel_named("cluster", PanelPlace::kCentre), layout.canvas_box,
               0);
    if (layout.drawer) {
        draw_drawer(frame, ui, intents, layout.drawer_box);
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
    const float header = look.px(kHeaderHeight);
    const float status = look.px(kStatusHeight);
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

// The row of controls above the lanes.
//
// What there is no room for becomes a button with a menu; the buttons that move through the run and
// its moment are always there.
#include <array>
#include <cmath>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "gui/panels/mark_look.h"
#include "gui/panels/timeline_parts.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/menu.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"
#include "sim/query/expression.h"
#include "sim/view/lane_labels.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

constexpr float kRow = 32;
constexpr std::array<double, 6> kSpeeds{0.01, 0.1, 1, 10, 100, 1000};
constexpr std::array<const char*, 6> kSpeedNames{"0.01x", "0.1x", "1x", "10x", "100x", "1000x"};

/// What fits beside the transport buttons.
struct Room {
    bool total = false;     ///< "/ 60 s"
    bool speeds = false;    ///< all speeds in a row
    float until = 0;        ///< logical width of the field; 0: a button
    bool break_on = false;  ///< with its word
    bool legend = false;
};

constexpr float kSpeedsWidth = 296;
constexpr float kLegendWidth = 424;

Room room_in(float width) {
    Room room;
    float left = width - 196 - 96 - 52 - 40 - 40 - 32;  // Transport, moment, three buttons, gaps.
    const auto take = [&](float much) {
        const bool fits = left >= much;
        left -= fits ? much : 0;
        return fits;
    };
    room.total = take(64);
    room.until = take(150) ? 190.F : 0.F;
    room.speeds = take(kSpeedsWidth - 52);
    room.break_on = take(70);
    room.legend = take(kLegendWidth);
    if (room.until > 0 && left > 0) {
        room.until += std::min(left, 130.F);
    }
    return room;
}

void next_in_row(const Look& look, float gap) {
    ImGui::SameLine(0, look.px(gap));
}
/// Moves the cursor so that what comes, `height` high, stands in the middle of the row.
void middle_of_row(const Look& look, float top, float height) {
    ImGui::SetCursorScreenPos(
        {ImGui::GetCursorScreenPos().x, std::floor(top + (look.px(kRow) - look.px(height)) / 2)});
}

void draw_buttons(const Frame& frame, Intents& intents, float top) {
    const Look& look = frame.look;
    const auto place = [&](const char* label, const char* icon, std::string_view what,
                           std::string_view keys) {
        middle_of_row(look, top, 28);
        const bool pressed =
            icon_button(look, label, icon, {.tooltip = what, .keys = keys, .size = 28});
        next_in_row(look, 2);
        return pressed;
    };
    if (place("To start", kIconSkipBack, "To the start: the moment after the boot", "Home")) {
        intents.add(GoTo{Duration()});
    }
    if (place("Step back", kIconChevronLeft, "One event back", "Left")) {
        intents.add(StepBack{});
    }
    middle_of_row(look, top, 32);
    if (icon_button(look, frame.playing ? "Pause" : "Play", frame.playing ? kIconPause : kIconPlay,
                    {.tooltip = frame.playing ? "Pause" : "Play on from this moment",
                     .keys = "Space",
                     .size = 32,
                     .round = true,
                     .primary = true})) {
        intents.add(PlayPause{});
    }
    next_in_row(look, 2);
    if (place("Step event", kIconChevronRight,
              "One event further: the smallest step there is, often a message that arrives",
              "Right")) {
        intents.add(StepEvent{});
    }
    if (place("Step fact", kIconFast, "On to the next fact: until something worth telling happens",
              "Shift+Right")) {
        intents.add(StepFact{});
    }
    if (place("To end", kIconSkipEnd, "To the end of the run", "End")) {
        intents.add(GoToEnd{});
    }
}

/// "/ 60 s".
std::string total_text(Duration end) {
    return end.ns % 1'000'000'000 == 0 ? fmt::format("/ {} s", end.to_ms() / 1000)
                                       : fmt::format("/ {} s", moment_text(end));
}

void draw_moment(const Frame& frame, float top, bool total) {
    const Look& look = frame.look;
    const std::string now = moment_text(frame.now) + " s";
    const std::string end = total_text(frame.end);
    next_in_row(look, 10);
    const float x = ImGui::GetCursorScreenPos().x;
    // As wide as the end's own text at least, so that what follows does not jump about.
    const float width =
        std::max({text_width(look.fonts.mono, now),
                  text_width(look.fonts.mono, moment_text(frame.end) + " s"), look.px(72)});
    const float y = top + look.px(kRow) / 2;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_text(list, look.fonts.mono, look.colours().text, {x, y}, now);
    float taken = width;
    if (total) {
        taken += look.px(8);
        taken += draw_text(list, look.fonts.mono_small, look.colours().muted, {x + taken, y}, end);
    }
    ImGui::SetCursorScreenPos({x, top});
    ImGui::Dummy({taken, look.px(kRow)});
    tooltip(look, "Simulated time after the start of the clients, and the end of the run");
}

// ---- Speed

std::string speed_text(double speed) {
    for (std::size_t i = 0; i < kSpeeds.size(); ++i) {
        if (std::abs(speed - kSpeeds[i]) <= kSpeeds[i] * 1e-6) {
            return kSpeedNames[i];
        }
    }
    return speed < 1 ? fmt::format("{:.2f}x", speed)
                     : fmt::format("{:.{}f}x", speed, speed < 10 ? 1 : 0);
}

std::size_t chosen_speed(double speed) {
    for (std::size_t i = 0; i < kSpeeds.size(); ++i) {
        if (std::abs(speed - kSpeeds[i]) <= kSpeeds[i] * 1e-6) {
            return i;
        }
    }
    return kSpeeds.size();
}

void draw_speed_popup(const Frame& frame, Intents& intents) {
    const Look& look = frame.look;
    if (!ImGui::BeginPopup("Speed menu")) {
        return;
    }
    text_line(look.fonts.small, look.colours().muted, "Simulated seconds a second");
    if (const auto chosen = segmented(look, "speed menu", kSpeedNames, chosen_speed(frame.speed))) {
        intents.add(SetSpeed{kSpeeds[*chosen]});
    }
    double speed = frame.speed;
    const double least = kSpeeds.front();
    const double most = kSpeeds.back();
    ImGui::SetNextItemWidth(look.px(kSpeedsWidth));
    if (ImGui::SliderScalar("##Speed between", ImGuiDataType_Double, &speed, &least, &most,
                            speed_text(speed).c_str(),
                            ImGuiSliderFlags_Logarithmic | ImGuiSliderFlags_NoInput)) {
        intents.add(SetSpeed{speed});
    }
    ImGui::EndPopup();
}

void draw_speed(const Frame& frame, Intents& intents, float top, bool in_a_row) {
    const Look& look = frame.look;
    next_in_row(look, 10);
    middle_of_row(look, top, 28);
    if (in_a_row) {
        if (const auto chosen = segmented(look, "speed", kSpeedNames, chosen_speed(frame.speed))) {
            intents.add(SetSpeed{kSpeeds[*chosen]});
        }
        next_in_row(look, 2);
        middle_of_row(look, top, 28);
        const bool between = chosen_speed(frame.speed) == kSpeeds.size();
        if (icon_button(look, "Speed", kIconSliders,
                        {.tooltip = between ? "Any speed in between; now " + speed_text(frame.speed)
                                            : std::string("Any speed in between"),
                         .keys = "[ ]",
                         .size = 28,
                         .active = between})) {
            ImGui::OpenPopup("Speed menu");
        }
    } else {
        const std::string label = speed_text(frame.speed) + "##Speed";
        if (button(look, label.c_str(),
                   {.tooltip = "Speed: simulated seconds a second", .keys = "[ ]", .height = 28})) {
            ImGui::OpenPopup("Speed menu");
        }
    }
    draw_speed_popup(frame, intents);
}

// ---- Run until

/// What people ask for most, with the names of this cluster.
std::vector<std::pair<std::string, std::string>> ready_made(const World& world) {
    std::vector<std::pair<std::string, std::string>> list;
    const std::string* topic = nullptr;
    for (const TopicSetup& setup : world.setup->topics) {
        topic = topic == nullptr ? &setup.name : topic;
    }
    if (topic != nullptr) {
        const std::string partition = *topic + "-0";
        list.push_back({fmt::format("leader({}) == -1", partition), "has no leader"});
        list.push_back({fmt::format("leader({}) != leader({}, 1)", partition, partition),
                        "broker 1 still believes in another leader"});
        list.push_back({fmt::format("hw({}) >= 1000", partition), "1,000 records are committed"});
    }
    if (!world.brokers.empty()) {
        const int32_t id = world.brokers.back()->setup.id.value;
        list.push_back({fmt::format("broker({}) == fenced", id), "the controller fenced it"});
    }
    list.push_back({"under_replicated() > 0", "a partition misses a replica"});
    list.push_back({"under_replicated() == 0", "all partitions are whole"});
    list.push_back({"offline() > 0", "a partition can't be written or read"});
    list.push_back({"lost_acked > 0", "an acknowledged record is gone"});
    list.push_back({"duplicated > 0", "a record is there twice"});
    return list;
}

/// Reads the expression and asks for the run, or remembers what is wrong.
void ask_run_until(UiState& ui, Intents& intents) {
    TimelineView& view = ui.timeline;
    view.error.clear();
    if (view.until_text.empty()) {
        return;
    }
    const std::variant<Expression, ExpressionError> parsed = parse_expression(view.until_text);
    if (const auto* error = std::get_if<ExpressionError>(&parsed)) {
        view.error = fmt::format("At character {}: {}", error->offset + 1, error->what);
        return;
    }
    intents.add(RunUntil{view.until_text});
}

/// Below the field, above all else: there is no room in the row.
void draw_until_error(const Frame& frame, const UiState& ui, ImVec2 field_min, ImVec2 field_max) {
    const Look& look = frame.look;
    if (ui.timeline.error.empty()) {
        return;
    }
    const float width = std::max(field_max.x - field_min.x, look.px(240));
    const float height =
        text_height_wrapped(look.fonts.small, width - look.px(40), ui.timeline.error) + look.px(12);
    const ImVec2 screen = ImGui::GetIO().DisplaySize;
    const bool below = field_max.y + height + look.px(4) < screen.y;
    const ImVec2 min(std::min(field_min.x, screen.x - width - look.px(8)),
                     below ? field_max.y + look.px(4) : field_min.y - height - look.px(4));
    const ImVec2 max = min + ImVec2(width, height);
    ImDrawList& list = *ImGui::GetForegroundDrawList();
    const Theme& colours = look.colours();
    list.AddRectFilled(min, max, blended(colours.card, faded(colours.offline, 0.14F)), look.px(6));
    list.AddRect(min, max, colours.offline, look.px(6));
    draw_text(list, look.fonts.small, colours.offline, {min.x + look.px(10), min.y + look.px(14)},
              kIconWarning);
    draw_text_wrapped(list, look.fonts.small, colours.text,
                      {min.x + look.px(30), min.y + look.px(6)}, width - look.px(40),
                      ui.timeline.error);
}

/// With an example where there is room for it.
const char* until_hint(const Look& look, float width) {
    constexpr const char* kLong = "Run until, e.g. offline() > 0";
    const bool fits = text_width(look.fonts.mono, kLong) <= look.px(width - 24);
    return fits ? kLong : "Run until \u2026";
}

void draw_until_field(const Frame& frame, UiState& ui, Intents& intents, float width) {
    const std::string before = ui.timeline.until_text;
    if (entry_field(frame.look, "Run until", until_hint(frame.look, width), ui.timeline.until_text,
                    width, true)) {
        ask_run_until(ui, intents);
    } else if (ui.timeline.until_text != before) {
        ui.timeline.error.clear();
    }
    const ImVec2 min = ImGui::GetItemRectMin();
    const ImVec2 max = ImGui::GetItemRectMax();
    tooltip(frame.look,
            "Runs on until this holds. It may ask for leader(orders-0), isr(...), "
            "broker(2), under_replicated(), lost_acked and more.",
            "Enter");
    draw_until_error(frame, ui, min, max);
}

void draw_ready_made(const Frame& frame, UiState& ui, Intents& intents) {
    const Look& look = frame.look;
    for (const auto& [expression, words] : ready_made(frame.world())) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        if (ImGui::Selectable(fmt::format("##{}", expression).c_str(), false, 0,
                              {look.px(380), look.px(26)})) {
            ui.timeline.until_text = expression;
            ask_run_until(ui, intents);
            ImGui::CloseCurrentPopup();
        }
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const float y = at.y + look.px(13);
        draw_text(list, look.fonts.mono_small, look.colours().text, {at.x + look.px(4), y},
                  expression);
        draw_text_fitted(list, look.fonts.small, look.colours().muted, {at.x + look.px(372), y},
                         look.px(190), words, Align::kRight);
    }
}

void draw_until(const Frame& frame, UiState& ui, Intents& intents, float top, float width) {
    const Look& look = frame.look;
    next_in_row(look, 10);
    if (width > 0) {
        ImGui::SetCursorScreenPos({ImGui::GetCursorScreenPos().x, top});
        draw_until_field(frame, ui, intents, width);
        next_in_row(look, 2);
    }
    middle_of_row(look, top, 28);
    if (icon_button(look, width > 0 ? "Expressions" : "Run until", kIconTarget,
                    {.tooltip = width > 0 ? "Ready-made expressions to run until"
                                          : "Run until an expression holds",
                     .size = 28,
                     .active = width <= 0 && !ui.timeline.error.empty()})) {
        ImGui::OpenPopup("Until menu");
    }
    if (ImGui::BeginPopup("Until menu")) {
        if (width <= 0) {
            draw_until_field(frame, ui, intents, 380);
            spacer(look, 4);
        }
        text_line(look.fonts.small, look.colours().muted, "Run until");
        draw_ready_made(frame, ui, intents);
        ImGui::EndPopup();
    }
}

// ---- Break on

/// The kinds that people stop at most, by an example of each.
const std::vector<std::size_t>& common_kinds() {
    static const std::vector<std::size_t> kKinds = {
        FactBody(LeaderChanged()).index(),  FactBody(IsrChanged()).index(),
        FactBody(BrokerFenced()).index(),   FactBody(ControllerActivated()).index(),
        FactBody(BatchFailed()).index(),    FactBody(ReplicaTruncated()).index(),
        FactBody(RequestRefused()).index(), FactBody(RecordsLostOnDisk()).index()};
    return kKinds;
}

void draw_break_item(const Frame& frame, Intents& intents, Menu& menu, std::size_t kind,
                     const char* where) {
    const std::string label = fmt::format("{}##{}", fact_kind_words(kind), where);
    if (menu.row(label.c_str(), {.checked = frame.break_on == kind})) {
        intents.add(BreakOn{frame.break_on == kind ? std::nullopt : std::optional(kind)});
    }
}

void draw_break_on(const Frame& frame, Intents& intents, float top, bool with_word) {
    const Look& look = frame.look;
    next_in_row(look, 4);
    middle_of_row(look, top, 28);
    const std::string tip =
        frame.break_on ? fmt::format("Playing stops when {}", fact_kind_words(*frame.break_on))
                       : std::string("Playing stops where a fact of a kind happens");
    if (with_word && !frame.break_on) {
        if (button(look, "Break on", {.icon = kIconBreak, .tooltip = tip, .height = 28})) {
            ImGui::OpenPopup("Break menu");
        }
    } else if (icon_button(look, "Break on", kIconBreak,
                           {.tooltip = tip, .size = 28, .active = frame.break_on.has_value()})) {
        ImGui::OpenPopup("Break menu");
    }
    ImGui::SetNextWindowSizeConstraints({look.px(280), 0}, {look.px(420), look.px(420)});
    if (Menu menu(look, "Break menu"); menu) {
        menu.title("Stop playing when");
        if (menu.row("nothing: play on", {.checked = !frame.break_on})) {
            intents.add(BreakOn{});
        }
        menu.line();
        for (const std::size_t kind : common_kinds()) {
            draw_break_item(frame, intents, menu, kind, "often");
        }
        menu.line();
        for (std::size_t kind = 0; kind < std::variant_size_v<FactBodies>; ++kind) {
            draw_break_item(frame, intents, menu, kind, "all");
        }
    }
}

// ---- The rest of the row

void draw_legends(const Frame& frame, float top) {
    const Look& look = frame.look;
    float x = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
    const float y = top + look.px(kRow) / 2;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (const MarkKind kind : {MarkKind::kCommand, MarkKind::kFault, MarkKind::kElection,
                                MarkKind::kIsrChange, MarkKind::kQuorum, MarkKind::kClient}) {
        const ImU32 colour = mark_colour(look.colours(), kind);
        x -= draw_text(list, look.fonts.small, look.colours().muted, {x, y}, mark_word(kind),
                       Align::kRight) +
             look.px(9);
        draw_mark(list, {x, y}, look.px(4.5F), kind, colour);
        x -= look.px(16);
    }
}

/// How far a long run is, instead of what starts one.
void draw_progress(const Frame& frame, Intents& intents, float top) {
    const Look& look = frame.look;
    const Progress& progress = *frame.progress;
    next_in_row(look, 14);
    const float x = ImGui::GetCursorScreenPos().x;
    const float right = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
    const float cancel = button_width(look, "Cancel", kIconStop);
    const float width = std::max(look.px(40), right - x - cancel - look.px(10));
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_text_fitted(list, look.fonts.small, look.colours().text, {x, top + look.px(9)}, width,
                     progress.what);
    const double whole = static_cast<double>((progress.to - progress.from).ns);
    const double done = static_cast<double>((progress.at - progress.from).ns);
    draw_meter(look, list, {x, top + look.px(20)}, {x + width, top + look.px(26)},
               whole > 0 ? static_cast<float>(std::clamp(done / whole, 0.0, 1.0)) : 0,
               look.colours().accent);
    ImGui::SetCursorScreenPos({right - cancel, top + look.px(2)});
    if (button(look, "Cancel",
               {.icon = kIconStop, .tooltip = "Stop here", .keys = "Esc", .height = 28})) {
        intents.add(CancelRun{});
    }
}

}  // namespace

float draw_transport(const Frame& frame, UiState& ui, Intents& intents) {
    const Look& look = frame.look;
    const float top = ImGui::GetCursorScreenPos().y;
    const Room room = room_in(ImGui::GetContentRegionAvail().x / look.scale);
    draw_buttons(frame, intents, top);
    draw_moment(frame, top, room.total);
    if (frame.progress) {
        draw_progress(frame, intents, top);
    } else {
        draw_speed(frame, intents, top, room.speeds);
        draw_until(frame, ui, intents, top, room.until);
        draw_break_on(frame, intents, top, room.break_on);
        if (room.legend) {
            draw_legends(frame, top);
        }
    }
    return look.px(kRow);
}

}  // namespace brokerlab

// The group panel: one consumer group, its members by partitions, what each member did through the
// last rebalances, how far it was behind, and why it rebalanced.
//
// Which group: the selected one, that of a selected member, else the one shown last. History and
// lag are made from the whole branch, so that moving back in time only moves the cursor; they are
// made again when there are new facts, while the run plays a few times a second.
#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "gui/cached.h"
#include "gui/open.h"
#include "gui/panel.h"
#include "gui/panels/canvas_pen.h"
#include "gui/panels/group_parts.h"
#include "gui/panels/paced.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"

namespace brokerlab {
namespace {

constexpr float kHeader = 38;      // logical
constexpr float kHeaderLine = 30;  ///< each after the first
constexpr float kWithWords = 520;  ///< below: no room for the button
constexpr float kTwoColumns = 860;
constexpr float kLeftShare = 0.54F;
constexpr float kLagHeight = 166;
constexpr float kColumnGap = 24;
constexpr float kBesideName = 20;    ///< beside a member's name in its row
constexpr float kBesideLeader = 38;  ///< with a star
constexpr float kMostGutter = 0.32F;
constexpr double kMadePerSecond = 5;

/// How far the history reaches: of the branch as a whole.
using HistoryKey = std::tuple<std::string, std::string, std::size_t, std::size_t, FactId, int64_t>;

HistoryKey history_key(const Frame& frame, const std::string& group) {
    const FactList& facts = frame.all_facts;
    const bool playing = frame.playing;
    return {group,
            frame.scenario.setup.name,
            frame.timeline.branch(),
            playing ? 0 : facts.size(),
            playing || facts.empty() ? FactId() : facts.back().id,
            playing ? static_cast<int64_t>(ImGui::GetTime() * kMadePerSecond) : head_of(frame).ns};
}

/// The World at the end of the branch: it knows everybody whom its facts name.
const World& head_world(const Frame& frame) {
    const Timeline& timeline = frame.timeline;
    return timeline.at_head() ? timeline.world()
                              : timeline.branches()[timeline.branch()].head.world;
}

/// The stretch of time for the bars and the lag.
std::pair<Duration, Duration> stretch_of(const Frame& frame, const UiState& ui,
                                         const GroupHistory& history) {
    const Duration head = std::max(head_of(frame), 1_s);
    const std::vector<Rebalance>& all = history.rebalances;
    const auto begun = static_cast<std::size_t>(
        std::upper_bound(all.begin(), all.end(), frame.now,
                         [](Duration now, const Rebalance& r) { return now < r.begin; }) -
        all.begin());
    if (ui.group.stretch == GroupStretch::kWhole || all.empty()) {
        return {Duration(), head};
    }
    std::size_t last = begun == 0 ? 0 : begun - 1;
    if (const auto* fact = std::get_if<FactThing>(&ui.selection)) {
        const auto chosen = std::find_if(all.begin(), all.end(),
                                         [&](const Rebalance& r) { return r.fact == fact->fact; });
        last = chosen == all.end() || ui.group.stretch == GroupStretch::kRecent
                   ? last
                   : static_cast<std::size_t>(chosen - all.begin());
    }
    const Duration end = all[last].end.value_or(std::max(head, all[last].begin));
    if (ui.group.stretch == GroupStretch::kRebalance) {
        const Duration margin = std::max((end - all[last].begin) / 8, 20_ms);
        return {std::max(all[last].begin - margin, Duration()), end + margin};
    }
    const Duration from = all[last < 2 ? 0 : last - 2].begin;
    const Duration to = std::max(end, frame.now);
    const Duration margin = std::max((to - from) / 12, 100_ms);
    return {std::max(from - margin, Duration()), std::min(to + margin, std::max(head, to))};
}

/// The group of the selection; else the one that was shown, if it is there, or the first.
std::string choose_group(const Frame& frame, UiState& ui, const std::vector<std::string>& groups) {
    if (const std::optional<std::string> group = group_of_thing(frame.world(), ui.selection)) {
        ui.group.group = *group;
    }
    if (!std::binary_search(groups.begin(), groups.end(), ui.group.group)) {
        ui.group.group = groups.front();
    }
    return ui.group.group;
}

/// Not a service's: that has as many instances as its scenario says.
bool can_grow(const GroupPen& pen) {
    return takes_consumers(pen.frame.world(), pen.matrix.group);
}

void draw_commands(const GroupPen& pen, float width, float right, float top) {
    const Look& look = pen.look();
    const std::string& group = pen.matrix.group;
    ImGui::SetCursorScreenPos({right - look.px(28), top});
    if (icon_button(look, "Commands of the group", kIconEllipsis,
                    {.tooltip = "What can be done to the group and to each member", .size = 28})) {
        open_thing_menu(GroupThing{group});
    }
    if (!can_grow(pen) || width < look.px(kWithWords)) {
        return;
    }
    const float add = button_width(look, "Add a consumer", kIconAdd);
    ImGui::SetCursorScreenPos({right - look.px(36) - add, top});
    if (button(look, "Add a consumer",
               {.icon = kIconAdd,
                .tooltip = "One more member: the group's partitions are shared anew",
                .height = 28})) {
        pen.intents.add(GiveCommand{"add consumer " + group});
    }
}

/// Which group, how it stands, who coordinates it; at the right what can be done. The chips of many
/// groups go on below, and so do the words where little room is left. Returns how high it is.
float draw_header(const GroupPen& pen, const std::vector<std::string>& groups, ImVec2 at,
                  float width) {
    const Look& look = pen.look();
    const Theme& c = look.colours();
    const GroupMatrix& matrix = pen.matrix;
    ImDrawList& list = pen.list();
    const float right = at.x + width;
    float room = right - look.px(52);
    if (can_grow(pen) && width >= look.px(kWithWords)) {
        room -= button_width(look, "Add a consumer", kIconAdd);
    }
    float y = at.y;
    float x = at.x;
    for (const std::string& group : groups) {
        const float chip = pill_width(look, kIconGroup, group) + look.px(4);
        if (x > at.x && x + chip > room) {
            x = at.x;
            y += look.px(kHeaderLine);
        }
        ImGui::SetCursorScreenPos({x, y});
        if (chip_button(look, (group + "##group").c_str(), kIconGroup, c.accent,
                        group == matrix.group)) {
            pen.ui.group.group = group;
            pen.intents.add(Select{GroupThing{group}});
        }
        x += chip + look.px(6);
    }
    x += look.px(6);
    const std::string state = matrix.state;
    if (x + pill_width(look, group_icon(state), state) + look.px(60) > room) {
        x = at.x;
        y += look.px(kHeaderLine);
        room = right;
    }
    const float middle = y + look.px(14);
    if (x + pill_width(look, group_icon(state), state) < room) {
        const float pill =
            draw_pill(look, list, {x, middle}, group_colour(c, state), group_icon(state), state);
        ImGui::SetCursorScreenPos({x, middle - look.px(10)});
        ImGui::InvisibleButton("state of the group", {pill, look.px(20)});
        hover_card(look, state, "The group as its coordinator has it: " + matrix.meaning + ".");
        x += pill + look.px(12);
    }
    std::string words = epoch_text(matrix);
    words += matrix.assignor.empty() ? "" : " · " + matrix.assignor;
    words += matrix.coordinator == kNoBroker
                 ? std::string(" · no coordinator")
                 : fmt::format(" · coordinator broker {}", matrix.coordinator.value);
    words += fmt::format(" · lag {}", matrix.is_known() ? grouped_digits(matrix.lag) : "unknown");
    if (room - x > look.px(60)) {
        draw_text_fitted(list, look.fonts.small, c.muted, {x, middle}, room - x, words);
    }
    draw_commands(pen, width, right, at.y);
    return y - at.y + look.px(kHeader);
}

/// As wide as the longest name with its star, where that leaves the columns their room.
float gutter_for(const Look& look, const GroupMatrix& matrix, float width) {
    float wish = 0;
    for (const GroupMemberRow& member : matrix.members) {
        const float name = text_width(look.fonts.small_strong, member.label());
        wish = std::max(wish, name + look.px(member.leads ? kBesideLeader : kBesideName));
    }
    const float least = look.px(width < look.px(kWithWords) ? 96 : 120);
    const float left = width >= look.px(kTwoColumns) ? width * kLeftShare : width;
    const float cells = look.px(kLeastCell) * static_cast<float>(matrix.partitions.size());
    const float most = std::max(least, std::min(left * kMostGutter, left - cells));
    return std::floor(std::clamp(wish, least, most));
}

/// The lag in a child of its own, so that the plot knows how wide it may be.
float draw_lag(const GroupPen& pen, const LagHistory& lag, ImVec2 at, float width) {
    const float height = pen.px(kLagHeight);
    ImGui::SetCursorScreenPos(at);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::BeginChild("##lag", {width, height}, false,
                      ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollbar |
                          ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleVar();
    draw_group_lag(pen, lag);
    ImGui::EndChild();
    return height;
}

/// Who reads what, and beside or below it what each member did; then lag and rebalances.
void draw_body(const GroupPen& pen, const LagHistory& lag, ImVec2 at, float width) {
    const Look& look = pen.look();
    const bool beside = width >= look.px(kTwoColumns);
    const float left = beside ? std::floor((width - look.px(kColumnGap)) * kLeftShare) : width;
    const ImVec2 right{beside ? at.x + left + look.px(kColumnGap) : at.x, at.y};
    float y = at.y + draw_group_matrix(pen, at, left) + look.px(12);
    float below = beside ? at.y : y;
    below += draw_group_bars(pen, {right.x, below}, at.x + width - right.x) + look.px(8);
    if (beside) {
        y += draw_lag(pen, lag, {at.x, y}, left);
    }
    ImGui::SetCursorScreenPos({right.x, below});
    ImGui::BeginGroup();
    draw_group_rebalances(pen);
    ImGui::EndGroup();
    below = ImGui::GetItemRectMax().y;
    if (!beside) {
        below += draw_lag(pen, lag, {at.x, below}, left);
    }
    const float bottom = std::max(y, below);
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy({look.px(1), bottom - at.y});
}

}  // namespace

bool thing_item(const GroupPen& pen, const std::string& label, ImVec2 min, ImVec2 size,
                const Thing& thing) {
    ImGui::SetCursorScreenPos(min);
    const bool pressed = ImGui::InvisibleButton(label.c_str(), size);
    if (ImGui::IsItemHovered()) {
        pen.ui.hovered = thing;
        if (ImGui::IsMouseReleased(ImGuiMouseButton_Right)) {
            open_thing_menu(thing);
        }
    }
    return pressed;
}

void ask_why(const GroupPen& pen, FactId fact) {
    pen.intents.add(Select{FactThing{fact}});
    open_side(pen.ui, "why");
}

void draw_part_title(const GroupPen& pen, ImVec2 at, std::string_view text) {
    draw_text(pen.list(), pen.look().fonts.small_strong, pen.colours().muted,
              {at.x + pen.px(6), at.y + pen.px(10)}, text);
}

void draw_group_panel(const Frame& frame, UiState& ui, Intents& intents) {
    const Look& look = frame.look;
    const std::vector<std::string> groups = all_groups(frame.world());
    if (groups.empty()) {
        empty_state(look, kIconGroup, "No consumer group here",
                    "In a group consumers share the partitions of their topics. Open the scenario "
                    "'A group grows and loses a member' to see one at work.");
        return;
    }
    const std::string group = choose_group(frame, ui, groups);
    static Paced<GroupMatrix> matrices;
    const GroupMatrix& matrix = matrices.get(
        frame, GroupThing{group}, [&] { return make_group_matrix(frame.world(), group); });
    static Cached<HistoryKey, GroupHistory> histories;
    const HistoryKey key = history_key(frame, group);
    const GroupHistory& history = histories.get(key, [&] {
        return make_group_history(head_world(frame), frame.all_facts, group, head_of(frame));
    });
    const auto [from, to] = stretch_of(frame, ui, history);
    // While the run plays the stretch grows with each frame; what is kept reaches almost as far.
    using LagKey = std::tuple<HistoryKey, GroupStretch, Duration, Duration>;
    static Cached<LagKey, LagHistory> lags;
    const Duration none;
    const LagKey lag_key{key, ui.group.stretch, frame.playing ? none : from,
                         frame.playing ? none : to};
    const LagHistory& lag = lags.get(lag_key, [&, from = from, to = to] {
        return make_lag_history(head_world(frame), frame.all_facts, group,
                                {from, std::min(to, head_of(frame))});
    });
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = std::floor(ImGui::GetContentRegionAvail().x);
    const GroupPen pen{frame,   ui,   intents, matrix,
                       history, from, to,      gutter_for(look, matrix, width)};
    const float header = draw_header(pen, groups, at, width);
    draw_body(pen, lag, {at.x, at.y + header}, width);
}

}  // namespace brokerlab

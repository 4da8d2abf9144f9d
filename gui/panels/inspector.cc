// Inspector: everything worth knowing of the selected thing at the moment shown; the cluster at a
// glance while nothing is selected.
//
// What is said comes from sim/view/inspection; this panel draws it, made anew only when the World
// or the selection has changed. Above it the way that leads to the thing, each step a link.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <tuple>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "gui/cached.h"
#include "gui/panel.h"
#include "gui/panels/inspector_parts.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"

namespace brokerlab {
namespace {

/// A step of the way from the cluster to the thing.
struct Crumb {
    std::string text;
    Thing thing;
};

// What holds the thing, the outermost first; the thing itself is the title.
struct CrumbsOf {
    std::vector<Crumb> operator()(std::monostate) const { return {}; }
    std::vector<Crumb> operator()(const ControllerThing&) const {
        return {cluster(), {"quorum", QuorumThing{}}};
    }
    std::vector<Crumb> operator()(const PartitionThing& t) const {
        return {cluster(), {t.partition.topic, TopicThing{t.partition.topic}}};
    }
    std::vector<Crumb> operator()(const ReplicaThing& t) const {
        std::vector<Crumb> crumbs = (*this)(PartitionThing{t.partition});
        crumbs.push_back({t.partition.to_string(), PartitionThing{t.partition}});
        return crumbs;
    }
    std::vector<Crumb> operator()(const BatchThing& t) const {
        std::vector<Crumb> crumbs = (*this)(ReplicaThing{t.partition, t.broker});
        crumbs.push_back(
            {fmt::format("on broker {}", t.broker.value), ReplicaThing{t.partition, t.broker}});
        return crumbs;
    }
    template <class Other>
    std::vector<Crumb> operator()(const Other&) const {
        return {cluster()};
    }

    static Crumb cluster() { return {"Cluster", {}}; }
};

/// Back, and the way to the thing.
void draw_way(const Inspector& inspector) {
    const Look& look = inspector.look;
    const UiState& ui = inspector.ui;
    const std::vector<Crumb> crumbs = std::visit(CrumbsOf{}, ui.selection);
    const bool can_go_back = !ui.selected_before.empty();
    if (crumbs.empty() && !can_go_back) {
        return;
    }
    const float height = look.px(24);
    const ImVec2 start = ImGui::GetCursorScreenPos();
    if (icon_button(look, "Back to the last selection", kIconBack,
                    {.tooltip = "Back to what was selected before",
                     .size = 24,
                     .enabled = can_go_back,
                     .why_not = "Nothing was selected before"})) {
        inspector.intents.add(SelectPrevious{});
    }
    const float right = start.x + ImGui::GetContentRegionAvail().x;
    float x = start.x + height + look.px(6);
    for (std::size_t i = 0; i < crumbs.size(); ++i) {
        const std::string label = fmt::format("{}##way-{}", crumbs[i].text, i);
        const float width = text_width(look.fonts.small, crumbs[i].text);
        if (x + width > right) {
            break;
        }
        ImGui::SetCursorScreenPos(
            {x, std::floor(start.y + (height - look.fonts.small->FontSize) / 2)});
        if (link_button(look, label.c_str(), look.fonts.small)) {
            inspector.intents.add(Select{crumbs[i].thing});
        }
        x += width + look.px(6);
        x += draw_text(*ImGui::GetWindowDrawList(), look.fonts.small, inspector.colours().muted,
                       {x, start.y + height / 2}, kIconChevronRight) +
             look.px(6);
    }
    ImGui::SetCursorScreenPos(start);
    ImGui::Dummy({1, height});
}

/// Title, badge at its right or, where there is no room, below; subtitle.
void draw_head(const Inspector& inspector, const Inspection& inspection) {
    const Look& look = inspector.look;
    const Theme& colours = inspector.colours();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float width = ImGui::GetContentRegionAvail().x;
    const ImU32 badge_colour = inspection.badge_tone == Tone::kPlain
                                   ? colours.muted
                                   : tone_colour(look, inspection.badge_tone);
    const char* icon = tone_icon(inspection.badge_tone);
    const float badge = inspection.badge.empty() ? 0 : pill_width(look, icon, inspection.badge);
    const float title = text_width(look.fonts.title, inspection.title);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float line = look.px(28);
    if (title + badge + look.px(12) <= width) {
        draw_text(list, look.fonts.title, colours.text, {at.x, at.y + line / 2}, inspection.title);
        if (badge > 0) {
            draw_pill(look, list, {at.x + width, at.y + line / 2}, badge_colour, icon,
                      inspection.badge, Align::kRight);
        }
        ImGui::Dummy({width, line - ImGui::GetStyle().ItemSpacing.y});
    } else {
        const float height =
            draw_text_wrapped(list, look.fonts.title, colours.text, at, width, inspection.title);
        ImGui::Dummy({width, height});
        if (badge > 0) {
            const ImVec2 below = ImGui::GetCursorScreenPos();
            draw_pill(look, list, {below.x, below.y + line / 2}, badge_colour, icon,
                      inspection.badge);
            ImGui::Dummy({width, line});
        }
    }
    if (!inspection.subtitle.empty()) {
        text_paragraph(look.fonts.small, colours.muted, inspection.subtitle);
    }
}

/// What became of the records costs a look at all logs, so it is made when asked for, and stays
/// until the moment changes.
void draw_delivery(const Inspector& inspector, const Frame& frame) {
    static Cached<uint64_t, RowsSection> cached;
    static uint64_t asked = 0;
    const Look& look = inspector.look;
    const uint64_t moment = frame.world().history;
    spacer(look, 8);
    if (asked == moment) {
        draw_section(inspector,
                     cached.get(moment, [&] { return inspect_delivery(frame.world()); }));
    } else if (button(look, "Judge the delivery",
                      {.icon = kIconBrief,
                       .tooltip = "Looks for acknowledged records that are lost, and for records "
                                  "that stand twice or out of order. Reads all logs."})) {
        asked = moment;
    }
}

}  // namespace

ImU32 tone_colour(const Look& look, Tone tone) {
    const Theme& colours = look.colours();
    switch (tone) {
        case Tone::kPlain:
            return colours.text;
        case Tone::kGood:
            return colours.in_sync;
        case Tone::kWarning:
            return colours.lagging;
        case Tone::kBad:
            return colours.offline;
        case Tone::kLeader:
            return colours.leader;
        case Tone::kClient:
            return colours.client;
        case Tone::kReplication:
            return colours.replication;
    }
    return colours.text;
}

const char* tone_icon(Tone tone) {
    switch (tone) {
        case Tone::kGood:
            return kIconCheck;
        case Tone::kWarning:
            return kIconWarning;
        case Tone::kBad:
            return kIconOffline;
        default:
            return "";
    }
}

bool is_number(std::string_view text) {
    return !text.empty() && (std::isdigit(static_cast<unsigned char>(text.front())) != 0 ||
                             text.front() == '{' || text.front() == '-');
}

void link_item(const Inspector& inspector, const Thing& thing) {
    if (ImGui::IsItemHovered()) {
        inspector.ui.hovered = thing;
        ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    }
    if (ImGui::IsItemClicked()) {
        inspector.intents.add(Select{thing});
    }
}

void hairline(const Inspector& inspector, ImVec2 at, float width, float height) {
    const float y = std::floor(at.y + height) - 1;
    ImGui::GetWindowDrawList()->AddLine({at.x, y}, {at.x + width, y},
                                        faded(inspector.colours().line, 0.6F));
}

void draw_section_title(const Inspector& inspector, std::string_view title,
                        std::string_view right) {
    if (title.empty()) {
        return;
    }
    spacer(inspector.look, 8);
    std::string upper(title);
    std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
        return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    section_title(inspector.look, upper, right);
}

void draw_inspector_panel(const Frame& frame, UiState& ui, Intents& intents) {
    static Cached<std::tuple<uint64_t, uint64_t, Thing>, Inspection> cached;
    const Inspector inspector{frame.look, ui, intents};
    const Inspection& inspection =
        cached.get({frame.stamp, frame.world().history, ui.selection},
                   [&] { return inspect(frame.world(), frame.facts, ui.selection); });
    draw_way(inspector);
    draw_head(inspector, inspection);
    for (std::size_t i = 0; i < inspection.sections.size(); ++i) {
        ImGui::PushID(static_cast<int>(i));
        std::visit([&](const auto& section) { draw_section(inspector, section); },
                   inspection.sections[i]);
        ImGui::PopID();
    }
    if (ui.selection == Thing()) {
        draw_delivery(inspector, frame);
    }
    spacer(frame.look, 8);
}

}  // namespace brokerlab

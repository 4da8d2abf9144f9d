// Branches: tabs with their names. A click goes to a branch, a double click renames it.
#include <string>

#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include "gui/panels/timeline_parts.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "gui/widgets/vec.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

/// The name that is being typed.
struct Renaming {
    std::optional<std::size_t> branch;
    std::string name;
    bool just_opened = false;
};

void draw_renaming(const Frame& frame, Intents& intents, Renaming& renaming, float height) {
    const Look& look = frame.look;
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding,
                        {look.px(8), (height - look.fonts.text->FontSize) / 2});
    ImGui::SetNextItemWidth(look.px(150));
    if (renaming.just_opened) {
        ImGui::SetKeyboardFocusHere();
    }
    const bool entered =
        ImGui::InputText("##Name of the branch", &renaming.name,
                         ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
    ImGui::PopStyleVar();
    if (entered && !renaming.name.empty()) {
        intents.add(RenameBranch{*renaming.branch, renaming.name});
        renaming.branch.reset();
    } else if (!renaming.just_opened && ImGui::IsItemDeactivated()) {
        renaming.branch.reset();
    }
    renaming.just_opened = false;
}

std::string describe(const Frame& frame, std::size_t index) {
    const Branch& branch = frame.timeline.branches()[index];
    const std::optional<Duration> left = left_parent_at(branch);
    if (!left) {
        return "The run as it began. A click goes to it, a double click renames it.";
    }
    return fmt::format(
        "It left {} at {} s, where a command was given in the past. A click goes to it, a double "
        "click renames it.",
        frame.timeline.branches()[branch.parent].name, moment_text(*left));
}

}  // namespace

std::optional<Duration> left_parent_at(const Branch& branch) {
    // The command that opened it carries the place.
    for (const PlannedCommand& planned : branch.plan.commands) {
        if (planned.after == branch.begins_after) {
            return planned.at;
        }
    }
    return std::nullopt;
}

ImU32 branch_colour(const Theme& theme, std::size_t branch) {
    const ImU32 colours[] = {theme.accent,  theme.client,  theme.replication,
                             theme.lagging, theme.in_sync, theme.offline};
    return colours[branch % std::size(colours)];
}

void draw_branch_tabs(const Frame& frame, Intents& intents, float width, float height) {
    static Renaming renaming;
    const Look& look = frame.look;
    const Theme& colours = look.colours();
    const std::vector<Branch>& branches = frame.timeline.branches();
    if (renaming.branch >= branches.size()) {
        renaming.branch.reset();
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::BeginChild("##branches", {width, height}, false,
                      ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoBackground);
    ImGui::PopStyleVar();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (std::size_t i = 0; i < branches.size(); ++i) {
        if (i > 0) {
            ImGui::SameLine(0, look.px(4));
        }
        if (renaming.branch == i) {
            draw_renaming(frame, intents, renaming, height);
            continue;
        }
        const bool shown = frame.timeline.branch() == i;
        const ImU32 colour = branch_colour(colours, i);
        const ImFont* font = shown ? look.fonts.small_strong : look.fonts.small;
        const float text = text_width(font, branches[i].name);
        const float icon = text_width(look.fonts.small, kIconBranch);
        const std::string label = fmt::format("Branch {}##{}", branches[i].name, i);
        if (ImGui::InvisibleButton(label.c_str(), {text + icon + look.px(26), height})) {
            intents.add(SwitchBranch{i});
        }
        const bool hovered = ImGui::IsItemHovered();
        if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
            renaming = {i, branches[i].name, true};
        }
        const ImVec2 min = ImGui::GetItemRectMin();
        const ImVec2 max = ImGui::GetItemRectMax();
        if (shown || hovered) {
            list.AddRectFilled(min, max, faded(colour, shown ? 0.2F : 0.1F), look.px(6));
        }
        list.AddRectFilled({min.x + look.px(6), max.y - look.px(2)}, {max.x - look.px(6), max.y},
                           faded(colour, shown ? 1 : 0.5F), look.px(1));
        const float y = (min.y + max.y) / 2;
        draw_text(list, look.fonts.small, colour, {min.x + look.px(8), y}, kIconBranch);
        draw_text(list, font, shown ? colours.text : colours.muted, {min.x + icon + look.px(16), y},
                  branches[i].name);
        if (hovered) {
            tooltip(look, describe(frame, i));
        }
        if (shown && !ImGui::IsItemVisible()) {
            ImGui::SetScrollHereX();
        }
    }
    ImGui::EndChild();
}

}  // namespace brokerlab

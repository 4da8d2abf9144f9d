// The command palette: everything by name: commands to the cluster, commands of the app, views,
// scenarios. What is typed narrows it down; what is no entry but can be read as a command is given
// as it stands.
#include <algorithm>
#include <cctype>
#include <string>
#include <variant>
#include <vector>

#include <GLFW/glfw3.h>
#include <fmt/format.h>
#include <imgui.h>

#include "gui/app_commands.h"
#include "gui/cached.h"
#include "gui/panel.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/overlay.h"
#include "sim/script/command_text.h"
#include "sim/view/actions.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostShown = 60;

struct Entry {
    std::string title;
    std::string detail;
    std::string keys = {};
    const char* icon = "";
    std::string refused = {};  ///< why it can't be given now
    std::variant<const AppCommand*, const Action*, const Panel*, const ScenarioEntry*, std::string>
        what;
    int rank = 0;  ///< how well it fits; lower is better
};

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

/// 0: begins with it; 1: a word begins with it; 2: all its words are in there; -1: does not fit.
int rank_of(const std::string& title, const std::string& wanted) {
    const std::string text = lower(title);
    if (wanted.empty() || text.starts_with(wanted)) {
        return 0;
    }
    if (text.find(" " + wanted) != std::string::npos) {
        return 1;
    }
    std::size_t begin = 0;
    while (begin < wanted.size()) {
        const std::size_t end = std::min(wanted.find(' ', begin), wanted.size());
        if (end > begin && text.find(wanted.substr(begin, end - begin)) == std::string::npos) {
            return -1;
        }
        begin = end + 1;
    }
    return 2;
}

class Entries {
public:
    Entries(const Frame& frame, const std::vector<Action>& actions, const std::string& typed)
        : wanted_(lower(typed)) {
        for (const Action& action : actions) {
            add({.title = action.label,
                 .detail = action.command,
                 .icon = action.form ? kIconEdit : kIconTerminal,
                 .refused = action.refused.value_or(""),
                 .what = &action},
                action.command);
        }
        for (const AppCommand& command : app_commands()) {
            add({.title = std::string(command.name),
                 .detail = std::string(group_title(command.group)),
                 .keys = std::string(command.keys),
                 .icon = command.icon,
                 .what = &command});
        }
        for (const Panel& panel : panels()) {
            if (panel.place == PanelPlace::kDrawer || panel.place == PanelPlace::kSide) {
                add({.title = fmt::format("Show {}", panel.title),
                     .detail = "View",
                     .icon = panel.icon,
                     .what = &panel});
            }
        }
        for (const ScenarioEntry& entry : frame.entries) {
            add({.title = fmt::format("Open {}", entry.name),
                 .detail = entry.lesson ? "Lesson" : "Scenario",
                 .icon = entry.lesson ? kIconBook : kIconFolder,
                 .what = &entry});
        }
        std::stable_sort(entries_.begin(), entries_.end(),
                         [](const Entry& a, const Entry& b) { return a.rank < b.rank; });
        add_typed(typed);
        if (entries_.size() > kMostShown) {
            entries_.resize(kMostShown);
        }
    }

    [[nodiscard]] const std::vector<Entry>& list() const { return entries_; }

private:
    void add(Entry entry, const std::string& also = {}) {
        const int title = rank_of(entry.title, wanted_);
        const int other = also.empty() ? -1 : rank_of(also, wanted_);
        entry.rank = title < 0 ? other : other < 0 ? title : std::min(title, other);
        if (entry.rank >= 0) {
            entries_.push_back(std::move(entry));
        }
    }
    /// What was typed, first, when it is a command.
    void add_typed(const std::string& typed) {
        const std::variant<Command, TextError> command = parse_command(typed);
        if (typed.empty() || std::holds_alternative<TextError>(command)) {
            return;
        }
        const std::string text = command_text(std::get<Command>(command));
        std::erase_if(entries_, [&](const Entry& entry) { return entry.detail == text; });
        entries_.insert(
            entries_.begin(),
            Entry{
                .title = text, .detail = "Give this command", .icon = kIconTerminal, .what = text});
    }

    std::string wanted_;
    std::vector<Entry> entries_;
};

void run(const Entry& entry, const Frame& frame, UiState& ui, Intents& intents) {
    ui.palette.open = false;
    if (const auto* const* command = std::get_if<const AppCommand*>(&entry.what)) {
        (*command)->run(frame, ui, intents);
    } else if (const auto* const* action = std::get_if<const Action*>(&entry.what)) {
        if ((*action)->form) {
            ui.form = CommandForm{.open = true,
                                  .label = (*action)->label,
                                  .explains = (*action)->explains,
                                  .text = (*action)->command,
                                  .error = ""};
        } else {
            intents.add(GiveCommand{(*action)->command});
        }
    } else if (const auto* const* panel = std::get_if<const Panel*>(&entry.what)) {
        if ((*panel)->place == PanelPlace::kSide) {
            ui.side_open = true;
            ui.side = (*panel)->name;
        } else {
            ui.drawer = (*panel)->name;
        }
    } else if (const auto* const* file = std::get_if<const ScenarioEntry*>(&entry.what)) {
        intents.add(OpenFile{(*file)->path});
    } else {
        intents.add(GiveCommand{std::get<std::string>(entry.what)});
    }
}

void draw_entries(const Frame& frame, UiState& ui, Intents& intents,
                  const std::vector<Entry>& entries) {
    const int last = static_cast<int>(entries.size()) - 1;
    if (ImGui::IsKeyPressed(GLFW_KEY_DOWN)) {
        ++ui.palette.chosen;
    }
    if (ImGui::IsKeyPressed(GLFW_KEY_UP)) {
        --ui.palette.chosen;
    }
    ui.palette.chosen = std::clamp(ui.palette.chosen, 0, std::max(0, last));
    const bool entered =
        ImGui::IsKeyPressed(GLFW_KEY_ENTER) || ImGui::IsKeyPressed(GLFW_KEY_KP_ENTER);
    for (int i = 0; i <= last; ++i) {
        const Entry& entry = entries[static_cast<std::size_t>(i)];
        const bool chosen = i == ui.palette.chosen;
        const bool clicked = row_button(frame.look, entry.title.c_str(),
                                        {.icon = entry.icon,
                                         .detail = entry.detail,
                                         .keys = entry.keys,
                                         .selected = chosen,
                                         .enabled = entry.refused.empty(),
                                         .why_not = entry.refused});
        if (chosen && (ImGui::IsKeyPressed(GLFW_KEY_DOWN) || ImGui::IsKeyPressed(GLFW_KEY_UP))) {
            ImGui::SetScrollHereY();
        }
        if (clicked || (chosen && entered && entry.refused.empty())) {
            run(entry, frame, ui, intents);
            return;
        }
    }
    if (entries.empty()) {
        empty_state(frame.look, kIconSearch, "Nothing fits",
                    "Commands are written as in a scenario: kill broker 2, cut 1 -> 3.");
    }
}

}  // namespace

void draw_palette_panel(const Frame& frame, UiState& ui, Intents& intents) {
    if (!ui.palette.open) {
        return;
    }
    static Cached<uint64_t, std::vector<Action>> cached_actions;
    const std::vector<Action>& actions =
        cached_actions.get(frame.stamp, [&] { return all_actions(frame.world()); });
    const Overlay overlay(frame.look, "Command palette", {.width = 620, .height = 460, .top = 72});
    if (ui.palette.just_opened) {
        ImGui::SetKeyboardFocusHere();
        ui.palette.just_opened = false;
    }
    if (search_field(frame.look, "##palette", "Type a command, a view, a scenario",
                     ui.palette.text)) {
        ui.palette.chosen = 0;
    }
    ImGui::BeginChild("##entries");
    draw_entries(frame, ui, intents, Entries(frame, actions, ui.palette.text).list());
    ImGui::EndChild();
    if (overlay.dismissed()) {
        ui.palette.open = false;
    }
}

}  // namespace brokerlab

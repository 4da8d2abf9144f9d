// The command palette: everything by name: commands to the cluster, commands of the app, views,
// branches, scenarios. What is typed narrows it down; what is no entry but can be read as a command
// is given as it stands, and an expression is run until.
#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <imgui.h>

#include "gui/app_commands.h"
#include "gui/cached.h"
#include "gui/open.h"
#include "gui/panel.h"
#include "gui/widgets/buttons.h"
#include "gui/widgets/choice.h"
#include "gui/widgets/fields.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/overlay.h"
#include "sim/query/expression.h"
#include "sim/script/command_text.h"
#include "sim/view/actions.h"
#include "sim/view/lane_labels.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostShown = 60;
constexpr std::array<double, 6> kSpeeds{0.01, 0.1, 1, 10, 100, 1000};

struct Entry {
    std::string title;
    std::string detail;
    std::string keys = {};
    const char* icon = "";
    std::string refused = {};  ///< why it can't be given now
    /// The last: changes only what is looked at.
    std::variant<const AppCommand*, const Action*, const Panel*, Intent, void (*)(UiState&)> what;
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

void zoom_to_fit(UiState& ui) {
    ui.canvas = CanvasView{.internal_traffic = ui.canvas.internal_traffic};
}

class Entries {
public:
    Entries(const Frame& frame, const std::vector<Action>& actions, const std::string& typed)
        : wanted_(lower(typed)) {
        add_commands(actions);
        add_runs(frame);
        add_offers(frame);
        add_views(frame);
        for (const ScenarioEntry& entry : frame.entries) {
            add({.title = fmt::format("Open {}", entry.name),
                 .detail = entry.lesson ? "Lesson" : "Scenario",
                 .icon = entry.lesson ? kIconBook : kIconFolder,
                 .what = OpenFile{entry.path}});
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
    void add_commands(const std::vector<Action>& actions) {
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
    }
    /// How the run goes on, where it stops, and its branches.
    void add_runs(const Frame& frame) {
        add({.title = "Run until \u2026",
             .detail = "Run",
             .icon = kIconTarget,
             .what = open_run_until_form});
        for (const double speed : kSpeeds) {
            add({.title = fmt::format("Speed {}x", speed),
                 .detail = "Run",
                 .icon = kIconFast,
                 .what = SetSpeed{speed}});
        }
        for (std::size_t i = 0; i < frame.timeline.branches().size(); ++i) {
            if (i != frame.timeline.branch()) {
                add({.title = fmt::format("Switch to branch {}", frame.timeline.branches()[i].name),
                     .detail = "Run",
                     .icon = kIconBranch,
                     .what = SwitchBranch{i}});
            }
        }
        if (frame.break_on) {
            add({.title = "Break on nothing",
                 .detail = fmt::format("Now: {}", fact_kind_words(*frame.break_on)),
                 .icon = kIconBreak,
                 .what = BreakOn{}});
        }
        for (std::size_t kind = 0; kind < std::variant_size_v<FactBodies>; ++kind) {
            add({.title = fmt::format("Break on: {}", fact_kind_words(kind)),
                 .detail = "Run",
                 .icon = kIconBreak,
                 .what = BreakOn{kind}});
        }
    }
    /// What can be done at this moment only.
    void add_offers(const Frame& frame) {
        if (frame.progress) {
            add({.title = "Cancel the run",
                 .detail = frame.progress->what,
                 .keys = "Esc",
                 .icon = kIconStop,
                 .what = CancelRun{}});
        }
        if (frame.notice) {
            add({.title = "Dismiss the notice",
                 .detail = frame.notice->text,
                 .icon = kIconClose,
                 .what = DismissNotice{}});
        }
        if (frame.autosave_found) {
            add({.title = "Take up the unfinished run",
                 .detail = "Autosave",
                 .icon = kIconRestart,
                 .what = OpenAutosave{}});
            add({.title = "Forget the unfinished run",
                 .detail = "Autosave",
                 .icon = kIconTrash,
                 .what = DropAutosave{}});
        }
        if (frame.lesson != nullptr) {
            add({.title = "Begin this step of the lesson again",
                 .detail = "Lesson",
                 .icon = kIconRestart,
                 .what = LessonAgain{}});
        }
    }
    /// Panels that can be opened: not those that are always there, nor the palette itself.
    void add_views(const Frame& frame) {
        add({.title = "Zoom to fit", .detail = "View", .icon = kIconExpand, .what = zoom_to_fit});
        for (const Panel& panel : panels()) {
            const bool always_there =
                panel.place == PanelPlace::kCentre || panel.place == PanelPlace::kBottom;
            const bool no_lesson = panel.place == PanelPlace::kLeft && frame.lesson == nullptr;
            if (!always_there && !no_lesson && panel.name != "palette") {
                add({.title = fmt::format("Show {}", panel.title),
                     .detail = "View",
                     .icon = panel.icon,
                     .what = &panel});
            }
        }
    }
    void add(Entry entry, const std::string& also = {}) {
        const int title = rank_of(entry.title, wanted_);
        const int other = also.empty() ? -1 : rank_of(also, wanted_);
        entry.rank = title < 0 ? other : other < 0 ? title : std::min(title, other);
        if (entry.rank >= 0) {
            entries_.push_back(std::move(entry));
        }
    }
    /// What was typed, first, when it is a command; or an expression.
    void add_typed(const std::string& typed) {
        if (typed.empty()) {
            return;
        }
        const std::variant<Command, TextError> command = parse_command(typed);
        if (std::holds_alternative<TextError>(command)) {
            if (std::holds_alternative<Expression>(parse_expression(typed))) {
                entries_.insert(entries_.begin(), Entry{.title = "Run until " + typed,
                                                        .detail = "Run",
                                                        .icon = kIconTarget,
                                                        .what = RunUntil{typed}});
            }
            return;
        }
        const std::string text = command_text(std::get<Command>(command));
        std::erase_if(entries_, [&](const Entry& entry) { return entry.detail == text; });
        entries_.insert(entries_.begin(), Entry{.title = text,
                                                .detail = "Give this command",
                                                .icon = kIconTerminal,
                                                .what = GiveCommand{text}});
    }

    std::string wanted_;
    std::vector<Entry> entries_;
};

void run(const Entry& entry, const Frame& frame, UiState& ui, Intents& intents) {
    ui.palette.open = false;
    if (const auto* const* command = std::get_if<const AppCommand*>(&entry.what)) {
        (*command)->run(frame, ui, intents);
    } else if (const auto* const* action = std::get_if<const Action*>(&entry.what)) {
        give_or_ask(**action, ui, intents);
    } else if (const auto* const* panel = std::get_if<const Panel*>(&entry.what)) {
        open_panel(ui, **panel);
    } else if (const auto* intent = std::get_if<Intent>(&entry.what)) {
        intents.add(*intent);
    } else {
        std::get<void (*)(UiState&)>(entry.what)(ui);
    }
}

void draw_entries(const Frame& frame, UiState& ui, Intents& intents,
                  const std::vector<Entry>& entries) {
    const int count = static_cast<int>(entries.size());
    const ChoiceKeys keys = choose_by_keys(ui.palette.chosen, count);
    for (int i = 0; i < count; ++i) {
        const Entry& entry = entries[static_cast<std::size_t>(i)];
        const bool chosen = i == ui.palette.chosen;
        const bool clicked = row_button(frame.look, entry.title.c_str(),
                                        {.icon = entry.icon,
                                         .detail = entry.detail,
                                         .keys = entry.keys,
                                         .selected = chosen,
                                         .enabled = entry.refused.empty(),
                                         .why_not = entry.refused});
        if (chosen && keys.moved) {
            ImGui::SetScrollHereY();
        }
        if (clicked || (chosen && keys.entered && entry.refused.empty())) {
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
    if (search_field(frame.look, "Palette", "Type a command, a view, a scenario",
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

#include "gui/picture.h"

#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <imgui.h>

#include "files/files.h"
#include "gui/app.h"
#include "gui/platform/clock.h"
#include "gui/platform/fonts.h"
#include "gui/platform/headless.h"
#include "gui/platform/ui_context.h"
#include "sim/base/nearest_word.h"
#include "sim/kernel/duration_text.h"
#include "sim/oracle/group_view.h"
#include "sim/query/expression.h"
#include "sim/script/command_text.h"

namespace brokerlab {
namespace {

/// ImGui settles sizes and hover within a few frames; a hover card wants half a second.
constexpr int kFrames = 6;
constexpr int kHoverFrames = 40;
constexpr double kFrameSeconds = 1.0 / 60;

enum ExitCode : int { kDone = 0, kNotHeld = 1, kBadInput = 2 };

struct TimedCommand {
    Duration at;
    std::string text;
};

struct Moment {
    std::optional<Duration> at;
    std::vector<TimedCommand> commands;
};

Outcome<TimedCommand> read_command(const std::string& text) {
    const std::size_t blank = text.find(' ');
    const Outcome<Duration> at = parse_duration(text.substr(0, blank));
    if (!at.ok()) {
        return Failure{fmt::format("--do '{}': {} (it is written --do '5s kill broker 2')", text,
                                   at.failure().what)};
    }
    const std::string command = blank == std::string::npos ? "" : text.substr(blank + 1);
    const std::variant<Command, TextError> parsed = parse_command(command);
    if (const auto* error = std::get_if<TextError>(&parsed)) {
        return Failure{fmt::format("--do '{}': {}", text, error->what)};
    }
    return TimedCommand{*at, command};
}

/// Reads what says when; nothing runs before all of it can be read.
Outcome<Moment> read_moment(const PictureWords& words) {
    Moment moment;
    if (words.at) {
        const Outcome<Duration> at = parse_duration(*words.at);
        if (!at.ok()) {
            return Failure{"--at: " + at.failure().what};
        }
        moment.at = *at;
    }
    for (const std::string& text : words.commands) {
        Outcome<TimedCommand> command = read_command(text);
        if (!command.ok()) {
            return command.failure();
        }
        if (!words.until && command->at > moment.at.value_or(Duration())) {
            return Failure{fmt::format("--do '{}': this is after the moment of the picture", text)};
        }
        moment.commands.push_back(*std::move(command));
    }
    std::stable_sort(moment.commands.begin(), moment.commands.end(),
                     [](const TimedCommand& a, const TimedCommand& b) { return a.at < b.at; });
    if (words.until) {
        const std::variant<Expression, ExpressionError> parsed = parse_expression(*words.until);
        if (const auto* error = std::get_if<ExpressionError>(&parsed)) {
            return Failure{fmt::format("--until '{}', at character {}: {}", *words.until,
                                       error->offset + 1, error->what)};
        }
    }
    return moment;
}

std::optional<Failure> show_panels(App& app, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        if (name == "lesson" && app.session()->lesson() == nullptr) {
            return Failure{"--panel lesson: there is none in this picture; name one with --lesson"};
        }
        if (app.show_panel(name)) {
            continue;
        }
        std::vector<std::string_view> known;
        for (const Panel& panel : panels()) {
            known.push_back(panel.name);
        }
        const std::optional<std::string_view> near = nearest_word(name, known);
        return Failure{
            near ? fmt::format("--panel: there is no panel '{}'; did you mean '{}'?", name, *near)
                 : fmt::format("--panel: there is no panel '{}'; the panels are {}", name,
                               fmt::join(known, ", "))};
    }
    return std::nullopt;
}

std::optional<Failure> open_words(App& app, const PictureWords& words) {
    if (!words.file.empty()) {
        return app.open_file(words.file);
    }
    return words.lesson.empty() ? app.open_first() : app.open_lesson(words.lesson);
}

void run_to_the_end(Session& session) {
    while (session.busy()) {
        session.advance(1, 1, seconds_now);
    }
}

/// Says what could not be done and goes on: the picture shows how far it came.
int say_if(const std::optional<Notice>& notice) {
    if (!notice || !notice->bad) {
        return kDone;
    }
    std::cerr << "brokerlab-desktop: " << notice->text << "\n";
    return kNotHeld;
}

int play(Session& session, const Moment& moment, const std::optional<std::string>& until) {
    int status = kDone;
    for (const TimedCommand& command : moment.commands) {
        session.go_to(command.at);
        run_to_the_end(session);
        status = std::max(status, say_if(session.give(command.text)));
    }
    if (moment.at) {
        session.go_to(*moment.at);
        run_to_the_end(session);
    }
    if (until) {
        status = std::max(status, say_if(session.run_until(*until)));
        run_to_the_end(session);
        const std::optional<Notice> holds = session.run_until(*until);
        if (!holds) {
            session.cancel();
            std::cerr << "brokerlab-desktop: " << *until << " did not come to hold\n";
            status = kNotHeld;
        }
    }
    return status;
}

/// What can be selected and has a name; replicas, batches, links, messages and facts are left out.
std::vector<std::string> names_in(const World& world) {
    std::vector<std::string> names{thing_text(world, QuorumThing{})};
    const auto add = [&](const Thing& thing) { names.push_back(thing_text(world, thing)); };
    for (const auto& host : world.brokers) {
        add(BrokerThing{host->setup.id});
    }
    for (const auto& host : world.controllers) {
        add(ControllerThing{host->number});
    }
    for (const auto& host : world.clients) {
        add(ClientThing{host->name});
    }
    for (const std::string& group : group_names(world)) {
        add(GroupThing{group});
    }
    for (const auto& [name, topic] : *world.committed_metadata().topics) {
        add(TopicThing{name});
        for (int32_t i = 0; i < topic->partition_count(); ++i) {
            add(PartitionThing{{name, PartitionId(i)}});
        }
    }
    return names;
}

/// The name that is meant: one nearby, or a topic without its noun.
std::optional<std::string> nearest_name(const World& world, const std::string& text) {
    const std::vector<std::string> names = names_in(world);
    const std::string topic = thing_text(world, TopicThing{text});
    if (std::find(names.begin(), names.end(), topic) != names.end()) {
        return topic;
    }
    const std::vector<std::string_view> known(names.begin(), names.end());
    const std::optional<std::string_view> near = nearest_word(text, known);
    return near ? std::optional(std::string(*near)) : std::nullopt;
}

bool is_there(const Timeline& timeline, const Thing& thing) {
    if (const auto* fact = std::get_if<FactThing>(&thing)) {
        const std::vector<Fact>& facts = timeline.facts();
        return std::any_of(facts.begin(), facts.end(),
                           [&](const Fact& one) { return one.id == fact->fact; });
    }
    return exists(timeline.world(), thing);
}

std::optional<Failure> select_thing(App& app, const std::string& text) {
    if (text.empty()) {
        return std::nullopt;
    }
    const Timeline& timeline = app.session()->timeline();
    const std::optional<Thing> thing = parse_thing(timeline.world(), text);
    if (!thing || !is_there(timeline, *thing)) {
        const std::optional<std::string> near = nearest_name(timeline.world(), text);
        return Failure{fmt::format("--select: there is nothing named '{}' at this moment{}", text,
                                   near ? fmt::format("; did you mean '{}'?", *near) : "")};
    }
    app.carry_out(Select{*thing});
    return std::nullopt;
}

std::optional<Failure> draw(App& app, const PictureWords& words) {
    Outcome<std::unique_ptr<Screen>> screen = open_headless(words.size);
    if (!screen.ok()) {
        return screen.failure();
    }
    ImGuiIO& io = ImGui::GetIO();
    const int frames = words.mouse ? kHoverFrames : kFrames;
    for (int i = 0; i < frames; ++i) {
        (*screen)->begin(0);
        if (words.mouse) {
            io.MousePos = {static_cast<float>(words.mouse->width),
                           static_cast<float>(words.mouse->height)};
        }
        ImGui::NewFrame();
        app.frame(kFrameSeconds);
        ImGui::Render();
        (*screen)->end(app.look().colours().page);
    }
    return (*screen)->save_last_frame(words.path);
}

int bad_input(const Failure& failure) {
    std::cerr << "brokerlab-desktop: " << failure.what << "\n";
    return kBadInput;
}

}  // namespace

int make_picture(const PictureWords& words) {
    const Outcome<Moment> moment = read_moment(words);
    if (!moment.ok()) {
        return bad_input(moment.failure());
    }
    const UiContext context;
    App app({.home = find_home(),
             .config_dir = "",
             .state_dir = "",
             .data_dir = "",
             .process = 0,
             .clock = seconds_now,
             .screenshot = nullptr});
    app.preferences().theme = words.theme == "light" ? ThemeName::kLight : ThemeName::kDark;
    app.preferences().scale = words.scale;
    if (const auto failure = open_words(app, words)) {
        return bad_input(*failure);
    }
    if (const auto failure = show_panels(app, words.panels)) {
        return bad_input(*failure);
    }
    const int status = play(*app.session(), *moment, words.until);
    if (const auto failure = select_thing(app, words.select)) {
        return bad_input(*failure);
    }
    const FontReport fonts = load_fonts(app.look(), words.scale);
    if (!fonts.missing_packages.empty()) {
        std::cerr << "brokerlab-desktop: " << fonts.sentence() << "\n";
    }
    if (const auto failure = draw(app, words)) {
        return bad_input(*failure);
    }
    return status;
}

}  // namespace brokerlab

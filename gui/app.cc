#include "gui/app.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <imgui.h>

#include "gui/app_commands.h"
#include "files/files.h"
#include "gui/widgets/style.h"
#include "sim/script/scenario.h"
#include "sim/view/report.h"

namespace brokerlab {
namespace {

/// Of a frame's time for the simulation while something runs: the rest is for drawing.
constexpr double kSimulationSeconds = 0.012;
/// Frames drawn after the last change: ImGui settles hover and layout within them.
constexpr int kSettleFrames = 3;
constexpr float kLeastScale = 0.75F;
constexpr float kMostScale = 3;
constexpr std::size_t kMostSelectedBefore = 50;

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
// clang 14 does not deduce it by itself.
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

/// "10-kill-a-broker" of ".../lessons/10-kill-a-broker/lesson.md".
std::string lesson_name(const std::string& path) {
    const std::string folder = folder_of(path);
    return folder.substr(folder.rfind('/') + 1);
}

Outcome<Scenario> load_scenario_file(const std::string& path) {
    Outcome<std::string> text = read_file(path);
    if (!text.ok()) {
        return text.failure();
    }
    std::variant<Scenario, FileError> scenario = read_scenario(*text);
    if (const auto* error = std::get_if<FileError>(&scenario)) {
        return Failure{fmt::format("{}:{}:{}: {}", path, error->line, error->column, error->what)};
    }
    return std::get<Scenario>(std::move(scenario));
}

Outcome<Lesson> load_lesson_file(const std::string& path) {
    Outcome<std::string> text = read_file(path);
    if (!text.ok()) {
        return text.failure();
    }
    std::variant<Lesson, FileError> lesson = read_lesson(*text);
    if (const auto* error = std::get_if<FileError>(&lesson)) {
        return Failure{fmt::format("{}:{}:{}: {}", path, error->line, error->column, error->what)};
    }
    return std::get<Lesson>(std::move(lesson));
}

}  // namespace

App::App(AppOptions options) : options_(std::move(options)), autosave_(options_.state_dir) {
    if (options_.config_dir.empty()) {
        return;
    }
    const auto read = [&](const char* name, auto take) {
        const std::string path = options_.config_dir + "/" + name;
        if (!file_exists(path)) {
            return;
        }
        const Outcome<std::string> text = read_file(path);
        if (!text.ok()) {
            say(text.failure().what, true);
        } else if (const std::optional<std::string> wrong = take(*text)) {
            say(fmt::format("{}: {}; the rest of it holds", path, *wrong), true);
        }
    };
    read("preferences.yaml",
         [&](const std::string& text) { return read_preferences(text, preferences_); });
    read("layout.yaml", [&](const std::string& text) { return read_layout(text, ui_); });
}

void App::say(std::string text, bool bad) {
    notice_ = Notice{std::move(text), bad};
    settle_frames_ = kSettleFrames;
}

/// Lists what the picker offers. A file that can't be read is offered all the same: opening it says
/// what is wrong.
void App::list_entries() {
    entries_.clear();
    for (const std::string& path : lesson_files(options_.home)) {
        const Outcome<Lesson> lesson = load_lesson_file(path);
        entries_.push_back({path, lesson.ok() ? lesson->name : lesson_name(path),
                            lesson.ok() ? lesson->about : lesson.failure().what, true, false});
    }
    const auto add_scenario = [&](const std::string& path, bool recent) {
        const Outcome<Scenario> scenario = load_scenario_file(path);
        entries_.push_back({path, scenario.ok() ? scenario->setup.name : path,
                            scenario.ok() ? scenario->setup.about : scenario.failure().what, false,
                            recent});
    };
    for (const std::string& path : preferences_.recent) {
        if (file_exists(path)) {
            add_scenario(path, true);
        }
    }
    for (const std::string& path : scenario_files(options_.home)) {
        add_scenario(path, false);
    }
}

void App::opened(Session session, std::string source, bool is_lesson) {
    if (session_) {
        notice_.reset();  // What was wrong with the preferences is still to be read.
    }
    session_ = std::move(session);
    source_ = std::move(source);
    source_is_lesson_ = is_lesson;
    ui_.selection = {};
    ui_.selected_before.clear();
    ui_.canvas = CanvasView{.internal_traffic = ui_.canvas.internal_traffic};
    ui_.timeline = {};
    ui_.lesson_ticks = {};
    ui_.lesson_seen = {};
    ui_.picker_open = false;
    settle_frames_ = kSettleFrames;
    if (const std::optional<Failure> failure = autosave_.begin(session_->scenario())) {
        say(failure->what, true);
    }
}

std::optional<Failure> App::open_file(const std::string& path) {
    Outcome<Scenario> scenario = load_scenario_file(path);
    if (!scenario.ok()) {
        return scenario.failure();
    }
    Outcome<Session> session = Session::open(*std::move(scenario), std::nullopt);
    if (!session.ok()) {
        return Failure{fmt::format("{}: {}", path, session.failure().what)};
    }
    opened(*std::move(session), path, false);
    if (!path.starts_with(options_.home + "/scenarios/")) {
        remember(preferences_, path);
    }
    return std::nullopt;
}

std::optional<Failure> App::open_lesson(const std::string& name) {
    const std::vector<std::string> files = lesson_files(options_.home);
    const auto file = std::find_if(files.begin(), files.end(), [&](const std::string& path) {
        return path == name || lesson_name(path).starts_with(name);
    });
    if (file == files.end()) {
        return Failure{fmt::format("there is no lesson '{}'", name)};
    }
    Outcome<Lesson> lesson = load_lesson_file(*file);
    if (!lesson.ok()) {
        return lesson.failure();
    }
    const std::string path = folder_of(*file) + "/" + lesson->scenario;
    Outcome<Scenario> scenario = load_scenario_file(path);
    if (!scenario.ok()) {
        return scenario.failure();
    }
    Outcome<Session> session = Session::open(*std::move(scenario), *std::move(lesson));
    if (!session.ok()) {
        return Failure{fmt::format("{}: {}", path, session.failure().what)};
    }
    ui_.lesson_open = true;
    opened(*std::move(session), *file, true);
    return std::nullopt;
}

void App::open_entry(const std::string& path) {
    const bool is_lesson = path.ends_with("/lesson.md");
    if (const std::optional<Failure> failure = is_lesson ? open_lesson(path) : open_file(path)) {
        say(failure->what, true);
    }
}

void App::take_up_autosave() {
    if (!autosave_.left_behind()) {
        return;
    }
    Outcome<Scenario> scenario = read_autosave(*autosave_.left_behind());
    autosave_.drop();
    if (!scenario.ok()) {
        say(scenario.failure().what, true);
        return;
    }
    const Duration last =
        scenario->plan.commands.empty() ? Duration() : scenario->plan.commands.back().at;
    Outcome<Session> session = Session::open(*std::move(scenario), std::nullopt);
    if (!session.ok()) {
        say(session.failure().what, true);
        return;
    }
    opened(*std::move(session), "autosave", false);
    // Another crash must not lose what this one left.
    if (const std::optional<Failure> failure = autosave_.write()) {
        say(failure->what, true);
    }
    session_->go_to(last);
}

void App::restart() {
    const std::string source = source_;
    if (source == "autosave") {
        session_->go_to(Duration());
    } else {
        open_entry(source);
    }
}

/// "NAME-3.yaml": the first number that is free.
std::string App::new_file(const std::string& ending) const {
    const std::string folder = options_.data_dir.empty() ? "." : options_.data_dir;
    for (int number = 1;; ++number) {
        std::string path = fmt::format("{}/brokerlab-{}{}", folder, number, ending);
        if (!file_exists(path)) {
            return path;
        }
    }
}

void App::save_recording(std::string path) {
    if (path.empty()) {
        path = new_file(".yaml");
    }
    if (const std::optional<Failure> failure =
            write_file(path, write_scenario(session_->recording()))) {
        say(failure->what, true);
        return;
    }
    remember(preferences_, path);
    say(fmt::format("Saved as {}. It replays to the same digest anywhere", path), false);
}

void App::give(const std::string& command) {
    const std::optional<Notice> notice = session_->give(command);
    if (notice) {
        say(notice->text, notice->bad);
    }
    if (notice && notice->bad) {
        return;
    }
    const Branch& branch = session_->timeline().branches()[session_->timeline().branch()];
    if (session_->timeline().branch() != autosaved_branch_) {
        // The commands of the branch that was left stay in its own recording only.
        autosaved_branch_ = session_->timeline().branch();
        autosave_.end();
        Scenario scenario = session_->recording();
        scenario.plan.commands.pop_back();
        if (const std::optional<Failure> failure = autosave_.begin(scenario)) {
            say(failure->what, true);
        }
    }
    const auto given = std::find_if(branch.plan.commands.rbegin(), branch.plan.commands.rend(),
                                    [&](const PlannedCommand& planned) {
                                        return planned.after && planned.at <= session_->now();
                                    });
    if (given != branch.plan.commands.rend()) {
        if (const std::optional<Failure> failure = autosave_.add(*given)) {
            say(failure->what, true);
        }
    }
}

void App::select(const Thing& thing) {
    if (thing == ui_.selection) {
        return;
    }
    ui_.selected_before.push_back(ui_.selection);
    if (ui_.selected_before.size() > kMostSelectedBefore) {
        ui_.selected_before.erase(ui_.selected_before.begin());
    }
    ui_.selection = thing;
}

void App::select_previous() {
    if (!ui_.selected_before.empty()) {
        ui_.selection = ui_.selected_before.back();
        ui_.selected_before.pop_back();
    }
}

void App::carry_out(const Intent& intent) {
    settle_frames_ = kSettleFrames;
    if (carry_out_in_app(intent) || !session_) {
        return;
    }
    Session& session = *session_;
    const auto say_if = [&](const std::optional<Notice>& notice) {
        if (notice) {
            say(notice->text, notice->bad);
        }
    };
    std::visit(Overloaded{
                   [&](const GiveCommand& give_it) { give(give_it.text); },
                   [&](const PlayPause&) { session.play_pause(); },
                   [&](const SetSpeed& speed) { session.set_speed(speed.speed); },
                   [&](const StepEvent&) { session.step_event(); },
                   [&](const StepFact&) { session.step_fact(); },
                   [&](const StepBack&) { session.step_back(); },
                   [&](const GoTo& go) { session.go_to(go.at); },
                   [&](const GoToFact& go) { session.go_to_fact(go.fact); },
                   [&](const GoToEnd&) { session.go_to_end(); },
                   [&](const RunUntil& run) { say_if(session.run_until(run.expression)); },
                   [&](const BreakOn& stop) { session.break_at(stop.fact_index); },
                   [&](const CancelRun&) { session.cancel(); },
                   [&](const SwitchBranch& to) { session.switch_branch(to.branch); },
                   [&](const RenameBranch& to) { session.rename_branch(to.branch, to.name); },
                   [&](const Restart&) { restart(); },
                   [&](const SaveRecording& save) { save_recording(save.path); },
                   [&](const LessonNext&) { session.lesson_next(); },
                   [&](const LessonBack&) { session.lesson_back(); },
                   [&](const LessonPredict& answer) {
                       session.lesson_predict(answer.block, answer.chosen);
                   },
                   [&](const LessonRun& run) { session.lesson_run(run.block); },
                   [](const auto&) {},
               },
               intent);
}

/// Intents that need no run.
bool App::carry_out_in_app(const Intent& intent) {
    return std::visit(Overloaded{
                          [&](const Select& to) { return select(to.thing), true; },
                          [&](const SelectPrevious&) { return select_previous(), true; },
                          [&](const OpenFile& file) { return open_entry(file.path), true; },
                          [&](const OpenLesson& lesson) {
                              if (const std::optional<Failure> failure = open_lesson(lesson.name)) {
                                  say(failure->what, true);
                              }
                              return true;
                          },
                          [&](const TakeScreenshot& shot) {
                              wanted_screenshot_ = shot.path.empty() ? new_file(".png") : shot.path;
                              return true;
                          },
                          [&](const OpenAutosave&) { return take_up_autosave(), true; },
                          [&](const DropAutosave&) { return autosave_.drop(), true; },
                          [&](const ChooseTheme& to) {
                              preferences_.theme = to.theme;
                              return true;
                          },
                          [&](const ChooseScale& to) {
                              preferences_.scale = std::clamp(to.scale, kLeastScale, kMostScale);
                              return true;
                          },
                          [&](const DismissNotice&) { return notice_.reset(), true; },
                          [&](const Quit&) { return quit_ = true; },
                          [](const auto&) { return false; },
                      },
                      intent);
}

bool App::show_panel(std::string_view name) {
    const auto found = std::find_if(panels().begin(), panels().end(),
                                    [&](const Panel& panel) { return panel.name == name; });
    if (found == panels().end()) {
        return false;
    }
    settle_frames_ = kSettleFrames;
    switch (found->place) {
        case PanelPlace::kLeft:
            ui_.lesson_open = true;
            break;
        case PanelPlace::kRight:
            ui_.side_open = true;
            break;
        case PanelPlace::kSide:
            ui_.side_open = true;
            ui_.side = name;
            break;
        case PanelPlace::kDrawer:
            ui_.drawer = name;
            break;
        case PanelPlace::kOverlay:
            ui_.palette.open = name == "palette";
            ui_.palette.just_opened = ui_.palette.open;
            ui_.shortcuts_open = name == "shortcuts";
            ui_.picker_open = name == "scenarios";
            if (name == "command") {
                ui_.form = CommandForm{.open = true,
                                       .label = "Give a command",
                                       .explains = "Any command of the lab, as one line of text.",
                                       .text = "kill broker 2",
                                       .error = ""};
            }
            break;
        case PanelPlace::kCentre:
        case PanelPlace::kBottom:
            break;
    }
    return true;
}

void App::frame(double seconds) {
    if (wanted_screenshot_ && options_.screenshot) {
        // Of the frame before, which holds no menu that asked for it.
        const std::string path = *std::exchange(wanted_screenshot_, std::nullopt);
        const std::optional<Failure> failure = options_.screenshot(path);
        say(failure ? failure->what : fmt::format("Saved as {}", path), failure.has_value());
    }
    look_.theme = &theme(preferences_.theme);
    apply_style(look_);
    if (entries_.empty() || (ui_.picker_open && !picker_was_open_)) {
        list_entries();
    }
    picker_was_open_ = ui_.picker_open;
    settle_frames_ = std::max(0, settle_frames_ - 1);
    if (!session_) {
        return;
    }
    session_->advance(seconds, kSimulationSeconds, options_.clock);
    const Session& session = *session_;
    const Timeline& timeline = session.timeline();
    ui_.pointed = {};
    if (session.lesson() != nullptr && ui_.lesson_open) {
        ui_.pointed = parse_thing(timeline.world(), session.lesson()->pointed()).value_or(Thing());
    }
    const Frame frame{.look = look_,
                      .timeline = timeline,
                      .scenario = session.scenario(),
                      .facts = timeline.facts(),
                      .all_facts = timeline.branches()[timeline.branch()].marks,
                      .now = session.now(),
                      .playing = session.playing(),
                      .speed = session.speed(),
                      .end = session.end(),
                      .break_on = session.break_on(),
                      .progress = session.progress(),
                      .lesson = session.lesson(),
                      .entries = entries_,
                      .notice = notice_,
                      .autosave_found = autosave_.left_behind().has_value(),
                      .stamp = session.stamp()};
    Intents intents;
    draw_window(frame, ui_, intents);
    run_pressed_keys(frame, ui_, intents);
    for (const Intent& intent : intents.list) {
        carry_out(intent);
    }
}

void App::close() {
    autosave_.end();
    if (options_.config_dir.empty()) {
        return;
    }
    // There is nobody left to tell when this fails.
    (void)write_file(options_.config_dir + "/preferences.yaml", write_preferences(preferences_));
    (void)write_file(options_.config_dir + "/layout.yaml", write_layout(ui_));
}

}  // namespace brokerlab

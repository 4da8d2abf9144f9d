#include "gui/app.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <imgui.h>

#include "files/files.h"
#include "gui/app_commands.h"
#include "gui/open.h"
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
/// How long a notice about something that went well stays.
constexpr double kNoticeSeconds = 8;

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

/// What has its number from the branch: in another it is something else, or nothing.
bool is_of_branch(const Thing& thing) {
    return std::holds_alternative<FactThing>(thing) || std::holds_alternative<MessageThing>(thing);
}

/// Whether the intent moves the run on or elsewhere: what was said before is over then.
bool moves_run(const Intent& intent) {
    return std::visit(
        []<class T>(const T&) {
            return std::is_same_v<T, PlayPause> || std::is_same_v<T, StepEvent> ||
                   std::is_same_v<T, StepFact> || std::is_same_v<T, StepBack> ||
                   std::is_same_v<T, GoTo> || std::is_same_v<T, GoToFact> ||
                   std::is_same_v<T, GoToEnd> || std::is_same_v<T, SwitchBranch> ||
                   std::is_same_v<T, LessonRun> || std::is_same_v<T, LessonNext> ||
                   std::is_same_v<T, LessonAgain>;
        },
        intent);
}

}  // namespace

App::App(AppOptions options)
    : options_(std::move(options)),
      autosave_(options_.state_dir, options_.process != 0 ? options_.process : process_number()) {
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
    notice_since_ = options_.clock();
    settle_frames_ = kSettleFrames;
}

/// After something that was asked for: what was said before is over.
void App::say_or_clear(const std::optional<Notice>& notice) {
    notice_.reset();
    if (notice) {
        say(notice->text, notice->bad);
    }
}

/// What went well is read soon; what went wrong stays until something else is done.
void App::age_notice() {
    if (notice_ && !notice_->bad && options_.clock() - notice_since_ > kNoticeSeconds) {
        notice_.reset();
    }
}

/// Lists what the picker offers. A file that can't be read is offered all the same: opening it says
/// what is wrong.
void App::list_entries() {
    entries_listed_ = true;
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

/// Writes what was done to the run that is open, before `next` takes its place. Returns the path.
std::optional<std::string> App::keep_previous(const std::string& next) {
    if (!session_ || !given_ || options_.data_dir.empty()) {
        return std::nullopt;
    }
    std::string path = absolute_path(options_.data_dir + "/previous.yaml");
    if (path == source_ || path == next) {
        path = new_file(".yaml");
    }
    if (const std::optional<Failure> failure =
            write_file(path, write_scenario(session_->whole_recording()))) {
        say(*failure);
        return std::nullopt;
    }
    remember(preferences_, path);
    return path;
}

/// The pane shows the lesson as if it was seen for the first time.
void App::look_at_lesson_anew() {
    ui_.lesson_ticks = {};
    ui_.lesson_seen.reset();
    ui_.lesson_hint.reset();
}

void App::opened(Session session, std::string source, bool is_lesson) {
    if (session_) {
        notice_.reset();  // What was wrong with the preferences is still to be read.
    }
    if (const std::optional<std::string> kept = keep_previous(source)) {
        say(fmt::format("What you did before is kept as {}", *kept), false);
    }
    session_ = std::move(session);
    source_ = std::move(source);
    source_is_lesson_ = is_lesson;
    given_ = false;
    autosaved_branch_ = 0;
    ui_.selection = {};
    ui_.selected_before.clear();
    ui_.canvas = CanvasView{.internal_traffic = ui_.canvas.internal_traffic};
    ui_.timeline = {};
    look_at_lesson_anew();
    ui_.picker_open = false;
    settle_frames_ = kSettleFrames;
    if (const std::optional<Failure> failure = autosave_.begin(session_->scenario())) {
        say(*failure);
    }
}

std::optional<Failure> App::open_file(const std::string& given_path) {
    // What is remembered holds wherever the app is started next.
    const std::string path = absolute_path(given_path);
    Outcome<Scenario> scenario = load_scenario_file(path);
    if (!scenario.ok()) {
        return scenario.failure();
    }
    Outcome<Session> session = Session::open(*std::move(scenario), std::nullopt);
    if (!session.ok()) {
        return Failure{fmt::format("{}: {}", path, session.failure().what)};
    }
    opened(*std::move(session), path, false);
    if (!path.starts_with(absolute_path(options_.home + "/scenarios/"))) {
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
    open_lesson_pane(ui_);
    opened(*std::move(session), *file, true);
    return std::nullopt;
}

std::optional<Failure> App::open_first() {
    const std::vector<std::string> lessons = lesson_files(options_.home);
    if (!lessons.empty()) {
        return open_lesson(lessons.front());
    }
    const std::vector<std::string> scenarios = scenario_files(options_.home);
    if (!scenarios.empty()) {
        return open_file(scenarios.front());
    }
    return Failure{
        "There is nothing to open: no lessons and no scenarios were found. Start it in the lab's "
        "folder, or name that folder in BROKERLAB_HOME"};
}

void App::open_entry(const std::string& path) {
    const bool is_lesson = path.ends_with("/lesson.md");
    if (const std::optional<Failure> failure = is_lesson ? open_lesson(path) : open_file(path)) {
        say(*failure);
    }
}

void App::take_up_autosave() {
    if (!autosave_.left_behind()) {
        return;
    }
    const auto keep_broken = [&](const Failure& why) {
        say(fmt::format("{}; it is kept as {}", why.what, autosave_.put_aside()), true);
    };
    Outcome<Scenario> scenario = read_autosave(*autosave_.left_behind());
    if (!scenario.ok()) {
        keep_broken(scenario.failure());
        return;
    }
    const Duration last =
        scenario->plan.commands.empty() ? Duration() : scenario->plan.commands.back().at;
    Outcome<Session> session = Session::open(*std::move(scenario), std::nullopt);
    if (!session.ok()) {
        keep_broken(session.failure());
        return;
    }
    opened(*std::move(session), "autosave", false);
    given_ = true;
    // Another crash must not lose what this one left: its file goes when this one's is there.
    if (const std::optional<Failure> failure = autosave_.write()) {
        say(*failure);
    } else {
        autosave_.drop();
    }
    session_->go_to(last);
}

void App::restart() {
    if (!session_) {
        return;
    }
    const std::string source = source_;
    if (source == "autosave") {
        session_->go_to(Duration());
    } else {
        open_entry(source);
    }
}

/// "NAME-3.yaml": the first number that is free.
std::string App::new_file(const std::string& ending) const {
    const std::string folder = absolute_path(options_.data_dir.empty() ? "." : options_.data_dir);
    for (int number = 1;; ++number) {
        std::string path = fmt::format("{}/brokerlab-{}{}", folder, number, ending);
        if (!file_exists(path)) {
            return path;
        }
    }
}

void App::save_recording(std::string path) {
    path = path.empty() ? new_file(".yaml") : absolute_path(path);
    if (const std::optional<Failure> failure =
            write_file(path, write_scenario(session_->recording()))) {
        say(*failure);
        return;
    }
    remember(preferences_, path);
    say(fmt::format("Saved as {}. It replays to the same digest anywhere", path), false);
}

App::Before App::before() const {
    const Timeline& timeline = session_->timeline();
    return {timeline.branch(), timeline.branches().size(),
            timeline.branches()[timeline.branch()].plan.commands.size()};
}

/// Puts on the disk what was given since, by the person or by a lesson that goes back.
void App::autosave_given(const Before& before) {
    const Before now = this->before();
    const bool same_branch = now.branch == before.branch;
    const bool opened_branch = now.branches > before.branches;
    if (!opened_branch && !(same_branch && now.commands > before.commands)) {
        return;
    }
    given_ = true;
    const std::vector<PlannedCommand>& commands =
        session_->timeline().branches()[now.branch].plan.commands;
    const auto given =
        std::find_if(commands.rbegin(), commands.rend(), [&](const PlannedCommand& planned) {
            return planned.after && planned.at <= session_->now();
        });
    const bool one_more = same_branch && now.commands == before.commands + 1 &&
                          now.branch == autosaved_branch_ && given != commands.rend();
    std::optional<Failure> failure;
    if (one_more) {
        failure = autosave_.add(*given);
    } else {
        // The commands of the branch that was left stay in its own recording only.
        autosaved_branch_ = now.branch;
        failure = autosave_.begin(session_->recording());
        failure = failure ? failure : autosave_.write();
    }
    if (failure) {
        say(*failure);
    }
}

/// What was selected in the branch that was left, and means something else in this one.
void App::forget_other_branch() {
    if (is_of_branch(ui_.selection)) {
        ui_.selection = {};
    }
    std::erase_if(ui_.selected_before, is_of_branch);
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
    if (moves_run(intent)) {
        notice_.reset();
    }
    const Before was = before();
    carry_out_in_run(intent);
    autosave_given(was);
    if (session_->timeline().branch() != was.branch) {
        forget_other_branch();
    }
}

/// Intents about the run that is open.
void App::carry_out_in_run(const Intent& intent) {
    Session& session = *session_;
    std::visit(Overloaded{
                   [&](const GiveCommand& command) { say_or_clear(session.give(command.text)); },
                   [&](const PlayPause&) { session.play_pause(); },
                   [&](const SetSpeed& speed) { session.set_speed(speed.speed); },
                   [&](const StepEvent&) { session.step_event(); },
                   [&](const StepFact&) { session.step_fact(); },
                   [&](const StepBack&) { session.step_back(); },
                   [&](const GoTo& go) { session.go_to(go.at); },
                   [&](const GoToFact& go) { session.go_to_fact(go.fact); },
                   [&](const GoToEnd&) { session.go_to_end(); },
                   [&](const RunUntil& run) { say_or_clear(session.run_until(run.expression)); },
                   [&](const BreakOn& stop) { session.break_at(stop.fact_index); },
                   [&](const CancelRun&) { session.cancel(); },
                   [&](const SwitchBranch& to) { session.switch_branch(to.branch); },
                   [&](const RenameBranch& to) { session.rename_branch(to.branch, to.name); },
                   [&](const SaveRecording& save) { save_recording(save.path); },
                   [&](const LessonNext&) { session.lesson_next(); },
                   [&](const LessonBack&) { session.lesson_back(); },
                   [&](const LessonPredict& answer) {
                       session.lesson_predict(answer.block, answer.chosen);
                   },
                   [&](const LessonRun& run) { session.lesson_run(run.block); },
                   [&](const LessonAgain&) {
                       session.lesson_again();
                       look_at_lesson_anew();
                   },
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
                                  say(*failure);
                              }
                              return true;
                          },
                          [&](const Restart&) { return restart(), true; },
                          [&](const TakeScreenshot& shot) {
                              wanted_screenshot_ =
                                  shot.path.empty() ? new_file(".png") : absolute_path(shot.path);
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
    open_panel(ui_, *found);
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
    age_notice();
    if (!entries_listed_ || (ui_.picker_open && !picker_was_open_)) {
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

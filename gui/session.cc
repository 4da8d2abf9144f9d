#include "gui/session.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sim/query/evaluate.h"
#include "sim/script/command_text.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

constexpr double kSlowest = 0.01;
constexpr double kFastest = 1000;
/// Events between two looks at the clock: some 5 ms.
constexpr uint64_t kSliceEvents = 4'000;

Duration nanoseconds(double count) {
    return Duration(static_cast<int64_t>(std::llround(count)));
}

/// Panels keep what they made by its stamp, also when another run is opened: no two are the same.
uint64_t next_stamp() {
    static uint64_t stamp = 0;
    return ++stamp;
}

}  // namespace

Outcome<Session> Session::open(Scenario scenario, std::optional<Lesson> lesson) {
    Outcome<Timeline> timeline = Timeline::create(scenario.setup, scenario.plan);
    if (!timeline.ok()) {
        return timeline.failure();
    }
    Session session(std::move(scenario), *std::move(timeline));
    session.stamp_ = next_stamp();
    if (lesson) {
        session.lesson_.emplace(*std::move(lesson), session.timeline_);
        session.note_lesson();
    }
    return session;
}

std::optional<Progress> Session::progress() const {
    if (!errand_ || plays_errand()) {
        return std::nullopt;
    }
    return Progress{errand_->what, errand_->from, now_, errand_->goal.limit};
}

Scenario Session::recording_up_to(Duration until) const {
    Scenario recording = scenario_;
    recording.plan = timeline_.branches()[timeline_.branch()].plan;
    std::erase_if(recording.plan.commands,
                  [&](const PlannedCommand& planned) { return planned.at > until; });
    std::erase_if(recording.expectations, [&](const Expectation& expectation) {
        return expectation.at && *expectation.at > until;
    });
    recording.until = until;
    return recording;
}

Scenario Session::recording() const {
    return recording_up_to(now_);
}

Scenario Session::whole_recording() const {
    const Plan& plan = timeline_.branches()[timeline_.branch()].plan;
    const Duration last = plan.commands.empty() ? Duration() : plan.commands.back().at;
    return recording_up_to(std::max({end_, now_, last}));
}

/// The picture shows another moment, or another World at the same one.
void Session::moved(Duration now) {
    now_ = now;
    stamp_ = next_stamp();
    note_lesson();
}

void Session::note_lesson() {
    if (lesson_) {
        lesson_->note(timeline_);
    }
}

/// Whether the learner is to do something.
bool Session::lesson_wants_deed() const {
    const std::optional<std::size_t> open = lesson_ ? lesson_->open_block() : std::nullopt;
    return open &&
           std::holds_alternative<DoBlock>(lesson_->lesson().steps[lesson_->step()].blocks[*open]);
}

std::optional<Notice> Session::give(const std::string& text) {
    std::variant<Command, TextError> parsed = parse_command(text);
    if (const auto* error = std::get_if<TextError>(&parsed)) {
        return Notice{
            fmt::format("'{}', at character {}: {}", text, error->offset + 1, error->what), true};
    }
    const Command& command = std::get<Command>(parsed);
    const std::size_t branches = timeline_.branches().size();
    const bool deed_wanted = lesson_wants_deed();
    const std::optional<std::size_t> asked = lesson_ ? lesson_->open_block() : std::nullopt;
    if (const std::optional<Refusal> refusal =
            timeline_.give(command, command_text(command), now_)) {
        return Notice{fmt::format("'{}' is refused: {}", command_text(command), refusal->reason),
                      true};
    }
    moved(now_);
    if (deed_wanted && lesson_->open_block() == asked) {
        return Notice{"That is not what is asked for yet", false};
    }
    if (timeline_.branches().size() > branches) {
        const Branch& opened = timeline_.branches().back();
        return Notice{
            fmt::format("This opened {}. What had happened stays in {}, and so do the commands "
                        "that were still to come",
                        opened.name, timeline_.branches()[opened.parent].name),
            false};
    }
    return std::nullopt;
}

void Session::play_pause() {
    const bool was_playing = playing();
    errand_.reset();
    playing_ = !was_playing;
    if (playing_ && now_ >= end_) {
        end_ = std::max(end_, now_) + std::max(scenario_.until, 10_s);
    }
}

void Session::set_speed(double speed) {
    speed_ = std::clamp(speed, kSlowest, kFastest);
    if (plays_errand()) {
        errand_->speed = speed_;
    }
}

void Session::send(Goal goal, std::string what, double speed) {
    playing_ = false;
    errand_ = Errand{std::move(goal), std::move(what), now_, speed};
}

void Session::step_event() {
    cancel();
    Move move;
    timeline_.step_event(move);
    moved(timeline_.now());
}

void Session::step_fact() {
    send(Goal{.limit = std::max(end_, now_ + 60_s), .any_mark = true}, "Looking for the next fact",
         0);
}

void Session::step_back() {
    cancel();
    timeline_.step_back();
    moved(timeline_.now());
}

void Session::go_to(Duration at) {
    cancel();
    const Duration target = std::max(at, Duration());
    if (timeline_.reached(target)) {
        timeline_.seek(target);
        moved(target);
    } else {
        send(Goal{.limit = target}, fmt::format("Running to {} s", moment_text(target)), 0);
    }
}

void Session::go_to_fact(FactId id) {
    const auto find = [&](const std::vector<Fact>& facts) {
        return std::find_if(facts.begin(), facts.end(),
                            [&](const Fact& fact) { return fact.id == id; });
    };
    const Branch& branch = timeline_.branches()[timeline_.branch()];
    if (const auto mark = find(branch.marks); mark != branch.marks.end()) {
        // By its event: several may share an instant.
        cancel();
        timeline_.seek_event(
            branch.marks_after[static_cast<std::size_t>(mark - branch.marks.begin())]);
        moved(timeline_.now());
        return;
    }
    const std::vector<Fact>& facts = timeline_.facts();
    if (const auto detail = find(facts); detail != facts.end()) {
        go_to(timeline_.world().shown(detail->at));
    }
}

void Session::go_to_end() {
    go_to(end_);
}

std::optional<Notice> Session::run_until(const std::string& text) {
    std::variant<Expression, ExpressionError> parsed = parse_expression(text);
    if (const auto* error = std::get_if<ExpressionError>(&parsed)) {
        return Notice{
            fmt::format("'{}', at character {}: {}", text, error->offset + 1, error->what), true};
    }
    Expression& expression = std::get<Expression>(parsed);
    if (holds(timeline_.world(), expression)) {
        return Notice{fmt::format("{} holds already", text), false};
    }
    send(Goal{.limit = std::max(end_, now_ + 60_s), .until = std::move(expression)},
         fmt::format("Running until {}", text), 0);
    return std::nullopt;
}

void Session::break_at(std::optional<std::size_t> fact_index) {
    break_on_ = fact_index;
}

void Session::cancel() {
    errand_.reset();
    playing_ = false;
}

void Session::switch_branch(std::size_t branch) {
    if (branch >= timeline_.branches().size() || branch == timeline_.branch()) {
        return;
    }
    cancel();
    timeline_.switch_to(branch);
    moved(timeline_.now());
}

void Session::rename_branch(std::size_t branch, std::string name) {
    if (branch < timeline_.branches().size() && !name.empty()) {
        timeline_.rename(branch, std::move(name));
        stamp_ = next_stamp();
    }
}

void Session::lesson_next() {
    if (lesson_) {
        cancel();
        lesson_->next(timeline_);
        moved(std::max(now_, timeline_.now()));
    }
}

void Session::lesson_back() {
    if (lesson_) {
        lesson_->back();
    }
}

void Session::lesson_predict(std::size_t block, std::vector<std::size_t> chosen) {
    if (lesson_) {
        lesson_->predict(timeline_, block, std::move(chosen));
        note_lesson();
    }
}

void Session::lesson_run(std::size_t block) {
    if (!lesson_ || lesson_->open_block() != block) {
        return;
    }
    cancel();
    if (const std::optional<Goal> goal = lesson_->wanted_run(timeline_)) {
        const LessonBlock& asked = lesson_->lesson().steps[lesson_->step()].blocks[block];
        send(*goal, "The lesson runs", std::get<RunBlock>(asked).speed_thousandths / 1000.0);
    } else {
        lesson_->go_back(timeline_);
        moved(timeline_.now());
    }
}

void Session::lesson_again() {
    if (lesson_) {
        cancel();
        lesson_->begin_step_again(timeline_);
        moved(timeline_.now());
    }
}

/// Goes towards a goal until it is reached or the clock says that it is enough for this frame.
std::optional<StopReason> Session::run_slice(const Goal& goal, double until_seconds,
                                             const std::function<double()>& clock) {
    do {
        if (const std::optional<StopReason> why = timeline_.run_towards(goal, kSliceEvents)) {
            return why;
        }
    } while (clock() < until_seconds);
    return std::nullopt;
}

void Session::advance_errand(double seconds, double deadline,
                             const std::function<double()>& clock) {
    Goal goal = errand_->goal;
    const bool played = errand_->speed > 0;
    if (played) {
        goal.limit = std::min(goal.limit, now_ + nanoseconds(seconds * errand_->speed * 1e9));
    }
    const std::optional<StopReason> why = run_slice(goal, deadline, clock);
    const bool over = why && (*why != StopReason::kLimit || goal.limit == errand_->goal.limit);
    const Duration now = why == StopReason::kLimit ? goal.limit : timeline_.now();
    const bool awaits = errand_->goal.until.has_value();
    if (over) {
        errand_.reset();
    }
    moved(std::max(now, timeline_.now()));
    // Looked for past the end, the run has become as long as that took, not as it might have taken.
    if (awaits) {
        end_ = std::max(end_, now_);
    }
}

void Session::advance_play(double seconds, double deadline, const std::function<double()>& clock) {
    Goal goal{.limit = std::min(end_, now_ + nanoseconds(seconds * speed_ * 1e9)),
              .fact_index = break_on_};
    const std::optional<StopReason> why = run_slice(goal, deadline, clock);
    const Duration now = why == StopReason::kLimit ? goal.limit : timeline_.now();
    if (why == StopReason::kBreakpoint || now >= end_) {
        playing_ = false;
    }
    moved(std::max(now, timeline_.now()));
}

void Session::advance(double seconds, double budget_seconds, const std::function<double()>& clock) {
    const double deadline = clock() + budget_seconds;
    if (errand_) {
        advance_errand(seconds, deadline, clock);
    } else if (playing_) {
        advance_play(seconds, deadline, clock);
    }
}

}  // namespace brokerlab

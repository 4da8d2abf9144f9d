// Session: the run that the app shows: a timeline with its scenario, how it plays, its lesson and
// its autosave. It carries out intents and moves the run on between frames, a slice at a time, so
// that the window never freezes.
//
// Knows no ImGui: the command line of the app and the tests drive it just so.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gui/frame.h"
#include "gui/intents.h"
#include "sim/base/outcome.h"
#include "sim/script/lesson_play.h"
#include "sim/script/scenario.h"
#include "sim/timeline/timeline.h"

namespace brokerlab {

class Session {
public:
    /// Boots the scenario's cluster. Fails with a sentence that names the place.
    [[nodiscard]] static Outcome<Session> open(Scenario scenario, std::optional<Lesson> lesson);

    [[nodiscard]] const Timeline& timeline() const { return timeline_; }
    [[nodiscard]] const Scenario& scenario() const { return scenario_; }
    [[nodiscard]] const LessonPlay* lesson() const { return lesson_ ? &*lesson_ : nullptr; }
    [[nodiscard]] Duration now() const { return now_; }
    /// Free play, or a lesson's run on its way.
    [[nodiscard]] bool playing() const { return playing_ || plays_errand(); }
    /// Simulated seconds a second: of the lesson's run while one plays.
    [[nodiscard]] double speed() const { return plays_errand() ? errand_->speed : speed_; }
    [[nodiscard]] std::optional<std::size_t> break_on() const { return break_on_; }
    [[nodiscard]] std::optional<Progress> progress() const;
    [[nodiscard]] uint64_t stamp() const { return stamp_; }
    /// Whether advance() has something to do.
    [[nodiscard]] bool busy() const { return playing_ || errand_.has_value(); }
    /// The scenario with the commands of the current branch up to now: a recording.
    [[nodiscard]] Scenario recording() const;
    /// The same with everything that the branch holds: also what the run went back from.
    [[nodiscard]] Scenario whole_recording() const;

    // Intents about the run. What can't be done answers with a sentence.
    std::optional<Notice> give(const std::string& command);
    void play_pause();
    void set_speed(double speed);
    void step_event();
    void step_fact();
    void step_back();
    void go_to(Duration at);
    void go_to_fact(FactId fact);
    void go_to_end();
    std::optional<Notice> run_until(const std::string& expression);
    void break_at(std::optional<std::size_t> fact_index);
    void cancel();
    void switch_branch(std::size_t branch);
    void rename_branch(std::size_t branch, std::string name);
    void lesson_next();
    void lesson_back();
    void lesson_predict(std::size_t block, std::vector<std::size_t> chosen);
    /// Runs an open run block, or goes back for an open branch block.
    void lesson_run(std::size_t block);
    /// Goes back to where the furthest step began, and begins it once more.
    void lesson_again();

    /// Moves the run on by what `seconds` of real time are worth, or towards the goal of a long
    /// run, for at most `budget_seconds` of work as `clock` tells it.
    void advance(double seconds, double budget_seconds, const std::function<double()>& clock);
    /// As far as the run goes before it stops by itself; pressing play there makes it longer.
    [[nodiscard]] Duration end() const { return end_; }

private:
    /// A goal on its way: as fast as can be, or played at a speed.
    struct Errand {
        Goal goal;
        std::string what;  ///< for its progress
        Duration from;
        double speed = 0;  ///< 0: as fast as can be
    };

    Session(Scenario scenario, Timeline timeline)
        : scenario_(std::move(scenario)), timeline_(std::move(timeline)), end_(scenario_.until) {}
    [[nodiscard]] bool plays_errand() const { return errand_ && errand_->speed > 0; }
    [[nodiscard]] Scenario recording_up_to(Duration until) const;
    [[nodiscard]] bool lesson_wants_deed() const;
    void moved(Duration now);
    void note_lesson();
    void send(Goal goal, std::string what, double speed);
    [[nodiscard]] std::optional<StopReason> run_slice(const Goal& goal, double until_seconds,
                                                      const std::function<double()>& clock);
    void advance_errand(double seconds, double deadline, const std::function<double()>& clock);
    void advance_play(double seconds, double deadline, const std::function<double()>& clock);

    Scenario scenario_;
    Timeline timeline_;
    std::optional<LessonPlay> lesson_;
    Duration now_;  ///< of the picture: the World's last event is not later
    Duration end_;
    bool playing_ = false;
    double speed_ = 1;
    std::optional<Errand> errand_;
    std::optional<std::size_t> break_on_;
    uint64_t stamp_ = 1;
};

}  // namespace brokerlab

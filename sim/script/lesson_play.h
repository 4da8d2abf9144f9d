// LessonPlay: where a learner stands in a lesson: the step, what was answered and done, and how it
// was judged. One implementation for the app, the terminal and `lesson check`.
//
// It never moves time itself, but for going back to a moment that was: it says what it wants run
// (wanted_run) and is told when something has changed (note). Blocks of a step open one after the
// other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/script/lesson.h"
#include "sim/timeline/goal.h"
#include "sim/timeline/timeline.h"

namespace brokerlab {

enum class BlockState : uint8_t {
    kAhead,     ///< something before it is open
    kOpen,      ///< waits for the learner, or for the run
    kAnswered,  ///< a prediction that is judged when what it speaks of has happened
    kDone,      ///< nothing more to do
    kRight,     ///< a prediction that came true
    kWrong,     ///< a prediction that did not
};

/// How one block stands. Its text is quoted when it opens: it does not change as time moves on.
struct BlockProgress {
    BlockState state = BlockState::kAhead;
    std::string text;                  ///< what is asked or explained
    std::vector<std::string> options;  ///< of a prediction
    std::vector<std::size_t> chosen;   ///< which of them
    std::vector<std::size_t> right;    ///< once judged: which came true
    std::string feedback;              ///< why a prediction was wrong, why a check does not hold
    std::string command;               ///< of a do: as one who knows it would type it
    std::string hint;                  ///< of a do
    std::optional<Expression> effect;  ///< of a do
    Duration opened_at;                ///< after time 0
    bool brokers = false;              ///< a prediction of a set of brokers
};

class LessonPlay {
public:
    LessonPlay(Lesson lesson, const Timeline& timeline);

    [[nodiscard]] const Lesson& lesson() const { return lesson_; }
    /// The step that is shown.
    [[nodiscard]] std::size_t step() const { return step_; }
    /// How many steps were reached.
    [[nodiscard]] std::size_t steps_reached() const { return progress_.size(); }
    /// Of a step that was reached; one for each block.
    [[nodiscard]] const std::vector<BlockProgress>& progress(std::size_t step) const {
        return progress_[step];
    }
    /// The open block of the step that is shown; none: the step is done.
    [[nodiscard]] std::optional<std::size_t> open_block() const;
    [[nodiscard]] bool step_done() const { return !open_block().has_value(); }
    /// The last step is done.
    [[nodiscard]] bool finished() const;
    /// Predictions judged so far, and how many of them came true.
    [[nodiscard]] std::size_t predictions() const;
    [[nodiscard]] std::size_t predictions_right() const;
    /// What the shown step points at, as text of a thing; empty: nothing.
    [[nodiscard]] std::string pointed() const;

    /// Of an open run block: how far the run is to go.
    [[nodiscard]] std::optional<Goal> wanted_run(const Timeline& timeline) const;
    /// Answers an open prediction with indices of its options. Others are left out.
    void predict(const Timeline& timeline, std::size_t block, std::vector<std::size_t> chosen);
    /// Of an open branch block: goes back and gives its commands.
    void go_back(Timeline& timeline);
    /// Goes back to where the furthest step began, and forgets what was answered and done in it.
    void begin_step_again(Timeline& timeline);
    /// Something has changed: time, a command. Closes what is done, opens what comes next.
    void note(const Timeline& timeline);
    /// To the next step, when this one is done or the next was reached before.
    void next(const Timeline& timeline);
    /// To the step before; time does not move, and what was answered stays.
    void back();

private:
    /// A moment of the timeline, to go back to.
    struct Moment {
        std::size_t branch = 0;
        uint64_t events_run = 0;
    };

    /// What a `do` remembered, and when it was asked.
    struct Remembered {
        std::string name;
        std::string value;
        Moment moment;
    };

    [[nodiscard]] const std::vector<LessonBlock>& blocks() const;
    [[nodiscard]] const Remembered* find(const std::string& name) const;
    /// "Broker 3 leads now": live text with the values of a World.
    [[nodiscard]] std::string quote(const World& world, const LiveText& text) const;
    [[nodiscard]] std::string feedback_of(const World& world, const PredictBlock& predict,
                                          const BlockProgress& progress) const;
    void open(const Timeline& timeline, std::size_t block);
    void open_do(const Timeline& timeline, const DoBlock& deed, BlockProgress& progress);
    void open_what_can_be(const Timeline& timeline);
    [[nodiscard]] bool is_done(const Timeline& timeline, std::size_t block);
    void judge_answers(const World& world);
    void begin_step(const Timeline& timeline);
    static void go_to(Timeline& timeline, const Moment& moment);

    Lesson lesson_;
    std::size_t step_ = 0;
    std::vector<std::vector<BlockProgress>> progress_;  ///< of the steps reached
    std::vector<Remembered> remembered_;                ///< the latest of a name last
    Moment step_began_;                                 ///< the furthest one
    std::size_t remembered_before_ = 0;                 ///< names, when it began
};

}  // namespace brokerlab

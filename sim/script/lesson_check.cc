#include "sim/script/lesson_check.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sim/script/command_text.h"

namespace brokerlab {
namespace {

constexpr uint64_t kAllEvents = std::numeric_limits<uint64_t>::max();

std::string place(const LessonPlay& play, std::size_t block) {
    return fmt::format("step {} ('{}'), block {}", play.step() + 1,
                       play.lesson().steps[play.step()].title, block + 1);
}

/// What comes true of an open prediction: a copy of the run goes on until it is judged.
std::vector<std::size_t> look_ahead(LessonPlay play, Timeline timeline, std::size_t block) {
    const std::size_t step = play.step();
    const std::vector<std::size_t> first{0};
    while (play.progress(step)[block].right.empty() &&
           play.progress(step)[block].state != BlockState::kWrong && !play.step_done()) {
        if (!do_open_block(play, timeline, first)) {
            break;
        }
    }
    return play.progress(step)[block].right;
}

/// The set or choice that this learner answers with.
std::vector<std::size_t> answer(Learner learner, const BlockProgress& progress,
                                const std::vector<std::size_t>& right) {
    if (learner == Learner::kPerfect) {
        return progress.brokers || right.empty() ? right : std::vector<std::size_t>{right.front()};
    }
    std::vector<std::size_t> wrong;
    for (std::size_t i = 0; i < progress.options.size(); ++i) {
        if (!std::binary_search(right.begin(), right.end(), i)) {
            wrong.push_back(i);
        }
    }
    if (progress.brokers) {
        return wrong;  // All but the right ones; nobody, where all are right.
    }
    return wrong.empty() ? wrong : std::vector<std::size_t>{wrong.front()};
}

class Check {
public:
    Check(const Lesson& lesson, Timeline timeline, Learner learner)
        : timeline_(std::move(timeline)), play_(lesson, timeline_), learner_(learner) {}

    LessonResult run() {
        while (true) {
            while (const std::optional<std::size_t> block = play_.open_block()) {
                if (!do_block(*block)) {
                    problem(*block, "can't be done");
                    return result();
                }
            }
            if (play_.finished()) {
                return result();
            }
            play_.next(timeline_);
        }
    }

private:
    bool do_block(std::size_t block) {
        const LessonBlock& what = play_.lesson().steps[play_.step()].blocks[block];
        const BlockProgress& progress = play_.progress(play_.step())[block];
        std::vector<std::size_t> chosen;
        if (std::holds_alternative<PredictBlock>(what)) {
            const std::vector<std::size_t> right = look_ahead(play_, timeline_, block);
            if (!progress.brokers && right.size() != 1) {
                problem(block,
                        fmt::format("{} of the options come true; it must be one", right.size()));
            }
            chosen = answer(learner_, progress, right);
        }
        if (std::holds_alternative<DoBlock>(what) && learner_ == Learner::kAlwaysWrong) {
            // Something else than what is asked for must not be taken for it.
            const std::size_t step = play_.step();
            play_.note(timeline_);
            if (play_.step() != step || play_.open_block() != block) {
                problem(block, "is accepted although nothing was done");
            }
        }
        return do_open_block(play_, timeline_, chosen);
    }

    void problem(std::size_t block, const std::string& what) {
        const std::string& feedback = play_.progress(play_.step())[block].feedback;
        problems_.push_back(fmt::format("{} {}{}{}", place(play_, block), what,
                                        feedback.empty() ? "" : ": ", feedback));
    }

    LessonResult result() {
        LessonResult result{play_.predictions(), play_.predictions_right(), std::move(problems_)};
        const std::size_t wanted = learner_ == Learner::kPerfect ? result.predictions : 0;
        if (result.right != wanted) {
            result.problems.push_back(
                fmt::format("{} of {} predictions were judged right; it "
                            "must be {}",
                            result.right, result.predictions, wanted));
        }
        return result;
    }

    Timeline timeline_;
    LessonPlay play_;
    Learner learner_;
    std::vector<std::string> problems_;
};

}  // namespace

bool do_open_block(LessonPlay& play, Timeline& timeline, const std::vector<std::size_t>& chosen) {
    const std::optional<std::size_t> block = play.open_block();
    if (!block) {
        return false;
    }
    const LessonBlock& what = play.lesson().steps[play.step()].blocks[*block];
    if (std::holds_alternative<PredictBlock>(what)) {
        play.predict(timeline, *block, chosen);
    } else if (const std::optional<Goal> goal = play.wanted_run(timeline)) {
        timeline.run_towards(*goal, kAllEvents);
        play.note(timeline);
    } else if (std::holds_alternative<DoBlock>(what)) {
        const std::variant<Command, TextError> command =
            parse_command(play.progress(play.step())[*block].command);
        if (const auto* parsed = std::get_if<Command>(&command)) {
            (void)timeline.give(*parsed, command_text(*parsed));
        }
        play.note(timeline);
    } else {
        play.go_back(timeline);
    }
    return play.open_block() != block;
}

Outcome<LessonResult> check_lesson(const Lesson& lesson, const Scenario& scenario,
                                   Learner learner) {
    Outcome<Timeline> timeline = Timeline::create(scenario.setup, scenario.plan);
    if (!timeline.ok()) {
        return timeline.failure();
    }
    return Check(lesson, *std::move(timeline), learner).run();
}

}  // namespace brokerlab

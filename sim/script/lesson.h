// Lesson: Markdown prose in steps, with blocks that the lab carries out or asks.
//
// A lesson is a folder: lesson.md and the scenario that it names. The file begins with a YAML head
// between lines of three dashes (name, about, scenario); each `## ` heading begins a step; a fenced
// block of the language `lab` holds YAML with exactly one of the words run, predict, do, check,
// explain, branch, point. Right answers never stand in the file: they are expressions about the
// live World. Text of a block may quote live values: "Broker {leader(orders-0)} leads".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/query/expression.h"
#include "sim/script/yaml_node.h"

namespace brokerlab {

/// Text with values of the live World in it.
struct LiveText {
    struct Part {
        std::string text;  ///< before the value
        std::optional<Expression::Call> value;
        std::string remembered;  ///< the name of a value that a `do` remembered; else empty
    };
    std::vector<Part> parts;

    [[nodiscard]] bool empty() const { return parts.empty(); }
};

/// run: {until: 10s, speed: 5} or {say: until another leads, until: "leader(orders-0) != 2"}
struct RunBlock {
    LiveText say;                        ///< what the run goes on for, in words; empty: as written
    std::optional<Duration> until_time;  ///< after time 0
    std::optional<Expression> until;
    Duration within = 60_s;  ///< of an expression: from where the block begins; then it gives up
    int32_t speed_thousandths = 1000;  ///< at which the app plays it: 10 to 1,000,000
};
/// predict: {ask, options: [{say, that, because}]} or {ask, brokers: FUNCTION}. Judged when all
/// runs and dos that follow it in its step are done; without one at once.
struct PredictBlock {
    struct Option {
        LiveText say;
        std::optional<Expression> that;  ///< whether it came true
        LiveText because;  ///< for whoever chose it and was wrong: where it parts from the model
    };
    LiveText ask;
    std::vector<Option> options;              ///< choose one
    std::optional<Expression::Call> brokers;  ///< choose a set: the function gives the right one
};
/// do: {ask, command, effect, hint, remember: {NAME: FUNCTION}}: the learner gives it by click or
/// palette. Later texts may quote what was remembered when it was asked as {NAME}.
struct DoBlock {
    LiveText ask;
    LiveText command;  ///< what a learner who knows it would type
    LiveText effect;   ///< an expression: accepted when it holds, however that came about
    LiveText hint;
    std::vector<std::pair<std::string, Expression::Call>> remember;
};
/// check: {that, else}: the lesson goes on when it holds.
struct CheckBlock {
    Expression that;
    LiveText otherwise;
};
/// explain: TEXT
struct ExplainBlock {
    LiveText text;
};
/// branch: {ask, before: NAME, do: [COMMAND], name}: back to the moment at which the `do` was asked
/// that remembered NAME; the commands given there open a branch, which gets the name.
struct BranchBlock {
    LiveText ask;
    std::string before;
    std::vector<LiveText> commands;  ///< at least one
    std::string name;
};
/// point: THING: what the step speaks of.
struct PointBlock {
    LiveText thing;
};
struct ProseBlock {
    std::string markdown;
};
using LessonBlock = std::variant<ProseBlock, RunBlock, PredictBlock, DoBlock, CheckBlock,
                                 ExplainBlock, BranchBlock, PointBlock>;

struct LessonStep {
    std::string title;
    std::vector<LessonBlock> blocks;
};
struct Lesson {
    std::string name;
    std::string about;
    std::string scenario;  ///< file name beside the lesson
    std::vector<LessonStep> steps;
};

/// Reads lesson.md. No lesson is larger than a scenario may be.
[[nodiscard]] std::variant<Lesson, FileError> read_lesson(std::string_view markdown);

}  // namespace brokerlab

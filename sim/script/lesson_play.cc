#include "sim/script/lesson_play.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sim/query/evaluate.h"
#include "sim/script/command_text.h"

namespace brokerlab {
namespace {

/// The brokers of a set prediction, in the order of its options.
std::vector<int64_t> broker_ids(const World& world) {
    std::vector<int64_t> ids;
    for (const Cow<BrokerHost>& host : world.brokers) {
        ids.push_back(host->setup.id.value);
    }
    return ids;
}

/// Which options of a prediction hold in this World.
std::vector<std::size_t> options_that_hold(const World& world, const PredictBlock& predict) {
    std::vector<std::size_t> right;
    if (!predict.brokers) {
        for (std::size_t i = 0; i < predict.options.size(); ++i) {
            if (holds(world, *predict.options[i].that)) {
                right.push_back(i);
            }
        }
        return right;
    }
    const QueryValue value = value_of(world, *predict.brokers);
    const std::vector<int64_t> ids = broker_ids(world);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto* set = std::get_if<std::vector<int64_t>>(&value);
        const auto* one = std::get_if<int64_t>(&value);
        if ((set != nullptr && std::binary_search(set->begin(), set->end(), ids[i])) ||
            (one != nullptr && *one == ids[i])) {
            right.push_back(i);
        }
    }
    return right;
}

bool came_true(const PredictBlock& predict, const BlockProgress& progress) {
    if (predict.brokers) {
        return progress.chosen == progress.right;
    }
    return std::all_of(progress.chosen.begin(), progress.chosen.end(), [&](std::size_t i) {
        return std::binary_search(progress.right.begin(), progress.right.end(), i);
    });
}

std::string joined(const BlockProgress& progress, const std::vector<std::size_t>& which) {
    std::string text;
    for (const std::size_t i : which) {
        text += (text.empty() ? "" : ", ") + progress.options[i];
    }
    return text.empty() ? "none" : text;
}

bool moves_time(const LessonBlock& block) {
    return std::holds_alternative<RunBlock>(block) || std::holds_alternative<DoBlock>(block);
}

bool settled(const BlockProgress& progress) {
    return progress.state != BlockState::kAhead && progress.state != BlockState::kOpen;
}

}  // namespace

const LessonPlay::Remembered* LessonPlay::find(const std::string& name) const {
    const auto found = std::find_if(remembered_.rbegin(), remembered_.rend(),
                                    [&](const Remembered& one) { return one.name == name; });
    return found == remembered_.rend() ? nullptr : &*found;
}

std::string LessonPlay::quote(const World& world, const LiveText& text) const {
    std::string result;
    for (const LiveText::Part& part : text.parts) {
        result += part.text;
        if (part.value) {
            result += value_text(value_of(world, *part.value));
        }
        if (const Remembered* remembered = find(part.remembered)) {
            result += remembered->value;
        }
    }
    return result;
}

/// The sentence that shows where a wrong prediction parts from the model.
std::string LessonPlay::feedback_of(const World& world, const PredictBlock& predict,
                                    const BlockProgress& progress) const {
    std::string text = fmt::format("It came out otherwise: {}.", joined(progress, progress.right));
    if (!predict.brokers && !progress.chosen.empty()) {
        const std::string because = quote(world, predict.options[progress.chosen.front()].because);
        if (!because.empty()) {
            text += " " + because;
        }
    }
    return text;
}

LessonPlay::LessonPlay(Lesson lesson, const Timeline& timeline) : lesson_(std::move(lesson)) {
    begin_step(timeline);
}

void LessonPlay::begin_step(const Timeline& timeline) {
    step_began_ = {timeline.branch(), timeline.world().events_run};
    remembered_before_ = remembered_.size();
    progress_.emplace_back(lesson_.steps[step_].blocks.size());
    open_what_can_be(timeline);
}

void LessonPlay::begin_step_again(Timeline& timeline) {
    step_ = progress_.size() - 1;
    go_to(timeline, step_began_);
    remembered_.erase(remembered_.begin() + static_cast<std::ptrdiff_t>(remembered_before_),
                      remembered_.end());
    progress_.pop_back();
    begin_step(timeline);
}

void LessonPlay::go_to(Timeline& timeline, const Moment& moment) {
    if (timeline.branch() != moment.branch) {
        timeline.switch_to(moment.branch);
    }
    timeline.seek_event(moment.events_run);
}

/// Of the furthest step: only there is anything open.
const std::vector<LessonBlock>& LessonPlay::blocks() const {
    return lesson_.steps[progress_.size() - 1].blocks;
}

std::optional<std::size_t> LessonPlay::open_block() const {
    const std::vector<BlockProgress>& step = progress_[step_];
    const auto open = std::find_if_not(step.begin(), step.end(), settled);
    return open == step.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(std::distance(step.begin(), open)));
}

bool LessonPlay::finished() const {
    return progress_.size() == lesson_.steps.size() &&
           std::all_of(progress_.back().begin(), progress_.back().end(), settled);
}

std::size_t LessonPlay::predictions() const {
    std::size_t count = 0;
    for (const std::vector<BlockProgress>& step : progress_) {
        count += static_cast<std::size_t>(
            std::count_if(step.begin(), step.end(), [](const BlockProgress& block) {
                return block.state == BlockState::kRight || block.state == BlockState::kWrong;
            }));
    }
    return count;
}

std::size_t LessonPlay::predictions_right() const {
    std::size_t count = 0;
    for (const std::vector<BlockProgress>& step : progress_) {
        count += static_cast<std::size_t>(std::count_if(
            step.begin(), step.end(),
            [](const BlockProgress& block) { return block.state == BlockState::kRight; }));
    }
    return count;
}

std::string LessonPlay::pointed() const {
    std::string thing;
    for (std::size_t i = 0; i < progress_[step_].size(); ++i) {
        if (std::holds_alternative<PointBlock>(lesson_.steps[step_].blocks[i]) &&
            settled(progress_[step_][i])) {
            thing = progress_[step_][i].text;
        }
    }
    return thing;
}

std::optional<Goal> LessonPlay::wanted_run(const Timeline& timeline) const {
    const std::optional<std::size_t> block = open_block();
    const auto* run = block ? std::get_if<RunBlock>(&lesson_.steps[step_].blocks[*block]) : nullptr;
    if (run == nullptr || progress_[step_][*block].state != BlockState::kOpen) {
        return std::nullopt;
    }
    Goal goal;
    goal.until = run->until;
    goal.limit = run->until_time.value_or(progress_[step_][*block].opened_at + run->within);
    goal.limit = std::max(goal.limit, timeline.now());
    return goal;
}

void LessonPlay::predict(const Timeline& timeline, std::size_t block,
                         std::vector<std::size_t> chosen) {
    if (step_ + 1 != progress_.size() || open_block() != block ||
        !std::holds_alternative<PredictBlock>(blocks()[block])) {
        return;
    }
    BlockProgress& progress = progress_.back()[block];
    std::erase_if(chosen, [&](std::size_t i) { return i >= progress.options.size(); });
    std::sort(chosen.begin(), chosen.end());
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    if (chosen.empty() && !progress.brokers) {
        return;
    }
    progress.chosen = std::move(chosen);
    progress.state = BlockState::kAnswered;
    open_what_can_be(timeline);
}

/// Judges what was answered, once nothing more is to happen in the step.
void LessonPlay::judge_answers(const World& world) {
    for (std::size_t i = 0; i < progress_.back().size(); ++i) {
        if (!settled(progress_.back()[i]) && moves_time(blocks()[i])) {
            return;
        }
    }
    for (std::size_t i = 0; i < progress_.back().size(); ++i) {
        BlockProgress& progress = progress_.back()[i];
        const auto* predict = std::get_if<PredictBlock>(&blocks()[i]);
        if (predict == nullptr || progress.state != BlockState::kAnswered) {
            continue;
        }
        progress.right = options_that_hold(world, *predict);
        const bool right = came_true(*predict, progress);
        progress.state = right ? BlockState::kRight : BlockState::kWrong;
        progress.feedback = right ? "" : feedback_of(world, *predict, progress);
    }
}

void LessonPlay::open_do(const Timeline& timeline, const DoBlock& deed, BlockProgress& progress) {
    const World& world = timeline.world();
    for (const auto& [name, call] : deed.remember) {
        remembered_.push_back(
            {name, value_text(value_of(world, call)), Moment{timeline.branch(), world.events_run}});
    }
    progress.text = quote(world, deed.ask);
    progress.command = quote(world, deed.command);
    progress.hint = quote(world, deed.hint);
    std::variant<Expression, ExpressionError> effect = parse_expression(quote(world, deed.effect));
    if (auto* expression = std::get_if<Expression>(&effect)) {
        progress.effect = std::move(*expression);
    }
}

/// Quotes a block's text, and closes at once what asks nothing of the learner.
void LessonPlay::open(const Timeline& timeline, std::size_t block) {
    const World& world = timeline.world();
    BlockProgress& progress = progress_.back()[block];
    progress.state = BlockState::kOpen;
    progress.opened_at = timeline.now();
    const LessonBlock& what = blocks()[block];
    if (const auto* predict = std::get_if<PredictBlock>(&what)) {
        progress.text = quote(world, predict->ask);
        progress.brokers = predict->brokers.has_value();
        for (const PredictBlock::Option& option : predict->options) {
            progress.options.push_back(quote(world, option.say));
        }
        if (progress.brokers) {
            for (const int64_t id : broker_ids(world)) {
                progress.options.push_back(fmt::format("broker {}", id));
            }
        }
    } else if (const auto* deed = std::get_if<DoBlock>(&what)) {
        open_do(timeline, *deed, progress);
    } else if (const auto* run = std::get_if<RunBlock>(&what)) {
        progress.text = quote(world, run->say);
    } else if (const auto* branch = std::get_if<BranchBlock>(&what)) {
        progress.text = quote(world, branch->ask);
    } else if (const auto* explain = std::get_if<ExplainBlock>(&what)) {
        progress.text = quote(world, explain->text);
        progress.state = BlockState::kDone;
    } else if (const auto* point = std::get_if<PointBlock>(&what)) {
        progress.text = quote(world, point->thing);
        progress.state = BlockState::kDone;
    } else if (std::holds_alternative<ProseBlock>(what)) {
        progress.state = BlockState::kDone;
    }
}

/// Whether an open block has what it waits for.
bool LessonPlay::is_done(const Timeline& timeline, std::size_t block) {
    const World& world = timeline.world();
    BlockProgress& progress = progress_.back()[block];
    const LessonBlock& what = blocks()[block];
    if (const auto* run = std::get_if<RunBlock>(&what)) {
        if (run->until_time) {
            return timeline.passed(*run->until_time);
        }
        if (holds(world, *run->until)) {
            return true;
        }
        if (timeline.now() >= progress.opened_at + run->within) {
            progress.feedback = fmt::format("{} did not come to hold.", run->until->text);
            return true;
        }
        return false;
    }
    if (std::holds_alternative<DoBlock>(what)) {
        return progress.effect && holds(world, *progress.effect);
    }
    if (const auto* check = std::get_if<CheckBlock>(&what)) {
        const bool held = holds(world, check->that);
        progress.feedback = held ? "" : quote(world, check->otherwise);
        return held;
    }
    return false;
}

void LessonPlay::open_what_can_be(const Timeline& timeline) {
    std::vector<BlockProgress>& step = progress_.back();
    for (std::size_t i = 0; i < step.size(); ++i) {
        if (step[i].state == BlockState::kAhead) {
            open(timeline, i);
        }
        if (step[i].state == BlockState::kOpen && is_done(timeline, i)) {
            step[i].state = BlockState::kDone;
        }
        judge_answers(timeline.world());
        if (!settled(step[i])) {
            return;
        }
    }
}

void LessonPlay::go_back(Timeline& timeline) {
    const std::optional<std::size_t> block = open_block();
    if (step_ + 1 != progress_.size() || !block) {
        return;
    }
    const auto* branch = std::get_if<BranchBlock>(&blocks()[*block]);
    if (branch == nullptr) {
        return;
    }
    const World& world = timeline.world();
    std::vector<std::string> commands;
    for (const LiveText& command : branch->commands) {
        commands.push_back(quote(world, command));
    }
    const Moment moment = find(branch->before)->moment;
    go_to(timeline, moment);
    for (const std::string& text : commands) {
        std::variant<Command, TextError> command = parse_command(text);
        if (const auto* parsed = std::get_if<Command>(&command)) {
            if (const std::optional<Refusal> refusal =
                    timeline.give(*parsed, command_text(*parsed))) {
                progress_.back()[*block].feedback = refusal->reason;
            }
        }
    }
    if (timeline.branch() != moment.branch) {
        timeline.rename(timeline.branch(), branch->name);
    }
    progress_.back()[*block].state = BlockState::kDone;
    open_what_can_be(timeline);
}

void LessonPlay::note(const Timeline& timeline) {
    open_what_can_be(timeline);
}

void LessonPlay::next(const Timeline& timeline) {
    if (step_ + 1 < progress_.size()) {
        ++step_;
    } else if (step_done() && step_ + 1 < lesson_.steps.size()) {
        ++step_;
        begin_step(timeline);
    }
}

void LessonPlay::back() {
    if (step_ > 0) {
        --step_;
    }
}

}  // namespace brokerlab

#include "sim/timeline/timeline.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/query/evaluate.h"

namespace brokerlab {
namespace {

uint64_t events_of(const Cursor& cursor) {
    return cursor.world.events_run;
}

/// Takes every other keyframe of the older half away, but never the first.
void thin_out(std::vector<Cursor>& keyframes) {
    std::vector<Cursor> kept;
    const std::size_t half = keyframes.size() / 2;
    for (std::size_t i = 0; i < keyframes.size(); ++i) {
        if (i >= half || i % 2 == 0) {
            kept.push_back(std::move(keyframes[i]));
        }
    }
    keyframes = std::move(kept);
}

}  // namespace

bool is_mark(const FactBody& fact) {
    const auto* acked = std::get_if<BatchAcked>(&fact);
    return acked == nullptr || acked->attempts > 1;
}

Outcome<Timeline> Timeline::create(const Setup& setup, Plan plan) {
    std::vector<Fact> marks;
    Outcome<Cursor> booted = boot(setup, [&](const Cursor&, const Move& move) {
        for (const Fact& fact : move.result.facts) {
            if (is_mark(fact.body)) {
                marks.push_back(fact);
            }
        }
    });
    if (!booted.ok()) {
        return booted.failure();
    }
    Timeline timeline;
    timeline.current_ = *std::move(booted);
    Branch main;
    main.name = "main";
    main.begins_after = events_of(timeline.current_);
    main.plan = std::move(plan);
    main.keyframes.push_back(timeline.current_);
    main.marks = std::move(marks);
    timeline.branches_.push_back(std::move(main));
    return timeline;
}

Duration Timeline::now() const {
    return world().now - *world().time_zero;
}

void Timeline::run_one(Move& move) {
    move_on(current_, branches_[branch_].plan, move);
    if (at_head_) {
        note_head(move);
    } else {
        at_head_ = events_of(current_) == events_of(branches_[branch_].head);
    }
}

/// What is new at the head: marks, and a keyframe now and then.
void Timeline::note_head(const Move& move) {
    Branch& branch = branches_[branch_];
    for (const Fact& fact : move.result.facts) {
        if (is_mark(fact.body)) {
            branch.marks.push_back(fact);
        }
    }
    if (events_of(current_) >= events_of(branch.keyframes.back()) + kKeyframeEvents) {
        branch.keyframes.push_back(current_);
        if (branch.keyframes.size() > kMostKeyframes) {
            thin_out(branch.keyframes);
        }
    }
}

/// Keeps the head while the current moment is elsewhere. A copy at each event would make every part
/// of the World shared, and each edit a clone.
void Timeline::leave_head() {
    if (at_head_) {
        branches_[branch_].head = current_;
    }
}

void Timeline::go_to(const Cursor& moment) {
    leave_head();
    current_ = moment;
    at_head_ = events_of(current_) == events_of(branches_[branch_].head);
}

void Timeline::step_event(Move& move) {
    run_one(move);
}

StopReason Timeline::step_fact(Duration limit) {
    Move move;
    while (next_due(current_, branches_[branch_].plan) <= instant(limit)) {
        run_one(move);
        if (std::any_of(move.result.facts.begin(), move.result.facts.end(),
                        [](const Fact& fact) { return is_mark(fact.body); })) {
            return StopReason::kBreakpoint;
        }
    }
    return StopReason::kLimit;
}

const Cursor& Timeline::keyframe_before(uint64_t events_run) const {
    const std::vector<Cursor>& keyframes = branches_[branch_].keyframes;
    const auto behind = std::upper_bound(
        keyframes.begin(), keyframes.end(), events_run,
        [](uint64_t n, const Cursor& keyframe) { return n < events_of(keyframe); });
    return behind == keyframes.begin() ? keyframes.front() : *std::prev(behind);
}

void Timeline::seek(Duration at) {
    const SimTime target = instant(at);
    leave_head();
    const Branch& branch = branches_[branch_];
    if (target >= branch.head.world.now) {
        go_to(branch.head);
    } else {
        const auto behind = std::upper_bound(
            branch.keyframes.begin(), branch.keyframes.end(), target,
            [](SimTime t, const Cursor& keyframe) { return t < keyframe.world.now; });
        const Cursor& start =
            behind == branch.keyframes.begin() ? branch.keyframes.front() : *std::prev(behind);
        // From here where that is nearer than the keyframe.
        const bool ahead = current_.world.now <= target;
        if (!ahead || events_of(start) > events_of(current_)) {
            go_to(start);
        }
    }
    Move move;
    while (next_due(current_, branches_[branch_].plan) <= target) {
        run_one(move);
    }
}

void Timeline::seek_event(uint64_t events_run) {
    leave_head();
    const uint64_t target = std::min(events_run, events_of(branches_[branch_].head));
    const Cursor& start = keyframe_before(target);
    if (target < events_of(current_) || events_of(start) > events_of(current_)) {
        go_to(start);
    }
    Move move;
    while (events_of(current_) < target) {
        run_one(move);
    }
}

void Timeline::step_back() {
    const uint64_t first = events_of(branches_[branch_].keyframes.front());
    if (events_of(current_) > first) {
        seek_event(events_of(current_) - 1);
    }
}

StopReason Timeline::run_until(const Expression& expression, Duration limit) {
    if (holds(world(), expression)) {
        return StopReason::kHolds;
    }
    Move move;
    while (next_due(current_, branches_[branch_].plan) <= instant(limit)) {
        run_one(move);
        if (holds(world(), expression)) {
            return StopReason::kHolds;
        }
    }
    return StopReason::kLimit;
}

StopReason Timeline::run_until_fact(std::size_t fact_index, Duration limit) {
    Move move;
    while (next_due(current_, branches_[branch_].plan) <= instant(limit)) {
        run_one(move);
        if (std::any_of(move.result.facts.begin(), move.result.facts.end(),
                        [&](const Fact& fact) { return fact.body.index() == fact_index; })) {
            return StopReason::kBreakpoint;
        }
    }
    return StopReason::kLimit;
}

/// A branch that leaves the current one at the current moment; the plan behind it is dropped.
void Timeline::open_branch() {
    const Branch& parent = branches_[branch_];
    Branch branch;
    branch.name = fmt::format("branch {}", branches_.size());
    branch.parent = branch_;
    branch.begins_after = events_of(current_);
    branch.plan.commands.assign(
        parent.plan.commands.begin(),
        parent.plan.commands.begin() + static_cast<std::ptrdiff_t>(current_.next_command));
    for (const Cursor& keyframe : parent.keyframes) {
        if (events_of(keyframe) <= events_of(current_)) {
            branch.keyframes.push_back(keyframe);
        }
    }
    for (const Fact& mark : parent.marks) {
        if (mark.at < current_.world.now ||
            (mark.at == current_.world.now &&
             mark.id.event < current_.world.queue.next_sequence())) {
            branch.marks.push_back(mark);
        }
    }
    branches_.push_back(std::move(branch));
    branch_ = branches_.size() - 1;
    at_head_ = true;
}

std::optional<Refusal> Timeline::give(const Command& command, const std::string& text) {
    if (std::optional<Refusal> refusal = admit(world(), command)) {
        return refusal;
    }
    if (!at_head()) {
        open_branch();
    }
    Plan& plan = branches_[branch_].plan;
    // Given now, so before whatever else is planned.
    plan.commands.insert(plan.commands.begin() + static_cast<std::ptrdiff_t>(current_.next_command),
                         PlannedCommand{now(), events_of(current_), command, text});
    Move move;
    run_one(move);
    BL_CHECK(move.was_command);
    return std::nullopt;
}

void Timeline::switch_to(std::size_t branch) {
    BL_CHECK(branch < branches_.size());
    const Duration at = now();
    leave_head();
    branch_ = branch;
    at_head_ = false;
    go_to(branches_[branch].keyframes.front());
    if (instant(at) <= branches_[branch].head.world.now) {
        seek(at);
    } else {
        go_to(branches_[branch].head);
    }
}

void Timeline::rename(std::size_t branch, std::string name) {
    BL_CHECK(branch < branches_.size());
    branches_[branch].name = std::move(name);
}

}  // namespace brokerlab

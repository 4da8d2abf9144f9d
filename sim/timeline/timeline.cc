#include "sim/timeline/timeline.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/query/evaluate.h"

namespace brokerlab {
namespace {

uint64_t events_of(const Cursor& cursor) {
    return cursor.world.events_run;
}

constexpr uint64_t kAllEvents = std::numeric_limits<uint64_t>::max();

/// Other events of that very instant may have been left out.
Duration just_after(Duration at) {
    return at + Duration(1);
}

bool stops_at(const Goal& goal, const Fact& fact) {
    return fact.body.index() == goal.fact_index || (goal.any_mark && is_mark(fact.body));
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
    Timeline timeline;
    Branch main;
    Outcome<Cursor> booted = boot(setup, [&](const Cursor& cursor, const Move& move) {
        for (const Fact& fact : move.result.facts) {
            if (is_mark(fact.body)) {
                main.marks.push_back(fact);
                main.marks_after.push_back(events_of(cursor));
            }
        }
    });
    if (!booted.ok()) {
        return booted.failure();
    }
    timeline.current_ = *std::move(booted);
    timeline.facts_ = main.marks;
    timeline.facts_after_ = main.marks_after;
    timeline.facts_until_ = events_of(timeline.current_);
    main.name = "main";
    main.begins_after = events_of(timeline.current_);
    main.plan = std::move(plan);
    main.keyframes.push_back(timeline.current_);
    timeline.branches_.push_back(std::move(main));
    return timeline;
}

Duration Timeline::now() const {
    return world().now - *world().time_zero;
}

void Timeline::run_one(Move& move) {
    move_on(current_, branches_[branch_].plan, move);
    note_facts(move.result.facts);
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
            branch.marks_after.push_back(events_of(current_));
        }
    }
    if (events_of(current_) >= events_of(branch.keyframes.back()) + kKeyframeEvents) {
        branch.keyframes.push_back(current_);
        if (branch.keyframes.size() > kMostKeyframes) {
            thin_out(branch.keyframes);
        }
    }
}

void Timeline::note_facts(const std::vector<Fact>& facts) {
    facts_until_ = events_of(current_);
    for (const Fact& fact : facts) {
        details_ += is_mark(fact.body) ? 0U : 1U;
        facts_.push_back(fact);
        facts_after_.push_back(facts_until_);
    }
    if (details_ > kMostDetails) {
        forget_old_details();
    }
}

/// Takes the older half of what is no mark away.
void Timeline::forget_old_details() {
    std::size_t surplus = details_ / 2;
    details_ -= surplus;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < facts_.size(); ++i) {
        if (surplus > 0 && !is_mark(facts_[i].body)) {
            --surplus;
            complete_from_ = just_after(facts_[i].at - *world().time_zero);
            continue;
        }
        if (kept != i) {
            facts_[kept] = std::move(facts_[i]);
            facts_after_[kept] = facts_after_[i];
        }
        ++kept;
    }
    facts_.erase(facts_.begin() + static_cast<std::ptrdiff_t>(kept), facts_.end());
    facts_after_.resize(kept);
}

/// Takes away what happened after that many events.
void Timeline::cut_facts(uint64_t events_run) {
    facts_until_ = std::min(facts_until_, events_run);
    const auto behind = std::upper_bound(facts_after_.begin(), facts_after_.end(), events_run);
    const auto cut = facts_.begin() + (behind - facts_after_.begin());
    details_ -= static_cast<std::size_t>(
        std::count_if(cut, facts_.end(), [](const Fact& fact) { return !is_mark(fact.body); }));
    facts_.erase(cut, facts_.end());
    facts_after_.erase(behind, facts_after_.end());
}

/// Makes facts_ what had happened at a moment of the branch. Beyond what is held the marks say it,
/// and the details begin anew there.
void Timeline::take_facts_of(const Cursor& moment) {
    const uint64_t events = events_of(moment);
    if (events <= facts_until_) {
        cut_facts(events);
    } else {
        const Branch& branch = branches_[branch_];
        const auto count =
            std::upper_bound(branch.marks_after.begin(), branch.marks_after.end(), events) -
            branch.marks_after.begin();
        facts_.assign(branch.marks.begin(), branch.marks.begin() + count);
        facts_after_.assign(branch.marks_after.begin(), branch.marks_after.begin() + count);
        details_ = 0;
        facts_until_ = events;
        complete_from_ = just_after(moment.world.now - *moment.world.time_zero);
    }
    // Details before complete_from_ are gone; where it lies ahead, none at all are held.
    if (details_ == 0) {
        const bool first = events == events_of(branches_[branch_].keyframes.front());
        const Duration at = moment.world.now - *moment.world.time_zero;
        complete_from_ = first ? Duration() : std::min(complete_from_, just_after(at));
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
    take_facts_of(moment);
    current_ = moment;
    at_head_ = events_of(current_) == events_of(branches_[branch_].head);
}

void Timeline::run_up_to(SimTime target) {
    Move move;
    while (next_due(current_, branches_[branch_].plan) <= target) {
        run_one(move);
    }
}

void Timeline::step_event(Move& move) {
    run_one(move);
}

const Cursor& Timeline::keyframe_before(uint64_t events_run) const {
    const std::vector<Cursor>& keyframes = branches_[branch_].keyframes;
    const auto behind = std::upper_bound(
        keyframes.begin(), keyframes.end(), events_run,
        [](uint64_t n, const Cursor& keyframe) { return n < events_of(keyframe); });
    return behind == keyframes.begin() ? keyframes.front() : *std::prev(behind);
}

/// The head where it is not later than the target, else the nearest keyframe.
const Cursor& Timeline::nearest_before(SimTime target) const {
    const Branch& branch = branches_[branch_];
    if (target >= branch.head.world.now) {
        return branch.head;
    }
    const auto behind =
        std::upper_bound(branch.keyframes.begin(), branch.keyframes.end(), target,
                         [](SimTime t, const Cursor& keyframe) { return t < keyframe.world.now; });
    return behind == branch.keyframes.begin() ? branch.keyframes.front() : *std::prev(behind);
}

void Timeline::seek(Duration at) {
    const SimTime target = instant(at);
    if (!at_head_ || target < world().now) {
        leave_head();
        const Cursor& start = nearest_before(target);
        // From here where that is nearer than the keyframe.
        const bool ahead = world().now <= target;
        if (!ahead || events_of(start) > events_of(current_)) {
            go_to(start);
        }
    }
    run_up_to(target);
}

void Timeline::seek_event(uint64_t events_run) {
    if (at_head_ && events_run >= events_of(current_)) {
        return;
    }
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

std::optional<StopReason> Timeline::run_towards(const Goal& goal, uint64_t most_events) {
    if (goal.until && holds(world(), *goal.until)) {
        return StopReason::kHolds;
    }
    Move move;
    while (next_due(current_, branches_[branch_].plan) <= instant(goal.limit)) {
        if (most_events-- == 0) {
            return std::nullopt;
        }
        run_one(move);
        if (goal.until && holds(world(), *goal.until)) {
            return StopReason::kHolds;
        }
        if (std::any_of(move.result.facts.begin(), move.result.facts.end(),
                        [&](const Fact& fact) { return stops_at(goal, fact); })) {
            return StopReason::kBreakpoint;
        }
    }
    return StopReason::kLimit;
}

StopReason Timeline::step_fact(Duration limit) {
    return *run_towards({limit, std::nullopt, std::nullopt, true}, kAllEvents);
}

StopReason Timeline::run_until(const Expression& expression, Duration limit) {
    return *run_towards({limit, expression, std::nullopt, false}, kAllEvents);
}

StopReason Timeline::run_until_fact(std::size_t fact_index, Duration limit) {
    return *run_towards({limit, std::nullopt, fact_index, false}, kAllEvents);
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
    const auto marks = std::upper_bound(parent.marks_after.begin(), parent.marks_after.end(),
                                        branch.begins_after) -
                       parent.marks_after.begin();
    branch.marks.assign(parent.marks.begin(), parent.marks.begin() + marks);
    branch.marks_after.assign(parent.marks_after.begin(), parent.marks_after.begin() + marks);
    branches_.push_back(std::move(branch));
    branch_ = branches_.size() - 1;
    at_head_ = true;
}

bool Timeline::reached(Duration at) const {
    const Branch& branch = branches_[branch_];
    return next_due(at_head_ ? current_ : branch.head, branch.plan) > instant(at);
}

bool Timeline::passed(Duration at) const {
    return next_due(current_, branches_[branch_].plan) > instant(at);
}

std::optional<Refusal> Timeline::give(const Command& command, const std::string& text,
                                      std::optional<Duration> at) {
    const Duration when = at.value_or(now());
    BL_CHECK(when >= now());
    BL_CHECK(instant(when) <= next_due(current_, branches_[branch_].plan));
    if (std::optional<Refusal> refusal = admit(world(), command)) {
        return refusal;
    }
    if (!at_head()) {
        open_branch();
    }
    Plan& plan = branches_[branch_].plan;
    // Given now, so before whatever else is planned.
    plan.commands.insert(plan.commands.begin() + static_cast<std::ptrdiff_t>(current_.next_command),
                         PlannedCommand{when, events_of(current_), command, text});
    Move move;
    run_one(move);
    BL_CHECK(move.was_command);
    return std::nullopt;
}

/// How many events two branches have in common.
uint64_t Timeline::shared_events(std::size_t a, std::size_t b) const {
    // A parent is older than what comes of it, so the younger one goes up.
    uint64_t shared = kAllEvents;
    while (a != b) {
        std::size_t& younger = a > b ? a : b;
        shared = std::min(shared, branches_[younger].begins_after);
        younger = branches_[younger].parent;
    }
    return shared;
}

void Timeline::switch_to(std::size_t branch) {
    BL_CHECK(branch < branches_.size());
    const SimTime at = world().now;
    leave_head();
    cut_facts(shared_events(branch_, branch));
    branch_ = branch;
    at_head_ = false;
    go_to(nearest_before(at));
    // Its end may be earlier.
    if (!at_head_) {
        run_up_to(at);
    }
}

void Timeline::rename(std::size_t branch, std::string name) {
    BL_CHECK(branch < branches_.size());
    branches_[branch].name = std::move(name);
}

}  // namespace brokerlab

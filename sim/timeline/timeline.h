// Timeline: a run that can be moved through: forward, back, to any moment, and into branches.
//
// A branch is a plan of commands and the keyframes made while it was played; a moment is reached
// from the nearest keyframe before it. A command in the past opens a branch that shares everything
// before it; the old future stays as it is. Keyframes are copies of a World and share what did not
// change; with age they are thinned out. Facts that matter (marks) are kept for the whole run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/outcome.h"
#include "sim/model/facts.h"
#include "sim/query/expression.h"
#include "sim/timeline/goal.h"
#include "sim/timeline/play.h"

namespace brokerlab {

/// Events between two keyframes of the newest stretch.
inline constexpr uint64_t kKeyframeEvents = 25'000;
/// A branch keeps about this many keyframes; then every other one of the older half goes.
inline constexpr std::size_t kMostKeyframes = 256;

/// About this many facts that are no marks are held; then the older half of them goes.
inline constexpr std::size_t kMostDetails = 40'000;

/// Whether a fact is a mark: something a person would look for later. What happens with every
/// record is not.
[[nodiscard]] bool is_mark(const FactBody& fact);

struct Branch {
    std::string name;
    std::size_t parent = 0;     ///< index of the branch that it came from; its own for the first
    uint64_t begins_after = 0;  ///< events_run at the moment where it left its parent
    Plan plan;
    std::vector<Cursor> keyframes;  ///< by events_run; the first is the moment after the boot
    Cursor head;              ///< the furthest moment that was reached; kept only while it is left
    std::vector<Fact> marks;  ///< from the beginning of the run up to the head
    /// events_run right after each of the marks happened. Several events may share an instant, and
    /// the numbers of commands are not in the order of the run.
    std::vector<uint64_t> marks_after;
};

class Timeline {
public:
    /// Boots the cluster; the current moment is time 0.
    [[nodiscard]] static Outcome<Timeline> create(const Setup& setup, Plan plan);

    /// The World at the current moment.
    [[nodiscard]] const World& world() const { return current_.world; }
    /// The current moment as it is shown: after time 0.
    [[nodiscard]] Duration now() const;
    [[nodiscard]] const std::vector<Branch>& branches() const { return branches_; }
    [[nodiscard]] std::size_t branch() const { return branch_; }
    /// What happened up to the current moment, in order: every mark since the boot began, and what
    /// is no mark since complete_from().
    [[nodiscard]] const std::vector<Fact>& facts() const { return facts_; }
    /// The moment, after time 0, from which facts() leaves nothing out.
    [[nodiscard]] Duration complete_from() const { return complete_from_; }
    /// Whether the current moment is the furthest of its branch.
    [[nodiscard]] bool at_head() const { return at_head_; }

    /// Runs the next event or command.
    void step_event(Move& move);
    /// Runs until something happens that is a mark, at most until `limit` after time 0.
    StopReason step_fact(Duration limit);
    /// Moves so that everything up to `at` has run, forward or back.
    void seek(Duration at);
    /// To the moment after that many events; not beyond the head.
    void seek_event(uint64_t events_run);
    /// One event back; stays at the first moment after the boot.
    void step_back();
    /// Runs until the expression holds (at once when it does), at most until `limit`.
    StopReason run_until(const Expression& expression, Duration limit);
    /// Runs until a fact of the kind at `fact_index` in FactBody happens, at most until `limit`.
    StopReason run_until_fact(std::size_t fact_index, Duration limit);

    /// Goes towards the goal for at most `most_events` events. Nothing: it is not there yet.
    std::optional<StopReason> run_towards(const Goal& goal, uint64_t most_events);

    /// Whether the branch has been played so far that nothing up to `at` is left to run.
    [[nodiscard]] bool reached(Duration at) const;
    /// Whether everything up to `at` has run at the current moment.
    [[nodiscard]] bool passed(Duration at) const;

    /// Gives a command at `at` after time 0, not before the current moment nor after the next one;
    /// without it, now. In the past of a branch it opens a new one. The refusal, if any.
    std::optional<Refusal> give(const Command& command, const std::string& text,
                                std::optional<Duration> at = std::nullopt);
    /// Goes to another branch, to the same moment if it has it, else to its end.
    void switch_to(std::size_t branch);
    void rename(std::size_t branch, std::string name);

private:
    Timeline() = default;

    void run_one(Move& move);
    void note_head(const Move& move);
    void note_facts(const std::vector<Fact>& facts);
    void forget_old_details();
    void cut_facts(uint64_t events_run);
    void take_facts_of(const Cursor& moment);
    void open_branch();
    void leave_head();
    void go_to(const Cursor& moment);
    void run_up_to(SimTime target);
    [[nodiscard]] const Cursor& nearest_before(SimTime target) const;
    [[nodiscard]] uint64_t shared_events(std::size_t a, std::size_t b) const;
    [[nodiscard]] const Cursor& keyframe_before(uint64_t events_run) const;
    [[nodiscard]] SimTime instant(Duration at) const { return *world().time_zero + at; }

    std::vector<Branch> branches_;
    std::size_t branch_ = 0;
    Cursor current_;
    bool at_head_ = true;
    std::vector<Fact> facts_;
    std::vector<uint64_t> facts_after_;  ///< events_run right after each of them
    std::size_t details_ = 0;            ///< how many of them are no marks
    /// Up to here facts_ is what happened in the branch: elsewhere only in the midst of a jump.
    uint64_t facts_until_ = 0;
    Duration complete_from_;
};

}  // namespace brokerlab

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
#include "sim/timeline/play.h"

namespace brokerlab {

/// Events between two keyframes of the newest stretch.
inline constexpr uint64_t kKeyframeEvents = 25'000;
/// A branch keeps about this many keyframes; then every other one of the older half goes.
inline constexpr std::size_t kMostKeyframes = 256;

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
};

/// Why run_until() stopped.
enum class StopReason : uint8_t { kHolds, kBreakpoint, kLimit };

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

    /// Gives a command now. In the past of a branch it opens a new one. The refusal, if any.
    std::optional<Refusal> give(const Command& command, const std::string& text);
    /// Goes to another branch, to the same moment if it has it, else to its end.
    void switch_to(std::size_t branch);
    void rename(std::size_t branch, std::string name);

private:
    Timeline() = default;

    void run_one(Move& move);
    void note_head(const Move& move);
    void open_branch();
    void leave_head();
    void go_to(const Cursor& moment);
    [[nodiscard]] const Cursor& keyframe_before(uint64_t events_run) const;
    [[nodiscard]] SimTime instant(Duration at) const { return *world().time_zero + at; }

    std::vector<Branch> branches_;
    std::size_t branch_ = 0;
    Cursor current_;
    bool at_head_ = true;
};

}  // namespace brokerlab

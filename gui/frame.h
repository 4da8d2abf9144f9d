// Frame: everything that a panel may read while it draws: one World from edge to edge.
//
// Made anew for each frame by the app; holds references only. What is costly to make from the World
// is kept in the app's caches and made again only when the World has changed (`stamp`).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gui/widgets/look.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/facts.h"
#include "sim/script/lesson_play.h"
#include "sim/script/scenario.h"
#include "sim/timeline/timeline.h"

namespace brokerlab {

/// What is played, for the picker.
struct ScenarioEntry {
    std::string path;
    std::string name;
    std::string about;
    bool lesson = false;
    bool recent = false;
};

/// A sentence for the person: a refusal, a file that can't be read, a saved file.
struct Notice {
    std::string text;
    bool bad = false;
};

/// How far a long run is.
struct Progress {
    std::string what;  ///< "Running until leader(orders-0) != 2"
    Duration from;
    Duration at;
    Duration to;
};

struct Frame {
    const Look& look;
    const Timeline& timeline;
    const Scenario& scenario;
    /// Facts of the branch up to this moment, in order.
    const std::vector<Fact>& facts;
    /// Facts of the whole branch, beyond this moment too.
    const std::vector<Fact>& all_facts;
    /// The moment shown, after time 0: at or after the World's last event, before its next.
    Duration now;
    bool playing = false;
    double speed = 1;
    Duration end;                         ///< of the scenario
    std::optional<std::size_t> break_on;  ///< index of a fact's kind
    std::optional<Progress> progress;
    const LessonPlay* lesson = nullptr;  ///< of the lesson pane; none: free play
    std::span<const ScenarioEntry> entries;
    std::optional<Notice> notice;
    bool autosave_found = false;  ///< a run that a crash ended can be taken up
    /// Changes whenever the World does.
    uint64_t stamp = 0;

    [[nodiscard]] const World& world() const { return timeline.world(); }
    [[nodiscard]] SimTime instant() const { return *world().time_zero + now; }
};

}  // namespace brokerlab

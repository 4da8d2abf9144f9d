// Explain: why something happened or is as it is, what followed, and what a thing waits for, as
// sentences with the moments that they speak of.
//
// Made from facts and the World, never from a script. A chain goes from what is asked about back to
// the command that began it; where a fact has no further cause but Kafka's own clockwork (a timer),
// the last step says so.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/model/facts.h"
#include "sim/view/thing.h"
#include "sim/world/world.h"

namespace brokerlab {

/// One step of a chain.
struct Reason {
    std::string text;            ///< a sentence without its full stop
    std::optional<Duration> at;  ///< the moment, after time 0
    std::optional<FactId> fact;  ///< where it is one
    Thing about;

    bool operator==(const Reason&) const = default;
};

/// Facts in the order in which they happened.
using FactList = std::vector<Fact>;

/// From the fact itself back to the command or to Kafka's clockwork.
[[nodiscard]] std::vector<Reason> why(const World& world, const FactList& facts, FactId fact);
/// Why a thing is as it is: its state in a sentence, then the chain of the fact that made it so.
[[nodiscard]] std::vector<Reason> why(const World& world, const FactList& facts,
                                      const Thing& thing);
/// What the fact led to, in the order in which it happened; not beyond `most` steps.
[[nodiscard]] std::vector<Reason> and_then(const World& world, const FactList& facts, FactId fact,
                                           std::size_t most);

/// Something that waits: for what, what holds it, until when at the latest.
struct Wait {
    Thing who;
    std::string what;      ///< "Produce of till to orders-0 waits for the high watermark"
    std::string holds_it;  ///< "HW 1200 of 1235, held by replica 2, last fetch 7.2 s ago"
    std::string ends;      ///< "it leaves the ISR by 14.000 s, or broker 2 is fenced by 12.310 s"
    std::optional<Duration> deadline;  ///< after time 0

    bool operator==(const Wait&) const = default;
};
/// Everything about the thing that waits now; for nothing selected: of the whole cluster, what is
/// held up by something other than the passing of ordinary intervals.
[[nodiscard]] std::vector<Wait> waits(const World& world, const Thing& thing);

/// What comes next.
struct Upcoming {
    Duration at;
    std::string text;  ///< "broker 2 is fenced unless a heartbeat arrives"
    Thing about;
    bool deadline = false;  ///< else an event that will run

    bool operator==(const Upcoming&) const = default;
};
/// The next `most` events and deadlines, by time. Messages by name; a timer by what it is for.
[[nodiscard]] std::vector<Upcoming> upcoming(const World& world, std::size_t most);

}  // namespace brokerlab

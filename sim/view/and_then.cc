// What followed from a fact: the facts whose chains of causes lead back to it.
//
// What happens several times for the same reason at the same node is one line. What comes with
// every record is left out.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/view/causes.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

/// Later facts are not looked at: what a person would still call a consequence comes before, and a
/// long run has hundreds of thousands.
constexpr FactIndex kMostLater = 20'000;

/// A line, and what it stands for.
struct Line {
    std::size_t kind = 0;
    NodeId node;
    std::optional<std::size_t> cause;  ///< the line that it follows from; none: the fact itself
    Reason first;
    std::vector<std::string> partitions;  ///< of the facts after the first
    std::size_t more = 0;
    Duration last_at;
};

/// "; likewise orders-1, orders-2" or "; 12 more like it until 13.001".
std::string others_text(const Line& line) {
    constexpr std::size_t kShown = 4;
    if (line.more == 0) {
        return {};
    }
    if (line.partitions.size() == line.more && line.more <= kShown) {
        return fmt::format("; likewise {}", fmt::join(line.partitions, ", "));
    }
    return line.last_at == *line.first.at ? fmt::format("; and {} more like it", line.more)
                                          : fmt::format("; and {} more like it until {} s",
                                                        line.more, moment_text(line.last_at));
}

void fold(Line& line, const World& world, const Fact& fact) {
    ++line.more;
    line.last_at = world.shown(fact.at);
    if (const TopicPartition* partition = partition_of(fact.body)) {
        const std::string name = partition->to_string();
        const bool told = line.first.text.find(name) != std::string::npos ||
                          std::find(line.partitions.begin(), line.partitions.end(), name) !=
                              line.partitions.end();
        if (!told) {
            line.partitions.push_back(name);
        }
    }
}

}  // namespace

std::vector<Reason> and_then(const World& world, const FactList& facts, FactId fact,
                             std::size_t most) {
    const auto begin = std::find_if(facts.begin(), facts.end(),
                                    [&](const Fact& other) { return other.id == fact; });
    if (begin == facts.end()) {
        return {};
    }
    const auto first = static_cast<FactIndex>(begin - facts.begin());
    const Past past(world, facts);
    // For each fact from the first on: the line that tells it; kNone: it has another cause.
    constexpr auto kNone = static_cast<std::size_t>(-1);
    const FactIndex end = std::min(facts.size(), first + kMostLater);
    std::vector<std::size_t> line_of(end - first, kNone);
    std::vector<Line> lines;
    for (FactIndex at = first + 1; at < end; ++at) {
        const Fact& later = facts[at];
        if (weight_of(later.body) == Weight::kNoise) {
            continue;
        }
        const Cause cause = cause_of(past, at);
        if (!cause.fact || *cause.fact < first ||
            (*cause.fact > first && line_of[*cause.fact - first] == kNone)) {
            continue;
        }
        const std::optional<std::size_t> from =
            *cause.fact == first ? std::nullopt : std::optional(line_of[*cause.fact - first]);
        const auto same = std::find_if(lines.begin(), lines.end(), [&](const Line& line) {
            return line.kind == later.body.index() && line.node == later.node && line.cause == from;
        });
        if (same != lines.end()) {
            fold(*same, world, later);
            line_of[at - first] = static_cast<std::size_t>(same - lines.begin());
            continue;
        }
        if (lines.size() == most) {
            break;
        }
        line_of[at - first] = lines.size();
        lines.push_back({later.body.index(),
                         later.node,
                         from,
                         reason_of(world, later),
                         {},
                         0,
                         world.shown(later.at)});
    }
    std::vector<Reason> followed;
    for (Line& line : lines) {
        line.first.text += others_text(line);
        followed.push_back(std::move(line.first));
    }
    return followed;
}

}  // namespace brokerlab

#include "sim/view/story.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/view/warnings.h"

namespace brokerlab {
namespace {

/// After so long a silence a repeated sentence is told anew.
constexpr Duration kForgetAfter = 5_s;
/// After so long a silence what repeated is summed up; clients retry within a second.
constexpr Duration kQuietAfter = 2_s;

/// A sentence without its numbers, by which repetitions are known; the numbers of nodes stay.
std::string pattern_of(const std::string& text) {
    std::string pattern;
    bool names_node = false;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        if (!digit) {
            pattern += c;
            names_node = pattern.ends_with("broker ") || pattern.ends_with("controller ");
            if (pattern.ends_with("# records")) {
                pattern.pop_back();
            }
        } else if (names_node) {
            pattern += c;
        } else if (!pattern.ends_with('#')) {
            pattern += '#';
        }
    }
    return pattern;
}

std::string with_name_replaced(std::string text, const std::string& name, const std::string& with) {
    const std::size_t at = text.find(name);
    if (at != std::string::npos) {
        text.replace(at, name.size(), with);
    }
    return text;
}

/// Sentences of one moment, one for all partitions of which the same is said.
struct Grouped {
    Told told;  ///< its text with kHole in place of the partition
    Duration at;
    std::vector<std::string> partitions;  ///< each once
    std::size_t times = 1;                ///< how often it is said of one of them
};
constexpr std::string_view kHole = "\x01";

/// Adds a sentence to those of its moment.
void group(std::vector<Grouped>& groups, Told told, Duration at) {
    if (!told.partition) {
        groups.push_back({std::move(told), at, {}, 1});
        return;
    }
    std::string name = told.partition->to_string();
    told.text = with_name_replaced(std::move(told.text), name, std::string(kHole));
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const Grouped& other) {
        return other.told.text == told.text && other.told.node == told.node;
    });
    if (same == groups.end()) {
        groups.push_back({std::move(told), at, {std::move(name)}, 1});
        return;
    }
    std::vector<std::string>& names = same->partitions;
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(std::move(name));
    } else {
        ++same->times;
    }
}

/// "orders-0, orders-1 and 4 others".
std::string partitions_text(const std::vector<std::string>& partitions) {
    constexpr std::size_t kShown = 4;
    if (partitions.size() <= kShown) {
        return fmt::format("{}", fmt::join(partitions, ", "));
    }
    return fmt::format("{} and {} others",
                       fmt::join(partitions.begin(), partitions.begin() + kShown - 1, ", "),
                       partitions.size() - (kShown - 1));
}

}  // namespace

void Story::take(const World& world, const std::vector<Fact>& facts) {
    // What has not come again for a while is over.
    tell_repeated(world.shown(world.now) - kQuietAfter);
    std::vector<Grouped> groups;
    bool hope_may_change = false;
    for (const Fact& fact : facts) {
        hope_may_change = hope_may_change || may_change_hope(fact);
        std::optional<Told> told = watch_.tell(world, fact);
        if (told && told->weight >= least_) {
            group(groups, *std::move(told), world.shown(fact.at));
        }
    }
    for (Told& told : watch_.look(world)) {
        group(groups, std::move(told), world.shown(world.now));
    }
    for (const Grouped& grouped : groups) {
        std::string text = with_name_replaced(grouped.told.text, std::string(kHole),
                                              partitions_text(grouped.partitions));
        if (grouped.times > 1) {
            text += fmt::format(" ({} times)", grouped.times);
        }
        tell(grouped.told, text, grouped.at);
    }
    if (hope_may_change) {
        warn(world);
    }
}

void Story::warn(const World& world) {
    for (std::string& warning : hopeless_clients(world)) {
        if (std::find(warned_.begin(), warned_.end(), warning) == warned_.end()) {
            tell({{}, Weight::kMajor, false, {}, std::nullopt}, "warning: " + warning,
                 world.shown(world.now));
            warned_.push_back(std::move(warning));
        }
    }
}

void Story::tell(const Told& told, const std::string& text, Duration at) {
    if (told.repeats) {
        std::string pattern = fmt::format("{}/{} {}", static_cast<int>(told.node.kind),
                                          told.node.number, pattern_of(text));
        const auto known =
            std::find_if(repeated_.begin(), repeated_.end(),
                         [&](const Repeated& repeated) { return repeated.pattern == pattern; });
        if (known != repeated_.end() && at - known->last_at < kForgetAfter) {
            known->last_at = at;
            known->last_text = text;
            known->last_weight = told.weight;
            ++known->more;
            return;
        }
        tell_repeated(at);
        if (known != repeated_.end()) {
            repeated_.erase(known);
        }
        repeated_.push_back({std::move(pattern), at, text, told.weight, 0});
    } else {
        tell_repeated(at);
    }
    lines_.push_back({at, text, told.weight});
}

// Whoever tells a line sums up before it all that repeated until then, so that the times rise.
void Story::tell_repeated(Duration before) {
    std::vector<Repeated*> quiet;
    for (Repeated& repeated : repeated_) {
        if (repeated.more > 0 && repeated.last_at <= before) {
            quiet.push_back(&repeated);
        }
    }
    std::stable_sort(quiet.begin(), quiet.end(),
                     [](const Repeated* a, const Repeated* b) { return a->last_at < b->last_at; });
    for (Repeated* repeated : quiet) {
        if (repeated->more == 1) {  // To count it would take as much room as to tell it.
            lines_.push_back({repeated->last_at, repeated->last_text, repeated->last_weight});
        } else {
            lines_.push_back(
                {repeated->last_at,
                 fmt::format("({} more, the last: {})", repeated->more, repeated->last_text),
                 Weight::kDetail});
        }
        repeated->more = 0;
    }
}

void Story::finish() {
    tell_repeated(kForever);
    repeated_.clear();
}

}  // namespace brokerlab

#include "sim/view/story.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace brokerlab {
namespace {

/// After so long a silence a repeated sentence is told anew.
constexpr Duration kForgetAfter = 5_s;
/// After so long a silence what repeated is summed up; clients retry within a second.
constexpr Duration kQuietAfter = 2_s;

/// The kinds that come again and again while something is wrong.
bool repeats(const FactBody& fact) {
    return std::holds_alternative<BatchRetried>(fact) ||
           std::holds_alternative<RequestRefused>(fact) ||
           std::holds_alternative<BatchAcked>(fact) || std::holds_alternative<BatchFailed>(fact) ||
           std::holds_alternative<SendFailed>(fact) ||
           std::holds_alternative<ConnectionLost>(fact) ||
           std::holds_alternative<IsrChangeRefused>(fact) ||
           std::holds_alternative<QuorumElectionStarted>(fact);
}

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
    const Fact* fact = nullptr;
    std::string text;                     ///< with kHole in place of the partition
    std::vector<std::string> partitions;  ///< each once
    std::size_t times = 1;                ///< how often it is said of one of them
};
constexpr std::string_view kHole = "\x01";

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
    for (Repeated& repeated : repeated_) {
        if (repeated.more > 0 && world.shown(world.now) - repeated.last_at >= kQuietAfter) {
            tell_repeated(repeated, std::max(repeated.last_at, last_at_));
        }
    }
    std::vector<Grouped> groups;
    for (const Fact& fact : facts) {
        if (weight_of(fact.body) < least_) {
            continue;
        }
        std::string text = sentence(world, fact);
        const TopicPartition* partition = partition_of(fact.body);
        if (partition == nullptr) {
            groups.push_back({&fact, std::move(text), {}, 1});
            continue;
        }
        std::string name = partition->to_string();
        text = with_name_replaced(std::move(text), name, std::string(kHole));
        const auto same = std::find_if(groups.begin(), groups.end(), [&](const Grouped& group) {
            return group.text == text && group.fact->node == fact.node;
        });
        if (same != groups.end()) {
            std::vector<std::string>& names = same->partitions;
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                names.push_back(std::move(name));
            } else {
                ++same->times;
            }
        } else {
            groups.push_back({&fact, std::move(text), {std::move(name)}, 1});
        }
    }
    for (Grouped& group : groups) {
        std::string text = with_name_replaced(std::move(group.text), std::string(kHole),
                                              partitions_text(group.partitions));
        if (group.times > 1) {
            text += fmt::format(" ({} times)", group.times);
        }
        tell(world, *group.fact, text, world.shown(group.fact->at));
    }
}

void Story::tell(const World&, const Fact& fact, const std::string& text, Duration at) {
    if (repeats(fact.body)) {
        std::string pattern = fmt::format("{}/{} {}", static_cast<int>(fact.node.kind),
                                          fact.node.number, pattern_of(text));
        const auto known =
            std::find_if(repeated_.begin(), repeated_.end(),
                         [&](const Repeated& repeated) { return repeated.pattern == pattern; });
        if (known != repeated_.end() && at - known->last_at < kForgetAfter) {
            known->last_at = at;
            known->last_text = text;
            ++known->more;
            return;
        }
        if (known != repeated_.end()) {
            tell_repeated(*known, at);
            repeated_.erase(known);
        }
        repeated_.push_back({std::move(pattern), at, text, 0});
    } else {
        // What repeated until here belongs before it.
        for (Repeated& repeated : repeated_) {
            tell_repeated(repeated, at);
        }
    }
    lines_.push_back({at, text, weight_of(fact.body)});
    last_at_ = at;
}

void Story::tell_repeated(Repeated& repeated, Duration now) {
    if (repeated.more > 0) {
        lines_.push_back({now,
                          fmt::format("({} more until {}, the last: {})", repeated.more,
                                      moment_text(repeated.last_at), repeated.last_text),
                          Weight::kDetail});
        last_at_ = now;
        repeated.more = 0;
    }
}

void Story::finish() {
    for (Repeated& repeated : repeated_) {
        tell_repeated(repeated, std::max(repeated.last_at, last_at_));
    }
    repeated_.clear();
}

}  // namespace brokerlab

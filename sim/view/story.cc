#include "sim/view/story.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace brokerlab {
namespace {

/// After so long a silence a repeated sentence is told anew.
constexpr Duration kForgetAfter = 5_s;

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

/// A sentence without its numbers, by which repetitions are known.
std::string pattern_of(const std::string& text) {
    std::string pattern;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        if (!digit) {
            pattern += c;
        } else if (pattern.empty() || pattern.back() != '#') {
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
    std::string text;  ///< with kHole in place of the partition
    std::vector<std::string> partitions;
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
    std::vector<Grouped> groups;
    for (const Fact& fact : facts) {
        if (weight_of(fact.body) < least_) {
            continue;
        }
        std::string text = sentence(world, fact);
        const TopicPartition* partition = partition_of(fact.body);
        if (partition == nullptr) {
            groups.push_back({&fact, std::move(text), {}});
            continue;
        }
        std::string name = partition->to_string();
        text = with_name_replaced(std::move(text), name, std::string(kHole));
        const auto same = std::find_if(groups.begin(), groups.end(), [&](const Grouped& group) {
            return group.text == text && group.fact->node == fact.node;
        });
        if (same != groups.end()) {
            same->partitions.push_back(std::move(name));
        } else {
            groups.push_back({&fact, std::move(text), {std::move(name)}});
        }
    }
    for (Grouped& group : groups) {
        const std::string text = with_name_replaced(std::move(group.text), std::string(kHole),
                                                    partitions_text(group.partitions));
        tell(world, *group.fact, text, world.shown(group.fact->at));
    }
}

void Story::tell(const World&, const Fact& fact, const std::string& text, Duration at) {
    if (repeats(fact.body)) {
        std::string pattern = pattern_of(text);
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
            tell_repeated(*known);
            repeated_.erase(known);
        }
        repeated_.push_back({std::move(pattern), at, text, 0});
    } else if (weight_of(fact.body) == Weight::kMajor) {
        // A turning point: what repeated until here belongs before it.
        for (Repeated& repeated : repeated_) {
            tell_repeated(repeated);
        }
    }
    lines_.push_back({at, text, weight_of(fact.body)});
}

void Story::tell_repeated(Repeated& repeated) {
    if (repeated.more > 0) {
        lines_.push_back({repeated.last_at,
                          fmt::format("... and {} more like it, the last: {}", repeated.more,
                                      repeated.last_text),
                          Weight::kDetail});
        repeated.more = 0;
    }
}

void Story::finish() {
    for (Repeated& repeated : repeated_) {
        tell_repeated(repeated);
    }
    repeated_.clear();
}

}  // namespace brokerlab

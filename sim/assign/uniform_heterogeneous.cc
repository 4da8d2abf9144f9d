#include <algorithm>
#include <utility>

#include "sim/assign/load_ranges.h"
#include "sim/assign/uniform_assignor.h"

namespace brokerlab {
namespace {

/// Passes over all topics before balancing is given up as good enough.
constexpr int kMaxPasses = 16;

class HeterogeneousBuilder {
public:
    explicit HeterogeneousBuilder(const NumberedTargets& targets)
        : targets_(targets),
          subscribers_(targets.topics.size()),
          loads_(targets.members.size()),
          owners_(targets.partition_count(), kNoMember) {
        for (uint32_t m = 0; m < targets.members.size(); ++m) {
            for (const uint32_t t : targets.members[m].topics) {
                subscribers_[t].push_back(m);
            }
        }
    }

    TargetOwners build() {
        for (uint32_t m = 0; m < targets_.members.size(); ++m) {
            for (const TargetRun& run : targets_.members[m].kept) {
                for (const uint32_t p : run.partitions) {
                    give(p, m);
                }
            }
        }
        const std::vector<uint32_t> topics = topics_by_weight();
        for (const uint32_t t : topics) {
            assign_free(t);
        }
        balance(topics);
        return std::move(owners_);
    }

private:
    /// Most partitions per subscriber first, then fewest subscribers, then by id.
    [[nodiscard]] std::vector<uint32_t> topics_by_weight() const {
        std::vector<uint32_t> topics;
        for (uint32_t t = 0; t < targets_.topics.size(); ++t) {
            topics.push_back(t);
        }
        const auto before = [&](uint32_t a, uint32_t b) {
            const uint64_t of_a = subscribers_[a].size();
            const uint64_t of_b = subscribers_[b].size();
            const uint64_t weight_of_a = targets_.topics[a].partition_count * of_b;
            const uint64_t weight_of_b = targets_.topics[b].partition_count * of_a;
            if (weight_of_a != weight_of_b) {
                return weight_of_a > weight_of_b;
            }
            return of_a != of_b ? of_a < of_b
                                : is_lower(targets_.topics[a].id, targets_.topics[b].id);
        };
        std::sort(topics.begin(), topics.end(), before);
        return topics;
    }

    /// Kafka compares the halves of ids as signed numbers [Uuid.compareTo].
    static bool is_lower(Uuid a, Uuid b) {
        const auto halves = [](Uuid id) {
            return std::pair(static_cast<int64_t>(id.high), static_cast<int64_t>(id.low));
        };
        return halves(a) < halves(b);
    }

    void assign_free(uint32_t topic) {
        LoadRanges ranges(subscribers_[topic], loads_);
        for (uint32_t p = first(topic); p < targets_.topics[topic].end_partition(); ++p) {
            if (owners_[p] == kNoMember) {
                give(p, ranges.next_least_loaded());
            }
        }
    }

    /// Goes round the topics until a whole round moved nothing.
    void balance(const std::vector<uint32_t>& topics) {
        std::vector<uint32_t> shared;
        std::copy_if(topics.begin(), topics.end(), std::back_inserter(shared),
                     [&](uint32_t t) { return subscribers_[t].size() >= 2; });
        std::size_t last_moved = shared.size();
        for (int pass = 0; pass < kMaxPasses; ++pass) {
            for (std::size_t i = 0; i < shared.size(); ++i) {
                if (i == last_moved) {
                    return;
                }
                if (balance_topic(shared[i]) || last_moved == shared.size()) {
                    last_moved = i;
                }
            }
        }
    }

    /// Moves partitions of the topic from its most to its least loaded subscribers, of each the
    /// last partitions first. Returns whether any moved.
    bool balance_topic(uint32_t topic) {
        LoadRanges ranges(subscribers_[topic], loads_);
        if (ranges.imbalance() <= 1) {
            return false;
        }
        // What each may give: only what it had at the start.
        std::vector<std::vector<uint32_t>> to_give(loads_.size());
        for (uint32_t p = first(topic); p < targets_.topics[topic].end_partition(); ++p) {
            to_give[owners_[p]].push_back(p);
        }
        bool moved = false;
        while (!ranges.is_balanced()) {
            std::optional<uint32_t> from = ranges.next_most_loaded();
            while (from && to_give[*from].empty()) {
                ranges.exclude_most_loaded();
                from = ranges.next_most_loaded();
            }
            if (!from) {
                break;
            }
            const uint32_t partition = to_give[*from].back();
            to_give[*from].pop_back();
            const uint32_t to = ranges.next_least_loaded();
            if (ranges.is_balanced()) {
                break;
            }
            --loads_[owners_[partition]];
            give(partition, to);
            moved = true;
        }
        return moved;
    }

    [[nodiscard]] uint32_t first(uint32_t topic) const {
        return targets_.topics[topic].first_partition;
    }
    void give(uint32_t partition, uint32_t member) {
        owners_[partition] = member;
        ++loads_[member];
    }

    const NumberedTargets& targets_;
    std::vector<std::vector<uint32_t>> subscribers_;  ///< of each topic
    std::vector<uint32_t> loads_;                     ///< of each member
    TargetOwners owners_;
};

}  // namespace

TargetOwners assign_uniform_heterogeneous(const NumberedTargets& targets) {
    return HeterogeneousBuilder(targets).build();
}

}  // namespace brokerlab

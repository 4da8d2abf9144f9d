#include "sim/assign/sticky_general.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "sim/assign/partition_movements.h"

namespace brokerlab {
namespace {

/// Of each partition the member that claims it in the latest of the earlier generations.
PartitionOwners earlier_owners(const NumberedGroup& group, const StickyClaims& claims,
                               GenerationId max_generation) {
    PartitionOwners earlier(group.partition_count(), kNobody);
    std::vector<GenerationId> generations(group.partition_count(), kNoGeneration);
    for (uint32_t m = 0; m < group.member_count; ++m) {
        const OwnedClaim& claim = claims.of_member[m];
        const GenerationId generation = claim.generation.value_or(kNoGeneration);
        if (generation >= max_generation) {
            continue;
        }
        for_each_claimed(group, claim.partitions, [&](uint32_t p) {
            if (earlier[p] == kNobody || generation > generations[p]) {
                earlier[p] = m;
                generations[p] = generation;
            }
        });
    }
    return earlier;
}

class GeneralBuilder {
public:
    GeneralBuilder(const NumberedGroup& group, const StickyClaims& claims,
                   GenerationId max_generation, const RackTable& racks)
        : group_(group),
          racks_(racks),
          earlier_(earlier_owners(group, claims, max_generation)),
          movements_(group),
          owners_(claims.owners),
          counts_(group.member_count),
          held_(group.topics.size() * group.member_count),
          wanted_(group.member_count),
          fixed_(group.member_count) {
        for (uint32_t m = 0; m < group.member_count; ++m) {
            for (const uint32_t t : group.topics_of[m]) {
                wanted_[m] += group.topics[t].partition_count;
            }
        }
    }

    PartitionOwners build() {
        keep_owned();
        const bool initializing =
            std::all_of(counts_.begin(), counts_.end(), [](uint32_t n) { return n == 0; });
        const std::vector<uint32_t> all = partitions_by_demand();
        std::vector<uint32_t> unassigned;
        std::copy_if(all.begin(), all.end(), std::back_inserter(unassigned),
                     [&](uint32_t p) { return owners_[p] == kNobody; });
        assign_unassigned(unassigned);
        balance(all, unassigned, initializing);
        return std::move(owners_);
    }

private:
    void keep_owned() {
        for (uint32_t p = 0; p < owners_.size(); ++p) {
            const uint32_t member = std::exchange(owners_[p], kNobody);
            if (member == kNobody) {
                continue;
            }
            if (group_.is_subscribed(member, group_.topic_of[p]) && rack_suits(member, p)) {
                give(p, member);
            } else {
                revocation_required_ = true;
            }
        }
    }

    /// Those that the fewest members can have come first.
    [[nodiscard]] std::vector<uint32_t> partitions_by_demand() const {
        std::vector<uint32_t> topics(group_.topics.size());
        std::iota(topics.begin(), topics.end(), 0U);
        std::stable_sort(topics.begin(), topics.end(), [&](uint32_t a, uint32_t b) {
            return group_.topics[a].members.size() < group_.topics[b].members.size();
        });
        std::vector<uint32_t> partitions;
        for (const uint32_t t : topics) {
            const NumberedTopic& topic = group_.topics[t];
            for (uint32_t p = topic.first_partition; p < topic.end_partition(); ++p) {
                partitions.push_back(p);
            }
        }
        return partitions;
    }

    void assign_unassigned(const std::vector<uint32_t>& unassigned) {
        if (!racks_.empty()) {
            for (const uint32_t p : unassigned) {
                const auto suits = [&](uint32_t m) { return rack_suits(m, p); };
                if (const std::optional<uint32_t> member = smallest_subscriber(p, suits)) {
                    give(p, *member);
                }
            }
        }
        for (const uint32_t p : unassigned) {
            if (owners_[p] == kNobody) {
                give(p, *smallest_subscriber(p, [](uint32_t) { return true; }));
            }
        }
    }

    void balance(std::vector<uint32_t> all, std::vector<uint32_t> unassigned, bool initializing) {
        const auto has_one_taker = [&](uint32_t p) { return !is_reassignable(group_.topic_of[p]); };
        std::erase_if(all, has_one_taker);
        std::erase_if(unassigned, has_one_taker);
        for (uint32_t m = 0; m < group_.member_count; ++m) {
            fixed_[m] = !takes_part(m);
        }
        const PartitionOwners owners_before = owners_;
        const uint64_t score_before = balance_score();
        if (!revocation_required_) {
            reassign_some(unassigned);
        }
        const bool reassigned = reassign_some(all);
        if (!initializing && reassigned && balance_score() >= score_before) {
            owners_ = owners_before;
        }
    }

    [[nodiscard]] bool is_reassignable(uint32_t topic) const {
        return group_.topics[topic].members.size() >= 2;
    }

    /// Whether the member can give or get a partition at all.
    [[nodiscard]] bool takes_part(uint32_t member) const {
        if (counts_[member] < wanted_[member]) {
            return true;
        }
        for (uint32_t t = 0; t < group_.topics.size(); ++t) {
            if (held(member, t) > 0 && is_reassignable(t)) {
                return true;
            }
        }
        return false;
    }

    /// The sum of the differences between each two members that take part.
    [[nodiscard]] uint64_t balance_score() const {
        uint64_t score = 0;
        for (uint32_t a = 0; a < group_.member_count; ++a) {
            for (uint32_t b = 0; b < a && !fixed_[a]; ++b) {
                if (!fixed_[b]) {
                    score += std::max(counts_[a], counts_[b]) - std::min(counts_[a], counts_[b]);
                }
            }
        }
        return score;
    }

    /// Goes over `partitions` as long as something moves. Returns whether anything did.
    bool reassign_some(const std::vector<uint32_t>& partitions) {
        bool reassigned = false;
        bool balanced = is_balanced();
        for (bool modified = true; modified && !balanced;) {
            modified = false;
            for (std::size_t i = 0; i < partitions.size() && !balanced; ++i) {
                if (const std::optional<uint32_t> to = better_owner(partitions[i])) {
                    const uint32_t p =
                        movements_.actual_partition(partitions[i], owners_[partitions[i]], *to);
                    movements_.note_move(p, owners_[p], *to);
                    take(p);
                    give(p, *to);
                    modified = true;
                    balanced = is_balanced();
                }
            }
            reassigned = reassigned || modified;
        }
        return reassigned;
    }

    /// Who should get the partition from its owner: the earlier owner, else the smallest
    /// subscriber; nobody when that would not make the two more even.
    [[nodiscard]] std::optional<uint32_t> better_owner(uint32_t partition) const {
        const uint32_t count = counts_[owners_[partition]];
        const uint32_t earlier = earlier_[partition];
        if (earlier != kNobody && !fixed_[earlier] && count > counts_[earlier] + 1) {
            return earlier;
        }
        const auto member = smallest_subscriber(partition, [](uint32_t) { return true; });
        return member && count > counts_[*member] + 1 ? member : std::nullopt;
    }

    /// Whether no member could get a partition from one that has at least two more.
    [[nodiscard]] bool is_balanced() const {
        uint32_t least = kNobody;
        uint32_t most = 0;
        for (uint32_t m = 0; m < group_.member_count; ++m) {
            if (!fixed_[m]) {
                least = std::min(least, counts_[m]);
                most = std::max(most, counts_[m]);
            }
        }
        if (least >= most || least + 1 >= most) {
            return true;
        }
        for (uint32_t t = 0; t < group_.topics.size(); ++t) {
            uint32_t largest_holder = 0;
            for (uint32_t m = 0; m < group_.member_count; ++m) {
                if (held(m, t) > 0 && !fixed_[m]) {
                    largest_holder = std::max(largest_holder, counts_[m]);
                }
            }
            for (const uint32_t m : group_.topics[t].members) {
                if (!fixed_[m] && counts_[m] != wanted_[m] && counts_[m] + 1 < largest_holder) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Of the partition's subscribers that `may_have` it the one with the fewest partitions, by
    /// member id among equals.
    template <class MayHave>
    [[nodiscard]] std::optional<uint32_t> smallest_subscriber(uint32_t partition,
                                                              MayHave may_have) const {
        std::optional<uint32_t> smallest;
        const auto rank = [&](uint32_t m) { return std::pair(counts_[m], group_.id_rank[m]); };
        for (const uint32_t m : group_.topics[group_.topic_of[partition]].members) {
            if (!fixed_[m] && may_have(m) && (!smallest || rank(m) < rank(*smallest))) {
                smallest = m;
            }
        }
        return smallest;
    }

    [[nodiscard]] bool rack_suits(uint32_t member, uint32_t partition) const {
        return racks_.empty() || racks_.of_member[member] == kNobody ||
               racks_.has_replica_in(partition, racks_.of_member[member]);
    }

    [[nodiscard]] uint32_t held(uint32_t member, uint32_t topic) const {
        return held_[std::size_t{topic} * group_.member_count + member];
    }
    void give(uint32_t partition, uint32_t member) {
        owners_[partition] = member;
        ++counts_[member];
        ++held_[std::size_t{group_.topic_of[partition]} * group_.member_count + member];
    }
    void take(uint32_t partition) {
        const uint32_t member = std::exchange(owners_[partition], kNobody);
        --counts_[member];
        --held_[std::size_t{group_.topic_of[partition]} * group_.member_count + member];
    }

    const NumberedGroup& group_;
    const RackTable& racks_;
    PartitionOwners earlier_;
    PartitionMovements movements_;
    PartitionOwners owners_;
    std::vector<uint32_t> counts_;  ///< partitions of each member
    std::vector<uint32_t> held_;    ///< of each topic and member
    std::vector<uint32_t> wanted_;  ///< partitions of all topics that a member subscribes to
    std::vector<bool> fixed_;       ///< members that can neither give nor get
    bool revocation_required_ = false;
};

}  // namespace

PartitionOwners assign_general(const NumberedGroup& group, const StickyClaims& claims,
                               GenerationId max_generation, const RackTable& racks) {
    return GeneralBuilder(group, claims, max_generation, racks).build();
}

}  // namespace brokerlab

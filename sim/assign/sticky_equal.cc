#include "sim/assign/sticky_equal.h"

#include <algorithm>
#include <optional>

#include "sim/base/check.h"

namespace brokerlab {
namespace {

class EqualBuilder {
public:
    EqualBuilder(const NumberedGroup& group, const StickyClaims& claims, const RackTable& racks)
        : group_(group),
          claims_(claims),
          racks_(racks),
          owners_(group.partition_count(), kNobody),
          given_up_by_(group.partition_count(), kNobody),
          counts_(group.member_count),
          min_quota_(group.partition_count() / group.member_count),
          members_over_min_(group.partition_count() % group.member_count),
          max_quota_(min_quota_ + (members_over_min_ > 0 ? 1 : 0)) {}

    EqualAssignment build() {
        keep_owned();
        std::vector<uint32_t> unassigned;
        for (uint32_t p = 0; p < owners_.size(); ++p) {
            if (owners_[p] == kNobody) {
                unassigned.push_back(p);
            }
        }
        const auto by_id = [&](uint32_t a, uint32_t b) {
            return group_.id_rank[a] < group_.id_rank[b];
        };
        std::sort(under_min_.begin(), under_min_.end(), by_id);
        std::sort(at_min_.begin(), at_min_.end(), by_id);
        if (!racks_.empty()) {
            deal_by_racks(unassigned);
        }
        deal_round(unassigned);
        return {std::move(owners_), std::move(moved_)};
    }

private:
    /// What each member may keep by its racks, by partition number and then topic.
    [[nodiscard]] std::vector<std::vector<uint32_t>> owned_by_member() {
        std::vector<std::vector<uint32_t>> owned(group_.member_count);
        for (uint32_t p = 0; p < owners_.size(); ++p) {
            const uint32_t member = claims_.owners[p];
            if (member == kNobody) {
                continue;
            }
            if (rack_differs(member, p)) {
                given_up_by_[p] = member;
            } else if (!claims_.contested[p]) {
                owned[member].push_back(p);
            }
        }
        const auto number = [&](uint32_t p) {
            return p - group_.topics[group_.topic_of[p]].first_partition;
        };
        for (std::vector<uint32_t>& partitions : owned) {
            // Partitions of one number are in the topics' order already.
            std::stable_sort(partitions.begin(), partitions.end(),
                             [&](uint32_t a, uint32_t b) { return number(a) < number(b); });
        }
        return owned;
    }

    void keep_owned() {
        const std::vector<std::vector<uint32_t>> owned = owned_by_member();
        for (uint32_t m = 0; m < owned.size(); ++m) {
            const auto count = static_cast<uint32_t>(owned[m].size());
            uint32_t kept = std::min(count, min_quota_);
            if (count < min_quota_) {
                under_min_.push_back(m);
            } else if (count >= max_quota_ && over_min_ < members_over_min_) {
                kept = max_quota_;
                note_over_min();
            } else if (over_min_ < members_over_min_) {
                at_min_.push_back(m);
            }
            for (uint32_t i = 0; i < count; ++i) {
                (i < kept ? owners_ : given_up_by_)[owned[m][i]] = m;
            }
            counts_[m] = kept;
        }
    }

    void note_over_min() {
        ++over_min_;
        if (over_min_ == members_over_min_) {
            at_min_.clear();  // Nobody else may get above the minimum.
        }
    }

    [[nodiscard]] bool rack_differs(uint32_t member, uint32_t partition) const {
        return !racks_.empty() && racks_.of_member[member] != kNobody &&
               !racks_.has_replica_in(partition, racks_.of_member[member]);
    }

    /// Place of the next member of `list`, around from `first`, whose rack has the partition.
    [[nodiscard]] std::optional<std::size_t> next_in_rack(uint32_t partition,
                                                          const std::vector<uint32_t>& list,
                                                          std::size_t first) const {
        for (std::size_t i = 0; i < list.size(); ++i) {
            const std::size_t at = (first + i) % list.size();
            const uint32_t rack = racks_.of_member[list[at]];
            if (rack != kNobody && racks_.has_replica_in(partition, rack)) {
                return at;
            }
        }
        return std::nullopt;
    }

    /// Partitions that few members share a rack with come first. Leaves in `unassigned` what has
    /// no taker in its racks.
    void deal_by_racks(std::vector<uint32_t>& unassigned) {
        std::vector<uint32_t> takers(group_.partition_count());
        for (const uint32_t p : unassigned) {
            for (const uint32_t rack : racks_.of_member) {
                takers[p] += rack != kNobody && racks_.has_replica_in(p, rack) ? 1U : 0U;
            }
        }
        std::stable_sort(unassigned.begin(), unassigned.end(),
                         [&](uint32_t a, uint32_t b) { return takers[a] < takers[b]; });
        std::size_t next = 0;
        std::erase_if(unassigned, [&](uint32_t p) {
            const std::optional<uint32_t> member = take_rack_member(p, next);
            if (member) {
                give(p, *member);
            }
            return member.has_value();
        });
    }

    std::optional<uint32_t> take_rack_member(uint32_t partition, std::size_t& next) {
        if (const auto at = next_in_rack(partition, under_min_, next)) {
            const uint32_t member = under_min_[*at];
            next = *at + 1;
            if (counts_[member] + 1 >= min_quota_) {
                under_min_.erase(under_min_.begin() + static_cast<std::ptrdiff_t>(*at));
                next = *at;
                if (counts_[member] + 1 < max_quota_ && over_min_ < members_over_min_) {
                    at_min_.push_back(member);
                }
            }
            next = under_min_.empty() ? 0 : next % under_min_.size();
            return member;
        }
        const auto at = next_in_rack(partition, at_min_, 0);
        if (!at) {
            return std::nullopt;
        }
        const uint32_t member = at_min_[*at];
        if (counts_[member] + 1 == max_quota_) {
            at_min_.erase(at_min_.begin() + static_cast<std::ptrdiff_t>(*at));
            note_over_min();
        }
        return member;
    }

    /// One each around the members below the minimum; then one each to those at it.
    void deal_round(const std::vector<uint32_t>& unassigned) {
        std::size_t next = 0;
        std::size_t next_at_min = 0;
        for (const uint32_t p : unassigned) {
            if (under_min_.empty()) {
                BL_CHECK(next_at_min < at_min_.size());
                give(p, at_min_[next_at_min++]);
                continue;
            }
            next = next == under_min_.size() ? 0 : next;
            const uint32_t member = under_min_[next];
            give(p, member);
            if (counts_[member] == min_quota_) {
                under_min_.erase(under_min_.begin() + static_cast<std::ptrdiff_t>(next));
                at_min_.push_back(member);
            } else {
                ++next;
            }
        }
    }

    void give(uint32_t partition, uint32_t member) {
        owners_[partition] = member;
        ++counts_[member];
        const uint32_t before = given_up_by_[partition];
        if ((before != kNobody && before != member) || claims_.contested[partition]) {
            moved_.push_back(partition);
        }
    }

    const NumberedGroup& group_;
    const StickyClaims& claims_;
    const RackTable& racks_;
    PartitionOwners owners_;
    PartitionOwners given_up_by_;
    std::vector<uint32_t> moved_;
    std::vector<uint32_t> counts_;  ///< of each member
    uint32_t min_quota_;
    uint32_t members_over_min_;  ///< so many get one more than the minimum
    uint32_t max_quota_;
    uint32_t over_min_ = 0;  ///< so many have it already
    std::vector<uint32_t> under_min_;
    std::vector<uint32_t> at_min_;
};

}  // namespace

EqualAssignment assign_equal(const NumberedGroup& group, const StickyClaims& claims,
                             const RackTable& racks) {
    return EqualBuilder(group, claims, racks).build();
}

}  // namespace brokerlab

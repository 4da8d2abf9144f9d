// Who of a topic's subscribers is next to get a partition, and who to give one up, while an
// assignment is evened out [UniformHeterogeneousAssignmentBuilder.java, MemberAssignmentBalancer].
//
// The members lie sorted by load. At the low end a range of equally loaded members grows as they
// are filled up to the load of the next; at the high end likewise downwards. Each range is gone
// through in turn, so that whoever got or gave one waits for the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace brokerlab {

class LoadRanges {
public:
    /// Sorts `members`, at least one, by load, and by number among equals. `loads` is of all
    /// members of the group and must outlive this: the caller keeps it up to date while partitions
    /// move.
    LoadRanges(std::span<const uint32_t> members, const std::vector<uint32_t>& loads);

    /// Between the most and the least loaded at the start.
    [[nodiscard]] uint32_t imbalance() const { return imbalance_; }

    /// Who gets the next partition; to be called for each that is handed out.
    uint32_t next_least_loaded();
    /// Who gives one up next; nobody when all are excluded.
    std::optional<uint32_t> next_most_loaded();
    /// The member just given by next_most_loaded() has nothing to give.
    void exclude_most_loaded();

    /// Once both ends were asked: no further move can help.
    [[nodiscard]] bool is_balanced() const { return high_load_ - low_load_ <= 1; }

private:
    [[nodiscard]] int64_t load_at(std::size_t place) const { return loads_[sorted_[place]]; }

    const std::vector<uint32_t>& loads_;
    std::vector<uint32_t> sorted_;
    uint32_t imbalance_ = 0;
    // The low range is [0, low_end_), whose members have low_load_ partitions before this round.
    std::size_t low_end_ = 0;
    std::size_t next_low_ = 0;
    int64_t low_load_ = 0;
    // The high range is [high_start_, high_end_); behind it lie the excluded. It is gone through
    // from its end, and next_high_ is one past the next.
    std::size_t high_start_ = 0;
    std::size_t high_end_ = 0;
    std::size_t next_high_ = 0;
    int64_t high_load_ = 0;
};

}  // namespace brokerlab

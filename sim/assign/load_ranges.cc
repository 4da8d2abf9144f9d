#include "sim/assign/load_ranges.h"

#include <algorithm>
#include <utility>

namespace brokerlab {

LoadRanges::LoadRanges(std::span<const uint32_t> members, const std::vector<uint32_t>& loads)
    : loads_(loads), sorted_(members.begin(), members.end()) {
    std::sort(sorted_.begin(), sorted_.end(), [&](uint32_t a, uint32_t b) {
        return std::pair(loads_[a], a) < std::pair(loads_[b], b);
    });
    imbalance_ = loads_[sorted_.back()] - loads_[sorted_.front()];
    // Both ranges are empty, so that the first question makes them.
    low_load_ = load_at(0) - 1;
    high_load_ = load_at(sorted_.size() - 1) + 1;
    high_start_ = high_end_ = next_high_ = sorted_.size();
}

uint32_t LoadRanges::next_least_loaded() {
    if (next_low_ >= low_end_) {
        ++low_load_;
        while (low_end_ < sorted_.size() && load_at(low_end_) == low_load_) {
            ++low_end_;
        }
        next_low_ = 0;
    }
    return sorted_[next_low_++];
}

std::optional<uint32_t> LoadRanges::next_most_loaded() {
    if (next_high_ <= high_start_) {
        if (high_end_ <= high_start_ && high_start_ > 0) {
            high_load_ = load_at(high_start_ - 1);  // All of the range are excluded.
        } else {
            --high_load_;
        }
        while (high_start_ > 0 && load_at(high_start_ - 1) == high_load_) {
            --high_start_;
        }
        next_high_ = high_end_;
    }
    if (next_high_ == 0) {
        return std::nullopt;
    }
    return sorted_[--next_high_];
}

void LoadRanges::exclude_most_loaded() {
    --high_end_;
    std::swap(sorted_[next_high_], sorted_[high_end_]);
}

}  // namespace brokerlab

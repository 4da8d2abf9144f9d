// NearRun: the next few keys of the event queue, sorted by time.
//
// A short array: taken from at the front, added to by insertion, after the keys of the same time.
// When it is full it gives its later half back.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "sim/kernel/time_buckets.h"

namespace brokerlab {

class NearRun {
public:
    static constexpr uint32_t kCapacity = 64;
    static_assert(kCapacity >= TimeBuckets::kBlockKeys, "it is filled a block at a time");

    [[nodiscard]] bool empty() const { return begin_ == end_; }
    /// True when add() needs make_room() first.
    [[nodiscard]] bool full() const { return end_ == kCapacity; }

    [[nodiscard]] const TimeKey& front() const { return keys_[begin_]; }
    TimeKey take_front() { return keys_[begin_++]; }

    void add(TimeKey key) {
        if (empty()) {
            begin_ = 0;
            end_ = 0;
        }
        const TimeKey* const begin = keys_.data() + begin_;
        TimeKey* at = keys_.data() + end_++;
        for (; at > begin && key.at < at[-1].at; --at) {
            *at = at[-1];
        }
        *at = key;
    }

    /// Makes room in a full run. When it really is full, the later keys go to `give` in order, and
    /// the result is the time of the first of them; else it is `limit`.
    template <class Give>
    uint64_t make_room(uint64_t limit, Give give) {
        if (begin_ > 0) {
            std::copy(keys_.begin() + begin_, keys_.begin() + end_, keys_.begin());
            end_ -= begin_;
            begin_ = 0;
            return limit;
        }
        // An instant goes as a whole: what stayed here of it could be given back later, behind
        // keys that it came before.
        uint32_t keep = kCapacity / 2;
        while (keep > 0 && keys_[keep - 1].at == keys_[keep].at) {
            --keep;
        }
        std::for_each(keys_.begin() + keep, keys_.end(), give);
        end_ = keep;
        return keys_[keep].at;
    }

private:
    std::array<TimeKey, kCapacity> keys_{};
    uint32_t begin_ = 0;
    uint32_t end_ = 0;
};

}  // namespace brokerlab

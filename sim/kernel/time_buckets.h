// TimeBuckets: keys with times, kept only as sorted as the next few need to be (a radix heap).
//
// A key waits in the bucket named by the highest digit (of five bits) in which its time differs
// from a reference time, and by the value of that digit. The lowest bucket in use holds the
// earliest keys. Those are taken when they fit in one block; else they are dealt out to lower
// buckets, with the earliest of them as the new reference. A key moves a few times in its life,
// along with its neighbours in memory, and no step depends on how many keys there are. A bucket
// keeps the order of arrival, and equal times are always in the same bucket, so they leave as they
// came.
//
// Contract: no key is added that lies before the earliest of those last taken. For a simulation
// that means to take only when it goes on to run that earliest event.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/check.h"

namespace brokerlab {

/// A time, shifted so that unsigned order is the order of time, and the slot of its event.
struct TimeKey {
    uint64_t at;
    uint32_t slot;
};

class TimeBuckets {
public:
    static constexpr uint32_t kBlockKeys = 47;  ///< the most that are taken at once

    [[nodiscard]] bool empty() const { return used_levels_ == 0; }

    /// The time of the earliest key. There must be one.
    [[nodiscard]] uint64_t earliest() const { return bucket(lowest()).earliest; }

    void add(TimeKey key) {
        const Place place = place_of(key.at);
        Bucket& to = bucket(place);
        const uint32_t bit = 1U << place.digit;
        if ((used_digits_[place.level] & bit) == 0) {
            used_digits_[place.level] |= bit;
            used_levels_ |= uint64_t{1} << place.level;
            const uint32_t block = new_block();
            to = {key.at, block, block, 0};
        } else if (to.count_in_last == kBlockKeys) [[unlikely]] {
            const uint32_t block = new_block();
            blocks_[to.last].next = block;
            to.last = block;
            to.count_in_last = 0;
        }
        to.earliest = std::min(to.earliest, key.at);
        blocks_[to.last].keys[to.count_in_last++] = key;
    }

    /// Removes the earliest keys, at most a block of them, and calls `take` with each in order of
    /// arrival. There must be one. Returns a limit: what is left lies at or after it; what was
    /// taken lies before it or, of an instant with more keys than a block, at it.
    template <class Take>
    uint64_t take_earliest(Take take) {
        Place place = lowest();
        while (place.level != 0 && bucket(place).first != bucket(place).last) {
            deal_out(place);
            place = lowest();
        }
        Bucket& from = bucket(place);
        const uint32_t block = from.first;
        const uint32_t count = count_in(from, block);
        for (uint32_t i = 0; i < count; ++i) {
            take(blocks_[block].keys[i]);
        }
        uint64_t limit = from.earliest;
        if (block == from.last) {
            limit = end_of_range(place, limit);
            mark_unused(place);
        } else {
            from.first = blocks_[block].next;  // A bucket of level 0 is one instant, in order.
        }
        free_block(block);
        return limit;
    }

private:
    static constexpr unsigned kDigitBits = 5;
    static constexpr unsigned kDigits = 1U << kDigitBits;
    static constexpr unsigned kLevels = (64 + kDigitBits - 1) / kDigitBits;
    static constexpr uint32_t kNone = 0xffffffff;

    /// A piece of a bucket. The blocks of a bucket, and the free ones, are chained.
    struct Block {
        std::array<TimeKey, kBlockKeys> keys;
        uint32_t next;
    };
    /// All blocks but the last are full. Means something only while its bit in used_digits_ is
    /// set.
    struct Bucket {
        uint64_t earliest;
        uint32_t first;
        uint32_t last;
        uint32_t count_in_last;
    };
    struct Place {
        unsigned level;
        unsigned digit;
    };

    [[nodiscard]] Place place_of(uint64_t at) const {
        const uint64_t difference = (at ^ reference_) | 1;  // The reference is on level 0 too.
        const auto highest_bit = static_cast<unsigned>(63 - std::countl_zero(difference));
        const unsigned level = highest_bit / kDigitBits;
        return {level, static_cast<unsigned>(at >> (level * kDigitBits)) % kDigits};
    }
    [[nodiscard]] Place lowest() const {
        BL_CHECK(!empty());
        const auto level = static_cast<unsigned>(std::countr_zero(used_levels_));
        return {level, static_cast<unsigned>(std::countr_zero(used_digits_[level]))};
    }
    [[nodiscard]] Bucket& bucket(Place p) { return buckets_[p.level * kDigits + p.digit]; }
    [[nodiscard]] const Bucket& bucket(Place p) const {
        return buckets_[p.level * kDigits + p.digit];
    }
    [[nodiscard]] static uint32_t count_in(const Bucket& b, uint32_t block) {
        return block == b.last ? b.count_in_last : kBlockKeys;
    }
    /// The first time after the bucket's range; the last time of all for the last bucket of all.
    [[nodiscard]] static uint64_t end_of_range(Place p, uint64_t at) {
        const uint64_t last = at | ((uint64_t{1} << (p.level * kDigitBits)) - 1);
        return std::max(last, last + 1);
    }
    void mark_unused(Place p) {
        used_digits_[p.level] &= ~(1U << p.digit);
        if (used_digits_[p.level] == 0) {
            used_levels_ &= ~(uint64_t{1} << p.level);
        }
    }

    /// Empties the lowest bucket into lower ones.
    void deal_out(Place place) {
        const Bucket from = bucket(place);
        mark_unused(place);
        // The other buckets keep their names: their keys differ from the old and from the new
        // reference first in the same digit.
        reference_ = from.earliest;
        for (uint32_t block = from.first; block != kNone;) {
            for (uint32_t i = 0; i < count_in(from, block); ++i) {
                add(TimeKey(blocks_[block].keys[i]));  // A copy: add() may move the blocks.
            }
            const uint32_t next = blocks_[block].next;
            free_block(block);
            block = next;
        }
    }

    uint32_t new_block() {
        uint32_t block = first_free_;
        if (block == kNone) {
            block = static_cast<uint32_t>(blocks_.size());
            blocks_.emplace_back();
        } else {
            first_free_ = blocks_[block].next;
        }
        blocks_[block].next = kNone;
        return block;
    }
    void free_block(uint32_t block) {
        blocks_[block].next = first_free_;
        first_free_ = block;
    }

    std::vector<Block> blocks_;
    uint32_t first_free_ = kNone;
    uint64_t reference_ = 0;
    uint64_t used_levels_ = 0;  ///< bit l is set while a digit of level l is in use
    std::array<uint32_t, kLevels> used_digits_{};
    std::array<Bucket, std::size_t{kLevels} * kDigits> buckets_{};
};

}  // namespace brokerlab

#include "sim/kernel/draw.h"

#include <algorithm>
#include <array>
#include <bit>

namespace brokerlab {
namespace {

constexpr uint64_t kGolden = 0x9e3779b97f4a7c15U;

/// The finaliser of SplitMix64: every input bit changes every output bit half of the time.
constexpr uint64_t scramble(uint64_t v) {
    v += kGolden;
    v = (v ^ (v >> 30)) * 0xbf58476d1ce4e5b9U;
    v = (v ^ (v >> 27)) * 0x94d049bb133111ebU;
    return v ^ (v >> 31);
}

struct Wide {
    uint64_t high;
    uint64_t low;
};
/// The whole 128 bits of a product, in halves, as standard C++ has no wider integer.
constexpr Wide multiply(uint64_t a, uint64_t b) {
    constexpr uint64_t kHalf = 0xffffffffU;
    const uint64_t low = (a & kHalf) * (b & kHalf);
    const uint64_t middle_a = (a >> 32) * (b & kHalf) + (low >> 32);
    const uint64_t middle_b = (a & kHalf) * (b >> 32) + (middle_a & kHalf);
    return {(a >> 32) * (b >> 32) + (middle_a >> 32) + (middle_b >> 32),
            (middle_b << 32) | (low & kHalf)};
}

constexpr unsigned kTableBits = 8;
constexpr std::size_t kTableSize = std::size_t{1} << kTableBits;
constexpr uint64_t kOne = uint64_t{1} << 32;  // of fixed-point numbers with 32 fraction bits

/// log2(1 + i / kTableSize) in fixed point, by the rule that squaring doubles a logarithm: each
/// squaring that reaches 2 yields a one bit.
constexpr uint64_t fraction_log2(std::size_t i) {
    uint64_t y = (uint64_t{1} << 31) + (static_cast<uint64_t>(i) << (31 - kTableBits));
    uint64_t log = 0;
    for (int bit = 0; bit < 32; ++bit) {
        const uint64_t squared = y * y;  // y is in [1, 2) with 31 fraction bits: this has 62.
        const bool two = (squared >> 63) != 0;
        log = (log << 1) | (two ? 1U : 0U);
        y = squared >> (two ? 32 : 31);
    }
    return log;
}
constexpr std::array<uint64_t, kTableSize + 1> make_log2_table() {
    std::array<uint64_t, kTableSize + 1> table{};
    for (std::size_t i = 0; i < kTableSize; ++i) {
        table[i] = fraction_log2(i);
    }
    table[kTableSize] = kOne;
    return table;
}
constexpr std::array<uint64_t, kTableSize + 1> kLog2 = make_log2_table();

/// -ln(v / 2^64) with 32 fraction bits; v must not be 0. Between the entries of the table it goes
/// straight, which errs by less than three millionths.
constexpr uint64_t minus_ln_of_fraction(uint64_t v) {
    const auto leading_zeros = static_cast<unsigned>(std::countl_zero(v));
    const uint64_t mantissa = v << leading_zeros << 1;  // what follows the leading one bit
    const std::size_t i = mantissa >> (64 - kTableBits);
    const uint64_t rest = (mantissa << kTableBits) >> 32;
    const uint64_t log2 = kLog2[i] + (((kLog2[i + 1] - kLog2[i]) * rest) >> 32);
    const uint64_t minus_log2 = (leading_zeros + 1) * kOne - log2;
    constexpr uint64_t kLn2 = 11'629'080;  // ln(2) * 2^24: the product stays below 2^62
    return (minus_log2 * kLn2) >> 24;
}

}  // namespace

RandomBits draw(Seed seed, DrawPurpose purpose, uint64_t entity, uint64_t key) {
    // Each step permutes the 64 bits, so that keys of one entity can't collide.
    uint64_t v = scramble(seed.value);
    v = scramble(v ^ static_cast<uint64_t>(purpose));
    v = scramble(v ^ entity);
    return RandomBits(scramble(v ^ key));
}

uint64_t uniform_below(RandomBits bits, uint64_t bound) {
    BL_CHECK(bound > 0);
    return multiply(bits.value, bound).high;
}

int64_t uniform_between(RandomBits bits, int64_t low, int64_t high) {
    BL_CHECK(low <= high);
    const uint64_t count = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) + 1;
    const uint64_t steps = count == 0 ? bits.value : uniform_below(bits, count);  // 0: all of them
    return static_cast<int64_t>(static_cast<uint64_t>(low) + steps);
}

Duration uniform_between(RandomBits bits, Duration low, Duration high) {
    return Duration(uniform_between(bits, low.ns, high.ns));
}

bool chance(RandomBits bits, uint32_t parts_per_million) {
    return uniform_below(bits, kMillion) < parts_per_million;
}

Duration exponential(RandomBits bits, Duration mean) {
    BL_CHECK(mean >= Duration());
    const uint64_t factor = minus_ln_of_fraction(bits.value | 1);  // never the logarithm of zero
    const Wide product = multiply(static_cast<uint64_t>(mean.ns), factor);
    if ((product.high >> 31) != 0) {
        return kForever;
    }
    return Duration(static_cast<int64_t>((product.high << 32) | (product.low >> 32)));
}

std::size_t weighted_pick(RandomBits bits, std::span<const uint32_t> weights) {
    uint64_t sum = 0;
    for (const uint32_t weight : weights) {
        sum += weight;
    }
    uint64_t left = uniform_below(bits, sum);
    std::size_t i = 0;
    for (; left >= weights[i]; ++i) {
        left -= weights[i];
    }
    return i;
}

Duration jittered(RandomBits bits, Duration d, uint32_t jitter_ppm) {
    BL_CHECK(d >= Duration());
    BL_CHECK(jitter_ppm <= kMillion);
    if (jitter_ppm == 0) {
        return d;
    }
    const int64_t factor =
        uniform_between(bits, int64_t{kMillion} - jitter_ppm, int64_t{kMillion} + jitter_ppm - 1);
    // In two parts, so that only a result that is itself too long saturates.
    return Duration(d.ns / kMillion) * factor + Duration(d.ns % kMillion * factor / kMillion);
}

Duration Backoff::after(uint32_t attempts, RandomBits bits) const {
    if (max <= initial) {
        return max;
    }
    Duration wait = initial;
    for (uint32_t i = 0; i < attempts && wait < max && wait > Duration(); ++i) {
        wait = std::min(wait * 2, max);
    }
    const Duration spread = std::min(jittered(bits, wait, jitter_ppm), max);
    return Duration::from_ms(spread.to_ms());
}

UuidWords draw_uuid(Seed seed, uint64_t entity, uint64_t key) {
    constexpr uint64_t kDash = 62;  // its place in the URL-safe base64 alphabet
    DrawSequence words(seed, DrawPurpose::kUuid, entity, key);
    for (;;) {
        const uint64_t high = (words.next_bits().value & ~uint64_t{0xf000}) | 0x4000;
        const uint64_t low = (words.next_bits().value >> 2) | (uint64_t{1} << 63);
        if (high >> 58 != kDash) {
            return {high, low};
        }
    }
}

DrawSequence::DrawSequence(Seed seed, DrawPurpose purpose, uint64_t entity, uint64_t key)
    : stream_(draw(seed, purpose, entity, key).value) {}

RandomBits DrawSequence::next_bits() {
    return RandomBits(scramble(stream_ ^ ++drawn_));
}

}  // namespace brokerlab

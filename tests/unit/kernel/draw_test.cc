// Draws: the same on every machine, independent where keys differ, and shaped as they claim.
//
// Shapes are tested with evenly spaced bits instead of random ones: what a distribution makes of
// all of them is its exact mean and its exact shares.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <set>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/kernel/draw.h"

namespace brokerlab {
namespace {

constexpr RandomBits kLowestBits{0};
constexpr RandomBits kHighestBits{std::numeric_limits<uint64_t>::max()};

/// The middle of the i-th of n equal parts of all bits.
RandomBits evenly(uint64_t i, uint64_t n) {
    const uint64_t part = std::numeric_limits<uint64_t>::max() / n;
    return RandomBits(part * i + part / 2);
}

TEST(Draw, has_the_values_that_recordings_were_made_with) {
    EXPECT_EQ(draw(Seed(1), DrawPurpose::kNetworkJitter, 0, 0).value, 0xc965d6348c188782U);
    EXPECT_EQ(draw(Seed(42), DrawPurpose::kElectionTimeout, 3001, 7).value, 0xd5aa2fcba86ce841U);
    EXPECT_EQ(draw(Seed(0), DrawPurpose::kExploration, ~uint64_t{0}, ~uint64_t{0}).value,
              0x98cb1327ac6515abU);
    EXPECT_EQ(draw_key(1, 2, 3), 0xb86f2d73748cf170U);
    EXPECT_EQ(exponential(draw(Seed(1), DrawPurpose::kArrival, 1, 1), 10_ms).ns, 17'757'367);
    EXPECT_EQ(uniform_below(draw(Seed(1), DrawPurpose::kPlacement, 1, 1), 1'000'000), 498'573U);
    const UuidWords id = draw_uuid(Seed(42), 1, 1);
    EXPECT_EQ(id.high, 0x8faab8a3662445a7U);
    EXPECT_EQ(id.low, 0x8b2f01607f08377fU);
    DrawSequence sequence(Seed(42), DrawPurpose::kPlacement, 5, 6);
    EXPECT_EQ(sequence.next_bits().value, 0x475bc772e92f2e91U);
    EXPECT_EQ(sequence.next_bits().value, 0xd77be5227a5fda39U);
}

TEST(Draw, depends_on_every_part_of_its_key) {
    std::set<uint64_t> seen;
    for (uint64_t seed = 0; seed < 8; ++seed) {
        for (uint32_t purpose = 1; purpose < 9; ++purpose) {
            for (uint64_t entity = 0; entity < 16; ++entity) {
                for (uint64_t key = 0; key < 16; ++key) {
                    seen.insert(
                        draw(Seed(seed), static_cast<DrawPurpose>(purpose), entity, key).value);
                }
            }
        }
    }
    EXPECT_EQ(seen.size(), 8U * 8U * 16U * 16U);
}

TEST(Draw, changes_half_of_its_bits_with_any_bit_of_seed_entity_or_key) {
    int changed = 0;
    int compared = 0;
    for (uint64_t base = 0; base < 50; ++base) {
        const RandomBits before = draw(Seed(base), DrawPurpose::kArrival, base, base);
        for (unsigned bit = 0; bit < 64; ++bit) {
            const uint64_t flipped = base ^ (uint64_t{1} << bit);
            for (const RandomBits after :
                 {draw(Seed(flipped), DrawPurpose::kArrival, base, base),
                  draw(Seed(base), DrawPurpose::kArrival, flipped, base),
                  draw(Seed(base), DrawPurpose::kArrival, base, flipped)}) {
                const int bits = std::popcount(before.value ^ after.value);
                EXPECT_GE(bits, 8);
                changed += bits;
                compared += 64;
            }
        }
    }
    EXPECT_NEAR(static_cast<double>(changed) / compared, 0.5, 0.005);
}

TEST(Draw, spreads_consecutive_keys_evenly) {
    constexpr int kShare = 10'000;
    constexpr uint64_t kDraws = uint64_t{16} * kShare;
    std::array<int, 16> counts{};
    for (uint64_t key = 0; key < kDraws; ++key) {
        ++counts[uniform_below(draw(Seed(1), DrawPurpose::kArrival, 1, key), counts.size())];
    }
    for (const int count : counts) {
        EXPECT_NEAR(count, kShare, 400);  // Four standard deviations.
    }
}

TEST(DrawKey, tells_its_parts_and_their_order_apart) {
    EXPECT_NE(draw_key(1, 2), draw_key(2, 1));
    EXPECT_NE(draw_key(1, 2), draw_key(12));
    EXPECT_NE(draw_key("ab", "c"), draw_key("a", "bc"));
    EXPECT_EQ(draw_key(SimTime() + 5_s, DrawPurpose::kUuid), draw_key(int64_t{5'000'000'000}, 13));
}

TEST(Uniform, gives_every_value_its_share) {
    for (const uint64_t bound : {1U, 2U, 3U, 7U, 10U, 64U}) {
        std::vector<uint64_t> counts(bound);
        const uint64_t draws = bound * 1'000;
        for (uint64_t i = 0; i < draws; ++i) {
            ++counts.at(uniform_below(evenly(i, draws), bound));
        }
        EXPECT_THAT(counts, testing::Each(1'000U)) << bound;
    }
}

TEST(Uniform, reaches_both_ends_and_no_further) {
    EXPECT_EQ(uniform_below(kLowestBits, 10), 0U);
    EXPECT_EQ(uniform_below(kHighestBits, 10), 9U);
    EXPECT_EQ(uniform_below(kHighestBits, kHighestBits.value), kHighestBits.value - 1);
    EXPECT_EQ(uniform_between(kLowestBits, -5, 5), -5);
    EXPECT_EQ(uniform_between(kHighestBits, -5, 5), 5);
    EXPECT_EQ(uniform_between(kHighestBits, 7, 7), 7);
    EXPECT_EQ(uniform_between(kHighestBits, Duration(), 400_us), 400_us);
    constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
    constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
    EXPECT_EQ(uniform_between(kLowestBits, kMin, kMax), kMin);
    EXPECT_EQ(uniform_between(kHighestBits, kMin, kMax), kMax);
}

RC_GTEST_PROP(Uniform, stays_within_its_range, (uint64_t bits, int64_t a, int64_t b)) {
    const int64_t drawn = uniform_between(RandomBits(bits), std::min(a, b), std::max(a, b));
    RC_ASSERT(drawn >= std::min(a, b));
    RC_ASSERT(drawn <= std::max(a, b));
}

TEST(UniformDeathTest, wants_something_to_choose_from) {
    EXPECT_DEATH((void)uniform_below(kLowestBits, 0), "check failed: bound > 0");
    EXPECT_DEATH((void)uniform_between(kLowestBits, 2, 1), "check failed: low <= high");
}

TEST(Chance, is_met_in_parts_per_million) {
    EXPECT_FALSE(chance(kLowestBits, 0));
    EXPECT_TRUE(chance(kHighestBits, kMillion));
    int hits = 0;
    for (uint64_t i = 0; i < kMillion; ++i) {
        hits += chance(evenly(i, kMillion), 50'000) ? 1 : 0;
    }
    EXPECT_EQ(hits, 50'000);
}

TEST(Exponential, is_the_logarithm_to_a_hundred_thousandth) {
    constexpr uint64_t kPoints = 100'000;
    for (uint64_t i = 0; i < kPoints; ++i) {
        const RandomBits bits = evenly(i, kPoints);
        const double exact = -std::log(std::ldexp(static_cast<double>(bits.value), -64));
        ASSERT_NEAR(static_cast<double>(exponential(bits, 1_s).ns) * 1e-9, exact, 1e-5) << i;
    }
}

TEST(Exponential, has_the_mean_that_it_is_given) {
    constexpr uint64_t kPoints = 1'000'000;
    for (const Duration mean : {1_us, 10_ms, 45_s}) {
        int64_t sum = 0;
        for (uint64_t i = 0; i < kPoints; ++i) {
            sum += exponential(evenly(i, kPoints), mean).ns;
        }
        const int64_t measured = sum / static_cast<int64_t>(kPoints);
        EXPECT_NEAR(static_cast<double>(measured), static_cast<double>(mean.ns),
                    static_cast<double>(mean.ns) / 1'000)
            << to_string(mean);
    }
}

TEST(Exponential, of_keyed_draws_has_mean_and_tail) {
    constexpr int kDraws = 1'000'000;
    int64_t sum = 0;
    std::array<int, 11> beyond{};  // how many lie beyond k means
    for (uint64_t key = 0; key < kDraws; ++key) {
        const Duration drawn = exponential(draw(Seed(7), DrawPurpose::kArrival, 1, key), 1_ms);
        sum += drawn.ns;
        for (std::size_t k = 0; k < beyond.size() && drawn > 1_ms * static_cast<int64_t>(k); ++k) {
            ++beyond[k];
        }
    }
    EXPECT_NEAR(static_cast<double>(sum) / kDraws, 1e6, 4e3);  // Four standard deviations.
    for (std::size_t k = 1; k < beyond.size(); ++k) {
        const double expected = kDraws * std::exp(-static_cast<double>(k));
        EXPECT_NEAR(beyond[k], expected, 4 * std::sqrt(expected)) << "beyond " << k << " means";
    }
}

TEST(Exponential, ends_at_44_means) {
    EXPECT_NEAR(static_cast<double>(exponential(kLowestBits, 1_s).ns) * 1e-9, 64 * std::log(2.0),
                1e-4);
    EXPECT_LT(exponential(kHighestBits, 1_s), 1_us);
    EXPECT_GE(exponential(kHighestBits, 1_s), Duration());
    EXPECT_EQ(exponential(kLowestBits, Duration()), Duration());
    EXPECT_EQ(exponential(kLowestBits, kForever), kForever);
}

RC_GTEST_PROP(Exponential, falls_as_its_bits_rise, (uint64_t a, uint64_t b)) {
    RC_ASSERT(exponential(RandomBits(std::min(a, b)), 1_h) >=
              exponential(RandomBits(std::max(a, b)), 1_h));
}

TEST(WeightedPick, gives_every_index_its_weight) {
    // Queues of 0, 3 and 1 batches as the built-in partitioner weighs them, and one left out.
    const std::vector<uint32_t> weights = {4, 1, 0, 3};
    std::vector<int> counts(weights.size());
    for (uint64_t i = 0; i < 8'000; ++i) {
        ++counts.at(weighted_pick(evenly(i, 8'000), weights));
    }
    EXPECT_THAT(counts, testing::ElementsAre(4'000, 1'000, 0, 3'000));
    EXPECT_EQ(weighted_pick(kLowestBits, std::vector<uint32_t>{0, 0, 5}), 2U);
    EXPECT_EQ(weighted_pick(kHighestBits, std::vector<uint32_t>{5, 0, 0}), 0U);
}

TEST(WeightedPickDeathTest, wants_a_weight) {
    EXPECT_DEATH((void)weighted_pick(kLowestBits, std::vector<uint32_t>{0, 0}),
                 "check failed: bound > 0");
}

TEST(Jittered, spreads_evenly_around_its_span) {
    EXPECT_EQ(jittered(kLowestBits, 1_s, 200'000), 800_ms);
    EXPECT_EQ(jittered(kHighestBits, 1_s, 200'000), 1'200_ms - 1_us);
    EXPECT_EQ(jittered(kHighestBits, 1_s, 0), 1_s);
    EXPECT_EQ(jittered(kLowestBits, 1_s, kMillion), Duration());
    EXPECT_EQ(jittered(kHighestBits, kForever, 200'000), kForever);
    EXPECT_EQ(jittered(evenly(0, 1), 1'234'567_ns, 200'000), 1'234'565_ns);
    Duration sum;
    for (uint64_t i = 0; i < 1'000; ++i) {
        sum += jittered(evenly(i, 1'000), 1_s, 200'000);
    }
    EXPECT_NEAR(static_cast<double>((sum / 1'000).ns), 1e9, 1e3);
}

TEST(Backoff, doubles_with_each_attempt_up_to_its_maximum) {
    const Backoff retry{.initial = 100_ms, .max = 1'000_ms, .jitter_ppm = 0};
    std::vector<int64_t> waits;
    for (const uint32_t attempts : {0U, 1U, 2U, 3U, 4U, 5U, 1'000U, ~0U}) {
        waits.push_back(retry.after(attempts, kLowestBits).to_ms());
    }
    EXPECT_THAT(waits, testing::ElementsAre(100, 200, 400, 800, 1000, 1000, 1000, 1000));
}

TEST(Backoff, is_spread_by_a_fifth_in_whole_milliseconds_and_never_beyond_its_maximum) {
    const Backoff retry{.initial = 100_ms, .max = 1'000_ms};
    EXPECT_EQ(retry.after(0, kLowestBits), 80_ms);
    EXPECT_EQ(retry.after(0, kHighestBits), 119_ms);
    EXPECT_EQ(retry.after(3, kLowestBits), 640_ms);
    EXPECT_EQ(retry.after(3, kHighestBits), 959_ms);
    EXPECT_EQ(retry.after(9, kLowestBits), 800_ms);
    EXPECT_EQ(retry.after(9, kHighestBits), 1'000_ms);
    EXPECT_EQ((Backoff{10_s, 30_s}.after(0, kHighestBits)), 11'999_ms);
}

TEST(Backoff, without_room_to_grow_is_its_maximum_without_jitter) {
    EXPECT_EQ((Backoff{1'000_ms, 1'000_ms}.after(3, kLowestBits)), 1'000_ms);
    EXPECT_EQ((Backoff{1'000_ms, 50_ms}.after(0, kHighestBits)), 50_ms);
    EXPECT_EQ((Backoff{Duration(), 50_ms}.after(~0U, kHighestBits)), Duration());
}

TEST(Uuid, is_random_of_version_4_and_never_begins_with_a_dash) {
    constexpr uint64_t kIds = 5'000;
    std::set<std::pair<uint64_t, uint64_t>> seen;
    uint64_t always_set_high = ~uint64_t{0};
    uint64_t ever_set_high = 0;
    uint64_t always_set_low = ~uint64_t{0};
    uint64_t ever_set_low = 0;
    for (uint64_t key = 0; key < kIds; ++key) {
        const UuidWords id = draw_uuid(Seed(3), 1, key);
        EXPECT_NE(id.high >> 58, 62U) << "begins with a dash in URL-safe base64";
        seen.insert({id.high, id.low});
        always_set_high &= id.high;
        ever_set_high |= id.high;
        always_set_low &= id.low;
        ever_set_low |= id.low;
    }
    EXPECT_EQ(seen.size(), kIds);
    EXPECT_EQ(always_set_high, 0x4000U);  // Version 4; every other bit is drawn.
    EXPECT_EQ(ever_set_high, ~uint64_t{0xb000});
    EXPECT_EQ(always_set_low, uint64_t{1} << 63);  // Variant 2.
    EXPECT_EQ(ever_set_low, ~(uint64_t{1} << 62));
}

TEST(DrawSequence, is_a_stream_of_its_own_for_every_key) {
    DrawSequence a(Seed(1), DrawPurpose::kPlacement, 1, 1);
    DrawSequence same(Seed(1), DrawPurpose::kPlacement, 1, 1);
    DrawSequence other(Seed(1), DrawPurpose::kPlacement, 1, 2);
    std::set<uint64_t> seen;
    for (int i = 0; i < 1'000; ++i) {
        const RandomBits bits = a.next_bits();
        EXPECT_EQ(bits, same.next_bits());
        seen.insert(bits.value);
        seen.insert(other.next_bits().value);
    }
    EXPECT_EQ(seen.size(), 2'000U);
}

/// What a test wants drawn, and what it was asked for.
struct Script {
    std::vector<uint64_t> results;
    std::vector<uint64_t> bounds = {};

    uint64_t next(uint64_t bound) {
        bounds.push_back(bound);
        return results.at(bounds.size() - 1);
    }
};

TEST(Shuffle, swaps_from_the_end_as_kafka_does) {
    std::vector<char> brokers = {'a', 'b', 'c', 'd'};
    Script script{{1, 2, 0}};
    shuffle(brokers, script);
    EXPECT_THAT(script.bounds, testing::ElementsAre(4, 3, 2));
    EXPECT_THAT(brokers, testing::ElementsAre('d', 'a', 'c', 'b'));
}

TEST(Shuffle, gives_every_order_its_share) {
    std::vector<int> counts(6);
    for (uint64_t key = 0; key < 6'000; ++key) {
        DrawSequence draws(Seed(1), DrawPurpose::kPlacement, 0, key);
        std::vector<int> order = {0, 1, 2};
        shuffle(order, draws);
        const std::size_t first_two_swapped = order[0] > order[1] ? 1 : 0;
        ++counts.at(static_cast<std::size_t>(order[2]) * 2 + first_two_swapped);
    }
    EXPECT_THAT(counts, testing::Each(testing::AllOf(testing::Gt(880), testing::Lt(1'120))));
}

RC_GTEST_PROP(Shuffle, loses_and_adds_nothing, (std::vector<int> items, uint64_t seed)) {
    DrawSequence draws(Seed(seed), DrawPurpose::kPlacement, 0, 0);
    std::vector<int> shuffled = items;
    shuffle(shuffled, draws);
    std::sort(items.begin(), items.end());
    std::sort(shuffled.begin(), shuffled.end());
    RC_ASSERT(items == shuffled);
}

}  // namespace
}  // namespace brokerlab

#include "sim/client/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/client/value_template.h"

namespace brokerlab {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

constexpr SimTime kZero{5'000'000'000};

ProducerSetup at_rate(int64_t per_second) {
    ProducerSetup setup;
    setup.rate = Rate::per_second(per_second);
    return setup;
}

/// The arrivals up to `end`, in nanoseconds after time zero.
std::vector<int64_t> arrivals(Load& load, SimTime end) {
    std::vector<int64_t> all;
    while (load.next_due() <= end && load.next_due() != kNever) {
        const SimTime due = load.next_due();
        all.push_back((due - kZero).ns);
        EXPECT_FALSE(load.take(due - Duration(1)));
        EXPECT_TRUE(load.take(due));
    }
    return all;
}

TEST(Load, TheKthRecordComesAtStartPlusKOverRate) {
    ProducerSetup setup = at_rate(3);
    setup.start = 10_s;
    Load load(setup, kZero, 1, SimTime());
    EXPECT_THAT(arrivals(load, kZero + 11'500_ms),
                ElementsAre(10'333'333'333, 10'666'666'666, 11'000'000'000, 11'333'333'333));
}

TEST(Load, DoesNotDriftInAnHour) {
    Load load(at_rate(7), kZero, 1, SimTime());
    EXPECT_EQ(arrivals(load, kZero + 1_h).back(), 3'600'000'000'000);
}

TEST(Load, KeepsAnOddRateExactly) {
    ProducerSetup setup;
    setup.rate = *parse_rate("7/h");
    Load load(setup, kZero, 1, SimTime());
    const std::vector<int64_t> all = arrivals(load, kZero + 1000_h);
    ASSERT_THAT(all, SizeIs(7000));
    EXPECT_EQ(all[0], 514'285'714'285);  // 3600 s / 7, floored
    EXPECT_EQ(all[2], 1'542'857'142'857);
    EXPECT_EQ(all[6], 3'600'000'000'000);
    EXPECT_EQ(all.back(), (1000_h).ns);
}

TEST(Load, EndsWithStopOrCount) {
    ProducerSetup stops = at_rate(1);
    stops.stop = 3_s;
    Load until(stops, kZero, 1, SimTime());
    EXPECT_THAT(arrivals(until, kZero + 1_h), SizeIs(3));
    ProducerSetup counts = at_rate(1);
    counts.count = 5;
    Load first(counts, kZero, 1, SimTime());
    EXPECT_THAT(arrivals(first, kZero + 1_h), SizeIs(5));
    Load restarted(counts, kZero, 4, kZero + 100_s);
    EXPECT_THAT(arrivals(restarted, kZero + 1_h), ElementsAre(101'000'000'000, 102'000'000'000));
    Load nothing(at_rate(0), kZero, 1, SimTime());
    EXPECT_THAT(arrivals(nothing, kZero + 1_h), IsEmpty());
}

TEST(Load, ANewRateKeepsWhatIsWaiting) {
    Load load(at_rate(1), kZero, 1, SimTime());
    const SimTime now = kZero + 3'500_ms;  // Three are due, none was taken.
    load.set_rate(Rate::per_second(10), now);
    EXPECT_TRUE(load.take(now));
    EXPECT_TRUE(load.take(now));
    EXPECT_TRUE(load.take(now));
    EXPECT_FALSE(load.take(now));
    EXPECT_EQ(load.next_due(), now + 100_ms);
    load.set_rate(Rate(), now);
    EXPECT_EQ(load.next_due(), kNever);
}

TEST(Load, ANewRateBeforeTheStartWaitsForTheStart) {
    ProducerSetup setup = at_rate(1);
    setup.start = 10_s;
    Load load(setup, kZero, 1, SimTime());
    load.set_rate(Rate::per_second(2), kZero + 1_s);
    EXPECT_EQ(load.next_due(), kZero + 10'500_ms);
}

Env env_of(uint64_t seed) {
    return Env{SimTime(), Seed(seed), NodeId{NodeKind::kClient, 1}, RuleSet()};
}

TEST(ValueTemplate, FillsInItsPlacesAndLeavesOtherBracesAlone) {
    EXPECT_EQ(ValueTemplate("order-{n}").fill(42, 0, env_of(1)), "order-42");
    EXPECT_EQ(ValueTemplate("{\"id\": {n}, \"x\": {}}").fill(7, 0, env_of(1)),
              "{\"id\": 7, \"x\": {}}");
    EXPECT_EQ(ValueTemplate("{int 5 4} {int 1} {pick} {m} {").fill(7, 0, env_of(1)),
              "{int 5 4} {int 1} {pick} {m} {");
    EXPECT_EQ(ValueTemplate("").fill(7, 0, env_of(1)), "");
}

TEST(ValueTemplate, DrawsByRecordAndPlace) {
    const ValueTemplate three("{pick a|b|c}");
    const ValueTemplate number("{int -3 3}");
    const ValueTemplate ids("{uuid} {uuid}");
    std::vector<int> seen(3);
    for (uint64_t n = 1; n <= 300; ++n) {
        const std::string word = three.fill(n, 0, env_of(1));
        ASSERT_THAT(word, AnyOf("a", "b", "c"));
        ++seen[static_cast<std::size_t>(word[0] - 'a')];
        const int drawn = std::stoi(number.fill(n, 0, env_of(1)));
        ASSERT_GE(drawn, -3);
        ASSERT_LE(drawn, 3);
    }
    EXPECT_THAT(seen, ::testing::Each(::testing::Gt(60)));
    const std::string two = ids.fill(9, 0, env_of(1));
    EXPECT_EQ(two, ids.fill(9, 0, env_of(1)));
    EXPECT_NE(two, ids.fill(10, 0, env_of(1)));
    EXPECT_NE(two, ids.fill(9, 1, env_of(1)));
    EXPECT_NE(two, ids.fill(9, 0, env_of(2)));
    EXPECT_NE(two.substr(0, 36), two.substr(37));
    EXPECT_THAT(two.substr(37), MatchesRegex("[0-9a-f]+-[0-9a-f]+-4[0-9a-f]+-[89ab][0-9a-f]+-"
                                             "[0-9a-f]+"));
}

}  // namespace
}  // namespace brokerlab

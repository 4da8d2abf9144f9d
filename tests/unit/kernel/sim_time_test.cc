// SimTime and Duration: arithmetic that can't be mixed up, never overflows, and reads well.
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/kernel/sim_time.h"

namespace brokerlab {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) {
    a + b;
};
template <class A, class B>
concept Subtractable = requires(A a, B b) {
    a - b;
};
template <class A, class B>
concept Multipliable = requires(A a, B b) {
    a* b;
};
template <class A, class B>
concept Comparable = requires(A a, B b) {
    a < b;
};

TEST(SimTime, mixes_with_spans_only_as_instants_do) {
    const SimTime kill = SimTime() + 5_s;
    EXPECT_EQ(kill.ns, 5'000'000'000);
    EXPECT_EQ((kill + 250_ms) - kill, 250_ms);
    EXPECT_EQ(kill - 6_s, SimTime(-1'000'000'000));
    EXPECT_FALSE((Addable<SimTime, SimTime>));
    EXPECT_FALSE((Addable<SimTime, int64_t>));
    EXPECT_FALSE((Multipliable<SimTime, int64_t>));
    EXPECT_FALSE((Subtractable<Duration, SimTime>));
    EXPECT_FALSE((Comparable<SimTime, Duration>));
    EXPECT_FALSE((Multipliable<Duration, Duration>));
    EXPECT_FALSE((Addable<Duration, int64_t>));
}

TEST(SimTime, orders_instants) {
    EXPECT_LT(SimTime(-1), SimTime(0));
    EXPECT_LT(SimTime() + 999'999_h, kNever);
    SimTime t;
    t += 3_s;
    t -= 1_ms;
    EXPECT_EQ(t, SimTime(2'999'000'000));
}

TEST(Duration, has_the_units_of_its_literals) {
    EXPECT_EQ(1_us, 1'000_ns);
    EXPECT_EQ(1_ms, 1'000_us);
    EXPECT_EQ(1_s, 1'000_ms);
    EXPECT_EQ(1_min, 60_s);
    EXPECT_EQ(1_h, 60_min);
    EXPECT_EQ((1_ns).ns, 1);
    EXPECT_EQ(Duration::from_ms(7), 7_ms);
    EXPECT_EQ(Duration::from_us(7), 7_us);
    EXPECT_EQ(SimTime::from_ms(7), SimTime() + 7_ms);
}

TEST(Duration, rounds_to_whole_milliseconds_downwards) {
    EXPECT_EQ((1_ms).to_ms(), 1);
    EXPECT_EQ((2_ms - 1_ns).to_ms(), 1);
    EXPECT_EQ((-(1_ns)).to_ms(), -1);
    EXPECT_EQ((-(1_ms)).to_ms(), -1);
    EXPECT_EQ((-(1_ms) - 1_ns).to_ms(), -2);
    EXPECT_EQ((SimTime() - 1_ns).to_ms(), -1);
}

TEST(Duration, divides_downwards_with_a_rest_that_is_never_negative) {
    EXPECT_EQ(10_s / 4, 2'500_ms);
    EXPECT_EQ(-(5_ns) / 2, -(3_ns));
    EXPECT_EQ(10_s / 3_s, 3);
    EXPECT_EQ(10_s % 3_s, 1_s);
    EXPECT_EQ(-(1_s) / 3_s, -1);
    EXPECT_EQ(-(1_s) % 3_s, 2_s);
    EXPECT_EQ(3 * 2_s, 2_s * 3);
}

TEST(Duration, that_means_never_stays_never) {
    constexpr int64_t kLongMax = std::numeric_limits<int64_t>::max();
    EXPECT_EQ(Duration::from_ms(kLongMax), kForever);
    EXPECT_EQ(Duration::from_ms(-kLongMax).ns, std::numeric_limits<int64_t>::min());
    EXPECT_EQ(kForever + 1_ns, kForever);
    EXPECT_EQ(kForever * 2, kForever);
    EXPECT_EQ((SimTime() + 1_h) + kForever, kNever);
    EXPECT_EQ((SimTime() - 1_h) - kForever, SimTime(std::numeric_limits<int64_t>::min()));
    EXPECT_EQ(-Duration(std::numeric_limits<int64_t>::min()), kForever);
    EXPECT_EQ(kNever - SimTime(-1), kForever);
}

RC_GTEST_PROP(Duration, arithmetic_agrees_with_integers_while_it_fits, (int32_t a, int32_t b)) {
    RC_ASSERT((Duration(a) + Duration(b)).ns == int64_t{a} + b);
    RC_ASSERT((Duration(a) - Duration(b)).ns == int64_t{a} - b);
    RC_ASSERT((Duration(a) * b).ns == int64_t{a} * b);
    const Duration divisor((b & 0xff) + 1);
    const Duration rest = Duration(a) % divisor;
    RC_ASSERT(divisor * (Duration(a) / divisor) + rest == Duration(a));
    RC_ASSERT(rest >= Duration());
    RC_ASSERT(rest < divisor);
}

TEST(SimTime, reads_in_seconds_with_milliseconds) {
    EXPECT_EQ(to_string(SimTime()), "0.000 s");
    EXPECT_EQ(to_string(SimTime() + 12'345_ms), "12.345 s");
    EXPECT_EQ(to_string(SimTime() + 12'345_ms + 999_us), "12.345 s");
    EXPECT_EQ(to_string(SimTime() + 1_h), "3600.000 s");
}

TEST(SimTime, reads_with_its_sign_before_time_zero) {
    EXPECT_EQ(to_string(SimTime() - 500_ms), "-0.500 s");
    EXPECT_EQ(to_string(SimTime() - 2'001_ms), "-2.001 s");
    EXPECT_EQ(to_string(SimTime() - 1_ns), "-0.001 s");
    EXPECT_EQ(to_string(SimTime(std::numeric_limits<int64_t>::min())), "-9223372036.855 s");
}

TEST(Duration, reads_in_the_largest_unit_that_fits) {
    EXPECT_EQ(to_string(9_s), "9 s");
    EXPECT_EQ(to_string(1'500_ms), "1500 ms");
    EXPECT_EQ(to_string(400_us), "400 us");
    EXPECT_EQ(to_string(1_ns), "1 ns");
    EXPECT_EQ(to_string(90_s), "90 s");
    EXPECT_EQ(to_string(5_min), "5 min");
    EXPECT_EQ(to_string(168_h), "7 d");
    EXPECT_EQ(to_string(-(20_ms)), "-20 ms");
    EXPECT_EQ(to_string(Duration()), "0 s");
    EXPECT_EQ(to_string(kForever), "forever");
}

TEST(SimTime, digests_as_its_nanoseconds) {
    EXPECT_EQ(digest_of(SimTime(-5)), digest_of(int64_t{-5}));
    EXPECT_EQ(digest_of(5_us), digest_of(5'000));
}

}  // namespace
}  // namespace brokerlab

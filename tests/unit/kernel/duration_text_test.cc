// Spans of time as people write them.
#include "sim/kernel/duration_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace brokerlab {
namespace {

TEST(DurationText, KnowsEveryUnitAndDecimals) {
    const std::pair<const char*, Duration> kForms[] = {{"0s", 0_s},
                                                       {"7ns", Duration(7)},
                                                       {"400us", 400_us},
                                                       {"200ms", 200_ms},
                                                       {"5s", 5_s},
                                                       {"10min", 10_min},
                                                       {"10m", 10_min},
                                                       {"1h", 1_h},
                                                       {"7d", 24_h * 7},
                                                       {"1.5s", 1500_ms},
                                                       {"0.25ms", 250_us},
                                                       {"05s", 5_s},
                                                       {"1.500000000s", 1500_ms},
                                                       {"0.5h", 30_min},
                                                       {"1.0000000000000s", 1_s}};
    for (const auto& [text, duration] : kForms) {
        const Outcome<Duration> parsed = parse_duration(text);
        ASSERT_TRUE(parsed.ok()) << text << ": " << parsed.failure().what;
        EXPECT_EQ(*parsed, duration) << text;
    }
}

TEST(DurationText, RefusesWhatIsNoTimeAndSaysWhy) {
    const std::pair<const char*, const char*> kMistakes[] = {
        {"", "'' is not a time"},
        {"s", "'s' is not a time"},
        {"-5s", "'-5s' is not a time"},
        {"5", "the time '5' has no unit; write 5s or 5ms"},
        {"5 s", "'5 s' is not a time"},
        {"5sec", "'5sec' is not a time"},
        {"1..5s", "'1..5s' is not a time"},
        {"1.2.3s", "'1.2.3s' is not a time"},
        {".5s", "'.5s' is not a time"},
        {"5.s", "'5.s' is not a time"},
        {"0.5ns", "is finer than a nanosecond"},
        {"1.0000000001s", "is finer than a nanosecond"},
        {"9223372036854775808ns", "is too long"},
        {"9223372036.9s", "is too long"},
        {"106752d", "is too long"},
        {"99999999999999999999999s", "is too long"},
        {"9223372036854775807ns", "is too long"}};
    for (const auto& [text, says] : kMistakes) {
        const Outcome<Duration> parsed = parse_duration(text);
        ASSERT_FALSE(parsed.ok()) << text;
        EXPECT_THAT(parsed.failure().what, testing::HasSubstr(says));
    }
}

RC_GTEST_PROP(DurationText, ReadsBackWhatItWrites, (uint64_t bits, unsigned shift)) {
    const Duration d(static_cast<int64_t>(bits >> (1 + shift % 62)));
    RC_PRE(d != kForever);
    RC_ASSERT(*parse_duration(duration_text(d)) == d);
}

}  // namespace
}  // namespace brokerlab

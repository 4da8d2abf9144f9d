// Rates as scenarios write them.
#include "sim/model/rate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brokerlab {
namespace {

TEST(Rate, IsKeptExactlyInRecordsOfAThousandHours) {
    const std::pair<const char*, int64_t> kRates[] = {{"100/s", 360'000'000},
                                                      {"0.5/s", 1'800'000},
                                                      {"30/min", 1'800'000},
                                                      {"10/h", 10'000},
                                                      {"0.001/h", 1},
                                                      {"0/s", 0},
                                                      {"1.234/s", 4'442'400},
                                                      {"1000000/s", 3'600'000'000'000},
                                                      {"3600000000/h", 3'600'000'000'000}};
    for (const auto& [text, in_1000_hours] : kRates) {
        const Outcome<Rate> parsed = parse_rate(text);
        ASSERT_TRUE(parsed.ok()) << text;
        EXPECT_EQ(parsed->in_1000_hours, in_1000_hours) << text;
        EXPECT_EQ(*parse_rate(rate_text(*parsed)), *parsed) << rate_text(*parsed);
    }
}

TEST(Rate, IsToldInTheLargestUnitThatHoldsIt) {
    EXPECT_EQ(rate_text(*parse_rate("30/min")), "0.5/s");
    EXPECT_EQ(rate_text(*parse_rate("10/min")), "10/min");
    EXPECT_EQ(rate_text(*parse_rate("10/h")), "10/h");
    EXPECT_EQ(rate_text(Rate()), "0/s");
}

TEST(Rate, IsRefusedWithItsForms) {
    for (const char* text : {"", "100", "/s", "100/", "-1/s", "1,5/s", "1.2345/s", ".5/s", "5./s",
                             "1..5/s", "./s", "fast/s", "100/day", "99999999999999999999/s"}) {
        const Outcome<Rate> parsed = parse_rate(text);
        ASSERT_FALSE(parsed.ok()) << text;
        EXPECT_THAT(parsed.failure().what,
                    testing::HasSubstr("write one as 100/s, 30/min or 10/h"));
    }
    EXPECT_EQ(parse_rate("1000000.001/s").failure().what, "a rate is at most 1000000/s");
    EXPECT_EQ(parse_rate("3600000000.001/h").failure().what, "a rate is at most 1000000/s");
}

}  // namespace
}  // namespace brokerlab

// Rates as scenarios write them.
#include "sim/model/rate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brokerlab {
namespace {

TEST(Rate, IsKeptInRecordsOfAThousandSeconds) {
    const std::pair<const char*, int64_t> kRates[] = {{"100/s", 100'000},
                                                      {"0.5/s", 500},
                                                      {"30/min", 500},
                                                      {"36/h", 10},
                                                      {"0/s", 0},
                                                      {"1.234/s", 1234},
                                                      {"1000000/s", 1'000'000'000}};
    for (const auto& [text, rate] : kRates) {
        const Outcome<int64_t> parsed = parse_rate(text);
        ASSERT_TRUE(parsed.ok()) << text;
        EXPECT_EQ(*parsed, rate) << text;
    }
}

TEST(Rate, IsRefusedWithItsForms) {
    for (const char* text : {"", "100", "/s", "100/", "-1/s", "1,5/s", "1.2345/s", ".5/s", "5./s",
                             "1..5/s", "./s", "fast/s", "100/day", "99999999999999999999/s"}) {
        const Outcome<int64_t> parsed = parse_rate(text);
        ASSERT_FALSE(parsed.ok()) << text;
        EXPECT_THAT(parsed.failure().what,
                    testing::HasSubstr("write one as 100/s, 30/min or 10/h"));
    }
    EXPECT_EQ(parse_rate("1000001/s").failure().what, "a rate is at most 1000000/s");
    EXPECT_EQ(parse_rate("0.001/h").failure().what,
              "a rate other than 0/s is at least one record in 1000 s");
}

}  // namespace
}  // namespace brokerlab

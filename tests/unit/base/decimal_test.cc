#include "sim/base/decimal.h"

#include <gtest/gtest.h>

namespace brokerlab {
namespace {

constexpr int64_t kHighest = 1'000'000;

TEST(Decimal, is_read_in_thousandths) {
    EXPECT_EQ(parse_thousandths("0.25", kHighest), 250);
    EXPECT_EQ(parse_thousandths("10", kHighest), 10'000);
    EXPECT_EQ(parse_thousandths("0.001", kHighest), 1);
    EXPECT_EQ(parse_thousandths("1000", kHighest), kHighest);
}

TEST(Decimal, is_not_read_from_anything_else) {
    for (const char* text : {"", ".5", "5.", "1.2.3", "-1", "+1", "1e3", "0.0001", "fast", " 1"}) {
        EXPECT_EQ(parse_thousandths(text, kHighest), std::nullopt) << text;
    }
}

TEST(Decimal, is_refused_above_the_highest_however_long_it_is) {
    EXPECT_EQ(parse_thousandths("1000.001", kHighest), std::nullopt);
    EXPECT_EQ(parse_thousandths("99999999999999999999999999999999", kHighest), std::nullopt);
}

}  // namespace
}  // namespace brokerlab

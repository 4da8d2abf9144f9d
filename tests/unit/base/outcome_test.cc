// Outcome: a value or the sentence that says why there is none, and no way to mix them up.
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "sim/base/outcome.h"

namespace brokerlab {
namespace {

Outcome<int> parse_digit(char c) {
    if (c < '0' || c > '9') {
        return Failure{"'" + std::string(1, c) + "' is not a digit"};
    }
    return c - '0';
}

TEST(Outcome, holds_a_value) {
    const Outcome<int> digit = parse_digit('7');
    ASSERT_TRUE(digit.ok());
    EXPECT_TRUE(static_cast<bool>(digit));
    EXPECT_EQ(*digit, 7);
    EXPECT_EQ(digit.value(), 7);
}

TEST(Outcome, holds_the_sentence_instead) {
    const Outcome<int> digit = parse_digit('x');
    ASSERT_FALSE(digit.ok());
    EXPECT_FALSE(static_cast<bool>(digit));
    EXPECT_EQ(digit.failure(), Failure{"'x' is not a digit"});
}

TEST(Outcome, tells_a_failure_from_a_value_that_is_text) {
    const Outcome<std::string> text(std::string("all is well"));
    ASSERT_TRUE(text.ok());
    EXPECT_EQ(text->size(), 11U);
}

TEST(Outcome, lets_its_value_be_changed_and_moved_out) {
    Outcome<std::unique_ptr<int>> owned(std::make_unique<int>(1));
    **owned = 2;
    const std::unique_ptr<int> taken = *std::move(owned);
    EXPECT_EQ(*taken, 2);
}

TEST(OutcomeDeathTest, stops_who_reads_what_is_not_there) {
    EXPECT_DEATH((void)parse_digit('x').value(), "check failed: ok()");
    EXPECT_DEATH((void)parse_digit('7').failure(), "check failed: !ok()");
}

}  // namespace
}  // namespace brokerlab

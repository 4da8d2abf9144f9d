// What can be asked of a world, and what a question can get wrong.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sim/query/expression.h"

namespace brokerlab {
namespace {

class Question : public testing::TestWithParam<const char*> {};

TEST_P(Question, CanBeAsked) {
    const std::variant<Expression, ExpressionError> parsed = parse_expression(GetParam());
    if (const auto* error = std::get_if<ExpressionError>(&parsed)) {
        FAIL() << error->offset << ": " << error->what;
    }
    EXPECT_EQ(std::get<Expression>(parsed).text, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Forms, Question,
    testing::Values("leader(orders-0) != 2", "leader(orders-0, 1) == -1", "isr(orders-0) == {1,3}",
                    "replicas(a-b-0) != { 3 , 1 }", "epoch(orders-0) >= 1",
                    "hw(orders-0) <= leo(orders-0)", "leo(orders-0, 2) > 5KiB",
                    "broker(2) == fenced", "running != broker(1)", "controller() == 3",
                    "controller() is none", "under_replicated() == 0", "offline() < 2",
                    "acked(till) == 10", "failed(till) == 0", "sent(till) is none",
                    "unknown(till) == 0", "unknown == 0", "lost_acked == 0", "duplicated == 0",
                    "reordered == 0", "refused == 1", "not refused == 1",
                    "refused == 1 or lost_acked == 0 and duplicated == 0",
                    "not (refused == 1 or not lost_acked == 0)", "5s < 10min", "\trefused\t==\t1 ",
                    "leader(orders-0)==1", "isr(orders-0) == {}"));

struct Mistake {
    std::string written;
    std::size_t offset;
    std::string says;
};
class WrongQuestion : public testing::TestWithParam<Mistake> {};

TEST_P(WrongQuestion, IsToldWithPlaceAndReason) {
    const std::variant<Expression, ExpressionError> parsed = parse_expression(GetParam().written);
    ASSERT_TRUE(std::holds_alternative<ExpressionError>(parsed)) << GetParam().written;
    const auto& error = std::get<ExpressionError>(parsed);
    EXPECT_THAT(error.what, testing::HasSubstr(GetParam().says)) << GetParam().written;
    EXPECT_EQ(error.offset, GetParam().offset) << error.what;
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, WrongQuestion,
    testing::Values(Mistake{"", 0, "a value is missing"},
                    Mistake{"leader(orders-0)", 0, "not a question"},
                    Mistake{"leadr(orders-0) == 1", 0, "did you mean 'leader'?"},
                    Mistake{"broker(1) == runing", 13, "did you mean 'running'?"},
                    Mistake{"xyzzy == 1", 0, "'xyzzy' is unknown"},
                    Mistake{"leader(orders) == 1", 0, "'leader' is written leader(orders-0)"},
                    Mistake{"leader(orders-x) == 1", 0, "is written leader(orders-0)"},
                    Mistake{"leader == 1", 0, "is written leader(orders-0)"},
                    Mistake{"broker == down", 0, "'broker' is written broker(2)"},
                    Mistake{"broker(x) == down", 0, "is written broker(2)"},
                    Mistake{"acked() == 1", 0, "is written acked(till)"},
                    Mistake{"leader(orders-0 == 1", 0, "is written leader(orders-0)"},
                    Mistake{"refused = 1", 8, "equality is written =="},
                    Mistake{"refused == down", 8, "a number can't be compared with a word"},
                    Mistake{"isr(a-0) == 1", 9, "a set can't be compared with a number"},
                    Mistake{"isr(a-0) < {1}", 9, "a set has no order"},
                    Mistake{"broker(1) > down", 10, "a word has no order"},
                    Mistake{"refused == 1 and 5", 13, "joins comparisons"},
                    Mistake{"not refused", 0, "'not' joins comparisons"},
                    Mistake{"(refused == 1) == 2", 15, "a comparison stands between two values"},
                    Mistake{"(refused == 1) is none", 17, "'is none' asks about a value"},
                    Mistake{"refused is nothing", 10, "after 'is' stands 'none'"},
                    Mistake{"(refused == 1", 13, "closing bracket ) is missing"},
                    Mistake{"isr(a-0) == {1", 14, "closing bracket } is missing"},
                    Mistake{"isr(a-0) == {a}", 13, "in a set stand numbers"},
                    Mistake{"refused == 5sec", 12, "'sec' is no unit"},
                    Mistake{"refused == 99999999999999999999", 11, "is no number"},
                    Mistake{"refused == 9223372036854775807s", 11, "too large"},
                    Mistake{"refused == 1 refused", 13, "'refused' can't stand here"},
                    Mistake{"refused == $", 11, "'$' can't stand here"},
                    Mistake{"refused == 1 or", 15, "a value is missing"}));

TEST(LongQuestion, IsRefusedBeforeItIsTooDeepToWalk) {
    std::string chain = "refused == 0";
    for (int i = 0; i < 100'000; ++i) {
        chain += " and refused == 0";
    }
    const auto parsed = parse_expression(chain);
    ASSERT_TRUE(std::holds_alternative<ExpressionError>(parsed));
    EXPECT_EQ(std::get<ExpressionError>(parsed).what, "this expression is too long");
    for (const std::string& deep : {std::string(5000, '('), std::string(101, '(') + "1 == 1"}) {
        const auto nested = parse_expression(deep);
        ASSERT_TRUE(std::holds_alternative<ExpressionError>(nested));
        EXPECT_EQ(std::get<ExpressionError>(nested).what, "this is nested too deeply");
    }
}

TEST(Precedence, PutsNotBeforeAndBeforeOr) {
    const auto parsed = std::get<Expression>(
        parse_expression("refused == 1 or not lost_acked == 0 and duplicated == 0"));
    const Expression::Node& root = parsed.nodes.back();
    EXPECT_EQ(root.kind, Expression::Kind::kOr);
    const Expression::Node& right = parsed.nodes[root.right];
    EXPECT_EQ(right.kind, Expression::Kind::kAnd);
    EXPECT_EQ(parsed.nodes[right.left].kind, Expression::Kind::kNot);
}

TEST(Units, AreMillisecondsAndBytes) {
    const auto first_number = [](const std::string& text) {
        return std::get<Expression>(parse_expression(text + " == 0")).nodes.front().number;
    };
    EXPECT_EQ(first_number("5s"), 5000);
    EXPECT_EQ(first_number("10ms"), 10);
    EXPECT_EQ(first_number("2min"), 120'000);
    EXPECT_EQ(first_number("1h"), 3'600'000);
    EXPECT_EQ(first_number("3KiB"), 3072);
    EXPECT_EQ(first_number("-2MiB"), -2 * 1024 * 1024);
}

RC_GTEST_PROP(AnyText, IsAQuestionOrAMistakeInTheText, (const std::string& text)) {
    const auto parsed = parse_expression(text);
    if (const auto* error = std::get_if<ExpressionError>(&parsed)) {
        RC_ASSERT(error->offset <= text.size());
        RC_ASSERT(!error->what.empty());
    }
}

}  // namespace
}  // namespace brokerlab

#include <gtest/gtest.h>

#include <string>

#include "sim/client/topic_pattern.h"

namespace brokerlab {
namespace {

bool matches(const char* pattern, std::string_view topic) {
    return TopicPattern::parse(pattern)->matches(topic);
}

TEST(TopicPattern, IsComparedWithTheWholeName) {
    EXPECT_TRUE(matches("orders", "orders"));
    EXPECT_FALSE(matches("orders", "orders-eu"));
    EXPECT_FALSE(matches("orders", "my-orders"));
    EXPECT_TRUE(matches("orders.*", "orders-eu"));
    EXPECT_TRUE(matches(".*", ""));
    EXPECT_TRUE(matches("", ""));
    EXPECT_FALSE(matches("", "orders"));
}

TEST(TopicPattern, KnowsWhatIsUsedInPractice) {
    EXPECT_TRUE(matches("orders-(eu|us)", "orders-us"));
    EXPECT_FALSE(matches("orders-(eu|us)", "orders-uk"));
    EXPECT_TRUE(matches("t[0-9]+", "t42"));
    EXPECT_FALSE(matches("t[0-9]+", "t"));
    EXPECT_TRUE(matches("t\\d?", "t"));
    EXPECT_TRUE(matches("a\\.b", "a.b"));
    EXPECT_FALSE(matches("a\\.b", "axb"));
    EXPECT_TRUE(matches("[^_].*", "orders"));
    EXPECT_FALSE(matches("[^_].*", "_schemas"));
    EXPECT_TRUE(matches("(ab)*c", "ababc"));
    EXPECT_TRUE(matches("(a|b)+", "abba"));
    EXPECT_TRUE(matches("a|b", "b"));
    EXPECT_TRUE(matches("\\w+-x", "ab_9-x"));
    EXPECT_TRUE(matches("(a*)*", "aaa"));
}

TEST(TopicPattern, SaysWhyItCannotBeRead) {
    for (const char* pattern : {"(a", "a)", "[a", "*a", "a\\", "(*)"}) {
        EXPECT_FALSE(TopicPattern::parse(pattern).ok()) << pattern;
    }
    EXPECT_EQ(TopicPattern::parse("(a").failure().what,
              "the pattern '(a' can't be read: a '(' is not closed");
}

TEST(TopicPattern, DoesNotRunAway) {
    EXPECT_FALSE(matches("(a*)*(a*)*(a*)*b", std::string(249, 'a')));
}

}  // namespace
}  // namespace brokerlab

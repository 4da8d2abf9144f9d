// The word that somebody may have meant.
#include "sim/base/nearest_word.h"

#include <array>

#include <gtest/gtest.h>

namespace brokerlab {
namespace {

constexpr std::array<std::string_view, 5> kWords{"broker", "brokers", "producer", "topic", "at"};

TEST(NearestWord, IsAFewSlipsAway) {
    EXPECT_EQ(nearest_word("borker", kWords), "broker");   // a swap counts one
    EXPECT_EQ(nearest_word("brokrs", kWords), "brokers");  // one left out
    EXPECT_EQ(nearest_word("prroducer", kWords), "producer");
    EXPECT_EQ(nearest_word("topik", kWords), "topic");
    EXPECT_EQ(nearest_word("a", kWords), "at");
}

TEST(NearestWord, IsTheFirstOfSeveralAndTheWordItselfWhenItIsThere) {
    constexpr std::array<std::string_view, 2> kTwins{"cat", "bat"};
    EXPECT_EQ(nearest_word("rat", kTwins), "cat");
    EXPECT_EQ(nearest_word("bat", kTwins), "bat");
}

TEST(NearestWord, IsNothingWhenMoreThanAThirdWouldChange) {
    EXPECT_EQ(nearest_word("consumer", kWords), std::nullopt);
    EXPECT_EQ(nearest_word("xyz", kWords), std::nullopt);
    EXPECT_EQ(nearest_word("", kWords), std::nullopt);
    EXPECT_EQ(nearest_word("broker", {}), std::nullopt);
}

}  // namespace
}  // namespace brokerlab

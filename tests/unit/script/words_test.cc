// A line of text, word by word.
#include <gtest/gtest.h>

#include "sim/script/words.h"

namespace brokerlab {
namespace {

TEST(Words, SeparatesAtSpacesAndTabsAndKnowsWhereEachWordBegins) {
    Words words("  kill\t broker 2 ");
    EXPECT_EQ(words.offset(), 2U);
    EXPECT_EQ(words.peek(), "kill");
    EXPECT_EQ(words.take(), "kill");
    EXPECT_EQ(words.offset(), 8U);
    EXPECT_FALSE(words.take_if("brok"));
    EXPECT_TRUE(words.take_if("broker"));
    EXPECT_FALSE(words.done());
    EXPECT_EQ(words.take(), "2");
    EXPECT_TRUE(words.done());
    EXPECT_EQ(words.take(), "");
}

TEST(Words, TakesTheRestWithItsInnerSpaces) {
    Words words("set a  key=some  value \t");
    words.take();
    words.take();
    EXPECT_EQ(words.take_rest(), "key=some  value");
    EXPECT_TRUE(words.done());
    EXPECT_EQ(words.take_rest(), "");
}

TEST(Words, OfNothingAreDoneAtOnce) {
    EXPECT_TRUE(Words("").done());
    EXPECT_TRUE(Words(" \t ").done());
}

}  // namespace
}  // namespace brokerlab
